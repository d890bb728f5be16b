//! Every speed budget in one table: reached or missed, by how much, and how it was measured. The last bench of `cargo bench`.
//!
//! All of it is the product's own public interface on the reference work (1,000,000 requests; see `tests/engine/reference.rs`),
//! its outcome checked against the baseline's before anything is timed. Ratios are of medians taken in turn in one run. Work
//! of one thread is measured in processor time, because a shared machine stretches the wall clock and not that; anything
//! with several threads or processes is measured by the wall clock.
//!
//! Baselines that are not in this repository (the best known kernel, numba, heapq, `SimPy`) are run when `../shared/performance`
//! is there and `PTUPLAN_BENCH_PYTHON` names a Python with `simpy`, `numba` and `numpy`; else their lines say that they were
//! skipped. So is the comparison with an older program of this product, a checkout of which `PTUPLAN_BENCH_BEFORE` names, built in
//! its `target/release`. An argument runs the sections whose name contains it: `cargo bench --bench table -- engine`.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

mod baselines;
#[cfg(feature = "cli")]
mod before;
mod clock;
mod criterion_files;
mod engine;
mod memory;
#[cfg(feature = "cli")]
mod plan;
mod process;
mod rows;
mod sweeps;

#[path = "../reference/drafts.rs"]
mod drafts;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/engine/reference.rs"]
mod reference;

use baselines::Baselines;
use rows::Table;

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wants = |section: &str| wanted.as_ref().is_none_or(|wanted| section.contains(&**wanted));
    let trace = reference::trace(reference::FULL);
    let baselines = Baselines::find(&trace);
    let mut table = Table::default();
    if wants("engine") {
        engine::measure(&trace, &baselines, &mut table);
    }
    if wants("sweeps") {
        sweeps::measure(&trace, &baselines, &mut table);
    }
    if wants("memory") {
        memory::measure(&trace, &mut table);
    }
    #[cfg(not(feature = "cli"))]
    println!("SKIPPED: plans of scenarios' files need the default features");
    #[cfg(feature = "cli")]
    {
        if wants("plan") {
            plan::measure(&mut table);
        }
        if wants("before") {
            before::measure(&mut table);
        }
    }
    if wants("process") {
        process::measure(&trace, &baselines, &mut table);
    }
    if wants("files") {
        criterion_files::measure(&mut table);
    }
    table.print();
}
