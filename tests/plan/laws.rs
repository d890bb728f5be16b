//! Widening what is asked for never makes the chosen plan dearer: a looser objective, more quota, a bigger budget.

use crate::support::{BOTH, ONCE, chosen_cost, decision, random, scenario};
use rust_decimal::Decimal;

const HOUR_US: u64 = 3_600_000_000;

/// Costs of the choices under ever looser words; none while nothing is feasible.
fn costs(seed: u64, steps: &[(String, String)]) -> Vec<Option<Decimal>> {
    let trace = random(seed, HOUR_US);
    let cost = |(subscription, more): &(String, String)| {
        let more = format!("{subscription}{BOTH}{ONCE}{more}");
        chosen_cost(&decision(&scenario("simulate = \"1 hour\"", &more), &trace))
    };
    steps.iter().map(cost).collect()
}

fn never_dearer(what: &str, seed: u64, costs: &[Option<Decimal>]) {
    for pair in costs.windows(2) {
        if let Some(strict) = pair[0] {
            let loose = pair[1].unwrap_or_else(|| panic!("{what}, case {seed}: nothing is left"));
            assert!(loose <= strict, "{what}, case {seed}: {costs:?}");
        }
    }
}

#[test]
fn a_looser_objective_is_never_dearer() {
    let slo = |words: &str| (String::new(), format!("[slo]\n{words}\n"));
    let shares =
        ["0 %", "0.5 %", "3 %", "100 %"].map(|s| slo(&format!("throttled_share = \"{s}\"")));
    let waits = ["1 ms", "500 ms", "20 s"]
        .map(|s| slo(&format!("throttled_share = \"5 %\"\nadded_wait.p95 = \"{s}\"")));
    let latencies = ["1800 ms", "2500 ms", "30 s"]
        .map(|s| slo(&format!("throttled_share = \"5 %\"\nlatency.p95 = \"{s}\"")));
    for seed in 2_000..2_008 {
        never_dearer("share", seed, &costs(seed, &shares));
        never_dearer("wait", seed, &costs(seed, &waits));
        never_dearer("latency", seed, &costs(seed, &latencies));
    }
}

#[test]
fn more_quota_is_never_dearer() {
    let quota = |ptu: u32| {
        let words = format!("ptu_quota = {{ GlobalProvisionedManaged = {ptu} }}\n");
        (words, "[slo]\nthrottled_share = \"0 %\"\n".to_owned())
    };
    let steps = [0, 15, 20, 40, 100].map(quota);
    for seed in 3_000..3_012 {
        never_dearer("quota", seed, &costs(seed, &steps));
    }
}

#[test]
fn a_bigger_budget_is_never_dearer_and_one_that_is_met_changes_nothing() {
    for seed in 4_000..4_008 {
        let slo = "[slo]\nthrottled_share = \"1 %\"\n";
        let free = costs(seed, &[(String::new(), slo.to_owned())])[0];
        let Some(free) = free else { continue };
        let budget = |amount: Decimal| {
            (String::new(), format!("{slo}[require]\nbudget = \"{amount} USD a month\"\n"))
        };
        let below = (free * Decimal::new(99, 2)).round_dp(2);
        let found = costs(
            seed,
            &[budget(below), budget(free.ceil()), budget(free * Decimal::TWO + Decimal::ONE)],
        );
        assert_eq!(found, [None, Some(free), Some(free)], "case {seed}");
    }
}
