//! What runs in Azure and could not be deployed anew: it is older than the tables, or its model is
//! retired.

use crate::catalog::availability::Availability;
use crate::catalog::lifecycle::Stage;
use crate::scenario::azure::options::JoinOptions;
use crate::scenario::azure::words::shown;
use crate::scenario::azure::write::{Imported, ImportedDeployment};
use crate::units::diagnostic::Diagnostic;
use std::collections::BTreeSet;

/// Why a deployment cannot be simulated: not sold in its region, or its model answers no calls.
pub(super) fn unsold(own: &ImportedDeployment, options: &JoinOptions<'_>) -> Option<String> {
    let (catalog, on) = (options.catalog, options.on);
    if let Availability::NotListed { why, .. } =
        catalog.availability(&own.model, &own.sku, &own.region, on)
    {
        return Some(format!("{} as {} in {}: {why}", own.model, own.sku, own.region));
    }
    let stage = catalog.lifecycle(&own.model, &own.sku, own.fine_tuned, on)?.stage?;
    (stage.value == Stage::Retired).then(|| format!("{} is retired", own.model))
}

impl Imported {
    /// Notes what runs and could not be deployed anew: a scenario with it is refused.
    pub fn note_unsold(&mut self) {
        for own in &self.deployments {
            let Some(why) = &own.unsold else { continue };
            let message = format!(
                "{}: {why}; it cannot be simulated: take its line out of [today] where no workload \
                 calls it",
                shown(&own.name)
            );
            self.notes.push(Diagnostic::warning("unsold", message).at(own.origin.place()));
        }
    }

    /// Leaves out, with a note, what cannot be simulated and costs nothing while no call reaches
    /// it: a deployment that is paid by the token and neither called nor spilled over to. What is
    /// called stays, and is refused with its reason.
    pub fn leave_out_unsold(&mut self, called: &[String]) {
        loop {
            let all = std::mem::take(&mut self.deployments);
            let targets: BTreeSet<String> =
                all.iter().filter_map(|own| own.spillover_to.clone()).collect();
            let (idle, kept): (Vec<_>, Vec<_>) = all.into_iter().partition(|own| {
                let by_token = own.capacity_ptu.is_none() && !own.fine_tuned;
                let reached = called.contains(&own.name) || targets.contains(&own.name);
                own.unsold.is_some() && by_token && !reached
            });
            self.deployments = kept;
            if idle.is_empty() {
                return;
            }
            for own in idle {
                let message = format!(
                    "left out: {}, which no workload calls ({})",
                    shown(&own.name),
                    own.unsold.unwrap_or_default()
                );
                self.notes.push(Diagnostic::warning("left-out", message).at(own.origin.place()));
                self.left_out.push(own.name);
            }
        }
    }
}
