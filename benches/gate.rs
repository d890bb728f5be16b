//! The engine's work for an instruction counter: `.ci/instructions` runs it under callgrind and compares with the committed
//! counts, so that a regression of a fifth is seen and a busy machine is not.
//!
//! Argument: `trace` (the reference trace alone, to be subtracted), `fast` or `ordered` (one simulation of it); `question` (the
//! catalogue, a scenario and an hour of calls, to be subtracted) or `recommend` (the whole answer to it).
#![allow(clippy::expect_used, missing_docs)]

#[allow(dead_code, reason = "the tests and the timed bench use more of it")]
#[path = "../tests/engine/reference.rs"]
mod reference;

use ptuplan::catalog::Catalog;
use ptuplan::engine::run;
use ptuplan::engine::run_ordered;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::recommend;
use ptuplan::plan::workers::Serial;
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::workload::trace::Trace;
use std::hint::black_box;

/// Requests: enough for the loop to outweigh everything else, few enough for callgrind to take seconds.
const REQUESTS: usize = 100_000;

/// A question whose answer looks at every part of a plan: sizes alone and with spillover, payments, futures, quota, sensitivity,
/// what-if grid.
const QUESTION: &str = r#"
name   = "An hour"
start  = 2026-12-01
length = "1 hour"
zone   = "UTC"
region = "swedencentral"

[[workload]]
name    = "chat"
model   = "gpt-4.1"
traffic = { trace = "made below" }
max_output_tokens = 200
client  = "openai-sdk"

[allow]
sku        = ["GlobalStandard", "GlobalProvisionedManaged"]
commitment = ["hourly", "1-month"]

[subscription]
quota_tier = "Tier 1"

[slo]
throttled_share = "0.1 %"

[uncertain]
traffic      = { low = 0.9, mode = 1, high = 1.2 }
replications = 4
"#;

/// Two calls a second for an hour, more of them in its middle.
fn hour() -> Trace {
    let calls = 7_200_usize;
    let at = |call: usize| {
        let place = call as f64 / calls as f64 - 0.5;
        ((0.5 + 2.0 * place * place * place + place / 2.0) * 3_600e6) as u64
    };
    Trace::new((0..calls).map(at).collect(), vec![900; calls], vec![120; calls])
}

/// One run of the engine over the reference trace, or the trace alone.
fn of_the_engine(mode: &str) {
    let trace = reference::trace(REQUESTS);
    // A tenth of the first attempts is refused, as in the full reference work.
    let setup = reference::setup(&trace, 15_200_000);
    match mode {
        "fast" => drop(black_box(run(&setup, &[&trace]).expect("the setup is sound"))),
        "ordered" => drop(black_box(run_ordered(&setup, &[&trace]).expect("the setup is sound"))),
        _ => drop(black_box(trace)),
    }
}

/// One recommendation, or its question alone.
fn of_the_plan(mode: &str) {
    let catalog = Catalog::embedded().expect("the catalogue is sound");
    let scenario: Scenario = load("hour.toml", QUESTION).expect("the scenario is sound");
    let traces = [hour()];
    let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
    if mode == "recommend" {
        let answer = recommend(question, &Serial).expect("the question is sound");
        assert!(answer.is_feasible(), "the question has an answer");
        drop(black_box(answer));
    }
}

fn main() {
    let mode = std::env::args().nth(1).unwrap_or_default();
    match mode.as_str() {
        "question" | "recommend" => of_the_plan(&mode),
        _ => of_the_engine(&mode),
    }
}
