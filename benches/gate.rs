//! The engine's work for an instruction counter: `.ci/instructions` runs it under callgrind and compares with the committed
//! counts, so that a regression of a fifth is seen and a busy machine is not.
//!
//! Argument: `trace` (the reference trace alone, to be subtracted), `fast` or `ordered` (one simulation of it).
#![allow(clippy::expect_used, missing_docs)]

#[allow(dead_code, reason = "the tests and the timed bench use more of it")]
#[path = "../tests/engine/reference.rs"]
mod reference;

use ptuplan::engine::run;
use ptuplan::engine::run_ordered;
use std::hint::black_box;

/// Requests: enough for the loop to outweigh everything else, few enough for callgrind to take seconds.
const REQUESTS: usize = 100_000;

fn main() {
    let trace = reference::trace(REQUESTS);
    // A tenth of the first attempts is refused, as in the full reference work.
    let setup = reference::setup(&trace, 15_200_000);
    let mode = std::env::args().nth(1).unwrap_or_default();
    match mode.as_str() {
        "fast" => drop(black_box(run(&setup, &[&trace]).expect("the setup is sound"))),
        "ordered" => drop(black_box(run_ordered(&setup, &[&trace]).expect("the setup is sound"))),
        _ => drop(black_box(trace)),
    }
}
