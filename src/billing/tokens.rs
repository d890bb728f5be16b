//! Token usage to lines: one per deployment, workload, UTC day, tier, context tier and class.

#![deny(clippy::float_arithmetic)]

use crate::billing::line::out_of_range;
use crate::billing::line::{ChargeCategory, LineItem, Meter, PricingCategory};
use crate::billing::prices::{Billed, PriceSource, SkuBilling, TokenKey};
use crate::billing::rate::{Subject, rate};
use crate::billing::terms::Terms;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{Answer, ContextTier, ServiceTier, TokenUsage};
use crate::units::calendar::utc_date;
use crate::units::dated::Dated;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::UnitPrice;
use crate::units::tokens::{TokenClass, TokenCounts};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What one line sums up, before its classes are told apart. The days of what is priced alike
/// follow one another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    deployment: Arc<DeploymentRef>,
    workload: Arc<str>,
    tier: ServiceTier,
    context: ContextTier,
    date: Date,
}

impl Group {
    fn of(record: &TokenUsage, date: Date) -> Self {
        Self {
            deployment: Arc::clone(&record.deployment),
            workload: Arc::clone(&record.workload),
            tier: record.tier,
            context: record.context,
            date,
        }
    }

    /// Whether a record of a day is plainly of this group: it names the very same things.
    fn is_of(&self, record: &TokenUsage, date: Date) -> bool {
        self.date == date
            && Arc::ptr_eq(&self.deployment, &record.deployment)
            && Arc::ptr_eq(&self.workload, &record.workload)
            && self.tier == record.tier
            && self.context == record.context
    }
}

/// Sums by group. The groups of the last records are found again without comparing names: usage
/// goes hour by hour over the same few.
#[derive(Default)]
struct DaySums {
    groups: BTreeMap<Group, TokenCounts>,
    last: Vec<(Group, TokenCounts)>,
    /// Where the next record is looked for first.
    next: usize,
}

impl DaySums {
    /// Groups that are remembered.
    const LAST: usize = 16;

    /// Adds the counts of a record; the group of those that no count holds.
    fn add(&mut self, record: &TokenUsage, date: Date, counts: TokenCounts) -> Result<(), Group> {
        let all = self.last.len();
        let in_turn = (self.next..all).chain(0..self.next.min(all));
        for at in in_turn {
            let (group, sum) = &mut self.last[at];
            if group.is_of(record, date) {
                self.next = at + 1;
                *sum = sum.plus(counts).ok_or_else(|| group.clone())?;
                return Ok(());
            }
        }
        let new = (Group::of(record, date), counts);
        if all < Self::LAST {
            self.last.push(new);
            return Ok(());
        }
        let at = self.next % all;
        self.next = at + 1;
        let (group, counts) = std::mem::replace(&mut self.last[at], new);
        self.merge(group, counts)
    }

    fn merge(&mut self, group: Group, counts: TokenCounts) -> Result<(), Group> {
        let sum = self.groups.entry(group.clone()).or_default();
        *sum = sum.plus(counts).ok_or(group)?;
        Ok(())
    }
}

/// The token lines of usage inside the terms' period.
pub(crate) fn token_lines(
    usage: &[TokenUsage],
    terms: &Terms,
    prices: &impl PriceSource,
    diagnostics: &mut Diagnostics,
) -> Vec<LineItem> {
    let groups = billed_tokens(usage, terms, prices, diagnostics);
    let mut unpriced = Unpriced::default();
    let mut known = KnownPrices { prices, of: None, by_class: Vec::new() };
    let mut lines = Vec::with_capacity(groups.len() * 3);
    for (group, tokens) in &groups {
        for (class, count) in tokens.iter() {
            match token_line(group, class, count, terms, &mut known) {
                Ok(line) => lines.push(line),
                Err(diagnostic) => unpriced.add(group, class, count, diagnostic),
            }
        }
    }
    unpriced.report(diagnostics);
    lines
}

/// The billed tokens of each group: answers the rules do not bill are left out.
fn billed_tokens(
    usage: &[TokenUsage],
    terms: &Terms,
    prices: &impl PriceSource,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<Group, TokenCounts> {
    let mut modes: BTreeMap<Arc<str>, Option<SkuBilling>> = BTreeMap::new();
    let mut rules: BTreeMap<(Date, Answer), Option<Billed>> = BTreeMap::new();
    let mut sums = DaySums::default();
    let mut too_many: BTreeSet<Group> = BTreeSet::new();
    for record in usage {
        let sku = &record.deployment.sku;
        let mode = *modes.entry(Arc::clone(sku)).or_insert_with(|| {
            let mode = prices.billing_mode(sku).and_then(refuse_elsewhere);
            mode.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
        });
        if mode != Some(SkuBilling::Tokens) {
            continue;
        }
        let date = utc_date(record.hour);
        let billed = *rules.entry((date, record.answer)).or_insert_with(|| {
            if let Some(billed) = terms.answers.get(&record.answer) {
                return Some(*billed);
            }
            let rule = prices.billed(record.answer, date);
            rule.map(|rule| rule.value).map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
        });
        let mut counts = TokenCounts::default();
        for (class, count) in record.tokens.iter() {
            if billed.is_some_and(|billed| billed.includes(class)) {
                counts.set(class, count);
            }
        }
        too_many.extend(sums.add(record, date, counts).err());
    }
    for (group, counts) in std::mem::take(&mut sums.last) {
        too_many.extend(sums.merge(group, counts).err());
    }
    too_many.iter().map(out_of_count).for_each(|wrong| diagnostics.push(wrong));
    sums.groups
}

/// Tokens of one deployment and day that no count holds.
fn out_of_count(group: &Group) -> Diagnostic {
    let Group { deployment, workload, date, .. } = group;
    Diagnostic::error(
        "tokens-out-of-range",
        format!(
            "more tokens than can be counted: deployment {}, workload `{workload}`, {date}",
            deployment.name
        ),
    )
    .hint("a class of tokens of one deployment and day is at most 18,446,744,073,709,551,615")
}

/// Whether what a SKU serves is billed by usage. What is not known is reported where it is billed.
pub(crate) fn is_by_tokens(sku: &str, prices: &impl PriceSource) -> bool {
    prices.billing_mode(sku).is_ok_and(|mode| mode == SkuBilling::Tokens)
}

fn refuse_elsewhere(mode: SkuBilling) -> Result<SkuBilling, Diagnostic> {
    match mode {
        SkuBilling::Elsewhere => Err(Diagnostic::error(
            "sku-not-billed",
            "tokens on a SKU that is not billed by usage cannot be priced",
        )),
        mode => Ok(mode),
    }
}

/// Prices of the groups that differ in their day alone, by class: each with the last day that it
/// is known for.
struct KnownPrices<'p, P> {
    prices: &'p P,
    of: Option<Group>,
    by_class: Vec<(TokenClass, Date, Dated<UnitPrice>)>,
}

impl<P: PriceSource> KnownPrices<'_, P> {
    /// The price of a class of a group. Those of a group are asked for in the order of its days.
    fn price(&mut self, group: &Group, class: TokenClass) -> Result<Dated<UnitPrice>, Diagnostic> {
        let Group { deployment, workload, tier, context, date } = group;
        let same = self.of.as_ref().is_some_and(|of| {
            Arc::ptr_eq(&of.deployment, deployment)
                && of.workload == *workload
                && (of.tier, of.context) == (*tier, *context)
                && of.date <= *date
        });
        if !same {
            self.by_class.clear();
            self.of = Some(group.clone());
        }
        self.by_class.retain(|(own, until, _)| *own != class || *until >= *date);
        if let Some((.., price)) = self.by_class.iter().find(|(own, ..)| *own == class) {
            return Ok(price.clone());
        }
        let key = TokenKey { deployment, tier: *tier, context: *context, class };
        let price = self.prices.token_price(key, *date)?;
        self.by_class.push((class, self.prices.unchanged_until(*date), price.clone()));
        Ok(price)
    }
}

fn token_line(
    group: &Group,
    class: TokenClass,
    count: u64,
    terms: &Terms,
    known: &mut KnownPrices<'_, impl PriceSource>,
) -> Result<LineItem, Diagnostic> {
    let deployment = &group.deployment;
    let (tier, context) = (group.tier, group.context);
    let list = known.price(group, class)?;
    let meter = Meter::Tokens { tier, context, class };
    let subject = Subject {
        sku: &deployment.sku,
        model: Some(&deployment.model),
        meter: &meter,
        on: group.date,
    };
    let rate = rate(list, subject, terms)?;
    let contracted_cost = rate.contracted.cost_of(count).map_err(out_of_range)?;
    let (from, until) = terms.day(group.date);
    Ok(LineItem {
        from,
        until,
        category: ChargeCategory::Usage,
        pricing: PricingCategory::Standard,
        meter,
        deployment: Some(Arc::clone(deployment)),
        workload: Some(Arc::clone(&group.workload)),
        count,
        list_cost: rate.list.cost_of(count).map_err(out_of_range)?,
        contracted_cost,
        billed_cost: contracted_cost,
        effective_cost: contracted_cost,
        exchange: rate.exchange,
        rate: Some(rate),
        commitment: None,
        consumption_unit: consumption_unit(deployment, group.date, terms, known.prices)?,
    })
}

/// The price of the marketplace's unit in the bill's currency: the number of units does not depend on it (S 71).
fn consumption_unit(
    deployment: &DeploymentRef,
    date: Date,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Option<Dated<UnitPrice>>, Diagnostic> {
    let Some(Dated { value, evidence }) = prices.consumption_unit(deployment, date)? else {
        return Ok(None);
    };
    let of = value.price.currency();
    if of == terms.currency {
        return Ok(Some(Dated { value, evidence }));
    }
    let rate = terms.exchange_or_error(of, date)?;
    let value = value.exchanged(terms.currency, rate).map_err(out_of_range)?;
    Ok(Some(Dated { value, evidence }))
}

/// What could not be priced, one entry for each missing price.
#[derive(Default)]
struct Unpriced(BTreeMap<(Arc<DeploymentRef>, String), (u128, Date, Diagnostic)>);

impl Unpriced {
    fn add(&mut self, group: &Group, class: TokenClass, count: u64, diagnostic: Diagnostic) {
        let meter = Meter::Tokens { tier: group.tier, context: group.context, class };
        let key = (Arc::clone(&group.deployment), meter.to_string());
        let (all, first, of_first) =
            self.0.entry(key).or_insert((0, group.date, diagnostic.clone()));
        *all += u128::from(count);
        if group.date < *first {
            (*first, *of_first) = (group.date, diagnostic);
        }
    }

    fn report(self, diagnostics: &mut Diagnostics) {
        for ((deployment, meter), (count, date, mut diagnostic)) in self.0 {
            diagnostic.message = format!(
                "unpriced usage: {count} {meter} of deployment {} from {date}: {}",
                deployment.name, diagnostic.message
            );
            diagnostics.push(diagnostic);
        }
    }
}
