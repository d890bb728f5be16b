//! The requests of futures: made once, as long as there is room for them.

use crate::plan::future::Future;
use crate::scenario::run::requests::Requests;
use crate::units::diagnostic::Diagnostics;
use crate::workload::trace::Trace;
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// What decides the requests of a future: its seed and factors. Its prices, say, do not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FutureTraffic {
    seed: u64,
    level: f64,
    input_length: f64,
    output_length: f64,
    cached_share: Option<f64>,
}

impl FutureTraffic {
    pub(crate) const fn of(future: &Future) -> Self {
        Self {
            seed: future.seed,
            level: future.level,
            input_length: future.input_length,
            output_length: future.output_length,
            cached_share: future.cached_share,
        }
    }
}

impl Hash for FutureTraffic {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let factors = [self.level, self.input_length, self.output_length].map(f64::to_bits);
        (self.seed, factors, self.cached_share.map(f64::to_bits)).hash(state);
    }
}

/// Requests that were made, those asked for last at the end.
#[derive(Debug)]
pub struct FutureRequests<'a> {
    most_bytes: usize,
    made: Mutex<Vec<(FutureTraffic, Arc<Requests<'a>>)>>,
}

impl<'a> FutureRequests<'a> {
    /// Holds at most so many bytes.
    pub fn within(most_bytes: usize) -> Self {
        Self { most_bytes, made: Mutex::default() }
    }

    /// The requests of a future: those that were made, or what `work` gives.
    pub(crate) fn of(
        &self,
        future: &Future,
        work: impl FnOnce() -> Result<Cow<'a, [Trace]>, Diagnostics>,
    ) -> Result<Arc<Requests<'a>>, Diagnostics> {
        let traffic = FutureTraffic::of(future);
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut made = made();
            if let Some(at) = made.iter().position(|(known, _)| *known == traffic) {
                let found = made.remove(at);
                let requests = Arc::clone(&found.1);
                made.push(found);
                return Ok(requests);
            }
        }
        let requests = Arc::new(Requests::of(work()?));
        let mut made = made();
        made.push((traffic, Arc::clone(&requests)));
        let mut bytes: usize = made.iter().map(|(_, requests)| requests.bytes()).sum();
        while bytes > self.most_bytes && !made.is_empty() {
            let (_, oldest) = made.remove(0);
            bytes -= oldest.bytes();
        }
        Ok(requests)
    }
}
