//! Every way to pay for the horizon side by side.

use crate::report::page::blocks::{Block, figures, row, table, words};
use crate::report::view::RecommendationView;
use crate::report::words::numbers;

/// The table; none where nothing is feasible.
pub(super) fn ways(view: &RecommendationView) -> Option<Block> {
    let horizon = view.outlook.horizon.as_ref().filter(|own| own.ways.len() > 1)?;
    let amount = |text: &str| numbers::invoice(text, &horizon.currency);
    let rows = horizon.ways.iter().map(|way| {
        let plan = if way.is_plan { " (the plan)" } else { "" };
        row(vec![
            format!("{}{plan}", way.way),
            amount(&way.total),
            amount(&way.p10),
            amount(&way.p90),
            amount(&way.committed),
            way.binds_until.clone().unwrap_or_else(|| "nothing".to_owned()),
        ])
    });
    let columns = vec![
        words("Way to pay"),
        figures(&format!("Total, {}", horizon.currency)),
        figures("p10"),
        figures("p90"),
        figures("Committed"),
        words("Binds until"),
    ];
    let caption =
        format!("Ways to pay from {} until {}, in {}", horizon.from, horizon.until, horizon.future);
    Some(Block::Table { table: table(&caption, columns, rows, ""), folded: false })
}
