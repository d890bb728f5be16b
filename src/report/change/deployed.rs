//! Cost and service before and after a change of what is deployed.

use crate::plan::deployed::{Costs, DeployedChange, ServiceSide, currency};
use crate::report::change::amounts::{movement, percent, share};
use crate::report::change::deployed_words::{what, why};
use crate::report::view::{DeployedChangeView, DeployedChangesView, DeployedPartView, VerdictView};
use crate::report::words::numbers;
use crate::units::money::Money;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a change must keep to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Share that the cost of a scenario may rise by.
    pub rise: Option<Decimal>,
    /// Share of calls that may be throttled after.
    pub throttled: Option<f64>,
}

/// The view of all changes.
pub fn view(changes: &[DeployedChange], limits: Limits) -> DeployedChangesView {
    let asked = limits.rise.is_some() || limits.throttled.is_some();
    DeployedChangesView {
        scenarios: changes.iter().map(scenario).collect(),
        verdict: asked.then(|| verdict(changes, limits)),
    }
}

fn verdict(changes: &[DeployedChange], limits: Limits) -> VerdictView {
    let mut broken = Vec::new();
    for change in changes {
        if let Some(limit) = limits.rise.filter(|limit| change.rises_above(*limit)) {
            let rise = percent(change.bill.before.amount(), change.bill.after.amount());
            let rise = rise.unwrap_or_else(|| "from nothing".to_owned());
            let most = (limit * Decimal::ONE_HUNDRED).normalize();
            broken.push(format!("{}: cost {rise}; the limit is {most}%", change.name));
        }
        let after = change.service[1].throttled_share;
        if let Some(limit) = limits.throttled.filter(|limit| after > *limit) {
            broken.push(format!(
                "{}: {} of calls are throttled; the limit is {}",
                change.name,
                share(after),
                share(limit)
            ));
        }
    }
    VerdictView { passed: broken.is_empty(), broken }
}

fn scenario(change: &DeployedChange) -> DeployedChangeView {
    let monthly = |money: Money| {
        let months = Decimal::from(change.months.unwrap_or(1));
        money.amount().checked_div(months).unwrap_or_else(|| money.amount())
    };
    let (before, after) = (monthly(change.bill.before), monthly(change.bill.after));
    let currency = currency(change).to_string();
    let [old, new] = &change.service;
    let cost = if change.months.is_some() { "Monthly cost" } else { "Cost of the period" };
    let served = |deployed: bool, throttled: f64| {
        if deployed { share(throttled) } else { "nothing deployed".to_owned() }
    };
    let (was, is) =
        (served(old.deployed, old.throttled_share), served(new.deployed, new.throttled_share));
    let throttled = if was == is {
        format!("throttled calls stay at {is}")
    } else {
        format!("throttled calls {was} -> {is}")
    };
    let without = |list: &[String], other: &[String]| -> Vec<String> {
        let measured = |text: &str| text.split(" (").next().unwrap_or(text).to_owned();
        let known = |own: &&String| !other.iter().any(|o| measured(o) == measured(own));
        list.iter().filter(known).cloned().collect()
    };
    DeployedChangeView {
        scenario: change.name.clone(),
        summary: format!(
            "{cost} will {}; {throttled}{}",
            movement(before, after, &currency),
            one_sided(change)
        ),
        monthly: change.months.is_some(),
        before: exact(before),
        after: exact(after),
        throttled_share: [old, new].map(|own| own.deployed.then_some(own.throttled_share)),
        newly_missed: without(&new.unmet, &old.unmet),
        newly_met: without(&old.unmet, &new.unmet),
        uncovered_ptu: change.uncovered_ptu.map(|ptu| ptu.round_dp(1).normalize().to_string()),
        quota: quota(change),
        deployments: parts(change, &monthly),
        notes: change.read.each_ref().map(|side| side.notes.clone()),
        currency,
    }
}

fn exact(amount: Decimal) -> String {
    amount.round_dp(2).normalize().to_string()
}

fn parts(change: &DeployedChange, monthly: &dyn Fn(Money) -> Decimal) -> Vec<DeployedPartView> {
    let [old, new] = &change.service;
    let mut names: Vec<&String> =
        change.costs.keys().chain(old.deployments.keys()).chain(new.deployments.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let zero = Money::zero(currency(change));
    let nothing = Costs { capacity: [zero; 2], tokens: [zero; 2] };
    let mut parts: Vec<(Decimal, DeployedPartView)> = names
        .into_iter()
        .map(|name| {
            let costs = change.costs.get(name).copied().unwrap_or(nothing);
            let sides = [old.deployments.get(name), new.deployments.get(name)];
            let sum = |side: usize| monthly(costs.capacity[side]) + monthly(costs.tokens[side]);
            let view = DeployedPartView {
                name: name.clone(),
                what: what(sides, left_out(change, name)),
                capacity: costs.capacity.map(|money| exact(monthly(money))),
                tokens: costs.tokens.map(|money| exact(monthly(money))),
                calls: sides.map(|own| own.map_or(0, |own| own.offered)),
                why: why(sides),
            };
            ((sum(1) - sum(0)).abs(), view)
        })
        .collect();
    parts.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    parts.into_iter().map(|(_, view)| view).collect()
}

/// That the costs are not of the same deployments, where one side leaves out what the other has.
fn one_sided(change: &DeployedChange) -> String {
    let [old, new] = &change.service;
    let lacks = |of: &ServiceSide, other: &ServiceSide, side: usize| {
        let gone = of.deployments.keys().filter(|name| !other.deployments.contains_key(*name));
        gone.filter(|name| left_out(change, name)[side]).count()
    };
    match lacks(old, new, 1) + lacks(new, old, 0) {
        0 => String::new(),
        1 => "; 1 deployment is left out on one side (see the notes)".to_owned(),
        count => format!("; {count} deployments are left out on one side (see the notes)"),
    }
}

/// Whether the files of each side have a deployment that was left out.
fn left_out(change: &DeployedChange, name: &str) -> [bool; 2] {
    let own = name.rsplit('/').next().unwrap_or(name);
    change.read.each_ref().map(|side| {
        side.left_out.iter().any(|other| other.eq_ignore_ascii_case(own) || other == name)
    })
}

/// Quota by SKU, and by model where it is counted in tokens, where it changes or is not enough.
fn quota(change: &DeployedChange) -> Vec<String> {
    let mut needs: BTreeMap<String, Need> = BTreeMap::new();
    for (side, service) in change.service.iter().enumerate() {
        for own in service.deployments.values() {
            let (key, amount, unit) = match (own.capacity_ptu, own.limit_tokens_per_minute) {
                (Some(ptu), _) => (format!("{} in {}", own.sku, own.region), u64::from(ptu), "PTU"),
                (None, Some(tokens)) => {
                    let key = format!("{} of {} in {}", own.sku, own.model, own.region);
                    (key, tokens, "tokens a minute")
                }
                (None, None) => continue,
            };
            let granted = own.capacity_ptu.and_then(|_| change.ptu_quota.get(&own.sku).copied());
            let need = needs.entry(key).or_insert(Need { amounts: [0; 2], unit, granted });
            need.amounts[side] = need.amounts[side].saturating_add(amount);
        }
    }
    needs.into_iter().filter_map(|(key, need)| need.told(&key)).collect()
}

/// Quota that is needed before and after.
struct Need {
    amounts: [u64; 2],
    unit: &'static str,
    /// What the subscription has, where that is known.
    granted: Option<u32>,
}

impl Need {
    fn told(&self, key: &str) -> Option<String> {
        let ([before, after], unit) = (self.amounts, self.unit);
        let granted = self.granted.map(u64::from).filter(|granted| after > *granted);
        if before == after && granted.is_none() {
            return None;
        }
        let above = granted.map(|granted| {
            let (more, granted) = (numbers::count(after - granted), numbers::count(granted));
            format!("; the quota is {granted}: {more} {unit} more must be asked for first")
        });
        let (before, after) = (numbers::count(before), numbers::count(after));
        Some(format!("{key}: {before} -> {after} {unit}{}", above.unwrap_or_default()))
    }
}
