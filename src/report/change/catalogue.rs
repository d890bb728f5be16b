//! Bills of scenarios under two catalogues: the total, its causes, the verdict.

use crate::billing::difference::{Change, ChargeKey};
use crate::plan::change::{Choice, ScenarioChange};
use crate::report::change::amounts::{decimal, movement, percent};
use crate::report::change::causes::causes;
use crate::report::view::{
    ChangesView, ChargeChangeView, ChoiceView, RecommendationChangeView, ScenarioChangeView,
    VerdictView,
};
use crate::report::words::numbers;
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

/// The bills of one currency together.
#[derive(Default)]
struct Total {
    before: Decimal,
    after: Decimal,
    /// Scenarios whose bill changes.
    moved: usize,
    /// What those that get another recommendation get.
    chosen: Vec<[Choice; 2]>,
    all: usize,
}

/// The total of each currency in a sentence, and whether something else is recommended.
fn summary(changes: &[ScenarioChange]) -> Vec<String> {
    let mut totals: BTreeMap<String, Total> = BTreeMap::new();
    for change in changes {
        let bill = &change.bill;
        let own = totals.entry(bill.before.currency().to_string()).or_default();
        own.before += bill.before.amount();
        own.after += bill.after.amount();
        own.moved += usize::from(bill.before != bill.after);
        own.all += 1;
        if let Some(choices) = change.choices.as_ref().filter(|_| change.recommendation_changed()) {
            own.chosen.push(choices.clone());
        }
    }
    // A month is what a reader takes a bill to be of.
    let mut periods: Vec<String> = changes.iter().map(period).collect();
    periods.sort_unstable();
    periods.dedup();
    let of_months = periods.iter().all(|period| period == "1 month");
    let over = if of_months { String::new() } else { format!(" over {}", periods.join(" and ")) };
    totals.into_iter().map(|(currency, total)| total.sentence(&currency, &over)).collect()
}

impl Total {
    fn sentence(&self, currency: &str, over: &str) -> String {
        let Self { before, after, moved, all, .. } = *self;
        let other = self.other_recommendations();
        let bills = match all {
            1 => "The bill".to_owned(),
            _ => format!("The bills of {all} scenarios"),
        };
        if moved == 0 {
            let still = if all == 1 { "does not change" } else { "do not change" };
            let but = other.map(|other| format!(", but {other}")).unwrap_or_default();
            return format!("{bills} {still}{but}");
        }
        let change = percent(before, after).map(|text| format!("; {text}")).unwrap_or_default();
        let mut text = movement(before, after, currency);
        if let Some(open) = text.strip_suffix(')') {
            text = format!("{open}{change})");
        }
        let of = if all > 1 { format!(": {moved} of them change") } else { String::new() };
        let and = other.map(|other| format!("; {other}")).unwrap_or_default();
        format!("{bills}{over} will {text}{of}{and}")
    }

    /// That something else is recommended, with the cost of a month where one scenario has it.
    fn other_recommendations(&self) -> Option<String> {
        match self.chosen.as_slice() {
            [] => None,
            [[before, after]] if self.all == 1 => {
                let cost = |choice: &Choice| choice.monthly.map(|own| numbers::cents(&money(own)));
                let costs = cost(before).zip(cost(after)).zip(after.monthly);
                let costs = costs.map(|((before, after), money)| {
                    format!(" ({before} -> {after} {} a month)", money.currency())
                });
                let verb = if self.moved == 0 { "does" } else { "changes" };
                Some(format!("the recommendation {verb}{}", costs.unwrap_or_default()))
            }
            several => Some(format!("{} of them get another recommendation", several.len())),
        }
    }
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

/// A recommendation in words: its name, which says how it is paid, and its cost of a month.
pub(super) fn chosen(choice: &ChoiceView, currency: &str) -> String {
    let Some(name) = &choice.name else { return "nothing feasible".to_owned() };
    match &choice.monthly_cost {
        Some(cost) => format!("{name}: {} {currency} a month", numbers::cents(cost)),
        None => name.clone(),
    }
}

/// Whether a scenario's bill differs.
pub(super) fn moved(change: &ScenarioChangeView) -> bool {
    decimal(&change.before) != decimal(&change.after)
}
