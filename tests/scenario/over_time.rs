//! Events, noise and filters: what a scenario states about time, luck and content.

use crate::support::{decimal, on_meter, simulated, text, wrong};
use ptuplan::ledger::usage::Answer;

const HOUR_US: u64 = 3_600_000_000;

fn ptu(more: &str) -> String {
    format!(
        "[today]\ndeployments = [{{ name = \"base\", sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 100{more} }}]\n"
    )
}

/// P R32: a larger size is billed and serves from the moment it is complete; how long that takes is assumed.
#[test]
fn a_scale_up_takes_time_and_a_scale_down_none() {
    let rest = format!(
        "{}[[event]]\nat = \"6 h\"\nwhat = \"resize\"\ncapacity_ptu = 200\n[[event]]\nat = \"12 h\"\nwhat = \"resize\"\ncapacity_ptu = 100\n",
        ptu("")
    );
    let (_, simulated, _) = simulated(&text("", "", &rest), &[]);
    let sizes: Vec<(u64, u32)> = simulated.outcome.deployments[0]
        .deployed
        .iter()
        .map(|d| (d.until_us / 60_000_000, d.capacity_ptu))
        .collect();
    assert_eq!(sizes, [(6 * 60 + 15, 100), (12 * 60, 200), (24 * 60, 100)]);
    let assumed: Vec<&str> =
        simulated.resolved.facts.assumed().map(|fact| fact.name.as_str()).collect();
    assert!(assumed.contains(&"ptu-scale-up-time"), "{assumed:?}");
}

/// P R41: a resize beyond the quota of its SKU and region fails; another region has its own.
#[test]
fn resizes_draw_on_the_quota_of_sku_and_region() {
    let rest = |region: &str| {
        format!(
            "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\nptu_quota = {{ GlobalProvisionedManaged = 250 }}\n[today]\ndeployments = [\
             {{ name = \"a\", sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 100 }},\
             {{ name = \"b\", sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 100, region = \"{region}\" }}]\n\
             [[event]]\nat = \"6 h\"\ndeployment = \"a\"\nwhat = \"resize\"\ncapacity_ptu = 200\n"
        )
    };
    let failed = |region: &str| {
        let (_, simulated, _) = simulated(&text("", "", &rest(region)), &[]);
        simulated.outcome.deployments[0].failed_resizes
    };
    assert_eq!((failed("swedencentral"), failed("eastus2")), (1, 0));
}

#[test]
fn an_outage_of_a_region_ends_what_it_serves() {
    let rest = "[today]\ndeployments = [\
        { name = \"here\", sku = \"GlobalStandard\", model = \"gpt-4.1\", latency = { first_token = \"10 min\" } },\
        { name = \"there\", sku = \"GlobalStandard\", model = \"gpt-4.1\", region = \"eastus2\" }]\n\
        [[event]]\nat = \"5 min\"\nwhat = \"outage\"\nregion = \"swedencentral\"\nlasts = \"1 h\"\n";
    let workload = "route = [\"here\", \"there\"]\n";
    let calls = [(0, 100, 10), (6 * 60_000_000, 100, 10)];
    let (_, fails, _) = simulated(&text("", workload, rest), &calls);
    assert_eq!((fails.outcome.streams[0].completed, fails.outcome.streams[0].failed), (1, 1));
    assert_eq!(fails.outcome.deployments[1].completed, 1);
    let completes = format!("{rest}[parameters]\noutage-in-flight = \"completes\"\n");
    let (_, completes, _) = simulated(&text("", workload, &completes), &calls);
    assert_eq!(completes.outcome.streams[0].completed, 2);
    let odd = format!("{rest}[parameters]\noutage-in-flight = \"survives\"\n");
    assert!(wrong(&text("", workload, &odd))[0].contains("one of fails, completes"));
}

#[test]
fn a_retired_model_is_billed_no_longer() {
    let rest = format!(
        "{}[[event]]\nat = \"12 h\"\nwhat = \"retirement\"\nmodel = \"gpt-4.1\"\n",
        ptu("")
    );
    let (_, simulated, bill) = simulated(&text("", "", &rest), &[(13 * HOUR_US, 100, 10)]);
    assert_eq!(simulated.outcome.streams[0].failed, 1);
    let total: rust_decimal::Decimal =
        bill.line_items.iter().map(|line| line.effective_cost.amount()).sum();
    assert_eq!(total, decimal("1200"));
    let none = rest.replace("model = \"gpt-4.1\"\n", "");
    let found = wrong(&text("", "", &none));
    assert!(found[0].contains("a retirement without its model"), "{found:?}");
}

/// What the engine does in one way only cannot be asked for otherwise; a parameter that is none is a mistake.
#[test]
fn what_is_not_documented_is_told_and_refused_otherwise() {
    let (_, simulated, _) = simulated(&text("", "", &ptu("")), &[]);
    let assumed: Vec<&str> =
        simulated.resolved.facts.assumed().map(|fact| fact.name.as_str()).collect();
    assert!(assumed.contains(&"reasoning-token-weight"), "{assumed:?}");
    for (stated, says) in [
        ("reasoning-token-weight = 2", "the engine knows 1 only"),
        ("reasoning-token-wait = 2", "did you mean"),
        ("call-shape-tiering = \"large-calls-dearer\"", "one of none"),
        ("provisioned-burst = \"long\"", "not a number: provisioned-burst = long"),
    ] {
        let asked = format!("{}[parameters]\n{stated}\n", ptu(""));
        let found = wrong(&text("", "", &asked));
        assert!(found[0].contains(says), "{found:?}");
    }
}

/// An event that states one limit leaves the other as it is.
#[test]
fn new_limits_keep_what_they_do_not_state() {
    let rest = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"gpt-4.1\" }]\n[[event]]\nat = \"1 h\"\nwhat = \"limits\"\nlimit_tokens_per_minute = 5_000\n";
    let (_, simulated, _) = simulated(&text("", "", rest), &[]);
    let ptuplan::engine::rules::ChangeKind::Limits { tokens_per_minute, requests_per_minute } =
        simulated.resolved.setup.deployments[0].rules.timeline[0].what
    else {
        panic!("limits");
    };
    assert_eq!(tokens_per_minute, Some(5_000));
    assert!(requests_per_minute.is_some());
}

#[test]
fn noise_spreads_times_around_their_mean() {
    let rest = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"gpt-4.1\", latency = { first_token = \"1 s\", tokens_per_second = 100, noise = \"50 %\" } }]\n";
    let (_, simulated, _) = simulated(&text("", "", rest), &[]);
    let factors = &simulated.resolved.setup.deployments[0].rules.noise_per_1024;
    let of = |power: i32| {
        factors.iter().map(|f| (f64::from(*f) / 1_024.0).powi(power)).sum::<f64>()
            / factors.len() as f64
    };
    let deviation = (of(2) - of(1).powi(2)).sqrt();
    assert!((of(1) - 1.0).abs() < 0.002, "mean {}", of(1));
    assert!((deviation - 0.5).abs() < 0.03, "64 quantiles cut the tail: {deviation}");
}

/// S 43-46: blocked prompts are 400, stopped answers 200; the default threshold lets low severity through.
#[test]
fn the_content_filter_is_the_workload_s() {
    let filter = "[workload.calls.content_filter]\nhate = { prompts = { low = \"50 %\", medium = \"10 %\" } }\nprotected_material_text = { answers = { high = \"20 %\" } }\n";
    let rest = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"gpt-4.1\", limit_tokens_per_minute = 1_000_000 }]\n";
    let calls: Vec<_> = (0..10_000).map(|n| (n * 1_000_000, 10, 100)).collect();
    let (_, simulated, bill) = simulated(&text("", filter, rest), &calls);
    let of = |answer| {
        let bins = simulated.outcome.usage.iter().filter(|bin| bin.answer == answer);
        bins.map(|bin| bin.requests).sum::<u64>() as i64
    };
    assert!((of(Answer::FilteredInput) - 1_000).abs() < 150, "{}", of(Answer::FilteredInput));
    assert!((of(Answer::FilteredOutput) - 1_800).abs() < 200, "{}", of(Answer::FilteredOutput));
    // Blocked prompts are billed, and half of a stopped answer on average (S 45).
    assert_eq!(on_meter(&bill, "input"), decimal("0.2"));
    let over = filter.replace("10 %", "60 %");
    let found = wrong(&text("", &over, rest));
    assert!(found[0].contains("above 100 % together"), "{found:?}");
    let odd = filter.replace("prompts = { low", "threshold = \"mild\", prompts = { low");
    assert!(wrong(&text("", &odd, rest))[0].contains("unknown threshold: mild"));
}
