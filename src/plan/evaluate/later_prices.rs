//! What has no price in a later month of the horizon: a candidate that is planned for these months
//! is refused for it, with what is missing and from which day.

use crate::billing::bill::Bill;
use crate::billing::commitment::{Commitment, Term};
use crate::billing::line::Meter;
use crate::billing::prices::{MeterKey, PriceSource, TokenKey};
use crate::billing::purchase::Product;
use crate::ledger::deployment::DeploymentRef;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::question::Question;
use crate::scenario::question::named::Payment;
use crate::scenario::run::evaluate::Simulated;
use crate::scenario::run::mixed::product_of;
use crate::scenario::run::months::horizon_months;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::calendar::{Period, utc_date};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The months after the first, each with its first and its last day: prices change on days, and a
/// month is billed on all of them.
struct LaterDays<'a> {
    question: Question<'a>,
    months: Vec<[Date; 2]>,
}

/// Why the calls of a candidate cannot be billed in a later month; empty where they can. `bill` is
/// that of the billed period.
///
/// # Errors
/// What is wrong, where anything else than a price is.
pub(super) fn unpriced_later(
    question: Question<'_>,
    bill: &Bill,
) -> Result<Vec<Refusal>, Diagnostics> {
    let days = LaterDays::of(question);
    let lines = bill.line_items.iter();
    let metered: BTreeSet<(&Arc<DeploymentRef>, &Meter)> =
        lines.filter_map(|line| Some((line.deployment.as_ref()?, &line.meter))).collect();
    days.missing(metered, |prices, (deployment, meter), on| match meter {
        &Meter::Tokens { tier, context, class } => {
            let key = TokenKey { deployment, tier, context, class };
            prices.token_price(key, on).map(|_| ())
        }
        Meter::Other { kind, variant } => {
            let key = MeterKey { resource: deployment, kind: *kind, variant: variant.as_deref() };
            prices.meter_price(key, on).map(|_| ())
        }
        Meter::Capacity | Meter::Reservation => Ok(()),
    })
}

/// The same of the PTUs of a candidate. Every PTU has an hourly price, also where it is reserved:
/// what a reservation saves is told by it. A reservation is bought for what those that are owned
/// leave uncovered.
///
/// # Errors
/// As [`unpriced_later`].
pub(super) fn capacity_unpriced_later(
    question: Question<'_>,
    simulated: &Simulated,
    payment: Payment,
) -> Result<Vec<Refusal>, Diagnostics> {
    let Question { scenario, catalog, .. } = question;
    let days = LaterDays::of(question);
    let deployments: BTreeSet<&Arc<DeploymentRef>> =
        simulated.usage.capacity.iter().map(|stretch| &stretch.deployment).collect();
    let mut found = days.missing(deployments.iter().copied(), |prices, deployment, on| {
        prices.ptu_hour_price(deployment, on).map(|_| ())
    })?;
    if payment == Payment::OneMonth {
        let mut products: Vec<(Product, u64)> = Vec::new();
        for deployment in deployments {
            let product = product_of(catalog, &deployment.sku, &deployment.region)?;
            let most = most_ptu(simulated, deployment);
            match products.iter_mut().find(|(known, _)| *known == product) {
                Some((_, ptu)) => *ptu += most,
                None => products.push((product, most)),
            }
        }
        let owned = &scenario.commercial.agreement.reservations;
        found.extend(days.missing(products.iter(), |prices, (product, ptu), on| {
            if owned_ptu(owned, product, on)? >= *ptu {
                return Ok(());
            }
            let region = product.region.as_deref();
            prices.reservation_price(&product.sku, region, Term::OneMonth, on).map(|_| ())
        })?);
    }
    Ok(found)
}

/// The most PTUs that a deployment has at a time.
fn most_ptu(simulated: &Simulated, deployment: &Arc<DeploymentRef>) -> u64 {
    let own = simulated.usage.capacity.iter().filter(|stretch| stretch.deployment == *deployment);
    own.map(|stretch| u64::from(stretch.capacity_ptu)).max().unwrap_or(0)
}

/// The PTUs of a product that are reserved already on a day.
fn owned_ptu(owned: &[Commitment], product: &Product, on: Date) -> Result<u64, Diagnostic> {
    let mut ptu = 0;
    let covers = |own: &&Commitment| {
        own.sku == product.sku && (own.region.is_none() || own.region == product.region)
    };
    for own in owned.iter().filter(covers) {
        if own.in_force(on)? {
            ptu += u64::from(own.quantity_ptu);
        }
    }
    Ok(ptu)
}

impl<'a> LaterDays<'a> {
    fn of(question: Question<'a>) -> Self {
        let of = |month: &Period| {
            let last = month.until().checked_sub(jiff::SignedDuration::from_secs(1)).ok();
            [utc_date(month.start()), utc_date(last.unwrap_or_else(|| month.start()))]
        };
        let months = horizon_months(question.scenario).iter().skip(1).map(of).collect();
        Self { question, months }
    }

    /// What has no price on one of the days: for each the first such day.
    fn missing<T: Copy>(
        &self,
        each: impl IntoIterator<Item = T>,
        price: impl Fn(&ScenarioPrices<'_>, T, Date) -> Result<(), Diagnostic>,
    ) -> Result<Vec<Refusal>, Diagnostics> {
        let Question { scenario, catalog, .. } = self.question;
        let prices = ScenarioPrices { scenario, catalog };
        let mut wrong = Diagnostics::default();
        for one in each {
            let mut days = self.months.iter().flatten();
            if let Some(error) = days.find_map(|on| price(&prices, one, *on).err()) {
                wrong.push(error);
            }
        }
        if wrong.0.is_empty() { Ok(Vec::new()) } else { Refusal::unpriced(wrong) }
    }
}
