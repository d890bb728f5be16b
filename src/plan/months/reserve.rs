//! PTUs of one size a month: what to reserve beside what is owned, from the first day on and
//! whenever an owned reservation begins or ends.

use crate::billing::commitment::{Commitment, Renewal, Term};
use crate::billing::month_price::{ptu_by_the_hour, ptu_term};
use crate::billing::purchase::Product;
use crate::billing::terms::Terms;
use crate::ledger::deployment::DeploymentRef;
use crate::plan::months::cover::{NeedStretch, TermOffer, cover};
use crate::plan::months::purchases::Purchases;
use crate::plan::question::Question;
use crate::scenario::question::named::Payment;
use crate::scenario::run::mixed::product_of;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::calendar::Period;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::Ptu;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// A term that can be bought on one of the days.
struct DatedOffer {
    term: Term,
    offer: TermOffer,
}

impl Purchases<'_> {
    /// The cheapest reservations of a product beside those owned.
    pub(super) fn by_the_term(
        &self,
        way: Payment,
        product: &Product,
        deployment: &DeploymentRef,
        owned: &[Commitment],
    ) -> Result<Vec<Commitment>, Diagnostics> {
        let matching: Vec<&Commitment> =
            owned.iter().filter(|own| own.matches(&deployment.sku, &deployment.region)).collect();
        let days = self.decision_days(&matching)?;
        let terms = self.terms()?;
        let stretches = self.stretches((way, product, deployment), &matching, &days, &terms)?;
        let offers = self.offers(way, product, &days, &terms)?;
        let terms_offered: Vec<TermOffer> = offers.iter().map(|own| own.offer).collect();
        let Some(covered) = cover(&stretches, &terms_offered) else { return Ok(Vec::new()) };
        let mut left = covered.bought;
        let mut bought = Vec::new();
        for place in 0..offers.len() {
            let quantity = left[place];
            if quantity == 0 {
                continue;
            }
            let own = &offers[place];
            let chain = chain(&offers, &left, place);
            let mut one = self.reservation(product, own.term, days[own.offer.from], quantity);
            for link in &chain {
                left[*link] = 0;
            }
            if chain.len() > 1 {
                one.renewal = Renewal::Automatic;
            }
            bought.push(one);
        }
        Ok(bought)
    }

    /// The days on which something is to be decided, in order: the first of each month, those on
    /// which an owned reservation begins or ends, and those on which a reservation of a month from
    /// one of these days on ends.
    fn decision_days(&self, owned: &[&Commitment]) -> Result<Vec<Date>, Diagnostics> {
        let (first, end) = (self.first(), self.end());
        let mut open: Vec<Date> = self.months.iter().map(Period::first_date).collect();
        for own in owned {
            open.push(own.start);
            open.extend(own.last_days(end)?.into_iter().max());
        }
        let mut days = BTreeSet::new();
        while let Some(day) = open.pop() {
            if (first..end).contains(&day) && days.insert(day) {
                open.extend(day.checked_add(1.month()).ok());
            }
        }
        Ok(days.into_iter().collect())
    }

    /// What is to be paid from each of the days until the next.
    fn stretches(
        &self,
        (way, product, deployment): (Payment, &Product, &DeploymentRef),
        owned: &[&Commitment],
        days: &[Date],
        terms: &Terms,
    ) -> Result<Vec<NeedStretch>, Diagnostics> {
        let Question { scenario, catalog, .. } = self.question;
        let prices = ScenarioPrices { scenario, catalog };
        let sizes = self.sizes(product)?;
        let is_hourly = self.ways(way).hourly;
        let mut found = Vec::with_capacity(days.len());
        for (place, day) in days.iter().enumerate() {
            let next = days.get(place + 1).copied().unwrap_or(self.end());
            let month = self.months.iter().rposition(|month| month.first_date() <= *day);
            let mut covered: Ptu = 0;
            for own in owned {
                if own.in_force(*day)? {
                    covered = covered.saturating_add(own.quantity_ptu);
                }
            }
            let minutes = terms.reserved_from(next) - terms.reserved_from(*day);
            let on = (*day, u64::try_from(minutes).unwrap_or(0));
            // A price that is missing on a later day is the bill's to name, where it comes to that.
            let hourly = ptu_by_the_hour(deployment, on, terms, &prices).ok();
            found.push(NeedStretch {
                need: sizes[month.unwrap_or(0)].saturating_sub(covered),
                hourly: hourly.filter(|_| is_hourly).map(|cost| cost.amount()),
            });
        }
        Ok(found)
    }

    /// The terms that can be bought on each of the days. What lies past the horizon is not charged:
    /// the need is taken to go on.
    fn offers(
        &self,
        way: Payment,
        product: &Product,
        days: &[Date],
        terms: &Terms,
    ) -> Result<Vec<DatedOffer>, Diagnostics> {
        let Question { scenario, catalog, .. } = self.question;
        let prices = ScenarioPrices { scenario, catalog };
        let (ways, end) = (self.ways(way), self.end());
        let mut found = Vec::new();
        for (from, day) in days.iter().enumerate() {
            for (term, allowed) in
                [(Term::OneMonth, ways.one_month), (Term::OneYear, ways.one_year)]
            {
                let price = ptu_term(product, term, *day, terms, &prices);
                let Some(price) = price.ok().filter(|_| allowed) else { continue };
                let until = day.checked_add(i32::from(term.months()).months()).map_err(|_| {
                    Diagnostic::error("plan-leaves-calendar", format!("no month after {day}"))
                })?;
                let minutes = |until: Date| {
                    Decimal::from(terms.reserved_from(until) - terms.reserved_from(*day))
                };
                let part = minutes(until.min(end)).checked_div(minutes(until));
                let last = days.partition_point(|own| *own <= until).saturating_sub(1);
                let last = if until >= end { days.len() } else { last };
                let cost = price.amount() * part.unwrap_or(Decimal::ONE);
                let offer = TermOffer { from, until: last, cost };
                found.push(DatedOffer { term, offer });
            }
        }
        Ok(found)
    }

    /// PTUs of a product in each month.
    fn sizes(&self, product: &Product) -> Result<Vec<Ptu>, Diagnostics> {
        let mut sizes = Vec::with_capacity(self.months.len());
        for usage in self.usages {
            let mut size: Ptu = 0;
            for stretch in &usage.capacity {
                let deployment = &stretch.deployment;
                let own = product_of(self.question.catalog, &deployment.sku, &deployment.region)?;
                if own == *product {
                    size = size.saturating_add(stretch.capacity_ptu);
                }
            }
            sizes.push(size);
        }
        Ok(sizes)
    }
}

/// The reservations of a month that follow each other until the horizon ends, all of one size: they
/// are one that renews.
fn chain(offers: &[DatedOffer], bought: &[Ptu], first: usize) -> Vec<usize> {
    let mut found = vec![first];
    let mut at = &offers[first];
    if at.term != Term::OneMonth {
        return found;
    }
    let last = offers.iter().map(|own| own.offer.until).max().unwrap_or(0);
    while at.offer.until < last {
        let follows =
            |own: &DatedOffer| own.term == Term::OneMonth && own.offer.from == at.offer.until;
        let next = offers.iter().position(follows);
        match next.filter(|next| bought[*next] == bought[first]) {
            Some(next) => {
                found.push(next);
                at = &offers[next];
            }
            None => return vec![first],
        }
    }
    found
}
