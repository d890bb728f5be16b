//! What a run keeps, and how often it asks for memory.

#![allow(
    unsafe_code,
    reason = "an allocator cannot be written without; this one counts and hands everything on"
)]

use crate::reference;
use crate::rows::Budget::{AtMost, None as Shown};
use crate::rows::Table;
use ptuplan::engine::run;
use ptuplan::engine::run_ordered;
use ptuplan::workload::trace::Trace;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static CALLS: AtomicU64 = AtomicU64::new(0);
static HELD: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: every call is the system allocator's with the same arguments.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        let held = HELD.fetch_add(layout.size() as u64, Relaxed) + layout.size() as u64;
        PEAK.fetch_max(held, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as u64, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Calls for memory, and the most that was held beyond what was held before.
fn counted(work: impl FnOnce()) -> (u64, u64) {
    let (calls, held) = (CALLS.load(Relaxed), HELD.load(Relaxed));
    PEAK.store(held, Relaxed);
    work();
    (CALLS.load(Relaxed) - calls, PEAK.load(Relaxed) - held)
}

pub(crate) fn measure(trace: &Trace, table: &mut Table) {
    let setup = reference::setup(trace, reference::CAPACITY);
    let half = reference::trace(trace.len() / 2);
    let half_setup = reference::setup(&half, reference::CAPACITY);
    let requests = trace.len() as f64;
    let columns = 16.0;
    for path in ["fast", "ordered"] {
        let simulate = if path == "fast" { run } else { run_ordered };
        let (calls, peak) = counted(|| drop(simulate(&setup, &[trace])));
        let (fewer, _) = counted(|| drop(simulate(&half_setup, &[&half])));
        let what = format!("{path} path: bytes a request, trace included");
        let how = "peak counted by the allocator, 1,000,000 requests";
        table.add(&what, columns + peak as f64 / requests, AtMost(24.0), how);
        let events = 2.0 * (requests / 2.0);
        let what = format!("{path} path: calls for memory per million further events");
        let how = "vectors double; nothing is allocated for an event";
        let further = (calls as f64 - fewer as f64) * 1e6 / events;
        table.add(&what, further, AtMost(100.0), how);
        table.add(&format!("{path} path: calls for memory in all"), calls as f64, Shown, how);
    }
}
