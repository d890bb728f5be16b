//! Several models: their sizes are found one by one, the whole is the cheapest of all combinations.

use crate::support::{BOTH, ONCE, catalog, chosen_cost, random, scenario_of};
use ptuplan::billing::bill::Bill;
use ptuplan::metrics::measures::of_stream;
use ptuplan::plan::candidates::candidate::candidate;
use ptuplan::plan::candidates::family::{Family, families};
use ptuplan::plan::evaluate::cost::cost_of;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{Recommendation, decide, recommend};
use ptuplan::plan::workers::Serial;
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::named::Payment;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::{price, simulate};
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;

const HOUR_US: u64 = 3_600_000_000;

/// Two workloads of two models.
fn two(seed: u64, more: &str) -> Scenario {
    let workload = |name: &str, model: &str| {
        format!(
            "[[workload]]\nname = \"{name}\"\nmodel = \"{model}\"\ntraffic = {{ trace = \"made\" }}\n\
             max_output_tokens = 100\nclient = \"openai-sdk\"\n"
        )
    };
    let text = format!(
        "name = \"t\"\nstart = 2026-12-01\nlength = \"1 day\"\nzone = \"UTC\"\nregion = \"swedencentral\"\n\
         simulate = \"1 hour\"\nseed = {seed}\n{}{}[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\"]\n{more}",
        workload("a", "gpt-4.1"),
        workload("b", "gpt-4.1-mini"),
    );
    load("t.toml", &text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
}

fn decision(scenario: &Scenario, traces: &[Trace]) -> Recommendation {
    decide(Question { scenario, catalog: catalog(), traces }, &Serial).unwrap()
}

/// The cheapest feasible whole: every shape and size up to `most` of each model, and every payment.
fn cheapest(scenario: &Scenario, traces: &[Trace], most: u32) -> Option<Decimal> {
    let shapes = families(scenario, catalog()).unwrap();
    let mut best: Option<Decimal> = None;
    for first in &shapes {
        for second in shapes.iter().filter(|second| second.mix.label == first.mix.label) {
            let each = [(first, 0), (second, 1.min(first.lanes.len() - 1))].map(|(shape, lane)| {
                let lane = shape.lanes[lane].clone();
                let sizes: Vec<Option<u32>> = match lane.grid {
                    Some(grid) => grid.sizes(most).map(Some).collect(),
                    None => vec![None],
                };
                (lane, sizes)
            });
            for a in &each[0].1 {
                for b in &each[1].1 {
                    let mut lanes = vec![each[0].0.clone(), each[1].0.clone()];
                    lanes.truncate(first.lanes.len());
                    if lanes.len() == 1 && b != &each[1].1[0] {
                        continue;
                    }
                    for (lane, size) in lanes.iter_mut().zip([a, b]) {
                        lane.fixed_ptu = *size;
                    }
                    let whole = Family { lanes, ..first.clone() };
                    let Some(cost) = cost(scenario, traces, &whole) else { continue };
                    best = Some(best.map_or(cost, |best| best.min(cost)));
                }
            }
        }
    }
    best
}

fn cost(scenario: &Scenario, traces: &[Trace], whole: &Family) -> Option<Decimal> {
    let one = candidate(whole, 0, Payment::Hourly);
    let simulated = simulate(scenario, catalog(), traces, &one).ok()?;
    let measured: Vec<_> = if simulated.parts.is_empty() {
        simulated.outcome.streams.iter().map(of_stream).collect()
    } else {
        simulated.parts.iter().map(|part| of_stream(&part.outcome)).collect()
    };
    if measured.iter().any(|m| !scenario.slo.breaches(m).is_empty()) {
        return None;
    }
    let costs = scenario.allow.payments.iter().map(|payment| {
        let bill: Bill = price(scenario, catalog(), &simulated, *payment).unwrap();
        cost_of(scenario, &[&bill]).unwrap().monthly.amount()
    });
    costs.min()
}

fn objective(seed: u64) -> &'static str {
    match splitmix64(seed) % 3 {
        0 => "[slo]\nthrottled_share = \"100 %\"\n",
        1 => "[slo]\nthrottled_share = \"0.1 %\"\n",
        _ => "[slo]\nthrottled_share = \"2 %\"\nadded_wait.p95 = \"100 ms\"\n",
    }
}

#[test]
fn two_models_take_the_sizes_that_trying_all_pairs_finds() {
    for seed in 0..40 {
        // Small loads, so that all pairs are few.
        let scenario = two(seed, &format!("{BOTH}{ONCE}{}", objective(seed)));
        let traces = [random(seed, HOUR_US), random(seed + 500, HOUR_US)];
        let traces = traces.map(|trace| shortened(trace, seed).with_seed(seed));
        let found = chosen_cost(&decision(&scenario, &traces));
        assert_eq!(found, cheapest(&scenario, &traces, 30), "case {seed}");
    }
}

/// Fewer tokens, so that no more than some 30 PTU pay.
fn shortened(mut trace: Trace, seed: u64) -> Trace {
    let longest = trace.input_tokens.iter().copied().max().unwrap_or(1);
    let wanted = 300 + (splitmix64(seed) % 2_000) as u32;
    for tokens in &mut trace.input_tokens {
        *tokens = 1 + (u64::from(*tokens) * u64::from(wanted) / u64::from(longest)) as u32;
    }
    trace
}

#[test]
fn a_share_and_a_whole_alternative_are_searched_as_well() {
    let models =
        "model = [\"gpt-4.1\", \"gpt-4.1-mini\"]\nmodel_share = { \"gpt-4.1-mini\" = \"40 %\" }";
    for seed in 0..30 {
        let top = format!("simulate = \"1 hour\"\nseed = {seed}");
        let scenario = scenario_of(models, &top, &format!("{BOTH}{ONCE}{}", objective(seed)));
        let traces = [shortened(random(seed, HOUR_US), seed).with_seed(seed)];
        let found = chosen_cost(&decision(&scenario, &traces));
        assert_eq!(found, cheapest(&scenario, &traces, 30), "case {seed}");
    }
}

#[test]
fn a_quota_shared_by_two_models_is_spent_where_it_saves_most() {
    for seed in 0..20 {
        let objective = "[slo]\nthrottled_share = \"100 %\"\n";
        let mut scenario = two(seed, &format!("{BOTH}{ONCE}{objective}"));
        let traces = [random(seed, HOUR_US), random(seed + 500, HOUR_US)];
        let traces = traces.map(|trace| shortened(trace, seed).with_seed(seed));
        let free = chosen_cost(&decision(&scenario, &traces)).unwrap();
        scenario.ptu_quota.insert("GlobalProvisionedManaged".into(), 30);
        let bound = chosen_cost(&decision(&scenario, &traces));
        assert_eq!(bound, cheapest(&scenario, &traces, 30), "case {seed}");
        assert!(free <= bound.unwrap(), "more quota is never dearer");
    }
}

#[test]
fn everything_around_a_portfolio_is_made() {
    let mut scenario = two(1, &format!("{BOTH}{ONCE}[slo]\nthrottled_share = \"0.1 %\"\n"));
    scenario.horizon_months = 3;
    let traces = [random(1, HOUR_US), random(501, HOUR_US)];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let answer = recommend(question, &Serial).unwrap();
    let choice = &answer.candidates[answer.choice.unwrap()];
    assert!(answer.candidates.iter().any(|c| &*c.candidate.name == "GlobalStandard alone"));
    let runner_up = &answer.candidates[answer.runner_up.unwrap()];
    assert!(runner_up.candidate.kind() != choice.candidate.kind());
    // Lines through the portfolio meet in the choice: it is replayed once all the same.
    let certainty = answer.certainty.as_ref().unwrap();
    for spread in answer.candidates.iter().filter_map(|c| c.spread.as_ref()) {
        assert_eq!(spread.replications, certainty.replications);
    }
    let mut names: Vec<&str> = answer.candidates.iter().map(|c| &*c.candidate.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "names are unique");
}
