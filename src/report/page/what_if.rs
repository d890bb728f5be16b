//! Sliders that select simulated points of the grid.

use crate::report::page::blocks::{Block, WhatIf, WhatIfAxis};
use crate::report::view::outlook::{GridAxisView, GridView};
use crate::report::view::{DeploymentView, RecommendationView};
use crate::report::words::numbers;
use serde_json::{Value, json};

/// The sliders; none without a grid whose columns fit its axes.
pub(super) fn block(view: &RecommendationView) -> Option<Block> {
    let grid = view.outlook.grid.as_ref().filter(|grid| sound(grid))?;
    let axes = grid
        .axes
        .iter()
        .zip(&grid.choice)
        .map(|(axis, choice)| WhatIfAxis {
            label: label(view, axis, *choice),
            last: axis.values.len() - 1,
            choice: *choice,
            shown: axis.values[*choice].clone(),
        })
        .collect();
    let texts = |values: &[Option<f64>], form: fn(f64) -> String| -> Value {
        values.iter().map(|value| value.map(form)).collect::<Vec<_>>().into()
    };
    let costs: Vec<_> =
        grid.monthly_cost.iter().map(|c| c.as_deref().map(numbers::amount)).collect();
    let data = json!({
        "kind": "grid",
        "currency": grid.currency,
        "choice": grid.choice,
        "values": grid.axes.iter().map(|axis| &axis.values).collect::<Vec<_>>(),
        "cost": costs,
        "exact": grid.monthly_cost,
        "throttle": texts(&grid.saw_throttle_share, numbers::share),
        "wait": texts(&grid.added_wait_ms_p99, numbers::wait),
        "use": texts(&grid.utilization_mean, numbers::share),
        "feasible": grid.feasible,
        "best": grid.best,
    });
    Some(Block::WhatIf(WhatIf { id: "grid", axes, data }))
}

/// The axis by its name; that of sizes says of which model they are where PTUs of several are
/// bought.
fn label(view: &RecommendationView, axis: &GridAxisView, choice: usize) -> String {
    let choice = view.choice.as_ref().map(|candidate| (candidate, &axis.values[choice]));
    let Some((candidate, size)) = choice.filter(|_| axis.key == "ptu") else {
        return axis.label.clone();
    };
    let sized = || candidate.deployments.iter().filter(|own| own.capacity_ptu.is_some());
    let mut models: Vec<&str> = sized().map(|own| &*own.model).collect();
    models.dedup();
    let of =
        |own: &&DeploymentView| own.capacity_ptu.is_some_and(|ptu| *size == format!("{ptu} PTU"));
    let mut same = sized().filter(of);
    match (models.len(), same.next(), same.next()) {
        (0 | 1, ..) => axis.label.clone(),
        (_, Some(own), None) => format!("{} of {}, the others as chosen", axis.label, own.model),
        _ => format!("{} of one model, the others as chosen", axis.label),
    }
}

/// Whether the columns hold one entry per point and the choice is a point.
fn sound(grid: &GridView) -> bool {
    let points: usize = grid.axes.iter().map(|axis| axis.values.len()).product();
    let placed = grid.choice.len() == grid.axes.len()
        && grid.axes.iter().zip(&grid.choice).all(|(axis, at)| *at < axis.values.len());
    placed
        && points > 1
        && grid.monthly_cost.len() == points
        && grid.saw_throttle_share.len() == points
        && grid.added_wait_ms_p99.len() == points
        && grid.utilization_mean.len() == points
        && grid.feasible.len() == points
        && (grid.best.is_empty() || grid.best.len() == points)
}
