//! From what happened in the simulated window to what is billable in the whole period.

use crate::engine::record::outcome::{Deployed, DeploymentOutcome, Outcome};
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::{Amount, MeterKind, MeteredUsage};
use crate::ledger::repeat::repeat_tokens;
use crate::ledger::usage::{Answer, CapacityUsage, ServiceTier, TokenUsage, Usage};
use crate::scenario::question::scenario::{Scenario, Window};
use crate::scenario::resolve::{Meters, Resolved};
use crate::scenario::run::local_days::{days_of, played};
use crate::scenario::run::month_bills::cut;
use crate::units::diagnostic::Diagnostics;
use crate::units::time::{HOUR_US, MINUTE_US};
use crate::units::tokens::{TokenClass, TokenCounts};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The period's usage: the window's tokens once for every window of the period, and the capacity deployed throughout.
pub(crate) fn usage_of(
    scenario: &Scenario,
    resolved: &Resolved,
    outcome: &Outcome,
) -> Result<Usage, Diagnostics> {
    let period = &scenario.period;
    if let Some(played) = played_by_day(scenario, resolved, outcome)? {
        return Ok(played);
    }
    // A call admitted after the window's end arrived within it: it is billed with the window's last hour.
    let last_us = scenario.window.length_us - 1 + period.hour_phase_us();
    let last_hour = (last_us / HOUR_US) as u32;
    let tokens = outcome.usage.iter().map(|bin| TokenUsage {
        deployment: resolved.deployments[usize::from(bin.deployment.0)].clone(),
        workload: scenario.workloads[usize::from(bin.stream.0)].name.clone(),
        hour: period.hour_start(bin.hour.min(last_hour)),
        tier: bin.tier,
        context: bin.context,
        answer: bin.answer,
        requests: bin.requests,
        tokens: billed_as(&resolved.meters[usize::from(bin.deployment.0)], bin.tier, bin.tokens),
    });
    let window = Usage { tokens: tokens.collect(), ..Usage::default() };
    // A window that stands for nothing but itself need not be whole hours.
    let tokens = if scenario.window.repetitions == 1 {
        window.tokens
    } else {
        let simulated = period.start()..period.at(scenario.window.length_us);
        repeat_tokens(&window, &simulated, &(period.start()..period.until()))?
    };
    let mut capacity = Vec::new();
    for (counted, deployment) in outcome.deployments.iter().zip(&resolved.deployments) {
        capacity.extend(capacity_of(scenario, deployment, &counted.deployed));
    }
    let mut metered = Vec::new();
    for (index, counted) in outcome.deployments.iter().enumerate() {
        metered.extend(other_meters(scenario, resolved, index, counted));
    }
    metered.extend(routed(resolved, &tokens));
    Ok(Usage { tokens, capacity, metered })
}

/// The period's usage where its window is whole days and the clocks change in it; none elsewhere.
fn played_by_day(
    scenario: &Scenario,
    resolved: &Resolved,
    outcome: &Outcome,
) -> Result<Option<Usage>, Diagnostics> {
    let (period, window) = (&scenario.period, scenario.window);
    let days = days_of(window.length_us, period.zone(), period.start(), period.until());
    let Some((days, first)) = days.zip(period.first(window.length_us)) else { return Ok(None) };
    if window.repetitions == 1 {
        return Ok(None);
    }
    let window = Window { repetitions: 1, ..window };
    let once = Scenario { period: first.clone(), window, ..scenario.clone() };
    let once = usage_of(&once, resolved, outcome)?;
    let played = played(&once, &first, days, period)?;
    Ok(Some(cut(&played, period.start(), period)))
}

/// The tokens as they are billed: cached input is input where nobody publishes a price of it.
fn billed_as(meters: &Meters, tier: ServiceTier, mut tokens: TokenCounts) -> TokenCounts {
    if meters.uncached.contains(&tier) {
        let cached = tokens.get(TokenClass::CachedInput);
        tokens.set(TokenClass::CachedInput, 0);
        tokens.set(TokenClass::Input, tokens.get(TokenClass::Input) + cached);
    }
    tokens
}

/// What one deployment had deployed in the period: its sizes in the window, once for every window of the period.
fn capacity_of(
    scenario: &Scenario,
    deployment: &Arc<DeploymentRef>,
    deployed: &[Deployed],
) -> Vec<CapacityUsage> {
    let (period, window) = (&scenario.period, scenario.window);
    let over = |from, until, capacity_ptu| CapacityUsage {
        deployment: deployment.clone(),
        from,
        until,
        capacity_ptu,
    };
    match deployed {
        // One size throughout needs no repetition.
        [one] if one.from_us == 0 && one.until_us == window.length_us && one.capacity_ptu > 0 => {
            vec![over(period.start(), period.until(), one.capacity_ptu)]
        }
        several => (0..window.repetitions)
            .flat_map(|repetition| {
                let offset_us = repetition * window.length_us;
                several.iter().filter(|stretch| stretch.capacity_ptu > 0).map(move |stretch| {
                    let at = |us| period.at(offset_us + us);
                    over(at(stretch.from_us), at(stretch.until_us), stretch.capacity_ptu)
                })
            })
            .collect(),
    }
}

/// What runs while a deployment exists: its hosting, its machines. Once for every window of the period.
fn other_meters(
    scenario: &Scenario,
    resolved: &Resolved,
    index: usize,
    counted: &DeploymentOutcome,
) -> Vec<MeteredUsage> {
    let meters = &resolved.meters[index];
    let callers: Vec<usize> = resolved
        .setup
        .streams
        .iter()
        .enumerate()
        .filter(|(_, stream)| stream.route.iter().any(|ix| usize::from(ix.0) == index))
        .map(|(stream, _)| stream)
        .collect();
    // What several workloads share belongs to none of them.
    let workload: Arc<str> = match callers[..] {
        [one] if one < scenario.workloads.len() => scenario.workloads[one].name.clone(),
        _ => "".into(),
    };
    let record = |kind, variant: Option<Arc<str>>, from_us, until_us, amount| MeteredUsage {
        resource: resolved.deployments[index].clone(),
        workload: workload.clone(),
        kind,
        variant,
        from: scenario.period.at(from_us),
        until: scenario.period.at(until_us),
        amount,
    };
    let mut records = Vec::new();
    if meters.hosting {
        for stretch in &counted.deployed {
            for (from_us, until_us) in repeated(scenario, stretch.from_us, stretch.until_us) {
                records.push(record(
                    MeterKind::Hosting,
                    None,
                    from_us,
                    until_us,
                    Amount::Running(1),
                ));
            }
        }
    }
    if let Some(machines) = &meters.machines {
        let variant = Some(machines.machine.clone());
        let units = machines.units_per_instance;
        if let [one] = &counted.instances[..] {
            let running = Amount::Running(one.count * units);
            for (from_us, until_us) in repeated(scenario, one.from_us, one.until_us) {
                records.push(record(machines.kind, variant.clone(), from_us, until_us, running));
            }
        } else {
            // Instances that come and go are summed by hour, to the nearest minute.
            for (hour_us, unit_us) in by_hour(counted, units) {
                let minutes =
                    ((unit_us + u128::from(MINUTE_US / 2)) / u128::from(MINUTE_US)) as u64;
                for (from_us, until_us) in repeated(scenario, hour_us.0, hour_us.1) {
                    let amount = Amount::Count(minutes);
                    records.push(record(machines.kind, variant.clone(), from_us, until_us, amount));
                }
            }
        }
    }
    records
}

/// A stretch of the window in every window of the period; one stretch where it is the whole window.
fn repeated(
    scenario: &Scenario,
    from_us: u64,
    until_us: u64,
) -> impl Iterator<Item = (u64, u64)> + use<> {
    let window = scenario.window;
    let whole = from_us == 0 && until_us == window.length_us;
    let (count, length_us) =
        if whole { (1, window.length_us * window.repetitions) } else { (window.repetitions, 0) };
    (0..count).map(move |repetition| {
        let offset_us = repetition * window.length_us;
        (from_us + offset_us, if whole { length_us } else { until_us + offset_us })
    })
}

/// Units times microseconds by hour of the window.
fn by_hour(counted: &DeploymentOutcome, units: u32) -> BTreeMap<(u64, u64), u128> {
    let mut hours: BTreeMap<(u64, u64), u128> = BTreeMap::new();
    let end_us = counted.instances.last().map_or(0, |stretch| stretch.until_us);
    for stretch in &counted.instances {
        let mut from_us = stretch.from_us;
        while from_us < stretch.until_us {
            let hour_us = from_us / HOUR_US * HOUR_US;
            let until_us = stretch.until_us.min(hour_us + HOUR_US);
            let unit_us = u128::from(stretch.count) * u128::from(units);
            let hour = (hour_us, (hour_us + HOUR_US).min(end_us));
            *hours.entry(hour).or_default() += unit_us * u128::from(until_us - from_us);
            from_us = until_us;
        }
    }
    hours
}

/// The fee of routers: the input that went through them, whoever served it (S 77). What was refused or blocked is not charged.
fn routed(resolved: &Resolved, tokens: &[TokenUsage]) -> Vec<MeteredUsage> {
    let routers: BTreeMap<&Arc<DeploymentRef>, &Arc<DeploymentRef>> = resolved
        .deployments
        .iter()
        .zip(&resolved.meters)
        .filter_map(|(deployment, meters)| Some((deployment, meters.router.as_ref()?)))
        .collect();
    let served =
        |usage: &&TokenUsage| matches!(usage.answer, Answer::Completed | Answer::FilteredOutput);
    tokens
        .iter()
        .filter(served)
        .filter_map(|usage| {
            Some(MeteredUsage {
                resource: (*routers.get(&usage.deployment)?).clone(),
                workload: usage.workload.clone(),
                kind: MeterKind::RoutedInput,
                variant: None,
                from: usage.hour,
                until: usage.hour,
                amount: Amount::Count(usage.tokens.input_total()),
            })
        })
        .collect()
}
