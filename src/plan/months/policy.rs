//! The break-even policy over the horizon: what a team would pay that decides day by day and knows nothing of later ones.

use crate::billing::commitment::{Commitment, Term};
use crate::billing::month_price::{ptu_month, ptu_term};
use crate::billing::purchase::Product;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::CapacityUsage;
use crate::plan::months::online::{Day, TermPrices, break_even};
use crate::plan::months::purchases::Purchases;
use crate::plan::question::Question;
use crate::scenario::question::named::Payment;
use crate::scenario::run::mixed::product_of;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::Ptu;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::ops::Range;

impl Purchases<'_> {
    /// What the policy reserves for a term at a time; none where the hourly price or the term is
    /// not allowed, or the term has no price on some day.
    pub(super) fn by_policy(
        &self,
        term: Term,
        owned: &[Commitment],
    ) -> Result<Option<Vec<Commitment>>, Diagnostics> {
        let dates = self.dates();
        let mut bought = Vec::new();
        for (product, deployment) in self.products()? {
            let Some(offer) = self.offer(term, &product, &deployment, &dates)? else {
                return Ok(None);
            };
            let days = self.days(&product, &deployment, owned, &dates)?;
            let each = dates.iter().zip(break_even(&days, &offer));
            let own = each.filter(|(_, quantity)| *quantity > 0);
            bought.extend(
                own.map(|(day, quantity)| self.reservation(&product, term, *day, quantity)),
            );
        }
        Ok(Some(bought))
    }

    /// Every day of the horizon.
    fn dates(&self) -> Vec<Date> {
        let end = self.end();
        let days = std::iter::successors(Some(self.first()), |day| day.tomorrow().ok());
        days.take_while(|day| *day < end).collect()
    }

    fn offer(
        &self,
        term: Term,
        product: &Product,
        deployment: &DeploymentRef,
        dates: &[Date],
    ) -> Result<Option<TermPrices>, Diagnostics> {
        let ways = self.ways(Payment::Mixed);
        let allowed = match term {
            Term::OneMonth => ways.one_month,
            Term::OneYear => ways.one_year,
        };
        let Some(month) = self.months.first().filter(|_| allowed && ways.hourly) else {
            return Ok(None);
        };
        let Question { scenario, catalog, .. } = self.question;
        let terms = scenario.commercial.over(month.start(), month.until(), catalog)?;
        let book = ScenarioPrices { scenario, catalog };
        let hourly = ptu_month(deployment, product, None, &terms, &book)?.amount();
        let whole = ptu_term(product, term, month.first_date(), &terms, &book)?.amount();
        // A term that has no price on some later day cannot be bought as the days come.
        if dates.iter().any(|day| ptu_term(product, term, *day, &terms, &book).is_err()) {
            return Ok(None);
        }
        let minutes = month.length_us() / 60_000_000;
        let length = i32::from(term.months()).months();
        let leaves = |day: Date| {
            let message = format!("no date {} months around {day}", term.months());
            Diagnostic::error("plan-leaves-calendar", message)
        };
        let mut offer = TermPrices {
            minute: hourly / Decimal::from(minutes.max(1)),
            term: whole,
            until: Vec::with_capacity(dates.len()),
            since: Vec::with_capacity(dates.len()),
        };
        for day in dates {
            let until = day.checked_add(length).map_err(|_| leaves(*day))?;
            let after = day.tomorrow().map_err(|_| leaves(*day))?;
            let since = after.checked_sub(length).map_err(|_| leaves(*day))?;
            // Dates are in order: how many lie before one is its number. A term that begins today covers today.
            let number = dates.partition_point(|known| *known < until);
            offer.until.push(number.max(offer.until.len() + 1));
            let number = dates.partition_point(|known| *known < since);
            offer.since.push(number.min(offer.since.len()));
        }
        Ok(Some(offer))
    }

    /// What owned reservations leave to be paid on each day.
    fn days(
        &self,
        product: &Product,
        deployment: &DeploymentRef,
        owned: &[Commitment],
        dates: &[Date],
    ) -> Result<Vec<Day>, Diagnostics> {
        let terms = self.terms()?;
        let mut stretches: Vec<(Range<i64>, Ptu)> = Vec::new();
        for stretch in self.usages.iter().flat_map(|usage| &usage.capacity) {
            let CapacityUsage { deployment, from, until, capacity_ptu } = stretch;
            let own = product_of(self.question.catalog, &deployment.sku, &deployment.region)?;
            if own == *product {
                let minutes = from.as_second().div_euclid(60)..until.as_second().div_euclid(60);
                stretches.push((minutes, *capacity_ptu));
            }
        }
        let mut days = Vec::with_capacity(dates.len());
        for date in dates {
            let mut covered: Ptu = 0;
            for own in owned.iter().filter(|o| o.matches(&deployment.sku, &deployment.region)) {
                if own.in_force(*date)? {
                    covered = covered.saturating_add(own.quantity_ptu);
                }
            }
            let after = date.tomorrow().unwrap_or(Date::MAX);
            let day = terms.reserved_from(*date)..terms.reserved_from(after);
            days.push(heights(&stretches, &day, covered));
        }
        Ok(days)
    }
}

/// The PTUs of a day above those covered, with their minutes.
fn heights(stretches: &[(Range<i64>, Ptu)], day: &Range<i64>, covered: Ptu) -> Day {
    let meets = |range: &Range<i64>| range.start < day.end && day.start < range.end;
    let own: Vec<&(Range<i64>, Ptu)> = stretches.iter().filter(|(range, _)| meets(range)).collect();
    let mut cuts: Vec<i64> = vec![day.start, day.end];
    for (range, _) in &own {
        cuts.extend([range.start.max(day.start), range.end.min(day.end)]);
    }
    cuts.sort_unstable();
    cuts.dedup();
    let pairs = cuts.windows(2);
    pairs
        .map(|pair| {
            let running = own.iter().filter(|(range, _)| range.contains(&pair[0]));
            let total: Ptu = running.map(|(_, ptu)| *ptu).sum();
            let minutes = u64::try_from(pair[1] - pair[0]).unwrap_or(0);
            (total.saturating_sub(covered), minutes)
        })
        .collect()
}
