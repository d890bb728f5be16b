//! One size: the two paths against what a user would write, and what further features cost.

use crate::baselines::Baselines;
use crate::clock::{by_processor, medians};
use crate::rows::Budget::{AtLeast, AtMost, None as Shown};
use crate::rows::Table;
use crate::{drafts, reference};
use ptuplan::engine::run;
use ptuplan::engine::run_ordered;
use ptuplan::engine::setup::{Admission, Deployment, DeploymentIx, Limiter, Setup};
use ptuplan::engine::work::ServiceTime;
use ptuplan::workload::trace::Trace;
use std::hint::black_box;

const ROUNDS: usize = 9;

/// A Standard deployment with a token and a request limit that lets about a tenth of the reference work in.
fn standard() -> Deployment {
    let limiter = Limiter {
        limit_tokens_per_minute: Some(1_500_000),
        limit_requests_per_minute: Some(1_200),
        ..Limiter::documented(16)
    };
    let service = ServiceTime { first_token_us: 500_000, per_output_token_us: 20_000 };
    Deployment::new(Admission::Standard(limiter), service)
}

/// Minute series, and a Standard deployment behind the provisioned one: what it refuses spills over.
fn with_spillover(trace: &Trace) -> Setup {
    let mut setup = reference::setup(trace, reference::CAPACITY);
    setup.deployments.push(standard());
    setup.streams[0].route.push(DeploymentIx(1));
    setup.minute_series = true;
    setup
}

/// Minute series, and a Standard deployment in front: every request asks it first, most go on to the provisioned one.
fn standard_first(trace: &Trace) -> Setup {
    let mut setup = with_spillover(trace);
    setup.streams[0].route.reverse();
    setup
}

pub(crate) fn measure(trace: &Trace, baselines: &Baselines, table: &mut Table) {
    let rows = drafts::Rows::of(trace);
    let capacity = reference::CAPACITY;
    let setup = reference::setup(trace, capacity);
    let roomy = reference::setup(trace, 17_000_000);
    let (spilling, first) = (with_spillover(trace), standard_first(trace));
    let mut minutes = setup.clone();
    minutes.minute_series = true;
    // The same work, or nothing is timed.
    let outcome = run(&setup, &[trace]).expect("the setup is sound");
    let draft = drafts::first_draft(&rows, capacity);
    assert_eq!(draft, drafts::packed(&rows, capacity));
    assert_eq!(draft.waits_us, outcome.streams[0].added_waits_us);
    assert_eq!(draft.throttled, outcome.deployments[0].throttled);
    assert_eq!(outcome, run_ordered(&setup, &[trace]).expect("the setup is sound"));
    let asked = run(&first, &[trace]).expect("the setup is sound");
    assert!(asked.deployments[1].spilled_out > 800_000, "most go on to the second deployment");

    let [draft, packed, ordered, fast, fast_roomy] = medians(
        ROUNDS,
        by_processor,
        [
            &|| drop(black_box(drafts::first_draft(&rows, capacity))),
            &|| drop(black_box(drafts::packed(&rows, capacity))),
            &|| drop(black_box(run_ordered(&setup, &[trace]))),
            &|| drop(black_box(run(&setup, &[trace]))),
            &|| drop(black_box(run(&roomy, &[trace]))),
        ],
    );
    let [plain, in_minutes, spill, plain_ordered, spill_ordered, roomy_ordered, both] = medians(
        ROUNDS,
        by_processor,
        [
            &|| drop(black_box(run(&setup, &[trace]))),
            &|| drop(black_box(run(&minutes, &[trace]))),
            &|| drop(black_box(run(&spilling, &[trace]))),
            &|| drop(black_box(run_ordered(&setup, &[trace]))),
            &|| drop(black_box(run_ordered(&spilling, &[trace]))),
            &|| drop(black_box(run_ordered(&roomy, &[trace]))),
            &|| drop(black_box(run_ordered(&first, &[trace]))),
        ],
    );
    let ns = |seconds: f64| seconds * 1e9 / trace.len() as f64;
    let in_turn = "medians of 9 in turn, processor time";
    table.add("one size, ns a request", ns(fast), Shown, "fast path, a tenth refused at first");
    table.add("one size without a 429, ns a request", ns(fast_roomy), Shown, "fast path");
    table.add("the same by the ordered path, ns a request", ns(ordered), Shown, "a tenth refused");
    table.add("first draft (enum in a BinaryHeap) / one size", draft / fast, AtLeast(3.0), in_turn);
    table.add("packed-key BinaryHeap / one size", packed / fast, Shown, in_turn);
    table.add("ordered path / packed-key BinaryHeap", ordered / packed, AtMost(1.3), in_turn);
    let processor = |ran: crate::baselines::Ran| ran.processor;
    let kernel = Baselines::median(3, || baselines.kernel("vec", 9, 1), processor);
    let how = "processor time, each in its own process";
    table.add_if("one size / best known kernel", kernel.map(|k| fast / k), AtMost(2.0), how);
    let kernel = kernel.map(ns);
    table.add_if("best known kernel, ns a request", kernel, Shown, "flat buckets, no intrinsics");
    for (script, rounds, runs, what, budget) in [
        ("sim_numba.py", 3, 3, "numba heap / one size", 2.5),
        ("sim_heapq.py", 1, 3, "heapq / one size", 30.0),
        ("sim_simpy.py", 1, 1, "SimPy / one size", 170.0),
    ] {
        let other = Baselines::median(rounds, || baselines.script(script, runs, None), processor);
        table.add_if(what, other.map(|other| other / fast), AtLeast(budget), how);
    }
    let more = |with: f64, without: f64| ns(with) - ns(without);
    table.add("minute series, ns a request more", more(in_minutes, plain), Shown, "fast path");
    let how = "fast path; a spilled request is not retried, which saves work";
    let what = "minutes, second deployment, TPM + RPM: ns a request more";
    table.add(what, more(spill, plain), AtMost(30.0), how);
    table.add(what, more(spill_ordered, plain_ordered), AtMost(30.0), "ordered path, likewise");
    let how = "ordered path; every request asks the Standard deployment first";
    table.add(what, more(both, roomy_ordered), AtMost(30.0), how);
}
