//! Several recommendations side by side, as text.

use crate::report::text::layout::{Ink, TABLE_WIDTH, Tone, figures, paragraph, table, words};
use crate::report::view::{CandidateView, ComparedView};
use crate::report::words::answer;
use crate::report::words::numbers;

/// What others cost is set beside the choice, which names the currency; one that is not feasible is marked, however cheap.
pub fn text(all: &[ComparedView], ink: Ink) -> String {
    let columns = [
        words("scenario", 40),
        words("choice", 60),
        figures("a month"),
        figures("today"),
        figures("pay as you go"),
        figures("ended 429"),
    ];
    let priced = |candidate: &&CandidateView| !candidate.monthly_cost.p50.is_empty();
    let others = |candidate: Option<&CandidateView>| {
        candidate.filter(priced).map_or_else(
            || "–".to_owned(),
            |other| {
                let mark = if other.feasible { "" } else { " *" };
                format!("{}{mark}", numbers::amount(&other.monthly_cost.p50))
            },
        )
    };
    let cost = |choice: &CandidateView| {
        numbers::money(&choice.monthly_cost.p50, &choice.monthly_cost.currency)
    };
    let rows: Vec<_> = all
        .iter()
        .map(|compared| {
            let choice = compared.choice.as_ref();
            let row = vec![
                match &compared.what_if {
                    Some(name) => format!("  if {name}"),
                    None => compared.scenario.clone(),
                },
                choice.map_or_else(|| "nothing is feasible".to_owned(), answer::label),
                choice.map_or_else(|| "–".to_owned(), cost),
                others(compared.today.as_ref()),
                others(compared.pay_as_you_go.as_ref()),
                choice.map_or_else(
                    || "–".to_owned(),
                    |choice| numbers::share(choice.measures.throttled_share),
                ),
            ];
            (if choice.is_some() { Tone::Plain } else { Tone::Bad }, row)
        })
        .collect();
    let mut out = table(ink, &columns, &rows);
    let mut others = all.iter().flat_map(|one| [&one.today, &one.pay_as_you_go]).flatten();
    if others.any(|other| !other.feasible) {
        let note = "* not feasible: it breaks an objective or a requirement";
        out += &paragraph(ink, Tone::Plain, note, TABLE_WIDTH);
    }
    out
}
