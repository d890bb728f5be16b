//! Threads with signals and progress: independent work on a pool, while the calling thread looks after Ctrl-C and tells how
//! far it is.

use crate::error::Stopped;
use ptuplan::plan::workers::Workers;
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics};
use pyo3::prelude::*;
use rayon::prelude::*;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often signals are looked for.
const LOOK: Duration = Duration::from_millis(50);

/// A pool of threads.
pub(crate) struct Hands {
    threads: rayon::ThreadPool,
    progress: Option<Py<PyAny>>,
}

impl Hands {
    /// A pool of so many threads, all cores when none is said. `progress` is called with what is done, how many and of how
    /// many.
    pub(crate) fn new(
        jobs: Option<usize>,
        progress: Option<Py<PyAny>>,
    ) -> Result<Self, Diagnostics> {
        if jobs == Some(0) {
            let none = Diagnostic::error("no-threads", "no threads: jobs=0");
            return Err(none.hint("give at least 1, or leave jobs out for all cores").into());
        }
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs.unwrap_or(0))
            .build()
            .map_err(|error| Diagnostic::error("no-threads", format!("no threads: {error}")))?;
        Ok(Self { threads, progress })
    }

    /// Looks for signals and tells the progress. An error ends the run.
    pub(crate) fn look(&self, what: &str, done: usize, of: usize) -> PyResult<()> {
        Python::attach(|py| {
            py.check_signals()?;
            match &self.progress {
                Some(progress) => progress.call1(py, (what, done, of)).map(drop),
                None => Ok(()),
            }
        })
    }
}

impl Workers for Hands {
    fn map<T: Sync, R: Send>(
        &self,
        task: &str,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R> {
        // Work within work stays on its thread: whoever waits there would wait for itself.
        if rayon::current_thread_index().is_some() {
            return items.par_iter().with_max_len(1).map(work).collect();
        }
        let (stop, done) = (AtomicBool::new(false), AtomicUsize::new(0));
        let results: Mutex<Option<Vec<R>>> = Mutex::default();
        let (finished, wait) = channel::<()>();
        let mut stopped = None;
        self.threads.in_place_scope(|scope| {
            let (stop, done, results, work) = (&stop, &done, &results, &work);
            scope.spawn(move |_| {
                let found = items.par_iter().with_max_len(1).map(|item| {
                    if stop.load(Ordering::Relaxed) {
                        return None;
                    }
                    let result = work(item);
                    done.fetch_add(1, Ordering::Relaxed);
                    Some(result)
                });
                let found = found.collect::<Option<Vec<R>>>();
                *results.lock().unwrap_or_else(PoisonError::into_inner) = found;
                drop(finished);
            });
            while wait.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = self.look(task, done.load(Ordering::Relaxed), items.len()) {
                    stop.store(true, Ordering::Relaxed);
                    stopped = Some(error);
                    break;
                }
            }
        });
        if stopped.is_none() {
            stopped = self.look(task, items.len(), items.len()).err();
        }
        if let Some(error) = stopped {
            resume_unwind(Box::new(Stopped(error)));
        }
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.unwrap_or_default()
    }
}
