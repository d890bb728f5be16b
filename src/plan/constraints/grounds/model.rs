//! Why a model does not do for a workload, or not for as long as it is needed.

use crate::units::diagnostic::Place;
use jiff::civil::Date;
use std::sync::Arc;

/// What a model cannot do, or how long it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelGrounds {
    /// It is retired.
    Retired {
        /// The model and its version, for people.
        name: String,
        /// Its last day; none where none is stated.
        since: Option<Date>,
        /// Where that is stated.
        cited: Cited,
        /// What the platform names to take its place.
        replacement: Option<Arc<str>>,
    },
    /// It retires before it is no longer needed.
    RetiresEarly {
        /// The model and its version, for people.
        name: String,
        /// Its last day.
        last: Date,
        /// The last day it is needed.
        needed: Date,
        /// Days between the two.
        days: i32,
        /// Where that is stated.
        cited: Cited,
        /// What the platform names to take its place.
        replacement: Option<Arc<str>>,
        /// The model, where the subscription may not deploy the version anew either.
        closed: Option<Arc<str>>,
    },
    /// Only a subscription that has deployed the version may deploy it.
    Deprecated {
        /// The model and its version, for people.
        name: String,
        /// The model.
        model: Arc<str>,
        /// Its last day; none where none is stated.
        until: Option<Date>,
        /// The source that says so.
        source: Arc<str>,
        /// What the platform names to take its place.
        replacement: Option<Arc<str>>,
    },
    /// It reads no images.
    ReadsNoImages {
        /// The model.
        model: Arc<str>,
        /// Kinds of input that it reads.
        reads: Vec<Arc<str>>,
    },
    /// It does not take the longest input.
    InputTooLong {
        /// The model.
        model: Arc<str>,
        /// The longest input that it takes, tokens.
        takes: u64,
        /// The longest input required, tokens.
        required: u64,
        /// The source that says so.
        source: Arc<str>,
    },
}

/// Where something is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The source.
    pub source: Arc<str>,
    /// The row of the data file; none where the source is named alone.
    pub row: Option<Place>,
}
