//! Laws that hold in every world.

use crate::random::narrow;
use crate::small::{outcome, provisioned, setup, trace};
use crate::worlds::wide;
use ptuplan::engine::record::outcome::{Outcome, Reason};
use ptuplan::engine::rules::LogScope;
use ptuplan::engine::run;
use ptuplan::engine::run_ordered;
use ptuplan::engine::setup::{Admission, Client, Setup};
use ptuplan::units::time::{HOUR_US, MINUTE_US, SECOND_US};
use ptuplan::workload::trace::Trace;

fn simulated(setup: &Setup, traces: &[Trace]) -> Outcome {
    let traces: Vec<&Trace> = traces.iter().collect();
    run(setup, &traces).unwrap_or_else(|error| panic!("{error}: {setup:#?}"))
}

/// Invariants 1, 2, 9 and 11: `run` audits requests and capacity itself; here also what it does not.
#[test]
fn requests_and_capacity_are_conserved_in_every_world() {
    let mut seen = [0_u64; 6];
    for seed in 0..800 {
        let (setup, traces) = wide(seed);
        let outcome = simulated(&setup, &traces);
        assert_eq!(outcome, simulated(&setup, &traces), "seed {seed}: the same again");
        for (deployment, found) in setup.deployments.iter().zip(&outcome.deployments) {
            assert!(found.used_units <= found.capacity_units);
            let minutes: u64 = found.minutes.iter().map(|minute| u64::from(minute.refused)).sum();
            let turned_away = found.throttled + found.spilled_out;
            assert!(
                found.minutes.is_empty() || minutes <= turned_away + found.failed,
                "seed {seed}"
            );
            if matches!(deployment.admission, Admission::Provisioned(_))
                && !found.minutes.is_empty()
            {
                let worked: u64 = found.minutes.iter().map(|minute| minute.used_units).sum();
                assert_eq!(u128::from(worked), found.used_units / 60_000_000, "the minutes add up");
            }
            assert!(found.deployed.windows(2).all(|pair| pair[0].until_us <= pair[1].from_us));
            seen[0] += found.throttled;
            seen[1] += found.spilled_in;
            seen[2] += found.failed;
            seen[3] += found.failed_resizes;
            seen[4] += found.late;
        }
        seen[5] += outcome.log.len() as u64;
    }
    assert!(seen.iter().all(|count| *count > 40), "the worlds are not empty: {seen:?}");
}

/// The log tells the same story as the counters, and changes nothing.
#[test]
fn the_log_adds_up_and_costs_nothing_but_itself() {
    for seed in 0..300 {
        let (mut setup, traces) = wide(seed);
        setup.log = LogScope::All;
        let mut logged = simulated(&setup, &traces);
        setup.log = LogScope::Off;
        let log = std::mem::take(&mut logged.log);
        assert_eq!(logged, simulated(&setup, &traces));
        for (index, found) in logged.deployments.iter().enumerate() {
            let asked = log.iter().filter(|entry| entry.answer.is_some());
            let here = asked.filter(|entry| usize::from(entry.deployment.0) == index);
            assert_eq!(here.clone().count() as u64, found.offered, "seed {seed}");
            assert_eq!(here.filter(|entry| entry.passed_on).count() as u64, found.spilled_out);
        }
    }
}

/// Invariant 5: what nobody can know yet changes nothing. Every answer that is not complete at a time T may turn out
/// longer without a change to anything decided before T.
#[test]
fn admission_does_not_see_what_is_not_complete() {
    let mut compared = 0;
    for seed in 0..400 {
        let (mut setup, mut traces) = narrow(seed);
        setup.log = LogScope::All;
        let before = simulated(&setup, &traces);
        let Some(middle) = before.log.get(before.log.len() / 2) else { continue };
        let until_us = middle.at_us;
        let complete = |id: u32| {
            before.log.iter().any(|entry| {
                let service = &setup.deployments[usize::from(entry.deployment.0)].service;
                let output = traces[0].output_tokens[id as usize];
                let done_us = entry.at_us
                    + service.first_token_us
                    + service.per_output_token_us * u64::from(output);
                // Cut at its limit it is complete earlier: then a longer truth changes nothing either way.
                entry.request == id && entry.reason == Reason::Admitted && done_us < until_us
            })
        };
        let longer: Vec<bool> = (0..traces[0].len()).map(|id| !complete(id as u32)).collect();
        for (output, longer) in traces[0].output_tokens.iter_mut().zip(longer) {
            *output += if longer { 5_000 } else { 0 };
        }
        let after = simulated(&setup, &traces);
        let decided = |outcome: &Outcome| {
            outcome
                .log
                .iter()
                .copied()
                .take_while(|entry| entry.at_us < until_us)
                .collect::<Vec<_>>()
        };
        assert_eq!(decided(&before), decided(&after), "seed {seed}");
        compared += decided(&before).len();
    }
    assert!(compared > 5_000, "{compared}");
}

/// What really is monotone: if a size refuses nobody, no larger one does. Both admit every request on arrival, so the same
/// is added to both at the same times; the larger drains faster, so its level is never above the smaller's
/// (`max(x - a, 0)` keeps an order), and its 100 % lies higher.
#[test]
fn a_size_above_one_that_refuses_nobody_refuses_nobody() {
    let mut checked = 0;
    for seed in 0..500 {
        let (mut setup, traces) = narrow(seed);
        setup.deployments.truncate(1);
        setup.streams[0].route.truncate(1);
        setup.streams[0].route[0].0 = 0;
        let mut refused_none = false;
        for size in [1, 10, 100, 1_000, 10_000] {
            let Admission::Provisioned(bucket) = &mut setup.deployments[0].admission else {
                continue;
            };
            bucket.capacity_ptu = size;
            let throttled = simulated(&setup, &traces).deployments[0].throttled;
            assert!(!refused_none || throttled == 0, "seed {seed}, size {size}");
            checked += u32::from(refused_none);
            refused_none = throttled == 0;
        }
    }
    assert!(checked > 150, "{checked}");
}

/// The counter-example to the rest: a larger deployment admits one huge request and then refuses many small ones, which
/// the smaller one, having refused the huge one, serves.
#[test]
fn a_larger_deployment_can_refuse_more() {
    let mut rows = vec![(0, 99, 0, 1), (0, 50_000, 0, 1)];
    rows.extend((1..60).map(|i| (i * 10 * SECOND_US, 1, 0, 1)));
    let refused = |size: u32| {
        let setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(size, 1)]);
        outcome(&setup, &rows).deployments[0].throttled
    };
    // 100 % is 103 (99 + 4 for the output) at the smaller size, 104 at the larger.
    assert!(refused(104) > 50 && refused(103) == 1, "{} {}", refused(104), refused(103));
}

/// Exactly in proportion: nothing depends on the scale of the units (prime sizes included).
#[test]
fn work_is_exact_at_any_size() {
    for (size, rate) in [(99_991, 59_999), (100_000, 60_000), (1, 1), (7, 13)] {
        let mut setup = setup(10 * MINUTE_US, Client::openai_sdk(), vec![provisioned(size, rate)]);
        setup.minute_series = true;
        let rows: Vec<_> = (0..500).map(|i| (i * SECOND_US, 90_000_000, 10, 100)).collect();
        let traces = [trace(&rows)];
        let ordered = run_ordered(&setup, &[&traces[0]]).expect("audited");
        assert_eq!(ordered, simulated(&setup, &traces));
        assert!(ordered.deployments[0].used_units > 0);
    }
}
