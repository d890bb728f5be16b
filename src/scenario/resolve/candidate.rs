//! A candidate as a whole.

use crate::catalog::Catalog;
use crate::engine::setup::{DeploymentIx, Setup, Stream};
use crate::ledger::deployment::DeploymentRef;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::joint::Joint;
use crate::scenario::resolve::meters::Meters;
use crate::scenario::resolve::names::note_spellings;
use crate::scenario::resolve::quota::{check_ptu_quota, ptu_quotas};
use crate::scenario::resolve::stream::parts;
use crate::units::diagnostic::{Diagnostic, Diagnostics, nearest, nearest_first};
use crate::units::ptu::Ptu;
use std::sync::Arc;

/// A candidate in the engine's terms.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What the engine runs.
    pub setup: Setup,
    /// What each deployment of the setup is, for the bill.
    pub deployments: Vec<Arc<DeploymentRef>>,
    /// PTUs of each deployment, none for standard ones.
    pub capacity_ptu: Vec<Option<Ptu>>,
    /// What each deployment is billed by beside tokens and PTUs.
    pub meters: Vec<Meters>,
    /// The dated values that were used.
    pub facts: Facts,
    /// What calls ask for and no deployment offers: those calls are answered 400. A plan has no use for such a candidate.
    pub unserved: Diagnostics,
}

/// Resolves a candidate on the first day of the scenario's period, or says everything that is wrong with it.
pub fn resolve(
    scenario: &Scenario,
    catalog: &Catalog,
    candidate: &Candidate,
) -> Result<Resolved, Diagnostics> {
    names(scenario, catalog)?;
    let mut wrong = Diagnostics::default();
    let (mut facts, mut unserved) = (Facts::default(), Diagnostics::default());
    let on = scenario.period.first_date();
    let (mut deployments, mut meters) = (Vec::new(), Vec::new());
    for index in 0..candidate.deployments.len() {
        let mut joint =
            Joint { scenario, catalog, candidate, on, facts: &mut facts, unserved: &mut unserved };
        match joint.deployment(index) {
            Ok((deployment, others)) => {
                deployments.push(deployment);
                meters.push(others);
            }
            Err(error) => wrong.0.extend(error.0),
        }
    }
    note_price_changes(scenario, &mut facts);
    note_spellings(scenario, catalog, &mut facts);
    let ptu_quotas = ptu_quotas(scenario, candidate, &mut deployments);
    let mut streams = Vec::new();
    for part in parts(scenario, candidate) {
        let workload = part.workload;
        let mut joint =
            Joint { scenario, catalog, candidate, on, facts: &mut facts, unserved: &mut unserved };
        let client = joint.client(&workload.client);
        let rules = joint.stream_rules(&part);
        match client.and_then(|client| Ok((client, rules?))) {
            Ok((client, rules)) => streams.push(Stream {
                route: part.route.iter().map(|index| DeploymentIx(*index as u16)).collect(),
                client,
                max_output_tokens: workload.max_output_tokens,
                rules,
            }),
            Err(error) => wrong.push(error.at(workload.client.place().clone())),
        }
    }
    check_ptu_quota(scenario, candidate, &mut wrong);
    wrong.0.dedup();
    wrong.or_ok(())?;
    let refs = candidate.deployments.iter().map(|planned| {
        Arc::new(DeploymentRef {
            name: planned.name.clone(),
            model: planned.model.name.clone(),
            sku: planned.sku.name.clone(),
            region: planned.region.name.clone(),
            fine_tuned: planned.options.fine_tuned,
        })
    });
    Ok(Resolved {
        deployments: refs.collect(),
        meters,
        capacity_ptu: candidate.deployments.iter().map(|planned| planned.capacity_ptu).collect(),
        setup: Setup {
            hour_phase_us: scenario.period.hour_phase_us(),
            deployments,
            streams,
            ptu_quotas,
            minute_series: true,
            ..Setup::new(scenario.window.length_us)
        },
        facts,
        unserved,
    })
}

/// Notes the price changes that the scenario assumes.
fn note_price_changes(scenario: &Scenario, facts: &mut Facts) {
    for event in &scenario.events {
        let Some(price) = &event.price else { continue };
        let of = [&event.model, &event.deployment, &event.region];
        let of: Vec<&str> = of.into_iter().flatten().map(|name| &**name).collect();
        let (name, value) = price.words(&of);
        facts.note_words(name, value, price.evidence());
    }
}

/// Checks the names that every candidate shares.
fn names(scenario: &Scenario, catalog: &Catalog) -> Result<(), Diagnostics> {
    let mut wrong = Diagnostics::default();
    if let Err(error) = catalog.region(&scenario.region.name) {
        wrong.push(error.at(scenario.region.place.clone()));
    }
    for (name, (text, place)) in scenario.parameters.iter() {
        match catalog.parameter(name) {
            Err(error) => wrong.push(error.at(place.clone())),
            Ok(parameter) => wrong.0.extend(parameter.refuses(text).map(|e| e.at(place.clone()))),
        }
    }
    for (event, price) in scenario.events.iter().filter_map(|e| Some((e, e.price.as_ref()?))) {
        let sku = price.sku.iter().filter_map(|sku| catalog.sku(sku).err());
        let model = event.model.iter().filter_map(|model| catalog.model(model).err());
        wrong.0.extend(sku.chain(model).map(|error| error.at(price.place.clone())));
    }
    for used in &scenario.require.has_used {
        wrong.0.extend(catalog.model(&used.name).err().map(|error| error.at(used.place.clone())));
    }
    let tier = &scenario.quota_tier;
    let tiers: Vec<&str> = catalog.quota_tiers().collect();
    if !tiers.contains(&&*tier.name) {
        let hint = match nearest(&tier.name, tiers.iter().copied()) {
            Some(known) => format!("did you mean {known}?"),
            None => format!(
                "such as {}; `ptuplan catalog show {}` has the tiers of a model",
                nearest_first(&tier.name, tiers.iter().copied()).join(", "),
                scenario.workloads.first().map_or("MODEL", |own| &own.model.name)
            ),
        };
        wrong.push(
            Diagnostic::error("unknown-quota-tier", format!("unknown quota tier: {}", tier.name))
                .at(tier.place.clone())
                .hint(hint),
        );
    }
    wrong.or_ok(())
}
