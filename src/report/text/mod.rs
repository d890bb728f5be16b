//! The terminal: results as plain text, in colour where the terminal has it.

#[cfg(feature = "report")]
pub mod compared;
#[cfg(feature = "report")]
pub(crate) mod explanation;
#[cfg(feature = "report")]
pub(crate) mod glance;
#[cfg(feature = "report")]
pub(crate) mod horizon;
pub mod layout;
#[cfg(feature = "report")]
pub mod recommendation;
#[cfg(feature = "report")]
pub mod simulation;
#[cfg(feature = "report")]
pub(crate) mod terms;
