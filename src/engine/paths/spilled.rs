//! What several sizes pass on to a Standard deployment: sums by who passes on. While it has room
//! for everything, whoever passes on, its windows are not looked at; at other times each size has
//! windows of its own.
//!
//! Few sets of sizes occur: those below some size, mostly. A request is added to the sums of the
//! set that passes it on, and a size's own sums are those of the sets it is in.

#![allow(
    clippy::inline_always,
    reason = "measured: called for every request that some size passes on"
)]

use crate::engine::admission::limiter::{Charge, Windows};
use crate::engine::paths::asked::Charges;
use crate::engine::paths::lane::WIDE;
use crate::engine::paths::room::{Busy, WindowRoom};
use crate::engine::record::latency::TimeCounts;
use crate::engine::record::meter::Cell;

/// Sets of sizes, a bit each.
const SETS: usize = 1 << u8::BITS;
/// A set that has not occurred.
const UNSEEN: u16 = u16::MAX;

/// What one set of sizes passes on.
#[derive(Debug)]
struct PassedBy {
    /// The sizes, a bit each.
    sizes: u8,
    /// Of the open hour, by the context that the first deployment would have billed, then by that
    /// of this one.
    hour: [[Cell; 2]; 2],
    /// Of the open minute: requests, and the tokens they are charged.
    minute: (u64, u64),
    /// Times of answers here, less those that the first deployment would have taken.
    times: Vec<i64>,
}

/// What all sizes pass on.
#[derive(Debug)]
pub(super) struct Spilled {
    pub(super) charges: Charges,
    busy: Busy,
    /// Of each size; of use where there is a busy time.
    windows: Vec<Windows>,
    sets: Vec<PassedBy>,
    /// Which of them a set of sizes is.
    of_sizes: [u16; SETS],
    /// The sets that pass something on in the open minute: few of those that there are.
    in_minute: Vec<u16>,
}

/// A value for each size.
pub(super) type BySize<T> = [T; WIDE];

/// A request that some sizes pass on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    pub(super) fresh: u32,
    pub(super) cached: u32,
    pub(super) output: u32,
    /// What it is charged.
    pub(super) tokens: u64,
    /// Whether it is billed at the long context by the first deployment, and by this one.
    pub(super) long: [bool; 2],
    /// How long the first deployment would have taken, and how long this one takes.
    pub(super) took_us: [u64; 2],
}

impl PassedBy {
    fn new(sizes: u8) -> Self {
        let times = vec![0; TimeCounts::PLACES];
        Self { sizes, hour: Default::default(), minute: (0, 0), times }
    }

    const fn has(&self, size: usize) -> bool {
        self.sizes >> size & 1 == 1
    }

    /// The sizes, by their number.
    fn members(&self) -> impl Iterator<Item = usize> + use<> {
        let sizes = self.sizes;
        (0..WIDE).filter(move |size| sizes >> size & 1 == 1)
    }
}

impl Spilled {
    /// `windows` are those of each size.
    pub(super) fn new(room: WindowRoom, windows: Vec<Windows>) -> Self {
        let WindowRoom { charges, busy } = room;
        let (sets, in_minute) = (Vec::new(), Vec::new());
        Self { charges, busy, windows, sets, of_sizes: [UNSEEN; SETS], in_minute }
    }

    /// Whether windows have to be asked at a time, to be asked in the order of time.
    #[inline(always)]
    pub(super) fn is_busy(&mut self, now_us: u64) -> bool {
        !self.busy.is_never() && self.busy.is_at(now_us)
    }

    /// Asks the windows of these sizes, a bit each, for a request: those that refuse it.
    #[inline(never)]
    pub(super) fn refuse(&mut self, now_us: u64, request: &Passed, sizes: u32) -> u32 {
        let charge = Charge { tokens: request.tokens, input: request.fresh.into() };
        let mut refused = 0;
        for (size, windows) in self.windows.iter_mut().enumerate() {
            let asked = sizes >> size & 1;
            if asked == 1 && windows.admit(now_us, charge).is_err() {
                refused |= asked << size;
            }
        }
        refused
    }

    /// Counts a request that these sizes, a bit each, pass on.
    #[inline(always)]
    pub(super) fn add(&mut self, request: &Passed, sizes: u8) {
        let mut at = self.of_sizes[usize::from(sizes)];
        if at == UNSEEN {
            at = self.open(sizes);
        }
        let set = &mut self.sets[usize::from(at)];
        let [first, second] = request.long.map(usize::from);
        set.hour[first][second].add(request.fresh, request.cached, request.output);
        if set.minute.0 == 0 {
            self.in_minute.push(at);
        }
        set.minute.0 += 1;
        set.minute.1 += request.tokens;
        let [without, with] = request.took_us.map(TimeCounts::place);
        set.times[without] -= 1;
        set.times[with] += 1;
    }

    #[cold]
    fn open(&mut self, sizes: u8) -> u16 {
        // There are fewer sets than places.
        let at = u16::try_from(self.sets.len()).unwrap_or(UNSEEN);
        self.of_sizes[usize::from(sizes)] = at;
        self.sets.push(PassedBy::new(sizes));
        at
    }

    /// The sets that a size is in.
    fn of(&self, size: usize) -> impl Iterator<Item = &PassedBy> {
        self.sets.iter().filter(move |set| set.has(size))
    }

    /// Closes the minute: requests that each size passed on in it, and the tokens they are charged.
    pub(super) fn close_minute(&mut self) -> BySize<(u64, u64)> {
        let mut all = <BySize<(u64, u64)>>::default();
        for at in self.in_minute.drain(..) {
            let set = &mut self.sets[usize::from(at)];
            let (requests, tokens) = std::mem::take(&mut set.minute);
            for size in set.members() {
                all[size].0 += requests;
                all[size].1 += tokens;
            }
        }
        all
    }

    /// Closes the hour: what it counts of each size, by both contexts.
    pub(super) fn close_hour(&mut self) -> BySize<[[Cell; 2]; 2]> {
        let mut all = <BySize<[[Cell; 2]; 2]>>::default();
        for set in &mut self.sets {
            let hour = std::mem::take(&mut set.hour);
            let used = |cell: &Cell| cell.requests > 0;
            if !hour.as_flattened().iter().any(used) {
                continue;
            }
            for size in set.members() {
                let each = all[size].as_flattened_mut().iter_mut().zip(hour.as_flattened());
                each.for_each(|(all, own)| *all = all.plus(*own));
            }
        }
        all
    }

    /// The times of a size's answers that it has more than if the first deployment served all,
    /// modulo 2^64.
    pub(super) fn times(&self, size: usize) -> TimeCounts {
        let mut all = vec![0_i64; TimeCounts::PLACES];
        for set in self.of(size) {
            for (all, own) in all.iter_mut().zip(&set.times) {
                *all += own;
            }
        }
        TimeCounts::of_differences(all.into_iter())
    }
}
