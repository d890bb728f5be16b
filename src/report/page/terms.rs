//! What the commercial terms make of the bill: budgets, the consumption commitment, who pays.

use crate::report::page::blocks::{Block, figures, row, table, words};
use crate::report::view::BillView;
use crate::report::words::numbers;

/// The tables before the line items; none where the scenario states no terms.
pub(super) fn blocks(bill: &BillView) -> Vec<Block> {
    let terms = &bill.terms;
    let mut blocks = Vec::new();
    if !terms.applied.is_empty() {
        blocks.push(Block::List { items: terms.applied.clone() });
    }
    let budgets = terms.budgets.iter().map(|b| (format!("{}, from {}", b.name, b.from), &b.status));
    let macc = terms.consumption_commitment.iter();
    let limits: Vec<_> =
        budgets.chain(macc.map(|limit| ("Consumption commitment".to_owned(), limit))).collect();
    if !limits.is_empty() {
        let rows = limits.iter().map(|(name, limit)| {
            row(vec![
                name.clone(),
                numbers::invoice(&limit.limit, &bill.currency),
                numbers::invoice(&limit.spent, &bill.currency),
                numbers::invoice(&limit.left, &bill.currency),
                limit.reached_on.clone().unwrap_or_else(|| "not reached".to_owned()),
            ])
        });
        let columns = vec![
            words("Limit"),
            figures(&format!("Of, {}", bill.currency)),
            figures("Spent"),
            figures("Left"),
            words("Reached on"),
        ];
        blocks.push(Block::Table {
            table: table("Budgets and commitments", columns, rows, ""),
            folded: false,
        });
    }
    for split in &terms.allocation {
        let rows = split.parts.iter().map(|part| {
            row(vec![
                part.owner.clone(),
                numbers::invoice(&part.billed, &bill.currency),
                numbers::invoice(&part.effective, &bill.currency),
            ])
        });
        let columns = vec![
            words("Owner"),
            figures(&format!("Billed, {}", bill.currency)),
            figures("Effective"),
        ];
        let caption = format!("The bill by {}", split.by);
        blocks.push(Block::Table { table: table(&caption, columns, rows, ""), folded: false });
    }
    blocks
}
