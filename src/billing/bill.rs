//! The bill: a pure function of usage, commitments, terms and prices (invariant 6).

#![deny(clippy::float_arithmetic)]

use crate::billing::capacity::HourlyCapacity;
use crate::billing::commitment::Commitment;
use crate::billing::coverage::capacity_lines;
use crate::billing::line::LineItem;
use crate::billing::line::out_of_range;
use crate::billing::metered::metered_lines;
use crate::billing::prices::{PriceSource, SkuBilling};
use crate::billing::queries::charged;
use crate::billing::terms::Terms;
use crate::billing::tokens::token_lines;
use crate::ledger::usage::{TokenUsage, UsageParts};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::{Currency, Money, MoneyError};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::borrow::Cow;

/// What a period costs, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// First instant of the period.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
    /// The zone whose months budgets are for.
    pub zone: TimeZone,
    /// The currency of every cost.
    pub currency: Currency,
    /// Sorted by day, category, deployment, workload and meter.
    pub line_items: Vec<LineItem>,
    totals: Totals,
}

impl Bill {
    /// The bill of periods that follow one another, from their bills.
    ///
    /// # Errors
    /// Where there is none, where their currencies differ, and where a sum leaves its range.
    pub fn joined(bills: Vec<Self>) -> Result<Self, Diagnostic> {
        let mut bills = bills.into_iter();
        let mut all = bills.next().ok_or_else(|| {
            Diagnostic::error("period-empty", "no month to bill: the period is empty")
        })?;
        for bill in bills {
            all.totals = all.totals.plus(&bill.totals).map_err(out_of_range)?;
            all.until = bill.until;
            all.line_items.extend(bill.line_items);
        }
        Ok(all)
    }

    /// The bill with more lines, each in its place.
    ///
    /// # Errors
    /// Where a sum leaves its range, and where a line is in another currency.
    pub fn with(mut self, lines: Vec<LineItem>) -> Result<Self, Diagnostic> {
        let more = Totals::of(self.currency, &lines).map_err(out_of_range)?;
        self.totals = self.totals.plus(&more).map_err(out_of_range)?;
        self.line_items.extend(lines);
        self.line_items.sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(self)
    }

    /// The first day of a line, in the bill's zone.
    pub fn local_date(&self, line: &LineItem) -> Date {
        line.from.max(self.from).to_zoned(self.zone.clone()).date()
    }

    /// A bill of nothing over the same period, in the same currency.
    #[must_use]
    pub fn emptied(&self) -> Self {
        let zero = Money::zero(self.currency);
        let totals = Totals { billed: zero, effective: zero, list: zero, contracted: zero };
        Self { line_items: Vec::new(), totals, ..self.clone() }
    }

    /// The sums of the line items.
    pub const fn totals(&self) -> Totals {
        self.totals
    }
}

/// Sums over line items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// What the invoices of the period say.
    pub billed: Money,
    /// Amortized: what the period's days cost, whenever they are paid.
    pub effective: Money,
    /// List cost. Payments for commitments are left out, because the usage lines they cover state theirs (FOCUS `ListCost`).
    pub list: Money,
    /// Contracted cost, payments for commitments left out as in `list`.
    pub contracted: Money,
}

impl Totals {
    /// The sums of some lines of one bill.
    pub fn of<'a>(
        currency: Currency,
        lines: impl IntoIterator<Item = &'a LineItem>,
    ) -> Result<Self, MoneyError> {
        let zero = Money::zero(currency);
        let mut totals = Self { billed: zero, effective: zero, list: zero, contracted: zero };
        for line in lines {
            totals.billed = totals.billed.plus(line.billed_cost)?;
            totals.effective = totals.effective.plus(line.effective_cost)?;
            if !line.covers_other_lines() {
                totals.list = totals.list.plus(line.list_cost)?;
                totals.contracted = totals.contracted.plus(line.contracted_cost)?;
            }
        }
        Ok(totals)
    }

    /// The sums of both.
    pub fn plus(&self, other: &Self) -> Result<Self, MoneyError> {
        Ok(Self {
            billed: self.billed.plus(other.billed)?,
            effective: self.effective.plus(other.effective)?,
            list: self.list.plus(other.list)?,
            contracted: self.contracted.plus(other.contracted)?,
        })
    }
}

/// The bill of usage inside the terms' period. Everything that cannot be priced is reported at once; nothing is priced at 0
/// for want of a price.
pub fn bill<'u>(
    usage: impl Into<UsageParts<'u>>,
    commitments: &[Commitment],
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Bill, Diagnostics> {
    let usage = usage.into();
    let mut diagnostics = Diagnostics::default();
    check_terms(terms, commitments, &mut diagnostics);
    check_usage(usage, terms, prices, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let charged = charged(usage.tokens, terms, prices, &mut diagnostics);
    let by_tokens = charged.as_ref().map_or(usage.tokens, |charged| &charged.tokens);
    let mut line_items = token_lines(by_tokens, terms, prices, &mut diagnostics);
    let capacity = HourlyCapacity::new(usage.capacity, terms, &mut diagnostics);
    line_items.extend(capacity_lines(&capacity, commitments, terms, prices, &mut diagnostics));
    let metered = match charged {
        Some(charged) => Cow::Owned([usage.metered, &charged.queries].concat()),
        None => Cow::Borrowed(usage.metered),
    };
    line_items.extend(metered_lines(&metered, terms, prices, &mut diagnostics));
    line_items.sort_by(|a, b| order(a).cmp(&order(b)));
    let totals = Totals::of(terms.currency, &line_items).map_err(out_of_range)?;
    let bill = Bill {
        from: terms.from,
        until: terms.until,
        zone: terms.zone.clone(),
        currency: terms.currency,
        line_items,
        totals,
    };
    diagnostics.or_ok(bill)
}

fn order(line: &LineItem) -> impl Ord {
    (
        line.from,
        line.category,
        &line.deployment,
        &line.workload,
        &line.meter,
        line.pricing,
        line.commitment.as_ref().map(|share| (&share.id, share.status)),
    )
}

fn check_terms(terms: &Terms, commitments: &[Commitment], diagnostics: &mut Diagnostics) {
    if terms.from >= terms.until {
        diagnostics.push(Diagnostic::error(
            "period-empty",
            format!("the billed period {} until {} is empty", terms.from, terms.until),
        ));
    }
    let mut ids: Vec<&str> = commitments.iter().map(|commitment| &*commitment.id).collect();
    ids.sort_unstable();
    for pair in ids.windows(2).filter(|pair| pair[0] == pair[1]) {
        diagnostics.push(Diagnostic::error(
            "commitment-id-repeats",
            format!("two commitments have the id {}", pair[0]),
        ));
    }
    for commitment in commitments.iter().filter(|commitment| commitment.quantity_ptu == 0) {
        diagnostics.push(Diagnostic::error(
            "commitment-empty",
            format!("commitment {} reserves 0 PTU", commitment.id),
        ));
    }
}

fn check_usage(
    usage: UsageParts<'_>,
    terms: &Terms,
    prices: &impl PriceSource,
    diagnostics: &mut Diagnostics,
) {
    let outside = |record: &&TokenUsage| {
        record.hour >= terms.until
            || record.hour.saturating_add(1.hour()).is_ok_and(|end| end <= terms.from)
    };
    let count = usage.tokens.iter().filter(outside).count();
    if let Some(first) = usage.tokens.iter().find(outside) {
        diagnostics.push(Diagnostic::error(
            "usage-outside-period",
            format!(
                "{count} token records are not inside the billed period {} until {}, the first of deployment {} at {}",
                terms.from, terms.until, first.deployment.name, first.hour
            ),
        ));
    }
    let mut skus: Vec<_> = usage.capacity.iter().map(|stretch| &stretch.deployment).collect();
    skus.sort_unstable();
    skus.dedup();
    for deployment in skus {
        match prices.billing_mode(&deployment.sku) {
            Ok(SkuBilling::PtuHours) => {}
            Ok(_) => diagnostics.push(Diagnostic::error(
                "sku-not-provisioned",
                format!(
                    "deployment {} has PTUs, but {} is not billed by PTU-hours",
                    deployment.name, deployment.sku
                ),
            )),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
}
