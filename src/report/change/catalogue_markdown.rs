//! The change of bills under two catalogues, as a pull-request comment: what to decide first, the details folded.

use crate::report::change::amounts::{decimal, percent, signed};
use crate::report::change::catalogue::{chosen, moved};
use crate::report::view::{CauseView, ChangesView, ScenarioChangeView, VerdictView};
use crate::report::words::escape::{cell, code, html};
use crate::report::words::numbers;
use std::fmt::Write;

/// Causes and charges that are shown; the rest is counted.
const SHOWN: usize = 12;

/// The view as Markdown.
pub fn markdown(view: &ChangesView) -> String {
    let mut out = String::new();
    for sentence in &view.summary {
        let _ = writeln!(out, "### {}\n", sentence.replace("->", "→"));
    }
    verdict(&mut out, view.verdict.as_ref());
    causes(&mut out, &view.causes);
    let (moving, still): (Vec<_>, Vec<_>) = view.scenarios.iter().partition(|own| {
        moved(own) || own.recommendation.as_ref().is_some_and(|recommended| recommended.changed)
    });
    if !moving.is_empty() {
        out += "| scenario | before | after | change | by prices | by rules | recommendation |\n\
                |---|---:|---:|---:|---:|---:|---|\n";
        for change in &moving {
            row(&mut out, change);
        }
        out.push('\n');
    }
    for change in moving.iter().filter(|change| !change.charges.is_empty()) {
        details(&mut out, change);
    }
    if !still.is_empty() {
        let _ = writeln!(out, "<details><summary>Unchanged: {} scenarios</summary>\n", still.len());
        for change in still {
            let _ = writeln!(out, "- {}", code(&change.scenario));
        }
        out += "\n</details>\n";
    }
    out
}

/// Whether to merge, as far as the limits say.
pub(super) fn verdict(out: &mut String, verdict: Option<&VerdictView>) {
    let Some(verdict) = verdict else { return };
    if verdict.passed {
        *out += "**Passes:** no limit is broken.\n\n";
        return;
    }
    *out += "**Fails:**\n\n";
    for broken in &verdict.broken {
        let _ = writeln!(out, "- {}", code(broken));
    }
    out.push('\n');
}

fn causes(out: &mut String, causes: &[CauseView]) {
    if causes.is_empty() {
        return;
    }
    *out +=
        "Because these values changed:\n\n| value | before | after | where |\n|---|---|---|---|\n";
    for cause in causes.iter().take(SHOWN) {
        let value = |value: Option<&String>| {
            value.map_or_else(|| "none".to_owned(), |own| cell(&readable(own)))
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(&cause.what),
            value(cause.before.as_ref()),
            value(cause.after.as_ref()),
            cell(&cause.place)
        );
    }
    if causes.len() > SHOWN {
        let _ = writeln!(out, "\nand {} more.", causes.len() - SHOWN);
    }
    out.push('\n');
}

/// A value whose long numbers have their thousands apart: `8 USD for 1000000 Tokens` is `8 USD for
/// 1,000,000 tokens`.
fn readable(value: &str) -> String {
    let is_long = |word: &str| word.len() > 4 && word.chars().all(|c| c.is_ascii_digit());
    let word = |word: &str| match word {
        "Tokens" => "tokens".to_owned(),
        long if is_long(long) => numbers::quantity(long),
        other => other.to_owned(),
    };
    value.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn row(out: &mut String, change: &ScenarioChangeView) {
    let recommendation = match &change.recommendation {
        None => "not asked".to_owned(),
        Some(own) if own.changed => {
            let told = |choice| cell(&chosen(choice, &change.currency));
            format!("**{} → {}**", told(&own.before), told(&own.after))
        }
        Some(_) => "unchanged".to_owned(),
    };
    let (before, after) = (decimal(&change.before), decimal(&change.after));
    let amount = |text: &str| format!("{} {}", numbers::cents(text), change.currency);
    let period =
        if change.period == "1 month" { String::new() } else { format!(" ({})", change.period) };
    let _ = writeln!(
        out,
        "| {}{period} | {} | {} | {} | {} | {} | {recommendation} |",
        cell(&change.scenario),
        amount(&change.before),
        amount(&change.after),
        percent(before, after).unwrap_or_else(|| "new".to_owned()),
        signed(decimal(&change.price_effect)),
        signed(decimal(&change.rule_effect))
    );
}

fn details(out: &mut String, change: &ScenarioChangeView) {
    let _ = writeln!(
        out,
        "<details><summary>{}: charges of {}</summary>\n",
        html(&change.scenario),
        change.billed
    );
    *out += "| charge | before | after | by prices | by rules |\n|---|---:|---:|---:|---:|\n";
    for charge in change.charges.iter().take(SHOWN) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            cell(&charge.charge),
            numbers::cents(&charge.before),
            numbers::cents(&charge.after),
            signed(decimal(&charge.price_effect)),
            signed(decimal(&charge.rule_effect))
        );
    }
    if change.charges.len() > SHOWN {
        let _ = writeln!(out, "\nand {} more.", change.charges.len() - SHOWN);
    }
    *out += "\n</details>\n\n";
}
