//! What a plan is asked: a scenario, the catalogue and the traffic.

use crate::catalog::Catalog;
use crate::scenario::question::scenario::Scenario;
use crate::workload::trace::Trace;
/// A question with everything needed to answer it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The catalogue.
    pub catalog: &'a Catalog,
    /// One trace per workload.
    pub traces: &'a [Trace],
}
