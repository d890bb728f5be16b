//! Provisioned capacity in PTU-minutes: deployed PTUs hour by hour, prorated by the minute (P R31, R32).

#![deny(clippy::float_arithmetic)]
use crate::billing::minutes::{HOUR_MINUTES, minute_of};
use crate::billing::terms::Terms;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::CapacityUsage;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// PTU-minutes by UTC hour over the hours a period touches.
pub(crate) struct HourlyCapacity {
    /// The hours, counted from the epoch.
    pub(crate) hours: Range<i64>,
    /// Each deployment, by name, with one count for each hour.
    pub(crate) deployments: Vec<(Arc<DeploymentRef>, Vec<u64>)>,
}

impl HourlyCapacity {
    /// The capacity of the terms' period. Capacity outside it is the caller's mistake and is reported.
    pub(crate) fn new(
        usage: &[CapacityUsage],
        terms: &Terms,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let period = terms.minutes();
        let hours = period.start.div_euclid(HOUR_MINUTES)
            ..(period.end + HOUR_MINUTES - 1).div_euclid(HOUR_MINUTES);
        let mut stretches: BTreeMap<&Arc<DeploymentRef>, Vec<&CapacityUsage>> = BTreeMap::new();
        for stretch in usage {
            if stretch.from < terms.from || stretch.until > terms.until {
                diagnostics.push(outside(stretch, terms));
            } else {
                stretches.entry(&stretch.deployment).or_default().push(stretch);
            }
        }
        let count = (hours.end - hours.start).max(0) as usize;
        let mut deployments = Vec::with_capacity(stretches.len());
        for (deployment, mut stretches) in stretches {
            stretches.sort_by_key(|stretch| stretch.from);
            refuse_overlaps(deployment, &stretches, diagnostics);
            let mut counts = vec![0; count];
            for stretch in stretches {
                let until = minute_of(stretch.until);
                let mut minute = minute_of(stretch.from);
                while minute < until {
                    let hour = minute.div_euclid(HOUR_MINUTES);
                    let end = ((hour + 1) * HOUR_MINUTES).min(until);
                    counts[(hour - hours.start) as usize] +=
                        (end - minute) as u64 * u64::from(stretch.capacity_ptu);
                    minute = end;
                }
            }
            deployments.push((Arc::clone(deployment), counts));
        }
        Self { hours, deployments }
    }
}

fn refuse_overlaps(
    deployment: &DeploymentRef,
    stretches: &[&CapacityUsage],
    diagnostics: &mut Diagnostics,
) {
    for pair in stretches.windows(2) {
        if pair[1].from < pair[0].until {
            diagnostics.push(Diagnostic::error(
                "capacity-overlaps",
                format!(
                    "deployment {} has two sizes at {}: {} and {} PTU",
                    deployment.name, pair[1].from, pair[0].capacity_ptu, pair[1].capacity_ptu
                ),
            ));
        }
    }
}

fn outside(stretch: &CapacityUsage, terms: &Terms) -> Diagnostic {
    Diagnostic::error(
        "usage-outside-period",
        format!(
            "capacity of deployment {} from {} until {} is not inside the billed period {} until {}",
            stretch.deployment.name, stretch.from, stretch.until, terms.from, terms.until
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(from: &str, until: &str, capacity_ptu: u32) -> CapacityUsage {
        let deployment = Arc::new(DeploymentRef {
            name: "chat".into(),
            model: "gpt-4.1".into(),
            sku: "GlobalProvisionedManaged".into(),
            region: "eastus2".into(),
            fine_tuned: false,
        });
        let [from, until] = [from, until].map(|text| text.parse().unwrap());
        CapacityUsage { deployment, from, until, capacity_ptu }
    }

    fn hourly(stretches: &[CapacityUsage]) -> Result<Vec<u64>, &'static str> {
        let [from, until] =
            ["2026-12-01T10:30:00Z", "2026-12-01T12:00:00Z"].map(|text| text.parse().unwrap());
        let mut diagnostics = Diagnostics::default();
        let hourly = HourlyCapacity::new(stretches, &Terms::list(from, until), &mut diagnostics);
        match diagnostics.0.first() {
            Some(diagnostic) => Err(diagnostic.code.as_str()),
            None => Ok(hourly.deployments[0].1.clone()),
        }
    }

    #[test]
    fn a_resize_bills_the_new_count_from_its_minute() {
        let resized = [
            stretch("2026-12-01T10:45:30Z", "2026-12-01T11:10:30Z", 100),
            stretch("2026-12-01T11:10:30Z", "2026-12-01T12:00:00Z", 200),
        ];
        assert_eq!(hourly(&resized), Ok(vec![15 * 100, 10 * 100 + 50 * 200]));
    }

    #[test]
    fn two_sizes_at_once_and_capacity_outside_the_period_are_refused() {
        let overlapping = [
            stretch("2026-12-01T10:30:00Z", "2026-12-01T11:00:00Z", 100),
            stretch("2026-12-01T10:59:00Z", "2026-12-01T12:00:00Z", 200),
        ];
        assert_eq!(hourly(&overlapping), Err("capacity-overlaps"));
        let early = [stretch("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", 100)];
        assert_eq!(hourly(&early), Err("usage-outside-period"));
    }
}
