//! From the text of a scenario file to a checked [`crate::scenario::question::Scenario`], or all that is wrong with it at
//! once. One file for each part of the scenario; [`parse`] reads the text, [`check`] collects the mistakes.

mod allow;
mod check;
mod deployment;
mod event;
mod objective;
mod parse;
mod period;
mod route;
mod scenario;
mod uncertain;
mod words;
mod workload;

pub(crate) use check::Check;
pub(in crate::scenario) use parse::parse;
pub use scenario::load;
pub(in crate::scenario) use uncertain::quantity;
pub use words::{duration_us, share_ppm};
