//! From how much use on a PTU costs less than the tokens it serves: by prices and weights alone, and at the mix of tokens of
//! this traffic. Nothing of it is read off a simulation, so no limit, throttled call or drained estimate moves it.

use crate::billing::commitment::Term;
use crate::billing::line::Meter;
use crate::billing::month_price::ptu_month;
use crate::billing::prices::{PriceSource, TokenKey};
use crate::billing::rate::{Subject, rate};
use crate::billing::terms::Terms;
use crate::catalog::ptu::Throughput;
use crate::catalog::sku::{BillingMode, Scope};
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::question::Question;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::named::Payment;
use crate::scenario::run::mixed::product_of;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use crate::units::time::MINUTE_US;
use crate::units::tokens::TokenClass;
use crate::workload::demand::{Demand, MinuteDemand};
use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// From where on a way to pay for PTUs beats paying by the token.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakEven {
    /// The model.
    pub model: Arc<str>,
    /// The provisioned SKU.
    pub sku: Arc<str>,
    /// The SKU that is paid by the token.
    pub against: Arc<str>,
    /// The way to pay.
    pub payment: Payment,
    /// Price of one PTU for the period's first month, paid so.
    pub ptu_month: Money,
    /// Hours of that month.
    pub hours: f64,
    /// By prices and weights alone: utilization of a PTU at which its month costs as much as the tokens it serves, when it
    /// serves fresh input alone and when it serves output alone; above 1 it never pays.
    pub by_price: [f64; 2],
    /// The same at the mix of tokens of this traffic; none without requests.
    pub this_traffic: Option<f64>,
    /// Share of the traffic's input that is read from the cache.
    pub cached_share: f64,
    /// Calls a minute of this traffic that keep one PTU that busy, around the clock.
    pub requests_per_minute: f64,
    /// The same for the smallest deployment of the SKU.
    pub smallest: (Ptu, f64),
}

impl BreakEven {
    /// The one that decides for this traffic: its own mix, the mean of input and output where it has no requests.
    pub fn utilization(&self) -> f64 {
        self.this_traffic.unwrap_or_else(|| f64::midpoint(self.by_price[0], self.by_price[1]))
    }
}

/// Prices of one model's token classes and how much of a PTU they take.
struct Worth {
    /// Currency units for a token, and weight in input tokens.
    classes: Vec<(TokenClass, f64, f64)>,
}

impl Worth {
    /// Currency units that a PTU earns back by working off one input token's worth of a class.
    fn of_class(&self, class: TokenClass) -> Option<f64> {
        let (_, price, weight) = self.classes.iter().find(|(own, ..)| *own == class)?;
        (*weight > 0.0).then(|| price / weight)
    }

    /// The same for a mix of tokens, and its weight.
    fn of_mix(&self, tokens: &MinuteDemand) -> Option<(f64, f64)> {
        let fresh = tokens.input_tokens.saturating_sub(tokens.cached_input_tokens);
        let counts = [
            (TokenClass::Input, fresh),
            (TokenClass::CachedInput, tokens.cached_input_tokens),
            (TokenClass::Output, tokens.output_tokens),
        ];
        let (mut value, mut weight) = (0.0, 0.0);
        for (class, count) in counts {
            let (_, price, own) = self.classes.iter().find(|(known, ..)| *known == class)?;
            value += price * count as f64;
            weight += own * count as f64;
        }
        (weight > 0.0).then(|| (value / weight, weight))
    }
}

/// The break-even points of every model that may be provisioned, each against the tokens of a standard deployment of the same
/// scope. A model without a published weight or price has none.
pub fn break_even(
    question: Question<'_>,
    candidates: &[Evaluated],
    choice: Option<usize>,
) -> Result<Vec<BreakEven>, Diagnostics> {
    let mut points = Vec::new();
    let mut known: Vec<(&str, &str)> = Vec::new();
    let best = choice.map(|index| &candidates[index]);
    let provisioned = best
        .into_iter()
        .chain(candidates)
        .flat_map(|one| &one.candidate.deployments)
        .filter(|planned| planned.capacity_ptu.is_some());
    for planned in provisioned {
        let key = (&*planned.model.name, &*planned.sku.name);
        // The first SKU of a model is the choice's own, or the first that is allowed.
        if known.iter().any(|(model, _)| *model == key.0) {
            continue;
        }
        known.push(key);
        if let Some(standard) = standard_of(question, candidates, planned) {
            points.extend(points_of(question, planned, standard)?);
        }
    }
    Ok(points)
}

/// A deployment of the same model and scope that is paid by the token.
fn standard_of<'a>(
    question: Question<'_>,
    candidates: &'a [Evaluated],
    planned: &PlannedDeployment,
) -> Option<&'a PlannedDeployment> {
    let scope = |planned: &PlannedDeployment| -> Option<(BillingMode, Scope)> {
        let sku = question.catalog.sku(&planned.sku.name).ok()?;
        Some((sku.billing, sku.scope))
    };
    let (_, wanted) = scope(planned)?;
    let own = candidates.iter().flat_map(|one| &one.candidate.deployments);
    let alike = own.filter(|other| {
        other.model.name == planned.model.name
            && other.options.fine_tuned == planned.options.fine_tuned
            && scope(other).is_some_and(|(billing, _)| billing == BillingMode::Tokens)
    });
    let mut alike: Vec<_> = alike.collect();
    // Of the same scope where there is one: its tokens are processed in the same places.
    alike.sort_by_key(|other| scope(other).is_none_or(|(_, own)| own != wanted));
    alike.first().copied()
}

fn points_of(
    question: Question<'_>,
    planned: &PlannedDeployment,
    standard: &PlannedDeployment,
) -> Result<Vec<BreakEven>, Diagnostics> {
    let Question { scenario, catalog, traces } = question;
    let Some(month) = scenario.period.months(1).into_iter().next() else { return Ok(Vec::new()) };
    let on = scenario.period.first_date();
    let Ok(throughput) = catalog.throughput(&planned.model.name, on) else { return Ok(Vec::new()) };
    let terms = scenario.commercial.over(month.start(), month.until(), catalog)?;
    let Some(worth) = worth(question, standard, &throughput, &terms, on) else {
        return Ok(Vec::new());
    };
    let tpm = throughput.input_tpm_per_ptu.value as f64;
    let mut asked = MinuteDemand::default();
    for (workload, trace) in scenario.workloads.iter().zip(traces) {
        if workload.model.name == planned.model.name {
            asked.add(&Demand::of(trace, scenario.window.length_us).total());
        }
    }
    let mix = worth.of_mix(&asked);
    let prices = ScenarioPrices { scenario, catalog };
    let cached = asked.cached_input_tokens as f64 / asked.input_tokens.max(1) as f64;
    let minutes = month.length_us() as f64 / MINUTE_US as f64;
    let grid = catalog.grid(&planned.model.name, &planned.sku.name, on).ok();
    let smallest = grid.map_or(0, |grid| grid.value.min_ptu);
    let mut points = Vec::new();
    for payment in &scenario.allow.payments {
        let product = product_of(catalog, &planned.sku.name, &planned.region.name)?;
        let Ok(price) =
            ptu_month(&deployment_of(planned), &product, term_of(*payment), &terms, &prices)
        else {
            continue;
        };
        // What a PTU that is fully used for the month earns back, by currency unit for an input token's worth.
        let needed = |value: f64| price.amount().to_f64().unwrap_or(0.0) / (value * tpm * minutes);
        let of = |class| worth.of_class(class).map(needed);
        let (Some(input), Some(output)) = (of(TokenClass::Input), of(TokenClass::Output)) else {
            continue;
        };
        let this_traffic = mix.map(|(value, _)| needed(value));
        let each = mix.map_or(0.0, |(_, weight)| weight / asked.requests.max(1) as f64);
        let requests_per_minute = match this_traffic {
            Some(share) if each > 0.0 => share * tpm / each,
            _ => 0.0,
        };
        points.push(BreakEven {
            model: planned.model.name.clone(),
            sku: planned.sku.name.clone(),
            against: standard.sku.name.clone(),
            payment: *payment,
            ptu_month: price,
            hours: minutes / 60.0,
            by_price: [input, output],
            this_traffic,
            cached_share: cached,
            requests_per_minute,
            smallest: (smallest, requests_per_minute * f64::from(smallest)),
        });
    }
    Ok(points)
}

/// What a bill knows of a planned deployment.
pub(crate) fn deployment_of(planned: &PlannedDeployment) -> DeploymentRef {
    DeploymentRef {
        name: planned.name.clone(),
        model: planned.model.name.clone(),
        sku: planned.sku.name.clone(),
        region: planned.region.name.clone(),
        fine_tuned: planned.options.fine_tuned,
    }
}

/// The term a way to pay commits to; none for the hourly price and for mixes.
pub(crate) const fn term_of(payment: Payment) -> Option<Term> {
    match payment {
        Payment::Hourly | Payment::Mixed => None,
        Payment::OneMonth => Some(Term::OneMonth),
        Payment::OneYear => Some(Term::OneYear),
    }
}

/// Prices under the terms, and weights, of the classes that traces have. None where one is not published.
fn worth(
    question: Question<'_>,
    standard: &PlannedDeployment,
    throughput: &Throughput,
    terms: &Terms,
    on: Date,
) -> Option<Worth> {
    let Question { scenario, catalog, .. } = question;
    let prices = ScenarioPrices { scenario, catalog };
    let deployment = deployment_of(standard);
    let context = ContextTier::Default;
    let tier = ServiceTier::Standard;
    let mut classes = Vec::new();
    for class in [TokenClass::Input, TokenClass::CachedInput, TokenClass::Output] {
        let list = prices
            .token_price(TokenKey { deployment: &deployment, tier, context, class }, on)
            .ok()?;
        let meter = Meter::Tokens { tier, context, class };
        let subject =
            Subject { sku: &deployment.sku, model: Some(&deployment.model), meter: &meter, on };
        let price = rate(list, subject, terms).ok()?.contracted;
        let each = price.price.amount().to_f64()? / price.per as f64;
        let weight = throughput.weight(context, class).map_or(0, |weight| weight.value);
        classes.push((class, each, weight as f64 / Throughput::WEIGHT_SCALE as f64));
    }
    Some(Worth { classes })
}
