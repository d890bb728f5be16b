//! Changes over time that do not depend on traffic: which resizes succeed, given PTU quotas and the platform's capacity.

use crate::engine::record::outcome::RefusedResize;
use crate::engine::rules::{Change, ChangeKind};
use crate::engine::setup::{Admission, Setup};
use crate::units::ptu::Ptu;

/// The changes of one deployment that take effect, and the resizes that do not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline {
    pub(crate) changes: Vec<Change>,
    pub(crate) refused: Vec<RefusedResize>,
}

/// PTUs of a deployment at the start, 0 of those that are not provisioned.
pub(crate) fn initial_ptu(admission: &Admission) -> Ptu {
    match admission {
        Admission::Provisioned(bucket) => bucket.capacity_ptu,
        _ => 0,
    }
}

/// PTUs drawn on a quota.
fn drawn(setup: &Setup, sizes: &[Ptu], quota: u16) -> u64 {
    let on = |(index, size): (usize, &Ptu)| {
        (setup.deployments[index].rules.ptu_quota == Some(quota)).then_some(u64::from(*size))
    };
    sizes.iter().enumerate().filter_map(on).sum()
}

/// Whether the sizes at the start are within the quotas.
pub(crate) fn within_quotas(setup: &Setup) -> bool {
    let sizes: Vec<Ptu> = setup.deployments.iter().map(|d| initial_ptu(&d.admission)).collect();
    let fits =
        |(quota, limit): (usize, &Ptu)| drawn(setup, &sizes, quota as u16) <= u64::from(*limit);
    setup.ptu_quotas.iter().enumerate().all(fits)
}

/// The timelines of all deployments. Changes at one time are made in the order of the deployments; a scale-up needs quota
/// and capacity, a scale-down gives its quota back at once (P R33, R41).
pub(crate) fn timelines(setup: &Setup) -> Vec<Timeline> {
    let mut timelines = vec![Timeline::default(); setup.deployments.len()];
    let mut sizes: Vec<Ptu> = setup.deployments.iter().map(|d| initial_ptu(&d.admission)).collect();
    let mut all: Vec<(usize, Change)> = Vec::new();
    for (index, deployment) in setup.deployments.iter().enumerate() {
        all.extend(deployment.rules.timeline.iter().map(|change| (index, *change)));
    }
    all.sort_by_key(|(index, change)| (change.at_us, *index));
    for (index, change) in all {
        if let ChangeKind::Resize { capacity_ptu, available } = change.what {
            let before = std::mem::replace(&mut sizes[index], capacity_ptu);
            let quota = setup.deployments[index].rules.ptu_quota;
            let within = quota.is_none_or(|quota| {
                let limit = setup.ptu_quotas.get(quota as usize).copied().unwrap_or(0);
                drawn(setup, &sizes, quota) <= u64::from(limit)
            });
            if capacity_ptu > before && !(available && within) {
                sizes[index] = before;
                let at_us = change.at_us;
                let refused = RefusedResize { at_us, capacity_ptu, for_quota: available };
                timelines[index].refused.push(refused);
                continue;
            }
        }
        timelines[index].changes.push(change);
    }
    timelines
}
