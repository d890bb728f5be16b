//! The provisioned bucket (P R9-R15, R25).

use crate::small::{outcome, provisioned, setup, standard};
use ptuplan::engine::record::outcome::DeploymentOutcome;
use ptuplan::engine::setup::Client;
use ptuplan::ledger::usage::Answer;
use ptuplan::units::time::{HOUR_US, MINUTE_US, SECOND_US};
use ptuplan::units::tokens::TokenClass;

/// P R10's example: gpt-4.1 at 100 PTU drains 5,000 a second, 100 % is 300,000; at 305,000 the wait is 1,000 ms. The
/// formula there is `ceil`; at exactly 100 % a request is still refused, so the wait ends 1 ms later, when the level is
/// strictly under 100 %.
#[test]
fn retry_after_follows_the_worked_example() {
    let client =
        Client { max_retries: 1, jitter_per_256: 0, initial_delay_us: 0, ..Client::openai_sdk() };
    let setup = setup(HOUR_US, client, vec![provisioned(100, 3_000)]);
    let found = outcome(&setup, &[(0, 305_000, 1_000, 0), (0, 10, 10, 10)]);
    // Estimate 305,000 + 4 x 100 (absent limit, assumed 100).
    let over_us = 5_400 * SECOND_US / 5_000;
    assert_eq!(found.streams[0].added_waits_us, [over_us as u32 + 1_000]);
    assert_eq!(found.deployments[0].throttled, 1);
}

#[test]
fn exactly_full_is_refused_and_one_step_below_is_not() {
    let setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(100, 600)]);
    let served = |rows: &[_]| outcome(&setup, rows).streams[0].completed;
    assert_eq!(served(&[(0, 60_000, 0, 1), (0, 1, 0, 1)]), 1);
    assert_eq!(served(&[(0, 59_996, 0, 1), (0, 1, 0, 1)]), 1);
    assert_eq!(served(&[(0, 59_995, 0, 1), (0, 1, 0, 1)]), 2);
    // 1,000 tokens drain in a second: a microsecond is enough for a level of exactly 100 %.
    assert_eq!(served(&[(0, 59_996, 0, 1), (1, 1, 0, 1)]), 2);
}

/// The estimate is corrected when the answer is complete, not before (P R10.3).
#[test]
fn completion_gives_the_unused_estimate_back() {
    let setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 60_000)]);
    // 20,000 x 4 = 80,000 estimated, 40 used; complete after 0.5 s + 10 x 10 ms = 0.6 s.
    let rows = |second| [(0, 1, 10, 20_000), (second, 1, 10, 10)];
    assert_eq!(outcome(&setup, &rows(599_999)).streams[0].completed, 1);
    assert_eq!(
        outcome(&setup, &rows(600_000)).streams[0].completed,
        2,
        "completion comes before arrival"
    );
}

/// An answer longer than an assumed estimate raises the level at completion.
#[test]
fn completion_takes_what_an_absent_limit_underestimated() {
    let setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 6_000)]);
    // Estimated 4 x 100, took 4 x 2,000; complete after 20.5 s, when the bucket had long been empty.
    let rows = |second| [(0, 1, 2_000, 0), (second, 1, 10, 10)];
    assert_eq!(outcome(&setup, &rows(20_499_999)).streams[0].completed, 2);
    assert_eq!(outcome(&setup, &rows(20_500_000)).streams[0].completed, 1);
    // Over by 7,600 - 6,000 = 1,600 units, 16 s of drain.
    assert_eq!(outcome(&setup, &rows(36_500_000)).streams[0].completed, 1);
    assert_eq!(outcome(&setup, &rows(36_500_001)).streams[0].completed, 2);
}

#[test]
fn cached_input_weighs_nothing_in_generation_a() {
    let setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 600)]);
    let mut trace = crate::small::trace(&[(0, 10_000, 1, 1), (0, 10, 1, 1)]);
    trace.cached_input_tokens = Some(vec![9_900, 0]);
    let outcome = ptuplan::engine::run(&setup, &[&trace]).expect("runs");
    assert_eq!(outcome.streams[0].completed, 2);
    assert_eq!(outcome.usage[0].tokens.get(TokenClass::CachedInput), 9_900);
    assert_eq!(outcome.usage[0].tokens.get(TokenClass::Input), 110);
}

/// Used + idle = capacity: everything here is worked off, and the minutes show when.
#[test]
fn work_is_counted_when_it_is_done() {
    let mut setup = setup(3 * MINUTE_US, Client::no_retry(), vec![provisioned(1, 6_000)]);
    setup.minute_series = true;
    // 9,000 + 4 x 100 units at second 30 take 94 s; nothing is given back.
    let found = outcome(&setup, &[(30 * SECOND_US, 9_000, 100, 100)]);
    let deployment = &found.deployments[0];
    let unit = DeploymentOutcome::UNIT * 1_000;
    assert_eq!(deployment.used_units, 9_400 * unit);
    assert_eq!(deployment.capacity_units, 3 * 6_000 * unit);
    let worked: Vec<u64> =
        deployment.minutes.iter().map(|minute| minute.used_units / 1_000).collect();
    assert_eq!(worked, [3_000, 6_000, 400]);
    assert_eq!(deployment.minutes[0].offered_units, 9_400_000);
}

#[test]
fn work_after_the_horizon_is_not_counted() {
    let setup = setup(MINUTE_US, Client::no_retry(), vec![provisioned(1, 6_000)]);
    let found = outcome(&setup, &[(30 * SECOND_US, 9_000, 100, 100), (MINUTE_US, 1, 1, 1)]);
    assert_eq!(found.deployments[0].used_units, 3_000 * DeploymentOutcome::UNIT * 1_000);
    assert_eq!((found.streams[0].offered, found.streams[0].past_horizon), (1, 1));
}

/// 429 and the over-long 400 go to the Standard deployment at once (P R9, R25).
#[test]
fn spillover_takes_throttled_and_over_long_requests() {
    let mut first = provisioned(1, 600);
    first.max_input_tokens = Some(128_000);
    let setup = setup(HOUR_US, Client::openai_sdk(), vec![first, standard(None, None)]);
    let found = outcome(&setup, &[(0, 128_001, 1, 1), (1, 1_000, 1, 1), (2, 1_000, 1, 1)]);
    let (ptu, spill) = (&found.deployments[0], &found.deployments[1]);
    assert_eq!((ptu.offered, ptu.completed, ptu.spilled_out, ptu.throttled), (3, 1, 2, 0));
    assert_eq!((spill.offered, spill.spilled_in, spill.completed), (2, 2, 2));
    assert_eq!(found.streams[0].retries, 0);
}

#[test]
fn an_over_long_request_without_spillover_is_an_error_at_once() {
    let mut only = provisioned(1, 600);
    only.max_input_tokens = Some(128_000);
    let setup = setup(HOUR_US, Client::openai_sdk(), vec![only]);
    let found = outcome(&setup, &[(0, 128_001, 1, 1), (1, 128_000, 1, 1)]);
    assert_eq!(
        (found.streams[0].failed, found.streams[0].retries, found.streams[0].completed),
        (1, 0, 1)
    );
    let refused =
        found.usage.iter().find(|bin| bin.answer == Answer::InputTooLong).expect("metered");
    assert_eq!((refused.requests, refused.tokens.input_total()), (1, 128_001));
}

/// P R27: a spilled call obeys the Standard deployment's own limits, and the caller sees that deployment's 429.
#[test]
fn the_spill_target_has_limits_of_its_own() {
    let setup =
        setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 600), standard(None, Some(1))]);
    let found = outcome(&setup, &[(0, 1_000, 1, 1), (1, 1, 1, 1), (2, 1, 1, 1)]);
    assert_eq!((found.deployments[0].spilled_out, found.deployments[0].throttled), (2, 0));
    assert_eq!((found.deployments[1].completed, found.deployments[1].throttled), (1, 1));
    assert_eq!(found.streams[0].failed_throttled, 1);
}
