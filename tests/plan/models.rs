//! Alternative models: `model = [today's, …]` and `model_share`.

use crate::support::{BOTH, ONCE, catalog, chosen_cost, decision, even, scenario, scenario_of};
use ptuplan::plan::candidates::candidate::candidate;
use ptuplan::plan::candidates::family::families;
use ptuplan::report::words::refusal::message;
use ptuplan::scenario::question::named::Payment;
use ptuplan::scenario::run::evaluate::simulate;
use ptuplan::units::tokens::TokenClass;

const TWO: &str = "model = [\"gpt-4.1\", \"gpt-4.1-mini\"]";
const SHARE: &str =
    "model = [\"gpt-4.1\", \"gpt-4.1-mini\"]\nmodel_share = { \"gpt-4.1-mini\" = \"30 %\" }";
const TODAY: &str = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"gpt-4.1\" }]\n";

#[test]
fn an_allowed_cheaper_model_is_chosen_and_todays_stays_a_candidate() {
    let trace = even(&[60; 60]);
    let top = "simulate = \"1 hour\"";
    let one = decision(&scenario(top, &format!("{BOTH}{ONCE}{TODAY}")), &trace);
    let two = decision(&scenario_of(TWO, top, &format!("{BOTH}{ONCE}{TODAY}")), &trace);
    assert!(chosen_cost(&two) < chosen_cost(&one));
    let choice = &two.candidates[two.choice.unwrap()].candidate;
    assert!(choice.deployments.iter().all(|d| &*d.model.name == "gpt-4.1-mini"), "{choice:?}");
    assert!(choice.name.contains("gpt-4.1-mini"), "{}", choice.name);
    for name in ["today", "GlobalStandard alone", "GlobalStandard alone · gpt-4.1-mini"] {
        assert!(two.candidates.iter().any(|c| &*c.candidate.name == name), "{name}");
    }
}

#[test]
fn a_share_is_served_by_deployments_of_its_own_and_nothing_is_lost() {
    let scenario = scenario_of(SHARE, "simulate = \"1 hour\"", BOTH);
    let trace = even(&[200; 60]);
    let traces = [trace.clone().with_seed(scenario.seed)];
    let families = families(&scenario, catalog()).unwrap();
    let mixed = families.iter().filter(|f| f.name.contains("30 % gpt-4.1-mini"));
    let mut count = 0;
    for family in mixed {
        count += 1;
        let plan = candidate(family, 100, Payment::Hourly);
        let simulated = simulate(&scenario, catalog(), &traces, &plan).unwrap();
        let [whole] = &simulated.outcome.streams[..] else { panic!("one workload") };
        assert_eq!(whole.offered, 12_000);
        let offered: Vec<u64> = simulated.parts.iter().map(|part| part.outcome.offered).collect();
        assert_eq!(offered.iter().sum::<u64>(), 12_000);
        // 3,600 are expected; three standard deviations are 151.
        assert!(offered[1].abs_diff(3_600) < 151, "{offered:?}");
        let at_mini: u64 = plan
            .deployments
            .iter()
            .zip(&simulated.outcome.deployments)
            .filter(|(d, _)| &*d.model.name == "gpt-4.1-mini")
            .map(|(_, outcome)| outcome.completed)
            .sum();
        assert_eq!(at_mini, simulated.parts[1].outcome.completed, "{}", plan.name);
        let input: u64 =
            simulated.outcome.usage.iter().map(|bin| bin.tokens.get(TokenClass::Input)).sum();
        assert_eq!(input, 600 * whole.completed);
    }
    assert_eq!(count, 3);
}

#[test]
fn a_model_that_is_not_provisioned_is_refused_with_the_reason() {
    let models = "model = [\"gpt-4.1\", \"gpt-5-nano\"]";
    let scenario = scenario_of(models, "simulate = \"1 hour\"", &format!("{BOTH}{ONCE}"));
    let answer = decision(&scenario, &even(&[60; 60]));
    let refused = answer
        .candidates
        .iter()
        .find(|c| c.family.contains("ProvisionedManaged alone · gpt-5-nano") && !c.is_feasible());
    let refused = refused.expect("listed");
    assert!(message(&refused.reasons[0]).contains("gpt-5-nano"), "{:?}", refused.reasons);
    assert!(answer.choice.is_some());
}
