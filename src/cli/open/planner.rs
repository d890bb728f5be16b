//! From a scenario's text to its answers: what does not change between two questions is kept.

use crate::catalog::Catalog;
use crate::cli::common::Common;
use crate::cli::exit::Failure;
use crate::cli::input;
use crate::cli::open::live::Live;
use crate::files;
use crate::files::kept::KeptTraffic;
use crate::files::traffic::{Folders, traces};
use crate::plan::question::Question;
use crate::plan::recommend::recommend_live;
use crate::plan::session::Memory;
use crate::plan::workers::Checkpoint;
use crate::report::compose;
use crate::report::view::RecommendationView;
use crate::scenario::load::load;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::outcomes::Outcomes;
use crate::units::diagnostic::Diagnostics;
use crate::workload::trace::Trace;
use std::collections::VecDeque;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

/// Outcomes held between two questions, bytes.
const OUTCOMES_BYTES: usize = 64 << 20;
/// Requests of futures held while a question is answered, bytes.
const REQUESTS_BYTES: usize = 64 << 20;
/// Requests held as they were read, before they are scaled, bytes: some two million.
const READS_BYTES: usize = 48 << 20;
/// Whole answers held, so that what was answered can be saved.
const ANSWERS: usize = 2;
/// How often a question that waits for another's traffic looks whether it is its turn.
const LOOK: Duration = Duration::from_millis(10);
/// Tables of a scenario that do not decide which requests there are.
const NOT_TRAFFIC: [&str; 9] =
    ["allow", "name", "require", "slo", "subscription", "terms", "today", "uncertain", "what_if"];

/// A scenario as the page has it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub(super) struct Written {
    /// The file that it is or will be, as messages call it.
    pub(super) file: String,
    /// Its text.
    pub(super) text: String,
}

/// Traffic with what decides it.
struct Kept {
    key: String,
    traces: Arc<Vec<Trace>>,
    warnings: Diagnostics,
}

/// Answers questions.
pub(super) struct Planner {
    pub(super) catalog: Catalog,
    pub(super) threads: rayon::ThreadPool,
    pub(super) common: Common,
    /// What was dropped on the page.
    pub(super) uploads: PathBuf,
    outcomes: Arc<Outcomes>,
    reads: KeptTraffic,
    traffic: Mutex<Option<Kept>>,
    answers: Mutex<VecDeque<(Written, Arc<RecommendationView>)>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an answer gives on its way.
pub(super) enum Given {
    /// What the reader of the traffic wants to be known.
    Warnings(Diagnostics),
    /// The first answer.
    First(Box<RecommendationView>),
}

impl Planner {
    /// One whose uploads are in a folder.
    pub(super) fn new(
        common: &Common,
        threads: rayon::ThreadPool,
        uploads: &Path,
    ) -> Result<Self, Failure> {
        Ok(Self {
            catalog: input::catalog(common)?,
            threads,
            common: common.clone(),
            uploads: uploads.to_owned(),
            outcomes: Arc::new(Outcomes::within(OUTCOMES_BYTES)),
            reads: KeptTraffic::within(READS_BYTES),
            traffic: Mutex::default(),
            answers: Mutex::default(),
        })
    }

    /// A checked scenario, with the files that it names.
    pub(super) fn scenario(&self, written: &Written) -> Result<Scenario, Diagnostics> {
        let scenario = load(&written.file, &written.text)?;
        let choices = input::choices(&self.common);
        files::scenario::completed(scenario, Path::new(&written.file), &self.catalog, &choices)
    }

    /// The requests of a scenario: those of the question before where nothing that decides them has
    /// changed.
    fn traffic(
        &self,
        written: &Written,
        scenario: &Scenario,
        live: &Live<'_>,
    ) -> Result<(Arc<Vec<Trace>>, Diagnostics), Diagnostics> {
        let key = traffic_key(written, scenario, &self.uploads);
        let mut kept = self.traffic_for(live);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.key == key) {
            return Ok((Arc::clone(&kept.traces), kept.warnings.clone()));
        }
        // Two traces at a time would fill the memory.
        *kept = None;
        let folders = Folders {
            first: Some(&self.uploads),
            kept: Some(&self.reads),
            ..Folders::of(Path::new(&written.file))
        };
        let (traces, warnings) = traces(scenario, &folders, Some(&self.catalog))?;
        let traces = Arc::new(traces);
        *kept = Some(Kept { key, traces: Arc::clone(&traces), warnings: warnings.clone() });
        Ok((traces, warnings))
    }

    /// The traffic, once no other question reads it. A question that is given up waits no longer: a
    /// movement of a slider asks many, and each would read the log for nobody.
    fn traffic_for(&self, live: &Live<'_>) -> MutexGuard<'_, Option<Kept>> {
        loop {
            live.go_on();
            match self.traffic.try_lock() {
                Ok(kept) => return kept,
                Err(TryLockError::Poisoned(kept)) => return kept.into_inner(),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK),
            }
        }
    }

    /// The whole answer, and what is known on the way; none when it was given up.
    pub(super) fn answer(
        &self,
        written: &Written,
        live: &Live<'_>,
        mut give: impl FnMut(Given),
    ) -> Option<Result<Arc<RecommendationView>, Diagnostics>> {
        live.unless_given_up(|live| {
            let scenario = self.scenario(written)?;
            let (traces, warnings) = self.traffic(written, &scenario, live)?;
            give(Given::Warnings(warnings));
            let question =
                Question { scenario: &scenario, catalog: &self.catalog, traces: &traces };
            let memory = Memory { outcomes: OUTCOMES_BYTES, requests: REQUESTS_BYTES };
            let asked = || live.go_on();
            let watch = Checkpoint(&asked);
            let answer = recommend_live(question, memory, &self.outcomes, live, watch, |first| {
                give(Given::First(Box::new(compose::at_a_glance(question, first)?)));
                Ok(())
            })?;
            let view = Arc::new(compose::recommendation(question, &answer)?);
            let mut answers = held(&self.answers);
            answers.retain(|(known, _)| known != written);
            answers.push_front((written.clone(), Arc::clone(&view)));
            answers.truncate(ANSWERS);
            Ok(view)
        })
    }

    /// The whole answer to a question, where it was answered lately.
    pub(super) fn known(&self, written: &Written) -> Option<Arc<RecommendationView>> {
        let answers = held(&self.answers);
        let found = answers.iter().find(|(known, _)| known == written);
        found.map(|(_, view)| Arc::clone(view))
    }
}

/// What decides the requests of a scenario, as text: everything but what is known not to, and the
/// state of the files.
fn traffic_key(written: &Written, scenario: &Scenario, uploads: &Path) -> String {
    let mut table: toml::Table = toml::from_str(&written.text).unwrap_or_default();
    for name in NOT_TRAFFIC {
        table.remove(name);
    }
    let workloads = table.get_mut("workload").and_then(toml::Value::as_array_mut);
    for (own, workload) in workloads.into_iter().flatten().zip(&scenario.workloads) {
        // What an image costs in tokens depends on the model.
        if let Some(own) = own.as_table_mut().filter(|_| workload.calls.images.is_none()) {
            for name in ["model", "model_share", "client", "slo", "route"] {
                own.remove(name);
            }
        }
    }
    let folder = Path::new(&written.file).parent().unwrap_or(Path::new("."));
    let mut key = format!("{}\n{}", folder.display(), toml::Value::Table(table));
    for workload in &scenario.workloads {
        let name = &*workload.traffic.trace.name;
        for path in [uploads.join(name), folder.join(name)] {
            let state = std::fs::metadata(&path).map(|file| (file.len(), file.modified().ok()));
            // Writing to a text cannot fail.
            let _ = write!(key, "\n{name}: {:?}", state.ok());
        }
    }
    key
}
