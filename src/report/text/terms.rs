//! Budgets, the consumption commitment and who pays, for a terminal. Empty where nothing was asked.

use crate::report::text::layout::{Ink, Tone, figures, paragraph, table, words};
use crate::report::view::{LimitView, TermsView};
use crate::report::words::numbers;

/// The tables of a bill's terms.
pub(crate) fn terms(terms: &TermsView, currency: &str, ink: Ink, width: usize) -> String {
    let mut out = String::new();
    for sentence in &terms.applied {
        out += &paragraph(ink, Tone::Dim, &format!("{sentence}."), width);
    }
    let asked = limited(terms) || !terms.allocation.is_empty();
    if asked && !terms.figures_of.is_empty() {
        let what = match (limited(terms), terms.allocation.is_empty()) {
            (true, true) => "Limits are",
            (true, false) => "Limits and shares are",
            _ => "Shares are",
        };
        let said = format!("{what} of {}.", terms.figures_of);
        out += &paragraph(ink, Tone::Dim, &said, width);
    }
    let mut limits = Vec::new();
    for budget in &terms.budgets {
        let name = format!("{}, from {}", budget.name, budget.from);
        limits.push(limit_row(&name, &budget.status, currency));
    }
    if let Some(commitment) = &terms.consumption_commitment {
        limits.push(limit_row("consumption commitment", commitment, currency));
    }
    if !limits.is_empty() {
        let columns = [
            words("limit", 40),
            figures("of"),
            figures("spent"),
            figures("left"),
            words("reached on", 12),
        ];
        out.push('\n');
        out += &table(ink, &columns, &limits);
    }
    for split in &terms.allocation {
        let rows: Vec<_> = split
            .parts
            .iter()
            .map(|part| {
                let costs =
                    [&part.billed, &part.effective].map(|cost| numbers::invoice(cost, currency));
                let mut row = vec![part.owner.clone()];
                row.extend(costs);
                (Tone::Plain, row)
            })
            .collect();
        out += &ink.line(Tone::Heading, &format!("\nby {}, {currency}", split.by));
        let columns = [words("owner", 40), figures("billed"), figures("effective")];
        out += &table(ink, &columns, &rows);
    }
    out
}

/// Whether something limits what is spent.
fn limited(terms: &TermsView) -> bool {
    !terms.budgets.is_empty() || terms.consumption_commitment.is_some()
}

fn limit_row(name: &str, limit: &LimitView, currency: &str) -> (Tone, Vec<String>) {
    let tone = if limit.reached_on.is_some() { Tone::Bad } else { Tone::Plain };
    let amounts = [&limit.limit, &limit.spent, &limit.left];
    let amounts = amounts.map(|amount| numbers::invoice(amount, currency));
    let mut row = vec![name.to_owned()];
    row.extend(amounts);
    row.push(limit.reached_on.clone().unwrap_or_else(|| "not reached".to_owned()));
    (tone, row)
}
