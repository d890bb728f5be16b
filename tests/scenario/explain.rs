//! `explain`: what each deployment answered to a request, and why, for every kind of deployment and rule.

use crate::support::{text, view};

const MINUTE_US: u64 = 60_000_000;

/// `deployment answer: reason`, one line an answer.
fn answers(text: &str, rows: &[(u64, u32, u32)]) -> Vec<String> {
    let view = view(text, rows);
    let line = |a: &ptuplan::report::view::AnswerView| {
        let then = if a.passed_on { " →" } else { "" };
        format!("{} {}: {}{then}", a.deployment, a.answer, a.reason)
    };
    view.answers.iter().map(line).collect()
}

fn today(deployments: &str) -> String {
    format!("[today]\ndeployments = [{deployments}]\n")
}

fn standard(name: &str, more: &str) -> String {
    format!("{{ name = \"{name}\", sku = \"GlobalStandard\", model = \"gpt-4.1\"{more} }}")
}

const LIMIT: &str = "max_output_tokens = 100\n";

#[test]
fn provisioned_tells_its_utilization_and_spillover_the_minute_s_tokens() {
    let base = "{ name = \"base\", sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 15, spillover_to = \"over\" }";
    let over =
        standard("over", ", limit_tokens_per_minute = 10_000, limit_requests_per_minute = 1_000");
    let rest = today(&format!("{base}, {over}"));
    // 45,000 tokens a minute are 100 %: 45,000 + 4 x 100 are above; 10,000 of 10,000 are the target's own limit.
    let found = answers(
        &text("", LIMIT, &rest),
        &[(0, 45_000, 100), (1, 9_900, 100), (2, 10, 1), (3, 130_000, 1)],
    );
    assert_eq!(
        found,
        [
            "base completed: there was room: utilization was at 0%",
            "base throttled: utilization was at 100.9%, not below 100% →",
            "over completed: there was room: 0 of 10,000 tokens of the minute were counted",
            "base throttled: utilization was at 100.9%, not below 100% →",
            "over throttled: 10,000 tokens of the minute were counted, the limit is 10,000",
            "base input_too_long: 130,000 input tokens, at most 128,000 are taken →",
            "over throttled: 130,100 tokens are more than the whole limit of 10,000 a minute: no minute has room for it",
        ]
    );
}

#[test]
fn standard_tells_which_limit_it_was() {
    let rest = today(&standard(
        "d",
        ", limit_tokens_per_minute = 1_000_000, limit_requests_per_minute = 1",
    ));
    let found = answers(&text("", LIMIT, &rest), &[(0, 10, 1), (1, 10, 1)]);
    assert_eq!(found[1], "d throttled: 1 requests of the window were counted, the limit is 1");
    let profile = ", limiter = \"aoai-api-simulator\", limit_tokens_per_minute = 1_000, limit_requests_per_minute = 600";
    let rest = today(&standard("d", profile));
    let eleven: Vec<_> = (0..11).map(|n| (n, 10, 1)).collect();
    let found = answers(&text("", LIMIT, &rest), &eleven);
    assert!(
        found[10].starts_with(
            "d throttled: 1,000 tokens of the minute were counted, the limit is 1,000"
        ),
        "{found:?}"
    );
    let odd = text("", "max_output_tokens = 600\n", &rest);
    let found = answers(&odd, &[(0, 10, 1), (1, 10, 1)]);
    assert_eq!(
        found[1],
        "d throttled: 600 tokens of the minute were counted and this call asks for more, the limit is 1,000"
    );
    let short = format!("{}[parameters]\ncapacity-429-rate = 100\n", today(&standard("d", "")));
    let found = answers(&text("", LIMIT, &short), &[(0, 10, 1)]);
    assert_eq!(found, ["d throttled: the platform lacked capacity (capacity-429-rate)"]);
}

#[test]
fn partner_models_tell_input_output_and_requests_in_service() {
    let rest = "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\nagreement = \"Pay-as-you-go\"\n[today]\ndeployments = [{ name = \"c\", sku = \"GlobalStandard\", model = \"claude-sonnet-5\", region = \"eastus2\" }]\n";
    let workload = "model = \"claude-sonnet-5\"\n";
    let input = answers(&text("", workload, rest), &[(0, 40_000, 1), (2 * 1_000_000, 10, 1)]);
    assert_eq!(input[0], "c completed: there was room within its limits");
    assert!(
        input[1].starts_with(
            "c throttled: 40,000 input tokens of the minute were counted, the limit is "
        ),
        "{input:?}"
    );
    let long = [(0, 10, 20_000), (20 * MINUTE_US, 10, 1)];
    let slow = rest.replace(
        "region =",
        "latency = { first_token = \"1 s\", tokens_per_second = 1000 }, region =",
    );
    let output = answers(&text("", workload, &slow), &[(0, 10, 20_000), (25 * 1_000_000, 10, 1)]);
    assert!(output[1].contains("20,000 output tokens of the minute were counted"), "{output:?}");
    assert!(answers(&text("", workload, rest), &long)[1].contains("there was room"));
    let serverless = "[today]\ndeployments = [{ name = \"s\", sku = \"Standard (serverless API)\", model = \"DeepSeek-R1\", region = \"eastus2\", latency = { first_token = \"1 h\" } }]\n";
    let many: Vec<_> = (0..301).map(|n| (n * 100_000, 10, 1)).collect();
    // DeepSeek-R1 was in service until August.
    let june = text("", "model = \"DeepSeek-R1\"\n", serverless);
    let found = answers(&june.replace("start = 2026-12-01", "start = 2026-06-01"), &many);
    assert_eq!(found[300], "s throttled: 300 requests were in service, the limit is 300");
}

#[test]
fn priority_tells_what_it_was_served_at() {
    let priority =
        "model = \"gpt-4.1\"\nmax_output_tokens = 100\ncalls = { service_tier = \"priority\" }\n";
    let rest = today(&standard("d", ", limit_tokens_per_minute = 1_000_000"));
    let rows = [(0, 1_000, 100), (MINUTE_US, 1_500, 100), (2 * MINUTE_US, 130_000, 100)];
    let found = answers(&text("", priority, &rest), &rows);
    assert!(
        found[0].ends_with("tokens of the minute were counted; served with priority"),
        "{found:?}"
    );
    let ramp = "d completed: served at the standard tier: priority tokens rose by more than 50 % in 15 minutes";
    assert_eq!(found[2], ramp);
    let found = answers(&text("", priority, &rest), &rows[2..]);
    assert_eq!(
        found,
        [
            "d completed: served at the standard tier: 130,000 input tokens, priority takes up to 128,000"
        ]
    );
    let peak = format!("{rest}[parameters]\npriority-peak-downgrade = 100\n");
    let found = answers(&text("", priority, &peak), &rows[..1]);
    assert_eq!(
        found,
        ["d completed: served at the standard tier at peak load (priority-peak-downgrade)"]
    );
}

#[test]
fn flex_tells_whether_it_is_offered_and_had_capacity() {
    let flex =
        "model = \"gpt-5.6-sol\"\nmax_output_tokens = 100\ncalls = { service_tier = \"flex\" }\n";
    let sol = today("{ name = \"d\", sku = \"GlobalStandard\", model = \"gpt-5.6-sol\" }");
    let found = answers(&text("", flex, &sol), &[(0, 10, 1)]);
    assert!(found[0].ends_with("; served as flex"), "{found:?}");
    let short = format!("{sol}[parameters]\nflex-capacity-refusals = 100\n");
    let found = answers(&text("", flex, &short), &[(0, 10, 1)]);
    assert_eq!(
        found,
        ["d throttled: the platform lacked capacity for flex (flex-capacity-refusals)"]
    );
    let other = flex.replace("gpt-5.6-sol", "gpt-4.1");
    let rest = today(&standard("d", ""));
    let now = text("", &other, &rest);
    let found = answers(&now, &[(0, 10, 1)]);
    assert_eq!(
        found,
        ["d invalid_request: flex is not offered here: an invalid request since 2026-09-25"]
    );
    let then = now.replace("start = 2026-12-01", "start = 2026-09-01");
    let found = answers(&then, &[(0, 10, 1)]);
    assert_eq!(found, ["d completed: served at the standard tier: flex was not offered here"]);
}

#[test]
fn batch_tells_its_queue_and_how_long_it_took() {
    let rest = "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\nagreement = \"Enterprise and MCA-E\"\n[today]\ndeployments = [{ name = \"b\", sku = \"GlobalBatch\", model = \"gpt-4.1\", batch = { limit_enqueued_tokens = 1_000, tokens_per_minute = 10 } }]\n";
    let waits = "calls = { batch = { within = \"24 h\" } }\n";
    let cancel = format!("{rest}[[event]]\nat = \"1 h\"\nwhat = \"cancel-batch\"\n");
    let rows = [(0, 900, 100), (1, 200, 0)];
    assert_eq!(
        answers(&text("", waits, rest), &rows),
        [
            "b throttled: token_limit_exceeded: 900 of 1,000 input tokens were enqueued, and there was no room for these",
            "b completed: finished 1.7 h after its submission, in time",
        ]
    );
    assert_eq!(
        answers(&text("", waits, &cancel), &rows)[1],
        "b cancelled: the batch was cancelled"
    );
    let slow = rest.replace("tokens_per_minute = 10 ", "tokens_per_minute = 1 ");
    let days = text("length = \"2 days\"\n", waits, &slow);
    let found = answers(&days, &[(0, 1_000, 500)]);
    assert!(
        found[0].ends_with("after its submission, later than the platform's target"),
        "{found:?}"
    );
}

#[test]
fn managed_compute_tells_places_and_queue() {
    let compute = |queue: u32| {
        today(&format!(
            "{{ name = \"m\", sku = \"GlobalManagedCompute\", model = \"gpt-oss-120b\", latency = {{ first_token = \"10 s\" }}, compute = {{ machine = \"H100_80GB\", instances = 1, requests_per_instance = 2, queue = {queue} }} }}"
        ))
    };
    let rows: Vec<_> = (0..4).map(|n| (n, 10, 0)).collect();
    let workload = "model = \"gpt-oss-120b\"\n";
    assert_eq!(
        answers(&text("", workload, &compute(1)), &rows),
        [
            "m completed: a place was free: 0 of 2 were taken",
            "m completed: a place was free: 1 of 2 were taken",
            "m throttled: all places were taken, and 1 of 1 that may wait did",
            "m completed: a place became free after 10.0 s in the queue",
        ]
    );
    let found = answers(&text("", workload, &compute(0)), &rows);
    assert_eq!(found[2], "m throttled: all places were taken, and none may wait");
    let patient = format!("{workload}calls = {{ timeout = \"5 s\" }}\n");
    let found = answers(&text("", &patient, &compute(1)), &rows);
    assert_eq!(found[0], "m timed_out: the client gave up after 5.0 s");
    assert_eq!(found[3], "m timed_out: the client gave up after 5.0 s, after time in the queue");
}

#[test]
fn fine_tuned_and_developer_deployments_tell_when_they_were_deleted() {
    let days = "length = \"31 days\"\n";
    let tuned = today(&standard("f", ", fine_tuned = true, limit_tokens_per_minute = 1_000"));
    let found = answers(&text(days, LIMIT, &tuned), &[(20 * 24 * 60 * MINUTE_US, 10, 1)]);
    assert_eq!(
        found,
        ["f server_error: the deployment had been deleted after 15 d without a call"]
    );
    let developer = today(
        "{ name = \"dev\", sku = \"DeveloperTier\", model = \"gpt-4.1\", limit_tokens_per_minute = 1_000 }",
    );
    let found = answers(&text(days, LIMIT, &developer), &[(25 * 60 * MINUTE_US, 10, 1)]);
    assert_eq!(found, ["dev server_error: the deployment was deleted 1 d after its creation"]);
}

#[test]
fn events_tell_themselves() {
    let rest = |event: &str| format!("{}[[event]]\n{event}", today(&standard("d", "")));
    let at_noon = [(12 * 60 * MINUTE_US, 10, 1)];
    for (event, words) in [
        (
            "at = \"11 h\"\nwhat = \"outage\"\nlasts = \"90 min\"\n",
            "an outage from 11 h to 12 h 30 min",
        ),
        ("at = \"13 h\"\nwhat = \"create\"\n", "the deployment is created at 13 h"),
        ("at = \"11 h\"\nwhat = \"delete\"\n", "the deployment was deleted at 11 h"),
        (
            "at = \"11 h\"\nwhat = \"retirement\"\nmodel = \"gpt-4.1\"\n",
            "gpt-4.1 was retired at 11 h",
        ),
    ] {
        let found = answers(&text("", LIMIT, &rest(event)), &at_noon);
        assert_eq!(found, [format!("d server_error: {words}")]);
    }
    let serving = today(&standard("d", ", latency = { first_token = \"10 min\" }"));
    let cut = format!("{serving}[[event]]\nat = \"5 min\"\nwhat = \"outage\"\nlasts = \"1 h\"\n");
    let found = answers(&text("", LIMIT, &cut), &[(0, 10, 1)]);
    assert_eq!(found, ["d server_error: the deployment went down meanwhile"]);
}

#[test]
fn filters_breakers_and_policies_tell_themselves() {
    let hate = "[workload.calls.content_filter]\nhate = { prompts = { medium = \"100 %\" } }\n";
    let one = today(&standard("d", ""));
    let found = answers(&text("", hate, &one), &[(0, 10, 1)]);
    assert_eq!(found, ["d filtered_input: the content filter blocked the prompt"]);
    let stopped = hate.replace("prompts", "answers");
    let found = answers(&text("", &stopped, &one), &[(0, 10, 1_000)]);
    assert!(
        found[0].contains("stopped the answer after ") && found[0].ends_with(" of 1,000 tokens"),
        "{found:?}"
    );
    let two = today(&format!(
        "{}, {}",
        standard("a", ", limit_requests_per_minute = 1"),
        standard("b", ", region = \"eastus2\"")
    ));
    let breaker =
        "route = [\"a\", \"b\"]\ncalls = { breaker = { refusals = 1, open = \"10 s\" } }\n";
    let found = answers(&text("", breaker, &two), &[(0, 10, 1), (1, 10, 1), (500_001, 10, 1)]);
    assert_eq!(found[3], "a not asked: its circuit breaker stays open for 9.5 s");
    assert!(found[4].starts_with("b completed: "), "{found:?}");
    for (policy, words) in [
        ("\"weighted\", weights = [1, 1]", "drawn by weight; "),
        ("\"least-loaded\"", "the least loaded; "),
        ("\"fastest\"", "the fastest of late; "),
    ] {
        let routed = format!("route = [\"a\", \"b\"]\ncalls = {{ routing = {policy} }}\n");
        let found = answers(&text("", &routed, &two), &[(0, 10, 1)]);
        assert!(found[0].contains(words), "{found:?}");
    }
}

/// S 76: a router chooses; a model that is down is replaced inside the set.
#[test]
fn a_router_tells_whom_it_chose_and_whom_it_fell_back_to() {
    let rest = "[today]\ndeployments = [{ name = \"router\", sku = \"GlobalStandard\", model = \"model-router\", router = { \"gpt-5\" = 1, \"gpt-5-mini\" = 3 } }]\n[[event]]\nat = \"0 min\"\nwhat = \"outage\"\nmodel = \"gpt-5-mini\"\nlasts = \"1 h\"\n";
    let calls: Vec<_> = (0..20).map(|n| (n * 10_000_000, 100, 1)).collect();
    let found = answers(&text("", "model = \"model-router\"\n", rest), &calls);
    let failed =
        "router → gpt-5-mini server_error: chosen by the router; an outage from the start to 1 h →";
    let at = found.iter().position(|line| line == failed).unwrap_or_else(|| panic!("{found:?}"));
    assert!(found[at + 1].starts_with("router → gpt-5 completed: there was room"), "{found:?}");
    assert_eq!(found.iter().filter(|line| line.contains(" completed: ")).count(), 20);
}
