//! The first lines of an answer, and what stands right behind them: options, quota to request, failures.

use crate::report::answer::{held, quantity_when, serves_shown, share_of_calls, when};
use crate::report::answer::{sought_for_choice, sought_for_option};
use crate::report::text::layout::{Ink, Tone, bullet, figures, paragraph, table_within, words};
use crate::report::view::CHECK_FIRST;
use crate::report::view::{
    CandidateView, FailureView, GlanceView, MeasuresView, OptionView, QuotaNeedView,
    RecommendationView,
};
use crate::report::words::{numbers, seen};

/// Options shown at most; the page and the workbook have them all.
const OPTIONS: usize = 8;
/// Most characters of an option's label: three lines of its column, or more.
const LABEL: usize = 240;
/// Most characters of what stands in the way of an option.
const REASONS: usize = 200;
/// The title of the column with why options cannot be had.
pub(crate) const IN_THE_WAY: &str = "what stands in the way";
/// Failures shown at most.
const FAILURES: usize = 6;

/// What a reader needs in ten seconds.
pub(crate) fn glance(glance: &GlanceView, ink: Ink, width: usize) -> String {
    let tone = if glance.answered { Tone::Good } else { Tone::Bad };
    let mut out = paragraph(ink, tone, &glance.action, width);
    out += &labelled(ink, CHECK_FIRST, &glance.check_first, width);
    if let Some(figure) = &glance.figure {
        let cost = numbers::money(&figure.amount, &figure.currency);
        out += &labelled(ink, "Cost", &format!("{cost} {}", figure.band), width);
    }
    for (label, said) in glance.lines() {
        out += &labelled(ink, label, said, width);
    }
    if !glance.reasons.is_empty() {
        out += &ink.line(Tone::Plain, "");
        out += &ink
            .line(Tone::Heading, if glance.answered { "Why" } else { "What stands in the way" });
        for reason in &glance.reasons {
            out += &bullet(ink, Tone::Plain, reason, width);
        }
    }
    out
}

/// A line with its label in a column of its own.
fn labelled(ink: Ink, label: &str, text: &str, width: usize) -> String {
    const LABEL: usize = 12;
    if text.is_empty() {
        return String::new();
    }
    let wrapped = paragraph(Ink::Plain, Tone::Plain, text, width.saturating_sub(LABEL));
    let mut out = String::new();
    for (index, line) in wrapped.lines().enumerate() {
        let label = if index == 0 { label } else { "" };
        out += &ink.line(Tone::Plain, format!("{label:LABEL$}{line}").trim_end());
    }
    out
}

/// The ways to serve, each at its best size.
pub(crate) fn options(view: &RecommendationView, ink: Ink, width: usize) -> String {
    if view.options.is_empty() {
        return String::new();
    }
    let shown = shown(view);
    let mut out = ink.line(Tone::Plain, "");
    out += &ink.line(Tone::Heading, "Options, each at its best size");
    out += &if shown.iter().any(|option| usable(option)) {
        compared(view, &shown, ink, width)
    } else {
        broken(view, &shown, ink, width)
    };
    let more = view.options.len() - shown.len();
    let currency = currency(view);
    let mut notes = vec![format!("In {currency}. {}", when::monthly_costs(view))];
    if shown.iter().any(|option| option.short != option.label) {
        notes.push("Rows after the choice name only what they do differently.".to_owned());
    }
    // A table of nothing else has its reasons in a column.
    let any = shown.iter().any(|option| usable(option));
    notes.extend(infeasible(&shown).into_iter().filter(|_| any));
    if shown.iter().any(|option| option.kind == "quota") {
        notes.push("+: needs more quota.".to_owned());
    }
    if more > 0 {
        let options = if more == 1 { "1 more option is" } else { "More options are" };
        notes.push(format!("{options} in the report; every size is in candidates.csv."));
    }
    out += &paragraph(ink, Tone::Dim, &notes.join(" "), width);
    out
}

/// Options of which some can be had, compared with the choice.
fn compared(view: &RecommendationView, shown: &[&OptionView], ink: Ink, width: usize) -> String {
    let columns = [
        figures("#"),
        words("option", LABEL),
        figures("a month"),
        figures("vs choice"),
        figures("429"),
        figures("p99 wait"),
        figures("PTU use"),
    ];
    let rows: Vec<_> = shown.iter().map(|option| option_row(view, option)).collect();
    table_within(ink, width, &columns, &rows)
}

/// Options of which none can be had, with what stands in the way of each.
fn broken(view: &RecommendationView, shown: &[&OptionView], ink: Ink, width: usize) -> String {
    let columns =
        [figures("#"), words("option", LABEL), figures("a month"), words(IN_THE_WAY, REASONS)];
    let row = |option: &&OptionView| {
        let (tone, mut row) = option_row(view, option);
        row.truncate(3);
        row.push(match same_as(shown.iter().copied(), option) {
            Some(earlier) => format!("as x{}", earlier.rank),
            None => reasons(option),
        });
        (tone, row)
    };
    let rows: Vec<_> = shown.iter().map(row).collect();
    table_within(ink, width, &columns, &rows)
}

/// Why an option cannot be had.
pub(crate) fn reasons(option: &OptionView) -> String {
    let each = option.reasons.iter().map(|reason| reason.trim_end_matches('.'));
    each.collect::<Vec<_>>().join("; ")
}

/// The first option that the same stands in the way of, before an option; none where nothing does.
pub(crate) fn same_as<'a>(
    shown: impl IntoIterator<Item = &'a OptionView>,
    option: &OptionView,
) -> Option<&'a OptionView> {
    let mut before = shown.into_iter().take_while(|one| one.rank != option.rank);
    before.find(|one| !one.reasons.is_empty() && one.reasons == option.reasons)
}

/// What stands in the way of options that cannot be had: the same is said once.
fn infeasible(shown: &[&OptionView]) -> Vec<String> {
    let all = || shown.iter().filter(|option| !usable(option));
    let first = all().filter(|option| same_as(all().copied(), option).is_none());
    first
        .map(|option| {
            let alike =
                all().filter(|one| one.rank == option.rank || one.reasons == option.reasons);
            let ranks = numbers::list(alike.map(|one| format!("x{}", one.rank)));
            format!("{ranks}: infeasible: {}.", reasons(option))
        })
        .collect()
}

/// Whether an option can be had, with more quota or without.
pub(crate) fn usable(option: &OptionView) -> bool {
    option.feasible || option.kind == "quota"
}

/// What serves which workload under what the headline says; empty where one deployment serves all.
pub(crate) fn serves(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let rows: Vec<_> = serves_shown(view)
        .iter()
        .map(|one| {
            let row = vec![
                one.workload.clone(),
                share_of_calls(one),
                one.model_words(),
                one.served_by.clone(),
            ];
            (Tone::Plain, row)
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let columns =
        [words("app", width), figures("calls"), words("model", width), words("served by", width)];
    let mut out = ink.line(Tone::Plain, "");
    out += &ink.line(Tone::Heading, SERVES);
    out += &table_within(ink, width, &columns, &rows);
    out
}

/// The title of the table that says what serves which workload.
pub(crate) const SERVES: &str = "What serves which app";

/// The best options; what can be had first, and today's deployments always.
fn shown(view: &RecommendationView) -> Vec<&OptionView> {
    let any = view.options.iter().any(usable);
    let keep = |option: &&OptionView| usable(option) || option.kind == "today" || !any;
    view.options.iter().filter(keep).take(OPTIONS).collect()
}

/// The candidate behind an option.
pub(crate) fn behind<'a>(
    view: &'a RecommendationView,
    option: &OptionView,
) -> Option<&'a CandidateView> {
    if option.kind == "quota" {
        let mut found = view.quota.options.iter().map(|own| &own.candidate);
        return found.find(|candidate| candidate.name == option.candidate);
    }
    view.candidates.iter().find(|candidate| candidate.name == option.candidate)
}

/// How much more than the choice an option costs, with its sign; `same` where it costs the same.
pub(crate) fn difference(option: &OptionView) -> String {
    match &option.more {
        None => "–".to_owned(),
        Some(_) if option.chosen => "the choice".to_owned(),
        Some(more) => {
            let amount = numbers::amount(more);
            match amount.chars().next() {
                _ if numbers::is_nothing(more) => "same".to_owned(),
                Some('\u{2212}') => amount,
                _ => format!("+{amount}"),
            }
        }
    }
}

fn option_row(view: &RecommendationView, option: &OptionView) -> (Tone, Vec<String>) {
    let measures: Option<&MeasuresView> = behind(view, option).map(|c| &c.measures);
    let of = |form: &dyn Fn(&MeasuresView) -> String| {
        measures.filter(|seen| seen.offered > 0).map_or_else(|| "–".to_owned(), form)
    };
    let mark = match (option.feasible, &*option.kind) {
        (true, _) => "",
        (false, "quota") => "+",
        (false, _) => "x",
    };
    let row = vec![
        format!("{mark}{}", option.rank),
        option.short.clone(),
        if option.monthly_cost.is_empty() {
            "–".to_owned()
        } else {
            numbers::amount(&option.monthly_cost)
        },
        difference(option),
        of(&|own| seen::share(own, own.throttled_share)),
        of(&|own| seen::wait(own, own.added_wait_ms.p99)),
        of(&|seen| seen.ptu_utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean))),
    ];
    let tone = match (option.chosen, option.feasible) {
        (true, _) => Tone::Good,
        (false, true) => Tone::Plain,
        (false, false) => Tone::Dim,
    };
    (tone, row)
}

/// The currency of the costs.
pub(crate) fn currency(view: &RecommendationView) -> &str {
    let mut all = view.candidates.iter().map(|candidate| &*candidate.monthly_cost.currency);
    all.find(|currency| !currency.is_empty()).unwrap_or(&view.bill.currency)
}

/// What to ask the platform for: the quota of the choice, and of the option that more quota would open.
pub(crate) fn requests(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    let mut out = String::new();
    if let Some(option) = better {
        out += &quota_table("What to request", &option.needs, ink, width);
        out += &paragraph(ink, Tone::Dim, &sought_for_option(view, option), width);
    }
    let title =
        if better.is_some() { "What the choice without it takes" } else { "What to request" };
    out += &quota_table(title, &view.quota.choice, ink, width);
    let note = sought_for_choice(view);
    out += &note.map_or_else(String::new, |note| paragraph(ink, Tone::Dim, &note, width));
    out
}

fn quota_table(title: &str, needs: &[QuotaNeedView], ink: Ink, width: usize) -> String {
    if needs.is_empty() {
        return String::new();
    }
    let columns = [
        words("quota of", width),
        words("region", 20),
        figures("needed"),
        figures("there is"),
        words("what to do", width),
    ];
    let rows: Vec<_> = needs
        .iter()
        .map(|need| {
            let model = need.model.as_ref().map_or_else(String::new, |model| format!(" {model}"));
            let short = need.held.is_some_and(|held| held < need.needed);
            let row = vec![
                format!("{}{model}", need.sku),
                need.region.clone(),
                quantity_when(need),
                held(need),
                need.ask.clone(),
            ];
            (if short { Tone::Bad } else { Tone::Plain }, row)
        })
        .collect();
    let mut out = ink.line(Tone::Plain, "");
    out += &ink.line(Tone::Heading, title);
    out += &table_within(ink, width, &columns, &rows);
    out
}

/// What failed, whether or not an objective counts it.
pub(crate) fn failures(failures: &[FailureView], window_s: f64, ink: Ink, width: usize) -> String {
    if failures.is_empty() {
        return String::new();
    }
    let mut out = ink.line(Tone::Plain, "");
    out += &ink.line(Tone::Heading, "Failures in the simulated window");
    for failure in failures.iter().take(FAILURES) {
        out += &bullet(ink, Tone::Bad, &failure_words(failure, window_s), width);
    }
    let rest = &failures[failures.len().min(FAILURES)..];
    if !rest.is_empty() {
        let calls: u64 = rest.iter().map(|failure| failure.calls).sum();
        let text = format!("{} more calls for {} other causes.", numbers::count(calls), rest.len());
        out += &bullet(ink, Tone::Dim, &text, width);
    }
    out
}

/// A failure in a sentence.
pub(crate) fn failure_words(failure: &FailureView, window_s: f64) -> String {
    let status = match failure.status {
        0 => String::new(),
        status => format!(" with {status}"),
    };
    let at = if failure.deployment.is_empty() {
        String::new()
    } else {
        format!(" at {}", failure.deployment)
    };
    let when = if failure.minutes == 0 {
        String::new()
    } else {
        let minute = if failure.minutes == 1 { "minute" } else { "minutes" };
        format!(
            " In {} {minute}; the most in one, at {}, were {}.",
            numbers::count(failure.minutes),
            numbers::elapsed(failure.worst_minute_s, window_s),
            numbers::count(failure.worst_minute_calls)
        )
    };
    let counted = match &failure.objective {
        Some(objective) => format!(" Counted by the objective: {objective}."),
        None => " No objective counts these.".to_owned(),
    };
    format!(
        "{} calls of {} ({}) fail{status}{at}: {}.{when}{counted}",
        numbers::count(failure.calls),
        failure.workload,
        numbers::share(failure.share),
        failure.cause
    )
}
