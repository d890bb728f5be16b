//! Ways of being served: token classes, tiers, filters, caches, batch, managed compute (P R4, S 27-46, 61-74).

use crate::small::{SERVICE, outcome, provisioned, setup, standard, trace};
use ptuplan::engine::record::outcome::DeploymentOutcome;
use ptuplan::engine::rules::{
    Autoscale, Batch, Change, ChangeKind, ContentFilter, FilterCategory, LongWeights,
    ManagedCompute, PromptCache, Severity, TierRequest,
};
use ptuplan::engine::run;
use ptuplan::engine::setup::{Admission, Client, Deployment};
use ptuplan::engine::work::Weights;
use ptuplan::ledger::usage::{Answer, ServiceTier};
use ptuplan::units::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use ptuplan::units::tokens::TokenClass;

const CACHE: PromptCache = PromptCache {
    prefixes: 1,
    prefix_tokens: 2_000,
    min_tokens: 1_024,
    step_tokens: 128,
    lifetime_us: 10 * MINUTE_US,
    per_minute: 15,
    overflow_missed_per_million: 0,
    writes: true,
};

/// R4: generation B weighs cached input and cache writes, and everything more in the long class.
#[test]
fn generation_b_charges_every_class_its_weight() {
    let mut only = provisioned(100_000, 3_000);
    let short = Weights { input: 1_000, cached_input: 100, output: 5_000 };
    let Admission::Provisioned(bucket) = &mut only.admission else {
        unreachable!("it is provisioned")
    };
    bucket.weights = short;
    only.rules.cache_write_weight = Some(1_250);
    only.rules.long_weights = Some(LongWeights {
        above_tokens: 10_000,
        weights: Weights { input: 2_000, cached_input: 200, output: 7_500 },
        cache_write: 2_500,
    });
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![only]);
    setup.streams[0].rules.prompt_cache = Some(CACHE);
    // 2,000 written; 1,920 read and 80 written; short of a cacheable prompt; 1,920 read and 18,080 written, long.
    let rows = [(0, 2_000, 7, 7), (1, 2_000, 7, 7), (2, 1_000, 7, 7), (3, 20_000, 7, 7)];
    let found = outcome(&setup, &rows);
    let short_output = 7 * 5_000;
    let units = 2_000 * 1_250
        + (1_920 * 100 + 80 * 1_250)
        + 1_000 * 1_000
        + 3 * short_output
        + (1_920 * 200 + 18_080 * 2_500 + 7 * 7_500);
    assert_eq!(found.deployments[0].used_units, units * DeploymentOutcome::UNIT);
    let sum = |class| found.usage.iter().map(|bin| bin.tokens.get(class)).sum::<u64>();
    let classes = [TokenClass::Input, TokenClass::CachedInput, TokenClass::CacheWrite].map(sum);
    assert_eq!(classes, [1_000, 3_840, 2_000 + 80 + 18_080]);
}

/// R5, S 61-65: cached input makes room on a bucket; the cache belongs to a deployment.
#[test]
fn a_warm_cache_makes_room() {
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 2_000)]);
    let rows: Vec<_> = (0..20).map(|i| (i * 10 * SECOND_US, 2_000, 1, 1)).collect();
    let cold = outcome(&setup, &rows).streams[0].completed;
    setup.streams[0].rules.prompt_cache = Some(PromptCache { writes: false, ..CACHE });
    let warm = outcome(&setup, &rows).streams[0].completed;
    assert!(warm == 20 && cold < 10, "{warm} {cold}");
}

#[test]
fn priority_and_flex_are_metered_as_what_they_were_served_at() {
    let mut only = standard(None, None);
    only.rules.tiers.priority_input_tokens_max = Some(128_000);
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![only]);
    setup.streams[0].rules.tier = TierRequest::Priority;
    let rows = [(0, 128_000, 1, 1), (1, 128_001, 1, 1)];
    let tiers: Vec<_> = outcome(&setup, &rows).usage.iter().map(|bin| bin.tier).collect();
    assert_eq!(tiers, [ServiceTier::Standard, ServiceTier::Priority]); // V-38b

    setup.streams[0].rules.tier = TierRequest::Flex;
    setup.deployments[0].rules.tiers.flex_refused_per_million = 500_000;
    let found = outcome(&setup, &vec![(0, 1, 1, 1); 10_000]);
    assert!(
        (found.deployments[0].throttled as i64 - 5_000).abs() < 200,
        "four standard deviations"
    );
    assert!(found.usage.iter().all(|bin| bin.tier == ServiceTier::Flex));
}

fn always(prompt: bool) -> ContentFilter {
    let (all, none) = ([0, 0, 1_000_000], [0; 3]);
    let category = FilterCategory {
        prompt_per_million: if prompt { all } else { none },
        output_per_million: if prompt { none } else { all },
        threshold: Severity::Medium,
    };
    ContentFilter { categories: vec![category], lag_tokens: 0 }
}

/// V-45a: a blocked prompt of 1,000 tokens answers 400 with 1,000 in and 0 out; it is not tried again, takes no PTU
/// capacity and does not spill, but counts towards Standard limits.
#[test]
fn a_blocked_prompt_is_a_400() {
    let mut first = provisioned(1, 600);
    first.rules.filter = Some(always(true));
    let with_spill = setup(HOUR_US, Client::openai_sdk(), vec![first, standard(None, None)]);
    let found = outcome(&with_spill, &[(0, 1_000, 120, 800)]);
    let [bin] = &found.usage[..] else { panic!("one bin: {:?}", found.usage) };
    assert_eq!(
        (bin.answer, bin.tokens.input_total(), bin.tokens.get(TokenClass::Output)),
        (Answer::FilteredInput, 1_000, 0)
    );
    assert_eq!((found.streams[0].failed, found.streams[0].retries), (1, 0));
    assert_eq!((found.deployments[0].used_units, found.deployments[1].offered), (0, 0));

    let mut only = standard(None, Some(1));
    only.rules.filter = Some(always(true));
    let limited =
        outcome(&setup(HOUR_US, Client::no_retry(), vec![only]), &[(0, 1, 1, 1), (1, 1, 1, 1)]);
    assert_eq!((limited.deployments[0].failed, limited.deployments[0].throttled), (1, 1));
}

/// V-45b: a stopped answer is a 200 with what was made; the rest of the estimate is given back.
#[test]
fn a_stopped_answer_is_a_200_with_what_was_made() {
    let mut only = provisioned(1, 6_000);
    only.rules.filter = Some(always(false));
    let found = outcome(&setup(HOUR_US, Client::no_retry(), vec![only]), &[(0, 1_000, 400, 400)]);
    let [bin] = &found.usage[..] else { panic!("one bin: {:?}", found.usage) };
    assert_eq!((bin.answer, bin.tokens.get(TokenClass::Input)), (Answer::FilteredOutput, 1_000));
    assert!(bin.tokens.get(TokenClass::Output) < 400);
    assert_eq!((found.streams[0].completed, found.deployments[0].completed), (1, 1));
}

fn batch(enqueued: u64, rate: u64) -> Deployment {
    let batch = Batch {
        enqueued_tokens_max: enqueued,
        tokens_per_minute: rate,
        check_after_us: 0,
        target_us: DAY_US,
    };
    Deployment::new(Admission::Batch(batch), SERVICE)
}

/// V-30a: limit 200M, a job of 150M running, 60M more are refused; after the first ends they are accepted.
#[test]
fn a_batch_queue_is_limited_by_enqueued_tokens() {
    let setup = setup(3 * DAY_US, Client::no_retry(), vec![batch(200, 150)]);
    let found = outcome(&setup, &[(0, 150, 0, 1), (1, 60, 0, 1), (MINUTE_US, 60, 0, 1)]);
    assert_eq!((found.streams[0].completed, found.deployments[0].throttled), (2, 1));
    assert!(
        found
            .usage
            .iter()
            .all(|bin| bin.tier == ServiceTier::Batch || bin.answer == Answer::Throttled)
    );
}

/// S 28: later than 24 hours is late, not expired.
#[test]
fn a_late_batch_runs_on() {
    let setup = setup(5 * DAY_US, Client::no_retry(), vec![batch(1_000_000, 1)]);
    let found = outcome(&setup, &[(0, 1_000, 0, 1), (0, 1_000, 0, 1)]);
    assert_eq!((found.streams[0].completed, found.deployments[0].late), (2, 1));
}

/// V-29a: 100 equal requests, cancelled after 40: 40 are billed.
#[test]
fn a_cancelled_batch_bills_what_was_finished() {
    let mut only = batch(1_000_000, 100);
    only.rules.timeline = vec![Change { at_us: 40 * MINUTE_US + 1, what: ChangeKind::CancelBatch }];
    let found = outcome(&setup(DAY_US, Client::openai_sdk(), vec![only]), &[(0, 90, 10, 10); 100]);
    let of =
        |answer| found.usage.iter().filter(|b| b.answer == answer).map(|b| b.requests).sum::<u64>();
    assert_eq!((of(Answer::Completed), of(Answer::Cancelled)), (40, 60));
    let billed: u64 = found.usage.iter().map(|bin| bin.tokens.input_total()).sum();
    assert_eq!((billed, found.streams[0].retries), (40 * 90, 0));
}

/// S 74, V-74a: two accelerators for ten hours are twenty accelerator-hours, busy or idle.
#[test]
fn managed_compute_is_counted_in_instance_hours() {
    let managed =
        ManagedCompute { instances: 2, concurrent_per_instance: 1, queue: 0, autoscale: None };
    let only = Deployment::new(Admission::Managed(managed), SERVICE);
    let found = outcome(&setup(10 * HOUR_US, Client::no_retry(), vec![only]), &[]);
    assert_eq!(found.deployments[0].instance_us, 20 * u128::from(HOUR_US));
}

#[test]
fn autoscaling_adds_instances_after_their_start_up_and_removes_them() {
    let autoscale = Autoscale {
        instances_min: 1,
        instances_max: 3,
        target_per_instance: 1,
        start_up_us: 5 * SECOND_US,
        cool_down_us: 0,
    };
    let managed = ManagedCompute {
        instances: 1,
        concurrent_per_instance: 1,
        queue: 100,
        autoscale: Some(autoscale),
    };
    let only = Deployment::new(Admission::Managed(managed), SERVICE);
    let setup = setup(MINUTE_US, Client::no_retry(), vec![only]);
    // Twenty requests of a second each at once. One server until second 5 or 6, then up to three.
    let found = outcome(&setup, &[(0, 1, 50, 50); 20]);
    let last_us = found.streams[0].added_waits_us.iter().max().copied().unwrap_or(0);
    assert!((8_000_000..14_000_000).contains(&last_us), "{last_us}");
    let instance_s = found.deployments[0].instance_us / u128::from(SECOND_US);
    assert!((61..100).contains(&instance_s), "{instance_s}: scaled up and down again");
}

/// S 68: requests in service at one time.
#[test]
fn partner_models_limit_requests_in_service() {
    let mut only = standard(None, None);
    only.rules.limits.concurrent = Some(2);
    let setup = setup(HOUR_US, Client::no_retry(), vec![only]);
    let found =
        outcome(&setup, &[(0, 1, 50, 50), (0, 1, 50, 50), (0, 1, 50, 50), (SECOND_US, 1, 50, 50)]);
    assert_eq!((found.streams[0].completed, found.deployments[0].throttled), (3, 1));
}

/// Deployments of one pool share its windows.
#[test]
fn a_pool_is_shared() {
    let pooled = || {
        let mut deployment = standard(None, Some(1));
        deployment.rules.limits.pool = Some(1);
        deployment
    };
    let setup = setup(HOUR_US, Client::no_retry(), vec![pooled(), pooled()]);
    let found = outcome(&setup, &[(0, 1, 1, 1), (1, 1, 1, 1)]);
    assert_eq!(found.streams[0].failed_throttled, 1);
}

/// V-13a/b: the estimate counts the output limit, the meter what was made.
#[test]
fn the_estimate_is_not_the_bill() {
    for (max, estimate) in [(4_000, 4_500), (200, 700)] {
        let mut setup = setup(HOUR_US, Client::no_retry(), vec![standard(Some(100_000), None)]);
        setup.minute_series = true;
        let found = outcome(&setup, &[(0, 500, 200, max)]);
        assert_eq!(found.deployments[0].minutes[0].offered_units, estimate);
        let bin = &found.usage[0].tokens;
        assert_eq!(bin.input_total() + bin.get(TokenClass::Output), 700);
    }
}

/// Noise draws a factor by the request's luck: the same for every candidate.
#[test]
fn noise_changes_the_time_of_service_only() {
    let mut setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 6_000)]);
    setup.deployments[0].rules.noise_per_1024 = vec![512, 1_536];
    let rows: Vec<_> = (0..2_000).map(|i| (i * SECOND_US, 50, 50, 100)).collect();
    let trace = trace(&rows);
    let noisy = run(&setup, &[&trace]).expect("runs");
    assert_eq!(
        noisy,
        ptuplan::engine::run_ordered(&setup, &[&trace]).expect("runs"),
        "on both paths"
    );
    setup.deployments[0].rules.noise_per_1024.clear();
    let quiet = run(&setup, &[&trace]).expect("runs");
    assert_ne!(noisy.streams[0].completed, 0);
    assert_eq!(quiet.streams[0].offered, noisy.streams[0].offered);
}
