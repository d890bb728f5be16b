//! The answer to act on, in words: what to do, what it costs, against what, how sure, and what it depends on. Made once
//! from the view, so that text, page, Markdown and workbook say the same.

mod action;
mod compared;
mod depends;
mod glance;
pub(crate) mod later;
pub(crate) mod nothing;
mod options;
mod purchase;
mod reasons;
mod requests;
#[cfg(feature = "report")]
mod serves;
#[cfg(feature = "report")]
mod sought;
mod sure;
pub(crate) mod when;

pub use action::ACTION_LENGTH;
pub use depends::{cautions, dependencies};
pub use glance::glance;
#[cfg(feature = "report")]
pub(crate) use options::as_today;
pub use options::options;
pub use reasons::REASONS;
pub use requests::{ask, held, quantity, quantity_when};
#[cfg(feature = "report")]
pub(crate) use serves::{share as share_of_calls, shown as serves_shown};
#[cfg(feature = "report")]
pub(crate) use sought::{sought_for_choice, sought_for_option};
