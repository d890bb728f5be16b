//! Which objectives a candidate is held to, and the bounds at which a simulation may stop early.

use crate::metrics::measures::{StreamMeasures, of_stream};
use crate::metrics::slo::Slo;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::Simulated;
use crate::scenario::run::measured::slowest_first_token_us;
/// What must meet a workload's objectives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ObjectiveStream {
    /// Index of the workload.
    pub(crate) workload: usize,
    /// Whether its calls may wait while others of the workload may not.
    waits: bool,
    /// What its callers see.
    pub(crate) measures: StreamMeasures,
}

impl ObjectiveStream {
    /// The objectives that bind it.
    pub(crate) fn slo(&self, scenario: &Scenario) -> Slo {
        let slo = &scenario.workloads[self.workload].slo;
        if self.waits { slo.for_waiting() } else { slo.clone() }
    }
}

/// What must meet the objectives: each workload, and where it is served in parts each part, so that no model's callers
/// pay for another's.
pub(crate) fn streams_with_objectives(
    simulated: &Simulated,
    workloads: &[StreamMeasures],
) -> Vec<ObjectiveStream> {
    if simulated.parts.is_empty() {
        let whole = |(workload, measures)| ObjectiveStream { workload, waits: false, measures };
        return workloads.iter().copied().enumerate().map(whole).collect();
    }
    let first_token_us = slowest_first_token_us(&simulated.resolved.setup);
    let parts = simulated.parts.iter();
    parts
        .map(|part| ObjectiveStream {
            workload: part.workload,
            waits: part.waits,
            measures: of_stream(&part.outcome).with_first_token(first_token_us),
        })
        .collect()
}
