//! Cost and service before and after a change of what is deployed, as a pull-request comment.

use crate::report::change::amounts::{decimal, signed, whole};
use crate::report::change::catalogue_markdown::verdict;
use crate::report::view::{DeployedChangeView, DeployedChangesView};
use crate::report::words::escape::{cell, code};
use rust_decimal::Decimal;
use std::fmt::Write;

/// Notes that are shown; the rest is counted.
const SHOWN: usize = 12;
/// Why the costs of several scenarios have no total.
pub(super) const EACH_ALONE: &str = "Each scenario is billed for all of these deployments with its \
                                     own traffic alone, so their costs do not add up.";

/// The view as Markdown.
pub fn markdown(view: &DeployedChangesView) -> String {
    let mut out = String::new();
    let several = view.scenarios.len() > 1;
    for change in &view.scenarios {
        let summary = change.summary.replace("->", "→");
        let of = if several { format!("{}: ", code(&change.scenario)) } else { String::new() };
        let _ = writeln!(out, "### {of}{summary}\n");
    }
    if several {
        let _ = writeln!(out, "{EACH_ALONE}\n");
    }
    verdict(&mut out, view.verdict.as_ref());
    for change in &view.scenarios {
        scenario(&mut out, change);
    }
    out
}

fn scenario(out: &mut String, change: &DeployedChangeView) {
    let _ = writeln!(out, "With the traffic of {}:\n", code(&change.scenario));
    *out += "| deployment | what changes | before | after | change |\n|---|---|---:|---:|---:|\n";
    for own in &change.deployments {
        let sum = |side: usize| decimal(&own.capacity[side]) + decimal(&own.tokens[side]);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} {} |",
            cell(&own.name),
            cell(&own.what),
            whole(sum(0)),
            whole(sum(1)),
            signed(sum(1) - sum(0)),
            change.currency
        );
    }
    out.push('\n');
    for line in &change.newly_missed {
        let _ = writeln!(out, "- **No longer met:** {}", code(line));
    }
    for line in &change.newly_met {
        let _ = writeln!(out, "- Now met: {}", code(line));
    }
    for line in &change.quota {
        let _ = writeln!(out, "- Quota: {}", code(line));
    }
    let [before, after] = &change.uncovered_ptu;
    if before != after || decimal(after) > Decimal::ZERO {
        let _ = writeln!(out, "- PTUs that no reservation covers: {before} → {after}");
    }
    let _ = writeln!(out, "\n<details><summary>Why, deployment by deployment</summary>\n");
    *out += "| deployment | capacity | tokens | why |\n|---|---:|---:|---|\n";
    for own in &change.deployments {
        let pair = |amounts: &[String; 2]| {
            format!("{} → {}", whole(decimal(&amounts[0])), whole(decimal(&amounts[1])))
        };
        let (capacity, tokens) = (pair(&own.capacity), pair(&own.tokens));
        let _ = writeln!(out, "| {} | {capacity} | {tokens} | {} |", cell(&own.name), own.why);
    }
    let _ = writeln!(out, "\n</details>\n");
    notes(out, &change.notes);
}

/// What the reading of the files left out or assumed: said once where it is of both sides.
fn notes(out: &mut String, [before, after]: &[Vec<String>; 2]) {
    let lines = noted([before, after]);
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "**Read with these notes:**\n");
    for (side, note) in lines.iter().take(SHOWN) {
        let _ = writeln!(out, "- {side}: {}", code(note));
    }
    if lines.len() > SHOWN {
        let _ = writeln!(out, "- and {} more, which the JSON form has", lines.len() - SHOWN);
    }
    out.push('\n');
}

/// Notes with the side they are of.
pub(super) fn noted([before, after]: [&Vec<String>; 2]) -> Vec<(&'static str, &String)> {
    let both = before.iter().filter(|note| after.contains(note)).map(|note| ("both sides", note));
    let old = before.iter().filter(|note| !after.contains(note)).map(|note| ("before", note));
    let new = after.iter().filter(|note| !before.contains(note)).map(|note| ("after", note));
    new.chain(old).chain(both).collect()
}
