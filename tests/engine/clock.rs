//! Minutes are those of the clock that the trace was taken by, not of its first call.

use crate::small::{setup, standard};
use ptuplan::engine::setup::{Admission, Client};
use ptuplan::engine::{run, run_ordered};
use ptuplan::units::time::{MINUTE_US, SECOND_US};
use ptuplan::workload::trace::Trace;

/// Twenty calls, one a second, under ten a minute: how many are refused where the first comes at this second of a minute.
fn refused(clock_us: u64) -> u64 {
    let deployments = vec![standard(None, Some(10))];
    let mut setup = setup(5 * MINUTE_US, Client::no_retry(), deployments);
    if let Admission::Standard(limiter) = &mut setup.deployments[0].admission {
        limiter.request_window_us = MINUTE_US;
    }
    let arrivals = (0..20).map(|n| n * SECOND_US).collect();
    let trace = Trace { clock_us, ..Trace::new(arrivals, vec![1; 20], vec![1; 20]) };
    let outcome = run(&setup, &[&trace]).expect("runs");
    assert_eq!(outcome, run_ordered(&setup, &[&trace]).expect("runs"));
    outcome.deployments[0].throttled
}

#[test]
fn a_minute_of_the_clock_begins_when_the_clock_says() {
    // Ten calls before the full minute and ten after it.
    assert_eq!(refused(10 * 3_600 * SECOND_US + 50 * SECOND_US), 0);
    // All within one minute.
    assert_eq!(refused(0), 10);
    assert_eq!(refused(40 * SECOND_US), 10);
    // Fifteen in the first minute, five in the second.
    assert_eq!(refused(45 * SECOND_US), 5);
}
