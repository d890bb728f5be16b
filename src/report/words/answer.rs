//! Names of candidates that fit a table, the same in every form.

use crate::report::view::{CandidateView, DeploymentView, RecommendationView};
use crate::report::words::kinds;
pub use crate::report::words::kinds::words as kind;
use crate::report::words::numbers;
use crate::units::ptu::Ptu;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The cost of a month in the most likely future, of which the parts are known; none where nothing was simulated. The
/// median over futures drawn from ranges may be another.
pub fn likely(candidate: &CandidateView) -> Option<String> {
    let parts = candidate.cost_parts.iter().map(|part| part.cost.parse::<Decimal>());
    let sum = parts.sum::<Result<Decimal, _>>().ok()?;
    (!candidate.cost_parts.is_empty()).then(|| sum.normalize().to_string())
}

/// The cost in the most likely future, in which curves and effects are drawn; the median where that is all there is.
pub fn likely_cost(candidate: &CandidateView) -> String {
    likely(candidate).unwrap_or_else(|| candidate.monthly_cost.p50.clone())
}

/// Whether what was replayed in several futures has costs that differ between them.
pub fn has_futures(candidates: &[CandidateView]) -> bool {
    candidates.iter().map(|c| &c.monthly_cost).any(|c| c.replications > 1 && c.p10 != c.p90)
}

/// A name for a candidate that fits a table, such as `200 PTU Global + spill, 1-year`.
pub fn label(candidate: &CandidateView) -> String {
    short(candidate, Named::of([candidate]))
}

/// The same among others: what is not the same for all of them is named.
pub fn label_among<'a>(
    candidate: &CandidateView,
    all: impl IntoIterator<Item = &'a CandidateView>,
) -> String {
    short(candidate, Named::of(all))
}

/// The same among everything that an answer shows: a model or a region that is not always the same
/// is named, such as `GlobalStandard · gpt-5.4`.
pub fn label_in(view: &RecommendationView, candidate: &CandidateView) -> String {
    label_among(candidate, shown(view))
}

/// The model of a candidate where an answer shows others; none where it is always the same, or
/// where the candidate has several.
pub fn model_in<'a>(view: &RecommendationView, candidate: &'a CandidateView) -> Option<&'a str> {
    let first = candidate.deployments.first()?;
    (Named::of(shown(view)).models && !Named::of([candidate]).models).then_some(&*first.model)
}

/// Whether an answer shows several models, so that one must be named.
pub fn shows_models(view: &RecommendationView) -> bool {
    Named::of(shown(view)).models
}

/// What tells a candidate apart from others that an answer shows, such as ` · gpt-5.4`; empty
/// where nothing but its size does.
pub(crate) fn apart_in(view: &RecommendationView, candidate: &CandidateView) -> String {
    apart(candidate, Named::of(shown(view)))
}

/// Every candidate that an answer shows: the ranked ones, and those that more quota would open.
fn shown(view: &RecommendationView) -> impl Iterator<Item = &CandidateView> {
    let asked = view.quota.options.iter().map(|option| &option.candidate);
    view.candidates.iter().chain(asked)
}

/// What must be named because it is not always the same.
#[derive(Clone, Copy)]
struct Named {
    models: bool,
    regions: bool,
}

impl Named {
    fn of<'a>(candidates: impl IntoIterator<Item = &'a CandidateView>) -> Self {
        let mut all = candidates.into_iter().flat_map(|candidate| &candidate.deployments);
        let Some(first) = all.next() else { return Self { models: false, regions: false } };
        let (mut models, mut regions) = (false, false);
        for deployment in all {
            models |= deployment.model != first.model;
            regions |= deployment.region != first.region;
        }
        Self { models, regions }
    }
}

/// One deployment in few words, such as `200 PTU Global`.
pub(crate) fn part(deployment: &DeploymentView) -> String {
    let schedule = deployment.schedule.as_ref();
    let schedule = schedule.map(|own| (&*own.hours, own.else_ptu, own.by_the_hour));
    match (deployment.capacity_ptu, &deployment.kind) {
        (Some(ptu), _) => sized(ptu, schedule, &deployment.sku),
        (None, Some(kind)) => kinds::label(deployment, kind),
        (None, None) => deployment.sku.clone(),
    }
}

/// PTUs in few words; of a schedule its hours, the PTUs of all others, and whether each hour has
/// its own.
pub(crate) fn sized(ptu: Ptu, schedule: Option<(&str, Ptu, bool)>, sku: &str) -> String {
    let (high, scope) = (numbers::count(u64::from(ptu)), scope_of(sku));
    let Some((hours, other, by_the_hour)) = schedule else { return format!("{high} PTU {scope}") };
    let low = numbers::count(u64::from(other));
    if by_the_hour {
        format!("{low} to {high} PTU {hours} {scope}")
    } else {
        format!("{high} PTU {hours} else {low} {scope}")
    }
}

/// The label, model by model where there are several: what is the same for all deployments of the candidate is said once,
/// at the end, and so is the region of the first.
fn short(candidate: &CandidateView, named: Named) -> String {
    let own = Named::of([candidate]);
    let provisioned = candidate.deployments.iter().any(|d| d.capacity_ptu.is_some());
    // What was never simulated has no deployments in the view, and a name all the same.
    if candidate.deployments.is_empty() {
        return candidate.family.clone();
    }
    let each = by_model(candidate)
        .into_iter()
        .map(|(model, parts)| if own.models { format!("{model}: {parts}") } else { parts });
    let mut label = each.collect::<Vec<_>>().join("; ");
    if provisioned {
        label = format!("{label}, {}", candidate.commitment);
    }
    label + &apart(candidate, named)
}

/// The model and the region, where they are not always the same.
fn apart(candidate: &CandidateView, named: Named) -> String {
    let Some(first) = candidate.deployments.first() else { return String::new() };
    let several = Named::of([candidate]).models;
    let model = (named.models && !several).then_some(&first.model);
    let region = named.regions.then_some(&first.region);
    let mut said = String::new();
    for name in model.into_iter().chain(region) {
        said.push_str(" · ");
        said.push_str(name);
    }
    said
}

/// The deployments of a candidate in few words, model by model.
fn by_model(candidate: &CandidateView) -> Vec<(&str, String)> {
    let Some(first) = candidate.deployments.first() else { return Vec::new() };
    let mut models: Vec<(&str, Vec<String>)> = Vec::new();
    for deployment in kinds::routers_once(&candidate.deployments) {
        let known = models.iter().position(|(model, _)| *model == deployment.model);
        let index = known.unwrap_or(models.len());
        if known.is_none() {
            models.push((&deployment.model, Vec::new()));
        }
        let parts = &mut models[index].1;
        let plain = deployment.capacity_ptu.is_none() && deployment.kind.is_none();
        let spills = plain && !parts.is_empty();
        let mut part = if spills { "spill".to_owned() } else { part(deployment) };
        if deployment.region != first.region {
            part = format!("{part} {}", deployment.region);
        }
        parts.push(part);
    }
    models.into_iter().map(|(model, parts)| (model, parts.join(" + "))).collect()
}

/// What a candidate does otherwise than the choice, model by model, such as `gpt-4.1-mini:
/// GlobalStandard`; none where one model is served.
pub(crate) fn unlike(candidate: &CandidateView, choice: Option<&CandidateView>) -> Option<String> {
    let choice = choice.filter(|choice| choice.name != candidate.name)?;
    let (theirs, own) = (by_model(choice), by_model(candidate));
    if own.len() < 2 && theirs.len() < 2 {
        return None;
    }
    let mut parts: Vec<String> = own
        .iter()
        .filter(|one| !theirs.contains(one))
        .map(|(model, parts)| format!("{model}: {parts}"))
        .collect();
    let gone = theirs.iter().filter(|(model, _)| own.iter().all(|(own, _)| own != model));
    parts.extend(gone.map(|(model, _)| format!("no {model}")));
    if candidate.total_ptu > 0 && candidate.commitment != choice.commitment {
        let same = if parts.is_empty() { "the same deployments, " } else { "" };
        parts.push(format!("{same}{}", candidate.commitment));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Labels of the ranked candidates; the full name where two would read alike.
pub fn labels(view: &RecommendationView) -> Vec<String> {
    let candidates = &view.candidates;
    let named = Named::of(shown(view));
    let short: Vec<_> = candidates.iter().map(|candidate| short(candidate, named)).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (label, _) in short.iter().zip(candidates).filter(|(_, c)| c.name != "today") {
        *seen.entry(label).or_default() += 1;
    }
    let unique = |label: &str| seen.get(label) == Some(&1);
    short
        .iter()
        .zip(candidates)
        .map(|(label, c)| match &*c.name {
            "today" if c.deployments.is_empty() => "what runs today".to_owned(),
            "today" => format!("today: {label}"),
            _ if unique(label) => label.clone(),
            name => name.to_owned(),
        })
        .collect()
}

/// Where a provisioned deployment's traffic goes: `Global`, `DataZone`, `Regional`, or its SKU.
pub(crate) fn scope(deployment: &DeploymentView) -> &str {
    scope_of(&deployment.sku)
}

fn scope_of(sku: &str) -> &str {
    match sku.strip_suffix("ProvisionedManaged") {
        Some("") => "Regional",
        Some(scope) => scope,
        None => sku,
    }
}
