//! Objectives beyond the share of 429s: latency, first token, deadline, one workload's own, and the outage of a region.

use crate::support::{BOTH, ONCE, catalog, decision, even, scenario};
use ptuplan::plan::recommend::{Recommendation, decide};
use ptuplan::plan::search::Question;
use ptuplan::plan::workers::Serial;
use ptuplan::scenario::load::load;

fn asked(slo: &str) -> Recommendation {
    let more = format!("{BOTH}{ONCE}[slo]\nthrottled_share = \"100 %\"\n{slo}");
    decision(&scenario("simulate = \"1 hour\"", &more), &even(&[60; 60]))
}

fn pay_as_you_go(answer: &Recommendation) -> &ptuplan::plan::search::Evaluated {
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
        assert!(reasons[0].message.contains(word), "{bound}: {}", reasons[0].message);
        assert!(refused.choice.is_none(), "PTUs are not faster here");
        // What is asked for is enough.
        let relaxed = reasons[0].relax.rsplit(['f', 'n']).next().unwrap().trim();
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
         {workloads}[subscription]\nquota_tier = \"Tier 1\"\n{BOTH}{ONCE}{more}"
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
    assert!(reasons[0].message.starts_with("nightly: p99 latency "), "{}", reasons[0].message);
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
        here.reasons[0].message,
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
    assert!(both.reasons[0].message.starts_with("with swedencentral out: "), "{:?}", both.reasons);
    assert!(both.reasons[0].relax.ends_with("while swedencentral is out"), "{:?}", both.reasons);
}
