//! Values with the place they were written at: names, payments, alternatives.

use crate::units::diagnostic::Place;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::hash::{Hash, Hasher};
use std::sync::Arc;
/// What is wrong with one value: code, byte range in the file, message and hint.
pub(crate) type Wrong = (&'static str, std::ops::Range<usize>, String, &'static str);

/// The word in `[allow].model` for what the platform names to replace a model.
pub(crate) const REPLACEMENT: &str = "replacement";

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

// Two names are one name wherever they were written, and in a task only the name is of interest.
impl Hash for Named {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?.into();
        Ok(Self { name, place: Place::default() })
    }
}

/// How provisioned capacity is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
