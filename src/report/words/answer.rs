//! The answer in words, the same in every form.

use crate::report::view::horizon::HorizonView;
use crate::report::view::{CandidateView, DeploymentView, RecommendationView, SpreadView};
use crate::report::words::kinds;
pub use crate::report::words::kinds::words as kind;
use crate::report::words::numbers;
use crate::report::words::numbers::list;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Share of the futures below which a kind of plan that is best on average is still no clear winner.
const LEANING: f64 = 0.7;

/// The recommendation in one or two sentences.
pub fn recommendation(view: &RecommendationView) -> String {
    let Some(choice) = &view.choice else {
        return format!(
            "None of the {} candidates meets every objective and constraint.",
            numbers::count(view.candidates.len() as u64)
        );
    };
    let cost = &choice.monthly_cost;
    if let Some(horizon) = view.outlook.horizon.as_ref().filter(|h| h.months.len() > 1) {
        return over_months(choice, horizon);
    }
    let average = if cost.p10 == cost.p90 { "" } else { " on average" };
    let price = format!(
        "{}: {} a month{average}",
        purchase(choice),
        numbers::money(&choice.expected_monthly_cost, &cost.currency)
    );
    let said = match spread(cost) {
        Some(spread) => format!("{price} ({spread} over {}).", futures(view, cost.replications)),
        None => price + ".",
    };
    // What is owned already is not bought again.
    match view.outlook.horizon.as_ref().filter(|horizon| !horizon.owned.is_empty()) {
        Some(horizon) => format!("{said} {}", horizon.now),
        None => said,
    }
}

/// The answer over a horizon of several months: what it costs in all and in an average month, and of which future that is.
fn over_months(choice: &CandidateView, horizon: &HorizonView) -> String {
    let money = |amount: &str| numbers::money(amount, &horizon.currency);
    let spread = if horizon.p10 == horizon.p90 {
        String::new()
    } else {
        format!(
            "; {} to {} from the 10th to the 90th percentile of demand",
            money(&horizon.p10),
            money(&horizon.p90)
        )
    };
    let now = if horizon.owned.is_empty() { String::new() } else { format!(" {}", horizon.now) };
    format!(
        "{}: {} over {} months from {}, {} in an average month (in {}{spread}).{now}",
        purchase(choice),
        money(&horizon.total),
        horizon.months.len(),
        horizon.from,
        money(&horizon.monthly),
        horizon.future
    )
}

/// `32 futures`, or `8 replications` where they differ by luck alone.
fn futures(view: &RecommendationView, count: u32) -> String {
    let drawn = view.outlook.confidence.as_ref().is_some_and(|known| known.more_than_luck);
    let what = if drawn { "futures" } else { "replications" };
    format!("{} {what}", numbers::count(u64::from(count)))
}

/// How a cost spreads over the replications; none where there was one. What does not move says so.
pub fn spread(cost: &SpreadView) -> Option<String> {
    (cost.replications > 1).then(|| {
        let [low, high] = [&cost.p10, &cost.p90].map(|amount| numbers::amount(amount));
        if low == high {
            "the same at p10 and p90".to_owned()
        } else {
            format!("p10 {low} to p90 {high}")
        }
    })
}

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

/// How sure the choice is, or why that is unknown.
pub fn confidence(view: &RecommendationView) -> Option<String> {
    view.choice.as_ref()?;
    let Some(known) = &view.outlook.confidence else {
        return Some("One replication: its spread over luck is not known.".to_owned());
    };
    let count = futures(view, known.replications);
    let share = |share: f64| format!("{:.0} %", share * 100.0);
    if !known.more_than_luck {
        return Some(format!(
            "How sure: it is the cheapest feasible candidate in {} of {count}, which differ by luck alone: nothing else is \
             stated to be uncertain.",
            share(known.best_share)
        ));
    }
    let kind = match known.kind_share {
        all if all >= 1.0 => "in all of them".to_owned(),
        none if none <= 0.0 => "in none of them".to_owned(),
        some => format!("in {} of them", share(some)),
    };
    let lean = if known.kind_share < LEANING { " That is a lean, not a verdict." } else { "" };
    Some(format!(
        "How sure: it meets every objective in {} of {count} and is within 1 % of the cheapest in {}; a plan of its kind, of \
         whatever size, is the cheapest {kind}.{lean}",
        share(known.hold_share),
        share(known.near_share)
    ))
}

/// What a candidate buys, such as `Buy 200 PTU of gpt-4.1 on GlobalProvisionedManaged …`.
fn purchase(candidate: &CandidateView) -> String {
    let (provisioned, others): (Vec<_>, Vec<_>) =
        candidate.deployments.iter().partition(|d| d.capacity_ptu.is_some());
    let regions = Named::of(std::slice::from_ref(candidate)).regions;
    let on = |d: &DeploymentView| {
        let place = if regions { format!(" in {}", d.region) } else { String::new() };
        format!("{} on {}{place}", d.model, d.sku)
    };
    let (machines, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|d| kinds::instances(d).is_some());
    // What has no PTUs of its own model takes no spillover: it serves its own calls.
    let (spill, others): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|d| kinds::is_plain(d) && provisioned.iter().any(|p| p.model == d.model));
    let online = !(provisioned.is_empty() && machines.is_empty());
    let mut parts = Vec::new();
    if !provisioned.is_empty() {
        let mut said = reserved(candidate, &provisioned, on);
        if !spill.is_empty() {
            said = format!("{said}, spilling over to {}", list(spill.into_iter().map(on)));
        }
        parts.push(said);
    }
    if !machines.is_empty() {
        parts.push(format!("run {}", list(machines.iter().map(|d| kinds::machines(d)))));
    }
    if !others.is_empty() {
        let to = if online { "pay as you go for" } else { "pay as you go:" };
        parts.push(format!("{to} {}", kinds::by_token(&others, online, on)));
    }
    capital(&parts.join("; "))
}

/// With a capital at the front.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The PTUs of a candidate and how they are paid.
fn reserved(
    candidate: &CandidateView,
    provisioned: &[&DeploymentView],
    on: impl Fn(&DeploymentView) -> String,
) -> String {
    let reserved = list(provisioned.iter().map(|d| {
        let ptu = d.capacity_ptu.unwrap_or_default();
        let otherwise = d.schedule.as_ref().map_or_else(String::new, |schedule| {
            let less = numbers::count(u64::from(schedule.else_ptu));
            format!(" ({less} but at {})", schedule.hours)
        });
        format!("{} PTU{otherwise} of {}", numbers::count(u64::from(ptu)), on(d))
    }));
    let payment = match candidate.commitment.as_str() {
        "hourly" => "paid by the hour".to_owned(),
        "mixed" => mix(candidate),
        commitment => format!("with a {commitment} reservation"),
    };
    format!("buy {reserved} {payment}")
}

/// What of a mix is reserved.
fn mix(candidate: &CandidateView) -> String {
    let reserved = candidate
        .reservations
        .iter()
        .map(|own| format!("{} for {}", numbers::count(u64::from(own.quantity_ptu)), own.term));
    if candidate.reservations.is_empty() {
        return "paid by the hour".to_owned();
    }
    format!("of which {} are reserved and the rest is paid by the hour", list(reserved))
}

/// A name for a candidate that fits a table, such as `200 PTU Global + spill, 1-year`.
pub fn label(candidate: &CandidateView) -> String {
    short(candidate, Named::of(std::slice::from_ref(candidate)))
}

/// What must be named because it is not always the same.
#[derive(Clone, Copy)]
struct Named {
    models: bool,
    regions: bool,
}

impl Named {
    fn of(candidates: &[CandidateView]) -> Self {
        let mut all = candidates.iter().flat_map(|candidate| &candidate.deployments);
        let Some(first) = all.next() else { return Self { models: false, regions: false } };
        let (mut models, mut regions) = (false, false);
        for deployment in all {
            models |= deployment.model != first.model;
            regions |= deployment.region != first.region;
        }
        Self { models, regions }
    }
}

/// The label, model by model where there are several: what is the same for all deployments of the candidate is said once,
/// at the end, and so is the region of the first.
fn short(candidate: &CandidateView, named: Named) -> String {
    let own = Named::of(std::slice::from_ref(candidate));
    let provisioned = candidate.deployments.iter().any(|d| d.capacity_ptu.is_some());
    let Some(first) = candidate.deployments.first() else { return String::new() };
    let mut models: Vec<(&str, Vec<String>)> = Vec::new();
    for deployment in kinds::routers_once(&candidate.deployments) {
        let known = models.iter().position(|(model, _)| *model == deployment.model);
        let index = known.unwrap_or(models.len());
        if known.is_none() {
            models.push((&deployment.model, Vec::new()));
        }
        let parts = &mut models[index].1;
        let mut part = match (deployment.capacity_ptu, &deployment.schedule) {
            (Some(ptu), Some(schedule)) => {
                let (high, low) = (u64::from(ptu), u64::from(schedule.else_ptu));
                let hours = &schedule.hours;
                format!(
                    "{} PTU {hours} else {} {}",
                    numbers::count(high),
                    numbers::count(low),
                    scope(deployment)
                )
            }
            (Some(ptu), None) => {
                format!("{} PTU {}", numbers::count(u64::from(ptu)), scope(deployment))
            }
            (None, _) => match &deployment.kind {
                Some(kind) => kinds::label(deployment, kind),
                None if !parts.is_empty() => "spill".to_owned(),
                None => deployment.sku.clone(),
            },
        };
        if deployment.region != first.region {
            part = format!("{part} {}", deployment.region);
        }
        parts.push(part);
    }
    let each = models.iter().map(|(model, parts)| {
        let parts = parts.join(" + ");
        if own.models { format!("{model}: {parts}") } else { parts }
    });
    let mut label = each.collect::<Vec<_>>().join("; ");
    if provisioned {
        label = format!("{label}, {}", candidate.commitment);
    }
    if named.models && !own.models {
        label = format!("{label} · {}", first.model);
    }
    if named.regions {
        label = format!("{label} · {}", first.region);
    }
    label
}

/// Labels of candidates; the full name where two would read alike.
pub fn labels(candidates: &[CandidateView]) -> Vec<String> {
    let named = Named::of(candidates);
    let short: Vec<_> = candidates.iter().map(|candidate| short(candidate, named)).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for label in &short {
        *seen.entry(label).or_default() += 1;
    }
    let unique = |label: &str| seen.get(label) == Some(&1);
    short
        .iter()
        .zip(candidates)
        .map(|(label, c)| if unique(label) { label.clone() } else { c.name.clone() })
        .collect()
}

/// Where a provisioned deployment's traffic goes: `Global`, `DataZone`, `Regional`, or its SKU.
pub(crate) fn scope(deployment: &DeploymentView) -> &str {
    match deployment.sku.strip_suffix("ProvisionedManaged") {
        Some("") => "Regional",
        Some(scope) => scope,
        None => &deployment.sku,
    }
}
