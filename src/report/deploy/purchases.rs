//! Which reservations of a plan one region's file buys.

use crate::report::deploy::run::{Run, RunCandidate, RunPurchase, RunReservation};
use crate::scenario::azure::reservation_of_sku;
use crate::units::diagnostic::Diagnostic;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A reservation to buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The SKU it covers.
    pub sku: String,
    /// What the price list calls it.
    pub listed: &'static str,
    /// `1-month` or `1-year`.
    pub term: String,
    /// PTUs.
    pub quantity: u32,
    /// Whether it is paid month by month.
    pub monthly: bool,
    /// Whether the plan goes on longer than its term.
    pub renews: bool,
}

/// What one region's file buys, and what it must know of the others.
pub(super) struct Purchases {
    pub(super) bought: Vec<Purchase>,
    /// PTUs that reservations owned already cover.
    pub(super) owned: u32,
    pub(super) remarks: Vec<String>,
}

/// PTUs of a SKU, laid end to end: those of one region before those of the next.
struct Line {
    /// Where those of the region that is written begin and end.
    own: [u64; 2],
    /// What reservations cover so far.
    covered: u64,
    all: u64,
}

impl Line {
    fn of(candidate: &RunCandidate, reservation: &RunReservation, region: &str) -> Self {
        let mut by_region: BTreeMap<&str, u64> = BTreeMap::new();
        for own in candidate.deployments.iter().filter(|own| own.sku == reservation.sku) {
            if reservation.region.as_ref().is_none_or(|covered| *covered == own.region) {
                *by_region.entry(&own.region).or_default() +=
                    u64::from(own.capacity_ptu.unwrap_or(0));
            }
        }
        let before: u64 =
            by_region.iter().filter(|(name, _)| **name < region).map(|(_, ptu)| ptu).sum();
        let own = by_region.get(region).copied().unwrap_or(0);
        let all = by_region.values().sum();
        Self { own: [before, before + own], covered: 0, all }
    }

    /// How many PTUs of a reservation are for this region. What is more than there are goes to the
    /// last region.
    fn share(&mut self, quantity: u32) -> u64 {
        let begin = self.covered;
        self.covered += u64::from(quantity);
        let own_end = if self.own[1] == self.all { u64::MAX } else { self.own[1] };
        self.covered.min(own_end).saturating_sub(begin.max(self.own[0]))
    }
}

/// The purchases of a region. A reservation of Global PTUs covers every region at once, so each
/// region's file buys as many PTUs of it as the region deploys: all files together buy it once, and
/// each after what it pays for.
pub(super) fn purchases(
    run: &Run,
    candidate: &RunCandidate,
    region: &str,
    date: Date,
) -> Result<Purchases, Diagnostic> {
    let mut made = Purchases { bought: Vec::new(), owned: 0, remarks: Vec::new() };
    let mut lines: BTreeMap<(&str, Option<&str>), Line> = BTreeMap::new();
    let is_covered = |own: &&RunReservation| {
        own.region.as_ref().is_none_or(|covered| covered == region)
            && candidate.deployments.iter().any(|unit| unit.region == region && unit.sku == own.sku)
    };
    let (owned, new): (Vec<&RunReservation>, Vec<&RunReservation>) =
        candidate.reservations.iter().filter(is_covered).partition(|own| own.owned);
    for own in owned.into_iter().chain(new) {
        if let Some(start) = day(own.start.as_ref()).filter(|start| *start > date && !own.owned) {
            made.remarks.push(format!(
                "Later, and not in this file: reserve {} PTU of {} for {} from {start}.",
                own.quantity_ptu,
                own.sku,
                own.term.replace('-', " ")
            ));
            continue;
        }
        let line = lines
            .entry((&own.sku, own.region.as_deref()))
            .or_insert_with(|| Line::of(candidate, own, region));
        let quantity = u32::try_from(line.share(own.quantity_ptu)).unwrap_or(u32::MAX);
        if own.owned {
            made.owned = made.owned.checked_add(quantity).ok_or_else(too_many)?;
            continue;
        }
        if quantity < own.quantity_ptu {
            made.remarks.push(format!(
                "The plan reserves {} PTU of {} for all regions together: this file buys \
                 {quantity} of them, as many as it deploys, and those of other regions the rest.",
                own.quantity_ptu, own.sku
            ));
        }
        if quantity > 0 {
            made.bought.push(purchase(run, candidate, own, quantity, date)?);
        }
    }
    together(&mut made.bought);
    Ok(made)
}

fn too_many() -> Diagnostic {
    Diagnostic::error("not-a-run", "the run owns more PTUs than there are")
        .hint("run `ptuplan recommend` again")
}

fn purchase(
    run: &Run,
    candidate: &RunCandidate,
    own: &RunReservation,
    quantity: u32,
    date: Date,
) -> Result<Purchase, Diagnostic> {
    let Some(listed) = reservation_of_sku(&own.sku) else {
        let message = format!("a reservation of {} has no name in the price list", own.sku);
        return Err(Diagnostic::error("sku-not-reserved", message)
            .hint("buy it in the portal, and export without it"));
    };
    Ok(Purchase {
        sku: own.sku.clone(),
        listed,
        term: own.term.clone(),
        quantity,
        monthly: own.payment == "monthly",
        renews: renews(run, candidate, own, date),
    })
}

/// Whether the plan renews a reservation: as its purchases say, else where the period is longer
/// than the term.
fn renews(run: &Run, candidate: &RunCandidate, own: &RunReservation, date: Date) -> bool {
    let chosen = run.choice.as_ref().is_some_and(|choice| choice.rank == candidate.rank);
    let planned = run.horizon.as_ref().filter(|_| chosen);
    let alike = |one: &&RunPurchase| {
        one.now && one.sku == own.sku && one.region == own.region && one.term == own.term
    };
    if let Some(one) = planned.and_then(|horizon| horizon.purchases.iter().find(alike)) {
        return one.renews;
    }
    let term = if own.term == "1-month" { 1.month() } else { 1.year() };
    let end = day(own.start.as_ref()).unwrap_or(date).checked_add(term).ok();
    end.zip(day(run.scenario.until.as_ref())).is_some_and(|(end, until)| end < until)
}

/// The day of a day or an instant.
fn day(written: Option<&String>) -> Option<Date> {
    written?.get(..10)?.parse().ok()
}

/// Reservations of one kind that begin on one day are one purchase.
fn together(purchases: &mut Vec<Purchase>) {
    let key = |own: &Purchase| (own.sku.clone(), own.term.clone(), own.monthly, own.renews);
    purchases.sort_by_key(key);
    purchases.dedup_by(|next, kept| {
        let same = key(next) == key(kept);
        if same {
            kept.quantity = kept.quantity.saturating_add(next.quantity);
        }
        same
    });
}
