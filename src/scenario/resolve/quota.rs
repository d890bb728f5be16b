//! PTU quota.

use crate::scenario::candidate::Candidate;
use crate::scenario::question::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::Ptu;

/// PTU quota is a limit on the sum over a SKU's deployments (P R41).
pub(super) fn check_ptu_quota(scenario: &Scenario, candidate: &Candidate, wrong: &mut Diagnostics) {
    for (sku, quota) in &scenario.ptu_quota {
        let planned: Ptu = candidate
            .deployments
            .iter()
            .filter(|deployment| *deployment.sku.name == **sku)
            .filter_map(|deployment| deployment.capacity_ptu)
            .sum();
        if planned > *quota {
            wrong.push(
                Diagnostic::error(
                    "above-ptu-quota",
                    format!("above PTU quota: {sku} · {planned} PTU (quota {quota})"),
                )
                .hint("a quota increase takes several days: raise subscription.ptu_quota once you have it"),
            );
        }
    }
}
