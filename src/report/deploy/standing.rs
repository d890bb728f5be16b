//! What runs today and is not in the plan: nothing is deleted, so it goes on costing.

use crate::catalog::Catalog;
use crate::catalog::ptu::PtuPayment;
use crate::catalog::sku::BillingMode;
use crate::plan::quote::HOURS_PER_MONTH;
use crate::report::deploy::naming::allowed;
use crate::report::deploy::run::{RunCandidate, RunDeployment};
use crate::report::words::numbers;
use jiff::civil::Date;

/// A sentence for each deployment of today that the plan does not name.
pub(super) fn standing(
    today: &RunCandidate,
    written: &[&str],
    region: &str,
    (catalog, date): (&Catalog, Date),
) -> Vec<String> {
    let named = |own: &RunDeployment| {
        let name = called(own);
        own.region == region && written.iter().any(|other| other.eq_ignore_ascii_case(&name))
    };
    let left = today.deployments.iter().filter(|own| !named(own));
    left.map(|own| {
        let what = match own.capacity_ptu {
            Some(ptu) => format!("{} PTU of {}", numbers::count(ptu.into()), own.model),
            None => own.model.clone(),
        };
        format!(
            "Runs today, is not in this plan and is not deleted: {}, {what} on {} in {}; {}.",
            called(own),
            own.sku,
            own.region,
            goes_on(own, catalog, date)
        )
    })
    .collect()
}

/// Its name within its account.
fn called(own: &RunDeployment) -> String {
    allowed(own.name.rsplit('/').next().unwrap_or(&own.name))
}

/// What it goes on costing.
fn goes_on(own: &RunDeployment, catalog: &Catalog, date: Date) -> String {
    let tuned = own.kind.as_ref().is_some_and(|kind| kind.fine_tuned);
    match (catalog.sku(&own.sku).map(|sku| sku.billing), own.capacity_ptu) {
        (_, Some(ptu)) => {
            let price =
                catalog.ptu_price(&own.model, &own.sku, &own.region, PtuPayment::Hourly, date);
            let cost = price.ok().and_then(|own| {
                let hours = u64::from(ptu).checked_mul(HOURS_PER_MONTH)?;
                own.value.cost_of(hours).ok()
            });
            let most = if own.schedule.is_some() { "at most " } else { "" };
            cost.map_or_else(
                || "it goes on costing, at a price that is not known".to_owned(),
                |cost| {
                    let text = cost.to_exact_string();
                    let amount = numbers::money(&text, &cost.currency().to_string());
                    format!(
                        "until somebody deletes it, it costs {most}{amount} a month of \
                         {HOURS_PER_MONTH} hours at the hourly price, less what reservations cover"
                    )
                },
            )
        }
        (Ok(BillingMode::Developer), None) => "it is paid by the call".to_owned(),
        (Ok(BillingMode::Tokens | BillingMode::Batch), None) if !tuned => {
            "it is paid by the call".to_owned()
        }
        _ => "it goes on costing by the hour until somebody deletes it".to_owned(),
    }
}
