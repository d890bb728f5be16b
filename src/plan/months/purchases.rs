//! What to reserve over the horizon, net of what is owned, and what that costs: decided product by product and billed by the
//! biller itself.

use crate::billing::commitment::{Commitment, Renewal, Return, Term, TermPayment as Instalments};
use crate::billing::payments::term_cost;
use crate::billing::purchase::{Product, Ways, cheapest};
use crate::billing::terms::Terms;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{CapacityUsage, Usage};
use crate::plan::evaluate::cost::{TOLERANCE, out_of_range};
use crate::plan::question::Question;
use crate::scenario::question::named::Payment;
use crate::scenario::run::evaluate::{Simulated, owned_and_bought};
use crate::scenario::run::mixed::product_of;
use crate::scenario::run::month_bills::bill_in;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::calendar::Period;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What is better for an owned reservation than to go on as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Switch its renewal off: it ends on this day.
    LetExpire(Date),
    /// Cancel it on this day, within the yearly allowance.
    Cancel(Date),
}

/// Advice on one reservation that is owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advised {
    /// The reservation.
    pub id: Arc<str>,
    /// What would be better.
    pub advice: Advice,
    /// By how much the horizon would be cheaper at least: with the plan as it is. Made anew without
    /// the reservation it may save more.
    pub saving: Money,
}

/// The horizon's PTUs, month by month.
pub(crate) struct Purchases<'a> {
    pub(crate) question: Question<'a>,
    pub(crate) months: &'a [Period],
    pub(crate) usages: &'a [&'a Usage],
    /// The simulation of the only month; none where the horizon is longer.
    pub(crate) only: Option<&'a Simulated>,
}

/// Reservations and what the PTUs cost with them.
#[derive(Clone, Debug)]
pub(crate) struct Paid {
    /// Those owned first, then those bought.
    pub(crate) commitments: Vec<Commitment>,
    /// Amortized cost of the PTUs and reservations in each month.
    pub(crate) monthly: Vec<Money>,
    /// What is invoiced for the PTUs and reservations over all months.
    pub(crate) billed: Money,
    /// All payments of terms bought that begin within the horizon.
    pub(crate) committed: Money,
    /// The last day on which one of them binds.
    pub(crate) binds_until: Option<Date>,
}

impl Purchases<'_> {
    /// The PTUs of the horizon paid in a way, beside the reservations owned.
    pub(crate) fn paid(&self, way: Payment, owned: &[Commitment]) -> Result<Paid, Diagnostics> {
        let Question { scenario, catalog, .. } = self.question;
        let bought = match self.only {
            // One month is paid as the ranking pays it.
            Some(simulated) => {
                let mut own = scenario.clone();
                own.commercial.agreement.reservations = owned.to_vec();
                owned_and_bought(&own, catalog, simulated, way)?.split_off(owned.len())
            }
            None => self.bought(way, owned)?,
        };
        self.with(&bought, owned)
    }

    /// The PTUs of the horizon with these purchases beside the reservations owned.
    pub(crate) fn with(
        &self,
        bought: &[Commitment],
        owned: &[Commitment],
    ) -> Result<Paid, Diagnostics> {
        let Question { scenario, catalog, .. } = self.question;
        let mut commitments = owned.to_vec();
        commitments.extend(bought.iter().cloned());
        let mut monthly = Vec::with_capacity(self.months.len());
        let mut billed = Money::zero(scenario.commercial.agreement.currency);
        for (month, usage) in self.months.iter().zip(self.usages) {
            let capacity = Usage { capacity: usage.capacity.clone(), ..Usage::default() };
            let bill = bill_in(scenario, catalog, &capacity, &commitments, month)?;
            let totals = bill.totals();
            monthly.push(totals.effective);
            billed = billed.plus(totals.billed).map_err(out_of_range)?;
        }
        let (committed, binds_until) = self.signed(bought)?;
        Ok(Paid { commitments, monthly, billed, committed, binds_until })
    }

    /// What is signed for: the terms of the reservations bought that begin within the horizon, and their last day.
    fn signed(&self, bought: &[Commitment]) -> Result<(Money, Option<Date>), Diagnostics> {
        let terms = self.terms()?;
        let Question { scenario, catalog, .. } = self.question;
        let prices = ScenarioPrices { scenario, catalog };
        let mut sum = Money::zero(terms.currency);
        let mut last = None;
        for commitment in bought {
            for (from, until) in commitment.terms(self.end())? {
                let cost = term_cost(commitment, from, &terms, &prices)?;
                sum = sum.plus(cost).map_err(out_of_range)?;
                last = last.max(until.yesterday().ok());
            }
        }
        Ok((sum, last))
    }

    /// The terms over the whole horizon.
    pub(super) fn terms(&self) -> Result<Terms, Diagnostics> {
        let Question { scenario, catalog, .. } = self.question;
        let (Some(first), Some(last)) = (self.months.first(), self.months.last()) else {
            return Err(Diagnostic::error("period-empty", "the horizon has no month").into());
        };
        Ok(scenario.commercial.over(first.start(), last.until(), catalog)?)
    }

    pub(super) fn first(&self) -> Date {
        self.question.scenario.period.first_date()
    }

    /// The first day after the horizon.
    pub(super) fn end(&self) -> Date {
        self.months.last().map_or(self.first(), Period::last_date)
    }

    /// For each owned reservation what would be cheaper than to let it go on, where something is: to let it expire, or to
    /// cancel it where the rules and the yearly allowance permit. The plan's bill keeps them as they are stated.
    pub(crate) fn advice(
        &self,
        way: Payment,
        owned: &[Commitment],
    ) -> Result<Vec<Advised>, Diagnostics> {
        let total = |owned: &[Commitment]| -> Result<[Decimal; 2], Diagnostics> {
            let paid = self.paid(way, owned)?;
            let amortized = paid.monthly.iter().map(Money::amount).sum();
            Ok([amortized, paid.billed.amount()])
        };
        let mut found = Vec::new();
        if owned.is_empty() {
            return Ok(found);
        }
        let as_stated = total(owned)?;
        let least = as_stated[0] * TOLERANCE;
        let currency = self.question.scenario.commercial.agreement.currency;
        for (index, own) in owned.iter().enumerate() {
            let mut best: Option<Advised> = None;
            for (variant, advice) in self.variants(own)? {
                let mut changed = owned.to_vec();
                changed[index] = variant;
                // What the rules of returns do not allow is no option.
                let Ok(changed) = total(&changed) else { continue };
                // What only moves payments from one month to another saves nothing.
                let saved = [0, 1].map(|sum| as_stated[sum] - changed[sum]);
                let saving = Money::new(saved[0].min(saved[1]), currency);
                let known = best.as_ref().map_or(least, |best| best.saving.amount());
                if saving.amount() > known {
                    best = Some(Advised { id: own.id.clone(), advice, saving });
                }
            }
            found.extend(best);
        }
        Ok(found)
    }

    /// An owned reservation without its renewal, and cancelled on the day after the horizon's first.
    fn variants(&self, owned: &Commitment) -> Result<Vec<(Commitment, Advice)>, Diagnostics> {
        let mut found = Vec::new();
        if owned.returned.is_some() {
            return Ok(found);
        }
        let first = self.first();
        let running = owned.terms(self.end())?;
        let Some((from, until)) =
            running.iter().find(|(from, until)| *from <= first && first < *until).copied()
        else {
            return Ok(found);
        };
        if owned.renewal == Renewal::Automatic && until < self.end() {
            let once = Commitment { start: from, renewal: Renewal::None, ..owned.clone() };
            found.push((once, Advice::LetExpire(until)));
        }
        // A reservation is cancelled while a term runs: not on its first day.
        let on = if from < first { first } else { first.tomorrow().unwrap_or(first) };
        if on < until {
            let returned = Some(Return { on, instead: None });
            found.push((Commitment { returned, ..owned.clone() }, Advice::Cancel(on)));
        }
        Ok(found)
    }

    /// What is bought for a way to pay.
    fn bought(&self, way: Payment, owned: &[Commitment]) -> Result<Vec<Commitment>, Diagnostics> {
        let mut bought: Vec<Commitment> = Vec::new();
        for (product, deployment) in self.products()? {
            let own = if self.is_resized() {
                self.by_the_hour(way, &product, owned)?
            } else {
                self.by_the_term(way, &product, &deployment, owned)?
            };
            bought.extend(own);
        }
        Ok(bought)
    }

    /// What reservations can be bought of, each with a deployment it covers.
    pub(super) fn products(&self) -> Result<Vec<(Product, Arc<DeploymentRef>)>, Diagnostics> {
        let mut found: Vec<(Product, Arc<DeploymentRef>)> = Vec::new();
        for stretch in self.usages.iter().flat_map(|usage| &usage.capacity) {
            let deployment = &stretch.deployment;
            let product = product_of(self.question.catalog, &deployment.sku, &deployment.region)?;
            if !found.iter().any(|(known, _)| *known == product) {
                found.push((product, deployment.clone()));
            }
        }
        Ok(found)
    }

    /// Whether a deployment changes its size within a month.
    fn is_resized(&self) -> bool {
        self.usages.iter().zip(self.months).any(|(usage, month)| {
            let partly = |stretch: &CapacityUsage| {
                stretch.from > month.start() || stretch.until < month.until()
            };
            usage.capacity.iter().any(partly)
        })
    }

    pub(super) fn ways(&self, way: Payment) -> Ways {
        let allowed = |payment| self.question.scenario.allow.payments.contains(&payment);
        let only = |payment| way == payment || (way == Payment::Mixed && allowed(payment));
        Ways {
            hourly: only(Payment::Hourly),
            one_month: only(Payment::OneMonth),
            one_year: only(Payment::OneYear),
        }
    }

    /// PTUs that change by the hour: the exact optimum over the hours of the horizon.
    fn by_the_hour(
        &self,
        way: Payment,
        product: &Product,
        owned: &[Commitment],
    ) -> Result<Vec<Commitment>, Diagnostics> {
        let Question { scenario, catalog, .. } = self.question;
        let capacity: Vec<CapacityUsage> =
            self.usages.iter().flat_map(|usage| usage.capacity.iter().cloned()).collect();
        let prices = ScenarioPrices { scenario, catalog };
        cheapest(product, &capacity, owned, self.ways(way), &self.terms()?, &prices)
    }

    pub(super) fn reservation(
        &self,
        product: &Product,
        term: Term,
        start: Date,
        quantity_ptu: Ptu,
    ) -> Commitment {
        let place =
            product.region.as_ref().map_or_else(String::new, |region| format!(" in {region}"));
        let mut id = format!("{} reservation{place}, {}", product.sku, term.as_str());
        if start > self.first() {
            id = format!("{id} from {start}");
        }
        Commitment {
            id: id.into(),
            sku: product.sku.clone(),
            region: product.region.clone(),
            quantity_ptu,
            term,
            start,
            payment: match term {
                Term::OneMonth => Instalments::Upfront,
                Term::OneYear => Instalments::Monthly,
            },
            renewal: Renewal::None,
            price_paid: None,
            returned: None,
        }
    }
}
