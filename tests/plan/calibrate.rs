//! Parameters that a log was made with are found in it again, and what it does not tell is not fitted.

use ptuplan::catalog::Catalog;
use ptuplan::engine::rules::LogScope;
use ptuplan::plan::calibrate::{Calibration, calibrate, parameters_block};
use ptuplan::plan::workers::Serial;
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::simulate_logged;
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::bundled;
use ptuplan::workload::observed::{Observed, read_observed};
use ptuplan::workload::trace::Trace;
use ptuplan::workload::transform;
use std::fmt::Write as _;

/// The first twelve minutes of a public chat log.
fn public_trace() -> Trace {
    let mut trace = bundled::get("azure-2023-conversation").unwrap().load().unwrap().trace;
    // The logs that are written of it begin at midnight.
    trace.clock_us = 0;
    transform::slice(&trace, 0, 720_000_000)
}

fn scenario(deployment: &str, parameters: &[(&str, &str)]) -> Scenario {
    let mut text = format!(
        "name = \"t\"\nstart = 2026-12-01\nlength = \"1 day\"\nzone = \"UTC\"\nregion = \"swedencentral\"\n\
         [[workload]]\nname = \"w\"\nmodel = \"gpt-4.1\"\ntraffic = {{ trace = \"made\" }}\n\
         [allow]\nsku = [\"GlobalStandard\"]\ncommitment = [\"hourly\"]\n\
         [subscription]\nquota_tier = \"Tier 1\"\n[today]\ndeployments = [{{ {deployment} }}]\n[parameters]\n"
    );
    for (name, value) in parameters {
        let quoted = value.parse::<u64>().is_err();
        let value = if quoted { format!("\"{value}\"") } else { (*value).to_owned() };
        writeln!(text, "{name} = {value}").unwrap();
    }
    load("t.toml", &text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
}

/// The log that a gateway would have written of a simulation: one row for each attempt.
fn log_of(scenario: &Scenario, catalog: &Catalog, trace: &Trace) -> Observed {
    let today = scenario.today.as_ref().unwrap();
    let traces = [trace.clone()];
    let found = simulate_logged(scenario, catalog, &traces, today, LogScope::All).unwrap();
    let mut text =
        String::from("arrival,status,input_tokens,output_tokens,max_output_tokens,utilization\n");
    let deployment = &found.outcome.deployments[0];
    let per_minute = deployment.capacity_units as f64 / 60_000_000.0 / 1_440.0;
    let mut told = std::collections::BTreeSet::new();
    for entry in &found.outcome.log {
        let id = entry.request as usize;
        let (seconds, us) = (entry.at_us / 1_000_000, entry.at_us % 1_000_000);
        let served = entry.retry_after_us == 0;
        let output = if served { trace.output_tokens[id].to_string() } else { String::new() };
        let limit =
            trace.max_output(entry.request).map_or(String::new(), |limit| limit.to_string());
        let minute = (entry.at_us / 60_000_000) as usize;
        let used =
            deployment.minutes.get(minute).filter(|_| per_minute > 0.0 && told.insert(minute));
        let used = used.map_or(String::new(), |minute| {
            format!("{:.3}", minute.used_units as f64 / per_minute * 100.0)
        });
        writeln!(
            text,
            "2026-12-01T{:02}:{:02}:{:02}.{us:06}Z,{},{},{output},{limit},{used}",
            seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60,
            if served { 200 } else { 429 },
            trace.input_tokens[id],
        )
        .unwrap();
    }
    read_observed("log.csv", text.as_bytes()).unwrap()
}

/// The settings that a log was made with must not be refuted by it; what is identified must be they.
fn check(found: &Calibration, truth: &[(&str, &str)]) -> usize {
    let mut identified = 0;
    for (name, value) in truth {
        let Some(fitted) = found.parameters.iter().find(|p| p.name == *name) else { continue };
        let stands: Vec<&str> = fitted.standing().map(|reading| &*reading.value).collect();
        assert!(stands.contains(value), "{name} = {value} is refuted by its own log: {fitted:?}");
        if fitted.is_identified() {
            assert_eq!(fitted.best, *value, "{name}");
            identified += 1;
        }
    }
    identified
}

#[test]
fn the_settings_of_a_standard_deployment_are_recovered() {
    let catalog = Catalog::embedded().unwrap();
    let mut trace = public_trace();
    // A third of the calls state no output limit.
    let limit = |id: usize| if id.is_multiple_of(3) { Trace::NO_LIMIT } else { 800 };
    trace.max_output_tokens = Some((0..trace.len()).map(limit).collect());
    let deployment = "name = \"d\", sku = \"GlobalStandard\", model = \"gpt-4.1\", limit_tokens_per_minute = 300_000";
    let mut identified = 0;
    for seed in 0..6_u64 {
        let pick = |what: u64, of: &[&'static str]| {
            of[(splitmix64(seed * 16 + what) % of.len() as u64) as usize]
        };
        let adds = ["nothing", "request", "tokens", "request-and-tokens"];
        let truth = [
            ("standard-request-window", pick(0, &["1", "10", "60"])),
            ("standard-overshoot", pick(1, &["served", "refused"])),
            ("standard-token-window", pick(2, &["clock-minute", "sliding"])),
            ("standard-refused-by-tokens-adds", pick(3, &adds)),
            ("standard-refused-by-requests-adds", pick(4, &adds)),
            ("standard-assumed-output-tokens", pick(5, &["16", "512", "2000", "4096"])),
        ];
        let log = log_of(&scenario(deployment, &truth), &catalog, &trace);
        // The fit is told the deployment and nothing of the truth.
        let found = calibrate(&scenario(deployment, &[]), &catalog, &log, &Serial).unwrap();
        identified += check(&found, &truth);
        assert_eq!(
            found.seen.iter().sum::<u32>() as usize,
            log.status.iter().filter(|s| **s == 429).count()
        );
        // Pasted into the scenario, the block is as good as the fit says.
        let block = parameters_block(&found);
        assert!(block.starts_with("# Fitted"));
        let lines = block.lines().filter(|line| !line.starts_with('#'));
        let pasted: Vec<(&str, &str)> = lines
            .filter_map(|line| line.split_once(" = "))
            .map(|(name, value)| (name, value.trim_matches('"')))
            .collect();
        if seed == 0 {
            let again = scenario(deployment, &pasted);
            let again = calibrate(&again, &catalog, &log, &Serial).unwrap();
            let misplaced = |of: &[u32]| -> u32 {
                found.seen.iter().zip(of).map(|(seen, of)| seen.abs_diff(*of)).sum()
            };
            let [fitted, pasted] = [&found.predicted, &again.by_default].map(|of| misplaced(of));
            assert_eq!(pasted, fitted, "{block}");
        }
    }
    assert!(identified >= 12, "only {identified} of 36 settings were identified");
}

#[test]
fn the_settings_of_a_provisioned_deployment_are_recovered() {
    let catalog = Catalog::embedded().unwrap();
    let mut trace = public_trace();
    trace.max_output_tokens = Some(vec![800; trace.len()]);
    let deployment =
        "name = \"d\", sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 100";
    for burst in ["5", "30", "120"] {
        let truth = [("provisioned-burst", burst)];
        let log = log_of(&scenario(deployment, &truth), &catalog, &trace);
        assert!(log.status.contains(&429), "the log must have 429s to learn from");
        let found = calibrate(&scenario(deployment, &[]), &catalog, &log, &Serial).unwrap();
        assert_eq!(check(&found, &truth), 1, "{:?}", found.parameters);
        assert!(found.utilization_error.unwrap()[1] < 0.1, "{:?}", found.utilization_error);
        assert!(parameters_block(&found).contains(&format!("provisioned-burst = {burst}")));
    }
}

/// A log without 429s identifies nothing, and says so.
#[test]
fn nothing_is_fitted_to_a_log_that_tells_nothing() {
    let catalog = Catalog::embedded().unwrap();
    let mut trace = public_trace();
    trace.max_output_tokens = Some(vec![800; trace.len()]);
    let deployment = "name = \"d\", sku = \"GlobalStandard\", model = \"gpt-4.1\"";
    let log = log_of(&scenario(deployment, &[]), &catalog, &trace);
    let found = calibrate(&scenario(deployment, &[]), &catalog, &log, &Serial).unwrap();
    assert!(found.parameters.iter().all(|p| !p.is_identified() && p.best == p.default));
    assert!(found.untold[0].contains("no 429"), "{:?}", found.untold);
    let block = parameters_block(&found);
    assert!(block.lines().skip(2).all(|line| line.starts_with('#')), "{block}");
}

/// A limit that is not the log's is refuted itself: no reading is singled out, and nothing is
/// written.
#[test]
fn a_limit_that_is_not_the_logs_fits_nothing() {
    let catalog = Catalog::embedded().unwrap();
    let mut trace = public_trace();
    trace.max_output_tokens = Some(vec![800; trace.len()]);
    let limited = |limit: u32| {
        format!(
            "name = \"d\", sku = \"GlobalStandard\", model = \"gpt-4.1\", \
             limit_tokens_per_minute = {limit}"
        )
    };
    let log = log_of(&scenario(&limited(300_000), &[]), &catalog, &trace);
    let found = calibrate(&scenario(&limited(150_000), &[]), &catalog, &log, &Serial).unwrap();
    assert!(!found.is_explained(), "{:?}", found.parameters);
    assert!(found.parameters.iter().all(|p| !p.is_identified() && p.best == p.default));
    assert!(found.untold[0].contains("Check what [today] states"));
    let block = parameters_block(&found);
    assert!(block.lines().all(|line| line.starts_with('#')), "{block}");
}
