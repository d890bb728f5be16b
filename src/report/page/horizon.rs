//! Every way to pay for the horizon side by side.

use crate::report::answer::later::course;
use crate::report::page::blocks::{Block, figures, row, table, words};
use crate::report::text::horizon::{COURSES, POLICY, courses, falls_short, named};
use crate::report::view::RecommendationView;
use crate::report::words::numbers;

/// What the table cannot say of its ways.
pub(super) fn notes(view: &RecommendationView) -> Vec<String> {
    let horizon = view.outlook.horizon.iter().filter(|own| own.ways.len() > 1);
    let bounded = horizon.filter(|own| own.ways.iter().any(|way| way.at_most.is_some()));
    bounded.map(|_| POLICY.to_owned()).collect()
}

/// The ways to serve over the months; none where one month is planned.
pub(super) fn served(view: &RecommendationView) -> Option<Block> {
    let horizon = view.outlook.horizon.as_ref()?;
    let all = courses(view);
    let rows = all.iter().map(|own| {
        let plan = if own.is_plan { " (the plan)" } else { "" };
        row(vec![
            format!("{}{plan}", course(own)),
            numbers::invoice(&own.total, &horizon.currency),
            falls_short(own, horizon.months.len()),
        ])
    });
    let columns = vec![
        words("Way to serve"),
        figures(&format!("Total, {}", horizon.currency)),
        words("Falls short"),
    ];
    let caption =
        format!("{COURSES} from {} until {}, in {}", horizon.from, horizon.until, horizon.future);
    let table = table(&caption, columns, rows, "the JSON file");
    (!all.is_empty()).then_some(Block::Table { table, folded: false })
}

/// The table; none where nothing is feasible.
pub(super) fn ways(view: &RecommendationView) -> Option<Block> {
    let horizon = view.outlook.horizon.as_ref().filter(|own| own.ways.len() > 1)?;
    let amount = |text: &str| numbers::invoice(text, &horizon.currency);
    let rows = horizon.ways.iter().map(|way| {
        let plan = if way.is_plan { " (the plan)" } else { "" };
        let infeasible = if way.feasible { "" } else { " (infeasible)" };
        row(vec![
            format!("{}{plan}{infeasible}", named(way, horizon)),
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
