//! What a trace looks like: rates and peaks, burstiness, lengths, correlation, the shape of its days and weeks.
//!
//! Definitions (the same for every trace, so that figures compare): bins are counted from the first arrival and only whole ones count, empty ones
//! included; percentiles are sample values without interpolation; a coefficient of variation is standard deviation over mean.

mod gather;
mod lengths;
mod rates;
mod shape;
mod summary_of;

pub use gather::Summarizer;
pub use lengths::{Lengths, rank_correlation};
pub use rates::{Burstiness, Peak};
pub use shape::Shape;
pub use summary_of::{Summary, summarize};
