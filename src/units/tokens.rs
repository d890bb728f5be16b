//! Token counts and the classes a bill tells apart.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A class of billable tokens. Each token belongs to exactly one class (P R4, S 61-64).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenClass {
    /// Input that was neither read from nor written to the prompt cache at a price of its own.
    Input,
    /// Input read from the prompt cache.
    CachedInput,
    /// Input written to the prompt cache where writes have a price.
    CacheWrite,
    /// Input written to the one-hour prompt cache (Claude).
    CacheWrite1h,
    /// Output, reasoning included.
    Output,
    /// Audio input.
    AudioInput,
    /// Audio input read from the cache.
    CachedAudioInput,
    /// Audio output.
    AudioOutput,
    /// Image input.
    ImageInput,
    /// Image input read from the cache.
    CachedImageInput,
    /// Image output.
    ImageOutput,
}

impl TokenClass {
    /// All classes, in the order of the declaration.
    pub const ALL: [Self; 11] = [
        Self::Input,
        Self::CachedInput,
        Self::CacheWrite,
        Self::CacheWrite1h,
        Self::Output,
        Self::AudioInput,
        Self::CachedAudioInput,
        Self::AudioOutput,
        Self::ImageInput,
        Self::CachedImageInput,
        Self::ImageOutput,
    ];

    /// The name used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::CachedInput => "cached_input",
            Self::CacheWrite => "cache_write",
            Self::CacheWrite1h => "cache_write_1h",
            Self::Output => "output",
            Self::AudioInput => "audio_input",
            Self::CachedAudioInput => "cached_audio_input",
            Self::AudioOutput => "audio_output",
            Self::ImageInput => "image_input",
            Self::CachedImageInput => "cached_image_input",
            Self::ImageOutput => "image_output",
        }
    }

    /// The class of a name, none when there is no such class.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }
}

impl fmt::Display for TokenClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Token counts by class. The classes are disjoint: `input` excludes cached input and cache writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TokenCounts([u64; TokenClass::ALL.len()]);

impl TokenCounts {
    /// Text counts as a log states them: `input` includes `cached_input`; the difference becomes the input class.
    /// `cached_input` above `input` is a defect of the caller: importers refuse it.
    pub fn text(input: u64, cached_input: u64, output: u64) -> Self {
        debug_assert!(cached_input <= input);
        let mut counts = Self::default();
        counts.set(TokenClass::Input, input - cached_input);
        counts.set(TokenClass::CachedInput, cached_input);
        counts.set(TokenClass::Output, output);
        counts
    }

    /// The count of one class.
    pub const fn get(&self, class: TokenClass) -> u64 {
        self.0[class as usize]
    }

    /// Sets the count of one class.
    pub const fn set(&mut self, class: TokenClass, count: u64) {
        self.0[class as usize] = count;
    }

    /// Input of every kind: fresh, cached and written.
    pub fn input_total(&self) -> u64 {
        TokenClass::ALL
            .into_iter()
            .filter(|class| {
                !matches!(
                    class,
                    TokenClass::Output | TokenClass::AudioOutput | TokenClass::ImageOutput
                )
            })
            .map(|class| self.get(class))
            .sum()
    }

    /// The classes that are not zero, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (TokenClass, u64)> {
        TokenClass::ALL.into_iter().map(|class| (class, self.get(class))).filter(|(_, n)| *n > 0)
    }

    /// The counts times a whole number of repetitions.
    #[must_use]
    pub fn times(mut self, repetitions: u64) -> Self {
        self.0.iter_mut().for_each(|count| *count *= repetitions);
        self
    }
}

impl TokenCounts {
    /// The sum; none when the count of a class does not fit 64 bits.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Option<Self> {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count = count.checked_add(more)?;
        }
        Some(self)
    }
}
