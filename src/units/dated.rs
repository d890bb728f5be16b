//! A value with its evidence: since when, from where, how sure.

use crate::units::diagnostic::Place;
use jiff::civil::Date;
use std::fmt;
use std::sync::Arc;

/// How well a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Stated by the platform's own documentation.
    Documented,
    /// Read off the platform or a price feed; the date is the earliest that shows it.
    Observed,
    /// Not published: our default, shown in every result that leans on it.
    Assumed,
}

impl Status {
    /// The word used in data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Assumed => "assumed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a dated value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How well it is known.
    pub status: Status,
    /// First day the value is in force.
    pub effective_from: Date,
    /// Last day the value is in force, none while it still is.
    pub effective_to: Option<Date>,
    /// The source, as the data file names it.
    pub source: Arc<str>,
    /// The day somebody last checked the source.
    pub verified_on: Date,
    /// The row of the data file.
    pub place: Place,
}

/// A value and its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// The value.
    pub value: T,
    /// Its evidence, shared by all values of one row.
    pub evidence: Arc<Evidence>,
}

impl<T> Dated<T> {
    /// The same evidence for a value derived from this one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Dated<U> {
        Dated { value: f(self.value), evidence: self.evidence }
    }
}
