//! The ranking as options: ways to serve that differ in more than size, each at its best size, with the sizes underneath.

use crate::report::answer::action::alike;
use crate::report::answer::requests;
use crate::report::view::{CandidateView, OptionView, QuotaOptionView, RecommendationView};
use crate::report::words::answer::{apart_in, label_in, labels, scope, unlike};
use crate::report::words::kinds;
use crate::report::words::letters::capital;
use crate::report::words::numbers;
use crate::units::ptu::Ptu;
use rust_decimal::Decimal;

/// What makes an option: all of a candidate but its sizes.
type Key = (Vec<(String, String, String, bool, String)>, String);

/// The options, feasible ones first and by cost, those that need more quota where their cost places them.
pub fn options(view: &RecommendationView) -> Vec<OptionView> {
    let labels = labels(view);
    // Which option each way to serve and pay belongs to.
    let mut keys: Vec<(Key, usize)> = Vec::new();
    let mut equals: Vec<&CandidateView> = Vec::new();
    let mut found: Vec<OptionView> = Vec::new();
    let twin = as_today(view);
    // One of two that are the same is enough: the one that is chosen.
    let chosen = view.choice.as_ref().is_some_and(|choice| choice.name == "today");
    for (candidate, label) in ranked(view, &labels) {
        let is_twin = twin.is_some_and(|twin| twin.name == candidate.name);
        if (chosen && is_twin) || (!chosen && twin.is_some() && candidate.name == "today") {
            continue;
        }
        let own = words_of_owned(candidate);
        let label =
            &if is_twin { format!("{label} (as today){own}") } else { format!("{label}{own}") };
        let key = key(candidate);
        if let Some((_, known)) = keys.iter().find(|(known, _)| *known == key) {
            found[*known].sizes.push(label.clone());
            continue;
        }
        let is_choice = view.choice.as_ref().is_some_and(|choice| choice.name == candidate.name);
        let equal = equals.iter().position(|known| same(known, candidate));
        if let Some(known) = equal.filter(|_| !is_choice && candidate.name != "today") {
            found[known].sizes.push(label.clone());
            keys.push((key, known));
            continue;
        }
        keys.push((key, found.len()));
        equals.push(candidate);
        found.push(option(view, candidate, label));
    }
    let short = view.quota.options.iter().filter(|option| option.short);
    found.extend(short.map(|option| with_quota(view, option)));
    // The order of the ranking, with what needs quota where its cost places it, behind what does not at the same cost.
    let place = |one: &OptionView| {
        let usable = one.feasible || one.kind == "quota";
        let broken = if view.choice.is_none() && !usable { one.reasons.len() } else { 0 };
        let cost = cost(&one.monthly_cost);
        // Where nothing is feasible the ranking has those first that serve, whatever they cost.
        let ranked = view.candidates.iter().position(|c| c.name == one.candidate);
        let ranked = ranked.filter(|_| view.choice.is_none() && one.kind != "quota").unwrap_or(0);
        (!usable, cost.is_none(), broken, ranked, cost.unwrap_or(Decimal::MAX), one.kind == "quota")
    };
    found.sort_by_key(place);
    for (index, one) in found.iter_mut().enumerate() {
        one.rank = index + 1;
    }
    found
}

/// The candidates in the order of the ranking; where none is feasible, those first that break
/// least, so that an option's best size is the one that is nearest.
fn ranked<'a>(
    view: &'a RecommendationView,
    labels: &'a [String],
) -> Vec<(&'a CandidateView, &'a String)> {
    let mut all: Vec<_> = view.candidates.iter().zip(labels).collect();
    if view.choice.is_none() {
        all.sort_by_key(|(one, _)| (one.expected_monthly_cost.is_empty(), one.reasons.len()));
    }
    all
}

/// Whether two candidates are the same deployments with the same reservations at the same cost, so
/// that a tier which changes nothing, or a mix of terms that is one term alone, is no option.
fn same(one: &CandidateView, other: &CandidateView) -> bool {
    let deployed = |c: &CandidateView| {
        let mut all: Vec<_> = c
            .deployments
            .iter()
            .map(|d| {
                let kind = d.kind.as_ref();
                let special = kind.map(|k| (k.fine_tuned, k.instances, k.router.clone()));
                let special = special.unwrap_or_default();
                let region = d.region.clone();
                (
                    d.model.clone(),
                    d.sku.clone(),
                    region,
                    d.capacity_ptu,
                    d.schedule.clone(),
                    special,
                )
            })
            .collect();
        all.sort();
        all
    };
    !one.expected_monthly_cost.is_empty()
        && one.expected_monthly_cost == other.expected_monthly_cost
        && (one.commitment == other.commitment || bought(one) == bought(other))
        && one.feasible == other.feasible
        && deployed(one) == deployed(other)
}

/// The reservations of a candidate; none where it has none, which the hours decide then.
fn bought(candidate: &CandidateView) -> Option<Vec<(String, Ptu, String, bool)>> {
    let each = candidate.reservations.iter();
    let mut all: Vec<_> =
        each.map(|r| (r.sku.clone(), r.quantity_ptu, r.term.clone(), r.owned)).collect();
    all.sort();
    (!all.is_empty()).then_some(all)
}

/// The candidate that is what runs today under another name.
pub(crate) fn as_today(view: &RecommendationView) -> Option<&CandidateView> {
    let today = view.candidates.iter().find(|c| c.name == "today")?;
    view.candidates.iter().find(|c| c.name != "today" && alike(today, c))
}

fn key(candidate: &CandidateView) -> Key {
    if candidate.name == "today" {
        return (Vec::new(), "today".to_owned());
    }
    if candidate.deployments.is_empty() {
        // What was never simulated has no deployments to tell it by.
        return (Vec::new(), format!("{} {}", candidate.family, candidate.commitment));
    }
    let mut each: Vec<_> = candidate
        .deployments
        .iter()
        .map(|d| {
            let serves = d.kind.as_ref().map_or_else(String::new, |kind| kind.serves.clone());
            (d.model.clone(), d.sku.clone(), d.region.clone(), d.schedule.is_some(), serves)
        })
        .collect();
    each.sort();
    let paid = if candidate.total_ptu > 0 { candidate.commitment.clone() } else { String::new() };
    (each, paid)
}

/// What is owned and paid for beside an option that deploys no PTUs, such as ` with 100 PTU owned
/// until 2027-05-31`.
fn words_of_owned(candidate: &CandidateView) -> String {
    let owned = candidate.reservations.iter().filter(|one| one.owned);
    let each = owned.filter(|_| candidate.total_ptu == 0).map(|one| {
        let ptu = numbers::count(u64::from(one.quantity_ptu));
        let until = one.until.as_ref().map_or_else(String::new, |day| format!(" until {day}"));
        format!("{ptu} PTU owned{until}")
    });
    let said = numbers::list(each);
    if said.is_empty() { said } else { format!(" with {said}") }
}

fn option(view: &RecommendationView, candidate: &CandidateView, label: &str) -> OptionView {
    let chosen = view.choice.as_ref().is_some_and(|choice| choice.name == candidate.name);
    let short = unlike(candidate, view.choice.as_ref()).filter(|_| candidate.name != "today");
    OptionView {
        rank: 0,
        option: words(candidate) + &apart_in(view, candidate),
        kind: kind(candidate).to_owned(),
        label: label.to_owned(),
        short: short.unwrap_or_else(|| label.to_owned()),
        candidate: candidate.name.clone(),
        monthly_cost: candidate.expected_monthly_cost.clone(),
        currency: candidate.monthly_cost.currency.clone(),
        more: more(view, &candidate.expected_monthly_cost),
        feasible: candidate.feasible,
        reasons: candidate.reasons.clone(),
        chosen,
        sizes: Vec::new(),
    }
}

fn with_quota(view: &RecommendationView, option: &QuotaOptionView) -> OptionView {
    let asked = requests::short(view, &option.needs);
    // The label names the model already where there are several.
    let several = requests::several_models(&option.needs);
    let with = requests::amounts(&option.needs, several);
    let label = format!("{} with {with}", label_in(view, &option.candidate));
    OptionView {
        rank: 0,
        option: format!(
            "{}{}, more quota",
            words(&option.candidate),
            apart_in(view, &option.candidate)
        ),
        kind: "quota".to_owned(),
        short: label.clone(),
        label,
        candidate: option.candidate.name.clone(),
        monthly_cost: option.expected_monthly_cost.clone(),
        currency: option.monthly_cost.currency.clone(),
        more: more(view, &option.expected_monthly_cost),
        feasible: false,
        reasons: vec![format!("needs {asked}")],
        chosen: false,
        sizes: Vec::new(),
    }
}

fn cost(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

fn more(view: &RecommendationView, amount: &str) -> Option<String> {
    let own = cost(&view.choice.as_ref()?.expected_monthly_cost)?;
    Some((cost(amount)? - own).normalize().to_string())
}

/// The kind of an option, for programs.
fn kind(candidate: &CandidateView) -> &'static str {
    let deployments = &candidate.deployments;
    let serves = |name: &str| {
        deployments.iter().any(|d| d.kind.as_ref().is_some_and(|kind| kind.serves == name))
    };
    let by_token = deployments.iter().any(|d| d.capacity_ptu.is_none());
    match () {
        () if candidate.name == "today" => "today",
        () if candidate.pay_as_you_go => "pay-as-you-go",
        () if candidate.total_ptu > 0 && (serves("batch") || candidate.total_instances > 0) => {
            "mixed"
        }
        () if candidate.total_ptu > 0 && by_token => "ptu-and-spillover",
        () if candidate.total_ptu > 0 => "ptu",
        () if candidate.total_instances > 0 => "managed-compute",
        () if serves("batch") => "batch",
        () => "mixed",
    }
}

/// An option in words, without its size.
fn words(candidate: &CandidateView) -> String {
    if candidate.name == "today" {
        return "Today's deployments".to_owned();
    }
    if candidate.deployments.is_empty() {
        return candidate.family.clone();
    }
    let mut parts: Vec<String> = Vec::new();
    let mut add = |part: String| {
        if !parts.contains(&part) {
            parts.push(part);
        }
    };
    let provisioned = candidate.deployments.iter().any(|d| d.capacity_ptu.is_some());
    for d in &candidate.deployments {
        if d.capacity_ptu.is_some() {
            let by_hour = if d.schedule.is_some() { " by the hour of the day" } else { "" };
            add(format!("PTU {}{by_hour}", scope(d)));
        } else if let Some(kind) = &d.kind {
            match &*kind.serves {
                "batch" => add("batch".to_owned()),
                "machines" => add(format!("{} on machines", d.sku)),
                "alone" => add(format!("{} for other models", d.sku)),
                _ => add(kinds::label(d, kind)),
            }
        } else if provisioned {
            add("spillover".to_owned());
        } else {
            add(format!("pay-as-you-go {}", d.sku));
        }
    }
    let text = parts.join(" + ");
    let paid =
        if candidate.total_ptu > 0 { format!(", {}", candidate.commitment) } else { String::new() };
    format!("{}{paid}", capital(&text))
}
