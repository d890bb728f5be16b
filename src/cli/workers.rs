//! Threads and the progress bar: the plan's independent simulations run on a pool, results in their order.

use crate::cli::common::Common;
use crate::cli::exit::Failure;
use crate::plan::workers::Workers;
use crate::units::diagnostic::Diagnostic;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use std::time::Duration;

/// A pool of threads with a progress bar on stderr.
pub(super) struct Pool {
    threads: rayon::ThreadPool,
    quiet: bool,
}

impl Pool {
    /// A pool of `--jobs` threads.
    pub(super) fn new(common: &Common) -> Result<Self, Failure> {
        Ok(Self { threads: threads(common)?, quiet: common.quiet })
    }
}

/// `--jobs` threads.
pub(super) fn threads(common: &Common) -> Result<rayon::ThreadPool, Failure> {
    if common.jobs == Some(0) {
        return Err(Diagnostic::error("no-threads", "no threads: --jobs 0")
            .hint("give at least 1, or leave --jobs out for all cores")
            .into());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(common.jobs.unwrap_or(0)).build();
    let cannot = |error| Diagnostic::error("no-threads", format!("no threads: {error}"));
    Ok(pool.map_err(cannot)?)
}

impl Workers for Pool {
    fn map<T: Sync, R: Send>(
        &self,
        task: &str,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R> {
        // indicatif hides the bar by itself where stderr is no terminal.
        let target =
            if self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(items.len() as u64), target);
        if let Ok(style) = ProgressStyle::with_template(
            "{prefix:>12} [{bar:30}] {pos}/{len} {per_sec}, {eta} left",
        ) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(task.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        let results = self.threads.install(|| {
            items
                .par_iter()
                .with_max_len(1)
                .map(|item| {
                    let result = work(item);
                    bar.inc(1);
                    result
                })
                .collect()
        });
        bar.finish_and_clear();
        results
    }
}
