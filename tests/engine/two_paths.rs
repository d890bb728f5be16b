//! Invariant 16: the fast and the ordered path give the same outcome to the last bit.

use crate::random::{Dice, client, horizon_us, narrow, some_provisioned, some_standard, trace};
use crate::reference;
use crate::small::setup;
use ptuplan::engine::record::outcome::Outcome;
use ptuplan::engine::rules::LogScope;
use ptuplan::engine::run;
use ptuplan::engine::setup::{Admission, DeploymentIx, Setup, Stream};
use ptuplan::engine::{Bound, Replay, Trial, joined, run_ordered};
use ptuplan::workload::trace::Trace;

#[test]
fn both_paths_agree_on_thousands_of_random_setups() {
    let (mut refused, mut spilled, mut waited, mut taken) = (0, 0, 0, 0);
    for seed in 0..3_000 {
        let (setup, traces) = narrow(seed);
        let traces: Vec<&Trace> = traces.iter().collect();
        let fast = run(&setup, &traces).expect("runs");
        let ordered = run_ordered(&setup, &traces).expect("runs");
        assert_eq!(fast, ordered, "seed {seed}: {setup:#?}");
        taken += u32::from(Replay::new(&setup, &traces).expect("is sound").is_fast(&setup));
        refused += fast.streams[0].saw_throttle;
        spilled += fast.deployments.iter().map(|d| d.spilled_in).sum::<u64>();
        waited += fast.streams[0].added_waits_us.len();
    }
    // The worlds are not empty, and the fast path was taken.
    assert!(taken > 1_500, "{taken}");
    assert!(refused > 25_000 && spilled > 25_000 && waited > 5_000, "{refused} {spilled} {waited}");
}

#[test]
fn both_paths_agree_on_the_reference_work() {
    let trace = reference::trace(50_000);
    for capacity in [14_000_000, reference::CAPACITY, 23_000_000] {
        let mut setup = reference::setup(&trace, capacity);
        setup.minute_series = true;
        let fast = run(&setup, &[&trace]).expect("runs");
        assert_eq!(fast, run_ordered(&setup, &[&trace]).expect("runs"), "capacity {capacity}");
    }
}

/// Giving up is never wrong: an abandoned trial would have broken the bound, a finished one keeps it.
#[test]
fn a_trial_is_given_up_exactly_when_it_breaks_the_bound() {
    let (mut given_up, mut finished) = (0, 0);
    for seed in 0..1_000 {
        let (setup, traces) = narrow(seed);
        let traces: Vec<&Trace> = traces.iter().collect();
        let whole = run(&setup, &traces).expect("runs");
        let mut dice = Dice(seed);
        let bound = Bound {
            failed: dice.below(10),
            saw_throttle: dice.below(20),
            failed_throttled: dice.pick(&[0, 4, u64::MAX]),
            spilled: dice.pick(&[5, 50, u64::MAX]),
        };
        let spilled: u64 = whole.deployments.iter().map(|d| d.spilled_out).sum();
        let keeps = whole.streams[0].failed <= bound.failed
            && whole.streams[0].failed_throttled <= bound.failed_throttled
            && whole.streams[0].saw_throttle <= bound.saw_throttle
            && spilled <= bound.spilled;
        match Replay::new(&setup, &traces)
            .and_then(|replay| replay.run(&setup, &bound))
            .expect("runs")
        {
            Trial::Done(outcome) => {
                assert!(keeps && outcome == whole);
                finished += 1;
            }
            Trial::Abandoned { .. } => {
                assert!(!keeps);
                given_up += 1;
            }
        }
    }
    assert!(given_up > 50 && finished > 50, "{given_up} {finished}");
}

#[test]
fn a_sweep_is_its_single_runs_in_order() {
    let trace = reference::trace(20_000);
    let mut setup = reference::setup(&trace, 1_000_000);
    setup.minute_series = true;
    // One or two that refuse, the others share a pass: eight at a time, and what is left over.
    let sizes = [5, 9, 16, 23, 18, 40, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35];
    let comfortable = agrees_with_single_runs(&setup, &[&trace], 0, &sizes);
    assert!((9..20).contains(&comfortable), "{comfortable}");
}

/// Sizes that share a pass are run as those that do not, in every world and at every size.
#[test]
fn a_pass_has_room_for_four_or_eight_sizes() {
    let room: Vec<usize> = (2..=10).map(|sizes| sizes + Replay::spare_lanes(sizes)).collect();
    assert_eq!(room, [4, 4, 4, 8, 8, 8, 8, 12, 12]);
}

#[test]
fn sizes_that_share_a_pass_are_as_on_their_own() {
    let mut comfortable = 0;
    for seed in 0..1_000 {
        let (setup, traces) = narrow(seed);
        let traces: Vec<&Trace> = traces.iter().collect();
        let deployment = usize::from(setup.streams[0].route[0].0);
        let mut dice = Dice(seed);
        let sizes: Vec<u32> = (0..dice.below(20))
            .map(|_| dice.pick(&[1, 40, 900, 20_000, 100_000]) + dice.below(7) as u32)
            .collect();
        comfortable += agrees_with_single_runs(&setup, &traces, deployment, &sizes);
    }
    assert!(comfortable > 700, "{comfortable}");
}

/// Not only those at which nobody is passed on: a pass that gave up whenever it is difficult would be right too.
#[test]
fn most_sizes_at_which_no_client_waits_stay_in_the_pass() {
    let (mut stayed, mut spilled, mut left) = (0, 0, 0);
    for seed in 0..1_000 {
        let (setup, traces) = narrow(seed);
        let traces: Vec<&Trace> = traces.iter().collect();
        let deployment = usize::from(setup.streams[0].route[0].0);
        let at = |size: u32| {
            let mut own = setup.clone();
            if let Admission::Provisioned(bucket) = &mut own.deployments[deployment].admission {
                bucket.capacity_ptu = size;
            }
            own
        };
        let setups = [3, 40, 900, 20_000, 100_000].map(at);
        let replay = Replay::new(&setup, &traces).expect("is sound");
        let own: Vec<&Setup> = setups.iter().collect();
        for (setup, found) in setups.iter().zip(replay.together(&own).expect("runs")) {
            let Some(found) = found else {
                let alone = run(setup, &traces).expect("runs");
                // The pass is left for a reason, where there is one at all.
                let waits = alone.streams[0].saw_throttle > 0;
                assert!(waits || !replay.is_fast(setup) || alone.streams[0].offered == 0);
                left += 1;
                continue;
            };
            stayed += 1;
            spilled += u32::from(found.deployments.iter().any(|own| own.spilled_in > 0));
            assert_eq!(found, run_ordered(setup, &traces).expect("runs"), "seed {seed}");
        }
    }
    assert!(stayed > 1_000 && spilled > 200 && left > 500, "{stayed} {spilled} {left}");
}

/// A Standard deployment that has room for everything is not looked at call by call, and answers as if it were.
#[test]
fn a_deployment_with_room_for_all_is_as_one_that_is_looked_at() {
    let (mut roomy, mut tight, mut given_up) = (0, 0, 0);
    for seed in 0..3_000 {
        let mut dice = Dice(seed);
        let traces = vec![trace(&mut dice)];
        let deployments = vec![some_standard(&mut dice)];
        let horizon_us = horizon_us(&mut dice, &traces);
        let mut setup = setup(horizon_us, client(&mut dice), deployments);
        setup.minute_series = dice.one_in(2);
        setup.hour_phase_us = dice.below(3_600_000_000);
        setup.streams[0].max_output_tokens = dice.pick(&[None, Some(200)]);
        let traces: Vec<&Trace> = traces.iter().collect();
        let found = run(&setup, &traces).expect("runs");
        assert_eq!(found, run_ordered(&setup, &traces).expect("runs"), "seed {seed}: {setup:#?}");
        let none = found.streams[0].saw_throttle == 0 && found.streams[0].failed == 0;
        *(if none { &mut roomy } else { &mut tight }) += 1;
        // A bound is broken at the same time, or not at all; what is logged takes the ordered path.
        let bound = Bound { failed: dice.below(20), saw_throttle: 40, ..Bound::NONE };
        let replay = Replay::new(&setup, &traces).expect("is sound");
        let bounded = replay.run(&setup, &bound).expect("runs");
        let holds = found.streams[0].failed <= bound.failed && found.streams[0].saw_throttle <= 40;
        assert_eq!(holds, bounded == Trial::Done(found), "seed {seed}");
        let logged = Setup { log: LogScope::All, ..setup.clone() };
        let ordered = replay.run(&logged, &bound).expect("runs");
        if let Trial::Abandoned { .. } = bounded {
            assert_eq!(bounded, ordered, "seed {seed}");
            given_up += 1;
        }
    }
    assert!(roomy > 300 && tight > 300 && given_up > 300, "{roomy} {tight} {given_up}");
}

/// Minutes in which limits are reached, and retries made, lie between minutes in which they are not
/// looked at: alone, behind PTUs of one size, and in a pass of several.
#[test]
fn minutes_with_room_for_all_are_as_minutes_that_are_looked_at() {
    let (mut waited, mut shared, mut left) = (0, 0, 0);
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let mut own = Trace { clock_us: dice.below(90_000_000), seed, ..Trace::default() };
        for minute in 0..40 {
            let mut at_us: Vec<u64> =
                (0..dice.pick(&[3, 5, 8, 30])).map(|_| dice.below(60_000_000)).collect();
            at_us.sort_unstable();
            for at_us in at_us {
                own.arrival_us.push(minute * 60_000_000 + at_us);
                own.input_tokens.push(1_000 + dice.below(1_000) as u32);
                own.output_tokens.push(dice.below(200) as u32);
            }
        }
        let traces = vec![own];
        let mut behind = some_standard(&mut dice);
        if let Admission::Standard(limiter) = &mut behind.admission {
            limiter.limit_tokens_per_minute = dice.pick(&[None, Some(12_000), Some(30_000)]);
            limiter.limit_requests_per_minute = dice.pick(&[None, Some(10), Some(60)]);
            limiter.too_large_after_us = 1_000_000;
        }
        let horizon_us = horizon_us(&mut dice, &traces);
        let deployments = match dice.below(2) {
            0 => vec![behind],
            _ => vec![some_provisioned(&mut dice), behind],
        };
        let mut setup = setup(horizon_us, client(&mut dice), deployments);
        setup.minute_series = dice.one_in(2);
        let traces: Vec<&Trace> = traces.iter().collect();
        let found = run(&setup, &traces).expect("runs");
        assert_eq!(found, run_ordered(&setup, &traces).expect("runs"), "seed {seed}: {setup:#?}");
        waited += found.streams[0].added_waits_us.len();
        if setup.deployments.len() > 1 {
            let sizes = [1, 2, 3, 5, 9, 20, 60, 100];
            agrees_with_single_runs(&setup, &traces, 0, &sizes);
            let at = |size: &u32| {
                let mut own = setup.clone();
                if let Admission::Provisioned(bucket) = &mut own.deployments[0].admission {
                    bucket.capacity_ptu = *size;
                }
                own
            };
            let setups: Vec<Setup> = sizes.iter().map(at).collect();
            let replay = Replay::new(&setup, &traces).expect("is sound");
            let passed = replay.together(&setups.iter().collect::<Vec<_>>()).expect("runs");
            let spills = |outcome: &Outcome| outcome.deployments[1].spilled_in > 0;
            shared += passed.iter().flatten().filter(|outcome| spills(outcome)).count();
            left += passed.iter().filter(|outcome| outcome.is_none()).count();
        }
    }
    assert!(waited > 5_000 && shared > 100 && left > 300, "{waited} {shared} {left}");
}

/// Limits that nobody reaches, and retries that nobody makes, decide nothing.
#[test]
fn setups_without_their_unreached_limits_have_the_same_outcome() {
    let mut alike = [0, 0];
    for seed in 0..3_000 {
        let mut dice = Dice(seed);
        let traces = vec![trace(&mut dice)];
        let horizon_us = horizon_us(&mut dice, &traces);
        let spills = dice.one_in(2);
        let mut deployments = vec![some_standard(&mut dice)];
        if spills {
            deployments.insert(0, some_provisioned(&mut dice));
        }
        let mut setup = setup(horizon_us, client(&mut dice), deployments);
        setup.minute_series = dice.one_in(2);
        setup.streams[0].max_output_tokens = dice.pick(&[None, Some(200)]);
        let traces: Vec<&Trace> = traces.iter().collect();
        let replay = Replay::new(&setup, &traces).expect("is sound");
        let Some(other) = replay.without_limits(&setup, || replay.has_room(&setup)) else {
            continue;
        };
        alike[usize::from(spills)] += 1;
        let found = run_ordered(&setup, &traces).expect("runs");
        assert_eq!(found, run_ordered(&other, &traces).expect("runs"), "seed {seed}: {setup:#?}");
    }
    assert!(alike.iter().all(|found| *found > 100), "{alike:?}");
}

/// Streams that call one deployment with room for all of them do not touch each other.
#[test]
fn streams_that_do_not_touch_each_other_are_the_same_apart() {
    let (mut apart, mut limited, mut together) = (0, 0, 0);
    for seed in 0..3_000 {
        let mut dice = Dice(seed);
        let mut traces: Vec<Trace> = (0..2 + dice.below(2)).map(|_| trace(&mut dice)).collect();
        let clock_us = traces[0].clock_us;
        if !dice.one_in(8) {
            traces.iter_mut().for_each(|trace| trace.clock_us = clock_us);
        }
        let mut setup = setup(
            horizon_us(&mut dice, &traces),
            client(&mut dice),
            vec![some_standard(&mut dice)],
        );
        if let Admission::Standard(limiter) = &mut setup.deployments[0].admission {
            limiter.limit_tokens_per_minute = dice.pick(&[None, Some(2_000_000), Some(30_000_000)]);
            limiter.limit_requests_per_minute = dice.pick(&[None, Some(600), Some(9_000)]);
        }
        let streams = traces.iter().map(|_| Stream {
            max_output_tokens: dice.pick(&[None, Some(200)]),
            ..Stream::new(vec![DeploymentIx(0)], client(&mut dice))
        });
        setup.streams = streams.collect();
        setup.minute_series = dice.one_in(2);
        setup.hour_phase_us = dice.below(3_600_000_000);
        let traces: Vec<&Trace> = traces.iter().collect();
        let whole = run_ordered(&setup, &traces).expect("runs");
        let replay = Replay::new(&setup, &traces).expect("is sound");
        let Some(each) = replay.apart(&setup) else {
            together += 1;
            continue;
        };
        let own = each.iter().zip(&traces).map(|(own, trace)| run(own, &[trace]).expect("runs"));
        assert_eq!(joined(own), whole, "seed {seed}: {setup:#?}");
        apart += usize::from(whole.streams.iter().all(|stream| stream.completed > 0));
        limited += usize::from(each[0].deployments != setup.deployments);
    }
    assert!(apart > 500 && limited > 500 && together > 500, "{apart} {limited} {together}");
}

/// Returns how many sizes refused nobody.
fn agrees_with_single_runs(
    setup: &Setup,
    traces: &[&Trace],
    deployment: usize,
    sizes: &[u32],
) -> usize {
    let swept = Replay::new(setup, traces)
        .and_then(|replay| replay.sweep(setup, deployment, sizes, &Bound::NONE))
        .expect("runs");
    assert_eq!(swept.len(), sizes.len());
    let (mut single, mut comfortable) = (setup.clone(), 0);
    for (size, trial) in sizes.iter().zip(swept) {
        let Admission::Provisioned(bucket) = &mut single.deployments[deployment].admission else {
            unreachable!("it is provisioned")
        };
        bucket.capacity_ptu = *size;
        let alone = run_ordered(&single, traces).expect("runs");
        let counts = &alone.deployments[deployment];
        comfortable += usize::from(counts.completed == counts.offered);
        assert_eq!(trial, Trial::Done(alone), "{size} PTU in {setup:#?}");
    }
    comfortable
}
