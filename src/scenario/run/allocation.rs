//! Who pays: a bill split by each key of the terms.

use crate::billing::allocation::{Allocated, AllocationKey, Owners, allocate, owner_by};
use crate::billing::bill::Bill;
use crate::catalog::Catalog;
use crate::catalog::ptu::Throughput;
use crate::ledger::usage::{TokenUsage, Usage};
use crate::units::calendar::utc_date;
use crate::units::diagnostic::Diagnostic;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A bill by one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The key.
    pub by: AllocationKey,
    /// The parts, by owner. Each cost sums exactly to the bill's.
    pub parts: Vec<Allocated>,
}

/// A bill by every key. What provisioned capacity costs is shared by the work done on it: tokens in the weights of their
/// model (P R2), or all tokens alike where the platform states none.
pub fn splits(
    keys: &[AllocationKey],
    owners: &Owners,
    bill: &Bill,
    usage: &Usage,
    catalog: &Catalog,
) -> Result<Vec<Split>, Diagnostic> {
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
    keys.iter()
        .map(|key| {
            let owner =
                |deployment: &_, workload: &str| owner_by(key, owners, deployment, workload);
            Ok(Split { by: key.clone(), parts: allocate(bill, usage, owner, weigh)? })
        })
        .collect()
}
