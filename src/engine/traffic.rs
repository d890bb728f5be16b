//! Requests as the engine sees them: arrivals of all streams in one order, and the shape of one request.

use crate::engine::setup::{Setup, Stream};
use crate::workload::trace::{Offer, Trace};

/// One stream's requests with the stream's own defaults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests<'a> {
    trace: &'a Trace,
    max_output_tokens: Option<u32>,
}

impl<'a> Requests<'a> {
    pub(crate) fn new(stream: &Stream, trace: &'a Trace) -> Self {
        Self { trace, max_output_tokens: stream.max_output_tokens }
    }

    /// What admission may know of request `id`.
    #[inline]
    pub(crate) fn offer(&self, id: u32) -> Offer {
        let stated = self.trace.max_output(id).or(self.max_output_tokens);
        Offer {
            input_tokens: self.trace.input_tokens[id as usize],
            cached_input_tokens: self.trace.cached(id),
            max_output_tokens: stated,
        }
    }

    /// What request `id` will produce: its true length, cut at its limit. Read only once it is served (invariant 5).
    #[inline]
    pub(crate) fn output(&self, id: u32, limit: Option<u32>) -> u32 {
        let output_tokens = self.trace.output_tokens[id as usize];
        limit.map_or(output_tokens, |max| output_tokens.min(max))
    }

    pub(crate) fn len(&self) -> usize {
        self.trace.len()
    }

    #[inline]
    pub(crate) fn arrival_us(&self, id: u32) -> u64 {
        self.trace.arrival_us[id as usize]
    }

    #[inline]
    pub(crate) fn luck(&self, id: u32) -> u64 {
        self.trace.luck(id)
    }
}

/// An arrival: time, request, stream, ordered as the tie rule says.
pub(crate) type Arrival = (u64, u32, u16);

/// The arrivals before the horizon of all streams in order.
#[derive(Debug)]
pub(crate) struct Arrivals<'a> {
    /// Per stream: its arrival times before the horizon, and the next one.
    columns: Vec<(&'a [u64], usize)>,
    next: Option<Arrival>,
}

impl<'a> Arrivals<'a> {
    /// Of a stream with sessions only the first request of each arrives by itself.
    pub(crate) fn new(setup: &Setup, traces: &[&'a Trace]) -> Self {
        let columns = setup
            .streams
            .iter()
            .zip(traces)
            .map(|(stream, trace)| {
                let until = trace.arrival_us.partition_point(|at| *at < setup.horizon_us);
                let sessions = stream.rules.sessions.map_or(until, |s| until.min(s.count as usize));
                (&trace.arrival_us[..sessions], 0)
            })
            .collect();
        let mut arrivals = Self { columns, next: None };
        arrivals.next = arrivals.earliest();
        arrivals
    }

    #[inline]
    fn earliest(&self) -> Option<Arrival> {
        let head = |(stream, (times, at)): (usize, &(&[u64], usize))| {
            times.get(*at).map(|time| (*time, *at as u32, stream as u16))
        };
        if let [only] = &self.columns[..] {
            return head((0, only));
        }
        self.columns.iter().enumerate().filter_map(head).min()
    }

    /// The time of the next arrival, the largest time when there is none.
    #[inline]
    pub(crate) fn next_us(&self) -> u64 {
        self.next.map_or(u64::MAX, |(at, _, _)| at)
    }

    /// Takes the next arrival.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Arrival> {
        let taken = self.next?;
        self.columns[taken.2 as usize].1 += 1;
        self.next = self.earliest();
        Some(taken)
    }
}
