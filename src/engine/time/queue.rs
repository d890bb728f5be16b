//! The events to come, in the one total order of the engine: a calendar queue (Brown 1988), exact and without allocation
//! once it has grown.
//!
//! ```text
//!            opened                                    opened + RING
//!              │                                             │
//!  … popped … ┃open: sorted┃ bucket │ bucket │ … │ bucket    ┃ far: a binary heap
//! ```
//!
//! Time is cut into buckets about as wide as the mean gap between requests. A bucket is an unsorted list until the clock
//! reaches it; then it is sorted once, and it holds about two events. What lies beyond the ring waits in a heap.

#![allow(
    clippy::inline_always,
    reason = "measured: an event is pushed and popped once, a call apiece is a tenth of its cost"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What an event is. The order of declaration is the order at one microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// An answer is complete.
    Completion,
    /// An instance of a deployment has started.
    Ready,
    /// A client gives up on a request that waits at a deployment.
    GiveUp,
    /// A client tries again.
    Retry,
    /// A session asks its next request. Arrivals of traces come after it.
    Turn,
}

/// An event: when, what, of which request, and a number that the rank gives its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    pub(crate) at_us: u64,
    /// Rank, request and stream in one number whose order is the tie rule.
    order: u64,
    /// Completion: the slot of the flight. Ready: the deployment. Give-up and retry: the number of the attempt.
    pub(crate) payload: u32,
    /// Fills what alignment would leave empty: the correction of a completion that has no flight, if it fits.
    correction: i32,
}

impl Event {
    #[inline]
    pub(crate) fn new(at_us: u64, rank: Rank, id: u32, stream: u16, payload: u32) -> Self {
        let order = (rank as u64) << 48 | u64::from(id) << 16 | u64::from(stream);
        Self { at_us, order, payload, correction: i32::MIN }
    }

    /// The same event, carrying a correction.
    #[inline]
    pub(crate) fn correcting(self, reduced_units: i64) -> Self {
        Self { correction: i32::try_from(reduced_units).unwrap_or(i32::MIN), ..self }
    }

    /// The correction it carries; none where it was too large.
    #[inline]
    pub(crate) fn correction(&self) -> Option<i64> {
        (self.correction != i32::MIN).then_some(i64::from(self.correction))
    }

    #[inline]
    pub(crate) fn rank(&self) -> Rank {
        match self.order >> 48 {
            0 => Rank::Completion,
            1 => Rank::Ready,
            2 => Rank::GiveUp,
            3 => Rank::Retry,
            _ => Rank::Turn,
        }
    }

    #[inline]
    pub(crate) fn id(&self) -> u32 {
        (self.order >> 16) as u32
    }

    #[inline]
    pub(crate) fn stream(&self) -> u16 {
        self.order as u16
    }
}

/// Buckets in the ring.
const RING: u64 = 4_096;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Node {
    event: Event,
    next: u32,
}

/// Events in order.
#[derive(Debug)]
pub(crate) struct Queue {
    /// A bucket is `2^shift` microseconds wide.
    shift: u32,
    /// Buckets up to this one are in `open`.
    opened: u64,
    /// Latest first.
    open: Vec<Event>,
    heads: Vec<u32>,
    /// A bit for each bucket of the ring that is not empty.
    filled: Vec<u64>,
    nodes: Vec<Node>,
    free: u32,
    in_ring: usize,
    far: BinaryHeap<Reverse<Event>>,
    /// Nothing in the ring or far is earlier.
    bound_us: u64,
}

impl Queue {
    /// A queue for events that are about `gap_us` apart.
    pub(crate) fn new(gap_us: u64) -> Self {
        Self {
            shift: gap_us.max(1).ilog2().min(40),
            opened: 0,
            open: Vec::new(),
            heads: vec![NONE; RING as usize],
            filled: vec![0; RING as usize / 64],
            nodes: Vec::new(),
            free: NONE,
            in_ring: 0,
            far: BinaryHeap::new(),
            bound_us: u64::MAX,
        }
    }

    /// Adds an event that is not before the last one popped.
    #[inline(always)]
    pub(crate) fn push(&mut self, event: Event) {
        let bucket = event.at_us >> self.shift;
        if bucket <= self.opened {
            let at = self.open.partition_point(|other| *other > event);
            self.open.insert(at, event);
            return;
        }
        self.bound_us = self.bound_us.min(event.at_us);
        if bucket - self.opened < RING {
            self.link(bucket, event);
        } else {
            self.far.push(Reverse(event));
        }
    }

    #[inline(always)]
    fn link(&mut self, bucket: u64, event: Event) {
        let place = (bucket % RING) as usize;
        let node = Node { event, next: self.heads[place] };
        if self.free == NONE {
            self.heads[place] = self.nodes.len() as u32;
            self.nodes.push(node);
        } else {
            let slot = self.free;
            self.free = self.nodes[slot as usize].next;
            self.nodes[slot as usize] = node;
            self.heads[place] = slot;
        }
        self.filled[place / 64] |= 1 << (place % 64);
        self.in_ring += 1;
    }

    /// Whether every event has been popped.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.in_ring == 0 && self.far.is_empty()
    }

    /// The events that have not been popped, in no order.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Event> {
        let ring = self.heads.iter().flat_map(|head| {
            let node = |slot: u32| self.nodes.get(slot as usize);
            std::iter::successors(node(*head), move |held| node(held.next)).map(|held| &held.event)
        });
        let far = self.far.iter().map(|Reverse(event)| event);
        self.open.iter().chain(ring).chain(far)
    }

    /// Takes the first event that is not after `until_us`.
    #[inline(always)]
    pub(crate) fn pop_until(&mut self, until_us: u64) -> Option<Event> {
        match self.open.last() {
            Some(first) if first.at_us <= until_us => self.open.pop(),
            None if self.bound_us <= until_us => self.open_until(until_us),
            _ => None,
        }
    }

    /// Opens the first bucket that is not empty, unless it begins after `until_us`, and takes its first event if that is
    /// not after `until_us`.
    fn open_until(&mut self, until_us: u64) -> Option<Event> {
        let clock = until_us >> self.shift;
        if !self.far.is_empty() {
            self.come_near(until_us);
        }
        if self.in_ring == 0 {
            let first_far = self.far.peek().map_or(u64::MAX, |Reverse(first)| first.at_us);
            self.wait(clock, first_far);
            return None;
        }
        let bucket = self.first_filled();
        if bucket > clock {
            self.wait(clock, bucket << self.shift);
            return None;
        }
        let place = (bucket % RING) as usize;
        let head = std::mem::replace(&mut self.heads[place], NONE);
        self.filled[place / 64] &= !(1 << (place % 64));
        self.opened = bucket;
        self.bound_us = (bucket + 1) << self.shift;
        let Node { event, next } = self.nodes[head as usize];
        if next == NONE && event.at_us <= until_us {
            // Most buckets hold one event.
            self.nodes[head as usize].next = std::mem::replace(&mut self.free, head);
            self.in_ring -= 1;
            return Some(event);
        }
        let mut last = head;
        self.open.push(event);
        while self.nodes[last as usize].next != NONE {
            last = self.nodes[last as usize].next;
            self.open.push(self.nodes[last as usize].event);
        }
        self.in_ring -= self.open.len();
        self.nodes[last as usize].next = std::mem::replace(&mut self.free, head);
        match &mut self.open[..] {
            [first, second] if *first < *second => std::mem::swap(first, second),
            [_] | [_, _] => {}
            more => more.sort_unstable_by(|a, b| b.cmp(a)),
        }
        if self.open.last()?.at_us <= until_us { self.open.pop() } else { None }
    }

    /// Moves what the ring now reaches into it.
    #[cold]
    fn come_near(&mut self, until_us: u64) {
        let Some(Reverse(first)) = self.far.peek() else { return };
        if self.in_ring == 0 {
            if first.at_us > until_us {
                return;
            }
            self.opened = self.opened.max((first.at_us >> self.shift).saturating_sub(1));
        }
        while let Some(Reverse(first)) = self.far.peek()
            && (first.at_us >> self.shift) - self.opened < RING
        {
            let event = *first;
            self.far.pop();
            self.link(event.at_us >> self.shift, event);
        }
    }

    /// Nothing lies before `bound_us`: lets the ring reach as far ahead of the clock as it can.
    fn wait(&mut self, clock: u64, bound_us: u64) {
        self.bound_us = bound_us;
        if bound_us < u64::MAX {
            self.opened = self.opened.max(clock.min(bound_us >> self.shift).saturating_sub(1));
        }
    }

    /// The first bucket after `opened` that is not empty; there is one.
    #[inline]
    fn first_filled(&self) -> u64 {
        let mut bucket = self.opened + 1;
        loop {
            let place = (bucket % RING) as usize;
            let word = self.filled[place / 64] >> (place % 64);
            if word != 0 {
                return bucket + u64::from(word.trailing_zeros());
            }
            bucket += 64 - (place as u64 % 64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::luck::splitmix64;
    use std::collections::BTreeSet;

    /// Against a sorted set, with near, equal and far times, at several bucket widths.
    #[test]
    fn pops_in_order_whatever_the_bucket_width() {
        for (gap_us, spread) in
            [(1, 40), (1_000, 50_000), (1_000, 90_000_000), (1 << 30, 1 << 20), (7, 1 << 40)]
        {
            let (mut queue, mut set) = (Queue::new(gap_us), BTreeSet::new());
            let mut now_us = 0;
            for step in 0..20_000_u64 {
                let random = splitmix64(step ^ gap_us << 32);
                let rank = if random & 1 == 0 { Rank::Completion } else { Rank::Retry };
                let scale = if random & 6 == 0 { 4 } else { spread };
                let at_us = now_us + (random >> 20) % scale;
                let event = Event::new(at_us, rank, step as u32, (random & 7) as u16, step as u32);
                queue.push(event);
                set.insert(event);
                now_us += splitmix64(random) % (spread / 8 + 2) / 4;
                loop {
                    let expected = set.first().copied().filter(|first| first.at_us <= now_us);
                    let popped = queue.pop_until(now_us);
                    assert_eq!(popped, expected);
                    match popped {
                        Some(event) => assert!(set.remove(&event)),
                        None => break,
                    }
                }
            }
            while let Some(event) = queue.pop_until(u64::MAX) {
                assert_eq!(set.pop_first(), Some(event));
            }
            assert!(set.is_empty());
        }
    }

    #[test]
    fn an_event_keeps_what_it_was_made_of() {
        let event = Event::new(5, Rank::Retry, u32::MAX, u16::MAX, 9);
        assert_eq!((event.rank(), event.id(), event.stream()), (Rank::Retry, u32::MAX, u16::MAX));
        assert!(Event::new(5, Rank::Completion, 8, 0, 0) < Event::new(5, Rank::Retry, 7, 0, 0));
        assert!(Event::new(5, Rank::Retry, 7, 1, 0) < Event::new(5, Rank::Retry, 8, 0, 0));
    }
}
