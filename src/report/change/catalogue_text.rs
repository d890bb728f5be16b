//! The change of bills under two catalogues, for a terminal.

use crate::report::change::amounts::{decimal, percent, signed};
use crate::report::change::catalogue::{chosen, moved};
use crate::report::text::layout::{
    Ink, TABLE_WIDTH, Tone, bullet, figures, paragraph, table, words,
};
use crate::report::view::{ChangesView, ScenarioChangeView, VerdictView};
use crate::report::words::escape::plain;
use crate::report::words::numbers;

/// Charges and causes named at most.
const NAMED: usize = 8;

/// The view as text.
pub fn text(view: &ChangesView, ink: Ink) -> String {
    let mut out = String::new();
    for sentence in &view.summary {
        out += &paragraph(ink, Tone::Heading, &format!("{sentence}."), TABLE_WIDTH);
    }
    if let Some(verdict) = &view.verdict {
        let tone = if verdict.passed { Tone::Good } else { Tone::Bad };
        out += &paragraph(ink, tone, &in_words(verdict), TABLE_WIDTH);
    }
    for cause in view.causes.iter().take(NAMED) {
        let value = |value: Option<&String>| value.map_or("none", String::as_str).to_owned();
        let line = format!(
            "because: {}: {} -> {} ({})",
            plain(&cause.what),
            value(cause.before.as_ref()),
            value(cause.after.as_ref()),
            cause.place
        );
        out += &bullet(ink, Tone::Plain, &line, TABLE_WIDTH);
    }
    if view.causes.len() > NAMED {
        let more = format!("and {} more in the JSON form", view.causes.len() - NAMED);
        out += &bullet(ink, Tone::Plain, &more, TABLE_WIDTH);
    }
    out.push('\n');
    out += &scenarios(view, ink);
    for change in &view.scenarios {
        out += &details(change, ink);
    }
    out
}

fn scenarios(view: &ChangesView, ink: Ink) -> String {
    let rows: Vec<_> = view
        .scenarios
        .iter()
        .map(|change| {
            let tone = if moved(change) { Tone::Heading } else { Tone::Plain };
            let (before, after) = (decimal(&change.before), decimal(&change.after));
            let amount = |text: &str| format!("{} {}", numbers::cents(text), change.currency);
            let row = vec![
                plain(&change.scenario),
                amount(&change.before),
                amount(&change.after),
                percent(before, after).unwrap_or_else(|| "new".to_owned()),
                signed(decimal(&change.price_effect)),
                signed(decimal(&change.rule_effect)),
            ];
            (tone, row)
        })
        .collect();
    let columns = [
        words("scenario", 44),
        figures("before"),
        figures("after"),
        figures("change"),
        figures("by prices"),
        figures("by rules"),
    ];
    table(ink, &columns, &rows)
}

fn details(change: &ScenarioChangeView, ink: Ink) -> String {
    let recommendation = change.recommendation.as_ref().filter(|own| own.changed);
    if change.charges.is_empty() && recommendation.is_none() {
        return String::new();
    }
    let title = format!("\n{} ({})", plain(&change.scenario), change.billed);
    let mut out = ink.line(Tone::Heading, &title);
    for charge in change.charges.iter().take(NAMED) {
        let line = format!(
            "{}: {} -> {} {} ({} by prices, {} by rules)",
            plain(&charge.charge),
            numbers::cents(&charge.before),
            numbers::cents(&charge.after),
            change.currency,
            signed(decimal(&charge.price_effect)),
            signed(decimal(&charge.rule_effect))
        );
        out += &bullet(ink, Tone::Plain, &line, TABLE_WIDTH);
    }
    if let Some(own) = recommendation {
        let told = |choice| chosen(choice, &change.currency);
        let line = format!("recommended: {} -> {}", told(&own.before), told(&own.after));
        out += &bullet(ink, Tone::Bad, &line, TABLE_WIDTH);
    }
    out
}

/// A verdict in a sentence.
pub(super) fn in_words(verdict: &VerdictView) -> String {
    if verdict.passed {
        return "Passes: no limit is broken.".to_owned();
    }
    let broken: Vec<String> = verdict.broken.iter().map(|text| plain(text)).collect();
    format!("Fails: {}.", broken.join("; "))
}
