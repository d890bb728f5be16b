//! Who does independent work. The plan says what; how many threads is the caller's choice, results never depend on it.

/// Runs independent pieces of work.
pub trait Workers {
    /// The results of `work` on every item, in the order of the items. `task` names the work for a progress display.
    fn map<T: Sync, R: Send>(
        &self,
        task: &str,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R>;
}

/// Asked between two simulations whether the plan goes on: whoever watches it ends one that nobody
/// wants any more by unwinding.
#[derive(Clone, Copy)]
pub struct Checkpoint<'a>(pub &'a (dyn Fn() + Sync));

impl std::fmt::Debug for Checkpoint<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checkpoint")
    }
}

/// One after the other, on the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Serial;

impl Workers for Serial {
    fn map<T: Sync, R: Send>(
        &self,
        _task: &str,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R> {
        items.iter().map(work).collect()
    }
}
