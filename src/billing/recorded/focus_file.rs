//! A FOCUS export read as usage: ours, line by line, or Microsoft's, whose meter names are taken apart.
//!
//! Rows of Microsoft's that are no pay-as-you-go usage (purchases, commitment shares, taxes) and
//! rows whose meter is not understood are listed, never dropped; such rows of ours are taken as
//! recorded.

#![deny(clippy::float_arithmetic)]

use crate::billing::line::{LineItem, Meter};
use crate::billing::recorded::carried;
use crate::billing::recorded::meter_name::{MeterName, MeterScope, parse};
use crate::billing::recorded::net::{Net, TokenRow};
use crate::billing::recorded::owner;
use crate::billing::recorded::reconcile::{RecordKey, Recorded, RecordedCost, Skipped};
use crate::billing::recorded::table::{RowReader, Rows, plain_column};
use crate::catalog::metered::MeterNames;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::calendar::{hour_of, utc_date};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::meter_words::{counts_consumption_units, tokens_in_unit};
use crate::units::tokens::TokenClass;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// The columns a FOCUS file must have to be read, in addition to one of [`METER_COLUMNS`].
pub const REQUIRED_COLUMNS: [&str; 7] = [
    "BilledCost",
    "BillingCurrency",
    "ChargeCategory",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "PricingQuantity",
    "PricingUnit",
];

/// The columns that name a meter: FOCUS has `SkuMeter` from 1.1 on, Microsoft's FOCUS 1.0 a column of its own.
pub const METER_COLUMNS: [&str; 2] = ["SkuMeter", "x_SkuMeterName"];

/// The family of a row's meter, which some names need: `R1` is a model of DeepSeek's meters alone.
const FAMILY_COLUMN: &str = "x_SkuMeterSubcategory";

/// Whether a file's first line looks like a FOCUS header.
pub fn is_focus(bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let header = String::from_utf8_lossy(first);
    let header = plain_column(&header);
    ["ChargeCategory", "SkuMeter"].iter().all(|column| header.contains(&plain_column(column)))
}

/// Reads a FOCUS file. `meters` are what meters call the models.
pub fn read(file: &str, bytes: &[u8], meters: &MeterNames) -> Result<Recorded, Diagnostics> {
    let rows = Rows::read(file, bytes, &REQUIRED_COLUMNS)?;
    if !METER_COLUMNS.iter().any(|column| rows.has(column)) {
        let message = format!("no column names the meter: {}", METER_COLUMNS.join(" or "));
        return Err(Diagnostic::error("columns-missing", message)
            .at(Place::new(file, 1, 0))
            .hint("export the dataset \"Cost and usage details (FOCUS)\" with all its columns")
            .into());
    }
    let ours = rows.has("x_TokenClass");
    let mut diagnostics = Diagnostics::default();
    let mut recorded = Recorded::default();
    let mut net = Net::default();
    rows.each(&mut diagnostics, |row| {
        read_row(row, ours, meters, &mut recorded, &mut net);
    });
    net.into_usage(&mut recorded.usage, &mut diagnostics);
    diagnostics.or_ok(recorded)
}

fn read_row(
    row: &mut RowReader<'_>,
    ours: bool,
    meters: &MeterNames,
    recorded: &mut Recorded,
    net: &mut Net,
) -> Option<()> {
    let billed = row.money("BilledCost", "BillingCurrency");
    let category = row.text("ChargeCategory").to_owned();
    if ours {
        if category == "Usage" {
            let from = row.instant("ChargePeriodStart")?;
            let until = row.instant("ChargePeriodEnd")?;
            let period = carried::widened(recorded.charged_over, from, until);
            recorded.charged_over = Some(period);
            carried::note_work(row, from, &mut recorded.work, &mut recorded.owners);
        }
        if let Some(meter) = carried::meter(row) {
            let line = carried::line(row, meter)?;
            recorded.billed.push(recorded_cost(&line));
            recorded.carried.push(line);
            return Some(());
        }
    }
    let mut skip = |row: &RowReader<'_>, reason: String| {
        recorded.skipped.push(Skipped { place: row.place("ChargeCategory"), reason, billed });
    };
    if category != "Usage" {
        skip(row, format!("{category} is no usage"));
        return None;
    }
    if !row.text("CommitmentDiscountStatus").is_empty() {
        skip(row, "covered by a commitment".to_owned());
        return None;
    }
    let meter = if ours { our_meter(row) } else { None };
    let understood = meter.or_else(|| parse(meter_of(row), row.text(FAMILY_COLUMN), meters));
    let Some(meter) = understood else {
        let meter = meter_of(row);
        let why = if counts_consumption_units(meter) {
            "states consumption units and no tokens"
        } else {
            "is not understood"
        };
        skip(row, format!("meter `{meter}` {why}"));
        return None;
    };
    let from = row.instant("ChargePeriodStart")?;
    let until = row.instant("ChargePeriodEnd")?;
    row.is_after(from, until, "ChargePeriodEnd")?;
    if row.text("PricingQuantity").is_empty() {
        // FOCUS wants a quantity of all usage but corrections.
        if row.text("ChargeClass").eq_ignore_ascii_case("Correction") {
            skip(row, "a correction of an amount, without a quantity".to_owned());
            return None;
        }
        row.mistake("value-unreadable", "PricingQuantity", "PricingQuantity is empty");
        row.hint(|| {
            "only a row whose ChargeClass is Correction has none: fill it in, or leave the row out"
                .to_owned()
        });
        return None;
    }
    let named = [row.text("ResourceName"), row.text("ResourceId").rsplit('/').next().unwrap_or("")];
    let name = named.into_iter().find(|name| !name.is_empty()).unwrap_or("(unnamed)").into();
    let region: Arc<str> = row.text("RegionId").into();
    let deployment = |model: &str, sku: &str| {
        let (model, sku) = (model.into(), sku.into());
        Arc::new(DeploymentRef { name, model, sku, region, fine_tuned: false })
    };
    let (deployment, workload, meter) = match meter {
        MeterName::Ptu(scope) => {
            // The price of PTUs does not depend on the model; a row that names none is shown under the family's name.
            let sku = named_sku(row, ours).unwrap_or_else(|| ptu_sku(scope).into());
            let model = row.text("x_Model").to_owned();
            let deployment = deployment(&model, &sku);
            let quantity = row.decimal("PricingQuantity")?;
            let minutes = whole(row, quantity, Decimal::from(60), &mut recorded.rounded_rows)?;
            let stretch = (Arc::clone(&deployment), from, until);
            net.add_ptu_minutes(stretch, minutes, row.place("PricingQuantity"));
            (deployment, None, Meter::Capacity)
        }
        MeterName::Tokens { model, scope, tier, context, class } => {
            let sku = named_sku(row, ours).unwrap_or_else(|| token_sku(scope, tier).into());
            let deployment = deployment(&model, &sku);
            let (quantity, block) = counted(row, ours)?;
            let count = whole(row, quantity, block, &mut recorded.rounded_rows)?;
            let workload: Arc<str> = row.text("x_Workload").into();
            match owner::of_tags(row.text("Tags")) {
                Some(stated) if !workload.is_empty() => {
                    owner::note(row, "Tags", &workload, stated, &mut recorded.owners);
                }
                Some(_) => {}
                None => row.mistake("value-unreadable", "Tags", "Tags are no JSON object"),
            }
            let counted = TokenRow {
                deployment: Arc::clone(&deployment),
                workload: Arc::clone(&workload),
                tier,
                context,
                class,
            };
            net.add_tokens(counted, hour_of(from), count, row.place("PricingQuantity"));
            recorded.until = recorded.until.max(Some(until));
            (deployment, Some(workload), Meter::Tokens { tier, context, class })
        }
    };
    if let Some(billed) = billed {
        let key = RecordKey { date: utc_date(from), deployment: Some(deployment), workload, meter };
        recorded.billed.push(RecordedCost { key, billed });
    }
    Some(())
}

/// What was recorded for a line that is taken as it is.
fn recorded_cost(line: &LineItem) -> RecordedCost {
    let key = RecordKey {
        date: utc_date(line.from),
        deployment: line.deployment.clone(),
        workload: line.workload.clone(),
        meter: line.meter.clone(),
    };
    RecordedCost { key, billed: line.billed_cost }
}

/// The name of a row's meter.
fn meter_of<'a>(row: &'a RowReader<'_>) -> &'a str {
    METER_COLUMNS
        .iter()
        .map(|column| row.text(column))
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

/// The meter of a row we wrote ourselves.
fn our_meter(row: &RowReader<'_>) -> Option<MeterName> {
    if row.text("SkuMeter") == Meter::Capacity.to_string() {
        return Some(MeterName::Ptu(MeterScope::Global));
    }
    Some(MeterName::Tokens {
        model: row.text("x_Model").to_owned(),
        scope: MeterScope::Global,
        tier: ServiceTier::parse(row.text("x_ServiceTier"))?,
        context: ContextTier::parse(row.text("x_ContextTier"))?,
        class: TokenClass::parse(row.text("x_TokenClass"))?,
    })
}

fn named_sku(row: &RowReader<'_>, ours: bool) -> Option<Arc<str>> {
    let sku = row.text("SkuId");
    (ours && !sku.is_empty()).then(|| sku.into())
}

const fn ptu_sku(scope: MeterScope) -> &'static str {
    match scope {
        MeterScope::Global => "GlobalProvisionedManaged",
        MeterScope::DataZone => "DataZoneProvisionedManaged",
        MeterScope::Regional => "ProvisionedManaged",
    }
}

const fn token_sku(scope: MeterScope, tier: ServiceTier) -> &'static str {
    match (scope, tier) {
        (MeterScope::Global, ServiceTier::Batch) => "GlobalBatch",
        (MeterScope::DataZone, ServiceTier::Batch) => "DataZoneBatch",
        (MeterScope::Global, _) => "GlobalStandard",
        (MeterScope::DataZone, _) => "DataZoneStandard",
        (MeterScope::Regional, _) => "Standard",
    }
}

/// A row's quantity, and the tokens in one of its unit: Microsoft's block size or its description
/// of the unit, or the number a FOCUS unit begins with. A bare `Units` is a block of a size that
/// nobody states: what was consumed counts then.
fn counted(row: &mut RowReader<'_>, ours: bool) -> Option<(Decimal, Decimal)> {
    // The marketplace prices units of its own; what was consumed is tokens.
    if ours && row.text("PricingUnit") == "CCUs" {
        return Some((row.decimal("ConsumedQuantity")?, Decimal::ONE));
    }
    let quantity = row.decimal("PricingQuantity");
    let column = "x_PricingBlockSize";
    if !row.text(column).is_empty() {
        return Some((quantity?, row.decimal(column)?));
    }
    let described = !row.text("x_PricingUnitDescription").is_empty();
    let column = if described { "x_PricingUnitDescription" } else { "PricingUnit" };
    let bare = |unit: &str| unit.trim().eq_ignore_ascii_case("units");
    if bare(row.text(column)) && !ours {
        if !bare(row.text("ConsumedUnit")) || row.text("ConsumedQuantity").is_empty() {
            let message = format!("{column} is `Units`, whose size is not stated");
            row.mistake("value-unreadable", column, &message);
            row.hint(|| BLOCK.to_owned());
            return None;
        }
        return Some((row.decimal("ConsumedQuantity")?, Decimal::ONE));
    }
    let block = row.parsed(column, None, |unit| tokens_in_unit(unit).map(Decimal::from));
    Some((quantity?, block?))
}

/// What to do where the size of a block is not stated.
const BLOCK: &str =
    "export the column x_PricingBlockSize too, or ConsumedQuantity and ConsumedUnit";

/// The nearest whole count of `quantity` units of `unit` each; below zero for a correction. Exports round quantities; how
/// often that mattered is counted.
fn whole(
    row: &mut RowReader<'_>,
    quantity: Decimal,
    unit: Decimal,
    rounded_rows: &mut u64,
) -> Option<i128> {
    let exact = quantity.checked_mul(unit);
    let nearest = exact.map(|exact| exact.round());
    let Some(count) = nearest.and_then(|nearest| nearest.to_i128()) else {
        let message = format!("no such quantity: PricingQuantity is {quantity} units of {unit}");
        row.mistake("quantity-out-of-range", "PricingQuantity", &message);
        return None;
    };
    if nearest != exact {
        *rounded_rows += 1;
    }
    Some(count)
}
