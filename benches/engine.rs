//! The engine on the reference work (1,000,000 requests, a tenth refused at first) beside what a user would write instead.
//!
//! Its budgets are ratios within one run: the bench `table` takes and prints them. Times here are those of `engine::run`: they
//! include the checks of setup and trace, usage by hour and the audit, which the drafts do not do.
#![allow(missing_docs)]

#[path = "reference/drafts.rs"]
mod drafts;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/engine/reference.rs"]
mod reference;

use criterion::{Criterion, criterion_group, criterion_main};
use ptuplan::engine::run;
use ptuplan::engine::run_ordered;
use ptuplan::engine::setup::{Admission, Deployment, DeploymentIx, Limiter, Setup};
use ptuplan::engine::work::ServiceTime;
use ptuplan::workload::trace::Trace;

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

criterion_group!(benches, engine);
criterion_main!(benches);
