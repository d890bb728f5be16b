//! The scenarios that come with the program run, and say what they leaned on.

use crate::support::catalog;
use ptuplan::engine::rules::LogScope;
use ptuplan::plan::question::Question;
use ptuplan::plan::run::CandidateRun;
use ptuplan::report;
use ptuplan::scenario::load::load;
use ptuplan::scenario::run::evaluate::simulate_logged;
use ptuplan::scenario::run::traffic::{bundled, trace};
use std::path::Path;

/// Each undocumented behaviour that a run leans on is listed in its result: every assumed value that was used is among its
/// assumptions, and a parameter that the setup's kind needs was used.
#[test]
fn every_sample_with_deployments_runs_and_lists_its_assumptions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut ran = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let scenario = load(&name, &text).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
        let Some(today) = &scenario.today else { continue };
        let Some(traces) = scenario
            .workloads
            .iter()
            .map(|w| Some((w, bundled(&w.traffic.trace.name)?)))
            .map(|x| x.map(|(w, source)| trace(&scenario, w, &name, source).unwrap().trace))
            .collect::<Option<Vec<_>>>()
        else {
            continue;
        };
        let simulated = simulate_logged(&scenario, catalog(), &traces, today, LogScope::Off)
            .unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
        let served: u64 = simulated.outcome.streams.iter().map(|stream| stream.completed).sum();
        assert!(served > 0, "{name}");
        let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
        let run = CandidateRun::after(question, today, simulated).unwrap();
        assert!(!run.bill.line_items.is_empty(), "{name}");
        let view = report::compose::simulation(question, &run).unwrap();
        let told: Vec<&str> = view.assumptions.iter().map(|fact| fact.name.as_str()).collect();
        for fact in run.simulated.resolved.facts.assumed() {
            assert!(told.contains(&fact.name.as_str()), "{name}: {} is not told", fact.name);
        }
        ran.push((name, told.join(" ")));
    }
    let of = |name: &str| {
        let found = ran.iter().find(|(other, _)| other == name);
        found.unwrap_or_else(|| panic!("{name} did not run: {ran:?}")).1.clone()
    };
    for (name, parameters) in [
        ("batch-overnight", &["standard-overshoot", "cached-tokens-count-to-tpm"][..]),
        ("gateway-two-regions", &["outage-in-flight", "dynamic-quota-headroom"]),
        ("managed-compute", &["client-return-spread"]),
        (
            "outage-and-resize",
            &[
                "outage-in-flight",
                "ptu-scale-up-time",
                "provisioned-cancelled-call",
                "price change from 2026-12-01",
            ],
        ),
        ("router-and-fine-tuned", &["standard-assumed-output-tokens", "latency-noise"]),
    ] {
        let told = of(name);
        for parameter in parameters {
            assert!(told.contains(parameter), "{name} does not tell {parameter}: {told}");
        }
    }
}
