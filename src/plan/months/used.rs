//! What a month of the horizon uses at a level of demand, and what that costs.

use crate::ledger::usage::Usage;
use crate::plan::constraints::with_quota_on;
use crate::plan::evaluate::cost::out_of_range;
use crate::plan::future::Future;
use crate::plan::months::purchases::Purchases;
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::{Simulated, simulate_served};
use crate::scenario::run::month_bills::bill_in;
use crate::scenario::run::months::usage_in;
use crate::units::calendar::Period;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;

/// What a month uses in the most likely future.
pub(crate) struct LikelyMonth {
    usage: Usage,
    /// What it costs beside its PTUs.
    other: Money,
}

/// What a month uses at a level of demand under the quota of its first day: increases arrive on the
/// way.
pub(super) fn used_at(
    session: &Session<'_>,
    month: &Period,
    candidate: &Candidate,
    level: f64,
) -> Result<(Usage, Simulated), Diagnostics> {
    let Question { scenario, catalog, .. } = session.question;
    let allowed = with_quota_on(scenario, catalog, month.first_date())?;
    used_under(session, &allowed, (month, level), candidate)
}

/// The same under the quota of a scenario.
fn used_under(
    session: &Session<'_>,
    allowed: &Scenario,
    (month, level): (&Period, f64),
    candidate: &Candidate,
) -> Result<(Usage, Simulated), Diagnostics> {
    let Question { scenario, catalog, .. } = session.question;
    let future = Future { level, ..Future::most_likely(scenario) };
    session.billed(allowed, &future, |setting| {
        let own = setting.question.scenario;
        let (requests, outcomes) = (setting.requests, setting.outcomes);
        let simulated = simulate_served(own, catalog, requests, candidate, outcomes)?;
        Ok((usage_in(own, &simulated, month)?, simulated))
    })
}

/// What a month's usage costs beside its PTUs.
pub(super) fn beside_ptu(
    question: Question<'_>,
    month: &Period,
    usage: &Usage,
) -> Result<Money, Diagnostics> {
    let tokens = Usage { capacity: Vec::new(), ..usage.clone() };
    let bill = bill_in(question.scenario, question.catalog, &tokens, &[], month)?;
    Ok(bill.totals().effective)
}

/// A month in the most likely future.
pub(crate) fn likely_month(
    session: &Session<'_>,
    month: &Period,
    candidate: &Candidate,
    level: f64,
) -> Result<LikelyMonth, Diagnostics> {
    let (usage, _) = used_at(session, month, candidate, level)?;
    let other = beside_ptu(session.question, month, &usage)?;
    Ok(LikelyMonth { usage, other })
}

/// A month of what is asked for in the most likely future: with PTUs enough.
pub(crate) fn granted_month(
    session: &Session<'_>,
    (month, level): (&Period, f64),
    candidate: &Candidate,
) -> Result<LikelyMonth, Diagnostics> {
    let mut free = session.question.scenario.clone();
    free.ptu_quota.clear();
    let (usage, _) = used_under(session, &free, (month, level), candidate)?;
    let other = beside_ptu(session.question, month, &usage)?;
    Ok(LikelyMonth { usage, other })
}

/// What months cost together, amortized: what is owned goes on, and the rest is paid in the best
/// mix of what is allowed.
pub(crate) fn likely_total(
    question: Question<'_>,
    months: &[Period],
    used: &[&LikelyMonth],
) -> Result<Money, Diagnostics> {
    let usages: Vec<&Usage> = used.iter().map(|month| &month.usage).collect();
    let agreement = &question.scenario.commercial.agreement;
    let purchases = Purchases { question, months, usages: &usages, only: None };
    let paid = purchases.paid(Payment::Mixed, &agreement.reservations)?;
    let other = used.iter().map(|month| month.other);
    Money::sum(agreement.currency, paid.monthly.into_iter().chain(other)).map_err(out_of_range)
}
