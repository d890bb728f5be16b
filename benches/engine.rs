//! The engine against what a user would write instead, on the reference work (1,000,000 requests, a tenth refused at first).
//!
//! Budgets, as ratios of medians taken in turn in one run:
//!
//! | what | budget |
//! |---|---|
//! | fast path against an enum `BinaryHeap` (first draft) | at least 3 times faster |
//! | ordered path against a packed-key `BinaryHeap` | at most 1.3 times its time |
//! | minute series and a second deployment | at most 30 ns a request together |
//! | smallest of 32 sizes with 0.1 % throttled, bisected with a bound, against 32 full runs | at least 8 times faster |
//!
//! The engine's times are those of `engine::run`: they include the checks of setup and trace, usage by hour and the audit,
//! which the drafts do not do. All must give the same outcome, or the run stops.
//! `cargo bench --bench engine` prints criterion's figures and then the table; dated results are in `benches/runs/`.
#![allow(clippy::print_stdout, missing_docs)]

#[path = "reference/drafts.rs"]
mod drafts;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/engine/reference.rs"]
mod reference;

use criterion::{Criterion, criterion_group};
use ptuplan::engine::setup::{Admission, Deployment, DeploymentIx, Limiter, ServiceTime, Setup};
use ptuplan::engine::{Bound, Replay, Trial, run, run_ordered};
use ptuplan::units::ptu::Ptu;
use ptuplan::workload::trace::Trace;
use std::hint::black_box;
use std::time::Instant;

/// The reference deployment with a minute series and a Standard deployment behind it.
fn full_featured(trace: &Trace) -> Setup {
    let mut setup = reference::setup(trace, reference::CAPACITY);
    let limiter = Limiter {
        limit_tokens_per_minute: Some(2_000_000),
        limit_requests_per_minute: Some(2_000),
        ..Limiter::documented(16)
    };
    let service = ServiceTime { first_token_us: 500_000, per_output_token_us: 20_000 };
    setup.deployments.push(Deployment::new(Admission::Standard(limiter), service));
    setup.streams[0].route.push(DeploymentIx(1));
    setup.minute_series = true;
    setup
}

/// The reference deployment in thousandths of its capacity, and 32 sizes of 75 % to 152.5 %.
fn swept(trace: &Trace) -> (Setup, Vec<Ptu>) {
    let setup = reference::setup(trace, reference::CAPACITY / 1_000);
    (setup, (0..32).map(|k| 750 + 25 * k).collect())
}

/// The first size that is good enough, all having been run.
fn sweep(setup: &Setup, trace: &Trace, sizes: &[Ptu], bound: &Bound) -> Option<usize> {
    let traces = [trace];
    let trials = Replay::new(setup, &traces)
        .and_then(|replay| replay.sweep(setup, 0, sizes, bound))
        .expect("the setup is sound");
    let kept = a_thousandth(trace);
    trials.iter().position(|trial| match trial {
        Trial::Done(outcome) => {
            let stream = &outcome.streams[0];
            stream.failed <= kept.failed && stream.saw_throttle <= kept.saw_throttle
        }
        Trial::Abandoned { .. } => false,
    })
}

/// The smallest size that keeps the bound, found by halving.
fn bisect(setup: &Setup, trace: &Trace, sizes: &[Ptu], bound: &Bound) -> usize {
    let traces = [trace];
    let replay = Replay::new(setup, &traces).expect("the setup is sound");
    let keeps = |size: &Ptu| {
        let trials = replay.sweep(setup, 0, &[*size], bound).expect("the setup is sound");
        matches!(trials[..], [Trial::Done(_)])
    };
    sizes.partition_point(|size| !keeps(size))
}

fn a_thousandth(trace: &Trace) -> Bound {
    let allowed = Bound::share(trace.len() as u64, 1_000);
    Bound { failed: allowed, saw_throttle: allowed, ..Bound::NONE }
}

fn engine(criterion: &mut Criterion) {
    let trace = reference::trace(reference::FULL);
    let rows = drafts::Rows::of(&trace);
    let setup = reference::setup(&trace, reference::CAPACITY);
    let roomy = reference::setup(&trace, 17_000_000);
    let full = full_featured(&trace);
    let mut group = criterion.benchmark_group("reference_work");
    group.sample_size(10);
    group.bench_function("first_draft_heap", |b| {
        b.iter(|| drafts::first_draft(&rows, reference::CAPACITY));
    });
    group.bench_function("packed_heap", |b| b.iter(|| drafts::packed(&rows, reference::CAPACITY)));
    group.bench_function("ordered_path", |b| b.iter(|| run_ordered(&setup, &[&trace])));
    group.bench_function("fast_path", |b| b.iter(|| run(&setup, &[&trace])));
    group.bench_function("fast_path_no_429", |b| b.iter(|| run(&roomy, &[&trace])));
    group.bench_function("fast_path_spillover_minutes", |b| b.iter(|| run(&full, &[&trace])));
    group.finish();
}

/// Medians of some functions run in turn, in seconds.
fn medians<const N: usize>(rounds: usize, work: [&dyn Fn(); N]) -> [f64; N] {
    let mut times = [(); N].map(|()| Vec::with_capacity(rounds));
    for _ in 0..rounds {
        for (times, work) in times.iter_mut().zip(work) {
            let start = Instant::now();
            work();
            times.push(start.elapsed().as_secs_f64());
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[rounds / 2]
    })
}

fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

fn table() {
    let trace = reference::trace(reference::FULL);
    let rows = drafts::Rows::of(&trace);
    let setup = reference::setup(&trace, reference::CAPACITY);
    let full = full_featured(&trace);
    let outcome = run(&setup, &[&trace]).expect("the setup is sound");
    let draft = drafts::first_draft(&rows, reference::CAPACITY);
    assert_eq!(draft, drafts::packed(&rows, reference::CAPACITY));
    assert_eq!(draft.waits_us, outcome.streams[0].added_waits_us);
    assert_eq!(draft.throttled, outcome.deployments[0].throttled);
    assert_eq!(outcome, run_ordered(&setup, &[&trace]).expect("the setup is sound"));

    let [first, packed, ordered, fast, featured, ordered_featured] = medians(
        9,
        [
            &|| drop(black_box(drafts::first_draft(&rows, reference::CAPACITY))),
            &|| drop(black_box(drafts::packed(&rows, reference::CAPACITY))),
            &|| drop(black_box(run_ordered(&setup, &[&trace]))),
            &|| drop(black_box(run(&setup, &[&trace]))),
            &|| drop(black_box(run(&full, &[&trace]))),
            &|| drop(black_box(run_ordered(&full, &[&trace]))),
        ],
    );
    let (swept, sizes) = swept(&trace);
    let bound = a_thousandth(&trace);
    assert_eq!(
        sweep(&swept, &trace, &sizes, &Bound::NONE),
        Some(bisect(&swept, &trace, &sizes, &bound))
    );
    let [all, bounded, bisected] = medians(
        3,
        [
            &|| {
                black_box(sweep(&swept, &trace, &sizes, &Bound::NONE));
            },
            &|| {
                black_box(sweep(&swept, &trace, &sizes, &bound));
            },
            &|| {
                black_box(bisect(&swept, &trace, &sizes, &bound));
            },
        ],
    );
    let ns = |seconds: f64| seconds * 1e9 / reference::FULL as f64;
    println!("\n{:<52}{:>10}  budget", "ratio of medians, one run", "found");
    let line = |what: &str, found: f64, budget: &str, reached: bool| {
        let verdict = if budget.is_empty() { "" } else { verdict(reached) };
        println!("{what:<52}{found:>10.2}  {budget} {verdict}");
    };
    line("first draft / fast path", first / fast, ">= 3", first / fast >= 3.0);
    line("packed heap / fast path", packed / fast, "", true);
    line("ordered path / packed heap", ordered / packed, "<= 1.3", ordered / packed <= 1.3);
    let extra = ns(featured - fast);
    line("minutes + 2nd deployment, fast, ns/request", extra, "<= 30", extra <= 30.0);
    let extra = ns(ordered_featured - ordered);
    line("minutes + 2nd deployment, ordered, ns/request", extra, "<= 30", extra <= 30.0);
    line("32 sizes: all run / given up early", all / bounded, "", true);
    line("32 sizes: all run / bisected", all / bisected, ">= 8", all / bisected >= 8.0);
    println!(
        "ns/request: first draft {:.1}, packed {:.1}, ordered {:.1}, fast {:.1}, fast with all {:.1}; sweep s: {all:.3}, {bounded:.3}, {bisected:.3}",
        ns(first),
        ns(packed),
        ns(ordered),
        ns(fast),
        ns(featured)
    );
}

criterion_group!(benches, engine);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    table();
}
