//! Small questions in the words of a scenario file, with traffic made on the spot.

use ptuplan::catalog::Catalog;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{Recommendation, decide, recommend};
use ptuplan::plan::workers::{Serial, Workers};
use ptuplan::report::compose;
use ptuplan::report::view::RecommendationView;
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;
use std::sync::OnceLock;

pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().unwrap())
}

/// A scenario of one workload; `more` is appended, `top` goes before the tables.
pub(crate) fn scenario(top: &str, more: &str) -> Scenario {
    scenario_of("model = \"gpt-4.1\"", top, more)
}

/// The same with the lines that name the workload's models.
pub(crate) fn scenario_of(models: &str, top: &str, more: &str) -> Scenario {
    let length = if top.contains("length") { "" } else { "length = \"1 day\"" };
    // A recommendation needs an objective; one that allows everything does not bind.
    let stated = more.contains("[slo]");
    let objective = if stated { "" } else { "[slo]\nthrottled_share = \"100 %\"\n" };
    let text = format!(
        "name = \"t\"\nstart = 2026-12-01\n{length}\nzone = \"UTC\"\nregion = \"swedencentral\"\n{top}\n\
         [[workload]]\nname = \"w\"\n{models}\ntraffic = {{ trace = \"made\" }}\n\
         max_output_tokens = 100\nclient = \"openai-sdk\"\n[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\n{more}{objective}"
    );
    match load("t.toml", &text) {
        Ok(scenario) => scenario,
        Err(wrong) => panic!("{wrong:?}\n{text}"),
    }
}

pub(crate) const BOTH: &str = "[allow]\nsku = [\"GlobalStandard\", \"GlobalProvisionedManaged\"]\ncommitment = [\"hourly\", \"1-month\", \"1-year\"]\n";

/// One future only: the answer of the search itself.
pub(crate) const ONCE: &str = "[uncertain]\nreplications = 1\n";

/// `per_minute` requests of 600 input and 100 output tokens (1,000 weighted tokens) at even times of each minute.
pub(crate) fn even(per_minute: &[u64]) -> Trace {
    let mut arrivals = Vec::new();
    for (minute, count) in per_minute.iter().enumerate() {
        arrivals.extend((0..*count).map(|n| minute as u64 * 60_000_000 + n * 60_000_000 / count));
    }
    let count = arrivals.len();
    Trace::new(arrivals, vec![600; count], vec![100; count])
}

/// Requests at random times with random lengths; the same seed gives the same trace.
pub(crate) fn random(seed: u64, window_us: u64) -> Trace {
    let draw = |n: u64| splitmix64(splitmix64(seed) ^ n);
    let count = 40 + draw(0) % 300;
    let mut arrivals: Vec<u64> = (0..count).map(|n| draw(1_000 + n) % window_us).collect();
    // Half of them in a burst of a tenth of the window.
    for (n, at) in arrivals.iter_mut().enumerate().filter(|(n, _)| n % 2 == 0) {
        *at = *at / 10 + draw(7 + n as u64 / 1_000) % (window_us / 2);
    }
    arrivals.sort_unstable();
    let scale = 1 + draw(2) % 12;
    let input = (0..count).map(|n| (100 + draw(2_000 + n) % (2_000 * scale)) as u32).collect();
    let output = (0..count).map(|n| (1 + draw(3_000 + n) % 100) as u32).collect();
    Trace::new(arrivals, input, output)
}

pub(crate) fn answer(scenario: &Scenario, trace: &Trace) -> Recommendation {
    answer_with(scenario, trace, &Serial)
}

pub(crate) fn answer_with(
    scenario: &Scenario,
    trace: &Trace,
    workers: &impl Workers,
) -> Recommendation {
    let traces = [trace.clone().with_seed(scenario.seed)];
    let question = Question { scenario, catalog: catalog(), traces: &traces };
    match recommend(question, workers) {
        Ok(answer) => answer,
        Err(wrong) => panic!("{wrong:?}"),
    }
}

/// The answer without the look around it.
pub(crate) fn decision(scenario: &Scenario, trace: &Trace) -> Recommendation {
    let traces = [trace.clone().with_seed(scenario.seed)];
    let question = Question { scenario, catalog: catalog(), traces: &traces };
    match decide(question, &Serial) {
        Ok(answer) => answer,
        Err(wrong) => panic!("{wrong:?}"),
    }
}

/// The answer as a report shows it.
pub(crate) fn shown(
    scenario: &Scenario,
    trace: &Trace,
    answer: &Recommendation,
) -> RecommendationView {
    let traces = [trace.clone().with_seed(scenario.seed)];
    let question = Question { scenario, catalog: catalog(), traces: &traces };
    compose::recommendation(question, answer).unwrap()
}

pub(crate) fn chosen_cost(answer: &Recommendation) -> Option<Decimal> {
    let choice = &answer.candidates[answer.choice?];
    Some(choice.figures.as_ref()?.cost.monthly.amount())
}

/// Threads that take items from the back first, to be unlike [`Serial`].
pub(crate) struct Backwards;

impl Workers for Backwards {
    fn map<T: Sync, R: Send>(
        &self,
        _task: &str,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R> {
        let mut results: Vec<R> = std::thread::scope(|scope| {
            let handles: Vec<_> =
                items.iter().rev().map(|item| scope.spawn(|| work(item))).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).collect()
        });
        results.reverse();
        results
    }
}
