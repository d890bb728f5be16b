//! One workload: a model, its traffic, its client and its objectives.

use crate::engine::rules::StreamRules;
use crate::metrics::slo::Slo;
use crate::scenario::question::client::ClientChoice;
use crate::scenario::question::named::{Alternative, Named};
use crate::scenario::question::traffic::Traffic;
use crate::scenario::question::waits::Waits;
use crate::scenario::schema::calls::CallsTable;
use std::sync::Arc;
/// One workload.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its name.
    pub name: Arc<str>,
    /// The model it calls today.
    pub model: Named,
    /// Models that may serve it instead, or serve a share of its calls.
    pub alternatives: Vec<Alternative>,
    /// Those of its models that are fine-tuned: every deployment of them serves the fine-tuned version.
    pub fine_tuned: Vec<Named>,
    /// Which of its calls may wait; none when all must be answered at once.
    pub waits: Option<Waits>,
    /// Its requests.
    pub traffic: Traffic,
    /// Output limit the client sets on every request.
    pub max_output_tokens: Option<u32>,
    /// Its retry policy.
    pub client: ClientChoice,
    /// Deployments of `[today]` it calls, in order; the default route when none.
    pub route: Option<Vec<Named>>,
    /// How it calls beyond that.
    pub calls: CallsTable,
    /// The same for the engine; the prompt cache is still to be resolved.
    pub rules: StreamRules,
    /// Its objectives: its own, and those of all where it states none.
    pub slo: Slo,
}

impl Workload {
    /// Whether the model, or an alternative to it, has this name.
    pub fn may_call(&self, model: &str) -> bool {
        *self.model.name == *model || self.alternatives.iter().any(|a| *a.model.name == *model)
    }
}
