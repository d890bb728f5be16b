//! One scenario under two sets of deployments: what a change of infrastructure does to its bill and its calls.

use crate::billing::bill::Bill;
use crate::billing::difference::{BillDifference, CostColumn, difference};
use crate::billing::line::{LineItem, Meter};
use crate::catalog::Catalog;
use crate::plan::evaluate::objectives::streams_with_objectives;
use crate::scenario::question::candidate::{Candidate, PlannedDeployment};
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::{Simulated, price, simulate};
use crate::scenario::run::measured::{of_all, of_workloads};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::{Currency, Money, MoneyError};
use crate::workload::trace::Trace;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a deployment is and does on one side.
#[derive(Clone, Debug)]
pub struct DeployedSide {
    /// SKU.
    pub sku: String,
    /// Model.
    pub model: String,
    /// Region.
    pub region: String,
    /// PTUs.
    pub capacity_ptu: Option<u32>,
    /// Token limit as stated.
    pub limit_tokens_per_minute: Option<u64>,
    /// Request limit as stated; none where the token limit decides it.
    pub limit_requests_per_minute: Option<u64>,
    /// Whether requests that ask for no tier are served with priority.
    pub priority: bool,
    /// Whether it serves a fine-tuned version of its model.
    pub fine_tuned: bool,
    /// Whether dynamic quota is switched on.
    pub dynamic_quota: bool,
    /// Name of the deployment that it spills over to, as the routes say.
    pub spills_to: Option<String>,
    /// Attempts offered to it in the window.
    pub offered: u64,
    /// Attempts it throttled.
    pub throttled: u64,
    /// Mean utilization, for provisioned ones.
    pub utilization: Option<f64>,
}

/// What all deployments do on one side.
#[derive(Clone, Debug, Default)]
pub struct ServiceSide {
    /// Share of calls that end in a 429 after retries; of all where nothing is deployed.
    pub throttled_share: f64,
    /// Share of calls that end in any error.
    pub failed_share: f64,
    /// Objectives that are not met.
    pub unmet: Vec<String>,
    /// Deployments by name.
    pub deployments: BTreeMap<String, DeployedSide>,
    /// Whether anything is deployed.
    pub deployed: bool,
}

/// What was made of the files of a side.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What was left out, assumed or renamed.
    pub notes: Vec<String>,
    /// Names of deployments that the files have and the side does not.
    pub left_out: Vec<String>,
}

/// What something costs on both sides: a deployment, or a commitment.
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    /// By the hour, used or not: PTUs, reservations, hosting, machines.
    pub capacity: [Money; 2],
    /// By the token.
    pub tokens: [Money; 2],
}

impl Costs {
    /// All of it.
    pub fn total(&self) -> Result<[Money; 2], MoneyError> {
        let [before, after] = [0, 1].map(|side: usize| self.capacity[side].plus(self.tokens[side]));
        Ok([before?, after?])
    }
}

/// A scenario under two sets of deployments.
#[derive(Clone, Debug)]
pub struct DeployedChange {
    /// The scenario's name.
    pub name: String,
    /// Months of the billed period, where it is whole months: costs are told by the month.
    pub months: Option<u64>,
    /// Amortized cost of the period before and after.
    pub bill: BillDifference,
    /// Service before and after.
    pub service: [ServiceSide; 2],
    /// Costs by deployment or commitment.
    pub costs: BTreeMap<String, Costs>,
    /// PTUs paid by the hour in the mean, as no reservation covers them.
    pub uncovered_ptu: [Decimal; 2],
    /// What was made of the files of each side.
    pub read: [Reading; 2],
    /// PTU quotas by SKU, where the scenario states them.
    pub ptu_quota: BTreeMap<String, u32>,
}

impl DeployedChange {
    /// Whether the cost rises by more than a share of the cost before. From nothing, any cost does.
    pub fn rises_above(&self, share: Decimal) -> bool {
        let (before, after) = (self.bill.before.amount(), self.bill.after.amount());
        after - before > before * share
    }
}

/// Simulates and bills a scenario with what is deployed on each side. A side without deployments costs nothing and serves nothing.
pub fn deployed_change(
    sides: [Option<&Scenario>; 2],
    traces: [&[Trace]; 2],
    catalog: &Catalog,
) -> Result<DeployedChange, Diagnostics> {
    let Some(scenario) = sides[1].or(sides[0]) else {
        return Err(Diagnostic::error("nothing-found", "nothing is deployed on either side").into());
    };
    let mut service = [ServiceSide::default(), ServiceSide::default()];
    let mut bills: [Option<Bill>; 2] = [None, None];
    let ptu_quota = scenario.ptu_quota.clone();
    for (side, own) in sides.into_iter().enumerate() {
        let Some((own, today)) = own.and_then(|own| Some((own, own.today.as_ref()?))) else {
            service[side].throttled_share = 1.0;
            service[side].failed_share = 1.0;
            continue;
        };
        // What it would cost is asked before the quota is: that it needs more is part of the
        // answer.
        let granted = within_quota(own, today);
        let own = granted.as_ref().unwrap_or(own);
        let simulated = simulate(own, catalog, traces[side], today)?;
        bills[side] = Some(price(own, catalog, &simulated, today.payment)?);
        service[side] = served(own, &simulated);
    }
    let known = bills.iter().flatten().next().cloned();
    let Some(known) = known else {
        return Err(Diagnostic::error("nothing-found", "nothing is deployed on either side").into());
    };
    let empty = known.emptied();
    let [before, after] = bills.map(|bill| bill.unwrap_or_else(|| empty.clone()));
    let bill = difference(&before, &after, CostColumn::Effective)?;
    Ok(DeployedChange {
        name: scenario.name.clone(),
        months: scenario.period.whole_months(),
        bill,
        service,
        costs: costs([&before, &after])?,
        uncovered_ptu: [&before, &after].map(uncovered),
        read: [Reading::default(), Reading::default()],
        ptu_quota,
    })
}

/// The scenario with as much PTU quota as is deployed; none where it has that already.
fn within_quota(scenario: &Scenario, today: &Candidate) -> Option<Scenario> {
    let mut granted = scenario.ptu_quota.clone();
    for (sku, quota) in &mut granted {
        let mut regions: BTreeMap<&str, u32> = BTreeMap::new();
        for own in today.deployments.iter().filter(|own| *own.sku.name == **sku) {
            let sum = regions.entry(&own.region.name).or_default();
            *sum = sum.saturating_add(own.capacity_ptu.unwrap_or(0));
        }
        *quota = regions.into_values().fold(*quota, u32::max);
    }
    (granted != scenario.ptu_quota).then(|| Scenario { ptu_quota: granted, ..scenario.clone() })
}

fn served(scenario: &Scenario, simulated: &Simulated) -> ServiceSide {
    let (setup, outcome) = (&simulated.resolved.setup, &simulated.outcome);
    let measured = of_workloads(setup, outcome);
    let all = of_all(setup, outcome);
    let mut unmet = Vec::new();
    for bound in streams_with_objectives(simulated, &measured) {
        let name = &scenario.workloads[bound.workload].name;
        let breaches = bound.slo(scenario).breaches(&bound.measures);
        unmet.extend(breaches.into_iter().map(|breach| format!("{name}: {breach}")));
    }
    unmet.dedup();
    let today = scenario.today.as_ref();
    let planned = |name: &str| -> Option<(usize, &PlannedDeployment)> {
        let mut deployments = today?.deployments.iter().enumerate();
        deployments.find(|(_, own)| *own.name == *name)
    };
    let next = |index: usize| {
        let today = today?;
        let at = |route: &&Vec<usize>| route.contains(&index);
        let route = today.routes.iter().find(at)?;
        let place = route.iter().position(|other| *other == index)?;
        today.deployments.get(*route.get(place + 1)?).map(|own| own.name.to_string())
    };
    let window_us = scenario.window.length_us;
    let deployments = simulated.resolved.deployments.iter().zip(&outcome.deployments);
    let deployments = deployments.map(|(reference, counted)| {
        let found = planned(&reference.name);
        let own = found.map(|(_, own)| own);
        let limits = own.map(|own| &own.options.limits);
        let utilized = crate::metrics::measures::utilization(counted, window_us);
        let side = DeployedSide {
            sku: reference.sku.to_string(),
            model: reference.model.to_string(),
            region: reference.region.to_string(),
            capacity_ptu: own.and_then(|own| own.capacity_ptu),
            limit_tokens_per_minute: own.and_then(|own| own.limit_tokens_per_minute),
            limit_requests_per_minute: limits.and_then(|limits| limits.requests_per_minute),
            priority: limits.is_some_and(|limits| limits.priority_by_default),
            fine_tuned: own.is_some_and(|own| own.options.fine_tuned),
            dynamic_quota: limits.is_some_and(|limits| limits.dynamic_quota),
            spills_to: found.and_then(|(index, _)| next(index)),
            offered: counted.offered,
            throttled: counted.throttled,
            utilization: own.and_then(|own| own.capacity_ptu).and(utilized).map(|u| u.mean),
        };
        (reference.name.to_string(), side)
    });
    ServiceSide {
        throttled_share: all.throttled_share,
        failed_share: share(all.failed, all.offered),
        unmet,
        deployments: deployments.collect(),
        deployed: true,
    }
}

fn share(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// Effective cost by what it is for.
fn costs(bills: [&Bill; 2]) -> Result<BTreeMap<String, Costs>, Diagnostic> {
    let out_of_range =
        |error: MoneyError| Diagnostic::error("amount-out-of-range", format!("{error}"));
    let mut found: BTreeMap<String, Costs> = BTreeMap::new();
    for (side, bill) in bills.into_iter().enumerate() {
        for line in &bill.line_items {
            let zero = Money::zero(bill.currency);
            let empty = Costs { capacity: [zero; 2], tokens: [zero; 2] };
            let own = found.entry(subject(line)).or_insert(empty);
            let sums = if is_tokens(line) { &mut own.tokens } else { &mut own.capacity };
            sums[side] = sums[side].plus(line.effective_cost).map_err(out_of_range)?;
        }
    }
    // What costs nothing on either side, as a purchase whose use is amortized, is no line.
    found.retain(|_, own| {
        own.capacity.iter().chain(&own.tokens).any(|money| !money.amount().is_zero())
    });
    Ok(found)
}

fn is_tokens(line: &LineItem) -> bool {
    matches!(line.meter, Meter::Tokens { .. })
}

fn subject(line: &LineItem) -> String {
    match (&line.deployment, &line.commitment) {
        (Some(deployment), _) => deployment.name.to_string(),
        (None, Some(share)) => format!("{} (unused)", share.id),
        (None, None) => line.meter.to_string(),
    }
}

/// PTUs that no reservation covers, in the mean over the period.
fn uncovered(bill: &Bill) -> Decimal {
    let own = bill.line_items.iter().filter(|line| {
        line.meter == Meter::Capacity && line.deployment.is_some() && line.commitment.is_none()
    });
    let minutes: Decimal = own.map(|line| Decimal::from(line.count)).sum();
    let seconds = bill.until.duration_since(bill.from).as_secs();
    minutes.checked_div(Decimal::from(seconds) / Decimal::from(60)).unwrap_or_default()
}

/// The currency of a change.
pub fn currency(change: &DeployedChange) -> Currency {
    change.bill.before.currency()
}
