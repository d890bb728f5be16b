//! What a trace looks like: rates and peaks, burstiness, lengths, correlation, the shape of its days and weeks.
//!
//! Definitions (the same for every trace, so that figures compare): bins are counted from the first arrival and only whole ones count, empty ones
//! included; percentiles are sample values without interpolation; a coefficient of variation is standard deviation over mean.

mod gather;
mod lengths;
mod rates;
mod shape;
mod summary_of;

pub use crate::workload::summary::gather::Summarizer;
pub use crate::workload::summary::gather::Summary;
pub use crate::workload::summary::lengths::{Lengths, rank_correlation};
pub use crate::workload::summary::rates::{Burstiness, Peak};
pub use crate::workload::summary::shape::HourlyRates;
pub use crate::workload::summary::summary_of::summarize;
