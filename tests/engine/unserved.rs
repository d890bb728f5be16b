//! What is not served, or not in time: queues that clients leave, outages, late checks, deadlines, routers (S 21-31, 76).

use crate::small::{SERVICE, outcome, per_second, provisioned, setup};
use ptuplan::engine::record::outcome::Reason;
use ptuplan::engine::rules::{Batch, Change, ChangeKind, LogScope, ManagedCompute, RoutePolicy};
use ptuplan::engine::setup::{Admission, Client, Deployment, DeploymentIx};
use ptuplan::ledger::usage::Answer;
use ptuplan::units::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use ptuplan::units::tokens::TokenClass;

/// One instance that serves one request at a time; an answer of 50 tokens takes a second.
fn one_server(queue: u32) -> Deployment {
    let managed =
        ManagedCompute { instances: 1, concurrent_per_instance: 1, queue, autoscale: None };
    Deployment::new(Admission::Managed(managed), SERVICE)
}

fn second_us() -> u64 {
    SERVICE.first_token_us + 50 * SERVICE.per_output_token_us
}

/// A client that waits in a managed queue gives up at its time-out, counted from its attempt; what is left of the time is
/// all an answer that began later has.
#[test]
fn a_client_leaves_the_queue_of_managed_compute_at_its_time_out() {
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![one_server(100)]);
    setup.log = LogScope::All;
    setup.streams[0].rules.timeout_us = Some(second_us() * 5 / 2);
    let found = outcome(&setup, &[(0, 1, 50, 50); 10]);
    // Two are served whole, the third for half its time, the others give up while they wait.
    assert_eq!((found.streams[0].completed, found.streams[0].failed), (2, 8));
    assert!(
        found.log.iter().filter(|e| e.answer == Some(Answer::TimedOut)).count() == 8,
        "{:?}",
        found.log
    );
    let waiting = found.log.iter().filter(|e| e.at_us == second_us() * 5 / 2);
    assert_eq!(waiting.count(), 7, "{:?}", found.log);
}

/// S 25 does not say what becomes of what is in service: a parameter.
#[test]
fn an_outage_ends_what_is_in_service_where_it_is_said_to() {
    let mut only = provisioned(100, 3_000);
    let at_us = second_us() * 3 / 4;
    only.rules.timeline = vec![
        Change { at_us, what: ChangeKind::Down },
        Change { at_us: HOUR_US / 2, what: ChangeKind::Up },
    ];
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![only]);
    setup.log = LogScope::All;
    let kept = outcome(&setup, &[(0, 100, 50, 50)]);
    assert_eq!(kept.streams[0].completed, 1);
    setup.deployments[0].rules.drops_in_flight = true;
    let dropped = outcome(&setup, &[(0, 100, 50, 50)]);
    let [bin] = &dropped.usage[..] else { panic!("one bin: {:?}", dropped.usage) };
    assert_eq!((dropped.streams[0].failed, bin.answer), (1, Answer::ServerError));
    assert!((1..50).contains(&bin.tokens.get(TokenClass::Output)), "{bin:?}");
    assert_eq!(dropped.log[0].reason, Reason::WentDown);
    // A client that tries again after the outage is served.
    setup.streams[0].client = Client { initial_delay_us: HOUR_US, ..Client::azure_sdk() };
    setup.streams[0].client.max_delay_us = HOUR_US;
    assert_eq!(outcome(&setup, &[(0, 100, 50, 50)]).streams[0].completed, 1);
}

/// What waits when a managed deployment goes down fails with what it waits for.
#[test]
fn an_outage_empties_the_queue_of_managed_compute() {
    let mut only = one_server(100);
    only.rules.drops_in_flight = true;
    only.rules.timeline = vec![Change { at_us: second_us() * 3 / 2, what: ChangeKind::Down }];
    let found = outcome(&setup(HOUR_US, Client::no_retry(), vec![only]), &[(0, 1, 50, 50); 5]);
    assert_eq!((found.streams[0].completed, found.streams[0].failed), (1, 4));
}

/// S 31: outside the fail-fast regions a refusal comes after the validation.
#[test]
fn a_late_check_delays_the_next_submission() {
    let finished_us = |check_after_us: u64| {
        let batch = Batch {
            enqueued_tokens_max: 100,
            tokens_per_minute: 100,
            check_after_us,
            target_us: DAY_US,
        };
        let only = Deployment::new(Admission::Batch(batch), SERVICE);
        let mut setup = setup(DAY_US, Client::batch_submission(), vec![only]);
        setup.log = LogScope::All;
        let found = outcome(&setup, &[(0, 100, 0, 1), (0, 100, 0, 1)]);
        assert_eq!(found.streams[0].completed, 2);
        found.log.iter().map(|entry| entry.at_us).max().unwrap_or(0)
    };
    // Refused at 0, 5, 15 and 35 s; accepted at 75 s, a minute's work. Each refusal 300 s later: accepted at 305 s.
    assert_eq!(finished_us(0), 135 * SECOND_US);
    assert_eq!(finished_us(5 * MINUTE_US), 365 * SECOND_US);
}

#[test]
fn answers_after_the_deadline_are_late() {
    let batch = Batch {
        enqueued_tokens_max: 1_000,
        tokens_per_minute: 100,
        check_after_us: 0,
        target_us: DAY_US,
    };
    let only = Deployment::new(Admission::Batch(batch), SERVICE);
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![only]);
    setup.streams[0].rules.deadline_us = Some(3 * MINUTE_US);
    let found = outcome(&setup, &[(0, 100, 0, 1); 5]);
    assert_eq!((found.streams[0].completed, found.streams[0].late), (5, 2));
    assert_eq!(found.deployments[0].late, 0, "the platform's own target is a day");
}

/// S 76: behind a router a call goes to one model; a refusal is the router's, not a reason to ask the next model.
#[test]
fn a_split_tries_nobody_else() {
    let pooled = || {
        let mut deployment = per_second(60);
        deployment.rules.limits.pool = Some(0);
        deployment
    };
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![pooled(), pooled()]);
    setup.streams[0].route = vec![DeploymentIx(0), DeploymentIx(1)];
    setup.streams[0].rules.policy = RoutePolicy::Split(vec![1, 3]);
    let rows: Vec<_> = (0..4_000).map(|n| (n / 2 * SECOND_US, 1, 1, 1)).collect();
    let found = outcome(&setup, &rows);
    // One of two a second is admitted.
    assert_eq!((found.streams[0].completed, found.streams[0].failed_throttled), (2_000, 2_000));
    assert_eq!(found.deployments[0].spilled_out + found.deployments[1].spilled_out, 0);
    let share = found.deployments[1].offered as f64 / 4_000.0;
    assert!((share - 0.75).abs() < 0.03, "{share}: more than four standard deviations");
}
