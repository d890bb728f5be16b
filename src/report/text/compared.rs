//! Several recommendations side by side, as text.

use crate::report::text::layout::{Ink, Tone, figures, paragraph, table_within, words};
use crate::report::view::{CandidateView, ComparedView};
use crate::report::words::{answer, numbers};
use rust_decimal::Decimal;

/// What others cost is set next to the choice, which names the currency; one that is not feasible is marked, however cheap.
pub fn text(all: &[ComparedView], ink: Ink, width: usize) -> String {
    let width = width.max(80);
    let tone = if all.iter().all(|one| one.choice.is_some()) { Tone::Good } else { Tone::Bad };
    let mut out = paragraph(ink, tone, &headline(all), width);
    out += &ink.line(Tone::Plain, "");
    let columns = [
        words("scenario", width),
        words("choice", width),
        figures("a month"),
        figures("today"),
        figures("pay-as-you-go"),
        figures("429"),
    ];
    let rows: Vec<_> = all
        .iter()
        .map(|one| (if one.choice.is_some() { Tone::Plain } else { Tone::Bad }, cells(all, one)))
        .collect();
    out += &table_within(ink, width, &columns, &rows);
    let mut others = all.iter().flat_map(|one| [&one.today, &one.pay_as_you_go]).flatten();
    if others.any(|other| !other.feasible) {
        let note = "* infeasible: it breaks an objective or a requirement.";
        out += &paragraph(ink, Tone::Dim, note, width);
    }
    for one in all {
        out += &ink.line(Tone::Plain, "");
        out += &paragraph(ink, Tone::Heading, &name(one), width);
        out += &paragraph(ink, Tone::Plain, &one.glance.action, width);
        out += &paragraph(ink, Tone::Dim, &one.glance.compared, width);
    }
    out
}

/// A scenario's name; a what-if's under the scenario it changes.
pub(crate) fn name(one: &ComparedView) -> String {
    match &one.what_if {
        Some(what_if) => format!("{}, if {what_if}", one.scenario),
        None => one.scenario.clone(),
    }
}

/// What each scenario chooses.
fn choices(all: &[ComparedView]) -> impl Iterator<Item = &CandidateView> {
    all.iter().filter_map(|one| one.choice.as_ref())
}

/// What a scenario chooses in few words, with the model where the scenarios choose several.
pub(crate) fn chosen(all: &[ComparedView], one: &ComparedView) -> String {
    one.choice.as_ref().map_or_else(
        || "nothing is feasible".to_owned(),
        |choice| answer::label_among(choice, choices(all)),
    )
}

/// The cells of one of the scenarios: its name, its choice, and costs.
pub(crate) fn cells(all: &[ComparedView], one: &ComparedView) -> Vec<String> {
    let choice = one.choice.as_ref();
    let other = |candidate: Option<&CandidateView>| {
        let priced = candidate.filter(|other| !other.expected_monthly_cost.is_empty());
        priced.map_or_else(
            || "–".to_owned(),
            |other| {
                let mark = if other.feasible { "" } else { " *" };
                format!("{}{mark}", numbers::amount(&other.expected_monthly_cost))
            },
        )
    };
    let cost =
        |c: &CandidateView| numbers::money(&c.expected_monthly_cost, &c.monthly_cost.currency);
    vec![
        name(one),
        chosen(all, one),
        choice.map_or_else(|| "–".to_owned(), cost),
        other(one.today.as_ref()),
        other(one.pay_as_you_go.as_ref()),
        choice.map_or_else(|| "–".to_owned(), |c| numbers::share(c.measures.throttled_share)),
    ]
}

/// How many scenarios are compared.
pub(crate) fn count(scenarios: usize) -> String {
    if scenarios == 1 { "1 scenario".to_owned() } else { format!("{scenarios} scenarios") }
}

/// What the comparison says: whether the choice is the same everywhere, and from what to what it costs.
pub(crate) fn headline(all: &[ComparedView]) -> String {
    let chosen: Vec<&CandidateView> = choices(all).collect();
    let missing = all.len() - chosen.len();
    let without = match missing {
        0 => String::new(),
        1 => " In 1 scenario nothing is feasible.".to_owned(),
        many => format!(" In {many} scenarios nothing is feasible."),
    };
    let cost = |c: &&&CandidateView| c.expected_monthly_cost.parse::<Decimal>().ok();
    let (low, high) = (chosen.iter().min_by_key(cost), chosen.iter().max_by_key(cost));
    let (Some(low), Some(high)) = (low, high) else {
        return "Nothing is feasible in any of the scenarios.".to_owned();
    };
    let currencies = chosen.iter().any(|c| c.monthly_cost.currency != low.monthly_cost.currency);
    let label = |choice: &CandidateView| answer::label_among(choice, choices(all));
    let first = label(chosen[0]);
    let same = chosen.iter().all(|choice| label(choice) == first);
    let what = match (chosen.len(), same) {
        (1, _) if missing > 0 => {
            format!("In 1 of {} scenarios something is feasible: {first}", all.len())
        }
        (_, true) if missing > 0 => format!("Where something is feasible it is the same: {first}"),
        (_, true) => format!("The choice is the same everywhere: {first}"),
        (_, false) => "The choice differs".to_owned(),
    };
    if currencies {
        return format!("{what}; costs are in several currencies.{without}");
    }
    let currency = &low.monthly_cost.currency;
    let [from, to] = [low, high].map(|c| numbers::amount(&c.expected_monthly_cost));
    if from == to {
        format!("{what}; it costs {from} {currency} a month.{without}")
    } else {
        format!("{what}; it costs {from} to {to} {currency} a month.{without}")
    }
}
