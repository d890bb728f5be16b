//! Objectives beyond the share of 429s: latency, first token, deadline, one workload's own, and the outage of a region.

use crate::support::{BOTH, ONCE, catalog, decision, even, scenario};
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{Recommendation, decide, recommend};
use ptuplan::plan::workers::Serial;
use ptuplan::report::words::refusal::{message, relax};
use ptuplan::report::words::relaxed::together;
use ptuplan::scenario::load::load;
use ptuplan::workload::trace::Trace;

fn asked(slo: &str) -> Recommendation {
    let more = format!("{BOTH}{ONCE}[slo]\nthrottled_share = \"100 %\"\n{slo}");
    decision(&scenario("simulate = \"1 hour\"", &more), &even(&[60; 60]))
}

fn pay_as_you_go(answer: &Recommendation) -> &ptuplan::plan::evaluate::evaluate::Evaluated {
    answer.candidates.iter().find(|c| &*c.family == "GlobalStandard alone").unwrap()
}

#[test]
fn latency_and_first_token_are_bounded_by_what_users_see() {
    // 100 output tokens at 80 a second after 300 ms take 1,550 ms; nobody waits for admission.
    let figures = asked("");
    let figures = pay_as_you_go(&figures).figures.as_ref().unwrap().total;
    let latency = figures.latency.unwrap();
    let first = figures.first_token.unwrap();
    assert_eq!(first.p50_us, first.p99_us, "nobody waits");
    assert!(first.p99_us < latency.p50_us);

    for (bound, word) in [
        (format!("latency.p99 = \"{} ms\"\n", latency.p99_us / 1_000 - 1), "latency"),
        (format!("first_token.p95 = \"{} ms\"\n", first.p95_us / 1_000 - 1), "first token"),
        (format!("deadline = \"{} ms\"\n", latency.p50_us / 2_000), "slowest answer"),
    ] {
        let refused = asked(&bound);
        let reasons = &pay_as_you_go(&refused).reasons;
        assert_eq!(reasons.len(), 1, "{bound}: {reasons:?}");
        assert!(message(&reasons[0]).contains(word), "{bound}: {}", message(&reasons[0]));
        assert!(refused.choice.is_none(), "PTUs are not faster here");
        // What is asked for is enough.
        let relaxed = relax(&reasons[0]);
        let relaxed = relaxed.rsplit(['f', 'n']).next().unwrap().trim();
        let key = bound.split(" = ").next().unwrap();
        let answer = asked(&format!("{key} = \"{relaxed}\"\n"));
        assert!(answer.choice.is_some(), "{key} = {relaxed}");
    }
}

const TWO: &str = "[[workload]]\nname = \"chat\"\nmodel = \"gpt-4.1\"\ntraffic = { trace = \"made\" }\n\
    max_output_tokens = 100\nclient = \"openai-sdk\"\n\
    [[workload]]\nname = \"nightly\"\nmodel = \"gpt-4.1\"\ntraffic = { trace = \"made\" }\n\
    max_output_tokens = 100\nclient = \"openai-sdk\"\nslo = { latency.p99 = \"1 ms\" }\n";

fn with_workloads(workloads: &str, more: &str) -> Recommendation {
    let text = format!(
        "name = \"t\"\nstart = 2026-12-01\nlength = \"1 hour\"\nzone = \"UTC\"\nregion = \"swedencentral\"\n\
         {workloads}[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\"]\n{BOTH}{ONCE}{more}"
    );
    let scenario = load("t.toml", &text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
    let traces = vec![even(&[60; 60]); scenario.workloads.len()];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    decide(question, &Serial).unwrap()
}

#[test]
fn a_workload_has_objectives_of_its_own() {
    let answer = with_workloads(TWO, "[slo]\nthrottled_share = \"100 %\"\n");
    let reasons = &pay_as_you_go(&answer).reasons;
    assert_eq!(reasons.len(), 1, "only one workload asks for it: {reasons:?}");
    assert!(message(&reasons[0]).starts_with("nightly: p99 latency "), "{}", message(&reasons[0]));
}

const ONE: &str = "[[workload]]\nname = \"chat\"\nmodel = \"gpt-4.1\"\ntraffic = { trace = \"made\" }\n\
    max_output_tokens = 100\nclient = \"openai-sdk\"\n";

#[test]
fn an_outage_is_survived_in_a_second_region_alone() {
    let slo = "[slo]\nthrottled_share = \"1 %\"\nsurvives_outage = { of = \"region\", lasts = \"20 min\" }\n";
    let today = "[today]\ndeployments = [\n\
        { name = \"first\", sku = \"GlobalStandard\", model = \"gpt-4.1\", spillover_to = \"second\" },\n\
        { name = \"second\", sku = \"GlobalStandard\", model = \"gpt-4.1\", region = \"eastus2\" },\n]\n";
    let answer = with_workloads(ONE, &format!("{slo}{today}"));
    let here = pay_as_you_go(&answer);
    assert_eq!(
        message(&here.reasons[0]),
        "no deployment outside swedencentral: every call fails while it is out"
    );
    let both = answer.candidates.iter().find(|c| &*c.candidate.name == "today").unwrap();
    assert!(both.is_feasible(), "{:?}", both.reasons);
    assert_eq!(&*answer.candidates[answer.choice.unwrap()].candidate.name, "today");
    // A second region that takes a tenth of the traffic does not carry it all.
    let small = today
        .replace("region = \"eastus2\"", "region = \"eastus2\", limit_tokens_per_minute = 10_000");
    let answer = with_workloads(ONE, &format!("{slo}{small}"));
    let both = answer.candidates.iter().find(|c| &*c.candidate.name == "today").unwrap();
    assert!(
        message(&both.reasons[0]).starts_with("with swedencentral out: "),
        "{:?}",
        both.reasons
    );
    assert!(relax(&both.reasons[0]).ends_with("while swedencentral is out"), "{:?}", both.reasons);
}

#[test]
fn under_an_outage_the_recommendation_is_a_failover_and_says_what_else_would_do() {
    let slo = "[slo]\nthrottled_share = \"1 %\"\nsurvives_outage = { of = \"region\", lasts = \"20 min\" }\n";
    let regions = |more: &str| {
        let allow = BOTH.replace("[allow]\n", &format!("[allow]\nregion = [{more}]\n"));
        let text = format!(
            "name = \"t\"\nstart = 2026-12-01\nlength = \"1 hour\"\nzone = \"UTC\"\nregion = \"swedencentral\"\n\
             {ONE}[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\"]\n{allow}{ONCE}{slo}"
        );
        let scenario = load("t.toml", &text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
        let traces = [even(&[60; 60])];
        let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
        recommend(question, &Serial).unwrap()
    };
    let answer = regions("\"eastus2\"");
    let choice = &answer.candidates[answer.choice.unwrap()];
    let mut places: Vec<&str> =
        choice.candidate.deployments.iter().map(|d| &*d.region.name).collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places, ["eastus2", "swedencentral"], "{}", choice.candidate.name);
    let alone = pay_as_you_go(&answer);
    assert!(message(&alone.reasons[0]).contains("every call fails while it is out"));

    let nowhere = regions("");
    assert!(nowhere.choice.is_none());
    let changes: Vec<String> =
        nowhere.relaxations.iter().map(|one| together(&one.changes)).collect();
    assert_eq!(changes, ["drop slo.survives_outage"]);
}

/// A workload of its own model for each of two deployments.
const TWO_MODELS: &str = "[[workload]]\nname = \"chat\"\nmodel = \"gpt-4.1\"\ntraffic = { trace = \"made\" }\n\
    max_output_tokens = 100\nclient = \"openai-sdk\"\n\
    [[workload]]\nname = \"mini\"\nmodel = \"gpt-4.1-mini\"\ntraffic = { trace = \"made\" }\n\
    max_output_tokens = 100\nclient = \"openai-sdk\"\n";

/// Today's 15 PTU of each model, the second in a region.
fn two_of(sku: &str, region: &str) -> String {
    format!(
        "[today]\ncommitment = \"1-year\"\ndeployments = [\n\
         {{ sku = \"{sku}\", model = \"gpt-4.1\", capacity_ptu = 15 }},\n\
         {{ sku = \"{sku}\", model = \"gpt-4.1-mini\", capacity_ptu = 15{region} }},\n]\n"
    )
}

#[test]
fn regional_reservations_in_two_regions_are_two() {
    let today = two_of("DataZoneProvisionedManaged", ", region = \"francecentral\"");
    let more = format!("[slo]\nthrottled_share = \"100 %\"\n{today}");
    let answer = with_workloads(TWO_MODELS, &more);
    let both = answer.candidates.iter().find(|c| &*c.candidate.name == "today").unwrap();
    let bought = &both.figures.as_ref().unwrap().reservations;
    let ids: Vec<&str> = bought.iter().map(|own| &*own.id).collect();
    assert_eq!(
        ids,
        [
            "DataZoneProvisionedManaged reservation in swedencentral, 1-year",
            "DataZoneProvisionedManaged reservation in francecentral, 1-year"
        ]
    );
}

#[test]
fn a_ptu_quota_holds_in_each_region() {
    let refused = |region: &str| {
        let today = two_of("GlobalProvisionedManaged", region);
        let text = format!(
            "name = \"t\"\nstart = 2026-12-01\nlength = \"1 hour\"\nzone = \"UTC\"\nregion = \"swedencentral\"\n\
             {TWO_MODELS}[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\"]\nptu_quota = {{ GlobalProvisionedManaged = 20 }}\n\
             {BOTH}{ONCE}[slo]\nthrottled_share = \"100 %\"\n{today}"
        );
        let scenario = load("t.toml", &text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
        let traces = [even(&[60; 60]), even(&[60; 60])];
        let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
        let answer = decide(question, &Serial).unwrap();
        let one = answer.candidates.iter().find(|c| &*c.candidate.name == "today").unwrap();
        one.reasons.iter().map(relax).collect::<Vec<_>>()
    };
    assert_eq!(refused(", region = \"francecentral\""), Vec::<String>::new());
    assert_eq!(
        refused(""),
        [
            "raise subscription.ptu_quota.GlobalProvisionedManaged from 20 to 30 PTU (an increase takes about 5 days)"
        ]
    );
}

/// Prompts of 150,000 tokens are longer than a provisioned deployment of gpt-4.1 takes: each is a 400, which no bound on
/// 429s sees.
#[test]
fn what_answers_no_call_is_no_plan() {
    let allow = "[allow]\nsku = [\"GlobalProvisionedManaged\"]\ncommitment = [\"hourly\"]\n";
    let slo = "[slo]\nthrottled_share = \"1 %\"\n";
    let scenario = scenario("simulate = \"1 hour\"", &format!("{allow}{ONCE}{slo}"));
    let trace = even(&[1; 60]);
    let count = trace.len();
    let long = Trace::new(trace.arrival_us, vec![150_000; count], vec![100; count]);
    let answer = decision(&scenario, &long);
    assert!(answer.choice.is_none());
    let reasons = &answer.candidates[0].reasons;
    let said = "every call of w is answered 400: 150,000 input tokens on average; gpt-4.1 as \
                GlobalProvisionedManaged takes 128,000";
    assert!(reasons.iter().any(|own| message(own) == said), "{reasons:?}");
    let help = "send prompts of at most 128,000 tokens with w, or allow a model and a deployment \
                type that take 150,000";
    assert!(reasons.iter().any(|own| relax(own) == help), "{reasons:?}");
}
