//! What the service was publicly seen to refuse, and how the refusals grow with the traffic.

use crate::support::{catalog, scenario, simulated, text, wrong};
use ptuplan::engine::setup::{AboveCap, Admission, Client, Reads};
use ptuplan::scenario::run::evaluate::{Simulated, simulate};
use ptuplan::workload::bundled;
use ptuplan::workload::trace::Trace;
use ptuplan::workload::transform;

const SECOND_US: u64 = 1_000_000;

fn today(more: &str) -> String {
    format!("[today]\ndeployments = [{{ name = \"d\", sku = \"GlobalStandard\", {more} }}]\n")
}

fn answers(found: &Simulated) -> Vec<bool> {
    let log = found.outcome.log.iter();
    log.map(|entry| entry.answer.is_some_and(|answer| answer.as_str() == "completed")).collect()
}

/// Azure-Samples/AI-Gateway, pull request 225: a deployment of 1K TPM served 10 calls, and refused the 11th, the 21st and the
/// 31st, each after waits of 50 to 52 seconds. gpt-4o-mini has 10 requests a minute for each 1,000 tokens.
#[test]
fn a_thousand_tokens_a_minute_are_ten_calls_a_minute() {
    let rest = today("model = \"gpt-4o-mini\", limit_tokens_per_minute = 1_000");
    let workload =
        "model = \"gpt-4o-mini\"\nclient = \"openai-python-2.51\"\nmax_output_tokens = 50\n";
    // A loop of calls of about 0.9 seconds each: whoever is refused waits as it is told.
    let workload = format!("{workload}calls = {{ concurrency = 1 }}\n");
    let rows: Vec<_> = (0..35).map(|n| (n, 10, 30)).collect();
    let (_, found, _) = simulated(&text("", &workload, &rest), &rows);
    let refused: Vec<(u32, u64)> = found
        .outcome
        .log
        .iter()
        .filter(|entry| entry.retry_after_us > 0)
        .map(|entry| (entry.request + 1, entry.retry_after_us / SECOND_US))
        .collect();
    let calls: Vec<u32> = refused.iter().map(|(call, _)| *call).collect();
    assert_eq!(calls, [11, 21, 31]);
    assert!(refused.iter().all(|(_, wait_s)| (45..=55).contains(wait_s)), "{refused:?}");
}

/// DefangLabs/pulumi-defang, pull request 538: at 1,000 TPM prompts of 675 tokens pass, those of 2,025 and 2,565 never do; at
/// 10,000 TPM all pass. Others report that such a call is told to come back after 86,400 seconds.
#[test]
fn a_call_larger_than_the_limit_is_refused_for_ever() {
    let rows: Vec<_> = [6, 675, 2_025, 2_565, 4_000]
        .iter()
        .zip(0..)
        .map(|(input, n)| (n * 300 * SECOND_US, *input, 20))
        .collect();
    let workload = "client = \"openai-python\"\nmax_output_tokens = 64\n";
    let failed = |limit: u64, more: &str| {
        let rest = today(&format!("model = \"gpt-4.1\", limit_tokens_per_minute = {limit}"));
        let (_, found, _) = simulated(&text("", workload, &format!("{rest}{more}")), &rows);
        let told = found.outcome.log.iter().map(|entry| entry.retry_after_us / SECOND_US);
        (found.outcome.streams[0].failed, told.max().unwrap())
    };
    assert_eq!(failed(1_000, ""), (3, 86_400));
    assert_eq!(failed(10_000, ""), (0, 0));
    // Whatever is read about the call that crosses the line.
    let refused = "[parameters]\nstandard-overshoot = \"refused\"\n";
    assert_eq!(failed(1_000, refused), (3, 86_400));
}

/// A deployment with a part of a quota has that part of its requests, also where the quota states them over ten seconds.
#[test]
fn a_part_of_a_quota_has_that_part_of_its_requests() {
    let rest = "[today]\ndeployments = [{ sku = \"DataZoneStandard\", model = \"gpt-4o\", region = \"eastus2\", limit_tokens_per_minute = 30_000 }]\n";
    let (_, found, _) = simulated(&text("", "model = \"gpt-4o\"\n", rest), &[]);
    let Admission::Standard(limiter) = &found.resolved.setup.deployments[0].admission else {
        panic!("a Standard deployment");
    };
    assert_eq!(limiter.limit_requests_per_minute, Some(180));
    assert_eq!(limiter.request_window_us, 10 * SECOND_US);
}

#[test]
fn requests_above_the_quota_are_refused_as_tokens_are() {
    let above = today("model = \"gpt-4.1\", limit_requests_per_minute = 1_000_000");
    let found = wrong(&text("", "", &above));
    assert!(found[0].contains("1000000 requests per minute (quota 1000)"), "{found:?}");
    assert!(wrong(&text("", "", &above.replace("1_000_000", "1_000"))).is_empty());
}

/// A limit is never rounded up: the minute admits it exactly.
#[test]
fn the_limit_holds_over_the_minute() {
    for (rpm, window) in [(1, 1), (61, 1), (119, 1), (61, 10), (7, 60)] {
        let rest = today(&format!("model = \"gpt-4.1\", limit_requests_per_minute = {rpm}"));
        let rest = format!("{rest}[parameters]\nstandard-request-window = {window}\n");
        let rows: Vec<_> = (0..600).map(|n| (n * SECOND_US / 10, 10, 10)).collect();
        let (_, found, _) = simulated(&text("", "", &rest), &rows);
        let served = answers(&found).iter().filter(|served| **served).count();
        assert_eq!(served, rpm, "{rpm} RPM over {window} s");
    }
}

/// S 13: best_of multiplies the output limit that is counted.
#[test]
fn best_of_counts_the_output_limit_so_many_times() {
    let rest = today("model = \"gpt-4.1\", limit_tokens_per_minute = 10_000");
    let served = |calls: &str| {
        let workload = format!("max_output_tokens = 900\n{calls}");
        let rows: Vec<_> = (0..100).map(|n| (n * SECOND_US / 10, 100, 10)).collect();
        let (_, found, _) = simulated(&text("", &workload, &rest), &rows);
        found.outcome.streams[0].completed
    };
    assert_eq!((served(""), served("calls = { best_of = 3 }\n")), (10, 4));
    let found = wrong(&text("", "calls = { best_of = 0 }\n", &rest));
    assert!(found[0].contains("not a number of answers"), "{found:?}");
}

/// A temporary lowering of the limit is a named risk that can be simulated (S 18).
#[test]
fn the_limit_may_be_lowered_for_hours() {
    let rest = today("model = \"gpt-4.1\", limit_tokens_per_minute = 1_000");
    let rows: Vec<_> = (0..1_440).map(|n| (n * 60 * SECOND_US, 900, 0)).collect();
    let failed = |chance: u64| {
        let risk = format!("[parameters]\nstandard-lowering-chance = {chance}\n");
        let (_, found, _) = simulated(&text("", "", &format!("{rest}{risk}")), &rows);
        found.outcome.streams[0].failed
    };
    assert_eq!((failed(0), failed(100)), (0, 1_440));
    assert!(failed(50) % 240 == 0, "whole stretches of four hours");
}

fn client(written: &str) -> Client {
    let rest = today("model = \"gpt-4.1\", limit_tokens_per_minute = 1_000");
    let (_, found, _) = simulated(&text("", &format!("client = {written}\n"), &rest), &[]);
    found.resolved.setup.streams[0].client
}

/// github/copilot-cli, issue 3679: an agent that tries five times within 0.15 s can say so.
#[test]
fn a_client_can_be_stated() {
    let agent = client("{ retries = 5, first_delay = \"30 ms\", growth = 1 }");
    assert_eq!((agent.max_retries, agent.initial_delay_us, agent.growth_per_256), (5, 30_000, 256));
    assert_eq!(agent.honours_retry_after_up_to_us, 0, "its loop reads no header");
    let patient = client(
        "{ like = \"openai-python\", retries = 8, honours_up_to = \"10 min\", above = \"clamp\" }",
    );
    assert_eq!((patient.max_retries, patient.initial_delay_us), (8, 500_000));
    assert_eq!(patient.honours_retry_after_up_to_us, 600 * SECOND_US);
    assert_eq!((patient.above, patient.reads), (AboveCap::Clamp, Reads::Milliseconds));
    let today = client("\"openai-sdk\"");
    assert_eq!(Client { spread_us: 0, ..today }, Client::openai_sdk());
    assert_eq!(today.spread_us, 250_000, "nobody comes back in the same microsecond");
    let rest = today_of("gpt-4.1");
    for (written, says) in [
        ("\"own\"", "or state it"),
        ("{ retries = 5, delay = \"1 s\" }", "unknown key: `delay`"),
        ("{ growth = 0.5 }", "not a growth"),
        ("{ statuses = [\"418\"] }", "unknown status"),
        ("{ reads = \"x-retry\" }", "unknown reads"),
    ] {
        let found = wrong(&text("", &format!("client = {written}\n"), &rest));
        assert!(found[0].contains(says), "{written}: {found:?}");
    }
}

fn today_of(model: &str) -> String {
    today(&format!("model = \"{model}\", limit_tokens_per_minute = 1_000"))
}

/// Five retries within 0.15 s fall into one minute: they rescue nobody, and make five calls of one.
#[test]
fn retries_within_the_minute_rescue_nobody() {
    let rest = today("model = \"gpt-4.1\", limit_tokens_per_minute = 10_000");
    let rows: Vec<_> = (0..600).map(|n| (n * SECOND_US, 300, 10)).collect();
    let run = |written: &str| {
        let workload = format!("client = {written}\nmax_output_tokens = 100\n");
        let (_, found, _) = simulated(&text("", &workload, &rest), &rows);
        (found.outcome.streams[0].failed, found.outcome.streams[0].retries)
    };
    let (alone, none) = run("\"none\"");
    let (failed, retries) = run("{ retries = 5, first_delay = \"30 ms\", growth = 1 }");
    assert_eq!((failed, none, retries), (alone, 0, 5 * alone));
    let (waits, _) = run("\"openai-python\"");
    assert!(waits < alone, "who waits for the next minute is served by it: {waits} of {alone}");
}

/// The part of calls that end in a 429, at so many times the traffic.
fn share(trace: &Trace, factor: f64, limit: u64, readings: &str) -> f64 {
    let rest = today(&format!("model = \"gpt-4.1\", limit_tokens_per_minute = {limit}"));
    let rest = format!("{rest}{readings}");
    let top = "length = \"1 day\"\n";
    let workload = "client = \"openai-python\"\nmax_output_tokens = 800\n";
    let scenario = scenario(&text(top, workload, &rest));
    let trace = transform::scale(trace, factor).unwrap().with_seed(scenario.seed);
    let today = scenario.today.as_ref().unwrap();
    let found = simulate(&scenario, catalog(), &[trace], today).unwrap();
    let stream = &found.outcome.streams[0];
    stream.failed_throttled as f64 / stream.offered as f64
}

/// Under the defaults refusals rise with the demand: there is no traffic at which a twentieth more makes a storm.
#[test]
fn refusals_rise_smoothly_with_the_traffic() {
    let trace = bundled::get("azure-2023-conversation").unwrap().load().unwrap().trace;
    let trace = transform::slice(&trace, 0, 1_200 * SECOND_US);
    let factors: Vec<f64> = (16..=26).map(|n| f64::from(n) / 20.0).collect();
    // A limit that the mean of the traffic reaches at 1.1 times.
    let per_minute = |limit: u64| limit;
    let asked: u64 =
        (0..trace.len() as u32).map(|id| u64::from(trace.input_tokens[id as usize]) + 800).sum();
    let limit = per_minute(asked * 11 / 10 / 20);
    let shares: Vec<f64> = factors.iter().map(|factor| share(&trace, *factor, limit, "")).collect();
    for (pair, factor) in shares.windows(2).zip(&factors) {
        assert!(pair[1] > pair[0] - 0.01 && pair[1] < pair[0] + 0.08, "{factor}: {shares:?}");
    }
    assert!(shares[0] < 0.02 && shares[10] > 0.02, "{shares:?}");
    let share_of_demand = 1.0 - 1.1 / 1.3;
    assert!(
        shares[10] < share_of_demand + 0.05,
        "no more is refused than is asked too much: {shares:?}"
    );
}

/// The readings of the table in `docs/throttling.md`: a name, and what the scenario states.
const READINGS: [(&str, &str); 9] = [
    ("the defaults", ""),
    ("request window of 1 s", "standard-request-window = 1"),
    ("request window of 10 s", "standard-request-window = 10"),
    ("minute slides", "standard-token-window = \"sliding\""),
    ("the crossing call is refused", "standard-overshoot = \"refused\""),
    (
        "refused calls add request and tokens",
        "standard-refused-by-requests-adds = \"request-and-tokens\"\nstandard-refused-by-tokens-adds = \"request-and-tokens\"",
    ),
    (
        "the same over 1 s",
        "standard-request-window = 1\nstandard-refused-by-requests-adds = \"request-and-tokens\"\nstandard-refused-by-tokens-adds = \"request-and-tokens\"",
    ),
    (
        "the same, sliding",
        "standard-token-window = \"sliding\"\nstandard-refused-by-requests-adds = \"request-and-tokens\"\nstandard-refused-by-tokens-adds = \"request-and-tokens\"",
    ),
    ("limit lowered all the time", "standard-lowering-chance = 100\nstandard-lowering-hours = 1"),
];

/// The table of `docs/throttling.md` is what the program says. Accept a change with `ACCEPT_TABLE=1`.
#[test]
fn the_table_of_readings_is_what_the_program_says() {
    let trace = bundled::get("azure-2023-conversation").unwrap().load().unwrap().trace;
    let asked: u64 = trace.input_tokens.iter().map(|input| u64::from(*input) + 800).sum();
    let minutes = trace.last_arrival_us() / (60 * SECOND_US);
    let limit = asked * 11 / 10 / minutes;
    let factors = [0.8, 0.9, 1.0, 1.05, 1.1, 1.15, 1.2, 1.3];
    let mut table = String::from("| reading |");
    factors.iter().for_each(|factor| table += &format!(" {factor:.2} |"));
    table += "\n|---|";
    factors.iter().for_each(|_| table += "---:|");
    table += "\n";
    for (name, stated) in READINGS {
        let readings = format!("[parameters]\n{stated}\n");
        table += &format!("| {name} |");
        for factor in factors {
            table += &format!(" {:.2}% |", share(&trace, factor, limit, &readings) * 100.0);
        }
        table += "\n";
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/throttling.md");
    let text = std::fs::read_to_string(page).unwrap();
    let (head, rest) = text.split_once("<!-- table -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- end -->").unwrap();
    let fresh = format!("{head}<!-- table -->\n{table}<!-- end -->{tail}");
    if std::env::var_os("ACCEPT_TABLE").is_some() {
        std::fs::write(page, fresh).unwrap();
    } else {
        assert_eq!(text, fresh, "run it with ACCEPT_TABLE=1");
    }
}
