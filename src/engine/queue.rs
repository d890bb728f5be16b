//! The events to come, in the one total order of the engine.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What an event is. The order of declaration is the order at one microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// An answer is complete.
    Completion,
    /// A client tries again.
    Retry,
}

/// An event: when, what, of which request, and a number that the rank gives its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    pub(crate) at_us: u64,
    pub(crate) rank: Rank,
    pub(crate) id: u32,
    pub(crate) stream: u16,
    /// Completion: the slot of the flight. Retry: the number of the attempt.
    pub(crate) payload: u32,
}

/// Events in order.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Reverse<Event>>,
}

impl Queue {
    pub(crate) fn push(&mut self, event: Event) {
        self.heap.push(Reverse(event));
    }

    /// Takes the first event that is not after `until_us`.
    pub(crate) fn pop_until(&mut self, until_us: u64) -> Option<Event> {
        if self.heap.peek()?.0.at_us > until_us {
            return None;
        }
        self.heap.pop().map(|event| event.0)
    }
}
