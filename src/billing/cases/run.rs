//! Bills a rule case and lists what drifted from its expectation.

#![deny(clippy::float_arithmetic)]

use crate::billing::bill::{Bill, bill};
use crate::billing::cases::load::RuleCase;
use crate::billing::cases::schema::{ExpectTable, ExpectedLine};
use crate::billing::cases::stated::Stated;
use crate::billing::difference::ChargeKey;
use crate::billing::line::out_of_range;
use crate::billing::line::{LineItem, Quantity};
use crate::billing::prices::PriceSource;
use crate::billing::returns::{cancel, exchange};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::Money;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a case expects and does not get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The charge or value, such as `PTU-hours of chat: billed`.
    pub what: String,
    /// As expected; empty when it was not.
    pub expected: String,
    /// As it came out; empty when it did not.
    pub got: String,
}

impl Drift {
    /// Got less expected, where both are numbers.
    pub fn amount(&self) -> Option<Decimal> {
        let number =
            |text: &str| if text.is_empty() { Some(Decimal::ZERO) } else { text.parse().ok() };
        Some(number(&self.got)? - number(&self.expected)?)
    }
}

/// Runs a case. What came out is in the form of an expectation, to compare with and to accept.
pub fn run(case: &RuleCase, prices: &impl PriceSource) -> ExpectTable {
    outcome(case, prices)
        .unwrap_or_else(|errors| ExpectTable { errors: codes(&errors), ..ExpectTable::default() })
}

/// The mistakes behind `run`'s error codes.
pub fn outcome(case: &RuleCase, prices: &impl PriceSource) -> Result<ExpectTable, Diagnostics> {
    let stated = Stated { prices: case.prices.clone(), base: prices };
    let mut found = ExpectTable::default();
    if let Some((term_cost, remaining, new_term_cost)) = case.exchange {
        exchange(term_cost, remaining, new_term_cost)?;
    }
    if let Some(asked) = &case.cancellation {
        let done = cancel(
            &asked.rules,
            asked.on,
            asked.term_cost,
            asked.remaining,
            asked.prepaid,
            &asked.earlier,
        )?;
        let values = [
            ("commitment", done.commitment.to_exact_string()),
            ("refund", done.refund.to_exact_string()),
            ("allowance_left", done.allowance_left.to_exact_string()),
            ("restored_on", done.restored_on.to_string()),
        ];
        let named = values.map(|(name, value)| (name.to_owned(), value));
        found.cancellation = Some(BTreeMap::from(named));
    }
    for id in case.expect.terms.keys() {
        let until = crate::units::calendar::utc_date(case.terms.until);
        if let Some(commitment) = case.commitments.iter().find(|c| *c.id == **id) {
            let terms = commitment.terms(until)?;
            let days = terms
                .iter()
                .map(|(from, until)| format!("{from}..{}", until.yesterday().unwrap_or(Date::MIN)));
            found.terms.insert(id.clone(), days.collect());
        }
    }
    let billed = bill(&case.usage, &case.commitments, &case.terms, &stated)?;
    found.line = charges(&billed)?;
    Ok(found)
}

fn codes(errors: &Diagnostics) -> Vec<String> {
    errors.0.iter().map(|error| error.code.to_string()).collect()
}

/// The charges of a bill, summed over its period.
pub fn charges(bill: &Bill) -> Result<Vec<ExpectedLine>, Diagnostic> {
    let mut groups: BTreeMap<ChargeKey, Vec<&LineItem>> = BTreeMap::new();
    for line in &bill.line_items {
        groups.entry(ChargeKey::of(line)).or_default().push(line);
    }
    let mut charges = Vec::with_capacity(groups.len());
    for (key, lines) in groups {
        let sum = |of: fn(&LineItem) -> Money| {
            let sum = Money::sum(bill.currency, lines.iter().map(|line| of(line)));
            sum.map(|sum| sum.to_exact_string()).map_err(out_of_range)
        };
        let count: u64 = lines.iter().map(|line| line.count).sum();
        let per = key.meter.unit().counts_per_consumed_unit();
        let units: Option<Decimal> = lines.iter().map(|line| line.consumption_units()).sum();
        charges.push(ExpectedLine {
            charge: lines.first().map_or_else(|| key.meter.to_string(), |line| line.charge()),
            deployment: key.deployment.as_ref().map(|deployment| deployment.name.to_string()),
            workload: key.workload.as_deref().map(ToOwned::to_owned),
            commitment: key.commitment.as_ref().map(|(id, _)| id.to_string()),
            status: key.commitment.and_then(|(_, status)| status).map(|s| s.as_str().to_owned()),
            quantity: Some(Quantity { count, per }.to_decimal().to_string()),
            list: Some(sum(|line| line.list_cost)?),
            billed: Some(sum(|line| line.billed_cost)?),
            effective: Some(sum(|line| line.effective_cost)?),
            units: units.map(|units| units.normalize().to_string()),
        });
    }
    Ok(charges)
}

/// Where what came out is not what was expected.
pub fn compare(expected: &ExpectTable, got: &ExpectTable) -> Vec<Drift> {
    let mut drifts = Vec::new();
    let joined = |codes: &[String]| codes.join(", ");
    if expected.errors != got.errors {
        drifts.push(drift("errors", joined(&expected.errors), joined(&got.errors)));
    }
    for (id, terms) in &expected.terms {
        let out = got.terms.get(id).cloned().unwrap_or_default();
        if *terms != out {
            drifts.push(drift(format!("terms of {id}"), terms.join(", "), out.join(", ")));
        }
    }
    for (name, value) in expected.cancellation.iter().flatten() {
        let out = got.cancellation.as_ref().and_then(|values| values.get(name));
        let out = out.cloned().unwrap_or_default();
        if !same(value, &out) {
            drifts.push(drift(name.clone(), value.clone(), out));
        }
    }
    let mut left: Vec<&ExpectedLine> = got.line.iter().collect();
    for line in &expected.line {
        match left.iter().position(|out| is(line, out)) {
            Some(index) => drifts.extend(values(line, left.remove(index))),
            None => drifts.push(drift(
                name(line),
                line.billed.clone().unwrap_or_default(),
                String::new(),
            )),
        }
    }
    for line in left {
        drifts.push(drift(name(line), String::new(), line.billed.clone().unwrap_or_default()));
    }
    drifts
}

fn drift(what: impl Into<String>, expected: String, got: String) -> Drift {
    Drift { what: what.into(), expected, got }
}

fn is(expected: &ExpectedLine, got: &ExpectedLine) -> bool {
    let fits =
        |expected: &Option<String>, got: &Option<String>| expected.is_none() || expected == got;
    expected.charge == got.charge
        && fits(&expected.deployment, &got.deployment)
        && fits(&expected.workload, &got.workload)
        && fits(&expected.commitment, &got.commitment)
        && fits(&expected.status, &got.status)
}

fn values(expected: &ExpectedLine, got: &ExpectedLine) -> Vec<Drift> {
    let pairs = [
        ("quantity", &expected.quantity, &got.quantity),
        ("list", &expected.list, &got.list),
        ("billed", &expected.billed, &got.billed),
        ("effective", &expected.effective, &got.effective),
        ("units", &expected.units, &got.units),
    ];
    let mut drifts = Vec::new();
    for (column, expected_value, value) in pairs {
        let (Some(expected_value), value) = (expected_value, value.clone().unwrap_or_default())
        else {
            continue;
        };
        if !same(expected_value, &value) {
            drifts.push(drift(format!("{}: {column}", name(got)), expected_value.clone(), value));
        }
    }
    drifts
}

/// Equal as decimals, or as text.
fn same(a: &str, b: &str) -> bool {
    match (a.parse::<Decimal>(), b.parse::<Decimal>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

fn name(line: &ExpectedLine) -> String {
    let mut name = line.charge.clone();
    if let Some(deployment) = &line.deployment {
        name = format!("{name} of {deployment}");
    }
    match (&line.commitment, &line.status) {
        (Some(id), Some(status)) => format!("{name}, {} by {id}", status.to_lowercase()),
        (Some(id), None) => format!("{name} {id}"),
        _ => name,
    }
}
