//! The requests of futures: made once, as long as there is room for them.

use crate::plan::future::Future;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::requests::Requests;
use crate::units::diagnostic::Diagnostics;
use crate::units::fingerprint::Fingerprint;
use crate::workload::trace::Trace;
use crate::workload::transform::{Levels, TransformFault, scale};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// Requests of a trace up to which its levels are put in order once: of a longer one the copies
/// would fill the memory.
const LEVELS_REQUESTS: usize = 4_000_000;
/// Levels above the highest of the futures are looked at too: what-if grids go half as high again.
const HEADROOM: f64 = 1.5;

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

    /// The name by which it is told from other futures of a question.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self)
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
    /// The highest level that is looked at; 0 where nobody knows.
    highest: f64,
    /// By the number of a trace, its copies up to that level; none where each level is made alone.
    levels: Mutex<BTreeMap<usize, Option<Arc<Levels>>>>,
    made: Mutex<Vec<(FutureTraffic, Arc<Requests<'a>>)>>,
}

impl<'a> FutureRequests<'a> {
    /// Holds at most so many bytes.
    pub fn within(most_bytes: usize) -> Self {
        Self { most_bytes, highest: 0.0, levels: Mutex::default(), made: Mutex::default() }
    }

    /// The same for a plan of which so many futures may be drawn: what their levels have in common
    /// is made once.
    pub fn of_plan(scenario: &Scenario, futures: u32, most_bytes: usize) -> Self {
        let likely = Future::most_likely(scenario).level * HEADROOM;
        let drawn = (0..futures).map(|future| Future::draw(scenario, future).level);
        Self { highest: drawn.fold(likely, f64::max), ..Self::within(most_bytes) }
    }

    /// A trace, by its number, at a level of traffic.
    pub(crate) fn scaled(
        &self,
        (index, trace): (usize, &Trace),
        level: f64,
    ) -> Result<Trace, TransformFault> {
        if self.most_bytes == 0 || trace.len() > LEVELS_REQUESTS {
            return scale(trace, level);
        }
        let known = {
            // Whoever else needs them waits until they are there.
            let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
            let made = || Levels::up_to(trace, self.highest).ok().map(Arc::new);
            levels.entry(index).or_insert_with(made).clone()
        };
        known.map_or_else(|| scale(trace, level), |known| known.at(trace, level))
    }

    /// The requests of a future: those that were made, or what `work` makes.
    pub(crate) fn of(
        &self,
        future: &Future,
        work: impl FnOnce() -> Result<Requests<'a>, Diagnostics>,
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
        let requests = Arc::new(work()?);
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
