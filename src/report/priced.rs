//! A bill of recorded usage beside what was billed.

use crate::billing::bill::Bill;
use crate::billing::cases::run::charges;
use crate::billing::cases::schema::ExpectedLine;
use crate::billing::explain::UsageFact;
use crate::billing::line::{LineItem, out_of_range};
use crate::billing::recorded::reconcile::{Difference, Skipped};
use crate::report::regress::bill_text;
use crate::report::text::layout::{Ink, TABLE_WIDTH, Tone, figures, table, words};
use crate::report::text::terms::terms;
use crate::report::view::{
    BilledDifferenceView, ChargeView, ExplanationView, PriceView, PricedView, SkippedRowView,
    TermsView, UsageView,
};
use crate::report::words::numbers;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Currency, Money};
use rust_decimal::Decimal;

/// Usage records named for a line; the others are counted.
const NAMED_RECORDS: usize = 24;

/// For a terminal: the bill, then every line that differs from what was billed.
pub fn text(
    bill: &Bill,
    differences: &[Difference],
    skipped: &[Skipped],
    view: &TermsView,
    ink: Ink,
) -> Result<String, Diagnostic> {
    let mut out = bill_text("Recorded usage", bill, TABLE_WIDTH)?;
    out += &terms(view, &bill.currency.to_string(), ink, TABLE_WIDTH);
    let rows: Vec<_> = differences
        .iter()
        .filter(|found| !found.difference.amount().is_zero() && !found.is_rounding)
        .map(|found| {
            let name = |text: Option<&str>| text.unwrap_or_default().to_owned();
            let cents = |money: Option<Money>| {
                let currency = bill.currency.as_str();
                let shown = |money: Money| numbers::invoice(&money.to_exact_string(), currency);
                money.map(shown).unwrap_or_default()
            };
            let key = &found.key;
            let row = vec![
                key.date.to_string(),
                name(key.deployment.as_ref().map(|deployment| &*deployment.name)),
                name(key.workload.as_deref()),
                key.meter.to_string(),
                cents(found.recorded),
                cents(found.computed),
                numbers::quantity(&found.difference.to_exact_string()),
            ];
            (Tone::Bad, row)
        })
        .collect();
    if !differences.is_empty() {
        let heading =
            format!("\n{} of {} lines differ from what was billed", rows.len(), differences.len());
        out += &ink.line(Tone::Heading, &heading);
    }
    let rounded: Vec<&Difference> = differences.iter().filter(|found| found.is_rounding).collect();
    if !rounded.is_empty() {
        let sum = Money::sum(bill.currency, rounded.iter().map(|found| found.difference));
        let sum = sum.map_err(out_of_range)?.to_display_string();
        let invoiced = rounded.iter().filter_map(|found| found.recorded);
        let invoiced = Money::sum(bill.currency, invoiced).map_err(out_of_range)?;
        let line = format!(
            "{} more differ by the invoice's rounding to {}: {sum} in all; the invoice has {}",
            rounded.len(),
            smallest_unit(bill.currency),
            invoiced.to_display_string()
        );
        out += &ink.line(Tone::Dim, &line);
    }
    if !rows.is_empty() {
        let columns = [
            words("day", 10),
            words("deployment", 32),
            words("workload", 24),
            words("meter", 40),
            figures("billed"),
            figures("computed"),
            figures("difference"),
        ];
        out += &table(ink, &columns, &rows);
    }
    if !skipped.is_empty() {
        let rows = match skipped.len() {
            1 => "1 row was".to_owned(),
            many => format!("{many} rows were"),
        };
        out += &ink.line(Tone::Heading, &format!("\n{rows} not billed again"));
        for row in skipped.iter().take(NAMED_RECORDS) {
            let billed = row.billed.map(|money| format!(", {}", money.to_display_string()));
            let line = format!("  {}: {}{}", row.place, row.reason, billed.unwrap_or_default());
            out += &ink.line(Tone::Dim, &line);
        }
        if skipped.len() > NAMED_RECORDS {
            let more = format!("  and {} more", skipped.len() - NAMED_RECORDS);
            out += &ink.line(Tone::Dim, &more);
        }
    }
    Ok(out)
}

/// What amounts of a currency are whole numbers of, such as `0.01 EUR` or `1 JPY`.
fn smallest_unit(currency: Currency) -> String {
    format!("{} {currency}", Decimal::new(1, currency.decimals()))
}

/// For programs.
pub fn json(
    bill: &Bill,
    differences: &[Difference],
    skipped: &[Skipped],
    view: &TermsView,
) -> Result<PricedView, Diagnostic> {
    let money = |money: Money| money.to_exact_string();
    let totals = bill.totals();
    let charge = |line: ExpectedLine| ChargeView {
        meter: line.charge,
        deployment: line.deployment,
        workload: line.workload,
        commitment: line.commitment,
        status: line.status,
        quantity: line.quantity,
        list_cost: line.list,
        billed_cost: line.billed,
        effective_cost: line.effective,
    };
    let difference = |found: &Difference| BilledDifferenceView {
        date: found.key.date.to_string(),
        deployment: found.key.deployment.as_ref().map(|deployment| deployment.name.to_string()),
        workload: found.key.workload.as_deref().map(ToOwned::to_owned),
        meter: found.key.meter.to_string(),
        billed: found.recorded.map(money),
        computed: found.computed.map(money),
        difference: money(found.difference),
        is_rounding: found.is_rounding,
    };
    let left_out = |row: &Skipped| SkippedRowView {
        place: row.place.to_string(),
        reason: row.reason.clone(),
        billed: row.billed.map(money),
    };
    Ok(PricedView {
        currency: bill.currency.to_string(),
        total: money(totals.billed),
        effective: money(totals.effective),
        list: money(totals.list),
        terms: view.clone(),
        line_items: charges(bill)?.into_iter().map(charge).collect(),
        differences: differences.iter().map(difference).collect(),
        not_billed_again: skipped.iter().map(left_out).collect(),
    })
}

/// Whose bill a line is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillOf {
    /// The plan that is recommended.
    Plan,
    /// What runs today.
    Today,
    /// A file of recorded usage.
    Recorded,
}

impl BillOf {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Plan => "the plan",
            Self::Today => "what runs today; with --plan, the plan",
            Self::Recorded => "the usage that was recorded",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Today => "today",
            Self::Recorded => "recorded",
        }
    }
}

/// The chain behind one line: cost, quantity, price, source, usage.
pub fn explanation(
    number: usize,
    line: &LineItem,
    usage: &[UsageFact],
    whose: BillOf,
    ink: Ink,
) -> String {
    let mut out = ink.line(Tone::Heading, &format!("line {number}: {}", line.meter));
    let mut fact = |name: &str, text: String| {
        if !text.is_empty() {
            out += &ink.line(Tone::Plain, &format!("  {name:<18}{text}"));
        }
    };
    fact("bill of", whose.words().to_owned());
    fact("period", format!("{} until {}", line.from, line.until));
    if let Some(deployment) = &line.deployment {
        let what = format!(
            "{} ({} · {} · {})",
            deployment.name, deployment.model, deployment.sku, deployment.region
        );
        fact("deployment", what);
    }
    fact("workload", line.workload.as_deref().unwrap_or_default().to_owned());
    if let Some(share) = &line.commitment {
        let status = share.status.map(|status| format!(", {}", status.as_str().to_lowercase()));
        fact("commitment", format!("{}{}", share.id, status.unwrap_or_default()));
    }
    let quantity = line.pricing_quantity().to_decimal().to_string();
    fact("quantity", format!("{} x {}", numbers::quantity(&quantity), line.pricing_unit()));
    if let Some(rate) = &line.rate {
        let currency = rate.list.price.currency();
        if let Some(exchange) = rate.exchange {
            fact(
                "stated price",
                format!("{} {} at {}", rate.stated.to_exact_string(), exchange.of, exchange.rate),
            );
        }
        fact(
            "list price",
            format!("{} {currency} per {}", rate.list.to_exact_string(), line.pricing_unit()),
        );
        if rate.contracted != rate.list {
            fact("negotiated price", format!("{} {currency}", rate.contracted.to_exact_string()));
        }
        let evidence = &rate.evidence;
        fact("in force from", evidence.effective_from.to_string());
        fact("status", format!("{}, verified {}", evidence.status, evidence.verified_on));
        fact("source", format!("{} ({})", evidence.source, evidence.place));
    }
    fact("list cost", line.list_cost.to_exact_string());
    fact("billed cost", line.billed_cost.to_exact_string());
    fact("effective cost", line.effective_cost.to_exact_string());
    if usage.is_empty() {
        return out;
    }
    let rows: Vec<_> = usage
        .iter()
        .take(NAMED_RECORDS)
        .map(|record| {
            let until = record.until.map(|until| until.to_string()).unwrap_or_default();
            let row = vec![
                record.from.to_string(),
                until,
                record.what.clone(),
                // A bill that was recorded has tokens, and no requests.
                if record.requests == 0 && whose == BillOf::Recorded {
                    "–".to_owned()
                } else {
                    numbers::count(record.requests)
                },
                numbers::count(record.count),
            ];
            (Tone::Plain, row)
        })
        .collect();
    let columns = [
        words("from", 20),
        words("until", 20),
        words("what", 24),
        figures("requests"),
        figures("count"),
    ];
    out.push('\n');
    out += &table(ink, &columns, &rows);
    if usage.len() > NAMED_RECORDS {
        out += &ink.line(Tone::Dim, &format!("and {} more records", usage.len() - NAMED_RECORDS));
    }
    out
}

/// The same chain for programs.
pub fn explanation_json(
    number: usize,
    line: &LineItem,
    usage: &[UsageFact],
    whose: BillOf,
) -> ExplanationView {
    let price = line.rate.as_ref().map(|rate| PriceView {
        list_unit_price: rate.list.to_exact_string(),
        contracted_unit_price: rate.contracted.to_exact_string(),
        effective_from: rate.evidence.effective_from.to_string(),
        status: rate.evidence.status.as_str().to_owned(),
        verified_on: rate.evidence.verified_on.to_string(),
        source: rate.evidence.source.to_string(),
        place: rate.evidence.place.to_string(),
    });
    let record = |record: &UsageFact| UsageView {
        from: record.from.to_string(),
        until: record.until.map(|until| until.to_string()),
        what: record.what.clone(),
        requests: record.requests,
        count: record.count,
    };
    ExplanationView {
        bill_of: whose.key().to_owned(),
        line: number,
        charge_period_start: line.from.to_string(),
        charge_period_end: line.until.to_string(),
        meter: line.meter.to_string(),
        deployment: line.deployment.as_ref().map(|deployment| deployment.name.to_string()),
        workload: line.workload.as_deref().map(ToOwned::to_owned),
        commitment: line.commitment.as_ref().map(|share| share.id.to_string()),
        pricing_quantity: line.pricing_quantity().to_decimal().to_string(),
        pricing_unit: line.pricing_unit(),
        price,
        list_cost: line.list_cost.to_exact_string(),
        billed_cost: line.billed_cost.to_exact_string(),
        effective_cost: line.effective_cost.to_exact_string(),
        usage: usage.iter().map(record).collect(),
    }
}
