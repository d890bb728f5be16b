//! Measures by weekday and hour of the scenario's zone, from the minutes of a simulation.

use crate::engine::record::outcome::{DeploymentOutcome, Outcome};
use crate::engine::setup::Admission;
use crate::metrics::measures;
use crate::report::view::outlook::HeatMapView;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::Resolved;
use crate::units::time::MINUTE_US;
use jiff::tz::TimeZone;

/// A part and the whole it is a share of, per weekday and hour.
type Cells = [[(f64, f64); 24]; 7];

/// Utilization of every provisioned deployment, and the attempts that found no room.
pub(super) fn heat_maps(
    scenario: &Scenario,
    resolved: &Resolved,
    outcome: &Outcome,
) -> Vec<HeatMapView> {
    let mut maps = Vec::new();
    for (index, counted) in outcome.deployments.iter().enumerate() {
        let Admission::Provisioned(_) = &resolved.setup.deployments[index].admission else {
            continue;
        };
        let capacity = measures::units_per_minute(counted, scenario.window.length_us);
        let subject = resolved.deployments[index].name.to_string();
        let used = by_hour(scenario, counted, |minute| (minute.used_units as f64, capacity));
        maps.push(view("PTU utilization", subject.clone(), &used));
        let refused = by_hour(scenario, counted, |minute| {
            (f64::from(minute.refused), f64::from(minute.offered))
        });
        if refused.iter().flatten().any(|(part, _)| *part > 0.0) {
            maps.push(view("attempts throttled or spilled", subject, &refused));
        }
    }
    maps
}

fn by_hour(
    scenario: &Scenario,
    counted: &DeploymentOutcome,
    value: impl Fn(&crate::engine::record::outcome::MinuteSample) -> (f64, f64),
) -> Cells {
    let zone: &TimeZone = scenario.period.zone();
    let mut cells = [[(0.0, 0.0); 24]; 7];
    for (index, minute) in counted.minutes.iter().enumerate() {
        let at = scenario.period.at(index as u64 * MINUTE_US).to_zoned(zone.clone());
        let day = at.weekday().to_monday_zero_offset().unsigned_abs() as usize;
        let cell = &mut cells[day][at.hour().unsigned_abs() as usize];
        let (part, whole) = value(minute);
        cell.0 += part;
        cell.1 += whole;
    }
    cells
}

fn view(measure: &str, subject: String, cells: &Cells) -> HeatMapView {
    let share = |(part, whole): &(f64, f64)| (*whole > 0.0).then(|| part / whole);
    HeatMapView {
        measure: measure.to_owned(),
        subject,
        shares: cells.iter().map(|row| row.iter().map(share).collect()).collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp)]

    use super::*;
    use crate::engine::record::outcome::MinuteSample;

    /// A day that begins on a Tuesday in Stockholm.
    fn scenario() -> Scenario {
        let text = include_str!("../../../tests/cli/small.toml")
            .replace("zone   = \"UTC\"", "zone   = \"Europe/Stockholm\"");
        crate::scenario::load::load("small", &text).expect("the scenario loads")
    }

    #[test]
    fn minutes_fall_into_the_civil_hour_of_the_scenarios_zone() {
        let scenario = scenario();
        let sample = |used| MinuteSample { used_units: used, ..MinuteSample::default() };
        let minutes = (0..90).map(|minute| sample(if minute < 60 { 30 } else { 60 })).collect();
        let counted = DeploymentOutcome { minutes, ..DeploymentOutcome::default() };
        let cells = by_hour(&scenario, &counted, |minute| (minute.used_units as f64, 60.0));
        let map = view("PTU utilization", "ptu".into(), &cells);
        // Midnight of 1 December 2026 in Stockholm is 23:00 of Monday in UTC: it must count as Tuesday's first hour.
        assert_eq!(map.shares[1][0], Some(0.5));
        assert_eq!(map.shares[1][1], Some(1.0), "half an hour is a share of its own minutes");
        assert_eq!(map.shares.iter().flatten().flatten().count(), 2, "and no other hour is known");
    }

    #[test]
    fn an_hour_without_attempts_has_no_share_of_them() {
        let minutes = vec![MinuteSample::default(); 60];
        let counted = DeploymentOutcome { minutes, ..DeploymentOutcome::default() };
        let cells = by_hour(&scenario(), &counted, |minute| {
            (f64::from(minute.refused), f64::from(minute.offered))
        });
        assert_eq!(view("refused", String::new(), &cells).shares[1][0], None);
    }
}
