//! Work that is spread over processes or hosts: every size of every family, replicated over luck, in numbered tasks.
//! A task's result is integer counters and a histogram of integers, so results merge in any order to the same bytes.

use crate::engine::record::outcome::Outcome;
use crate::engine::setup::Admission;
use crate::plan::candidates::candidate::candidate;
use crate::plan::candidates::family::{Family, families};
use crate::plan::question::Question;
use crate::plan::workers::Workers;
use crate::scenario::question::named::Payment;
use crate::scenario::resolve::resolve;
use crate::scenario::run::evaluate::simulate;
use crate::scenario::run::split::split;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::fingerprint::{Digest, Fingerprint};
use crate::units::luck::splitmix64;
use crate::units::ptu::{MAX_DEPLOYABLE_PTU, Ptu};
use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::hash::Hash;

/// Longest wait the histogram tells apart, microseconds; longer ones count as this. More than any client waits.
const MAX_WAIT_US: u64 = 24 * 3_600 * 1_000_000;
/// Significant digits of the histogram.
const WAIT_DIGITS: u8 = 3;
/// Tasks at most: more is a mistake in the sizes or replications.
const MAX_TASKS: usize = 10_000_000;

/// One simulation of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepTask {
    /// Index of the family.
    family: usize,
    /// Size; 0 for families without PTUs.
    pub ptu: Ptu,
    /// Which replication, from 0. The first is the scenario's own seed.
    pub replication: u32,
}

/// A sweep: the families and its tasks in their fixed order.
#[derive(Clone, Debug)]
pub struct Sweep {
    families: Vec<Family>,
    /// The tasks, numbered by their place.
    pub tasks: Vec<SweepTask>,
}

/// Which sizes are swept: every one on the grid in `from..=until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeRange {
    /// Smallest.
    pub from: Ptu,
    /// Largest; what the busiest minute asks for when none is given.
    pub until: Option<Ptu>,
}

/// What the tasks of one family and size counted. Sums over replications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Replications summed.
    pub replications: u64,
    /// Calls.
    pub offered: u64,
    /// Calls served.
    pub completed: u64,
    /// Calls that ended in an error.
    pub failed: u64,
    /// Calls whose client saw a 429.
    pub saw_throttle: u64,
    /// Calls that ended in one.
    pub failed_throttled: u64,
    /// Retries made.
    pub retries: u64,
    /// Attempts that spilled over.
    pub spilled: u64,
    /// Work done, in the engine's unit.
    pub used_units: u128,
    /// Work that could have been done.
    pub capacity_units: u128,
    /// Waits above 0 of served calls: lower bound of the histogram's bucket in microseconds, and count.
    pub waits_us: BTreeMap<u64, u64>,
}

impl Counted {
    fn of(outcome: &Outcome) -> Result<Self, Diagnostic> {
        let wrong = |error: String| Diagnostic::error("histogram", format!("histogram: {error}"));
        let mut waits = Histogram::<u64>::new_with_bounds(1, MAX_WAIT_US, WAIT_DIGITS)
            .map_err(|error| wrong(error.to_string()))?;
        let mut counted = Self { replications: 1, ..Self::default() };
        for stream in &outcome.streams {
            counted.offered += stream.offered;
            counted.completed += stream.completed;
            counted.failed += stream.failed;
            counted.saw_throttle += stream.saw_throttle;
            counted.failed_throttled += stream.failed_throttled;
            counted.retries += stream.retries;
            stream.added_waits_us.iter().for_each(|wait| waits.saturating_record(u64::from(*wait)));
        }
        for deployment in &outcome.deployments {
            counted.spilled += deployment.spilled_out;
            counted.used_units += deployment.used_units;
            counted.capacity_units += deployment.capacity_units;
        }
        counted.waits_us = waits
            .iter_recorded()
            .map(|bucket| {
                let value = waits.lowest_equivalent(bucket.value_iterated_to());
                (value, bucket.count_since_last_iteration())
            })
            .collect();
        Ok(counted)
    }

    /// Adds the counts of another replication or shard; none when a sum does not fit, which no sweep's counts reach.
    #[must_use]
    pub fn merge(&mut self, other: &Self) -> Option<()> {
        let sums = [
            (&mut self.replications, other.replications),
            (&mut self.offered, other.offered),
            (&mut self.completed, other.completed),
            (&mut self.failed, other.failed),
            (&mut self.saw_throttle, other.saw_throttle),
            (&mut self.failed_throttled, other.failed_throttled),
            (&mut self.retries, other.retries),
            (&mut self.spilled, other.spilled),
        ];
        for (sum, more) in sums {
            *sum = sum.checked_add(more)?;
        }
        self.used_units = self.used_units.checked_add(other.used_units)?;
        self.capacity_units = self.capacity_units.checked_add(other.capacity_units)?;
        for (value, count) in &other.waits_us {
            let sum = self.waits_us.entry(*value).or_default();
            *sum = sum.checked_add(*count)?;
        }
        Some(())
    }

    /// Whether the counts can be those of a sweep: every call offered ended, waits are those of served calls.
    pub fn is_sound(&self) -> bool {
        let sum = |counts: &mut dyn Iterator<Item = u64>| -> u128 { counts.map(u128::from).sum() };
        let ended = sum(&mut [self.completed, self.failed].into_iter());
        self.replications > 0
            && ended == u128::from(self.offered)
            && self.saw_throttle <= self.offered
            && self.failed_throttled <= self.failed
            && sum(&mut self.waits_us.values().copied()) <= u128::from(self.completed)
    }

    /// Nearest-rank percentile of the added wait of served calls, to the histogram's three digits, microseconds.
    pub fn added_wait_us(&self, percent: u64) -> u64 {
        let completed = u128::from(self.completed);
        let above_zero: u128 = self.waits_us.values().map(|count| u128::from(*count)).sum();
        let rank = (completed * u128::from(percent)).div_ceil(100).max(1);
        let mut seen = completed.saturating_sub(above_zero);
        if rank <= seen {
            return 0;
        }
        for (value, count) in &self.waits_us {
            seen += u128::from(*count);
            if rank <= seen {
                return *value;
            }
        }
        0
    }
}

/// Family and size of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    /// Family, such as `GlobalProvisionedManaged + spillover`.
    pub family: String,
    /// Size; 0 for families without PTUs.
    pub ptu: Ptu,
}

/// The sweep of a question: families in their order, sizes up, replications last.
pub fn sweep(
    question: Question<'_>,
    sizes: SizeRange,
    replications: u32,
) -> Result<Sweep, Diagnostics> {
    let families = families(question.scenario, question.catalog)?;
    let mut tasks = Vec::new();
    for (index, family) in families.iter().enumerate() {
        let grid: Vec<Ptu> = if family.is_sized() {
            let until = match sizes.until {
                Some(until) => until.min(MAX_DEPLOYABLE_PTU),
                None => busiest_minute(question, family)?,
            };
            family.sizes(until).filter(|ptu| *ptu >= sizes.from).collect()
        } else {
            vec![0]
        };
        let more = grid.len().saturating_mul(usize::try_from(replications).unwrap_or(usize::MAX));
        if tasks.len().saturating_add(more) > MAX_TASKS {
            return Err(Diagnostic::error(
                "too-many-tasks",
                format!("too many tasks: more than {MAX_TASKS} simulations"),
            )
            .hint("narrow --sizes or lower --replications")
            .into());
        }
        for ptu in grid {
            let all =
                (0..replications).map(|replication| SweepTask { family: index, ptu, replication });
            tasks.extend(all);
        }
    }
    Ok(Sweep { families, tasks })
}

/// The size whose drain equals what the calls of the busiest minute are estimated at on arrival (P R10).
fn busiest_minute(question: Question<'_>, family: &Family) -> Result<Ptu, Diagnostics> {
    let smallest = family.sizes(0).next().unwrap_or(0);
    let probe = candidate(family, smallest, Payment::Hourly);
    let resolved = resolve(question.scenario, question.catalog, &probe)?;
    let split = (!probe.splits.is_empty()).then(|| split(&probe, question.traces).traces);
    let traces: Vec<&Trace> = split.as_deref().unwrap_or(question.traces).iter().collect();
    let minutes = question.scenario.window.length_us.div_ceil(MINUTE_US) as usize;
    let mut most = smallest;
    for (index, deployment) in resolved.setup.deployments.iter().enumerate() {
        let Admission::Provisioned(bucket) = &deployment.admission else { continue };
        let mut asked = vec![0_u64; minutes];
        for (stream, trace) in resolved.setup.streams.iter().zip(&traces) {
            if stream.route.first().is_none_or(|first| usize::from(first.0) != index) {
                continue;
            }
            for (id, at) in trace.arrival_us.iter().enumerate() {
                let Some(minute) = asked.get_mut((at / MINUTE_US) as usize) else { break };
                let input = u64::from(trace.input_tokens[id]);
                let cached = u64::from(trace.cached(id as u32));
                let output = stream
                    .max_output_tokens
                    .or_else(|| trace.max_output(id as u32))
                    .unwrap_or(bucket.assumed_output_tokens);
                *minute += bucket.weights.input * (input - cached)
                    + bucket.weights.cached_input * cached
                    + bucket.weights.output * u64::from(output);
            }
        }
        let needed = asked.into_iter().max().unwrap_or(0).div_ceil(bucket.units_per_minute_per_ptu);
        most = most.max(u32::try_from(needed).unwrap_or(MAX_DEPLOYABLE_PTU));
    }
    Ok(most.min(MAX_DEPLOYABLE_PTU))
}

/// Sums that no sweep reaches: the counts are not a sweep's.
pub fn out_of_range() -> Diagnostic {
    Diagnostic::error("counts-out-of-range", "the counts of the parts do not fit a sum")
}

impl Sweep {
    /// A fingerprint of all that the tasks depend on: traces, what the catalogue resolved each family to, and the
    /// tasks. Parts of sweeps with different fingerprints must not be summed.
    pub fn fingerprint(&self, question: Question<'_>) -> Result<Fingerprint, Diagnostics> {
        let mut digest = Digest::default();
        let mut family = usize::MAX;
        for task in &self.tasks {
            (task.ptu, task.replication).hash(&mut digest);
            if task.family != family {
                family = task.family;
                let plan = candidate(&self.families[family], task.ptu, Payment::Hourly);
                resolve(question.scenario, question.catalog, &plan)?.setup.hash(&mut digest);
            }
        }
        for trace in question.traces {
            trace.fingerprint().hash(&mut digest);
        }
        Ok(digest.fingerprint())
    }

    /// Runs the tasks whose number leaves `shard` when divided by `of`, and sums them by family and size.
    pub fn run_shard(
        &self,
        question: Question<'_>,
        shard: usize,
        of: usize,
        workers: &impl Workers,
    ) -> Result<BTreeMap<Cell, Counted>, Diagnostics> {
        let mine: Vec<&SweepTask> = self.tasks.iter().skip(shard).step_by(of.max(1)).collect();
        let results = workers.map("sweep", &mine, |task| self.run_task(question, task));
        let mut cells: BTreeMap<Cell, Counted> = BTreeMap::new();
        for (task, result) in mine.iter().zip(results) {
            let cell = Cell { family: self.families[task.family].name.to_string(), ptu: task.ptu };
            cells.entry(cell).or_default().merge(&result?).ok_or_else(out_of_range)?;
        }
        Ok(cells)
    }

    fn run_task(&self, question: Question<'_>, task: &SweepTask) -> Result<Counted, Diagnostics> {
        let family = &self.families[task.family];
        let plan = candidate(family, task.ptu, Payment::Hourly);
        let run = if task.replication == 0 {
            simulate(question.scenario, question.catalog, question.traces, &plan)?
        } else {
            // Another luck for the same requests: only jitter and noise differ.
            let mut traces = question.traces.to_vec();
            for trace in &mut traces {
                trace.seed = splitmix64(trace.seed ^ u64::from(task.replication) << 32);
            }
            simulate(question.scenario, question.catalog, &traces, &plan)?
        };
        Ok(Counted::of(&run.outcome)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_counts_do_not_depend_on_the_split() {
        let count = |completed: u64, waits: &[(u64, u64)]| Counted {
            replications: 1,
            completed,
            waits_us: waits.iter().copied().collect(),
            ..Counted::default()
        };
        let parts = [count(10, &[(5, 1)]), count(7, &[(5, 2), (9, 1)]), count(3, &[(2, 3)])];
        let sum = |order: &[usize]| {
            let mut all = Counted::default();
            for index in order {
                all.merge(&parts[*index]).unwrap();
            }
            all
        };
        assert_eq!(sum(&[0, 1, 2]), sum(&[2, 0, 1]));
        let all = sum(&[1, 2, 0]);
        assert_eq!((all.completed, all.added_wait_us(50), all.added_wait_us(100)), (20, 0, 9));
        assert_eq!(all.added_wait_us(70), 2);
    }
}
