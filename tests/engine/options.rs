//! What the documents leave open and the engine does in more than one way.

use crate::small::{SERVICE, outcome, provisioned, setup, standard, trace};
use ptuplan::engine::record::outcome::Reason;
use ptuplan::engine::rules::{
    Change, ChangeKind, ContentFilter, Estimate, FilterCategory, FlexOffer, LogScope,
    ManagedCompute, RoutePolicy, Severity, TierRequest, UsageTier,
};
use ptuplan::engine::run;
use ptuplan::engine::setup::{Admission, Client, Deployment, DeploymentIx, Setup, Stream};
use ptuplan::ledger::usage::{Answer, ServiceTier};
use ptuplan::units::time::{HOUR_US, MINUTE_US, SECOND_US};
use ptuplan::workload::trace::Trace;

fn alone(deployment: Deployment) -> Setup {
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![deployment]);
    setup.log = LogScope::All;
    setup
}

fn reasons(setup: &Setup, rows: &[crate::small::Row]) -> Vec<Reason> {
    outcome(setup, rows).log.iter().map(|entry| entry.reason).collect()
}

/// P R13: a client that gives up may leave its estimate in the bucket, or give the unused part back.
#[test]
fn a_cancelled_call_gives_back_or_keeps_its_estimate() {
    // 100 % is 600 a minute; an estimate is 100 + 4 x 100 = 500, so a second one fits and a third does not.
    let admitted = |keeps: bool| {
        let mut only = provisioned(1, 600);
        only.rules.keeps_cancelled = keeps;
        let mut setup = alone(only);
        setup.streams[0].rules.timeout_us = Some(SECOND_US);
        let rows = [(0, 100, 100, 100), (2 * SECOND_US, 100, 100, 100), (4 * SECOND_US, 1, 1, 1)];
        reasons(&setup, &rows)
    };
    assert_eq!(admitted(false)[2], Reason::Admitted);
    assert_eq!(admitted(true)[2], Reason::BucketFull);
}

/// P R13: what a refused or blocked call takes.
#[test]
fn a_failed_call_may_cost_part_of_its_estimate() {
    // 100 % is 600, worked off in a minute: half of the second call's estimate of 500 takes 25 s more.
    let full = |per_cent: u64| {
        let mut only = provisioned(1, 600);
        only.rules.failed_call_per_cent = per_cent;
        let rows = [(0, 600, 0, 1), (SECOND_US / 10, 100, 0, 100), (SECOND_US, 1, 0, 1)];
        reasons(&alone(only), &rows)
    };
    assert_eq!(full(0)[1..], [Reason::BucketFull, Reason::Admitted]);
    assert_eq!(full(50)[1..], [Reason::BucketFull, Reason::BucketFull]);
    // A blocked prompt costs likewise.
    let mut only = provisioned(1, 600);
    only.rules.failed_call_per_cent = 200;
    only.rules.filter = Some(ContentFilter {
        categories: vec![FilterCategory {
            prompt_per_million: [0, 500_000, 0],
            output_per_million: [0; 3],
            threshold: Severity::Medium,
        }],
        lag_tokens: 0,
    });
    let rows: Vec<_> = (0..40).map(|n| (n, 10, 0, 10)).collect();
    let costly = outcome(&alone(only.clone()), &rows).streams[0].completed;
    only.rules.failed_call_per_cent = 0;
    assert!(costly < outcome(&alone(only), &rows).streams[0].completed);
}

/// S 18b: a share of calls is refused for lack of the platform's capacity; they count to the limits (S 16).
#[test]
fn the_platform_may_lack_capacity() {
    let mut only = standard(Some(1_000_000), None);
    only.rules.refused_per_million = 250_000;
    let rows: Vec<_> = (0..3_000).map(|n| (n * SECOND_US, 10, 1, 10)).collect();
    let found = outcome(&alone(only), &rows);
    let share = found.deployments[0].throttled as f64 / 3_000.0;
    assert!((share - 0.25).abs() < 0.032, "{share}: within four standard deviations");
    assert!(found.log.iter().any(|entry| entry.reason == Reason::NoCapacity));
}

/// P R12: `retry-after` is exact, or late by a drawn share.
#[test]
fn a_retry_after_may_be_late() {
    let given = |per_cent: u64| -> Vec<u64> {
        let mut only = provisioned(1, 600);
        only.rules.retry_after_jitter_per_cent = per_cent;
        let rows: Vec<_> =
            std::iter::once((0, 1_200, 0, 1)).chain((1..50).map(|n| (n, 1, 0, 1))).collect();
        let found = outcome(&alone(only), &rows);
        found.log.iter().skip(1).map(|entry| entry.retry_after_us).collect()
    };
    let (exact, late) = (given(0), given(50));
    assert!(
        exact
            .iter()
            .zip(&late)
            .all(|(exact, late)| exact <= late && *late <= exact * 3 / 2 + 1_000)
    );
    assert!(late.iter().all(|us| us % 1_000 == 0) && late != exact);
}

/// S 66: cached tokens count to the token limit, or do not.
#[test]
fn cached_tokens_count_to_the_limit_or_do_not() {
    let admitted = |estimate: Estimate| {
        let mut only = standard(Some(1_000), None);
        only.rules.limits.estimate = estimate;
        let mut trace = trace(&[(0, 900, 0, 100), (1, 900, 0, 100), (2, 900, 0, 100)]);
        trace.cached_input_tokens = Some(vec![800; 3]);
        run(&alone(only), &[&trace]).expect("runs").streams[0].completed
    };
    assert_eq!(admitted(Estimate::InputAndMaxOutput), 1);
    assert_eq!(admitted(Estimate::UncachedAndMaxOutput), 3);
}

/// P R46: spilled calls are served with the priority that they ask for, or at the standard tier; others are not touched.
#[test]
fn spilled_calls_may_have_no_priority() {
    let tiers = |spilled_at_standard: bool| -> Vec<ServiceTier> {
        let mut target = standard(None, None);
        target.rules.tiers.spilled_at_standard = spilled_at_standard;
        let mut setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 10), target]);
        setup.streams[0].rules.tier = TierRequest::Priority;
        let mut direct = setup.streams[0].clone();
        direct.route = vec![DeploymentIx(1)];
        setup.streams.push(direct);
        let rows = trace(&[(0, 100, 1, 1), (1, 100, 1, 1)]);
        let found = run(&setup, &[&rows, &rows]).expect("runs");
        let here = found.usage.iter().filter(|bin| bin.deployment == DeploymentIx(1));
        here.flat_map(|bin| std::iter::repeat_n(bin.tier, bin.requests as usize)).collect()
    };
    let priority = ServiceTier::Priority;
    assert_eq!(tiers(false), [priority; 3]);
    assert_eq!(tiers(true), [ServiceTier::Standard, priority, priority]);
}

/// S 40: before 2026-09-25 flex fell back to the standard tier where it was not offered; since then it is a 400.
#[test]
fn unsupported_flex_falls_back_or_is_an_invalid_request() {
    let answer = |invalid: bool| {
        let mut only = standard(Some(100), None);
        only.rules.tiers.flex = if invalid { FlexOffer::Invalid } else { FlexOffer::FallsBack };
        let mut setup = alone(only);
        setup.deployments.push(standard(None, None));
        setup.streams[0].route.push(DeploymentIx(1));
        setup.streams[0].rules.tier = TierRequest::Flex;
        let found = outcome(&setup, &[(0, 10, 1, 10)]);
        (found.log[0].answer, found.log[0].reason, found.log[0].passed_on)
    };
    assert_eq!(answer(false), (Some(Answer::Completed), Reason::FlexFallback, false));
    let invalid = (Some(Answer::InvalidRequest), Reason::FlexNotOffered, false);
    assert_eq!(answer(true), invalid, "it is no reason to ask another deployment");
}

/// S 20: the platform counts a tenant's use of a model, whichever deployments serve it.
#[test]
fn deployments_of_one_model_share_a_usage_tier() {
    let slow = |pools: [u16; 2]| {
        let deployments = pools.map(|pool| {
            let mut one = standard(None, None);
            one.rules.usage_tier = Some(UsageTier { pool, tokens: 150, slower_per_1024: 4_096 });
            one
        });
        let mut setup = setup(HOUR_US, Client::no_retry(), deployments.to_vec());
        setup.streams =
            [0, 1].map(|ix| Stream::new(vec![DeploymentIx(ix)], Client::no_retry())).to_vec();
        let rows: Trace = trace(&[(0, 90, 10, 10)]);
        let found = run(&setup, &[&rows, &rows]).expect("runs");
        found.streams[1].latencies.percentile_us(50).unwrap_or(0)
    };
    let plain_us = SERVICE.first_token_us + 10 * SERVICE.per_output_token_us;
    let (apart, shared) = (slow([0, 1]), slow([0, 0]));
    assert!(apart.abs_diff(plain_us) * 50 <= plain_us, "{apart} for {plain_us}");
    assert!(shared > 3 * plain_us, "{shared} for {plain_us}");
}

/// S 76: a router asks another model of its set where the chosen one is down, but a 429 is the router's own.
#[test]
fn a_router_goes_on_to_a_model_that_is_up() {
    let mut down = standard(None, None);
    down.rules.timeline = vec![Change { at_us: 0, what: ChangeKind::Down }];
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![down, standard(None, None)]);
    setup.streams[0].rules.policy = RoutePolicy::Split(vec![1, 1]);
    let rows: Vec<_> = (0..1_000).map(|n| (n * SECOND_US, 1, 1, 1)).collect();
    let found = outcome(&setup, &rows);
    assert_eq!(found.streams[0].completed, 1_000);
    let moved = found.deployments[0].spilled_out;
    assert!((400..600).contains(&moved) && found.deployments[1].spilled_in == moved, "{moved}");
}

/// Managed compute: what was in service, by minute, is what the answers took.
#[test]
fn the_work_of_managed_compute_is_counted_by_minute() {
    let managed =
        ManagedCompute { instances: 2, concurrent_per_instance: 2, queue: 100, autoscale: None };
    let mut setup = alone(Deployment::new(Admission::Managed(managed), SERVICE));
    setup.horizon_us = 10 * MINUTE_US;
    setup.minute_series = true;
    let rows: Vec<_> = (0..60).map(|n| (MINUTE_US / 2 + n, 1, 1_000, 1_000)).collect();
    let found = outcome(&setup, &rows);
    let service_us = SERVICE.first_token_us + 1_000 * SERVICE.per_output_token_us;
    let busy = &found.deployments[0].busy_us;
    assert_eq!((busy.len(), busy.iter().sum::<u64>()), (10, 60 * service_us));
    // Four places, from the middle of the first minute on.
    assert!(busy[0].abs_diff(2 * MINUTE_US) < 1_000 && busy[1] == 4 * MINUTE_US, "{busy:?}");
    assert_eq!(busy[9], 0);
}
