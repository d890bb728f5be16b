//! Where the model reduces to a textbook one, it must give the textbook's figure.
//!
//! Bound: the mean of independent replications lies within four of their own standard errors of the theory.

use crate::random::Dice;
use crate::small::{outcome, provisioned, setup, standard};
use ptuplan::engine::record::outcome::DeploymentOutcome;
use ptuplan::engine::rules::ManagedCompute;
use ptuplan::engine::run;
use ptuplan::engine::setup::{Admission, Client, Deployment, Setup};
use ptuplan::engine::work::ServiceTime;
use ptuplan::units::time::{HOUR_US, MINUTE_US, SECOND_US};
use ptuplan::workload::trace::Trace;

/// Poisson arrivals, `gap_us` apart on average.
fn poisson(seed: u64, gap_us: f64, n: usize) -> Trace {
    let mut dice = Dice(seed << 32);
    let mut at_us = 0.0;
    let mut trace = Trace { seed, ..Trace::default() };
    for _ in 0..n {
        let uniform = (dice.below(1 << 53) as f64 + 1.0) / (1_u64 << 53) as f64;
        at_us += -uniform.ln() * gap_us;
        trace.arrival_us.push(at_us as u64);
        trace.input_tokens.push(1);
        trace.output_tokens.push(0);
    }
    trace
}

/// Managed compute whose answers take a second.
fn servers(servers: u32, queue: u32, noise_per_1024: Vec<u32>) -> Setup {
    let managed =
        ManagedCompute { instances: servers, concurrent_per_instance: 1, queue, autoscale: None };
    let service = ServiceTime { first_token_us: SECOND_US, per_output_token_us: 0 };
    let mut deployment = Deployment::new(Admission::Managed(managed), service);
    deployment.rules.noise_per_1024 = noise_per_1024;
    setup(1 << 50, Client::no_retry(), vec![deployment])
}

fn check(name: &str, theory: f64, found: &[f64]) {
    let n = found.len() as f64;
    let mean = found.iter().sum::<f64>() / n;
    let variance = found.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    assert!(
        (mean - theory).abs() < 4.0 * error,
        "{name}: {mean} against {theory}, standard error {error}"
    );
    assert!(error < theory / 30.0, "{name}: the test is sharp");
}

/// Erlang's loss formula holds for any distribution of service: constant, and in eight steps of very different length.
#[test]
fn losses_without_a_queue_follow_erlang_b() {
    let (lines, offered) = (10_u32, 8.0);
    let blocking = (1..=lines).fold(1.0, |b, k| offered * b / (f64::from(k) + offered * b));
    for noise in [vec![], vec![128, 256, 512, 512, 768, 1_024, 1_536, 3_456]] {
        assert!(
            noise.is_empty() || noise.iter().sum::<u32>() == 8 * 1_024,
            "the mean stays a second"
        );
        let found: Vec<f64> = (1..=16)
            .map(|seed| {
                let n = 8_000;
                let trace = poisson(seed, 1e6 / offered, n);
                let outcome = run(&servers(lines, 0, noise.clone()), &[&trace]).expect("runs");
                outcome.deployments[0].throttled as f64 / n as f64
            })
            .collect();
        check("Erlang B", blocking, &found);
    }
}

/// Pollaczek and Khinchine for constant service: a mean wait of rho / (2 (1 - rho)) services.
#[test]
fn waits_for_one_server_follow_m_d_1() {
    let load = 0.6;
    let found: Vec<f64> = (1..=16)
        .map(|seed| {
            let n = 8_000;
            let trace = poisson(seed, 1e6 / load, n);
            let outcome = run(&servers(1, u32::MAX, vec![]), &[&trace]).expect("runs");
            outcome.streams[0].added_wait_sum_us as f64 / n as f64 / 1e6
        })
        .collect();
    check("M/D/1", load / (2.0 * (1.0 - load)), &found);
}

/// Erlang's delay formula for several servers with exponential service (M/M/c): how many wait, and how long on average.
/// Exponential service in 4,096 equally likely steps: their mean is a second to a thousandth, and the variance is 0.2 % short of 1,
/// which moves a mean wait by half of that at most, far inside the bound.
#[test]
fn waits_for_several_servers_follow_erlang_c() {
    let (servers_count, load) = (3_u32, 2.1);
    let steps = 4_096_u32;
    let quantile = |step: u32| -(1.0 - (f64::from(step) + 0.5) / f64::from(steps)).ln();
    let exponential: Vec<u32> =
        (0..steps).map(|step| (quantile(step) * 1_024.0).round() as u32).collect();
    let blocking = (1..=servers_count).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
    let used = load / f64::from(servers_count);
    let waits = blocking / (1.0 - used * (1.0 - blocking));
    let (mut waiting, mut mean) = (Vec::new(), Vec::new());
    for seed in 1..=24 {
        let n = 12_000;
        let trace = poisson(seed, 1e6 / load, n);
        let setup = servers(servers_count, u32::MAX, exponential.clone());
        let found = &run(&setup, &[&trace]).expect("runs").streams[0];
        waiting.push(found.added_waits_us.len() as f64 / n as f64);
        mean.push(found.added_wait_sum_us as f64 / n as f64 / 1e6);
    }
    check("Erlang C, share that waits", waits, &waiting);
    check("M/M/3, mean wait", waits / (f64::from(servers_count) - load), &mean);
}

/// Fluid limit of the bucket: overloaded for a time T it lets in its capacity over T, at most one full bucket and one
/// request more, and is never idle after the first request.
#[test]
fn an_overloaded_bucket_lets_in_its_capacity() {
    let setup = setup(HOUR_US, Client::no_retry(), vec![provisioned(1, 60_000)]);
    // Ten requests a second of 500 + 4 x 100 units against a capacity of 1,000 a second.
    let rows: Vec<_> = (0..36_000).map(|i| (i * 100_000, 500, 100, 100)).collect();
    let found = outcome(&setup, &rows);
    let admitted = found.streams[0].completed * 900;
    assert!((3_600_000..=3_600_000 + 60_000 + 900).contains(&admitted), "{admitted}");
    assert_eq!(found.deployments[0].used_units, found.deployments[0].capacity_units);
    assert_eq!(found.deployments[0].capacity_units, 3_600_000 * 1_000 * DeploymentOutcome::UNIT);
}

/// Fluid limit of the token window: at most the limit and one request more in each minute, and no less when there is more.
#[test]
fn an_overloaded_window_lets_in_its_limit_each_minute() {
    let mut setup = setup(10 * MINUTE_US, Client::no_retry(), vec![standard(Some(50_000), None)]);
    setup.minute_series = true;
    let rows: Vec<_> = (0..6_000).map(|i| (i * 100_000, 500, 1, 100)).collect();
    let found = outcome(&setup, &rows);
    assert_eq!(found.deployments[0].minutes.len(), 10);
    for minute in &found.deployments[0].minutes {
        assert!((50_000..50_000 + 600).contains(&minute.used_units), "{minute:?}");
    }
}
