//! The summary of an imported trace.

use crate::workload::import::Imported;
use crate::workload::summary::gather::Summarizer;
use crate::workload::summary::lengths::Lengths;
use crate::workload::summary::rates::{Burstiness, Peak};
use crate::workload::summary::shape::Shape;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What a trace looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Number of requests.
    pub requests: u64,
    /// When the trace's time 0 is, where known.
    pub start: Option<Timestamp>,
    /// From the first arrival to the last, microseconds.
    pub span_us: u64,
    /// Requests over the span, per second; none for a span of 0.
    pub mean_rate_per_second: Option<f64>,
    /// The fullest second, minute and hour.
    pub peaks: [Peak; 3],
    /// Most input and output tokens that arrive within one minute.
    pub peak_tokens_per_minute: u64,
    /// How unevenly requests come.
    pub burstiness: Burstiness,
    /// Input tokens, cached ones included.
    pub input: Lengths,
    /// Cached input tokens; none where unknown.
    pub cached_input: Option<Lengths>,
    /// Output tokens.
    pub output: Lengths,
    /// Rank correlation of input and output length.
    pub correlation: Option<f64>,
    /// The shape of days and weeks; none without an absolute start or for less than a day.
    pub shape: Option<Shape>,
    /// Number of clients and the largest one's share of requests, where known.
    pub clients: Option<(u64, f64)>,
    /// Number of sessions and mean requests in one, where known.
    pub sessions: Option<(u64, f64)>,
}

/// Summarizes a trace; `zone` is where its days and weeks are civil ones.
pub fn summarize(imported: &Imported, zone: &TimeZone) -> Summary {
    let mut summarizer = Summarizer::default();
    summarizer.first(imported);
    summarizer.second(imported);
    summarizer.finish(imported, zone)
}
