//! What a recommendation knows beyond its ranking: months, sensitivity, what-if results, weekday and hour.

use crate::report::tables::table::{Kind, Table, maybe};
use crate::report::view::outlook::{GridView, HeatMapView, MonthView};
use crate::report::view::{BreakEvenView, SensitivityView};

const MONTHS: [(&str, Kind); 7] = [
    ("month", Kind::Words),
    ("currency", Kind::Words),
    ("cost_p10", Kind::Amount),
    ("cost_p50", Kind::Amount),
    ("cost_p90", Kind::Amount),
    ("total_ptu", Kind::Whole),
    ("actions", Kind::Words),
];

/// The plan month by month.
pub(super) fn months(months: &[MonthView]) -> Table {
    let row = |month: &MonthView| {
        let cost = &month.cost;
        let [p10, p50, p90] = [&cost.p10, &cost.p50, &cost.p90].map(Clone::clone);
        let (ptu, actions) = (month.total_ptu.to_string(), month.actions.join("; "));
        vec![month.month.clone(), cost.currency.clone(), p10, p50, p90, ptu, actions]
    };
    Table { name: "months", columns: MONTHS.to_vec(), rows: months.iter().map(row).collect() }
}

const SENSITIVITY: [(&str, Kind); 8] = [
    ("input", Kind::Words),
    ("low", Kind::Words),
    ("high", Kind::Words),
    ("monthly_cost_low", Kind::Amount),
    ("monthly_cost_high", Kind::Amount),
    ("flips_choice", Kind::Words),
    ("best_low", Kind::Words),
    ("best_high", Kind::Words),
];

/// The effect of each input.
pub(super) fn sensitivity(effects: &[SensitivityView]) -> Table {
    let row = |effect: &SensitivityView| {
        vec![
            effect.input.clone(),
            effect.low.clone(),
            effect.high.clone(),
            effect.cost_low.clone(),
            effect.cost_high.clone(),
            effect.flips_choice.to_string(),
            effect.best_low.clone(),
            effect.best_high.clone(),
        ]
    };
    Table {
        name: "sensitivity",
        columns: SENSITIVITY.to_vec(),
        rows: effects.iter().map(row).collect(),
    }
}

const BREAK_EVEN: [(&str, Kind); 3] =
    [("comparison", Kind::Words), ("at", Kind::Words), ("now", Kind::Words)];

/// Where ways to pay break even.
pub(super) fn break_even(points: &[BreakEvenView]) -> Table {
    let row = |p: &BreakEvenView| vec![p.comparison.clone(), p.at.clone(), p.now.clone()];
    Table {
        name: "break_even",
        columns: BREAK_EVEN.to_vec(),
        rows: points.iter().map(row).collect(),
    }
}

const WHAT_IF: [(&str, Kind); 10] = [
    ("ptu", Kind::Words),
    ("growth", Kind::Words),
    ("cached_share", Kind::Words),
    ("commitment", Kind::Words),
    ("currency", Kind::Words),
    ("monthly_cost", Kind::Amount),
    ("saw_throttle_share", Kind::Measure),
    ("added_wait_ms_p99", Kind::Measure),
    ("utilization_mean", Kind::Measure),
    ("feasible", Kind::Words),
];

/// Every simulated point of the what-if grid.
pub(super) fn what_if(grid: Option<&GridView>) -> Table {
    let rows = grid.map_or_else(Vec::new, |grid| {
        (0..grid.monthly_cost.len())
            .filter(|point| grid.monthly_cost[*point].is_some())
            .map(|point| {
                let mut row = position(grid, point);
                row.push(grid.currency.clone());
                row.extend(grid.monthly_cost[point].clone());
                row.extend(
                    [&grid.saw_throttle_share, &grid.added_wait_ms_p99, &grid.utilization_mean]
                        .map(|column| maybe(column[point])),
                );
                row.push(grid.feasible[point].map_or_else(String::new, |f| f.to_string()));
                row
            })
            .collect()
    });
    Table { name: "what_if", columns: WHAT_IF.to_vec(), rows }
}

/// The values of the axes at a point; the last axis changes fastest.
fn position(grid: &GridView, point: usize) -> Vec<String> {
    let mut rest = point;
    let mut values: Vec<String> = grid
        .axes
        .iter()
        .rev()
        .map(|axis| {
            let at = rest % axis.values.len();
            rest /= axis.values.len();
            axis.values[at].clone()
        })
        .collect();
    values.reverse();
    values
}

const HOURS: [(&str, Kind); 5] = [
    ("measure", Kind::Words),
    ("subject", Kind::Words),
    ("weekday", Kind::Whole),
    ("hour", Kind::Whole),
    ("share", Kind::Measure),
];

/// Measures by weekday (1 is Monday) and hour, where the window holds such an hour.
pub(super) fn hours(maps: &[HeatMapView]) -> Table {
    let mut rows = Vec::new();
    for map in maps {
        for (day, hours) in map.shares.iter().enumerate() {
            for (hour, share) in hours.iter().enumerate() {
                let Some(share) = share else { continue };
                let (day, hour) = ((day + 1).to_string(), hour.to_string());
                let (measure, subject) = (map.measure.clone(), map.subject.clone());
                rows.push(vec![measure, subject, day, hour, share.to_string()]);
            }
        }
    }
    Table { name: "hours", columns: HOURS.to_vec(), rows }
}
