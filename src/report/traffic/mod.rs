//! Traffic for people and programs: what a trace looks like, what an import did, what a fit found.

mod fit;
mod formats;
mod import;
mod summary;

pub use crate::report::traffic::fit::{FitClientView, FitView, fit_plot, fit_text};
pub use crate::report::traffic::formats::{
    FormatView, PartView, formats_page, formats_text, parts_text,
};
pub use crate::report::traffic::import::{ImportView, import_text};
pub use crate::report::traffic::summary::{
    LengthView, PeakView, TrafficView, rate_plot, summary_text,
};

/// A ratio or a distance: two decimals tell what matters of it.
fn fine(value: f64) -> String {
    format!("{value:.2}").replace('-', "\u{2212}")
}
