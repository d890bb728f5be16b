//! Invariant 16: the fast and the ordered path give the same outcome to the last bit.

use crate::random::{Dice, narrow};
use crate::reference;
use ptuplan::engine::{Bound, Replay, Trial, run, run_ordered};
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
            spilled: dice.pick(&[5, 50, u64::MAX]),
        };
        let spilled: u64 = whole.deployments.iter().map(|d| d.spilled_out).sum();
        let keeps = whole.streams[0].failed <= bound.failed
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
    let sizes = [17, 15, 16, 23];
    let traces = [&trace];
    let swept = Replay::new(&setup, &traces)
        .and_then(|r| r.sweep(&setup, 0, &sizes, &Bound::NONE))
        .expect("runs");
    for (size, trial) in sizes.iter().zip(swept) {
        let ptuplan::engine::setup::Admission::Provisioned(bucket) =
            &mut setup.deployments[0].admission
        else {
            unreachable!("it is provisioned")
        };
        bucket.capacity_ptu = *size;
        assert_eq!(trial, Trial::Done(run_ordered(&setup, &traces).expect("runs")));
    }
}
