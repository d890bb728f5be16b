//! What a candidate's bill rests on under one catalogue: its dated values, its prices and the rules
//! that no value states.

use crate::billing::bill::Bill;
use crate::billing::prices::PriceSource;
use crate::catalog::Catalog;
use crate::catalog::diff::Difference;
use crate::engine::setup::Admission;
use crate::ledger::usage::Answer;
use crate::plan::constraints::judge;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::limiter::DOCUMENTED;
use crate::scenario::run::evaluate::{Simulated, price, simulate};
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::diagnostic::{Diagnostics, Place};
use crate::workload::trace::Trace;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// A rule of the catalogue that a bill follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// What it rules.
    pub rule: RuleOf,
    /// Where it stands.
    pub place: Place,
}

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleOf {
    /// What is billed of calls that were answered so.
    Billing(Answer),
    /// How a Standard deployment counts, by the name of the profile.
    Limiter(String),
    /// A SKU, by its name.
    Sku(String),
}

/// What a bill rests on.
#[derive(Clone, Debug)]
pub struct RestsOn {
    /// The dated values that the simulation and the constraints lean on.
    pub facts: Facts,
    /// The bill, whose lines have the prices.
    pub bill: Bill,
    /// The rules that it follows.
    pub rules: Vec<Followed>,
}

impl RestsOn {
    /// Simulates and bills a candidate.
    ///
    /// # Errors
    /// What cannot be simulated or billed under this catalogue.
    pub fn of(
        scenario: &Scenario,
        catalog: &Catalog,
        traces: &[Trace],
        candidate: &Candidate,
    ) -> Result<Self, Diagnostics> {
        let simulated = simulate(scenario, catalog, traces, candidate)?;
        let bill = price(scenario, catalog, &simulated, candidate.payment)?;
        let rules = rules(scenario, catalog, candidate, &simulated);
        Ok(Self { facts: simulated.resolved.facts, bill, rules })
    }

    /// The same with the values that decide whether the candidate can be had.
    ///
    /// # Errors
    /// As [`RestsOn::of`], and names that the constraints do not know.
    pub fn judged(
        scenario: &Scenario,
        catalog: &Catalog,
        traces: &[Trace],
        candidate: &Candidate,
    ) -> Result<Self, Diagnostics> {
        let mut own = Self::of(scenario, catalog, traces, candidate)?;
        own.facts.merge(&judge(scenario, catalog, candidate)?.facts);
        Ok(own)
    }
}

fn rules(
    scenario: &Scenario,
    catalog: &Catalog,
    candidate: &Candidate,
    simulated: &Simulated,
) -> Vec<Followed> {
    let mut found = Vec::new();
    let prices = ScenarioPrices { scenario, catalog };
    let day = |record: &crate::ledger::usage::TokenUsage| -> Date {
        record.hour.to_zoned(TimeZone::UTC).date()
    };
    let records = simulated.usage.tokens.iter();
    let answers: BTreeSet<(Answer, Date)> =
        records.map(|record| (record.answer, day(record))).collect();
    for (answer, day) in answers {
        if let Ok(rule) = prices.billed(answer, day) {
            let place = rule.evidence.place.clone();
            found.push(Followed { rule: RuleOf::Billing(answer), place });
        }
    }
    let of_setup = &simulated.resolved.setup.deployments;
    for (planned, resolved) in candidate.deployments.iter().zip(of_setup) {
        if let Ok(sku) = catalog.sku(&planned.sku.name) {
            let rule = RuleOf::Sku(sku.name.to_string());
            found.push(Followed { rule, place: sku.evidence.place.clone() });
        }
        if !matches!(resolved.admission, Admission::Standard(_)) {
            continue;
        }
        let named = planned.options.limits.profile.as_ref().map_or(DOCUMENTED, |own| &*own.name);
        if let Ok(profile) = catalog.limiter_profile(named) {
            let rule = RuleOf::Limiter(profile.name.to_string());
            found.push(Followed { rule, place: profile.evidence.place.clone() });
        }
    }
    found
}

/// Whether a difference of two catalogues may bear on candidates: it names no model, SKU or region
/// that none of them has.
pub(crate) fn may_bear_on(
    difference: &Difference,
    catalogs: [&Catalog; 2],
    candidates: &[&Candidate],
) -> bool {
    let planned = || candidates.iter().flat_map(|own| &own.deployments);
    let models: Vec<&str> = planned().map(|own| &*own.model.name).collect();
    let skus: Vec<&str> = planned().map(|own| &*own.sku.name).collect();
    let regions: Vec<&str> = planned().map(|own| &*own.region.name).collect();
    difference.table != "sources.csv"
        && difference.keys.iter().all(|key| {
            let key = key.as_str();
            let is = |known: bool, own: &[&str]| !known || own.contains(&key);
            is(catalogs.iter().any(|catalog| catalog.model(key).is_ok()), &models)
                && is(catalogs.iter().any(|catalog| catalog.sku(key).is_ok()), &skus)
                && is(catalogs.iter().any(|catalog| catalog.region(key).is_ok()), &regions)
        })
}
