//! The frontier: candidates that no other beats in both cost and service.

use crate::plan::evaluate::evaluate::Evaluated;

/// Indices of the feasible candidates that no other feasible one beats in monthly cost and throttled share together,
/// cheapest first.
pub fn frontier(candidates: &[Evaluated]) -> Vec<usize> {
    let mut points: Vec<_> = candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| candidate.is_feasible())
        .filter_map(|(index, candidate)| {
            let figures = candidate.figures.as_ref()?;
            Some((figures.cost.monthly.amount(), figures.total.throttled_share, index))
        })
        .collect();
    points.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut best = f64::INFINITY;
    points.retain(|(_, share, _)| {
        let better = *share < best;
        best = best.min(*share);
        better
    });
    points.into_iter().map(|(_, _, index)| index).collect()
}
