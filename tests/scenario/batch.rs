//! Batch deployments: half the price, a queue, a target (S 27-34).

use crate::support::{decimal, on_meter, simulated, text, wrong};
use ptuplan::ledger::usage::{Answer, ServiceTier};
use ptuplan::scenario::run::evaluate::Simulated;

const AGREED: &str = "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\nagreement = \"Enterprise and MCA-E\"\n";
const WAITS: &str = "client = \"batch-submission\"\ncalls = { batch = { within = \"2 h\" } }\n";

fn deployed(more: &str) -> String {
    format!(
        "{AGREED}[today]\ndeployments = [{{ sku = \"GlobalBatch\", model = \"gpt-4.1\"{more} }}]\n"
    )
}

/// When submissions were refused, in seconds.
fn refused_s(simulated: &Simulated) -> Vec<u64> {
    let log = simulated.outcome.log.iter();
    log.filter(|entry| entry.answer == Some(Answer::Throttled))
        .map(|entry| entry.at_us / 1_000_000)
        .collect()
}

#[test]
fn a_batch_is_billed_at_half_the_price_and_late_after_its_deadline() {
    let rows = vec![(0, 100_000, 0); 4];
    let rest = deployed(", batch = { tokens_per_minute = 2_000 }");
    let (scenario, simulated, bill) = simulated(&text("", WAITS, &rest), &rows);
    assert!(simulated.outcome.usage.iter().all(|bin| bin.tier == ServiceTier::Batch));
    // gpt-4.1 is 2 USD a million as GlobalStandard.
    assert_eq!(on_meter(&bill, "input"), decimal("0.4"), "{bill:?}");
    // 50 minutes each: the third and fourth are done after 2.5 and 3.3 hours.
    let stream = &simulated.outcome.streams[0];
    assert_eq!((stream.completed, stream.late), (4, 2));
    let measures = ptuplan::metrics::measures::of_stream(stream);
    let breaches = scenario.slo.breaches(&measures);
    assert_eq!(
        breaches[0].to_string(),
        "50.0% of calls are answered after their deadline, more than the 0% allowed"
    );
    assert_eq!(scenario.slo.words(), ["no call is answered after its deadline"]);
}

#[test]
fn a_submission_above_the_quota_is_refused_and_backs_off_as_the_sample_does() {
    // Sweden checks at once: 5 s and 10 s after the first refusal there is still no room, 75 s after it there is.
    let rest = deployed(", batch = { limit_enqueued_tokens = 1_000, tokens_per_minute = 1_000 }");
    let (_, simulated, _) = simulated(&text("", WAITS, &rest), &[(0, 1_000, 0), (0, 1_000, 0)]);
    assert_eq!(refused_s(&simulated), [0, 5, 15, 35]);
    assert_eq!(simulated.outcome.streams[0].completed, 2);
    let told: Vec<String> = simulated.resolved.facts.iter().map(|fact| fact.name.clone()).collect();
    let told = told.join("; ");
    assert!(told.contains("above the limit in swedencentral are refused"), "{told}");
}

#[test]
fn a_region_that_checks_late_is_heard_of_later() {
    let elsewhere = ", region = \"uksouth\", batch = { limit_enqueued_tokens = 1_000, tokens_per_minute = 1_000 }";
    let rest = deployed(elsewhere);
    let (_, simulated, _) = simulated(&text("", WAITS, &rest), &[(0, 1_000, 0), (0, 1_000, 0)]);
    assert_eq!(
        refused_s(&simulated),
        [0],
        "the next submission comes 305 s later, when there is room"
    );
    let assumed: Vec<&str> =
        simulated.resolved.facts.assumed().map(|fact| fact.name.as_str()).collect();
    assert!(assumed.contains(&"batch-validation-time"), "{assumed:?}");
}

#[test]
fn the_rate_is_an_assumption_that_a_scenario_may_replace() {
    let (_, simulated, _) = simulated(&text("", WAITS, &deployed("")), &[(0, 1_000, 0)]);
    let assumed: Vec<&str> =
        simulated.resolved.facts.assumed().map(|fact| fact.name.as_str()).collect();
    assert!(assumed.contains(&"batch-full-queue-time"), "{assumed:?}");
    let faster = format!("{}[parameters]\nbatch-full-queue-time = 12\n", deployed(""));
    let (_, twice, _) = super::support::simulated(&text("", WAITS, &faster), &[(0, 1_000, 0)]);
    let rate = |s: &Simulated| match &s.resolved.setup.deployments[0].admission {
        ptuplan::engine::setup::Admission::Batch(batch) => batch.tokens_per_minute,
        other => panic!("{other:?}"),
    };
    // 5,000 million tokens in 24 hours.
    assert_eq!((rate(&simulated), rate(&twice)), (3_472_222, 6_944_444));
}

#[test]
fn what_a_batch_needs_is_asked_for() {
    let without = "[today]\ndeployments = [{ sku = \"GlobalBatch\", model = \"gpt-4.1\" }]\n";
    let found = wrong(&text("", WAITS, without));
    assert!(
        found[0].contains("no agreement: the batch quota of gpt-4.1 as GlobalBatch"),
        "{found:?}"
    );
    let odd = deployed("").replace("Enterprise and MCA-E", "Enterprise");
    let found = wrong(&text("", WAITS, &odd));
    assert!(found[0].contains("agreements are ") && found[0].contains("Default"), "{found:?}");
    let found = wrong(&text("", "", &deployed("")));
    assert!(found[0].contains("calls.batch = { within"), "{found:?}");
    let found = wrong(&text("", "route = [\"GlobalBatch/gpt-4.1\"]\n", &deployed("")));
    assert!(found[0].contains("cannot wait: w calls GlobalBatch/gpt-4.1"), "{found:?}");
}
