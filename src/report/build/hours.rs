//! Measures by weekday and hour of the scenario's zone, from the minutes of a simulation.

use crate::engine::outcome::{DeploymentOutcome, Outcome};
use crate::engine::setup::Admission;
use crate::metrics::measures;
use crate::report::outlook::HeatMapView;
use crate::scenario::question::Scenario;
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
            maps.push(view("attempts refused or passed on", subject, &refused));
        }
    }
    maps
}

fn by_hour(
    scenario: &Scenario,
    counted: &DeploymentOutcome,
    value: impl Fn(&crate::engine::outcome::MinuteSample) -> (f64, f64),
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
