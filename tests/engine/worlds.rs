//! Wide random worlds: several streams and deployments of every kind with every rule.

use crate::random::{Dice, client, horizon_us, some_provisioned, some_standard, trace};
use crate::small::SERVICE;
use ptuplan::engine::rules::{
    Autoscale, Batch, Breaker, Change, ChangeKind, ContentFilter, Estimate, FilterCategory,
    FlexOffer, Lifetime, LogScope, LongWeights, Lowering, ManagedCompute, MoreLimits, PromptCache,
    RoutePolicy, Sessions, Severity, StreamRules, TierRequest, TierRules, UsageTier,
};
use ptuplan::engine::setup::{Admission, Deployment, DeploymentIx, Setup, Stream};
use ptuplan::engine::work::Weights;
use ptuplan::workload::trace::Trace;

fn deployment(dice: &mut Dice, end_us: u64) -> Deployment {
    let mut deployment = match dice.below(8) {
        0..3 => some_provisioned(dice),
        3 => some_standard(dice),
        4 => {
            let instances = 1 + dice.below(4) as u32;
            let autoscale = dice.one_in(2).then_some(Autoscale {
                instances_min: 1,
                instances_max: 6,
                target_per_instance: 2,
                start_up_us: dice.pick(&[0, 1_000_000, 100_000_000]),
                cool_down_us: dice.pick(&[0, 10_000_000]),
            });
            let queue = dice.pick(&[0, 5, 1_000]);
            let managed =
                ManagedCompute { instances, concurrent_per_instance: 2, queue, autoscale };
            Deployment::new(Admission::Managed(managed), SERVICE)
        }
        _ => {
            let batch = Batch {
                enqueued_tokens_max: dice.pick(&[1_000, 1_000_000]),
                tokens_per_minute: dice.pick(&[1_000, 1_000_000]),
                check_after_us: dice.pick(&[0, 60_000_000]),
                target_us: 3_600_000_000,
            };
            Deployment::new(Admission::Batch(batch), SERVICE)
        }
    };
    if dice.one_in(2) {
        rules(dice, &mut deployment, end_us);
    }
    deployment
}

fn rules(dice: &mut Dice, deployment: &mut Deployment, end_us: u64) {
    let mut whens: Vec<u64> = (0..dice.below(5)).map(|_| dice.below(end_us + 2)).collect();
    whens.sort_unstable();
    for at_us in whens {
        let what = match (&deployment.admission, dice.below(3)) {
            (_, 0) => ChangeKind::Down,
            (_, 1) | (Admission::Managed(_), _) => ChangeKind::Up,
            (Admission::Provisioned(_), _) => ChangeKind::Resize {
                capacity_ptu: 1 + dice.below(40) as u32,
                available: !dice.one_in(3),
            },
            (Admission::Standard(_), _) => {
                ChangeKind::Limits { tokens_per_minute: Some(5_000), requests_per_minute: None }
            }
            (Admission::Batch(_), _) => ChangeKind::CancelBatch,
        };
        deployment.rules.timeline.push(Change { at_us, what });
    }
    let rules = &mut deployment.rules;
    rules.drops_in_flight = dice.one_in(2);
    rules.noise_per_1024 = dice.pick(&[&[][..], &[512, 1_024, 4_096]]).to_vec();
    rules.cache_write_weight = dice.one_in(2).then_some(1_250);
    rules.long_weights = dice.one_in(2).then_some(LongWeights {
        above_tokens: 600,
        weights: Weights { input: 2_000, cached_input: 200, output: 7_500 },
        cache_write: 2_500,
    });
    rules.limits = MoreLimits {
        sliding: dice.one_in(2),
        input_tokens_per_minute: dice.pick(&[None, Some(20_000)]),
        output_tokens_per_minute: dice.pick(&[None, Some(2_000)]),
        concurrent: dice.pick(&[None, Some(3)]),
        headroom_per_million: dice.pick(&[0, 300_000]),
        lowering: dice.one_in(4).then_some(Lowering {
            chance_per_million: 300_000,
            to_per_million: 500_000,
            length_us: 90_000_000,
            seed: 3,
        }),
        pool: dice.pick(&[None, Some(7)]),
        estimate: dice.pick(&[Estimate::InputAndMaxOutput, Estimate::UncachedAndMaxOutput]),
        ..MoreLimits::default()
    };
    rules.lifetime = Lifetime {
        created_us: dice.pick(&[0, 0, end_us / 3]),
        age_us_max: dice.pick(&[None, None, Some(end_us / 2)]),
        idle_us_max: dice.pick(&[None, None, Some(end_us / 10 + 1)]),
    };
    rules.filter = filter(dice);
    rules.tiers = TierRules {
        priority_by_default: dice.one_in(2),
        priority_service: dice.one_in(2).then_some(SERVICE),
        ramp_per_cent: dice.pick(&[None, Some(150)]),
        peak_downgrade_per_million: dice.pick(&[0, 200_000]),
        flex_refused_per_million: dice.pick(&[0, 300_000]),
        ramp_takes_all: dice.one_in(2),
        spilled_at_standard: dice.one_in(2),
        flex: dice.pick(&[FlexOffer::Offered, FlexOffer::FallsBack, FlexOffer::Invalid]),
        ..TierRules::default()
    };
    rules.usage_tier =
        dice.one_in(2).then_some(UsageTier { pool: 1, tokens: 50_000, slower_per_1024: 2_048 });
    rules.failed_call_per_cent = dice.pick(&[0, 0, 50]);
    rules.keeps_cancelled = dice.one_in(2);
    rules.refused_per_million = dice.pick(&[0, 0, 100_000]);
    rules.retry_after_jitter_per_cent = dice.pick(&[0, 30]);
    rules.ptu_quota = dice.pick(&[None, Some(0)]);
}

fn filter(dice: &mut Dice) -> Option<ContentFilter> {
    let mix = [100_000, 50_000, 20_000];
    dice.one_in(2).then_some(ContentFilter {
        categories: vec![FilterCategory {
            prompt_per_million: mix,
            output_per_million: mix,
            threshold: Severity::Medium,
        }],
        lag_tokens: dice.pick(&[0, 250]),
    })
}

fn stream(dice: &mut Dice, deployments: usize, end_us: u64) -> Stream {
    let mut route: Vec<DeploymentIx> = (0..deployments).map(|ix| DeploymentIx(ix as u16)).collect();
    let turned = dice.below(deployments as u64) as usize;
    route.rotate_left(turned);
    route.truncate(1 + dice.below(deployments as u64) as usize);
    let weights = route.iter().map(|_| 1 + dice.below(5) as u32).collect();
    let prompt_cache = PromptCache {
        prefixes: 3,
        prefix_tokens: 2_000,
        min_tokens: 1_024,
        step_tokens: 128,
        lifetime_us: 60_000_000,
        per_minute: 15,
        overflow_missed_per_million: 500_000,
        writes: dice.one_in(2),
    };
    let rules = StreamRules {
        timeout_us: dice.pick(&[None, None, Some(2_000_000)]),
        best_of: dice.pick(&[None, None, Some(3)]),
        concurrent: dice.pick(&[None, None, Some(2)]),
        sessions: dice.pick(&[None, None, Some(Sessions { count: 4, think_us: 500_000 })]),
        policy: match dice.below(6) {
            0 => RoutePolicy::Weighted(weights),
            1 => RoutePolicy::LeastLoaded,
            2 => RoutePolicy::Fastest,
            3 => RoutePolicy::Split(weights),
            _ => RoutePolicy::Ordered,
        },
        breaker: dice.one_in(4).then_some(Breaker { refusals: 2, open_us: 3_000_000 }),
        first_answer_until_us: dice.pick(&[0, end_us / 2]),
        deadline_us: dice.pick(&[None, Some(1_500_000)]),
        filter: filter(dice),
        tier: dice.pick(&[TierRequest::Auto, TierRequest::Priority, TierRequest::Flex]),
        prompt_cache: dice.one_in(3).then_some(prompt_cache),
    };
    let rules = if dice.one_in(2) { rules } else { StreamRules::default() };
    let max_output_tokens = dice.pick(&[None, Some(50), Some(900)]);
    Stream { max_output_tokens, rules, ..Stream::new(route, client(dice)) }
}

/// A world of up to four deployments and three streams.
pub(crate) fn wide(seed: u64) -> (Setup, Vec<Trace>) {
    let mut dice = Dice(seed ^ 0xABCD << 40);
    let traces: Vec<Trace> = (0..=dice.below(3)).map(|_| trace(&mut dice)).collect();
    let horizon_us = horizon_us(&mut dice, &traces);
    let deployments: Vec<Deployment> =
        (0..=dice.below(4)).map(|_| deployment(&mut dice, horizon_us)).collect();
    let streams = traces.iter().map(|_| stream(&mut dice, deployments.len(), horizon_us)).collect();
    let setup = Setup {
        hour_phase_us: dice.below(3_600_000_000),
        deployments,
        streams,
        minute_series: dice.one_in(2),
        ptu_quotas: vec![450],
        log: if dice.one_in(3) { LogScope::All } else { LogScope::Off },
        ..Setup::new(horizon_us)
    };
    (setup, traces)
}
