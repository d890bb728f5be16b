//! The summary of an imported trace.

use crate::workload::import::Imported;
use crate::workload::summary::lengths::{Lengths, rank_correlation};
use crate::workload::summary::rates::{Burstiness, Peak, burstiness, peaks};
use crate::workload::summary::shape::{Shape, shape};
use crate::workload::trace::Trace;
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
    let trace = &imported.trace;
    let arrivals = &trace.arrival_us;
    let requests = trace.len() as u64;
    let first = arrivals.first().copied().unwrap_or(0);
    let span_us = trace.last_arrival_us() - first;
    let share_of_largest = |of: &[u32], names: usize| {
        let mut counts = vec![0_u64; names];
        for id in of {
            counts[*id as usize] += 1;
        }
        counts.into_iter().max().unwrap_or(0) as f64 / (of.len() as f64).max(1.0)
    };
    let clients = imported.attributes.client.as_ref();
    let sessions = imported.attributes.session.as_ref();
    Summary {
        requests,
        start: imported.start,
        span_us,
        mean_rate_per_second: (span_us > 0).then(|| requests as f64 * 1e6 / span_us as f64),
        peaks: peaks(arrivals),
        peak_tokens_per_minute: peak_tokens(trace),
        burstiness: burstiness(arrivals),
        input: Lengths::of(&trace.input_tokens),
        cached_input: trace.cached_input_tokens.as_deref().map(Lengths::of),
        output: Lengths::of(&trace.output_tokens),
        correlation: rank_correlation(&trace.input_tokens, &trace.output_tokens),
        shape: imported.start.and_then(|start| shape(arrivals, start, zone)),
        clients: clients.map(|labels| {
            (labels.names.len() as u64, share_of_largest(&labels.of, labels.names.len()))
        }),
        sessions: sessions.map(|labels| {
            let count = labels.names.len() as u64;
            (count, requests as f64 / (count as f64).max(1.0))
        }),
    }
}

fn peak_tokens(trace: &Trace) -> u64 {
    let mut most = 0;
    let minute = crate::units::time::MINUTE_US;
    crate::workload::summary::rates::each_bin(&trace.arrival_us, minute, |_, ids| {
        let sum = |column: &[u32]| column.iter().map(|tokens| u64::from(*tokens)).sum::<u64>();
        most = most.max(sum(&trace.input_tokens[ids.clone()]) + sum(&trace.output_tokens[ids]));
    });
    most
}
