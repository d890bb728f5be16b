//! Rows of our own export that are no usage to bill again: reservations with their payments and
//! shares, and meters that count something else than tokens and PTUs. They are taken as recorded,
//! so that what the file adds up to, by month and by owner, is what its report says.

#![deny(clippy::float_arithmetic)]

use crate::billing::allocation::{Owners, Work};
use crate::billing::line::{
    ChargeCategory, CommitmentShare, CommitmentStatus, LineItem, Meter, PricingCategory,
};
use crate::billing::recorded::owner;
use crate::billing::recorded::table::RowReader;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::MeterKind;
use crate::units::calendar::utc_date;
use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a row charges, where it is to be taken as recorded.
pub(crate) fn meter(row: &RowReader<'_>) -> Option<Meter> {
    let name = row.text("SkuMeter");
    let commitment = !row.text("CommitmentDiscountId").is_empty();
    let charged = [Meter::Capacity, Meter::Reservation];
    if commitment && let Some(meter) = charged.into_iter().find(|own| own.to_string() == name) {
        return Some(meter);
    }
    MeterKind::ALL.into_iter().find_map(|kind| {
        let plain = Meter::Other { kind, variant: None };
        let rest = name.strip_prefix(&plain.to_string())?;
        match rest.strip_prefix(", ") {
            Some(variant) => Some(Meter::Other { kind, variant: Some(variant.into()) }),
            None => rest.is_empty().then_some(plain),
        }
    })
}

/// The line of a row that is taken as recorded.
pub(crate) fn line(row: &mut RowReader<'_>, meter: Meter) -> Option<LineItem> {
    let from = row.instant("ChargePeriodStart")?;
    let until = row.instant("ChargePeriodEnd")?;
    let cost = |row: &mut RowReader<'_>, column| row.money(column, "BillingCurrency");
    let category = match (row.text("ChargeCategory"), row.text("ChargeClass")) {
        ("Usage", _) => ChargeCategory::Usage,
        (_, "Correction") => ChargeCategory::Refund,
        _ => ChargeCategory::Purchase,
    };
    let committed = row.text("PricingCategory") == PricingCategory::Committed.as_str();
    let deployment = deployment(row);
    let workload = row.text("x_Workload");
    let workload = match (&meter, workload) {
        (Meter::Other { .. }, own) => Some(own.into()),
        (_, "") => None,
        (_, own) => Some(own.into()),
    };
    Some(LineItem {
        from,
        until,
        category,
        pricing: if committed { PricingCategory::Committed } else { PricingCategory::Standard },
        count: count(row, &meter)?,
        deployment,
        workload,
        rate: None,
        list_cost: cost(row, "ListCost")?,
        contracted_cost: cost(row, "ContractedCost")?,
        billed_cost: cost(row, "BilledCost")?,
        effective_cost: cost(row, "EffectiveCost")?,
        exchange: None,
        commitment: commitment(row),
        consumption_unit: None,
        meter,
    })
}

fn deployment(row: &RowReader<'_>) -> Option<Arc<DeploymentRef>> {
    let name = row.text("ResourceName");
    (!name.is_empty()).then(|| {
        Arc::new(DeploymentRef {
            name: name.into(),
            model: row.text("x_Model").into(),
            sku: row.text("SkuId").into(),
            region: row.text("RegionId").into(),
            fine_tuned: false,
        })
    })
}

/// The whole-number count behind a row's quantity, whose unit begins with how many people's units
/// it has.
fn count(row: &mut RowReader<'_>, meter: &Meter) -> Option<u64> {
    let quantity = row.decimal("PricingQuantity")?;
    let unit = row.text("PricingUnit").split(' ').next().unwrap_or_default();
    let block = unit.parse::<Decimal>().unwrap_or(Decimal::ONE);
    let counts = Decimal::from(meter.unit().counts_per_consumed_unit());
    let count = quantity.checked_mul(block).and_then(|units| units.checked_mul(counts));
    let count = count.and_then(|count| count.round().to_u64());
    if count.is_none() {
        row.mistake("quantity-out-of-range", "PricingQuantity", "no such quantity");
    }
    count
}

fn commitment(row: &RowReader<'_>) -> Option<CommitmentShare> {
    let id = row.text("CommitmentDiscountId");
    if id.is_empty() {
        return None;
    }
    let hours: Decimal = row.text("CommitmentDiscountQuantity").parse().unwrap_or_default();
    let statuses = [CommitmentStatus::Used, CommitmentStatus::Unused];
    let status = row.text("CommitmentDiscountStatus");
    Some(CommitmentShare {
        id: id.into(),
        sku: row.text("SkuId").into(),
        status: statuses.into_iter().find(|own| own.as_str() == status),
        ptu_minutes: hours
            .checked_mul(Decimal::from(60))
            .and_then(|minutes| minutes.round().to_u64())
            .unwrap_or_default(),
    })
}

/// Notes the work that a row of shared capacity is split by, and whose it was.
pub(crate) fn note_work(
    row: &mut RowReader<'_>,
    from: Timestamp,
    work: &mut Work,
    owners: &mut Owners,
) {
    let text = row.text("x_Work").to_owned();
    let Some(deployment) = deployment(row).filter(|_| !text.is_empty()) else { return };
    let Ok(parts) = serde_json::from_str::<Map<String, Value>>(&text) else {
        row.mistake("value-unreadable", "x_Work", "x_Work is no JSON object");
        return;
    };
    let mut done = BTreeMap::new();
    for (workload, part) in parts {
        let workload: Arc<str> = workload.into();
        if let Some(weight) = part["work"].as_u64() {
            done.insert(Arc::clone(&workload), weight);
        }
        if let Some(stated) = owner::of_tags(&part["tags"].to_string()) {
            owner::note(row, "x_Work", &workload, stated, owners);
        }
    }
    work.insert((deployment, utc_date(from)), done);
}

/// A period that a charge lies in too.
pub(crate) fn widened(
    period: Option<(Timestamp, Timestamp)>,
    from: Timestamp,
    until: Timestamp,
) -> (Timestamp, Timestamp) {
    let (first, last) = period.unwrap_or((from, until));
    (first.min(from), last.max(until))
}
