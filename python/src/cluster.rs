//! Simulations on other machines. The driver sends a question once and tasks in chunks; a worker holds the question, takes
//! chunks of tasks and gives back what they counted. Which engine carries the bytes is decided in `ptuplan/distributed`.
//!
//! ```text
//! driver: Question ─► bytes ─► (object store) ─► worker: Worker::new
//!         tasks ─► chunks of JSON ─► (engine's map) ─► Worker::play ─► bytes ─► outcomes
//! ```

use crate::error::{Stopped, error, without_interpreter};
use crate::given::Given;
use crate::hands::Hands;
use ptuplan::catalog::Catalog;
use ptuplan::plan::futures::uncertainty::most_futures;
use ptuplan::plan::made::FutureRequests;
use ptuplan::plan::play::{evaluate, evaluate_each};
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::as_planned;
use ptuplan::plan::session::Memory;
use ptuplan::plan::task::{Played, Runner, Task};
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics};
use ptuplan::workload::trace::Trace;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Requests that a chunk replays at most: about a second of work.
const CHUNK_MOST: u64 = 20_000_000;
/// And at least, as long as there are so many: a chunk costs some milliseconds on the way.
const CHUNK_LEAST: u64 = 1_000_000;
/// What a task takes that has few requests, in requests.
const TASK_ITSELF: u64 = 10_000;
/// Chunks are this part of what is left for each worker: large first, and then smaller ones, so that
/// no worker waits long for the last.
const PART: usize = 2;

/// What one task gave: what was counted, nothing where the driver is to find the error itself, or how it panicked.
#[derive(Serialize, Deserialize)]
enum Told {
    Played(Played),
    Wrong,
    Panicked(String),
}

/// The traffic of a question as bytes.
pub(crate) fn packed(traces: &[Trace]) -> Result<Vec<u8>, Diagnostics> {
    postcard::to_allocvec(traces).map_err(|wrong| unsent(&wrong).into())
}

/// Who the traffic of a question is.
fn fingerprint(traces: &[Trace]) -> String {
    let all: Vec<String> = traces.iter().map(|trace| trace.fingerprint().to_string()).collect();
    all.join("-")
}

fn unsent(wrong: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error("cannot-send", format!("cannot be sent to workers: {wrong}"))
}

/// Who simulates on another machine: one question, any number of chunks.
#[pyclass(frozen, module = "ptuplan._native")]
pub(crate) struct Worker {
    scenario: Scenario,
    catalog: Catalog,
    traces: Vec<Trace>,
    /// Requests of the futures that were simulated last.
    made: FutureRequests<'static>,
}

#[pymethods]
impl Worker {
    /// From the question and, where it was sent along, its traffic; without it the worker reads the files itself.
    #[new]
    fn new(py: Python<'_>, asked: Given, traffic: Option<&[u8]>) -> PyResult<Self> {
        without_interpreter(py, || {
            let catalog = asked.catalog()?;
            let scenario = asked.scenario(&catalog)?;
            let traces: Vec<Trace> = match traffic {
                Some(bytes) => postcard::from_bytes(bytes).map_err(|wrong| unsent(&wrong))?,
                None => asked.traces(&scenario, &catalog)?.0,
            };
            let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
            let planned = as_planned(question)?;
            let (futures, most) = (most_futures(&planned), Memory::default().requests);
            let made = FutureRequests::of_plan(&planned, futures, most);
            Ok(Self { scenario: planned, catalog, traces, made })
        })
    }

    /// Who the traffic is: the driver's must be the same.
    fn fingerprint(&self) -> String {
        fingerprint(&self.traces)
    }

    /// Simulates a chunk of tasks.
    fn play<'py>(&self, py: Python<'py>, chunk: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let told = without_interpreter(py, || {
            let tasks: Vec<Task> = serde_json::from_slice(chunk).map_err(|wrong| unsent(&wrong))?;
            let question =
                Question { scenario: &self.scenario, catalog: &self.catalog, traces: &self.traces };
            let all = || evaluate_each(question, &tasks, &self.made);
            let together = catch_unwind(AssertUnwindSafe(all));
            let told: Vec<Told> = match together {
                Ok(each) => each.into_iter().map(told).collect(),
                // One by one it is known which of them it is.
                Err(_) => tasks.iter().map(|task| one(question, task)).collect(),
            };
            postcard::to_allocvec(&told).map_err(|wrong| unsent(&wrong).into())
        })?;
        Ok(PyBytes::new(py, &told))
    }
}

fn told(played: Result<Played, Diagnostics>) -> Told {
    played.map_or(Told::Wrong, Told::Played)
}

fn one(question: Question<'_>, task: &Task) -> Told {
    match catch_unwind(AssertUnwindSafe(|| evaluate(question, task))) {
        Ok(played) => told(played),
        Err(panic) => Told::Panicked(format!(
            "{} in the future with seed {} and traffic × {}: {}",
            task.candidate.name,
            task.future.seed,
            task.future.level,
            words(&*panic)
        )),
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic")
}

/// The driver's end: a runner of `ptuplan.distributed`, open for one question.
pub(crate) struct Cluster<'h> {
    open: Py<PyAny>,
    workers: usize,
    hands: &'h Hands,
}

impl<'h> Cluster<'h> {
    /// Opens a runner for a question.
    pub(crate) fn open(
        runner: &Py<PyAny>,
        asked: &Given,
        traces: &[Trace],
        hands: &'h Hands,
    ) -> Result<Self, Diagnostics> {
        let bytes = packed(traces)?;
        let opened = Python::attach(|py| -> PyResult<_> {
            let asked = asked.sent(py)?;
            let traffic = PyBytes::new(py, &bytes);
            let open = runner.call_method1(py, "open", (asked, traffic, fingerprint(traces)))?;
            let workers = open.getattr(py, "workers")?.extract(py)?;
            Ok((open, workers))
        });
        // An exception of the engine or of Python goes to the caller as it is.
        let (open, workers) =
            opened.unwrap_or_else(|wrong| resume_unwind(Box::new(Stopped(wrong))));
        Ok(Self { open, workers, hands })
    }

    fn played(&self, what: &str, chunks: &[Vec<u8>], tasks: usize) -> PyResult<Vec<PyBackedBytes>> {
        self.hands.look(what, 0, tasks)?;
        Python::attach(|py| {
            let sent: Vec<_> = chunks.iter().map(|chunk| PyBytes::new(py, chunk)).collect();
            self.open.call_method1(py, "play", (what, sent))?.extract(py)
        })
    }
}

/// Tasks in chunks. Those of one future stay together as far as a chunk has room for them: sizes of
/// one future share passes, and its requests are made once. A task of many simulations, which come
/// first, is a chunk of its own, or one of few.
fn cut(tasks: &[Task], requests: u64, workers: usize) -> Vec<&[Task]> {
    let mut chunks = Vec::new();
    for alike in tasks.chunk_by(|one, next| one.work.simulations() == next.work.simulations()) {
        let simulations = alike.first().map_or(1, |task| task.work.simulations());
        let each = requests.saturating_mul(simulations as u64);
        chunks.extend(cut_alike(alike, each.saturating_add(TASK_ITSELF), workers));
    }
    chunks
}

/// Tasks in chunks, each of which costs as much as so many requests.
fn cut_alike(tasks: &[Task], cost: u64, workers: usize) -> Vec<&[Task]> {
    let of = |count: u64| usize::try_from(count / cost).unwrap_or(usize::MAX).max(1);
    let (least, most) = (of(CHUNK_LEAST), of(CHUNK_MOST));
    let (mut chunks, mut rest) = (Vec::new(), tasks);
    while !rest.is_empty() {
        let wanted = rest.len().div_ceil(workers.max(1) * PART).clamp(least, most);
        let mut taken = 0_usize;
        for own in rest.chunk_by(|one, next| one.future == next.future) {
            if taken > 0 && taken.saturating_add(own.len()) > wanted {
                break;
            }
            if own.len() > most {
                // Too much for a chunk: in equal parts.
                taken = own.len().div_ceil(own.len().div_ceil(most));
                break;
            }
            taken += own.len();
        }
        let (chunk, others) = rest.split_at(taken);
        chunks.push(chunk);
        rest = others;
    }
    chunks
}

impl Runner for Cluster<'_> {
    fn run(
        &self,
        question: Question<'_>,
        what: &str,
        tasks: &[Task],
    ) -> Vec<Result<Played, Diagnostics>> {
        let requests: u64 =
            question.traces.iter().filter_map(|trace| u64::try_from(trace.len()).ok()).sum();
        let cut = cut(tasks, requests, self.workers);
        let chunks: Result<Vec<Vec<u8>>, _> = cut.into_iter().map(serde_json::to_vec).collect();
        let Ok(chunks) = chunks else { return Vec::new() };
        let stop = |wrong: PyErr| -> ! { resume_unwind(Box::new(Stopped(wrong))) };
        let back = self.played(what, &chunks, tasks.len()).unwrap_or_else(|wrong| stop(wrong));
        let mut results = Vec::with_capacity(tasks.len());
        for chunk in back {
            let told: Vec<Told> = match postcard::from_bytes(&chunk) {
                Ok(told) => told,
                Err(wrong) => stop(error(unsent(&wrong))),
            };
            for one in told {
                match one {
                    Told::Played(played) => results.push(Ok(played)),
                    Told::Wrong => results.push(Err(Diagnostics::default())),
                    Told::Panicked(how) => {
                        let message = format!("a simulation panicked on a worker: {how}");
                        stop(error(Diagnostic::error("panicked", message)))
                    }
                }
            }
        }
        results
    }
}
