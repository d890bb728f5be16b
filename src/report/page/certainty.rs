//! How sure the choice is: objectives, rivals and regret over the futures in which the contenders were replayed.

use crate::report::page::blocks::{Block, figures, row, table, words};
use crate::report::view::RecommendationView;
use crate::report::view::outlook::ConfidenceView;
use crate::report::words::numbers;

/// The tables of a confidence; none after one replication.
pub(super) fn blocks(view: &RecommendationView) -> Vec<Block> {
    let Some(confidence) = &view.outlook.confidence else { return Vec::new() };
    let currency = view.choice.as_ref().map_or("", |choice| choice.monthly_cost.currency.as_str());
    [objectives(confidence), rivals(confidence, currency), regret(confidence, currency)]
        .into_iter()
        .flatten()
        .collect()
}

fn objectives(confidence: &ConfidenceView) -> Option<Block> {
    if confidence.objectives.is_empty() {
        return None;
    }
    let caption = format!(
        "Objectives over {} futures; each must hold in {}",
        numbers::count(u64::from(confidence.replications)),
        numbers::share(confidence.hold_in)
    );
    let rows = confidence
        .objectives
        .iter()
        .map(|met| row(vec![met.objective.clone(), numbers::share(met.share)]));
    let columns = vec![words("Objective"), figures("Holds in")];
    Some(Block::Table { table: table(&caption, columns, rows, ""), folded: false })
}

fn rivals(confidence: &ConfidenceView, currency: &str) -> Option<Block> {
    if confidence.paired.is_empty() {
        return None;
    }
    let rows = confidence.paired.iter().map(|pair| {
        row(vec![
            pair.other.clone(),
            numbers::share(pair.cheaper_share),
            numbers::share(pair.other_holds_share),
            numbers::amount(&pair.saving.p10),
            numbers::amount(&pair.saving.p50),
            numbers::amount(&pair.saving.p90),
        ])
    });
    let columns = vec![
        words("Other candidate"),
        figures("More expensive than the choice in"),
        figures("Meets every objective in"),
        figures("Costs more, p10"),
        figures("Median"),
        figures("p90"),
    ];
    let caption = format!("The choice against others in the same futures, {currency} a month");
    Some(Block::Table { table: table(&caption, columns, rows, ""), folded: false })
}

/// What deciding in advance costs; nothing to say where the choice is the best of every future.
fn regret(confidence: &ConfidenceView, currency: &str) -> Option<Block> {
    if confidence.regret_mean.is_empty() {
        return None;
    }
    let mut items = vec![format!(
        "Committing now costs {} a month more than perfect foresight on average, and {} in the worst case.",
        numbers::money(&confidence.regret_mean, currency),
        numbers::money(&confidence.regret_worst, currency)
    )];
    if !confidence.least_worst.is_empty() {
        items.push(format!(
            "To minimise the worst case, choose {}: {} a month.",
            confidence.least_worst,
            numbers::money(&confidence.least_worst_cost, currency)
        ));
    }
    Some(Block::List { items })
}
