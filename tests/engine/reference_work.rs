//! The outcome of the reference work, to the last bit.

use crate::reference::{CAPACITY, FULL, checksum, setup, trace};
use ptuplan::engine::record::outcome::Outcome;
use ptuplan::engine::run;
use ptuplan::ledger::usage::Answer;
use ptuplan::units::tokens::TokenClass;

#[derive(Debug, PartialEq, Eq)]
struct Figures {
    served: u64,
    throttled: u64,
    first_throttled: u64,
    failed: u64,
    p50_us: u64,
    p99_us: u64,
    wait_sum_us: u128,
    input: u64,
    output: u64,
}

/// Nearest-rank percentile of the served requests' added wait.
fn percentile(outcome: &Outcome, percent: u64) -> u64 {
    let stream = &outcome.streams[0];
    let mut waits = stream.added_waits_us.clone();
    waits.sort_unstable();
    let rank = (stream.completed * percent).div_ceil(100).max(1);
    let zeros = stream.completed - waits.len() as u64;
    if rank <= zeros { 0 } else { u64::from(waits[(rank - zeros - 1) as usize]) }
}

fn figures(outcome: &Outcome) -> Figures {
    let stream = &outcome.streams[0];
    let sum = |class| {
        let served = outcome.usage.iter().filter(|bin| bin.answer == Answer::Completed);
        served.map(|bin| bin.tokens.get(class)).sum()
    };
    Figures {
        served: stream.completed,
        throttled: outcome.deployments[0].throttled,
        first_throttled: stream.saw_throttle,
        failed: stream.failed,
        p50_us: percentile(outcome, 50),
        p99_us: percentile(outcome, 99),
        wait_sum_us: stream.added_wait_sum_us,
        input: sum(TokenClass::Input),
        output: sum(TokenClass::Output),
    }
}

/// Computed by another implementation (a binary heap of event structs) on the same trace.
#[test]
fn a_tenth_of_the_reference_work_is_reproduced() {
    let trace = trace(FULL / 10);
    let comfortable = Figures {
        served: 100_000,
        throttled: 0,
        first_throttled: 0,
        failed: 0,
        p50_us: 0,
        p99_us: 0,
        wait_sum_us: 0,
        input: 164_195_651,
        output: 26_052_155,
    };
    let tight = Figures {
        served: 99_725,
        throttled: 13_252,
        first_throttled: 6_124,
        failed: 275,
        p50_us: 0,
        p99_us: 3_168_225,
        wait_sum_us: 12_774_505_964,
        input: 163_784_353,
        output: 25_976_559,
    };
    let overloaded = Figures {
        served: 92_106,
        throttled: 134_876,
        first_throttled: 45_209,
        failed: 7_894,
        p50_us: 0,
        p99_us: 14_038_110,
        wait_sum_us: 115_502_699_862,
        input: 151_047_276,
        output: 23_965_793,
    };
    for (capacity, expected) in
        [(CAPACITY, comfortable), (15_200_000, tight), (14_000_000, overloaded)]
    {
        let outcome = run(&setup(&trace, capacity), &[&trace]).expect("runs");
        assert_eq!(figures(&outcome), expected, "capacity {capacity}");
    }
}

#[test]
fn the_reference_work_is_reproduced_in_full() {
    let trace = trace(FULL);
    assert_eq!(checksum(&trace), 0xce72_cab5_7107_9979);
    let outcome = run(&setup(&trace, CAPACITY), &[&trace]).expect("runs");
    let expected = Figures {
        served: 996_994,
        throttled: 193_936,
        first_throttled: 100_607,
        failed: 3_006,
        p50_us: 0,
        p99_us: 3_292_078,
        wait_sum_us: 171_636_263_998,
        input: 1_644_117_500,
        output: 259_457_439,
    };
    assert_eq!(figures(&outcome), expected);
}
