//! Cost and service before and after a change of what is deployed, for a terminal.

use crate::report::change::amounts::{decimal, whole};
use crate::report::change::catalogue_text::in_words;
use crate::report::change::deployed_markdown::EACH_ALONE;
use crate::report::text::layout::{
    Ink, TABLE_WIDTH, Tone, bullet, figures, paragraph, table, words,
};
use crate::report::view::{DeployedChangeView, DeployedChangesView};
use crate::report::words::escape::plain;

/// The view as text.
pub fn text(view: &DeployedChangesView, ink: Ink) -> String {
    let mut out = String::new();
    for change in &view.scenarios {
        out += &scenario(change, ink);
    }
    if view.scenarios.len() > 1 {
        out += &paragraph(ink, Tone::Dim, EACH_ALONE, TABLE_WIDTH);
    }
    if let Some(verdict) = &view.verdict {
        let tone = if verdict.passed { Tone::Good } else { Tone::Bad };
        out += &paragraph(ink, tone, &in_words(verdict), TABLE_WIDTH);
    }
    out
}

fn scenario(change: &DeployedChangeView, ink: Ink) -> String {
    let mut out = paragraph(ink, Tone::Heading, &format!("{}.", change.summary), TABLE_WIDTH);
    out += &ink.line(Tone::Dim, &format!("Scenario: {}", plain(&change.scenario)));
    let rows: Vec<_> = change
        .deployments
        .iter()
        .map(|own| {
            let sum = |side: usize| decimal(&own.capacity[side]) + decimal(&own.tokens[side]);
            let row = vec![
                plain(&own.name),
                whole(sum(0)),
                whole(sum(1)),
                whole(decimal(&own.capacity[1])),
                whole(decimal(&own.tokens[1])),
            ];
            (Tone::Plain, row)
        })
        .collect();
    let columns = [
        words("deployment", 36),
        figures("before"),
        figures("after"),
        figures("of it capacity"),
        figures("of it tokens"),
    ];
    out += &table(ink, &columns, &rows);
    for own in &change.deployments {
        let line = format!("{}: {}; {}", plain(&own.name), plain(&own.what), own.why);
        out += &bullet(ink, Tone::Plain, &line, TABLE_WIDTH);
    }
    for line in &change.quota {
        out += &bullet(ink, Tone::Plain, &format!("quota: {line}"), TABLE_WIDTH);
    }
    let [before, after] = &change.uncovered_ptu;
    if before != after || decimal(after) > rust_decimal::Decimal::ZERO {
        let line = format!("PTUs that no reservation covers: {before} -> {after}");
        out += &bullet(ink, Tone::Plain, &line, TABLE_WIDTH);
    }
    for line in &change.newly_missed {
        out += &bullet(ink, Tone::Bad, &format!("no longer met: {}", plain(line)), TABLE_WIDTH);
    }
    for line in &change.newly_met {
        out += &bullet(ink, Tone::Good, &format!("now met: {}", plain(line)), TABLE_WIDTH);
    }
    out.push('\n');
    out
}
