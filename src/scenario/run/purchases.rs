//! The reservations behind a candidate's bill: those already owned, and what is bought for the PTUs they leave uncovered.

use crate::billing::commitment::{Commitment, Renewal, Term, TermPayment as Instalments};
use crate::catalog::Catalog;
use crate::catalog::sku::Scope;
use crate::ledger::deployment::DeploymentRef;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::Arc;

/// PTUs of one SKU and region.
struct Need {
    sku: Arc<str>,
    /// None for Global SKUs: their reservations are bound to no region (P R36, C8).
    region: Option<Arc<str>>,
    /// Region of the deployments.
    deployed_in: Arc<str>,
    quantity_ptu: Ptu,
}

/// All reservations of a candidate whose PTUs are paid in a way.
///
/// What is owned covers first. What it leaves uncovered on the period's first day is reserved from that day on; where an
/// owned reservation ends within the period, what it covered is reserved from the day it ends.
pub(crate) fn commitments(
    scenario: &Scenario,
    catalog: &Catalog,
    deployments: &[Arc<DeploymentRef>],
    capacity_ptu: &[Option<Ptu>],
    payment: Payment,
) -> Result<Vec<Commitment>, Diagnostics> {
    let mut commitments = scenario.commercial.agreement.reservations.clone();
    let (term, instalments) = match payment {
        // A mix is bought for the hours, not for the most that is deployed: see `mixed`.
        Payment::Hourly | Payment::Mixed => return Ok(commitments),
        Payment::OneMonth => (Term::OneMonth, Instalments::Upfront),
        Payment::OneYear => (Term::OneYear, Instalments::Monthly),
    };
    let start = scenario.period.first_date();
    let until = scenario.period.last_date().tomorrow().unwrap_or(Date::MAX);
    for need in needs(catalog, deployments, capacity_ptu)? {
        let matching = |commitment: &&Commitment| commitment.matches(&need.sku, &need.deployed_in);
        let mut days = BTreeSet::from([start]);
        for owned in commitments.iter().filter(matching) {
            days.extend(
                owned.last_days(until)?.into_iter().filter(|day| start < *day && *day < until),
            );
        }
        for day in days {
            let mut covered: Ptu = 0;
            for commitment in commitments.iter().filter(matching) {
                if commitment.in_force(day)? {
                    covered = covered.saturating_add(commitment.quantity_ptu);
                }
            }
            let uncovered = need.quantity_ptu.saturating_sub(covered);
            if uncovered == 0 {
                continue;
            }
            let place = need.region.as_ref().map_or_else(String::new, |r| format!(" in {r}"));
            let mut id = format!("{} reservation{place}, {}", need.sku, payment.as_str());
            if day > start {
                id = format!("{id} from {day}");
            }
            commitments.push(Commitment {
                id: id.into(),
                sku: need.sku.clone(),
                region: need.region.clone(),
                quantity_ptu: uncovered,
                term,
                start: day,
                payment: instalments,
                renewal: Renewal::Automatic,
                price_paid: None,
                returned: None,
            });
        }
    }
    Ok(commitments)
}

/// One reservation serves all models of a type, region and scope (P R36).
fn needs(
    catalog: &Catalog,
    deployments: &[Arc<DeploymentRef>],
    capacity_ptu: &[Option<Ptu>],
) -> Result<Vec<Need>, Diagnostics> {
    let mut needs: Vec<Need> = Vec::new();
    for (deployment, capacity_ptu) in deployments.iter().zip(capacity_ptu) {
        let Some(capacity_ptu) = *capacity_ptu else { continue };
        let global = catalog.sku(&deployment.sku)?.scope == Scope::Global;
        let region = (!global).then(|| deployment.region.clone());
        match needs.iter_mut().find(|need| need.sku == deployment.sku && need.region == region) {
            Some(same) => same.quantity_ptu += capacity_ptu,
            None => needs.push(Need {
                sku: deployment.sku.clone(),
                region,
                deployed_in: deployment.region.clone(),
                quantity_ptu: capacity_ptu,
            }),
        }
    }
    Ok(needs)
}
