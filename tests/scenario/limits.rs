//! Limits of Standard deployments: pools, profiles, partners, tiers (S 1-20, S 35-42, S 68-73).

use crate::support::{catalog, run, scenario, simulated, text, wrong};
use ptuplan::engine::setup::{Admission, Limiter};
use ptuplan::scenario::resolve::names::{by_own_names, notes};
use ptuplan::scenario::run::evaluate::Simulated;

fn limiter(simulated: &Simulated, index: usize) -> &Limiter {
    match &simulated.resolved.setup.deployments[index].admission {
        Admission::Standard(limiter) => limiter,
        other => panic!("{other:?}"),
    }
}

fn today(deployments: &[&str]) -> String {
    let rows: Vec<String> = deployments
        .iter()
        .enumerate()
        .map(|(index, more)| format!("{{ name = \"d{index}\", model = \"gpt-4.1\", {more} }}"))
        .collect();
    format!("[today]\ndeployments = [{}]\n", rows.join(", "))
}

/// S 1, S 2: another spelling is no other model: it has the model's name, and draws on the model's
/// quota.
#[test]
fn a_model_has_one_name_and_one_quota() {
    let named = |name: &str, model: &str| {
        format!("{{ name = \"{name}\", sku = \"GlobalStandard\", model = \"{model}\" }}")
    };
    let rest = format!(
        "[today]\ndeployments = [{}, {}]\n",
        named("a", "gpt-5.6-sol"),
        named("b", "gpt-5.6")
    );
    let models = "model = [\"gpt-5.6\", \"gpt-5.6-sol-2026-07-09\"]\nroute = [\"a\", \"b\"]\n";
    let written = scenario(&text("", models, &rest));
    // Before its names are asked for, the quota is one all the same.
    let shared = run(&written, &[]).unwrap();
    let named = by_own_names(written, catalog());
    assert_eq!(&*named.workloads[0].model.name, "gpt-5.6-sol");
    assert!(named.workloads[0].alternatives.is_empty(), "one model is no alternative to itself");
    let told = notes(&named, catalog());
    assert_eq!(told.0.len(), 2, "{told}");
    assert!(told.0[0].message.contains("gpt-5.6 is a name of gpt-5.6-sol"), "{told}");
    let own = run(&named, &[]).unwrap();
    assert!(own.resolved.deployments.iter().all(|of| &*of.model == "gpt-5.6-sol"));
    assert!(own.resolved.facts.iter().any(|fact| fact.name == "name gpt-5.6"));
    for found in [&shared, &own] {
        let limits = [0, 1].map(|index| limiter(found, index).limit_tokens_per_minute.unwrap());
        assert_eq!(limits, [500_000, 500_000]);
    }
}

/// `replacement` where the platform names none is said, once for the model; where it names one
/// nothing is.
#[test]
fn a_replacement_that_nobody_names_is_said() {
    let asked = |model: &str| {
        let models = format!("model = [\"{model}\", \"replacement\"]\n");
        notes(&scenario(&text("", &models, "")), catalog())
    };
    let told = asked("gpt-4.1");
    assert_eq!(told.0.len(), 1, "{told}");
    let expected = "nothing replaces gpt-4.1: no replacement is named on 2026-12-01 (t.toml:11:";
    assert!(told.to_string().contains(expected), "{told}");
    assert!(!told.has_errors());
    assert!(asked("o3").0.is_empty(), "{}", asked("o3"));
}

/// What a subscription has deployed is a model that there is.
#[test]
fn a_model_that_was_used_is_known() {
    let rest = "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.11\"]\n";
    let found = wrong(&text("", "", &format!("{rest}{}", today(&["sku = \"GlobalStandard\""]))));
    assert!(found[0].contains("unknown model: gpt-4.11"), "{found:?}");
    let none = today(&["sku = \"GlobalStandard\", limit_tokens_per_minute = 0"]);
    let found = wrong(&text("", "", &none));
    assert!(found[0].contains("a limit of nothing: limit_tokens_per_minute"), "{found:?}");
}

/// S 3: a part of a quota so small that no request goes with it is an error, not a deployment that
/// refuses every call; with its requests stated it serves them.
#[test]
fn a_part_of_a_quota_that_admits_no_request_is_an_error() {
    let tier = "[subscription]\nquota_tier = \"Tier 1\"\n";
    let of = |more: &str| {
        let row = format!("{{ sku = \"GlobalStandard\", model = \"gpt-5.4\"{more} }}");
        text("", "model = \"gpt-5.4\"\n", &format!("{tier}[today]\ndeployments = [{row}]\n"))
    };
    let found = wrong(&of(", limit_tokens_per_minute = 50"));
    assert_eq!(found.len(), 1, "{found:?}");
    let expected = "no call is admitted: gpt-5.4, GlobalStandard · 0 requests per minute: \
                    its part of the quota is 50 tokens";
    assert!(found[0].contains(expected), "{found:?}");
    assert!(found[0].contains("state limit_requests_per_minute"), "{found:?}");
    let stated = ", limit_tokens_per_minute = 50, limit_requests_per_minute = 1";
    let (_, served, _) = simulated(&of(stated), &[(0, 10, 5)]);
    assert_eq!(served.outcome.streams[0].completed, 1);
    // 1,000,000 tokens and 10,000 requests: 100 tokens are one request.
    let (_, least, _) = simulated(&of(", limit_tokens_per_minute = 199"), &[(0, 10, 5)]);
    assert_eq!(limiter(&least, 0).limit_requests_per_minute, Some(1));
}

/// What the scenario states of its own quota gives parts too, and a tier that has none of a model
/// serves nothing.
#[test]
fn a_quota_that_admits_nothing_is_an_error() {
    let own = "{ model = \"gpt-4.1\", sku = \"GlobalStandard\", tokens_per_minute = 1_000_000, \
               requests_per_minute = 10 }";
    let tier = format!(
        "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\"]\nquota = [{own}]\n"
    );
    let row = "sku = \"GlobalStandard\", limit_tokens_per_minute = 99_999";
    let found = wrong(&text("", "", &format!("{tier}{}", today(&[row]))));
    assert!(found[0].contains("0 requests per minute"), "{found:?}");
    let tier = "[subscription]\nquota_tier = \"Tier 1\"\nagreement = \"Pay-as-you-go\"\n";
    let row = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"claude-fable-5\" }]\n";
    let found = wrong(&text("", "model = \"claude-fable-5\"\n", &format!("{tier}{row}")));
    let expected = "no call is admitted: claude-fable-5, GlobalStandard · 0 ";
    assert!(found[0].contains(expected), "{found:?}");
    assert!(found[0].contains("agreement"), "{found:?}");
}

/// A window of nothing is refused where it is written.
#[test]
fn a_window_is_longer_than_nothing() {
    let rest = today(&["sku = \"GlobalStandard\""]);
    let rest = format!("{rest}[parameters]\nstandard-request-window = 0\n");
    let found = wrong(&text("", "", &rest));
    assert!(found[0].contains("out of range: standard-request-window = 0 (t.toml:"), "{found:?}");
}

/// A tier whose rows have ended is no way out: what the subscription has is to be stated.
#[test]
fn where_no_quota_is_in_force_the_hint_says_so() {
    let none = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"gpt-4o\" }]\n";
    let found = wrong(&text("", "model = \"gpt-4o\"\n", none));
    assert!(found[0].contains("no quota of 2026-12-01 is known"), "{found:?}");
    assert!(found[0].contains("subscription.quota"), "{found:?}");
}

/// S 1: deployments of one model and type in one region share one quota; those in another region have their own.
#[test]
fn deployments_share_their_quota() {
    let global = "sku = \"GlobalStandard\"";
    let elsewhere = "sku = \"GlobalStandard\", region = \"eastus2\"";
    let (_, alone, _) = simulated(&text("", "", &today(&[global])), &[]);
    let all = limiter(&alone, 0).limit_tokens_per_minute.unwrap();
    let (_, shared, _) = simulated(
        &text(
            "",
            "",
            &today(&[
                &format!("{global}, limit_tokens_per_minute = 400_000"),
                global,
                global,
                elsewhere,
            ]),
        ),
        &[],
    );
    let limits: Vec<u64> =
        (0..4).map(|index| limiter(&shared, index).limit_tokens_per_minute.unwrap()).collect();
    assert_eq!(limits, [400_000, (all - 400_000) / 2, (all - 400_000) / 2, all]);
    let half = format!("{global}, limit_tokens_per_minute = {}", all / 2 + 1);
    let found = wrong(&text("", "", &today(&[&half, &half])));
    assert!(found[0].contains("tokens per minute together (quota"), "{found:?}");
    let found = wrong(&text(
        "",
        "",
        &today(&[&format!("{global}, limit_tokens_per_minute = {all}"), global]),
    ));
    assert!(found[0].contains("nothing is left for d1"), "{found:?}");
}

#[test]
fn a_limiter_profile_is_a_name_in_the_catalogue() {
    let rest = today(&[
        "sku = \"GlobalStandard\", limiter = \"aoai-api-simulator\", limit_tokens_per_minute = 10_000, limit_requests_per_minute = 60",
    ]);
    let (_, simulated, _) = simulated(&text("", "", &rest), &[]);
    let own = limiter(&simulated, 0);
    let (known, more) = Limiter::aoai_api_simulator(10_000);
    assert_eq!(*own, known);
    assert_eq!(simulated.resolved.setup.deployments[0].rules.limits, more);
    let found = wrong(&text("", "", &rest.replace("aoai-api-simulator", "simulator")));
    assert!(found[0].contains("simulator"), "{found:?}");
}

#[test]
fn dynamic_quota_raises_the_limit_by_an_assumed_share() {
    let rest = today(&[
        "sku = \"GlobalStandard\", dynamic_quota = true, limit_tokens_per_minute = 1_000, limit_requests_per_minute = 1_000",
    ]);
    let calls: Vec<_> = (0..60_000).map(|n| (n * 100_000, 100, 0)).collect();
    let (_, raised, _) = simulated(&text("", "", &rest), &calls);
    let (_, plain, _) =
        simulated(&text("", "", &rest.replace("dynamic_quota = true, ", "")), &calls);
    let served = |s: &Simulated| s.outcome.streams[0].completed as f64;
    let gain = served(&raised) / served(&plain);
    assert!((1.05..1.25).contains(&gain), "{gain}: up to 20 %, half of it on average");
    let assumed: Vec<&str> = raised.resolved.facts.assumed().map(|f| f.name.as_str()).collect();
    assert!(assumed.contains(&"dynamic-quota-headroom"), "{assumed:?}");
}

/// The same on a day when models were in service that no longer are.
fn in_june(text: &str) -> String {
    let text = text.replace("start = 2026-12-01", "start = 2026-06-01");
    text.replace("has_used = [", "has_used = [\"o1\", \"o3-mini\", \"gpt-4o\", \"DeepSeek-R1\", ")
}

/// S 68: models of other makers have limits of their own, requests in service among them.
#[test]
fn models_of_other_makers_have_the_default_limits() {
    let rest = "[today]\ndeployments = [{ sku = \"Standard (serverless API)\", model = \"DeepSeek-R1\", region = \"eastus2\" }]\n";
    let (_, simulated, bill) =
        simulated(&in_june(&text("", "model = \"DeepSeek-R1\"\n", rest)), &[(0, 100_000, 0)]);
    assert_eq!(limiter(&simulated, 0).limit_tokens_per_minute, Some(5_000_000));
    assert_eq!(simulated.resolved.setup.deployments[0].rules.limits.concurrent, Some(300));
    assert_eq!(bill.line_items.len(), 1);
}

/// S 72: Claude's limits are by agreement, input and output apart.
#[test]
fn claude_has_input_and_output_limits_of_its_agreement() {
    let rest = "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4o-mini\"]\nagreement = \"Enterprise and MCA-E\"\n[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"claude-sonnet-5\", region = \"eastus2\" }]\n";
    let workload = "model = \"claude-sonnet-5\"\n";
    let (_, simulated, bill) =
        simulated(&text("", workload, rest), &[(0, 500_000, 0), (1, 500_000, 0)]);
    let limits = &simulated.resolved.setup.deployments[0].rules.limits;
    assert!(limits.input_tokens_per_minute.is_some() && limits.output_tokens_per_minute.is_some());
    assert_eq!(limiter(&simulated, 0).limit_tokens_per_minute, None);
    assert_eq!(bill.line_items[0].effective_cost.amount(), crate::support::decimal("2"));
    let found =
        wrong(&text("", workload, &rest.replace("agreement = \"Enterprise and MCA-E\"\n", "")));
    assert!(found[0].contains("subscription.agreement"), "{found:?}");
}

/// S 40: since 2026-09-25 a call for flex that cannot be served as such is a 400; before, it was served at the standard tier.
#[test]
fn flex_is_served_refused_or_falls_back_by_model_and_date() {
    let flex = "calls = { service_tier = \"flex\" }\n";
    let (_, invalid, bill) =
        simulated(&text("", flex, &today(&["sku = \"GlobalStandard\""])), &[(0, 1_000, 10)]);
    assert_eq!(invalid.outcome.usage[0].answer.as_str(), "invalid_request");
    assert_eq!(
        (invalid.outcome.streams[0].failed, bill.line_items.len()),
        (1, 0),
        "it costs nothing"
    );
    let refused = &invalid.resolved.unserved.0[0];
    assert!(
        refused.to_string().contains("every such call is answered 400"),
        "for a plan: {refused}"
    );
    let before = text("", flex, &today(&["sku = \"GlobalStandard\""]))
        .replace("start = 2026-12-01", "start = 2026-09-01");
    let (_, fallen, _) = simulated(&before, &[(0, 1_000, 10)]);
    assert_eq!(fallen.outcome.usage[0].tier.as_str(), "standard");
    let workload = format!("model = \"gpt-5.6-sol\"\n{flex}");
    let rest = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"gpt-5.6-sol\" }]\n";
    let (_, served, _) = simulated(&text("", &workload, rest), &[(0, 1_000, 10)]);
    assert_eq!(served.outcome.usage[0].tier.as_str(), "flex");
    let assumed: Vec<&str> = served.resolved.facts.assumed().map(|f| f.name.as_str()).collect();
    assert!(assumed.contains(&"flex-capacity-refusals"), "{assumed:?}");
}

/// S 20: a month's use above the usage tier slows answers down.
#[test]
fn the_usage_tier_of_a_model_is_known() {
    let rest = format!(
        "{}[parameters]\nusage-tier-slowdown = 200\n",
        today(&["sku = \"GlobalStandard\""])
    );
    let (_, simulated, _) = simulated(&text("", "", &rest), &[]);
    let tier = simulated.resolved.setup.deployments[0].rules.usage_tier.unwrap();
    assert_eq!((tier.tokens, tier.slower_per_1024), (30_000_000_000, 2_048));
}

/// P R4: generation B charges cached input, cache writes and long context.
#[test]
fn generation_b_has_classes_of_its_own() {
    let rest = "[today]\ndeployments = [{ sku = \"GlobalProvisionedManaged\", model = \"gpt-6-sol\", capacity_ptu = 100 }]\n";
    let (_, simulated, _) = simulated(&text("", "model = \"gpt-6-sol\"\n", rest), &[]);
    let rules = &simulated.resolved.setup.deployments[0].rules;
    assert_eq!(rules.cache_write_weight, Some(1_250));
    let long = rules.long_weights.unwrap();
    assert_eq!(
        (long.weights.input, long.weights.cached_input, long.weights.output, long.cache_write),
        (2_000, 200, 7_500, 2_500)
    );
    let assumed: Vec<&str> = simulated.resolved.facts.assumed().map(|f| f.name.as_str()).collect();
    assert!(assumed.contains(&"provisioned-long-context-threshold"), "{assumed:?}");
}

/// V-3a to V-3c: a unit of capacity fixes requests and tokens; the tier tables say otherwise for some models (X5).
#[test]
fn requests_follow_tokens_by_units_of_capacity() {
    let requests = |model: &str, tokens: u64, reading: &str| {
        let rest = format!(
            "[today]\ndeployments = [{{ sku = \"GlobalStandard\", model = \"{model}\", limit_tokens_per_minute = {tokens}, region = \"eastus2\" }}]\n[parameters]\nrpm-of-tpm = \"{reading}\"\n"
        );
        let (_, simulated, _) =
            simulated(&in_june(&text("", &format!("model = \"{model}\"\n"), &rest)), &[]);
        limiter(&simulated, 0).limit_requests_per_minute
    };
    for (model, tokens, expected) in
        [("gpt-4o", 50_000, 300), ("o1", 600_000, 100), ("o3-mini", 5_000_000, 500)]
    {
        assert_eq!(requests(model, tokens, "capacity-table"), Some(expected), "{model}");
    }
    // gpt-4o-mini: 10 a minute for each 1,000 tokens in the tier tables, 6 in the capacity table.
    assert_eq!(requests("gpt-4o-mini", 100_000, "tier-tables"), Some(1_000));
    assert_eq!(requests("gpt-4o-mini", 100_000, "capacity-table"), Some(600));
}
