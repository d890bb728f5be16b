//! Code of others that panics on damaged input, kept from taking the program with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

static GUARDED: AtomicUsize = AtomicUsize::new(0);

/// What `read` returns; none when it panics. What it was working on must not be used any more then.
pub fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    GUARDED.fetch_add(1, Ordering::SeqCst);
    let found = catch_unwind(AssertUnwindSafe(read)).ok();
    GUARDED.fetch_sub(1, Ordering::SeqCst);
    found
}

/// Whether a panic would be caught here: a program's panic hook need not speak of it then.
pub fn is_guarded() -> bool {
    GUARDED.load(Ordering::SeqCst) > 0
}
