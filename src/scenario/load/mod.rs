//! From the text of a scenario file to a checked [`crate::scenario::question::scenario::Scenario`], or all that is wrong with it at
//! once. One file for each part of the scenario; `parse` reads the text, `check` collects the mistakes.

pub mod machines;
pub mod models;
pub mod terms;
pub mod traffic;
pub mod what_if;

mod allow;
pub(crate) mod calls;
mod check;
mod client;
pub(crate) mod compute;
pub(crate) mod content_filter;
mod deployment;
mod event;
pub(crate) mod latency;
mod objective;
pub(crate) mod options;
mod parse;
mod period;
pub(crate) mod price_change;
mod quota;
mod route;
mod scenario;
mod uncertain;
mod words;
mod workload;

pub(crate) use crate::scenario::load::check::Check;
pub(in crate::scenario) use crate::scenario::load::parse::parse;
pub use crate::scenario::load::scenario::{called, first_day_and_region, load, load_with};
pub(in crate::scenario) use crate::scenario::load::uncertain::quantity;
pub(crate) use crate::scenario::load::words::ratio_ppm;
pub use crate::scenario::load::words::{duration_us, share_ppm};
