//! Deployments of every other kind as candidates: batch, flex, priority, managed compute, fine-tuned, developer, router,
//! partner models. Loads are small enough for the best answer to be worked out by hand.

use crate::support::{ONCE, catalog, decision, even, scenario_of, shown};
use ptuplan::billing::bill::Bill;
use ptuplan::plan::evaluate::cost::cost_of;
use ptuplan::plan::evaluate::evaluate::Evaluated;
use ptuplan::plan::question::Question;
use ptuplan::plan::quota::QuotaKind;
use ptuplan::plan::recommend::{Recommendation, recommend};
use ptuplan::plan::workers::Serial;
use ptuplan::report::words::refusal::message;
use ptuplan::scenario::question::client::ClientChoice;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::{price, simulate};
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;

pub(crate) const MODEL: &str = "model = \"gpt-4.1\"";
pub(crate) const WAITS: &str = "model = \"gpt-4.1\"\ncalls = { batch = { within = \"24 h\" } }";
pub(crate) const SERVE: &str = "[slo]\nthrottled_share = \"0 %\"\n";

pub(crate) fn allow(skus: &str, more: &str) -> String {
    format!(
        "{ONCE}[allow]\nsku = [{skus}]\ncommitment = [\"hourly\", \"1-month\", \"1-year\"]\n{more}\n"
    )
}

/// A month of which one hour is simulated, by default under an agreement that has batch quotas.
pub(crate) fn month(models: &str, allow: &str, slo: &str) -> Scenario {
    let agreement = "agreement = \"Enterprise and MCA-E\"\n";
    scenario_of(
        models,
        "length = \"1 month\"\nsimulate = \"1 hour\"",
        &format!("{agreement}{allow}{slo}"),
    )
}

pub(crate) fn chosen(answer: &Recommendation) -> &Evaluated {
    let choice = answer
        .choice
        .unwrap_or_else(|| panic!("nothing feasible: {:?}", answer.candidates[0].reasons));
    &answer.candidates[choice]
}

fn named<'a>(answer: &'a Recommendation, name: &str) -> &'a Evaluated {
    let found = answer.candidates.iter().find(|one| &*one.candidate.name == name);
    found.unwrap_or_else(|| {
        let names: Vec<&str> = answer.candidates.iter().map(|c| &*c.candidate.name).collect();
        panic!("no {name}: {names:?}")
    })
}

pub(crate) fn monthly(one: &Evaluated) -> Decimal {
    one.figures.as_ref().unwrap().cost.monthly.amount()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The choice simulated and billed by itself costs what the ranking says.
fn is_reproduced(scenario: &Scenario, trace: &Trace, answer: &Recommendation) {
    let traces = [trace.clone().with_seed(scenario.seed)];
    for one in answer.candidates.iter().filter(|one| one.figures.is_some()) {
        let plan = &one.candidate;
        let simulated = simulate(scenario, catalog(), &traces, plan).unwrap();
        let bill: Bill = price(scenario, catalog(), &simulated, plan.payment).unwrap();
        let cost = cost_of(scenario, &[&bill]).unwrap().monthly;
        assert_eq!(cost.amount(), monthly(one), "{}", plan.name);
    }
}

/// 60 calls a minute of 600 + 100 tokens: 60 x 60 x 24 x 31 x 0.002 USD a month by the token.
pub(crate) const STANDARD_MONTH: &str = "5356.8";

#[test]
fn calls_that_can_wait_go_to_batch_at_half_the_price() {
    let scenario = month(WAITS, &allow("\"GlobalStandard\", \"GlobalBatch\"", ""), SERVE);
    let trace = even(&[60; 60]);
    let answer = decision(&scenario, &trace);
    let best = chosen(&answer);
    assert_eq!(&*best.candidate.name, "GlobalBatch");
    assert_eq!(monthly(best) * Decimal::TWO, decimal(STANDARD_MONTH));
    assert_eq!(monthly(named(&answer, "GlobalStandard alone")), decimal(STANDARD_MONTH));
    is_reproduced(&scenario, &trace, &answer);
    let why = shown(&scenario, &trace, &answer).why;
    assert!(why[0].contains("(50.0%) less a month than pay-as-you-go alone"), "{why:?}");
    assert!(why.iter().any(|own| own.contains("100% of calls can wait")), "{why:?}");
}

/// A call a second, each worked off in 1.2 s: after an hour 601 calls of 600 input tokens wait, 360,600, so that a queue of two
/// figures takes 370,000. Nobody tries again.
#[test]
fn what_to_request_for_a_batch_is_the_longest_queue() {
    let queue = "batch = { tokens_per_minute = 35_000, limit_enqueued_tokens = 1_000_000 }";
    let mut scenario = month(WAITS, &allow("\"GlobalBatch\"", queue), SERVE);
    for workload in &mut scenario.workloads {
        let ClientChoice::Named(client) = &mut workload.client else { panic!("named") };
        client.name = "none".into();
    }
    let trace = even(&[60; 60]);
    let traces = [trace.clone().with_seed(scenario.seed)];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let answer = recommend(question, &Serial).unwrap();
    let [need] = &answer.quota.choice[..] else { panic!("{:?}", answer.quota.choice) };
    assert_eq!(need.kind, QuotaKind::EnqueuedTokens);
    assert_eq!((need.needed, need.held), (370_000, Some(1_000_000)));
    let view = shown(&scenario, &trace, &answer);
    let row = &view.quota.choice[0];
    assert_eq!((&*row.kind, &*row.ask), ("enqueued_tokens", "enough"));
}

#[test]
fn of_calls_of_which_a_share_can_wait_that_share_goes_to_batch() {
    let models = "model = \"gpt-4.1\"\ncalls = { batch = { within = \"24 h\", share = \"40 %\" } }";
    // Who must be answered within a second is; who may wait until tomorrow is not held to it.
    let slo = "[slo]\nthrottled_share = \"0 %\"\nlatency.p99 = \"20 s\"\n";
    let queue = "batch = { tokens_per_minute = 17_000 }";
    let scenario = month(models, &allow("\"GlobalStandard\", \"GlobalBatch\"", queue), slo);
    let trace = even(&[60; 60]);
    let answer = decision(&scenario, &trace);
    let best = chosen(&answer);
    assert_eq!(&*best.candidate.name, "GlobalStandard + GlobalBatch for 40 %");
    let [split] = &best.candidate.splits[..] else { panic!("one share") };
    assert_eq!((split.share_ppm, split.waits), (400_000, true));
    let at = |index: usize| best.figures.as_ref().unwrap().deployments[index].outcome.completed;
    assert_eq!(at(0) + at(1), 3_600);
    // 1,440 are expected at the batch; three standard deviations are 88.
    assert!(at(1).abs_diff(1_440) < 88, "{}", at(1));
    let each = decimal("1.488");
    assert_eq!(
        monthly(best),
        each * Decimal::from(at(0)) + each * Decimal::from(at(1)) / Decimal::TWO
    );
    is_reproduced(&scenario, &trace, &answer);
    assert!(named(&answer, "GlobalStandard alone").is_feasible());
}

#[test]
fn a_batch_that_misses_its_deadline_is_refused_with_the_figures() {
    // 2,520,000 tokens in the hour at 21,000 a minute take two hours: half of the calls are answered after one.
    let models = "model = \"gpt-4.1\"\ncalls = { batch = { within = \"1 h\" } }";
    let queue = "batch = { tokens_per_minute = 21_000 }";
    let scenario = month(models, &allow("\"GlobalStandard\", \"GlobalBatch\"", queue), SERVE);
    let answer = decision(&scenario, &even(&[60; 60]));
    assert_eq!(&*chosen(&answer).candidate.name, "GlobalStandard alone");
    let refused = named(&answer, "GlobalBatch");
    assert!(message(&refused.reasons[0]).contains("answered after their deadline"), "{refused:?}");
}

#[test]
fn a_model_without_a_batch_quota_is_refused_and_the_rest_goes_on() {
    let models = "model = [\"gpt-4.1\", \"gpt-5-chat\"]\ncalls = { batch = {} }";
    let scenario = month(models, &allow("\"GlobalStandard\", \"GlobalBatch\"", ""), SERVE);
    let answer = decision(&scenario, &even(&[6; 60]));
    assert_eq!(&*named(&answer, "GlobalBatch").candidate.name, "GlobalBatch");
    let refused = named(&answer, "GlobalBatch · gpt-5-chat");
    assert!(!refused.is_feasible() && refused.figures.is_none(), "{:?}", refused.reasons);
}

#[test]
fn priority_is_bought_where_the_latency_objective_asks_for_it() {
    // 100 tokens at half of the 80 a second that priority aims at, and 0.3 s to the first: 2.8 s, with priority 1.55 s.
    let slow = "[parameters]\nstandard-tokens-per-second-of-target = 50\n";
    let trace = even(&[60; 60]);
    let tight = "[slo]\nthrottled_share = \"0 %\"\nlatency.p99 = \"2 s\"\n";
    let asked = |tiers: &str, slo: &str| {
        month(MODEL, &allow("\"GlobalStandard\"", tiers), &format!("{slo}{slow}"))
    };
    let scenario = asked("service_tier = [\"priority\"]", tight);
    let answer = decision(&scenario, &trace);
    let best = chosen(&answer);
    assert_eq!(&*best.candidate.name, "GlobalStandard with priority");
    // 600 x 3.50 + 100 x 14 USD a million.
    assert_eq!(monthly(best), decimal("9374.4"));
    is_reproduced(&scenario, &trace, &answer);
    let refused = named(&answer, "GlobalStandard alone");
    assert!(message(&refused.reasons[0]).contains("p99 latency 2.8 s"), "{:?}", refused.reasons);
    let why = shown(&asked("service_tier = [\"priority\"]", tight), &trace, &answer).why;
    assert!(why[0].starts_with("Pay-as-you-go alone"), "{why:?}");
    assert!(why[0].contains("is not feasible: p99 latency 2.8 s"), "{why:?}");
    // Without the objective it is a waste, and without leave it is none.
    let loose = decision(&asked("service_tier = [\"priority\"]", SERVE), &trace);
    assert_eq!(&*chosen(&loose).candidate.name, "GlobalStandard alone");
    assert!(decision(&asked("", tight), &trace).choice.is_none());
}

#[test]
fn priority_that_a_region_does_not_have_is_refused() {
    let models = "model = \"gpt-4.1-mini\"";
    let scenario =
        month(models, &allow("\"GlobalStandard\"", "service_tier = [\"priority\"]"), SERVE);
    let answer = decision(&scenario, &even(&[6; 60]));
    let refused = named(&answer, "GlobalStandard with priority");
    assert!(message(&refused.reasons[0]).contains("priority"), "{:?}", refused.reasons);
    assert_eq!(&*chosen(&answer).candidate.name, "GlobalStandard alone");
}

#[test]
fn flex_serves_what_can_wait_at_half_the_price_where_the_model_has_it() {
    let models = "model = \"gpt-5.6-sol\"\ncalls = { batch = {} }";
    let tiers = "service_tier = [\"flex\"]";
    let scenario = month(models, &allow("\"GlobalStandard\"", tiers), SERVE);
    let trace = even(&[60; 60]);
    let answer = decision(&scenario, &trace);
    let best = chosen(&answer);
    assert_eq!(&*best.candidate.name, "GlobalStandard flex");
    // 600 x 2.5 + 100 x 15 USD a million: half the list price of 5 and 30 that both are back at.
    assert_eq!(monthly(best) * Decimal::TWO, decimal("16070.4"));
    assert_eq!(monthly(named(&answer, "GlobalStandard alone")), decimal("16070.4"));
    is_reproduced(&scenario, &trace, &answer);
    let assumed: Vec<&str> =
        best.figures.as_ref().unwrap().facts.assumed().map(|fact| &*fact.name).collect();
    assert!(assumed.contains(&"flex-capacity-refusals"), "{assumed:?}");
    // Calls that cannot wait are not offered it, and gpt-4.1 does not have it.
    let now = month("model = \"gpt-5.6-sol\"", &allow("\"GlobalStandard\"", tiers), SERVE);
    assert_eq!(decision(&now, &trace).candidates.len(), 1);
    let other = decision(&month(WAITS, &allow("\"GlobalStandard\"", tiers), SERVE), &trace);
    assert!(message(&named(&other, "GlobalStandard flex").reasons[0]).contains("no flex"));
}

/// Calls of ten seconds; four at a time on an instance of one A100 at 3.95 USD an hour.
pub(crate) const MACHINES: &str = "compute = [{ machine = \"A100_80GB\", requests_per_instance = 4, latency = { first_token = \"0 s\", tokens_per_second = 10 } }]";

#[test]
fn machines_are_as_many_as_the_objective_needs() {
    // A call a second of ten seconds each: ten at a time are two and a half instances.
    let models = "model = \"gpt-oss-120b\"";
    let scenario = month(models, &allow("\"GlobalManagedCompute\"", MACHINES), SERVE);
    let trace = even(&[60; 60]);
    let answer = decision(&scenario, &trace);
    let best = chosen(&answer);
    assert_eq!(&*best.candidate.name, "GlobalManagedCompute on A100_80GB, 3 instances");
    assert_eq!(monthly(best), decimal("3.95") * decimal("744") * decimal("3"));
    assert!(!named(&answer, "GlobalManagedCompute on A100_80GB, 2 instances").is_feasible());
    is_reproduced(&scenario, &trace, &answer);
    // Where calls may queue for as long as it takes, two are too few and three enough all the same.
    let queue = MACHINES.replace("requests_per", "queue = 100_000, requests_per");
    let patient = month(
        models,
        &allow("\"GlobalManagedCompute\"", &queue),
        "[slo]\nthrottled_share = \"0 %\"\nadded_wait.p99 = \"1 s\"\n",
    );
    let answer = decision(&patient, &trace);
    assert_eq!(chosen(&answer).candidate.total_instances(), 3);
}

#[test]
fn machines_compete_with_tokens_and_the_cheaper_wins() {
    let models = "model = \"Llama-3.3-70B-Instruct\"";
    let skus = "\"GlobalStandard\", \"GlobalManagedCompute\"";
    let ask = |machines: &str, per_minute: u64| {
        let scenario = month(models, &allow(skus, machines), SERVE);
        decision(&scenario, &even(&[per_minute; 60]))
    };
    // 700 tokens at 0.71 USD a million; three instances are far dearer.
    let few = ask(MACHINES, 60);
    assert_eq!(&*chosen(&few).candidate.name, "GlobalStandard alone");
    assert_eq!(monthly(chosen(&few)), decimal("0.000497") * decimal("2678400"));
    let machines = named(&few, "GlobalManagedCompute on A100_80GB, 3 instances");
    assert!(machines.is_feasible());
    // An instance that takes a hundred at a time serves eight times the calls for the price of one.
    let many = ask(&MACHINES.replace("instance = 4", "instance = 100"), 480);
    assert_eq!(&*chosen(&many).candidate.name, "GlobalManagedCompute on A100_80GB, 1 instance");
    assert_eq!(monthly(chosen(&many)), decimal("2938.8"));
    assert!(named(&many, "GlobalStandard alone").is_feasible());
}

#[test]
fn a_fine_tuned_model_pays_hosting_and_for_a_day_the_developer_tier_is_cheaper() {
    let models = "model = \"gpt-4.1-mini\"\nfine_tuned = [\"gpt-4.1-mini\"]";
    let skus = "\"GlobalStandard\", \"DeveloperTier\"";
    let trace = even(&[60; 60]);
    let scenario = month(models, &allow(skus, ""), SERVE);
    let answer = decision(&scenario, &trace);
    let best = chosen(&answer);
    assert_eq!(&*best.candidate.name, "GlobalStandard alone");
    // 600 x 0.40 + 100 x 1.60 USD a million, and 744 hours at 1.70.
    assert_eq!(monthly(best), decimal("1071.36") + decimal("1264.8"));
    is_reproduced(&scenario, &trace, &answer);
    let refused = named(&answer, "DeveloperTier alone");
    assert!(
        message(&refused.reasons[0]).contains("deleted after 24 hours"),
        "{:?}",
        refused.reasons
    );
    let day = scenario_of(models, "simulate = \"1 hour\"", &format!("{}{SERVE}", allow(skus, "")));
    let answer = decision(&day, &trace);
    let best = chosen(&answer);
    assert_eq!(&*best.candidate.name, "DeveloperTier alone");
    let tokens = decimal("0.0004") * decimal("86400");
    assert_eq!(best.figures.as_ref().unwrap().cost.effective.amount(), tokens);
    // A developer deployment serves nothing but fine-tuned models.
    let base = scenario_of(
        "model = \"gpt-4.1-mini\"",
        "simulate = \"1 hour\"",
        &format!("{}{SERVE}", allow("\"DeveloperTier\"", "")),
    );
    assert!(wrong(&base).contains("fine_tuned"), "{}", wrong(&base));
}

fn wrong(scenario: &Scenario) -> String {
    let traces = [even(&[1]).with_seed(0)];
    let question = Question { scenario, catalog: catalog(), traces: &traces };
    let found = recommend(question, &Serial).expect_err("refused");
    found.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_router_is_a_candidate_with_the_parts_it_is_said_to_choose() {
    let models = "model = [\"gpt-5\", \"model-router\"]";
    let router = "router = { \"gpt-5\" = 1, \"gpt-5-mini\" = 3 }";
    let scenario = month(models, &allow("\"GlobalStandard\"", router), SERVE);
    let trace = even(&[60; 60]);
    let answer = decision(&scenario, &trace);
    let best = chosen(&answer);
    assert_eq!(&*best.candidate.name, "GlobalStandard alone · model-router");
    let served: Vec<u64> =
        best.figures.as_ref().unwrap().deployments.iter().map(|d| d.outcome.completed).collect();
    assert_eq!(served.iter().sum::<u64>(), 3_600);
    // Of a million tokens of each kind, 744 times: the fee of 0.14, gpt-5 at 1.25 and 10, gpt-5-mini at 0.25 and 2.
    let call = |price: &str, count: u64| decimal(price) * Decimal::from(count);
    let hour = call("0.000084", 3_600) + call("0.00175", served[0]) + call("0.00035", served[1]);
    assert_eq!(monthly(best), hour * decimal("744"));
    is_reproduced(&scenario, &trace, &answer);
    let silent = month(models, &allow("\"GlobalStandard\"", ""), SERVE);
    assert!(wrong(&silent).contains("router without models: model-router"), "{}", wrong(&silent));
}

#[test]
fn a_partner_model_is_an_alternative_and_is_not_sold_to_everyone() {
    let models = "model = [\"gpt-4.1\", \"claude-sonnet-5\"]";
    let answer =
        decision(&month(models, &allow("\"GlobalStandard\"", ""), SERVE), &even(&[60; 60]));
    let claude = named(&answer, "GlobalStandard alone · claude-sonnet-5");
    // 600 x 2 + 100 x 10 USD a million.
    assert_eq!(monthly(claude), decimal("5892.48"));
    assert!(claude.is_feasible(), "{:?}", claude.reasons);
    let csp = format!("type = \"csp\"\n{}", allow("\"GlobalStandard\"", ""));
    let answer = decision(&month(models, &csp, SERVE), &even(&[6; 60]));
    let refused = named(&answer, "GlobalStandard alone · claude-sonnet-5");
    assert!(message(&refused.reasons[0]).contains("not sold to csp"), "{:?}", refused.reasons);
    assert_eq!(&*chosen(&answer).candidate.name, "GlobalStandard alone");
}

#[test]
fn what_serves_no_calls_cannot_be_planned() {
    for sku in ["PTU-C", "FoundryLocal"] {
        let found = wrong(&month(MODEL, &allow(&format!("\"{sku}\""), ""), SERVE));
        assert!(found.contains(&format!("cannot be planned: {sku}")), "{found}");
    }
    let found = wrong(&month(MODEL, &allow("\"GlobalBatch\"", ""), SERVE));
    assert!(found.contains("no SKU serves the calls of w that cannot wait"), "{found}");
    let found = wrong(&month(MODEL, &allow("\"GlobalManagedCompute\"", ""), SERVE));
    assert!(found.contains("no machines: GlobalManagedCompute"), "{found}");
}
