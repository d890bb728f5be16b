//! Several models: the size of each is searched by itself, then the best are put together.
//!
//! Deployments of different models share no traffic, so what a model's deployments serve and what their tokens cost does
//! not depend on the others. What ties models together is the PTU quota of a SKU and the reservation that covers all
//! models of a type, region and scope. For each way to pay, a PTU costs the same whatever its model, so without a quota
//! each model's cheapest size is part of the cheapest whole; under a quota the exact optimum is found by dynamic
//! programming over the PTUs drawn on it. The whole is then simulated, with each model's other sizes and SKUs beside it.

use crate::catalog::Catalog;
use crate::catalog::sku::{BillingMode, Sku};
use crate::plan::candidates::candidate::candidate;
use crate::plan::candidates::candidate::serves;
use crate::plan::candidates::family::{Family, families};
use crate::plan::candidates::identity::CandidateId;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate_on, group_of};
use crate::plan::question::Question;
use crate::plan::search::one_model::{Searched, one_model};
use crate::plan::setting::Setting;
use crate::plan::workers::Workers;
use crate::scenario::question::allow::Allow;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::waits::Waits;
use crate::scenario::run::requests::Requests;
use crate::scenario::run::split::split;
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::Ptu;
use crate::workload::trace::Trace;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Sizes listed on each side of a model's own in the whole.
const SIZES_AROUND: usize = 6;
/// The same for SKUs that were not taken.
const OTHER_SIZES_AROUND: usize = 1;

/// One model's part of the question, answered by itself.
struct ModelPart {
    searched: Searched,
    /// Index into its families, and size, of every candidate.
    places: Vec<(usize, Ptu)>,
}

/// What one model takes in a whole: a family of its part, and a size.
type Taken = (usize, Ptu);

/// The candidates of a mix of several models. `shape` is any family of the mix.
pub(crate) fn portfolio(
    setting: Setting<'_>,
    shape: &Family,
    workers: &impl Workers,
) -> Result<Searched, Diagnostics> {
    let parts = parts(setting, shape, workers)?;
    let scenario = setting.question.scenario;
    let mut payments = scenario.allow.payments.clone();
    payments.push(Payment::Mixed);
    let mut wholes: Vec<Vec<Taken>> = Vec::new();
    for payment in payments {
        let whole = cheapest(scenario, &parts, payment);
        wholes.extend(whole.filter(|whole| !wholes.contains(whole)));
    }
    if wholes.is_empty() {
        wholes.push(parts.iter().map(nearest).collect());
    }
    let mut found = Searched { families: Vec::new(), candidates: Vec::new() };
    let mut work: Vec<(usize, Ptu)> = Vec::new();
    let mut seen: BTreeSet<CandidateId> = BTreeSet::new();
    for whole in &wholes {
        for model in 0..parts.len() {
            lines(shape, &parts, whole, model, |family, sizes| {
                let number = found.families.iter().position(|known| known.id() == family.id());
                let number = number.unwrap_or_else(|| {
                    found.families.push(family.clone());
                    found.families.len() - 1
                });
                for size in sizes {
                    let one = candidate(family, *size, Payment::Hourly);
                    if seen.insert(CandidateId::of(family.id(), &one)) {
                        work.push((number, *size));
                    }
                }
            });
        }
    }
    let groups: Vec<Group> = work
        .iter()
        .map(|(number, size)| group_of(scenario, &found.families[*number], *size))
        .collect();
    let groups: Vec<&Group> = groups.iter().collect();
    let evaluated = evaluate_on(setting, "portfolio", &groups, workers)?;
    found.candidates.extend(evaluated.into_iter().flatten());
    Ok(found)
}

/// The question of each model: its own calls and nothing else.
fn parts(
    setting: Setting<'_>,
    shape: &Family,
    workers: &impl Workers,
) -> Result<Vec<ModelPart>, Diagnostics> {
    let Question { scenario, catalog, traces } = setting.question;
    let streams = split(&candidate(shape, 0, Payment::Hourly), traces);
    let called: Vec<_> = shape.mix.parts().collect();
    let allow = online(scenario, catalog);
    let mut parts = Vec::new();
    for lane in &shape.lanes {
        let mut workloads = Vec::new();
        let mut own: Vec<Trace> = Vec::new();
        for (stream, trace) in streams.traces.iter().enumerate() {
            let part = &called[stream];
            if part.aside.is_some() || !serves(lane, part) {
                continue;
            }
            let mut workload = scenario.workloads[streams.workloads[stream]].clone();
            workload.model = lane.model.clone();
            workload.alternatives = Vec::new();
            workload.rules.tier = part.tier.unwrap_or(workload.rules.tier);
            // Who may wait while others may not is served aside here, or as those who may not.
            workload.waits = workload.waits.filter(Waits::is_all);
            workloads.push(workload);
            own.push(trace.clone());
        }
        let alone = Scenario { workloads, today: None, allow: allow.clone(), ..scenario.clone() };
        let requests = Requests::of(&own[..]);
        let question = Question { scenario: &alone, catalog, traces: &own };
        let setting = Setting { question, requests: &requests, ..setting };
        // A model alone has nothing to be combined with.
        let families = families(&alone, catalog)?.into_iter().filter(|own| !own.is_combined());
        let searched = one_model(setting, families.collect(), workers)?;
        let places = searched.candidates.iter().map(|one| place(&searched.families, one));
        let places = places.collect::<Option<_>>().unwrap_or_default();
        parts.push(ModelPart { searched, places });
    }
    Ok(parts)
}

/// What is allowed for calls that are not served aside: the mix has decided which are.
fn online(scenario: &Scenario, catalog: &Catalog) -> Allow {
    let mut allow = scenario.allow.clone();
    let batch = |sku: &Sku| sku.billing == BillingMode::Batch;
    allow.skus.retain(|named| !catalog.sku(&named.name).is_ok_and(batch));
    allow.kinds.flex = false;
    allow.kinds.priority = false;
    allow
}

fn place(families: &[Family], one: &Evaluated) -> Option<(usize, Ptu)> {
    let number = families.iter().position(|family| family.id() == one.family_id)?;
    Some((number, families[number].size_of(&one.candidate)))
}

fn cost(one: &Evaluated) -> Option<Decimal> {
    Some(one.figures.as_ref()?.cost.monthly.amount())
}

/// PTUs drawn on each quota of the scenario.
fn drawn(scenario: &Scenario, candidate: &Candidate) -> Vec<Ptu> {
    let of_sku = |sku: &String| {
        let own = candidate.deployments.iter().filter(|d| *d.sku.name == **sku);
        own.filter_map(|d| d.capacity_ptu).sum()
    };
    scenario.ptu_quota.keys().map(of_sku).collect()
}

/// The cheapest feasible whole whose PTUs are all paid in a way; none when a model has no feasible candidate, or the quotas
/// are too small for all of them.
fn cheapest(scenario: &Scenario, parts: &[ModelPart], payment: Payment) -> Option<Vec<Taken>> {
    let quotas: Vec<Ptu> = scenario.ptu_quota.values().copied().collect();
    let mut wholes: BTreeMap<Vec<Ptu>, (Decimal, Vec<Taken>)> = BTreeMap::new();
    wholes.insert(vec![0; quotas.len()], (Decimal::ZERO, Vec::new()));
    for part in parts {
        // Of the candidates that draw alike on the quotas the cheapest is enough.
        let mut options: BTreeMap<Vec<Ptu>, (Decimal, Taken)> = BTreeMap::new();
        for (one, taken) in part.searched.candidates.iter().zip(&part.places) {
            let fits = one.candidate.payment == payment || one.candidate.total_ptu() == 0;
            let Some(cost) = cost(one).filter(|_| fits && one.is_feasible()) else { continue };
            let option = options.entry(drawn(scenario, &one.candidate)).or_insert((cost, *taken));
            if cost < option.0 {
                *option = (cost, *taken);
            }
        }
        let mut next: BTreeMap<Vec<Ptu>, (Decimal, Vec<Taken>)> = BTreeMap::new();
        for (used, (so_far, taken)) in &wholes {
            for (more, (cost, option)) in &options {
                let sum: Vec<Ptu> = used.iter().zip(more).map(|(a, b)| a + b).collect();
                if sum.iter().zip(&quotas).any(|(sum, quota)| sum > quota) {
                    continue;
                }
                let total = so_far + cost;
                if next.get(&sum).is_none_or(|(known, _)| total < *known) {
                    let taken = taken.iter().copied().chain([*option]).collect();
                    next.insert(sum, (total, taken));
                }
            }
        }
        wholes = next;
    }
    wholes.into_values().min_by(|a, b| a.0.cmp(&b.0)).map(|(_, taken)| taken)
}

/// The candidate of a part that is nearest to feasible: it breaks least, then costs least.
fn nearest(part: &ModelPart) -> Taken {
    let candidates = part.searched.candidates.iter().zip(&part.places);
    let best = candidates.min_by(|(a, _), (b, _)| {
        let excess = |one: &Evaluated| one.reasons.iter().map(|r| r.excess).fold(0.0, f64::max);
        (a.reasons.len().cmp(&b.reasons.len()))
            .then(excess(a).total_cmp(&excess(b)))
            .then(cost(a).cmp(&cost(b)))
    });
    best.map_or((0, 0), |(_, taken)| *taken)
}

/// The families in which one model varies and the others are as in a whole, each with the sizes to look at.
fn lines(
    shape: &Family,
    parts: &[ModelPart],
    whole: &[Taken],
    model: usize,
    mut add: impl FnMut(&Family, &[Ptu]),
) {
    let fixed: Vec<_> = parts
        .iter()
        .zip(whole)
        .map(|(part, (family, size))| {
            let mut lane = part.searched.families[*family].lanes[0].clone();
            lane.fixed_ptu = lane.grid.is_some().then_some(*size);
            lane
        })
        .collect();
    let own = &parts[model];
    for (number, family) in own.searched.families.iter().enumerate() {
        if family.lacks_grid() {
            continue;
        }
        let mut lanes = fixed.clone();
        lanes[model] = family.lanes[0].clone();
        let line = shape.by_model(lanes);
        let (taken, size) = whole[model];
        let (centre, around) = if number == taken {
            (Some(size), SIZES_AROUND)
        } else {
            (best_size(own, number), OTHER_SIZES_AROUND)
        };
        if !family.is_sized() {
            add(&line, &[0]);
        } else if let Some(centre) = centre {
            let near = (1..=around).flat_map(|step| family.neighbours(centre, step));
            let mut sizes: Vec<Ptu> = near.chain([centre]).collect();
            sizes.sort_unstable();
            add(&line, &sizes);
        }
    }
}

/// The size of a part's family that costs least, feasible ones first.
fn best_size(part: &ModelPart, number: usize) -> Option<Ptu> {
    let candidates = part.searched.candidates.iter().zip(&part.places);
    candidates
        .filter(|(_, (family, _))| *family == number)
        .filter_map(|(one, (_, size))| Some((!one.is_feasible(), cost(one)?, *size)))
        .min()
        .map(|(.., size)| size)
}
