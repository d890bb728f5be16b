//! What an engineer would write first and second for the reference work: event structs in a binary heap, then packed keys
//! with the arrivals kept outside. Comparison code; nothing of the product uses it.

use crate::reference::{MAX_OUTPUT_TOKENS, OUTPUT_WEIGHT};
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const STEPS: i64 = 60_000_000;
const RETRIES: u32 = 5;

/// What both drafts count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) served: u64,
    pub(crate) throttled: u64,
    pub(crate) failed: u64,
    pub(crate) wait_sum_us: u64,
    pub(crate) input: u64,
    pub(crate) output: u64,
    pub(crate) waits_us: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Request {
    arrival_us: u64,
    input: u32,
    output: u32,
}

/// The trace as rows, as a first draft has it.
pub(crate) struct Rows(Vec<Request>);

impl Rows {
    pub(crate) fn of(trace: &Trace) -> Self {
        let row = |i: usize| Request {
            arrival_us: trace.arrival_us[i],
            input: trace.input_tokens[i],
            output: trace.output_tokens[i],
        };
        Self((0..trace.len()).map(row).collect())
    }
}

struct Level {
    capacity: i64,
    filled: i64,
    last_us: u64,
}

impl Level {
    fn new(capacity: i64) -> Self {
        Self { capacity, filled: 0, last_us: 0 }
    }

    fn drain(&mut self, now_us: u64) {
        let drained = self.capacity * (now_us - self.last_us) as i64;
        self.filled = (self.filled - drained).max(0);
        self.last_us = now_us;
    }

    fn admit(&mut self, now_us: u64, request: &Request) -> Result<(), u64> {
        self.drain(now_us);
        let over = self.filled - self.capacity * STEPS;
        if over >= 0 {
            return Err(((over / self.capacity) as u64 / 1_000 + 1) * 1_000);
        }
        let estimate =
            i64::from(request.input) + OUTPUT_WEIGHT as i64 * i64::from(MAX_OUTPUT_TOKENS);
        self.filled += estimate * STEPS;
        Ok(())
    }

    fn complete(&mut self, now_us: u64, request: &Request) {
        self.drain(now_us);
        let unused = OUTPUT_WEIGHT as i64 * i64::from(MAX_OUTPUT_TOKENS - request.output);
        self.filled = (self.filled - unused * STEPS).max(0);
    }
}

fn service_us(request: &Request) -> u64 {
    300_000 + 20_000 * u64::from(request.output)
}

fn wait_us(id: u32, attempt: u32, retry_after_us: u64) -> u64 {
    let base = 500_000_u64 << attempt;
    let random = splitmix64(u64::from(id) * 8 + u64::from(attempt)) >> 32;
    (base - (((base >> 2) * random) >> 32)).max(retry_after_us)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Completion,
    Retry,
    Arrival,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at_us: u64,
    kind: Kind,
    id: u32,
    attempt: u32,
}

/// The first draft: an enum, a struct, the standard heap.
pub(crate) fn first_draft(rows: &Rows, capacity: u64) -> Counts {
    let rows = &rows.0;
    let mut level = Level::new(capacity as i64);
    let mut counts = Counts::default();
    let mut waits = Vec::with_capacity(rows.len());
    let mut heap = BinaryHeap::new();
    let arrival = |id: usize| {
        Reverse(Event {
            at_us: rows[id].arrival_us,
            kind: Kind::Arrival,
            id: id as u32,
            attempt: 0,
        })
    };
    if !rows.is_empty() {
        heap.push(arrival(0));
    }
    while let Some(Reverse(event)) = heap.pop() {
        let request = &rows[event.id as usize];
        match event.kind {
            Kind::Completion => {
                level.complete(event.at_us, request);
                continue;
            }
            Kind::Arrival if event.id as usize + 1 < rows.len() => {
                heap.push(arrival(event.id as usize + 1));
            }
            Kind::Arrival | Kind::Retry => {}
        }
        match level.admit(event.at_us, request) {
            Ok(()) => {
                counts.served += 1;
                counts.input += u64::from(request.input);
                counts.output += u64::from(request.output);
                waits.push(event.at_us - request.arrival_us);
                let at_us = event.at_us + service_us(request);
                heap.push(Reverse(Event { at_us, kind: Kind::Completion, ..event }));
            }
            Err(retry_after_us) => {
                counts.throttled += 1;
                if event.attempt == RETRIES {
                    counts.failed += 1;
                } else {
                    let at_us = event.at_us + wait_us(event.id, event.attempt, retry_after_us);
                    let attempt = event.attempt + 1;
                    heap.push(Reverse(Event { at_us, kind: Kind::Retry, attempt, ..event }));
                }
            }
        }
    }
    counts.wait_sum_us = waits.iter().sum();
    counts.waits_us = waits.iter().filter(|w| **w > 0).map(|w| *w as u32).collect();
    counts
}

/// The second draft: the key in one integer, arrivals taken from the sorted trace.
pub(crate) fn packed(rows: &Rows, capacity: u64) -> Counts {
    let rows = &rows.0;
    let mut level = Level::new(capacity as i64);
    let mut counts = Counts::default();
    let mut heap: BinaryHeap<Reverse<u128>> = BinaryHeap::new();
    let key = |at_us: u64, kind: Kind, id: u32, attempt: u32| {
        Reverse(
            u128::from(at_us) << 64
                | u128::from((kind as u64) << 40 | u64::from(id) << 8 | u64::from(attempt)),
        )
    };
    let mut next = 0;
    loop {
        let arrival_us = rows.get(next).map_or(u64::MAX, |row| row.arrival_us);
        let (at_us, id, attempt) = match heap.peek() {
            Some(&Reverse(top)) if (top >> 64) as u64 <= arrival_us => {
                heap.pop();
                let (at_us, id) = ((top >> 64) as u64, (top >> 8) as u32);
                if (top as u64) >> 40 == Kind::Completion as u64 {
                    level.complete(at_us, &rows[id as usize]);
                    continue;
                }
                (at_us, id, (top & 0xff) as u32)
            }
            _ if next < rows.len() => {
                next += 1;
                (arrival_us, next as u32 - 1, 0)
            }
            _ => break,
        };
        let request = &rows[id as usize];
        match level.admit(at_us, request) {
            Ok(()) => {
                counts.served += 1;
                counts.input += u64::from(request.input);
                counts.output += u64::from(request.output);
                if attempt > 0 {
                    counts.waits_us.push((at_us - request.arrival_us) as u32);
                }
                heap.push(key(at_us + service_us(request), Kind::Completion, id, 0));
            }
            Err(retry_after_us) => {
                counts.throttled += 1;
                if attempt == RETRIES {
                    counts.failed += 1;
                } else {
                    heap.push(key(
                        at_us + wait_us(id, attempt, retry_after_us),
                        Kind::Retry,
                        id,
                        attempt + 1,
                    ));
                }
            }
        }
    }
    counts.wait_sum_us = counts.waits_us.iter().map(|w| u64::from(*w)).sum();
    counts
}
