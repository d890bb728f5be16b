//! Managed compute over time: requests in service, of those its instances can serve (S 74).

use crate::engine::record::outcome::{DeploymentOutcome, Instances};
use crate::metrics::measures::Utilization;
use crate::metrics::percentile::nearest_rank_f64;
use crate::units::time::MINUTE_US;

/// Requests that instances of `concurrent` each can serve, times microseconds, by minute of a window of `minutes`.
pub fn places_us(instances: &[Instances], concurrent: u32, minutes: usize) -> Vec<u64> {
    let mut places = vec![0; minutes];
    for stretch in instances {
        let mut from_us = stretch.from_us;
        while from_us < stretch.until_us {
            let minute = (from_us / MINUTE_US) as usize;
            let until_us = stretch.until_us.min((minute as u64 + 1) * MINUTE_US);
            let served = u64::from(stretch.count) * u64::from(concurrent);
            if let Some(place) = places.get_mut(minute) {
                *place += served * (until_us - from_us);
            }
            from_us = until_us;
        }
    }
    places
}

/// Utilization of managed compute: the part of its places that is taken. None where no minute series was kept.
pub fn utilization(counted: &DeploymentOutcome, concurrent: u32) -> Option<Utilization> {
    let places = places_us(&counted.instances, concurrent, counted.busy_us.len());
    let offered: u64 = places.iter().sum();
    if offered == 0 {
        return None;
    }
    let taken = counted.busy_us.iter().zip(&places).filter(|(_, places)| **places > 0);
    let mut minutes: Vec<f64> = taken.map(|(busy, places)| *busy as f64 / *places as f64).collect();
    let mean = counted.busy_us.iter().sum::<u64>() as f64 / offered as f64;
    let p95 = nearest_rank_f64(&mut minutes, 95).unwrap_or(mean);
    let max = minutes.iter().copied().max_by(f64::total_cmp).unwrap_or(mean);
    Some(Utilization { mean, p95, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_the_number_of_instances() {
        let stretch = |from_us, until_us, count| Instances { from_us, until_us, count };
        let instances = [stretch(0, MINUTE_US / 2, 1), stretch(MINUTE_US / 2, 3 * MINUTE_US, 3)];
        let places = places_us(&instances, 2, 3);
        assert_eq!(places, [4 * MINUTE_US, 6 * MINUTE_US, 6 * MINUTE_US]);
        let counted = DeploymentOutcome {
            instances: instances.to_vec(),
            busy_us: vec![4 * MINUTE_US, 0, 3 * MINUTE_US],
            ..DeploymentOutcome::default()
        };
        let found = utilization(&counted, 2).unwrap_or_default();
        assert_eq!((found.mean, found.max), (7.0 / 16.0, 1.0));
    }
}
