//! What has no price in a later month of the horizon: a candidate that is planned for these months
//! is refused for it, with what is missing and from which day.

use crate::billing::bill::Bill;
use crate::billing::commitment::Term;
use crate::billing::line::Meter;
use crate::billing::prices::{MeterKey, PriceSource, TokenKey};
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
/// what a reservation saves is told by it. What is owned is the bill's matter.
///
/// # Errors
/// As [`unpriced_later`].
pub(super) fn capacity_unpriced_later(
    question: Question<'_>,
    simulated: &Simulated,
    payment: Payment,
) -> Result<Vec<Refusal>, Diagnostics> {
    let Question { scenario, catalog, .. } = question;
    if !scenario.commercial.agreement.reservations.is_empty() {
        return Ok(Vec::new());
    }
    let days = LaterDays::of(question);
    let deployments: BTreeSet<&Arc<DeploymentRef>> =
        simulated.usage.capacity.iter().map(|stretch| &stretch.deployment).collect();
    let mut found = days.missing(deployments.iter().copied(), |prices, deployment, on| {
        prices.ptu_hour_price(deployment, on).map(|_| ())
    })?;
    if payment == Payment::OneMonth {
        found.extend(days.missing(deployments, |prices, deployment, on| {
            let product = product_of(catalog, &deployment.sku, &deployment.region)?;
            let region = product.region.as_deref();
            prices.reservation_price(&product.sku, region, Term::OneMonth, on).map(|_| ())
        })?);
    }
    Ok(found)
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
