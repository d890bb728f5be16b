//! What several sizes pass on to a Standard deployment that has room for everything: sums, moved
//! side by side.

#![allow(
    clippy::inline_always,
    reason = "measured: called for every request that some size passes on"
)]

use crate::engine::paths::roomy::Roomy;
use crate::engine::record::latency::TimeCounts;
use crate::engine::record::meter::Cell;

/// Sums of requests and their tokens, by size.
#[derive(Clone, Copy, Debug)]
struct Sums<const N: usize> {
    requests: [i64; N],
    fresh: [i64; N],
    cached: [i64; N],
    output: [i64; N],
}

impl<const N: usize> Sums<N> {
    const NONE: Self = Self { requests: [0; N], fresh: [0; N], cached: [0; N], output: [0; N] };
}

/// What is passed on.
#[derive(Debug)]
pub(super) struct Spilled<const N: usize> {
    pub(super) roomy: Roomy,
    /// Of the open hour, by the context that the first deployment would have billed, then by that
    /// of this one.
    hour: [[Sums<N>; 2]; 2],
    /// Of the open minute.
    pub(super) requests: [i64; N],
    pub(super) tokens: [i64; N],
    /// Times of answers here, less those that the first deployment would have taken.
    times: Vec<[i64; N]>,
}

/// A request that some sizes pass on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    pub(super) fresh: u32,
    pub(super) cached: u32,
    pub(super) output: u32,
    /// What it is charged.
    pub(super) tokens: i64,
    /// Whether it is billed at the long context by the first deployment, and by this one.
    pub(super) long: [bool; 2],
    /// How long the first deployment would have taken, and how long this one takes.
    pub(super) took_us: [u64; 2],
}

impl<const N: usize> Spilled<N> {
    pub(super) fn new(roomy: Roomy) -> Self {
        Self {
            roomy,
            hour: [[Sums::NONE; 2]; 2],
            requests: [0; N],
            tokens: [0; N],
            times: vec![[0; N]; TimeCounts::PLACES],
        }
    }

    /// Counts a request where the mask is all ones.
    #[inline(always)]
    pub(super) fn add(&mut self, request: &Passed, mask: &[i64; N]) {
        let [first, second] = request.long.map(usize::from);
        let hour = &mut self.hour[first][second];
        let [without, with] = request.took_us.map(TimeCounts::place);
        for (k, mask) in mask.iter().enumerate() {
            hour.requests[k] -= mask;
            hour.fresh[k] += i64::from(request.fresh) & mask;
            hour.cached[k] += i64::from(request.cached) & mask;
            hour.output[k] += i64::from(request.output) & mask;
            self.requests[k] -= mask;
            self.tokens[k] += request.tokens & mask;
        }
        for (time, mask) in self.times[without].iter_mut().zip(mask) {
            *time += mask;
        }
        for (time, mask) in self.times[with].iter_mut().zip(mask) {
            *time -= mask;
        }
    }

    /// Takes out what the open hour counts of a size, by both contexts.
    pub(super) fn take_hour(&mut self, size: usize) -> [[Cell; 2]; 2] {
        self.hour.each_mut().map(|own| {
            own.each_mut().map(|sums| {
                let columns =
                    [&mut sums.requests, &mut sums.fresh, &mut sums.cached, &mut sums.output];
                let [requests, fresh, cached, output] =
                    columns.map(|column| std::mem::take(&mut column[size]).unsigned_abs());
                Cell::of(requests, fresh, cached, output)
            })
        })
    }

    /// The times of a size's answers that it has more than if the first deployment served all,
    /// modulo 2^64.
    pub(super) fn times(&self, size: usize) -> TimeCounts {
        TimeCounts::of_differences(self.times.iter().map(|all| all[size]))
    }
}
