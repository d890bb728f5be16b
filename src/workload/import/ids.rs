//! Fingerprints of rows, and how many rows are there twice.

use std::hash::{DefaultHasher, Hash, Hasher};

/// What was found of rows that are there twice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Twins {
    /// Rows with the id and the time of another, left out.
    pub(super) by_id: u64,
    /// Rows like another in all that is read of them.
    pub(super) alike: u64,
    /// Of these, those that were left out.
    pub(super) left: u64,
}

/// A fingerprint of an id; 0 of an empty one.
pub(super) fn id_of(text: &[u8]) -> u64 {
    if text.is_empty() { 0 } else { fingerprint(&text).max(1) }
}

/// A number for whatever it is of, the same on every machine.
pub(super) fn fingerprint(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
