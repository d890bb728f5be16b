//! Every way to pay for the horizon side by side, for a terminal.

use crate::report::answer::later::course;
use crate::report::text::layout::{Ink, Tone, figures, paragraph, table, table_within, words};
use crate::report::view::RecommendationView;
use crate::report::view::horizon::{CourseView, HorizonView, PAY_AS_YOU_GO, WayToPayView};
use crate::report::words::numbers;

/// What the break-even policy is.
pub(crate) const POLICY: &str = "Break-even decides day by day without a forecast: it reserves a \
    PTU on the day on which what that PTU has cost by the hour, over a time as long as the term, \
    reaches the price of the term. Counting every term whole, it pays at most twice what perfect \
    foresight would pay at these prices. The totals have the part of each term that lies in these \
    months alone, and may be further apart.";

/// A way by its name, and the way before it that is the same to the last cent.
pub(crate) fn named(way: &WayToPayView, horizon: &HorizonView) -> String {
    let what =
        |one: &WayToPayView| [&one.total, &one.p10, &one.p90, &one.committed].map(String::clone);
    let before = horizon.ways.iter().take_while(|one| one.way != way.way);
    match before.into_iter().find(|one| what(one) == what(way)) {
        Some(same) => format!("{} (costs the same as {})", way.way, same.way),
        // What is owned is paid for whether it is used or not.
        None if way.way == PAY_AS_YOU_GO && !horizon.owned.is_empty() => {
            let ptu: u32 = horizon.owned.iter().map(|own| own.quantity_ptu).sum();
            format!("{}, with {} PTU owned", way.way, numbers::count(u64::from(ptu)))
        }
        None => way.way.clone(),
    }
}

/// Whether the ways to serve over the months have something to say: several of them, or one that
/// falls short.
pub(crate) fn courses(view: &RecommendationView) -> &[CourseView] {
    let Some(horizon) = &view.outlook.horizon else { return &[] };
    let says = horizon.courses.len() > 1 || !horizon.feasible;
    if says { &horizon.courses } else { &[] }
}

/// When a way through the months falls short, and of what.
pub(crate) fn falls_short(own: &CourseView, months: usize) -> String {
    let Some(first) = own.failing.first() else { return "in no month".to_owned() };
    let broken = own.broken.join("; ");
    let count = own.failing.len();
    format!("in {count} of {months} months, first in {first}: {}", broken.trim_end_matches('.'))
}

/// The title of the table of ways to serve over the months.
pub(crate) const COURSES: &str = "Ways to serve over the months";

/// The ways to serve over the months; empty where one month is planned.
pub(crate) fn served(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let (Some(horizon), all) = (&view.outlook.horizon, courses(view)) else {
        return String::new();
    };
    if all.is_empty() {
        return String::new();
    }
    let rows: Vec<_> = all
        .iter()
        .map(|own| {
            let tone = if own.is_plan { Tone::Good } else { Tone::Plain };
            let total = numbers::invoice(&own.total, &horizon.currency);
            (tone, vec![course(own), total, falls_short(own, horizon.months.len())])
        })
        .collect();
    let columns = [words("way", width), figures("total"), words("falls short", width)];
    let title =
        format!("{COURSES} from {} until {}, {}", horizon.from, horizon.until, horizon.currency);
    let mut out = ink.line(Tone::Plain, "");
    out += &ink.line(Tone::Heading, &title);
    out += &table_within(ink, width, &columns, &rows);
    let note =
        format!("Totals are of {}; what fails is billed for what it serves.", horizon.future);
    out + &paragraph(ink, Tone::Dim, &note, width)
}

/// The table; empty where nothing is feasible or there is one way only.
pub(crate) fn ways(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let Some(horizon) = view.outlook.horizon.as_ref().filter(|own| own.ways.len() > 1) else {
        return String::new();
    };
    let title =
        format!("Ways to pay from {} until {}, {}", horizon.from, horizon.until, horizon.currency);
    let mut out = ink.line(Tone::Heading, &format!("\n{title}"));
    let amount = |text: &str| numbers::invoice(text, &horizon.currency);
    let rows: Vec<_> = horizon
        .ways
        .iter()
        .map(|way| {
            let tone = if way.is_plan { Tone::Good } else { Tone::Plain };
            let until = way.binds_until.clone().unwrap_or_else(|| "nothing".to_owned());
            let [total, p10, p90, committed] =
                [&way.total, &way.p10, &way.p90, &way.committed].map(|text| amount(text));
            let infeasible = if way.feasible { "" } else { " (infeasible)" };
            let shown = format!("{}{infeasible}", named(way, horizon));
            (tone, vec![shown, total, p10, p90, committed, until])
        })
        .collect();
    let columns = [
        words("way", 48),
        figures("total"),
        figures("p10"),
        figures("p90"),
        figures("committed"),
        words("binds until", 12),
    ];
    out += &table(ink, &columns, &rows);
    let note = format!(
        "Totals are of {}; p10 and p90 are percentiles of demand. Committed is the sum of the \
         payments of all terms that begin by then.",
        horizon.future
    );
    out += &paragraph(ink, Tone::Dim, &note, width);
    if horizon.ways.iter().any(|way| way.at_most.is_some()) {
        out += &paragraph(ink, Tone::Dim, POLICY, width);
    }
    out
}
