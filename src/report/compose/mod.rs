//! From the plan's types to the view: the only place where domain types meet the outside's names.

pub(crate) mod answers;
pub(crate) mod bill;
pub(crate) mod break_even;
pub(crate) mod candidate;
pub(crate) mod explanation;
pub(crate) mod failures;
pub(crate) mod horizon;
pub(crate) mod hours;
pub(crate) mod kind;
pub(crate) mod nothing;
pub(crate) mod outlook;
pub(crate) mod question;
pub(crate) mod quota;
pub(crate) mod recommendation;
pub(crate) mod series;
pub(crate) mod serves;
mod service;
pub(crate) mod simulation;
pub(crate) mod terms;

#[cfg(feature = "report")]
pub(crate) mod compared;

#[cfg(feature = "report")]
pub use crate::report::compose::compared::compared;
#[cfg(feature = "report")]
pub(in crate::report) use crate::report::compose::question::{price_name, price_words};
pub use crate::report::compose::recommendation::{at_a_glance, recommendation};
pub use crate::report::compose::simulation::{simulation, simulation_of};
pub use crate::report::compose::terms::terms_view;
