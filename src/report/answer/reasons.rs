//! Why: at most five sentences whose figures all stand in the view.

use crate::report::answer::action::LONG_WAIT_MS;
use crate::report::answer::{depends, later, nothing, requests, when};
use crate::report::view::FeasibilityView as Flip;
use crate::report::view::horizon::HorizonView;
use crate::report::view::{
    BudgetView, CandidateView, DeploymentView, MeasuresView, OptionView, QuotaNeedView,
    QuotaOptionView, RecommendationView,
};
use crate::report::words::answer;
use crate::report::words::letters::{with_quota, without_quota};
use crate::report::words::numbers;
use rust_decimal::Decimal;

/// Most reasons.
pub const REASONS: usize = 5;

/// The reasons, the most important first.
pub(super) fn reasons(view: &RecommendationView, better: Option<&QuotaOptionView>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(option) = better {
        found.push(quota(view, option));
        found.extend(of_option(view, option));
    }
    let Some(choice) = &view.choice else {
        // Where quota is enough, what else is near is of no use.
        let most = if better.is_some() { 1 } else { usize::MAX };
        let why = view.why.iter().take(most);
        found.extend(why.map(|why| format!("{}.", why.trim_end_matches('.'))));
        if better.is_some() {
            found.extend(nothing::enough(view));
        }
        return found;
    };
    let of_choice = of_choice(view, choice);
    if better.is_some() {
        // What ends is of the plan with that quota first, and names what ends.
        let committed = better.is_none_or(|option| option.candidate.total_ptu > 0);
        found.extend(if committed { cautions(view) } else { ends(view) });
        found.extend(later::reasons(view).iter().map(|said| without_quota(said)));
        found.extend(of_choice.iter().map(|said| without_quota(said)));
    } else {
        found.extend(budgets(view));
        found.extend(later::reasons(view));
        found.extend(cautions(view));
        found.extend(of_choice);
    }
    found
}

/// The stated budgets that the bill of the choice exceeds, each once for all months of it.
fn budgets(view: &RecommendationView) -> Vec<String> {
    let budgets = &view.bill.terms.budgets;
    let is_exceeded = |one: &&BudgetView| one.status.left.starts_with('-');
    let mut said: Vec<(&str, String)> = Vec::new();
    for first in budgets.iter().filter(is_exceeded) {
        if said.iter().any(|(known, _)| *known == first.name) {
            continue;
        }
        let of = budgets.iter().filter(|one| one.name == first.name);
        let (all, exceeded) = (of.clone().count(), of.filter(is_exceeded).count());
        let [limit, spent] = [&first.status.limit, &first.status.spent]
            .map(|amount| numbers::money(amount, &view.bill.currency));
        let when = match all {
            1 => String::new(),
            _ => format!(" in {exceeded} of {all} months, the first from {}", first.from),
        };
        let name = &first.name;
        said.push((name, format!("The budget {name} of {limit} is exceeded{when}: {spent}.")));
    }
    said.into_iter().map(|(_, sentence)| sentence).collect()
}

/// What callers see with the quota that is asked for, and how its PTUs are used.
fn of_option(view: &RecommendationView, option: &QuotaOptionView) -> Vec<String> {
    let own = &option.candidate;
    let seen = &own.measures;
    let said = if seen.added_wait_ms.p99 > LONG_WAIT_MS {
        long_wait(view, option)
    } else {
        served(seen, "")
    };
    said.into_iter().chain(used(own)).map(|said| with_quota(&said)).collect()
}

/// How calls are served with the quota that is asked for where they wait long, and what is known
/// with which they do not.
fn long_wait(view: &RecommendationView, option: &QuotaOptionView) -> Option<String> {
    let without = view.choice.as_ref().map_or_else(String::new, |choice| {
        format!(" Without it the delay is {}.", numbers::wait(choice.measures.added_wait_ms.p99))
    });
    let cost = |one: &QuotaOptionView| one.expected_monthly_cost.parse::<Decimal>().ok();
    let never = |one: &&QuotaOptionView| one.candidate.measures.added_wait_ms.p99 <= 0.0;
    let never = view.quota.options.iter().filter(never);
    let instead = match never.min_by_key(|one| cost(one).unwrap_or(Decimal::MAX)) {
        Some(one) => format!(
            "With {} ({}) 99 of 100 calls do not wait, at {} a month",
            if one.short { requests::short(view, &one.needs) } else { "the quota there is".into() },
            answer::label_in(view, &one.candidate),
            numbers::money(&one.expected_monthly_cost, &one.monthly_cost.currency)
        ),
        None => "To ask for a quota with which calls wait less, state slo.added_wait".to_owned(),
    };
    let said = served(&option.candidate.measures, "")?;
    Some(format!("{said}{without} {instead}."))
}

/// Reasons for the choice, the most important first.
fn of_choice(view: &RecommendationView, choice: &CandidateView) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(owned(view));
    found.extend(against_pay_as_you_go(view, choice));
    found.extend(by_the_hour(view, choice));
    found.extend(used(choice));
    found.extend(in_batches(choice));
    found.extend(next_option(view, choice));
    found.extend(elsewhere(view, choice));
    found.extend(service(view, choice));
    found.extend(next_block(view, choice));
    found.extend(next_instance(view, choice));
    found.extend(largest_part(choice));
    found
}

/// Cautions among the reasons: there is room for others.
const CAUTIONS: usize = 2;

/// What ends before the plan does. What nobody states has a line of its own.
fn cautions(view: &RecommendationView) -> Vec<String> {
    let ends = [depends::RETIREMENT, depends::OWNED, depends::PROMOTION];
    let found = view.depends_on.iter().filter(|one| ends.contains(&&*one.kind));
    found.take(CAUTIONS).map(|one| one.sentence.clone()).collect()
}

/// The same without what is committed beyond it, which is of the plan without that quota.
fn ends(view: &RecommendationView) -> Vec<String> {
    let found = view.depends_on.iter().filter(|one| one.kind == depends::RETIREMENT);
    found.take(CAUTIONS).map(|one| format!("{}.", one.short)).collect()
}

/// What would be better for reservations that are owned than to keep them.
fn owned(view: &RecommendationView) -> Vec<String> {
    let Some(horizon) = &view.outlook.horizon else { return Vec::new() };
    let advised = horizon.owned.iter().filter(|own| !numbers::is_nothing(&own.saving));
    advised
        .map(|own| {
            let saving = numbers::money(&own.saving, &horizon.currency);
            format!(
                "The plan keeps the reservation {} ({} PTU) as it is stated; to {} would save at \
                 least {saving} until {}.",
                own.id,
                numbers::count(u64::from(own.quantity_ptu)),
                own.advice,
                horizon.until
            )
        })
        .collect()
}

/// What the quota is for, and who has it.
fn quota(view: &RecommendationView, option: &QuotaOptionView) -> String {
    let needs = each_need(&option.needs, requests::names_models(view, &option.needs));
    let instead = view.choice.as_ref().map_or_else(
        || "without it nothing meets every objective".to_owned(),
        |choice| {
            let months = when::several(view).zip(option.horizon_total.as_ref());
            if let Some((horizon, total)) = months {
                return over_months(horizon, total);
            }
            let other = choice.expected_monthly_cost.parse::<Decimal>();
            let own = option.expected_monthly_cost.parse::<Decimal>();
            let (Ok(other), Ok(own)) = (other, own) else { return String::new() };
            let currency = &choice.monthly_cost.currency;
            format!("it saves {} a month", numbers::money(&(other - own).to_string(), currency))
        },
    );
    format!("The least quota with which every objective holds is {needs}; {instead}.")
}

/// What is missing, with what there is of it; what to do is said once for all that it holds for.
fn each_need(needs: &[QuotaNeedView], names_models: bool) -> String {
    let mut groups: Vec<((String, &str), Vec<String>)> = Vec::new();
    for need in requests::missing(needs) {
        let held = need
            .held
            .map_or_else(String::new, |held| format!(" (there is {})", requests::amount(held)));
        let what = format!("{}{held}", requests::quantity(need));
        let of = (requests::subject(need, names_models), &*need.ask);
        match groups.iter_mut().find(|(known, _)| *known == of) {
            Some((_, all)) => all.push(what),
            None => groups.push((of, vec![what])),
        }
    }
    let each = groups
        .into_iter()
        .map(|((of, ask), all)| format!("{} of {of} ({ask})", numbers::list(all.into_iter())));
    numbers::list(each)
}

/// What quota saves over the months, or what happens without it.
fn over_months(horizon: &HorizonView, total: &str) -> String {
    if !horizon.feasible {
        return "without it the plan does not hold in every month".to_owned();
    }
    let (Ok(other), Ok(own)) = (horizon.total.parse::<Decimal>(), total.parse::<Decimal>()) else {
        return String::new();
    };
    let saved = numbers::money(&(other - own).to_string(), &horizon.currency);
    format!("it saves {saved} over the {} months", horizon.months.len())
}

fn against_pay_as_you_go(view: &RecommendationView, choice: &CandidateView) -> Option<String> {
    let cost = |c: &CandidateView| c.expected_monthly_cost.parse::<Decimal>().ok();
    let currency = &choice.monthly_cost.currency;
    if choice.pay_as_you_go {
        let other = view.candidates.iter().find(|c| c.feasible && c.total_ptu > 0);
        return Some(match other {
            None => without_ptu(view),
            Some(other) => {
                let gap = cost(other)? - cost(choice)?;
                let next = if is_next(view, choice, other) { ", the next option," } else { "" };
                format!(
                    "The cheapest way with PTUs ({}){next} costs {} a month more.",
                    answer::label_in(view, other),
                    numbers::money(&gap.to_string(), currency)
                )
            }
        });
    }
    let other = view.candidates.iter().find(|c| c.pay_as_you_go)?;
    if !other.feasible {
        let why = other.reasons.first()?.trim_end_matches('.');
        let at = cost(other).map_or_else(String::new, |cost| {
            format!(" would cost {}, but", numbers::money(&cost.to_string(), currency))
        });
        let otherwise = view.feasibility.iter().find(|flip| flip.candidate == other.name);
        let otherwise = otherwise.map_or_else(String::new, |flip| {
            let cost = flip.monthly_cost.as_ref().map_or_else(String::new, |cost| {
                format!(" and costs {} a month", numbers::money(cost, currency))
            });
            let Flip { parameter, taken, other, .. } = flip;
            format!(
                " That is so with {parameter} = {taken}, which is not published; with {other} it is feasible{cost}."
            )
        });
        return Some(format!(
            "Pay-as-you-go alone ({}){at} is not feasible: {why}.{otherwise}",
            answer::label_in(view, other)
        ));
    }
    let gap = cost(other)? - cost(choice)?;
    let share = gap.checked_div(cost(other)?)?;
    let next = if is_next(view, choice, other) { ", the next option" } else { "" };
    Some(format!(
        "It costs {} ({}) less a month than pay-as-you-go alone{next}.",
        numbers::money(&gap.to_string(), currency),
        numbers::share(share.try_into().ok()?)
    ))
}

/// Why nothing with PTUs is an alternative: none is allowed, none can be had, or none serves.
fn without_ptu(view: &RecommendationView) -> String {
    let mut sized = view.candidates.iter().filter(|c| c.provisioned).peekable();
    if sized.peek().is_none() {
        return "PTUs were not compared: no provisioned SKU is among the candidates ([allow] sku)."
            .to_owned();
    }
    let why = sized.peek().and_then(|c| c.reasons.first()).map(|why| why.trim_end_matches('.'));
    match (why, sized.all(|c| c.expected_monthly_cost.is_empty())) {
        (Some(why), true) => format!("PTUs were not simulated: {why}."),
        _ => "No candidate with PTUs meets every objective and constraint.".to_owned(),
    }
}

/// Which sizes the hours of a day have.
fn by_the_hour(view: &RecommendationView, choice: &CandidateView) -> Option<String> {
    let schedules = choice.deployments.iter().filter_map(|own| own.schedule.as_ref());
    let schedule = schedules.into_iter().find(|schedule| schedule.by_the_hour)?;
    let size = |ptu: u32| numbers::count(u64::from(ptu));
    let each = schedule.sizes.iter().map(|one| format!("{} {}", one.hours, size(one.ptu)));
    Some(format!(
        "PTUs by the hour ({}): {}. A deployment that grows may find no capacity.",
        view.scenario.zone,
        each.collect::<Vec<_>>().join(", ")
    ))
}

/// How the PTUs are used, and what goes past them.
fn used(choice: &CandidateView) -> Option<String> {
    let used = choice.measures.ptu_utilization?;
    let spilled = choice.measures.spilled_share;
    let ptu = numbers::count(u64::from(choice.total_ptu));
    let past = if spilled > 0.0 {
        format!("; {} of calls spill over to pay-as-you-go", numbers::share(spilled))
    } else {
        String::new()
    };
    Some(format!(
        "The {ptu} PTU run at {} on average and {} in the busiest minute{past}.",
        numbers::share(used.mean),
        numbers::share(used.max)
    ))
}

/// How many calls wait for a batch.
fn in_batches(choice: &CandidateView) -> Option<String> {
    let is_batch = |own: &&DeploymentView| own.kind.as_ref().is_some_and(|k| k.serves == "batch");
    let batches: Vec<_> = choice.deployments.iter().filter(is_batch).collect();
    let served: u64 = batches.iter().map(|own| own.requests.completed).sum();
    let seen = &choice.measures;
    if served == 0 || seen.offered == 0 {
        return None;
    }
    let mut skus: Vec<String> = batches.iter().map(|own| own.sku.clone()).collect();
    skus.dedup();
    Some(format!(
        "{} of calls can wait and are served by {} at batch prices.",
        numbers::share(served as f64 / seen.offered as f64),
        numbers::list(skus.into_iter())
    ))
}

/// Regions in which the same deployments cost the same: a choice that the price does not make.
fn elsewhere(view: &RecommendationView, choice: &CandidateView) -> Option<String> {
    let deployed = |one: &CandidateView| -> Vec<_> {
        let parts = one.deployments.iter();
        parts.map(|d| (d.sku.clone(), d.model.clone(), d.capacity_ptu)).collect()
    };
    let own = deployed(choice);
    let mut regions: Vec<&str> = Vec::new();
    for other in view.candidates.iter().filter(|other| {
        other.feasible
            && other.commitment == choice.commitment
            && other.expected_monthly_cost == choice.expected_monthly_cost
            && deployed(other) == own
    }) {
        let Some(first) = other.deployments.first() else { continue };
        let known = choice.deployments.iter().any(|d| d.region == first.region);
        if !known && !regions.contains(&&*first.region) {
            regions.push(&first.region);
        }
    }
    let named = numbers::choice(&regions.iter().map(ToString::to_string).collect::<Vec<_>>());
    (!regions.is_empty())
        .then(|| format!("The same in {named} costs the same: price does not decide the region."))
}

/// The option behind the choice: another way to serve, never another size of the same.
fn behind<'v>(view: &'v RecommendationView, choice: &CandidateView) -> Option<&'v OptionView> {
    view.options.iter().find(|option| {
        option.feasible
            && !option.chosen
            && option.candidate != choice.name
            && option.kind != "today"
    })
}

/// Whether a candidate that the choice is compared with is the next option.
fn is_next(view: &RecommendationView, choice: &CandidateView, other: &CandidateView) -> bool {
    behind(view, choice).is_some_and(|next| {
        let by_the_token = next.kind == "pay-as-you-go" && other.pay_as_you_go;
        next.candidate == other.name
            || (by_the_token && next.monthly_cost == other.expected_monthly_cost)
    })
}

/// The next option, where the comparison with pay-as-you-go has not named it already.
fn next_option(view: &RecommendationView, choice: &CandidateView) -> Option<String> {
    let compared = view.candidates.iter().find(|other| {
        if choice.pay_as_you_go {
            other.feasible && other.total_ptu > 0
        } else {
            other.pay_as_you_go
        }
    });
    if compared.is_some_and(|other| other.feasible && is_next(view, choice, other)) {
        return None;
    }
    let next = behind(view, choice)?;
    let more = next.more.as_ref()?;
    let amount = numbers::money(more, &next.currency);
    let label = next.told();
    let zero = numbers::amount(more).trim_matches(|c| matches!(c, '0' | '.')).is_empty();
    Some(match (zero, more.starts_with('-')) {
        (true, _) => format!("The next option, {label}, costs the same."),
        (false, false) => format!("The next option, {label}, costs {amount} a month more."),
        (false, true) => format!(
            "The next option, {label}, costs {} less.",
            amount.trim_start_matches('\u{2212}')
        ),
    })
}

/// What callers see.
fn service(view: &RecommendationView, choice: &CandidateView) -> Option<String> {
    let lost: u64 = view.failures.iter().map(|failure| failure.calls).sum();
    let failed = if lost > 0 {
        format!(", and {} calls of the simulated window fail (see Failures)", numbers::count(lost))
    } else {
        String::new()
    };
    served(&choice.measures, &failed)
}

/// How calls are throttled and wait; `failed` is said behind it.
fn served(seen: &MeasuresView, failed: &str) -> Option<String> {
    let throttled = if seen.saw_throttle_share > 0.0 {
        format!(
            "{} of calls are throttled (429) at least once and {} in the end",
            numbers::share(seen.saw_throttle_share),
            numbers::share(seen.throttled_share)
        )
    } else {
        "No call is throttled (429)".to_owned()
    };
    let p99 = seen.added_wait_ms.p99;
    let waits = format!("the queueing delay is {} at p99", numbers::wait(p99));
    (seen.offered > 0).then(|| format!("{throttled}; {waits}{failed}."))
}

/// One block of PTUs less or more.
fn next_block(view: &RecommendationView, choice: &CandidateView) -> Option<String> {
    let each = view.outlook.explanation.marginal.iter().map(|next| {
        let ptu = numbers::count(u64::from(next.total_ptu));
        if !next.feasible {
            let why = next.reasons.first().map_or("", |why| why.trim_end_matches('.'));
            return format!("{ptu} PTU are not feasible ({why})");
        }
        let change = next.change.parse::<Decimal>().unwrap_or_default();
        let amount = numbers::money(&change.abs().to_string(), &next.currency);
        if change.is_zero() {
            format!("{ptu} PTU cost the same")
        } else if change.is_sign_negative() {
            format!("{ptu} PTU cost {amount} less")
        } else {
            format!("{ptu} PTU cost {amount} more")
        }
    });
    let each: Vec<String> = each.collect();
    (choice.total_ptu > 0 && !each.is_empty())
        .then(|| format!("One block of PTUs less or more: {}.", each.join("; ")))
}

/// One instance of managed compute less or more.
fn next_instance(view: &RecommendationView, choice: &CandidateView) -> Option<String> {
    let own = choice.total_instances;
    let cost = |c: &CandidateView| c.expected_monthly_cost.parse::<Decimal>().ok();
    let alike = |one: &&CandidateView| {
        one.family == choice.family && one.commitment == choice.commitment && cost(one).is_some()
    };
    let count = |one: &&CandidateView| one.total_instances;
    let others = || view.candidates.iter().filter(alike);
    let smaller = others().filter(|one| count(one) < own).max_by_key(count);
    let larger = others().filter(|one| count(one) > own).min_by_key(count);
    let say = |one: &CandidateView| {
        let instances = match one.total_instances {
            1 => "1 instance".to_owned(),
            more => format!("{} instances", numbers::count(u64::from(more))),
        };
        if !one.feasible {
            let why = one.reasons.first().map_or("", |why| why.trim_end_matches('.'));
            return Some(format!("{instances} would not do ({why})"));
        }
        let change = cost(one)? - cost(choice)?;
        let amount = numbers::money(&change.abs().to_string(), &choice.monthly_cost.currency);
        let more = if change.is_sign_negative() { "less" } else { "more" };
        Some(format!("{instances} would cost {amount} {more}"))
    };
    let both: Vec<String> = [smaller, larger].into_iter().flatten().filter_map(say).collect();
    (own > 0 && !both.is_empty())
        .then(|| format!("One instance less or more: {}.", both.join("; ")))
}

fn largest_part(choice: &CandidateView) -> Option<String> {
    let cost = |text: &str| text.parse::<Decimal>().ok();
    let parts = choice.cost_parts.iter().filter_map(|part| Some((cost(&part.cost)?, part)));
    let parts: Vec<_> = parts.collect();
    let whole: Decimal = parts.iter().map(|(cost, _)| *cost).sum();
    let (most, part) = parts.iter().max_by_key(|(cost, _)| *cost)?;
    let share: f64 = most.checked_div(whole)?.try_into().ok()?;
    (parts.len() > 1).then(|| {
        format!(
            "{} of the cost is {}: {} a month.",
            numbers::share(share),
            part.part,
            numbers::money(&part.cost, &choice.monthly_cost.currency)
        )
    })
}
