//! A summary of requests that come in pieces, in two passes: what the second one needs to know of the whole is what the first one found. A trace in
//! memory is one piece, so that there is one way to a summary.

use crate::units::time::{HOUR_US, MINUTE_US, SECOND_US};
use crate::workload::import::{Imported, Labels};
use crate::workload::summary::lengths::Lengths;
use crate::workload::summary::lengths::{Counts, Ranks};
use crate::workload::summary::rates::{Bins, GapVariation, Minutes};
use crate::workload::summary::rates::{Burstiness, Peak};
use crate::workload::summary::shape::HourlyRates;
use crate::workload::summary::shape::{BIN_US, shape};
use jiff::Timestamp;

use jiff::tz::TimeZone;

/// What is known of a trace after some of its pieces. Show it all pieces with [`Summarizer::first`], then all of them again with
/// [`Summarizer::second`].
#[derive(Debug)]
pub struct Summarizer {
    ends: Option<(u64, u64)>,
    requests: u64,
    peaks: [Bins; 3],
    minutes: Minutes,
    quarters: Vec<u64>,
    input: Counts,
    cached: Option<Counts>,
    output: Counts,
    /// Requests by client.
    clients: Vec<u64>,
    second: Option<(GapVariation, Option<Ranks>)>,
}

impl Default for Summarizer {
    fn default() -> Self {
        Self {
            ends: None,
            requests: 0,
            peaks: [SECOND_US, MINUTE_US, HOUR_US].map(Bins::new),
            minutes: Minutes::default(),
            quarters: Vec::new(),
            input: Counts::default(),
            cached: None,
            output: Counts::default(),
            clients: Vec::new(),
            second: None,
        }
    }
}

impl Summarizer {
    /// Takes the next piece.
    pub fn first(&mut self, piece: &Imported) {
        let trace = &piece.trace;
        let arrivals = &trace.arrival_us;
        let (Some(first), Some(last)) = (arrivals.first(), arrivals.last()) else { return };
        let first = self.ends.map_or(*first, |(first, _)| first);
        self.ends = Some((first, *last));
        self.requests += trace.len() as u64;
        self.peaks.iter_mut().for_each(|bins| bins.add(first, arrivals));
        self.minutes.add(first, trace);
        self.quarters.resize(((last - first) / BIN_US) as usize + 1, 0);
        for at in arrivals {
            self.quarters[((at - first) / BIN_US) as usize] += 1;
        }
        self.input.add(&trace.input_tokens);
        self.output.add(&trace.output_tokens);
        if let Some(cached) = &trace.cached_input_tokens {
            self.cached.get_or_insert_default().add(cached);
        }
        for client in piece.attributes.client.iter().flat_map(|labels| &labels.of) {
            let client = *client as usize;
            if self.clients.len() <= client {
                self.clients.resize(client + 1, 0);
            }
            self.clients[client] += 1;
        }
    }

    /// Takes the next piece a second time.
    pub fn second(&mut self, piece: &Imported) {
        let (ends, requests) = (self.ends, self.requests);
        let (gaps, ranks) = self.second.get_or_insert_with(|| {
            (GapVariation::new(ends, requests), Ranks::new(&self.input, &self.output))
        });
        gaps.add(&piece.trace.arrival_us);
        if let Some(ranks) = ranks {
            ranks.add(&piece.trace.input_tokens, &piece.trace.output_tokens);
        }
    }

    /// The summary. `known` says what the pieces do not: start and names. `zone` is where days and weeks are civil ones.
    pub fn finish(self, known: &Imported, zone: &TimeZone) -> Summary {
        let (first, last) = self.ends.unwrap_or((0, 0));
        let (requests, span_us) = (self.requests, last - first);
        let (gaps, ranks) = self.second.unzip();
        let names = |labels: &Labels| labels.names.len() as u64;
        let largest = self.clients.iter().max().copied().unwrap_or(0);
        Summary {
            requests,
            start: known.start,
            span_us,
            mean_rate_per_second: (span_us > 0).then(|| requests as f64 * 1e6 / span_us as f64),
            peaks: self.peaks.map(Bins::peak),
            peak_tokens_per_minute: self.minutes.peak_tokens(),
            burstiness: self.minutes.burstiness(gaps.and_then(GapVariation::variation)),
            input: self.input.lengths(),
            cached_input: self.cached.as_ref().map(Counts::lengths),
            output: self.output.lengths(),
            correlation: ranks.flatten().and_then(Ranks::correlation),
            shape: known.start.and_then(|start| shape(&self.quarters, (first, last), start, zone)),
            clients: known
                .attributes
                .client
                .as_ref()
                .map(|labels| (names(labels), largest as f64 / (requests as f64).max(1.0))),
            sessions: known.attributes.session.as_ref().map(|labels| {
                let count = names(labels);
                (count, requests as f64 / (count as f64).max(1.0))
            }),
        }
    }
}

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
    pub shape: Option<HourlyRates>,
    /// Number of clients and the largest one's share of requests, where known.
    pub clients: Option<(u64, f64)>,
    /// Number of sessions and mean requests in one, where known.
    pub sessions: Option<(u64, f64)>,
}
