//! Requests as the engine sees them: arrivals of all streams in one order, and the shape of one request.

#![allow(
    clippy::inline_always,
    reason = "measured: an arrival is taken once, and a call costs a third as much again"
)]

use crate::engine::setup::{Setup, Stream};
use crate::engine::time::queue::Queue;
use crate::workload::trace::{Offer, Trace};
use std::convert::Infallible;

/// What is held of a stream's requests: all of them, or those that still matter.
pub(crate) trait Store {
    /// The requests held.
    fn trace(&self) -> &Trace;
    /// The id of the first one held.
    fn first(&self) -> u32;
}

impl Store for &Trace {
    #[inline]
    fn trace(&self) -> &Trace {
        self
    }

    #[inline]
    fn first(&self) -> u32 {
        0
    }
}

/// One stream's requests with the stream's own defaults.
#[derive(Clone, Debug)]
pub(crate) struct Requests<S> {
    pub(crate) store: S,
    max_output_tokens: Option<u32>,
}

impl<S: Store> Requests<S> {
    pub(crate) fn new(stream: &Stream, store: S) -> Self {
        Self { store, max_output_tokens: stream.max_output_tokens }
    }

    #[inline]
    fn place(&self, id: u32) -> usize {
        (id - self.store.first()) as usize
    }

    /// What admission may know of request `id`.
    #[inline]
    pub(crate) fn offer(&self, id: u32) -> Offer {
        Offer {
            input_tokens: self.input(id),
            cached_input_tokens: self.store.trace().cached(self.place(id) as u32),
            max_output_tokens: self.max_output(id),
        }
    }

    /// Input tokens of request `id`.
    #[inline]
    pub(crate) fn input(&self, id: u32) -> u32 {
        self.store.trace().input_tokens[self.place(id)]
    }

    /// The output limit of request `id`: its own, else the stream's.
    #[inline]
    pub(crate) fn max_output(&self, id: u32) -> Option<u32> {
        self.store.trace().max_output(self.place(id) as u32).or(self.max_output_tokens)
    }

    /// What request `id` will produce: its true length, cut at its limit. Read only once it is served (invariant 5).
    #[inline]
    pub(crate) fn output(&self, id: u32, limit: Option<u32>) -> u32 {
        let output_tokens = self.store.trace().output_tokens[self.place(id)];
        limit.map_or(output_tokens, |max| output_tokens.min(max))
    }

    /// Ids given out so far.
    pub(crate) fn len(&self) -> usize {
        self.store.first() as usize + self.store.trace().len()
    }

    #[inline]
    pub(crate) fn arrival_us(&self, id: u32) -> u64 {
        self.store.trace().arrival_us[self.place(id)]
    }

    #[inline]
    pub(crate) fn luck(&self, id: u32) -> u64 {
        self.store.trace().luck(id)
    }
}

/// An arrival: time, request, stream, ordered as the tie rule says.
pub(crate) type Arrival = (u64, u32, u16);

/// Arrivals before the horizon of all streams in order.
pub(crate) trait Arrivals<S> {
    /// Why requests stopped coming.
    type Fault;

    /// Sees to it that the next arrival is known. Comes before anything that depends on it.
    fn fill(&mut self, queue: &Queue, requests: &mut [Requests<S>]) -> Result<(), Self::Fault>;

    /// The time of the next arrival, the largest time when there is none.
    fn next_us(&self) -> u64;

    /// Takes the next arrival.
    fn pop(&mut self, requests: &[Requests<S>]) -> Option<Arrival>;

    /// Requests of a stream, those beyond the horizon included.
    fn total(&self, stream: usize) -> u64;
}

/// The arrivals of traces that are there as a whole.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    /// Per stream: its arrival times before the horizon, and the next one.
    columns: Vec<(&'a [u64], usize)>,
    totals: Vec<u64>,
    /// [`NEVER`] after the last one.
    next: Arrival,
}

const NEVER: Arrival = (u64::MAX, 0, 0);

/// The arrival of a stream at a place of its times.
#[inline]
fn next_of(times: &[u64], at: usize, stream: u16) -> Arrival {
    times.get(at).map_or(NEVER, |time| (*time, at as u32, stream))
}

impl<'a> Known<'a> {
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
        let totals = traces.iter().map(|trace| trace.len() as u64).collect();
        let mut arrivals = Self { columns, totals, next: NEVER };
        arrivals.next = arrivals.earliest();
        arrivals
    }

    fn earliest(&self) -> Arrival {
        let head =
            |(stream, (times, at)): (usize, &(&[u64], usize))| next_of(times, *at, stream as u16);
        self.columns.iter().enumerate().map(head).min().unwrap_or(NEVER)
    }
}

impl<S> Arrivals<S> for Known<'_> {
    type Fault = Infallible;

    #[inline]
    fn fill(&mut self, _: &Queue, _: &mut [Requests<S>]) -> Result<(), Infallible> {
        Ok(())
    }

    #[inline]
    fn next_us(&self) -> u64 {
        self.next.0
    }

    #[inline(always)]
    fn pop(&mut self, _: &[Requests<S>]) -> Option<Arrival> {
        let taken = self.next;
        if taken.0 == NEVER.0 {
            return None;
        }
        self.next = if let [(times, at)] = &mut self.columns[..] {
            *at += 1;
            next_of(times, *at, 0)
        } else {
            self.columns[taken.2 as usize].1 += 1;
            self.earliest()
        };
        Some(taken)
    }

    fn total(&self, stream: usize) -> u64 {
        self.totals[stream]
    }
}
