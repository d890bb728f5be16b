//! Bills of scenarios under two catalogues: the total, its causes, the verdict.

use crate::billing::difference::{Change, ChargeKey};
use crate::plan::change::{Choice, ScenarioChange};
use crate::report::change::amounts::{decimal, movement, percent};
use crate::report::compose::note_prices;
use crate::report::view::{
    CauseView, ChangesView, ChargeChangeView, ChoiceView, RecommendationChangeView,
    ScenarioChangeView, VerdictView,
};
use crate::report::words::numbers;
use crate::scenario::question::facts::Facts;
use crate::units::money::Money;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The view of all changes. `limit` is the share that a scenario's cost may rise by.
pub fn view(changes: &[ScenarioChange], limit: Option<Decimal>) -> ChangesView {
    let size =
        |change: &ScenarioChange| (change.bill.after.amount() - change.bill.before.amount()).abs();
    let mut ordered: Vec<&ScenarioChange> = changes.iter().collect();
    ordered.sort_by_key(|change| std::cmp::Reverse(size(change)));
    ChangesView {
        summary: summary(changes),
        verdict: limit.map(|limit| verdict(&ordered, limit)),
        causes: causes(changes),
        scenarios: ordered.into_iter().map(scenario).collect(),
    }
}

/// The total of each currency in a sentence.
fn summary(changes: &[ScenarioChange]) -> Vec<String> {
    let mut totals: BTreeMap<String, (Decimal, Decimal, usize, usize)> = BTreeMap::new();
    for change in changes {
        let bill = &change.bill;
        let own = totals.entry(bill.before.currency().to_string()).or_default();
        own.0 += bill.before.amount();
        own.1 += bill.after.amount();
        own.2 += usize::from(bill.before != bill.after);
        own.3 += 1;
    }
    // A month is what a reader takes a bill to be of.
    let mut periods: Vec<String> = changes.iter().map(period).collect();
    periods.sort_unstable();
    periods.dedup();
    let of_months = periods.iter().all(|period| period == "1 month");
    let over = if of_months { String::new() } else { format!(" over {}", periods.join(" and ")) };
    let sentence =
        |(currency, (before, after, moved, all)): (String, (Decimal, Decimal, usize, usize))| {
            let change = percent(before, after).map(|text| format!("; {text}")).unwrap_or_default();
            let bills = if all == 1 {
                "The bill".to_owned()
            } else {
                format!("The bills of {all} scenarios")
            };
            if moved == 0 {
                return match all {
                    1 => "The bill does not change".to_owned(),
                    _ => format!("{bills} do not change"),
                };
            }
            let mut text = movement(before, after, &currency);
            if let Some(open) = text.strip_suffix(')') {
                text = format!("{open}{change})");
            }
            let of = if all > 1 { format!(": {moved} of them change") } else { String::new() };
            format!("{bills}{over} will {text}{of}")
        };
    totals.into_iter().map(sentence).collect()
}

/// How long the billed period is.
fn period(change: &ScenarioChange) -> String {
    let of = |count: u64, unit: &str| {
        format!("{} {unit}{}", numbers::count(count), if count == 1 { "" } else { "s" })
    };
    let days = || {
        let seconds = change.bills[0].until.duration_since(change.bills[0].from).as_secs();
        of(u64::try_from(seconds / 86_400).unwrap_or(0), "day")
    };
    change.months.map_or_else(days, |months| of(months, "month"))
}

fn verdict(changes: &[&ScenarioChange], limit: Decimal) -> VerdictView {
    let most = (limit * Decimal::ONE_HUNDRED).normalize();
    let broken: Vec<String> = changes
        .iter()
        .filter(|change| change.rises_above(limit))
        .map(|change| {
            let rise = percent(change.bill.before.amount(), change.bill.after.amount());
            let rise = rise.unwrap_or_else(|| "from nothing".to_owned());
            format!("{} ({rise}; the limit is {most}%)", change.name)
        })
        .collect();
    VerdictView { passed: broken.is_empty(), broken }
}

/// Values that the bills depend on and that differ, by name.
fn causes(changes: &[ScenarioChange]) -> Vec<CauseView> {
    let mut found: BTreeMap<(String, String), CauseView> = BTreeMap::new();
    for change in changes {
        let [mut old, mut new] = change.facts.clone();
        note_prices(&mut old, &change.bills[0]);
        note_prices(&mut new, &change.bills[1]);
        for cause in differences(&old, &new) {
            found.entry((cause.what.clone(), cause.place.clone())).or_insert(cause);
        }
    }
    found.into_values().collect()
}

fn differences(old: &Facts, new: &Facts) -> Vec<CauseView> {
    let of = |facts: &Facts| -> BTreeMap<String, (String, String)> {
        let each = facts.iter();
        each.map(|fact| {
            let place = fact.evidence.place.to_string();
            (fact.name.clone(), (fact.value.clone(), place))
        })
        .collect()
    };
    let (old, new) = (of(old), of(new));
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut found = Vec::new();
    for name in names {
        let (before, after) = (old.get(name), new.get(name));
        if before.map(|(value, _)| value) == after.map(|(value, _)| value) {
            continue;
        }
        let place = after.or(before).map(|(_, place)| place.clone()).unwrap_or_default();
        found.push(CauseView {
            what: name.clone(),
            before: before.map(|(value, _)| value.clone()),
            after: after.map(|(value, _)| value.clone()),
            place,
        });
    }
    found
}

fn scenario(change: &ScenarioChange) -> ScenarioChangeView {
    let bill = &change.bill;
    ScenarioChangeView {
        scenario: change.name.clone(),
        billed: change.billed.clone(),
        period: period(change),
        currency: bill.before.currency().to_string(),
        before: money(bill.before),
        after: money(bill.after),
        change_percent: change.percent().map(|percent| percent.to_string()),
        price_effect: money(bill.price_effect),
        rule_effect: money(bill.volume_effect),
        charges: charges(change),
        recommendation: change.choices.as_ref().map(|[before, after]| RecommendationChangeView {
            changed: change.recommendation_changed(),
            before: choice(before),
            after: choice(after),
        }),
    }
}

/// Charges that change, the largest first.
fn charges(change: &ScenarioChange) -> Vec<ChargeChangeView> {
    let size = |own: &Change| (own.after.amount() - own.before.amount()).abs();
    let mut charges: Vec<&Change> = change.bill.changes.iter().collect();
    charges.sort_by_key(|own| std::cmp::Reverse(size(own)));
    charges
        .into_iter()
        .map(|own| ChargeChangeView {
            charge: name(&own.key),
            before: money(own.before),
            after: money(own.after),
            price_effect: money(own.price_effect),
            rule_effect: money(own.volume_effect),
        })
        .collect()
}

fn choice(choice: &Choice) -> ChoiceView {
    ChoiceView {
        name: choice.name.clone(),
        commitment: choice.payment.clone(),
        monthly_cost: choice.monthly.map(money),
    }
}

fn money(money: Money) -> String {
    money.to_exact_string()
}

/// A charge in words.
pub(super) fn name(key: &ChargeKey) -> String {
    let mut name = match (&key.deployment, &key.commitment) {
        (Some(deployment), _) => format!("{} · {}", deployment.name, key.meter),
        (None, Some((id, _))) => format!("{id} · {}", key.meter),
        (None, None) => key.meter.to_string(),
    };
    if let Some(workload) = &key.workload {
        let _ = write!(name, " · {workload}");
    }
    if let Some((_, Some(status))) = &key.commitment {
        let _ = write!(name, " · {}", status.as_str().to_lowercase());
    }
    name
}

/// A recommendation in words.
pub(super) fn chosen(choice: &ChoiceView) -> String {
    match &choice.name {
        Some(name) => format!("{name}, {}", choice.commitment),
        None => "nothing feasible".to_owned(),
    }
}

/// Whether a scenario's bill differs.
pub(super) fn moved(change: &ScenarioChangeView) -> bool {
    decimal(&change.before) != decimal(&change.after)
}
