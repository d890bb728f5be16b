//! What an answer names: the second region, the router, the replacement, what is owned, what serves above a budget, the calls
//! after a model's end.

use crate::kinds::{SERVE, allow, month};
use crate::support::{BOTH, ONCE, catalog, decision, even, scenario, scenario_of, shown};
use ptuplan::plan::constraints::constraint::Constraint;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::recommend_briefly;
use ptuplan::plan::why::cautions::Caution;
use ptuplan::plan::workers::Serial;
use ptuplan::report::view::RecommendationView;
use ptuplan::scenario::question::scenario::Scenario;

/// The answer of 60 calls a minute as a report shows it, with its quota.
fn view(scenario: &Scenario) -> RecommendationView {
    let trace = even(&[60; 60]);
    let traces = [trace.clone().with_seed(scenario.seed)];
    let question = Question { scenario, catalog: catalog(), traces: &traces };
    let answer = recommend_briefly(question, &Serial).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    shown(scenario, &trace, &answer)
}

#[test]
fn a_plan_that_survives_an_outage_names_its_second_region_and_what_that_takes() {
    let two = BOTH.replace("[allow]\n", "[allow]\nregion = [\"eastus2\"]\n");
    let slo = "[slo]\nthrottled_share = \"1 %\"\nsurvives_outage = { of = \"region\", lasts = \"20 min\" }\n";
    let view = view(&scenario("length = \"1 hour\"", &format!("{two}{ONCE}{slo}")));
    let action = &view.glance.action;
    assert!(action.contains("; failover to GlobalStandard in eastus2"), "{action}");
    let mut regions: Vec<&str> = view.quota.choice.iter().map(|need| &*need.region).collect();
    regions.sort_unstable();
    regions.dedup();
    assert_eq!(regions, ["eastus2", "swedencentral"], "{:?}", view.quota.choice);
}

#[test]
fn a_router_is_named_and_not_a_model_behind_it() {
    let models = "model = [\"gpt-5\", \"model-router\"]";
    let router = "router = { \"gpt-5\" = 1, \"gpt-5-mini\" = 3 }";
    let scenario = month(models, &allow("\"GlobalStandard\"", router), SERVE);
    let trace = even(&[60; 60]);
    let view = shown(&scenario, &trace, &decision(&scenario, &trace));
    let action = &view.glance.action;
    assert!(action.contains("GlobalStandard for model-router"), "{action}");
    assert!(!action.contains("gpt-5"), "{action}");
    assert_eq!(view.serves[0].model, "model-router");
    assert_eq!(view.serves[0].instead_of.as_deref(), Some("gpt-5"));
}

/// o3 is retired, and gpt-5.6-sol is what the platform names to take its place.
#[test]
fn a_replacement_that_is_chosen_is_named_with_what_it_replaces() {
    let models = "model = [\"o3\", \"replacement\"]";
    let scenario = month(models, &allow("\"GlobalStandard\"", ""), SERVE);
    let trace = even(&[1; 60]);
    let view = shown(&scenario, &trace, &decision(&scenario, &trace));
    let action = &view.glance.action;
    assert!(action.contains("move w to gpt-5.6-sol"), "{action} {:?}", view.why);
}

/// A year from 2026-06-10 ends on 2027-06-09.
#[test]
fn what_is_owned_and_paid_for_beside_pay_as_you_go_stands_in_its_row() {
    let owned = "[[terms.reservation]]\nid = \"long\"\nsku = \"GlobalProvisionedManaged\"\nquantity_ptu = 100\n\
        term = \"1-year\"\nstart = 2026-06-10\nrenews = false\n";
    let view = view(&scenario(
        "length = \"1 month\"\nsimulate = \"1 hour\"",
        &format!("{BOTH}{ONCE}{SERVE}{owned}"),
    ));
    let row = view.options.iter().find(|option| option.kind == "pay-as-you-go").unwrap();
    assert!(row.label.ends_with(" with 100 PTU owned until 2027-06-09"), "{}", row.label);
}

/// 60 calls a minute count 42,000 tokens, of which 1,000 are allowed: pay-as-you-go serves hardly any, and costs least. No plan
/// fits a budget of 100 USD.
#[test]
fn what_serves_is_nearer_than_what_is_cheap_where_no_plan_fits_the_budget() {
    let quota = "quota = [{ model = \"gpt-4.1\", sku = \"GlobalStandard\", tokens_per_minute = 1000, \
        requests_per_minute = 100000 }]\n";
    let more = format!(
        "{quota}{BOTH}{ONCE}[slo]\nthrottled_share = \"1 %\"\n[require]\nbudget = \"100 USD a month\"\n"
    );
    let scenario = scenario("length = \"1 month\"\nsimulate = \"1 hour\"", &more);
    let trace = even(&[60; 60]);
    let answer = decision(&scenario, &trace);
    assert!(answer.choice.is_none());
    let first = &answer.candidates[0].reasons;
    assert!(
        matches!(first[..], [_]) && matches!(first[0].constraint, Constraint::Budget(_)),
        "{first:?}"
    );
    let view = shown(&scenario, &trace, &answer);
    let options = view.options.iter().filter(|option| option.kind != "quota");
    let first = options.clone().next().unwrap();
    assert!(first.reasons.len() == 1 && first.reasons[0].starts_with("costs "), "{first:?}");
    let last = options.clone().next_back().unwrap();
    assert_eq!(last.kind, "pay-as-you-go", "{:?}", view.options);
    let action = &view.glance.action;
    assert!(action.starts_with("No option fits the budget of 100.00 USD a month"), "{action}");
}

/// The 47 days from 2027-04-15 to 2027-05-31 have 47 × 24 hours of 3,600 calls.
#[test]
fn calls_after_a_model_has_retired_are_counted_among_the_first_reasons() {
    let more = format!(
        "[allow]\nsku = [\"GlobalStandard\"]\ncommitment = [\"hourly\"]\n{ONCE}{SERVE}\
         [horizon]\nmonths = 6\n[require]\nmodel_until = \"any\"\n"
    );
    let top = "length = \"1 month\"\nsimulate = \"1 hour\"";
    let scenario = scenario_of("model = \"gpt-4.1\"", top, &more);
    let trace = even(&[60; 60]);
    let answer = decision(&scenario, &trace);
    let ends = answer.cautions.iter().find_map(|caution| match caution {
        Caution::ModelEnds { calls_after, .. } => Some(*calls_after),
        _ => None,
    });
    assert_eq!(ends, Some(47 * 24 * 3_600));
    let reasons = shown(&scenario, &trace, &answer).glance.reasons;
    let said = reasons.iter().take(3).any(|why| why.contains("About 4,060,800 calls"));
    assert!(said, "{reasons:?}");
}
