//! Who pays: a bill by workload, team or tag. The parts of every line sum exactly to it (largest remainder).

#![deny(clippy::float_arithmetic)]

use crate::billing::bill::{Bill, Totals};
use crate::billing::line::LineItem;
use crate::billing::line::out_of_range;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{TokenUsage, Usage};
use crate::units::calendar::utc_date;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, MoneyError};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The owner of what nobody used: capacity without traffic, a commitment that covered nothing.
pub const NOBODY: &str = "(unallocated)";

/// The owner of usage whose team or tag nobody stated.
pub const UNTAGGED: &str = "(untagged)";

/// A way to split a bill.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllocationKey {
    /// By workload.
    Workload,
    /// By the workload's team.
    Team,
    /// By deployment.
    Deployment,
    /// By a tag of the workload.
    Tag(Arc<str>),
}

impl AllocationKey {
    /// The key of a word: `workload`, `team`, `deployment` or `tag:NAME`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "workload" => Some(Self::Workload),
            "team" => Some(Self::Team),
            "deployment" => Some(Self::Deployment),
            word => {
                let tag = word.strip_prefix("tag:").filter(|tag| !tag.is_empty())?;
                Some(Self::Tag(tag.into()))
            }
        }
    }
}

impl fmt::Display for AllocationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workload => f.write_str("workload"),
            Self::Team => f.write_str("team"),
            Self::Deployment => f.write_str("deployment"),
            Self::Tag(tag) => write!(f, "tag:{tag}"),
        }
    }
}

/// Whom a workload belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// Its team.
    pub team: Option<Arc<str>>,
    /// Its tags.
    pub tags: BTreeMap<Arc<str>, Arc<str>>,
}

/// The owners of workloads, or of deployments, by name.
pub type Owners = BTreeMap<Arc<str>, Owner>;

/// Who pays for what a workload does on a deployment, by a key.
pub fn owner_by(
    key: &AllocationKey,
    owners: &Owners,
    deployment: &DeploymentRef,
    workload: &str,
) -> Arc<str> {
    let owner = owners.get(workload);
    let found = match key {
        AllocationKey::Workload => Some(workload).filter(|name| !name.is_empty()),
        AllocationKey::Deployment => Some(&*deployment.name),
        AllocationKey::Team => owner.and_then(|owner| owner.team.as_deref()),
        AllocationKey::Tag(tag) => owner.and_then(|owner| owner.tags.get(tag)).map(AsRef::as_ref),
    };
    found.unwrap_or(UNTAGGED).into()
}

/// Who holds a deployment's capacity outright by a key: the deployment itself, or the team or tag stated on its capacity.
pub fn holder_by(
    key: &AllocationKey,
    holders: &Owners,
    deployment: &DeploymentRef,
) -> Option<Arc<str>> {
    let stated = holders.get(&deployment.name);
    match key {
        AllocationKey::Workload => None,
        AllocationKey::Deployment => Some(Arc::clone(&deployment.name)),
        AllocationKey::Team => stated?.team.clone(),
        AllocationKey::Tag(tag) => stated?.tags.get(tag).cloned(),
    }
}

/// One owner's part of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocated {
    /// The owner.
    pub owner: Arc<str>,
    /// The sums of the owner's parts.
    pub totals: Totals,
}

/// Work done by workload on each deployment whose capacity is shared, by the UTC day of what is
/// shared.
pub type Work = BTreeMap<(Arc<DeploymentRef>, Date), BTreeMap<Arc<str>, u64>>;

/// Weights by owner.
type Weights = BTreeMap<Arc<str>, u64>;

/// Owners of a bill's charges.
pub struct Holders<'a> {
    /// Who pays for what a workload did on a deployment.
    pub owner: &'a dyn Fn(&DeploymentRef, &str) -> Arc<str>,
    /// Who holds a deployment's capacity outright, whoever works on it; none where it is shared by the work done.
    pub holder: &'a dyn Fn(&DeploymentRef) -> Option<Arc<str>>,
    /// How much a token record counts towards the shared cost of provisioned capacity.
    pub weigh: &'a dyn Fn(&TokenUsage) -> u64,
}

/// Parts of a PTU-minute by which a commitment is shared: fine enough for twelve decimals of any payment.
const PARTS_OF_MINUTE: u128 = 1_000_000_000;

/// A bill by owner, sorted by owner: [`shares`] summed up.
pub fn allocate(
    bill: &Bill,
    usage: &Usage,
    holders: &Holders<'_>,
) -> Result<Vec<Allocated>, Diagnostic> {
    total_by_owner(bill, shares(bill, usage, holders)?)
}

/// The sums of shares by owner, sorted by owner.
pub fn total_by_owner(bill: &Bill, shares: Vec<Share>) -> Result<Vec<Allocated>, Diagnostic> {
    let mut totals: BTreeMap<Arc<str>, Totals> = BTreeMap::new();
    for Share { owner, part, .. } in shares {
        let own = Totals::of(bill.currency, [&part]).map_err(out_of_range)?;
        let sum = match totals.get(&owner) {
            Some(sum) => sum.plus(&own).map_err(out_of_range)?,
            None => own,
        };
        totals.insert(owner, sum);
    }
    Ok(totals.into_iter().map(|(owner, totals)| Allocated { owner, totals }).collect())
}

/// One owner's part of one line.
#[derive(Clone, Debug)]
pub struct Share {
    /// The owner.
    pub owner: Arc<str>,
    /// The line with the owner's part of its costs.
    pub part: LineItem,
}

/// Every line of a bill in parts, each with its owner. The parts of a line sum exactly to it.
///
/// A line of capacity that somebody holds outright is theirs. Another is split by what was weighed on its deployment that
/// day, else in the whole period; a commitment's payment and unused share by what its used lines were; the rest is
/// [`NOBODY`]'s.
pub fn shares(bill: &Bill, usage: &Usage, holders: &Holders<'_>) -> Result<Vec<Share>, Diagnostic> {
    shares_of_work(bill, &work_done(bill, usage, holders.weigh), holders)
}

/// The work by which each line of shared capacity is split: that of its day, else of the whole
/// period; none where nothing was done at all.
pub fn work_done(bill: &Bill, usage: &Usage, weigh: &dyn Fn(&TokenUsage) -> u64) -> Work {
    let mut by_day: BTreeMap<(&DeploymentRef, Date), Weights> = BTreeMap::new();
    let mut by_deployment: BTreeMap<&DeploymentRef, Weights> = BTreeMap::new();
    for record in &usage.tokens {
        let (workload, weight) = (&record.workload, weigh(record));
        let day = by_day.entry((&record.deployment, utc_date(record.hour))).or_default();
        *day.entry(Arc::clone(workload)).or_default() += weight;
        let whole = by_deployment.entry(&record.deployment).or_default();
        *whole.entry(Arc::clone(workload)).or_default() += weight;
    }
    let used = |weights: &&Weights| weights.values().any(|weight| *weight > 0);
    let mut work = Work::new();
    for line in bill.line_items.iter().filter(|line| line.workload.is_none()) {
        let Some(deployment) = &line.deployment else { continue };
        let date = utc_date(line.from);
        let day = by_day.get(&(&**deployment, date)).filter(used);
        let done = day.or_else(|| by_deployment.get(&**deployment).filter(used));
        work.extend(done.map(|done| ((Arc::clone(deployment), date), done.clone())));
    }
    work
}

/// [`shares`] where the work is known that shared capacity is split by.
pub fn shares_of_work(
    bill: &Bill,
    work: &Work,
    holders: &Holders<'_>,
) -> Result<Vec<Share>, Diagnostic> {
    let Holders { owner, holder, .. } = holders;
    let shared = |line: &LineItem, deployment: &Arc<DeploymentRef>| {
        if let Some(who) = holder(deployment) {
            return Some(Weights::from([(who, 1)]));
        }
        let done = work.get(&(Arc::clone(deployment), utc_date(line.from)))?;
        let mut weights = Weights::new();
        for (workload, weight) in done {
            *weights.entry(owner(deployment, workload)).or_default() += weight;
        }
        Some(weights)
    };
    let nobody = || Weights::from([(Arc::from(NOBODY), 1)]);
    let mut by_commitment: BTreeMap<Arc<str>, BTreeMap<Arc<str>, u128>> = BTreeMap::new();
    let mut parts = Vec::with_capacity(bill.line_items.len());
    let mut later = Vec::new();
    for line in &bill.line_items {
        let weights = match (&line.deployment, &line.workload) {
            (Some(deployment), Some(workload)) => Weights::from([(owner(deployment, workload), 1)]),
            (Some(deployment), None) => shared(line, deployment).unwrap_or_else(nobody),
            (None, _) => {
                later.push(line);
                continue;
            }
        };
        if let Some(share) = &line.commitment {
            let total: u128 = weights.values().map(|weight| u128::from(*weight)).sum();
            let used = by_commitment.entry(Arc::clone(&share.id)).or_default();
            let fine = u128::from(line.count) * PARTS_OF_MINUTE;
            for (who, weight) in &weights {
                *used.entry(Arc::clone(who)).or_default() +=
                    part_of(fine, u128::from(*weight), total.max(1));
            }
        }
        split_line(line, &weights, &mut parts)?;
    }
    for line in later {
        let used = line.commitment.as_ref().and_then(|share| by_commitment.get(&share.id));
        let weights = used.map(coarser).filter(|w| w.values().any(|weight| *weight > 0));
        split_line(line, &weights.unwrap_or_else(nobody), &mut parts)?;
    }
    Ok(parts)
}

/// `whole * weight / total`, rounded to the nearest, without leaving 128 bits.
fn part_of(whole: u128, weight: u128, total: u128) -> u128 {
    let rest = (whole % total).saturating_mul(weight);
    (whole / total).saturating_mul(weight) + (rest + total / 2) / total
}

/// Weights that [`Money::split`] can take: in proportion, their sum within 60 bits.
fn coarser(fine: &BTreeMap<Arc<str>, u128>) -> Weights {
    let sum: u128 = fine.values().sum();
    let by = sum.div_ceil(1 << 60).max(1);
    fine.iter()
        .map(|(who, weight)| (Arc::clone(who), u64::try_from(weight / by).unwrap_or(u64::MAX >> 4)))
        .collect()
}

fn split_line(
    line: &LineItem,
    weights: &Weights,
    parts: &mut Vec<Share>,
) -> Result<(), Diagnostic> {
    let numbers: Vec<u64> = weights.values().copied().collect();
    let split = |cost: Money| {
        cost.split(&numbers)
            .ok_or_else(|| out_of_range(MoneyError::Range(format!("{} in parts", cost.amount()))))
    };
    let (billed, effective) = (split(line.billed_cost)?, split(line.effective_cost)?);
    let (list, contracted) = (split(line.list_cost)?, split(line.contracted_cost)?);
    for (index, owner) in weights.keys().enumerate() {
        let part = LineItem {
            billed_cost: billed[index],
            effective_cost: effective[index],
            list_cost: list[index],
            contracted_cost: contracted[index],
            ..line.clone()
        };
        parts.push(Share { owner: Arc::clone(owner), part });
    }
    Ok(())
}
