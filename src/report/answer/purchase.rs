//! A candidate in few words, at several lengths: as long as there is room for.

use crate::report::view::{CandidateView, DeploymentView, RecommendationView, ServedView};
use crate::report::words::answer::{label_in, model_in, scope};
use crate::report::words::kinds;
use crate::report::words::numbers::{self, list};

/// What to do to have a candidate, such as `Buy 160 PTU of gpt-4.1 (Global, 1-year)`, longest
/// first; each ends in what changes in addition for what it serves.
pub(super) fn purchases(
    view: &RecommendationView,
    candidate: &CandidateView,
    also: &str,
) -> Vec<String> {
    let provisioned: Vec<_> =
        candidate.deployments.iter().filter(|d| d.capacity_ptu.is_some()).collect();
    let mut ways = Vec::new();
    // Where the answer shows several models, no form leaves that of the candidate out.
    let named = model_in(view, candidate).is_some();
    if candidate.pay_as_you_go {
        ways.extend(by_token(candidate, named));
    } else if let Some(first) = provisioned.first() {
        ways.extend(by_ptu(candidate, &provisioned, (first, named), &view.serves));
    }
    ways.extend(otherwise(candidate).filter(|_| provisioned.is_empty()));
    if !also.is_empty() && provisioned.is_empty() && candidate.total_instances == 0 {
        ways.push("Pay as you go".to_owned());
    }
    ways.push(format!("Choose {}", label_in(view, candidate)));
    let count = candidate.deployments.len();
    let plural = if count == 1 { "" } else { "s" };
    ways.push(format!("Choose the plan of {count} deployment{plural} below"));
    ways.iter().map(|way| format!("{way}{also}")).collect()
}

/// Where calls go while the first region is out, such as `; failover to GlobalStandard in
/// westeurope`; empty where nothing else serves them.
pub(super) fn failover(candidate: &CandidateView) -> String {
    let all = &candidate.deployments;
    let Some(first) = all.first().filter(|_| candidate.name != "today") else {
        return String::new();
    };
    let here = |d: &&DeploymentView| d.region == first.region;
    let twin = |d: &&DeploymentView| {
        d.region != first.region
            && all.iter().filter(here).any(|own| kinds::model(own) == kinds::model(d))
    };
    let further: Vec<&DeploymentView> = all.iter().filter(twin).collect();
    if further.is_empty() {
        return String::new();
    }
    let skus = list(distinct(further.iter().map(|d| d.sku.clone())).into_iter());
    let regions = list(distinct(further.iter().map(|d| d.region.clone())).into_iter());
    format!("; failover to {skus} in {regions}")
}

fn by_token(candidate: &CandidateView, named: bool) -> Vec<String> {
    let one = |d: &&DeploymentView| format!("{} for {}", d.sku, kinds::model(d));
    let single: Vec<&DeploymentView> = kinds::routers_once(&candidate.deployments).collect();
    // Where calls go while a region is out is said for every form.
    let fails_over = !failover(candidate).is_empty();
    let regions = single.iter().map(|d| d.region.clone());
    let regions = list(distinct(regions.take(if fails_over { 1 } else { usize::MAX })).into_iter());
    let pairs = list(distinct(single.iter().map(one)).into_iter());
    let skus = list(distinct(single.iter().map(|d| d.sku.clone())).into_iter());
    let mut ways =
        vec![format!("Pay as you go: {pairs} in {regions}"), format!("Pay as you go: {pairs}")];
    if !named {
        ways.push(format!("Pay as you go: {skus}"));
    }
    ways
}

/// What machines, batches and other tiers serve.
fn otherwise(candidate: &CandidateView) -> Option<String> {
    let (machines, others): (Vec<&DeploymentView>, Vec<&DeploymentView>) =
        candidate.deployments.iter().partition(|d| kinds::instances(d).is_some());
    let on = |model: &str, sku: &str| format!("{model} on {sku}");
    let run = list(machines.iter().map(|d| kinds::machines(d)));
    let paid = kinds::by_token(&others, !machines.is_empty(), on);
    match (machines.is_empty(), others.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("Pay as you go: {paid}")),
        (false, true) => Some(format!("Run {run}")),
        (false, false) => Some(format!("Run {run}; pay as you go for {paid}")),
    }
}

fn by_ptu(
    candidate: &CandidateView,
    provisioned: &[&DeploymentView],
    (first, named): (&DeploymentView, bool),
    serves: &[ServedView],
) -> Vec<String> {
    let split = split(provisioned);
    let total: u32 = provisioned.iter().filter_map(|d| d.capacity_ptu).sum();
    let total =
        if named { split.clone() } else { format!("{} PTU", numbers::count(u64::from(total))) };
    let scopes = list(distinct(provisioned.iter().map(|d| scope(d).to_owned())).into_iter());
    let spills = candidate.deployments.iter().any(|d| {
        d.capacity_ptu.is_none()
            && kinds::is_plain(d)
            && provisioned.iter().any(|p| p.model == d.model)
    });
    // A model to which a workload moves is named with it.
    let moved = |model: &str| {
        let mut own = serves.iter().filter(|one| one.model == model).peekable();
        own.peek().is_some() && own.all(|one| one.instead_of.is_some())
    };
    let others = candidate.deployments.iter().any(|d| {
        let bought = provisioned.iter().any(|p| p.model == d.model);
        d.capacity_ptu.is_none() && !bought && !moved(&d.model)
    });
    let spill = if spills { " with spillover to pay-as-you-go" } else { "" };
    let briefly = if spills { " with spillover" } else { "" };
    let rest = if others { "; pay as you go for the other models" } else { "" };
    let paid = match candidate.commitment.as_str() {
        "hourly" => "paid by the hour".to_owned(),
        "mixed" => "partly reserved".to_owned(),
        term => format!("{term} reservation"),
    };
    let term = match candidate.commitment.as_str() {
        "mixed" => "partly reserved",
        "hourly" => "by the hour",
        term => term,
    };
    let hours = first.schedule.as_ref().map_or_else(String::new, |schedule| {
        let low = numbers::count(u64::from(schedule.else_ptu));
        if schedule.by_the_hour {
            format!(" at most, {low} at least, by the hour")
        } else {
            format!(" at {}, {low} otherwise", schedule.hours)
        }
    });
    let region = &first.region;
    vec![
        format!("Buy {split} ({scopes} in {region}, {paid}){hours}{spill}{rest}"),
        format!("Buy {split} ({scopes}, {paid}){hours}{spill}{rest}"),
        format!("Buy {split} ({scopes}, {term}){hours}{briefly}{rest}"),
        format!("Buy {split} ({term}){hours}{briefly}{rest}"),
        format!("Buy {split} ({term}){briefly}{rest}"),
        format!("Buy {total} ({scopes}, {paid}){hours}{spill}{rest}"),
        format!("Buy {total} ({scopes}, {paid}){spill}{rest}"),
        format!("Buy {total} ({term}){rest}"),
    ]
}

/// How many PTUs of which model: `135 PTU of gpt-5.4, 105 of gpt-4.1 and 45 of gpt-4.1-mini`.
fn split(provisioned: &[&DeploymentView]) -> String {
    let models = distinct(provisioned.iter().map(|d| kinds::model(d)));
    let each = models.into_iter().enumerate().map(|(at, model)| {
        let own = provisioned.iter().filter(|d| kinds::model(d) == model);
        let ptu: u32 = own.filter_map(|d| d.capacity_ptu).sum();
        let unit = if at == 0 { " PTU" } else { "" };
        format!("{}{unit} of {model}", numbers::count(u64::from(ptu)))
    });
    list(each)
}

/// What is not repeated, in order.
fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for item in items {
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}
