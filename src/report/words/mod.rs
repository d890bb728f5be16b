//! Sentences and numbers as people read them: one formatter a kind of number, one file a kind of sentence.

pub mod numbers;
pub(crate) mod plan;
pub mod seen;

pub mod answer;
pub mod constraint;
#[cfg(feature = "report")]
pub mod escape;
#[cfg(feature = "report")]
pub(crate) mod happenings;
pub(crate) mod kinds;
pub(crate) mod letters;
pub mod months;
pub mod opinion;
pub mod refusal;
pub mod relaxed;
