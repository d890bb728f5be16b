//! Who pays: a bill split by each key of the terms.

use crate::billing::allocation::{
    Allocated, AllocationKey, Holders, Owners, Share, Work, holder_by, owner_by, shares_of_work,
    total_by_owner, work_done,
};
use crate::billing::bill::Bill;
use crate::catalog::Catalog;
use crate::catalog::ptu::Throughput;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{TokenUsage, Usage};
use crate::units::calendar::utc_date;
use crate::units::diagnostic::Diagnostic;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A bill by one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllocatedBill {
    /// The key.
    pub by: AllocationKey,
    /// The parts, by owner. Each cost sums exactly to the bill's.
    pub parts: Vec<Allocated>,
}

/// Whom usage belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Belongs<'a> {
    /// Owners of workloads.
    pub workloads: &'a Owners,
    /// Owners of deployments whose capacity states one; shared by the work done where none does.
    pub capacity: &'a Owners,
    /// Work that a file states beside the usage it lists.
    pub work: &'a Work,
}

/// A bill by every key. What provisioned capacity costs is shared by the work done on it: tokens in the weights of their
/// model (P R2), or all tokens alike where the platform states none.
pub fn splits(
    keys: &[AllocationKey],
    belongs: Belongs<'_>,
    bill: &Bill,
    usage: &Usage,
    catalog: &Catalog,
) -> Result<Vec<AllocatedBill>, Diagnostic> {
    keys.iter()
        .map(|key| {
            let parts = total_by_owner(bill, shares_by(key, belongs, bill, usage, catalog)?)?;
            Ok(AllocatedBill { by: key.clone(), parts })
        })
        .collect()
}

/// Every line of a bill in parts by one key.
pub fn shares_by(
    key: &AllocationKey,
    belongs: Belongs<'_>,
    bill: &Bill,
    usage: &Usage,
    catalog: &Catalog,
) -> Result<Vec<Share>, Diagnostic> {
    let mut work = work(bill, usage, catalog);
    work.extend(belongs.work.iter().map(|(of, done)| (of.clone(), done.clone())));
    let owner = |deployment: &DeploymentRef, workload: &str| {
        owner_by(key, belongs.workloads, deployment, workload)
    };
    let holder = |deployment: &DeploymentRef| holder_by(key, belongs.capacity, deployment);
    let holders = Holders { owner: &owner, holder: &holder, weigh: &|_| 0 };
    shares_of_work(bill, &work, &holders)
}

/// The work by which a bill's shared capacity is split.
pub fn work(bill: &Bill, usage: &Usage, catalog: &Catalog) -> Work {
    let on = utc_date(bill.from);
    let mut weights: BTreeMap<Arc<str>, Option<Throughput>> = BTreeMap::new();
    for record in &usage.tokens {
        let model = &record.deployment.model;
        let entry = weights.entry(Arc::clone(model));
        entry.or_insert_with(|| catalog.throughput(model, on).ok());
    }
    let weigh = |record: &TokenUsage| {
        let throughput = weights.get(&record.deployment.model).and_then(Option::as_ref);
        let tokens = record.tokens.iter().map(|(class, count)| {
            let weight = match throughput {
                Some(stated) => {
                    stated.weight(record.context, class).map_or(0, |weight| weight.value)
                }
                None => Throughput::WEIGHT_SCALE,
            };
            count.saturating_mul(weight)
        });
        tokens.fold(0, u64::saturating_add)
    };
    work_done(bill, usage, &weigh)
}
