//! Sizes of PTUs alone that are far too few are given up: they cost what they cost, are refused with
//! what is known, and are measured where nothing else can be had.

use crate::support::{BOTH, ONCE, catalog, decision, even, scenario, shown};
use ptuplan::plan::evaluate::evaluate::Evaluated;
use ptuplan::report::words::refusal::message;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::{price, simulate};
use ptuplan::workload::trace::Trace;

const HOUR: &str = "simulate = \"1 hour\"";
const STRICT: &str = "[slo]\nthrottled_share = \"0.5 %\"\n";

/// 400 calls a minute of 600 and 100 tokens: gpt-4.1 counts an output token as four of its input, so
/// that is 400,000 a minute, and 3,000 a PTU make 134 PTU. Pay-as-you-go serves them under its quota.
fn busy() -> Trace {
    even(&[400; 60])
}

fn is_given_up(one: &Evaluated) -> bool {
    one.figures.as_ref().is_some_and(|figures| figures.is_given_up)
}

/// The share that ends in a 429, and the cost of a month, found by a whole simulation.
fn measured(scenario: &Scenario, trace: &Trace, one: &Evaluated) -> (f64, rust_decimal::Decimal) {
    let traces = [trace.clone().with_seed(scenario.seed)];
    let whole = simulate(scenario, catalog(), &traces, &one.candidate).unwrap();
    let stream = &whole.outcome.streams[0];
    let share = stream.failed_throttled as f64 / stream.offered as f64;
    let bill = price(scenario, catalog(), &whole, one.candidate.payment).unwrap();
    (share, bill.totals().effective.amount())
}

#[test]
fn a_given_up_size_fails_at_least_so_much_and_costs_what_it_costs() {
    let scenario = scenario(HOUR, &format!("{BOTH}{ONCE}{STRICT}"));
    let trace = busy();
    let answer = decision(&scenario, &trace);
    let given_up: Vec<&Evaluated> = answer.candidates.iter().filter(|c| is_given_up(c)).collect();
    assert!(given_up.len() >= 6, "{}", given_up.len());
    for one in given_up {
        let (share, cost) = measured(&scenario, &trace, one);
        let figures = one.figures.as_ref().unwrap();
        assert!(share > figures.total.throttled_share, "{}: {share}", one.candidate.name);
        // Ten times what is allowed.
        assert!((figures.total.throttled_share - 0.05).abs() < 1e-12);
        assert_eq!(figures.cost.effective.amount(), cost, "{}", one.candidate.name);
        assert!(!one.is_feasible());
        assert_eq!(
            message(&one.reasons[0]),
            "more than 5.0% of calls end in a 429, where 0.50% may"
        );
    }
    // Whatever is not given up was measured to its end, and nothing else fails by as much.
    let measured_alone = answer.candidates.iter().filter(|one| {
        let [own] = &one.candidate.deployments[..] else { return false };
        own.capacity_ptu.is_some() && !is_given_up(one)
    });
    for one in measured_alone {
        let (share, _) = measured(&scenario, &trace, one);
        let figures = one.figures.as_ref().unwrap();
        assert!((share - figures.total.throttled_share).abs() < 1e-12);
        assert!(share <= 0.05, "{}: {share}", one.candidate.name);
    }
    let view = shown(&scenario, &trace, &answer);
    let marked = view.candidates.iter().filter(|one| one.measures.given_up).count();
    assert!(marked >= 6);
    assert!(view.cost_curve.iter().any(|point| point.given_up && !point.feasible));
}

#[test]
fn where_nothing_is_feasible_all_is_measured() {
    let alone = "[allow]\nsku = [\"GlobalProvisionedManaged\"]\ncommitment = [\"hourly\"]\n";
    let quota = format!("{alone}{ONCE}{STRICT}");
    let mut scenario = scenario(HOUR, &quota);
    scenario.ptu_quota.insert("GlobalProvisionedManaged".into(), 50);
    let answer = decision(&scenario, &busy());
    assert_eq!(answer.choice, None);
    assert!(!answer.candidates.iter().any(is_given_up));
    assert!(answer.candidates.iter().any(|one| {
        one.figures.as_ref().is_some_and(|figures| figures.total.throttled_share > 0.05)
    }));
}
