//! Clients and routes (P R25-R30, C5; S 19, 21, 79).

use crate::small::{SERVICE, outcome, per_second, provisioned, setup, standard, trace};
use ptuplan::engine::record::outcome::Reason;
use ptuplan::engine::rules::{Breaker, LogScope, ManagedCompute, RoutePolicy, Sessions};
use ptuplan::engine::run;
use ptuplan::engine::setup::{Admission, Client, Deployment, DeploymentIx, Stream};
use ptuplan::ledger::usage::Answer;
use ptuplan::units::time::{HOUR_US, MINUTE_US, SECOND_US};
use ptuplan::units::tokens::TokenClass;

/// S 21: the client gives up, what was made until then is metered as 408, and it tries again.
#[test]
fn a_time_out_is_a_408_with_what_was_made_so_far() {
    let client = Client { max_retries: 1, jitter_per_256: 0, ..Client::openai_sdk() };
    let mut setup = setup(HOUR_US, client, vec![provisioned(10, 60_000)]);
    setup.streams[0].rules.timeout_us = Some(3 * SECOND_US);
    // Half a second to the first token, 10 ms each: 250 tokens in three seconds.
    let found = outcome(&setup, &[(0, 100, 400, 400), (1, 100, 250, 400)]);
    assert_eq!(
        (found.streams[0].completed, found.streams[0].failed, found.streams[0].retries),
        (1, 1, 1)
    );
    let timed_out = found.usage.iter().find(|bin| bin.answer == Answer::TimedOut).expect("metered");
    assert_eq!((timed_out.requests, timed_out.tokens.get(TokenClass::Output)), (2, 500));
    assert_eq!(found.streams[0].failed_throttled, 0);
}

#[test]
fn a_bounded_client_sends_the_next_request_when_one_ends() {
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![standard(None, None)]);
    setup.streams[0].rules.concurrent = Some(2);
    // Each takes a second: 0 and 1 go out at once, 2 and 3 at second 1, 4 at second 2.
    let rows = [(0, 1, 50, 50); 5];
    let mut waits = outcome(&setup, &rows).streams[0].added_waits_us.clone();
    waits.sort_unstable();
    assert_eq!(waits, [1_000_000, 1_000_000, 2_000_000]);
}

/// A bounded client whose requests all fail at once does not pile up.
#[test]
fn a_long_backlog_of_failures_is_worked_off() {
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![standard(Some(60), None)]);
    setup.streams[0].rules.concurrent = Some(1);
    let found = outcome(&setup, &vec![(0, 10, 50, 50); 100_000]);
    assert_eq!((found.streams[0].completed, found.streams[0].failed), (1, 99_999));
}

/// Closed loop: N sessions, service s and think time z make N / (s + z) requests a second.
#[test]
fn sessions_ask_one_request_after_the_other() {
    let mut setup = setup(100 * SECOND_US, Client::no_retry(), vec![standard(None, None)]);
    setup.streams[0].rules.sessions = Some(Sessions { count: 3, think_us: 4 * SECOND_US });
    let found = outcome(&setup, &vec![(0, 1, 50, 50); 1_000]);
    // Each session asks at 0, 5, 10, … 95 s.
    assert_eq!(found.streams[0].offered, 3 * 20);
    assert_eq!((found.streams[0].past_horizon, found.streams[0].added_wait_sum_us), (940, 0));
}

#[test]
fn weights_divide_the_traffic() {
    let two = vec![standard(None, None), standard(None, None)];
    let mut setup = setup(HOUR_US, Client::no_retry(), two);
    setup.streams[0].rules.policy = RoutePolicy::Weighted(vec![3, 1]);
    let n = 40_000_u32;
    let mut requests = trace(&vec![(0, 1, 1, 1); n as usize]);
    requests.seed = 5;
    let found = run(&setup, &[&requests]).expect("runs");
    let first = found.deployments[0].completed as i64;
    // Four standard deviations: 4 * sqrt(n * 3/4 * 1/4) = 346.
    assert!((first - 30_000).abs() < 346, "{first}");
    assert_eq!(found.deployments[1].spilled_in, 0, "a first choice is no spillover");
}

#[test]
fn the_least_loaded_and_the_fastest_are_tried_first() {
    let two = vec![provisioned(10, 600), provisioned(20, 600)];
    let mut setup = setup(HOUR_US, Client::no_retry(), two);
    setup.streams[0].rules.policy = RoutePolicy::LeastLoaded;
    let found = outcome(&setup, &[(0, 100, 1, 1); 30]);
    let split = |ix: usize| found.deployments[ix].completed;
    assert_eq!((split(0), split(1)), (10, 20), "in proportion to size");

    let mut slow = standard(None, None);
    slow.service.first_token_us *= 4;
    setup.deployments = vec![slow, standard(None, None)];
    setup.streams[0].rules.policy = RoutePolicy::Fastest;
    let rows: Vec<_> = (0..10).map(|i| (i * 10 * SECOND_US, 1, 1, 1)).collect();
    let found = outcome(&setup, &rows);
    assert_eq!(found.deployments[0].completed, 1, "once known to be slow it is left alone");
}

#[test]
fn an_open_breaker_keeps_requests_away() {
    let two = vec![provisioned(1, 60), standard(None, None)];
    let mut setup = setup(HOUR_US, Client::no_retry(), two);
    setup.streams[0].rules.breaker = Some(Breaker { refusals: 2, open_us: MINUTE_US });
    // The first fills the bucket for an hour; the next two are refused and open the breaker for a minute.
    let mut rows = vec![(0, 60 * 60, 1, 1)];
    rows.extend((1..=61).map(|second| (second * SECOND_US, 1, 1, 1)));
    rows.push((62 * SECOND_US, 1, 1, 1));
    let found = outcome(&setup, &rows);
    assert_eq!(found.deployments[0].offered, 1 + 2 + 1, "tried again at second 62");
    assert_eq!(found.deployments[1].completed, 62);
}

/// C5: when both refuse, the old rule returns the provisioned deployment's answer, the new one the standard's.
#[test]
fn which_answer_a_doubly_refused_request_gets_changed_in_2026() {
    let mut first = provisioned(1, 600);
    first.max_input_tokens = Some(100);
    let mut setup = setup(HOUR_US, Client::openai_sdk(), vec![first, standard(Some(102), None)]);
    let rows = [(0, 101, 1, 1), (1, 101, 1, 1)];
    let new = outcome(&setup, &rows);
    assert_eq!(
        (new.streams[0].failed_throttled, new.streams[0].saw_throttle),
        (0, 1),
        "429, retried and served"
    );
    setup.streams[0].rules.first_answer_until_us = HOUR_US;
    let old = outcome(&setup, &rows);
    assert_eq!(
        (old.streams[0].failed, old.streams[0].retries, old.streams[0].saw_throttle),
        (1, 0, 0),
        "400"
    );
}

/// Explain: what each deployment answered to a request, when and why.
#[test]
fn the_log_tells_a_request_s_story() {
    let client = Client { max_retries: 1, ..Client::openai_sdk() };
    let mut setup = setup(HOUR_US, client, vec![provisioned(1, 600), per_second(60)]);
    setup.log = LogScope::Requests(vec![(0, 2)]);
    let found = outcome(&setup, &[(0, 600, 1, 1), (1, 1, 1, 1), (2, 1, 1, 1)]);
    let story: Vec<_> =
        found.log.iter().map(|e| (e.deployment.0, e.attempt, e.reason, e.passed_on)).collect();
    let told = [
        (0, 0, Reason::BucketFull, true),
        (1, 0, Reason::RequestLimit, false),
        (0, 1, Reason::Admitted, false),
    ];
    assert_eq!(story, told);
    assert_eq!(found.log[1].retry_after_us, SECOND_US);
}

/// Streams share a deployment and its level.
#[test]
fn streams_share_a_deployment() {
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 600)]);
    setup.streams.push(Stream::new(vec![DeploymentIx(0)], Client::no_retry()));
    let (first, second) = (trace(&[(5, 600, 1, 1)]), trace(&[(5, 600, 1, 1)]));
    let found = run(&setup, &[&first, &second]).expect("runs");
    assert_eq!(
        (found.streams[0].completed, found.streams[1].failed),
        (1, 1),
        "the lower stream comes first"
    );
}

/// Managed compute: a queue, its limit, and the time it costs.
#[test]
fn managed_compute_queues() {
    let managed =
        ManagedCompute { instances: 1, concurrent_per_instance: 1, queue: 1, autoscale: None };
    let only = Deployment::new(Admission::Managed(managed), SERVICE);
    let setup = setup(HOUR_US, Client::no_retry(), vec![only]);
    let found = outcome(&setup, &[(0, 1, 50, 50), (0, 1, 50, 50), (0, 1, 50, 50)]);
    assert_eq!((found.streams[0].completed, found.streams[0].failed_throttled), (2, 1));
    assert_eq!(found.streams[0].added_waits_us, [1_000_000]);
    assert_eq!(found.deployments[0].instance_us, u128::from(HOUR_US));
}
