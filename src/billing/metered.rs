//! Other meters to lines: fine-tuning, hosting, machines, routing (S 50-57, 74, 77).

#![deny(clippy::float_arithmetic)]

use crate::billing::job_cap::capped;
use crate::billing::line::out_of_range;
use crate::billing::line::{ChargeCategory, LineItem, Meter, PricingCategory};
use crate::billing::minutes::DAY_MINUTES;
use crate::billing::minutes::day_start_minute;
use crate::billing::minutes::{minute_of, minute_start, shared_minutes};
use crate::billing::prices::{MeterKey, PriceSource};
use crate::billing::rate::{Subject, rate};
use crate::billing::terms::Terms;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::{Amount, MeteredUsage};
use crate::units::calendar::utc_date;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::UnitPrice;
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

type Group = (Date, Arc<DeploymentRef>, Arc<str>, Meter);

/// The lines of metered usage inside the terms' period: one per UTC day, resource, workload and meter.
pub(crate) fn metered_lines(
    usage: &[MeteredUsage],
    terms: &Terms,
    prices: &impl PriceSource,
    diagnostics: &mut Diagnostics,
) -> Vec<LineItem> {
    let mut groups: BTreeMap<Group, u64> = BTreeMap::new();
    let stopped = if terms.job_caps.is_empty() || usage.is_empty() {
        Cow::Borrowed(usage)
    } else {
        match capped(usage, terms, prices) {
            Ok(stopped) => Cow::Owned(stopped),
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                return Vec::new();
            }
        }
    };
    for record in stopped.iter() {
        if record.from < terms.from || record.until > terms.until || record.from >= terms.until {
            diagnostics.push(Diagnostic::error(
                "usage-outside-period",
                format!(
                    "{} of {} from {} until {} is not inside the billed period {} until {}",
                    record.kind.as_str(),
                    record.resource.name,
                    record.from,
                    record.until,
                    terms.from,
                    terms.until
                ),
            ));
            continue;
        }
        for (date, count) in by_day(record) {
            let meter = Meter::Other { kind: record.kind, variant: record.variant.clone() };
            let group = (date, Arc::clone(&record.resource), Arc::clone(&record.workload), meter);
            let name = &record.resource.name;
            let sum = groups.entry(group).or_default();
            match sum.checked_add(count) {
                Some(more) => *sum = more,
                None => diagnostics.push(Diagnostic::error(
                    "quantity-out-of-range",
                    format!("more {} than can be counted: {name}, {date}", record.kind.as_str()),
                )),
            }
        }
    }
    let mut lines = Vec::with_capacity(groups.len());
    for (group, count) in groups.iter().filter(|(_, count)| **count > 0) {
        match metered_line(group, *count, terms, prices) {
            Ok(line) => lines.push(line),
            Err(mut diagnostic) => {
                diagnostic.message = format!(
                    "unpriced usage: {} of {}: {}",
                    group.3, group.1.name, diagnostic.message
                );
                if !diagnostics.0.contains(&diagnostic) {
                    diagnostics.push(diagnostic);
                }
            }
        }
    }
    lines
}

/// The counts of a record by UTC day, in the meter's unit.
fn by_day(record: &MeteredUsage) -> Vec<(Date, u64)> {
    let units = match record.amount {
        Amount::Count(count) => return vec![(utc_date(record.from), count)],
        Amount::Running(units) => units,
    };
    let minutes = minute_of(record.from)..minute_of(record.until);
    let mut days = Vec::new();
    let mut midnight = day_start_minute(utc_date(record.from));
    while midnight < minutes.end {
        let shared = shared_minutes(&minutes, &(midnight..midnight + DAY_MINUTES));
        days.push((utc_date(minute_start(midnight)), shared * u64::from(units)));
        midnight += DAY_MINUTES;
    }
    days
}

fn metered_line(
    (date, resource, workload, meter): &Group,
    count: u64,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<LineItem, Diagnostic> {
    let Meter::Other { kind, variant } = meter else {
        return Err(Diagnostic::error("meter-unknown", format!("{meter} is not a metered charge")));
    };
    let key = MeterKey { resource, kind: *kind, variant: variant.as_deref() };
    let list = prices.meter_price(key, *date)?;
    let counts = meter.unit().counts_per_consumed_unit();
    let list = list.map(|price| UnitPrice { per: price.per * counts, ..price });
    let subject = Subject { sku: &resource.sku, model: Some(&resource.model), meter, on: *date };
    let rate = rate(list, subject, terms)?;
    let contracted_cost = rate.contracted.cost_of(count).map_err(out_of_range)?;
    let (from, until) = terms.day(*date);
    Ok(LineItem {
        from,
        until,
        category: ChargeCategory::Usage,
        pricing: PricingCategory::Standard,
        meter: meter.clone(),
        deployment: Some(Arc::clone(resource)),
        workload: Some(Arc::clone(workload)),
        count,
        list_cost: rate.list.cost_of(count).map_err(out_of_range)?,
        contracted_cost,
        billed_cost: contracted_cost,
        effective_cost: contracted_cost,
        exchange: rate.exchange,
        rate: Some(rate),
        commitment: None,
        consumption_unit: None,
    })
}
