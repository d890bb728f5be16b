//! `recommend`, `simulate`, `compare` and `calibrate`.

use crate::answer::{Answer, View};
use crate::cluster::Cluster;
use crate::error::{unrendered, warn, without_interpreter};
use crate::given::Given;
use crate::hands::Hands;
use ptuplan::engine::rules::LogScope;
use ptuplan::files;
use ptuplan::plan::calibrate::calibrate as fitted;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{recommend as recommended, recommend_briefly, recommend_on};
use ptuplan::plan::run::CandidateRun;
use ptuplan::plan::session::Memory;
use ptuplan::report::calibration::{CalibrationView, calibration_plot, calibration_text};
use ptuplan::report::text::layout::Ink;
use ptuplan::report::{compose, json};
use ptuplan::scenario::run::evaluate::{simulate_logged, simulate_pieces};
use ptuplan::scenario::run::outcomes::Outcomes;
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics};
use ptuplan::workload::demand::Demand;
use ptuplan::workload::observed::read_observed;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

/// Columns of text, as on the command line where no terminal is.
const WIDTH: usize = 80;
/// What a driver holds of what workers counted: a wave of futures is as large as this lets it be.
const CLUSTER_MEMORY: Memory = Memory { outcomes: 1 << 30, requests: 256 << 20 };

/// Searches candidates and ranks them.
#[pyfunction]
pub(crate) fn recommend(
    py: Python<'_>,
    asked: Given,
    jobs: Option<usize>,
    progress: Option<Py<PyAny>>,
    runner: Option<Py<PyAny>>,
) -> PyResult<Answer> {
    let (answer, warnings) = without_interpreter(py, || {
        let hands = Hands::new(jobs, progress)?;
        let catalog = asked.catalog()?;
        let scenario = asked.scenario(&catalog)?;
        let (traces, warnings) = asked.traces(&scenario, &catalog)?;
        let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
        let found = match &runner {
            None => recommended(question, &hands)?,
            Some(runner) => {
                let cluster = Cluster::open(runner, &asked, &traces, &hands)?;
                let outcomes = Arc::new(Outcomes::within(CLUSTER_MEMORY.outcomes));
                recommend_on(question, CLUSTER_MEMORY, &outcomes, &cluster, &hands)?
            }
        };
        let view = compose::recommendation(question, &found)?;
        let answer = Answer::new(View::Recommendation(Box::new(view)), found.is_feasible());
        Ok((answer, warnings))
    })?;
    warn(py, &warnings)?;
    Ok(answer)
}

/// Simulates and bills what the scenario deploys today.
#[pyfunction]
pub(crate) fn simulate(py: Python<'_>, asked: Given) -> PyResult<Answer> {
    let (answer, warnings) = without_interpreter(py, || {
        let catalog = asked.catalog()?;
        let mut scenario = asked.scenario(&catalog)?;
        scenario.plays_samples_once();
        let Some(today) = &scenario.today else {
            let message =
                format!("nothing to simulate: {} has no [today] table", asked.path().display());
            return Err(Diagnostic::error("nothing-to-simulate", message)
                .hint("say what is deployed in [today].deployments, or let `recommend` choose")
                .into());
        };
        let large =
            asked.with_folders(|own| Ok(files::traffic::large_playbacks(&scenario, own)))?;
        let pieces = large.and_then(|(mut playbacks, warnings)| {
            let done = simulate_pieces(&scenario, &catalog, &mut playbacks, today).ok()?;
            Some((done, warnings))
        });
        let (simulated, demands, traces, warnings) = if let Some((done, warnings)) = pieces {
            (done.0, done.1, Vec::new(), warnings)
        } else {
            let (traces, warnings) = asked.traces(&scenario, &catalog)?;
            let simulated = simulate_logged(&scenario, &catalog, &traces, today, LogScope::Off)?;
            let window_us = scenario.window.length_us;
            let demands = traces.iter().map(|own| Demand::of(own, window_us)).collect();
            (simulated, demands, traces, warnings)
        };
        let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
        let run = CandidateRun::after(question, today, simulated)?;
        let view = compose::simulation_of(question, &demands, &run)?;
        let met = view.unmet.is_empty();
        Ok((Answer::new(View::Simulation(Box::new(view)), met), warnings))
    })?;
    warn(py, &warnings)?;
    Ok(answer)
}

/// What several scenarios and their what-ifs recommend.
#[pyfunction]
pub(crate) fn compare(
    py: Python<'_>,
    asked: Vec<Given>,
    jobs: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Answer> {
    let (answer, warnings) = without_interpreter(py, || {
        let hands = Hands::new(jobs, progress)?;
        let (mut all, mut warnings) = (Vec::new(), Diagnostics::default());
        for one in &asked {
            let catalog = one.catalog()?;
            let base = one.scenario(&catalog)?;
            let what_ifs = base.what_ifs.iter().map(|own| (Some(&*own.name), own.apply(&base)));
            let each = std::iter::once((None, base.clone())).chain(what_ifs);
            for (what_if, scenario) in each.collect::<Vec<_>>() {
                let (traces, found) = one.traces(&scenario, &catalog)?;
                warnings.0.extend(found.0);
                let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
                let answer = recommend_briefly(question, &hands)?;
                let view = compose::recommendation(question, &answer)?;
                all.push(compose::compared(view, what_if));
            }
        }
        let feasible = all.iter().all(|one| one.feasible);
        Ok((Answer::new(View::Comparison(all), feasible), warnings))
    })?;
    warn(py, &warnings)?;
    Ok(answer)
}

/// Fits what the platform does not publish to a log of attempts.
#[pyfunction]
pub(crate) fn calibrate(
    py: Python<'_>,
    asked: Given,
    observed: PathBuf,
    jobs: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Answer> {
    without_interpreter(py, || {
        let catalog = asked.catalog()?;
        let scenario = asked.scenario(&catalog)?;
        let bytes = files::read::read_bytes("log", &observed)?;
        let attempts = read_observed(&observed.to_string_lossy(), &bytes)?;
        let found = fitted(&scenario, &catalog, &attempts, &Hands::new(jobs, progress)?)?;
        let view = CalibrationView::of(&found);
        let document = json::bytes(&view).map_err(unrendered)?;
        let mut files = vec![
            ("calibration.json".to_owned(), document.clone()),
            ("parameters.toml".to_owned(), view.scenario.clone().into_bytes()),
        ];
        if let Some(plot) = calibration_plot(&view).map_err(unrendered)? {
            files.push(("calibration.svg".to_owned(), plot.svg));
            files.push(("calibration.png".to_owned(), plot.png));
        }
        let text = calibration_text(&view, Ink::Plain, WIDTH);
        Ok(Answer::new(View::Plain { json: document, text, files }, true))
    })
}
