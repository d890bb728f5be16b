//! Values with the place they were written at: names, payments, alternatives.

use crate::units::diagnostic::Place;
use std::sync::Arc;
/// What is wrong with one value: code, byte range in the file, message and hint.
pub(crate) type Wrong = (&'static str, std::ops::Range<usize>, String, &'static str);

/// A model that may serve a workload instead of today's.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// Model id.
    pub model: Named,
    /// The share of the calls it may take, in 1/1,000,000; the rest stays with today's model.
    pub share_ppm: u32,
}

/// A name and the place it was written, for messages.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name.
    pub name: Arc<str>,
    /// Where it stands.
    pub place: Place,
}

/// How provisioned capacity is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payment {
    /// By the hour, at the list price.
    Hourly,
    /// A 1-month reservation of all PTUs.
    OneMonth,
    /// A 1-year reservation of all PTUs, paid monthly.
    OneYear,
    /// Each PTU in the way that is cheapest for the hours it is deployed: part reserved, the rest by the hour.
    Mixed,
}

impl Payment {
    /// All that can be asked for, cheapest promise first.
    pub const ALL: [Self; 3] = [Self::Hourly, Self::OneMonth, Self::OneYear];

    /// The word used in scenarios and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::OneMonth => "1-month",
            Self::OneYear => "1-year",
            Self::Mixed => "mixed",
        }
    }

    /// The payment of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|payment| payment.as_str() == word)
    }
}
