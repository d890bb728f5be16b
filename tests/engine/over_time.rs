//! What changes while a simulation runs: outages, sizes, limits, lifetimes (P R32-R33, R41; S 8, 18, 25, 58-59).

use crate::small::{outcome, provisioned, setup, standard};
use ptuplan::engine::EngineError;
use ptuplan::engine::record::outcome::Deployed;
use ptuplan::engine::rules::{Change, ChangeKind, Lifetime, UsageTier};
use ptuplan::engine::run;
use ptuplan::engine::setup::Client;
use ptuplan::ledger::usage::Answer;
use ptuplan::units::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};

fn resize(at_us: u64, capacity_ptu: u32, available: bool) -> Change {
    Change { at_us, what: ChangeKind::Resize { capacity_ptu, available } }
}

#[test]
fn an_outage_answers_503_and_the_next_deployment_takes_over() {
    let mut first = provisioned(100, 600);
    first.rules.timeline = vec![
        Change { at_us: 10, what: ChangeKind::Down },
        Change { at_us: 20, what: ChangeKind::Up },
    ];
    let rows = [(9, 1, 1, 1), (10, 1, 1, 1), (19, 1, 1, 1), (20, 1, 1, 1)];
    let both = setup(HOUR_US, Client::no_retry(), vec![first.clone(), standard(None, None)]);
    let found = outcome(&both, &rows);
    assert_eq!((found.deployments[0].completed, found.deployments[1].spilled_in), (2, 2));
    let alone = setup(HOUR_US, Client::no_retry(), vec![first]);
    let found = outcome(&alone, &rows);
    assert_eq!((found.streams[0].failed, found.streams[0].failed_throttled), (2, 0));
    assert_eq!(
        found.usage.iter().find(|b| b.answer == Answer::ServerError).map(|b| b.requests),
        Some(2)
    );
    assert_eq!(
        found.deployments[0].deployed[0].until_us, HOUR_US,
        "an outage does not end the hourly charge"
    );
}

#[test]
fn a_resize_changes_capacity_from_the_moment_it_completes() {
    let mut only = provisioned(100, 600);
    only.rules.timeline = vec![resize(15 * MINUTE_US, 300, true), resize(30 * MINUTE_US, 50, true)];
    let found = outcome(&setup(HOUR_US, Client::no_retry(), vec![only]), &[(0, 1, 1, 1)]);
    let stretch = |from, until, capacity_ptu| Deployed {
        from_us: from * MINUTE_US,
        until_us: until * MINUTE_US,
        capacity_ptu,
    };
    assert_eq!(
        found.deployments[0].deployed,
        [stretch(0, 15, 100), stretch(15, 30, 300), stretch(30, 60, 50)]
    );
    // R32: 100 PTU for 15 minutes are 25 PTU-hours; 75 and 25 more here.
    assert_eq!(found.deployments[0].capacity_units, 125 * 60 * 600 * 1_000 * 60_000_000);
}

/// R33, R41: 500 of quota, 100 + 100 deployed leave 300.
#[test]
fn a_scale_up_needs_quota_and_capacity() {
    let drawing = |size, timeline: Vec<Change>| {
        let mut deployment = provisioned(size, 600);
        deployment.rules.ptu_quota = Some(0);
        deployment.rules.timeline = timeline;
        deployment
    };
    let first = drawing(
        100,
        vec![
            resize(1, 401, true),
            resize(2, 400, true),
            resize(3, 100, true),
            resize(5, 101, false),
        ],
    );
    let second = drawing(100, vec![resize(2, 101, true), resize(4, 400, true)]);
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![first, second]);
    setup.ptu_quotas = vec![500];
    let found = outcome(&setup, &[]);
    let sizes = |ix: usize| {
        found.deployments[ix].deployed.iter().map(|d| d.capacity_ptu).collect::<Vec<_>>()
    };
    assert_eq!((sizes(0), found.deployments[0].failed_resizes), (vec![100, 400, 100], 2));
    assert_eq!((sizes(1), found.deployments[1].failed_resizes), (vec![100, 400], 1));
    setup.ptu_quotas = vec![199];
    assert!(matches!(
        run(&setup, &[&crate::small::trace(&[])]),
        Err(EngineError::Deployment { .. })
    ));
}

#[test]
fn limits_can_be_cut_for_a_while() {
    let mut only = standard(Some(1_000), None);
    let limits = |at_us, tokens| Change {
        at_us,
        what: ChangeKind::Limits { tokens_per_minute: Some(tokens), requests_per_minute: None },
    };
    only.rules.timeline = vec![limits(MINUTE_US, 200), limits(2 * MINUTE_US, 1_000)];
    let setup = setup(HOUR_US, Client::no_retry(), vec![only]);
    let rows: Vec<_> = (0..30).map(|i| (i * 6 * SECOND_US, 100, 1, 100)).collect();
    let found = outcome(&setup, &rows);
    // 5 of 200 tokens fill a minute of 1,000; one fills a minute of 200.
    assert_eq!(found.streams[0].completed, 5 + 1 + 5);
}

/// V-58a: the last call on day 10, deleted after day 25. V-58b: never called, deleted after day 15.
#[test]
fn an_idle_fine_tuned_deployment_is_deleted() {
    let mut only = standard(None, None);
    only.rules.lifetime = Lifetime { idle_us_max: Some(15 * DAY_US), ..Lifetime::default() };
    let setup = setup(40 * DAY_US, Client::no_retry(), vec![only]);
    let until = |rows: &[_]| outcome(&setup, rows).deployments[0].deployed[0].until_us / DAY_US;
    assert_eq!(until(&[(10 * DAY_US, 1, 1, 1)]), 25);
    assert_eq!(until(&[]), 15);
    let found = outcome(&setup, &[(10 * DAY_US, 1, 1, 1), (25 * DAY_US, 1, 1, 1)]);
    assert_eq!(
        (found.streams[0].completed, found.streams[0].failed),
        (1, 1),
        "what comes later finds nothing"
    );
}

/// S 59: the developer tier lives 24 hours whatever its use.
#[test]
fn a_developer_deployment_lives_a_day() {
    let mut only = standard(None, None);
    only.rules.lifetime =
        Lifetime { created_us: 6 * HOUR_US, age_us_max: Some(DAY_US), idle_us_max: None };
    let setup = setup(3 * DAY_US, Client::no_retry(), vec![only]);
    let rows: Vec<_> = (0..72).map(|hour| (hour * HOUR_US, 1, 1, 1)).collect();
    let found = outcome(&setup, &rows);
    assert_eq!((found.streams[0].completed, found.streams[0].failed), (24, 48));
    let deployed = Deployed { from_us: 6 * HOUR_US, until_us: 30 * HOUR_US, capacity_ptu: 0 };
    assert_eq!(found.deployments[0].deployed, [deployed]);
}

/// S 20: above the month's tokens answers take longer; here long enough to run into the client's limit.
#[test]
fn heavy_use_slows_answers() {
    let mut only = standard(None, None);
    only.rules.usage_tier = Some(UsageTier { pool: 0, tokens: 1_000, slower_per_1024: 2_048 });
    let mut setup = setup(60 * DAY_US, Client::no_retry(), vec![only]);
    setup.streams[0].rules.timeout_us = Some(SECOND_US);
    // Half a second and 10 ms: in time until 1,000 tokens are used up, then twice as long.
    let rows: Vec<_> =
        (0..4).map(|i| (i * SECOND_US, 499, 1, 1)).chain([(30 * DAY_US, 499, 1, 1)]).collect();
    assert_eq!(outcome(&setup, &rows).streams[0].completed, 2 + 1);
}
