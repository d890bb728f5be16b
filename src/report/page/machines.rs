//! Cost over instances of managed compute.

use crate::report::page::blocks::{Chart, PageRow, figures, table, words};
use crate::report::view::RecommendationView;
use crate::report::words::numbers;
use serde_json::json;

/// Bars that the chart has room for.
const BARS: usize = 12;

/// Cost of each number of instances; none without managed compute.
pub(super) fn curve(view: &RecommendationView) -> Option<Chart> {
    let mut points: Vec<_> = view.instance_curve.iter().collect();
    if points.is_empty() {
        return None;
    }
    let all = points.len();
    if all > BARS {
        let cost = |cost: &str| numbers::for_axis(cost).unwrap_or(f64::MAX);
        points.sort_by(|a, b| {
            let costs = cost(&a.monthly_cost).total_cmp(&cost(&b.monthly_cost));
            (!a.feasible).cmp(&!b.feasible).then(costs)
        });
        points.truncate(BARS);
    }
    points.sort_by(|a, b| (&a.family, a.total_instances).cmp(&(&b.family, b.total_instances)));
    let one_family = points.iter().all(|point| point.family == points[0].family);
    let name = |family: &str, count: u32| {
        let plural = if count == 1 { "" } else { "s" };
        if one_family {
            format!("{count} instance{plural}")
        } else {
            format!("{count} instance{plural}, {family}")
        }
    };
    let names: Vec<_> = points.iter().map(|p| name(&p.family, p.total_instances)).collect();
    let values = |feasible: bool| -> Vec<f64> {
        let own = |cost: &str| numbers::for_axis(cost).unwrap_or(0.0);
        let bar = |own_kind: bool, cost: &str| if own_kind { own(cost) } else { 0.0 };
        points.iter().map(|p| bar(p.feasible == feasible, &p.monthly_cost)).collect()
    };
    let currency = crate::report::text::glance::currency(view);
    let columns = vec![
        words("Family"),
        figures("Instances"),
        figures(&format!("{currency} a month")),
        figures("Ended in 429"),
        words("Feasible"),
    ];
    let rows = points.iter().map(|p| PageRow {
        cells: vec![
            p.family.clone(),
            numbers::count(u64::from(p.total_instances)),
            numbers::amount(&p.monthly_cost),
            numbers::share(p.throttled_share),
            if p.feasible { "yes" } else { "no" }.to_owned(),
        ],
        tone: if p.feasible { "" } else { "dim" },
    });
    Some(Chart {
        id: "instance-curve".to_owned(),
        title: "Monthly cost over instances".to_owned(),
        note: if all > BARS {
            format!(
                "The {BARS} cheapest of {all} numbers of instances of managed compute that were tried; they cost the same busy or idle."
            )
        } else {
            "Every number of instances of managed compute that was tried; they cost the same busy or idle.".to_owned()
        },
        tall: points.len() > 6,
        zoom: false,
        table: table("Monthly cost over instances", columns, rows, "candidates.csv"),
        data: json!({
            "kind": "parts",
            "unit": format!("{currency} a month"),
            "names": names,
            "series": [
                { "name": "meets every objective", "values": values(true) },
                { "name": "infeasible", "values": values(false) },
            ],
        }),
    })
}
