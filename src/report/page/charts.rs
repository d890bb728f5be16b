//! Charts of cost and certainty, each with its table.

use crate::report::page::blocks::{Chart, PageRow, figures, row, table, words};
use crate::report::text::glance::currency;
use crate::report::view::{CandidateView, CurvePointView, RecommendationView, SensitivityView};
use crate::report::words::{answer, numbers, seen};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Cost over PTUs, by family and way to pay.
pub(super) fn cost_curve(view: &RecommendationView) -> Option<Chart> {
    let mut families: Vec<&str> = Vec::new();
    let mut series: BTreeMap<(usize, &str), Vec<Value>> = BTreeMap::new();
    let mut sorted: Vec<_> = view.cost_curve.iter().collect();
    sorted.sort_by_key(|point| point.total_ptu);
    for point in &sorted {
        let family = families.iter().position(|f| *f == point.family).unwrap_or_else(|| {
            families.push(&point.family);
            families.len() - 1
        });
        let Some(cost) = numbers::for_axis(&point.monthly_cost) else { continue };
        let share = seen::above(numbers::share(point.throttled_share), point.given_up);
        let at = json!([point.total_ptu, cost, point.feasible, share]);
        series.entry((family, &point.commitment)).or_default().push(at);
    }
    if series.is_empty() {
        return None;
    }
    let drawn = cheapest_families(&families, &sorted);
    // A legend of sentences would leave the chart no room.
    let lettered = drawn.iter().any(|family| families[*family].chars().count() > 60);
    let letter = |at: usize| char::from(b'A' + at as u8).to_string();
    let series: Vec<_> = series
        .iter()
        .filter_map(|((family, payment), points)| {
            let at = drawn.iter().position(|drawn| drawn == family)?;
            let name = if lettered { letter(at) } else { families[*family].to_owned() };
            Some(json!({ "family": name, "familyAt": at, "payment": payment, "points": points }))
        })
        .collect();
    let mut note = "Every candidate with PTUs, in the most likely future. Filled points are feasible; hollow ones break an objective or a limit.".to_owned();
    if drawn.len() < families.len() {
        note = format!(
            "{note} Drawn are the {} cheapest of {} kinds of plan; the table has all.",
            drawn.len(),
            families.len()
        );
    }
    if lettered {
        for (at, family) in drawn.iter().enumerate() {
            let _ = write!(note, " {}: {}.", letter(at), families[*family]);
        }
    }
    let currency = currency(view);
    let level = view.candidates.iter().find(|c| c.pay_as_you_go);
    let columns = vec![
        words("Family"),
        words("Commitment"),
        figures("PTUs"),
        figures(&format!("{currency} a month")),
        figures("Ended in 429"),
        words("Feasible"),
    ];
    let rows = sorted.iter().map(|p| PageRow {
        cells: vec![
            p.family.clone(),
            p.commitment.clone(),
            numbers::count(u64::from(p.total_ptu)),
            numbers::amount(&p.monthly_cost),
            seen::above(numbers::share(p.throttled_share), p.given_up),
            if p.feasible { "yes" } else { "no" }.to_owned(),
        ],
        tone: if p.feasible { "" } else { "dim" },
    });
    Some(Chart {
        id: "cost-curve".to_owned(),
        title: "Monthly cost over PTUs".to_owned(),
        note,
        tall: true,
        zoom: false,
        table: table("Monthly cost over PTUs", columns, rows, "candidates.csv"),
        data: json!({
            "kind": "curve",
            "unit": format!("{currency} a month"),
            "series": series,
            "levelName": level.map(|c| if c.feasible { "pay-as-you-go" } else { "pay-as-you-go (infeasible)" }),
            "level": level.and_then(|c| numbers::for_axis(&answer::likely_cost(c))),
            "choice": view.choice.as_ref().filter(|c| c.total_ptu > 0).map(|c| json!({
                "at": [c.total_ptu, numbers::for_axis(&answer::likely_cost(c))],
                "label": format!("{} PTU, {}", numbers::count(u64::from(c.total_ptu)), numbers::money(&answer::likely_cost(c), currency)),
            })),
        }),
    })
}

/// Families that a chart has room for.
const FAMILIES: usize = 4;

/// Indexes of the families to draw, in their order: all if there is room, else those with the cheapest points, feasible ones
/// first.
fn cheapest_families(families: &[&str], points: &[&CurvePointView]) -> Vec<usize> {
    let cheapest = |family: &usize| {
        let own = points.iter().filter(|point| point.family == families[*family]);
        let costs = own.filter_map(|p| Some((!p.feasible, numbers::for_axis(&p.monthly_cost)?)));
        costs.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).unwrap_or((true, f64::MAX))
    };
    let mut ranked: Vec<usize> = (0..families.len()).collect();
    if families.len() > FAMILIES {
        ranked.sort_by(|a, b| {
            let (a, b) = (cheapest(a), cheapest(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        ranked.truncate(FAMILIES);
        ranked.sort_unstable();
    }
    ranked
}

/// What the best candidates pay for.
pub(super) fn cost_parts(view: &RecommendationView) -> Option<Chart> {
    let labels = answer::labels(view);
    let shown: Vec<_> = view
        .candidates
        .iter()
        .zip(&labels)
        .filter(|(c, _)| c.feasible && !c.cost_parts.is_empty())
        .enumerate()
        .filter(|(at, (c, _))| *at < 6 || c.pay_as_you_go)
        .map(|(_, shown)| shown)
        .take(7)
        .collect();
    if shown.is_empty() {
        return None;
    }
    let names: BTreeSet<&str> =
        shown.iter().flat_map(|(c, _)| c.cost_parts.iter().map(|p| p.part.as_str())).collect();
    let cost = |candidate: &CandidateView, name: &str| -> Option<String> {
        candidate.cost_parts.iter().find(|p| p.part == name).map(|p| p.cost.clone())
    };
    let series: Vec<_> = names
        .iter()
        .map(|name| {
            let values: Vec<_> = shown
                .iter()
                .map(|(c, _)| {
                    cost(c, name).and_then(|text| numbers::for_axis(&text)).unwrap_or(0.0)
                })
                .collect();
            json!({ "name": part_name(view, name), "values": values })
        })
        .collect();
    let currency = currency(view);
    let mut columns = vec![words("Candidate")];
    columns.extend(names.iter().map(|name| figures(&part_name(view, name))));
    columns.push(figures("Together"));
    let rows = shown.iter().map(|(c, label)| {
        let mut cells = vec![(*label).clone()];
        cells.extend(names.iter().map(|name| {
            cost(c, name).map_or_else(|| "–".to_owned(), |text| numbers::amount(&text))
        }));
        cells.push(numbers::amount(&answer::likely_cost(c)));
        row(cells)
    });
    Some(Chart {
        id: "cost-parts".to_owned(),
        title: "What the month's cost is made of".to_owned(),
        note: format!(
            "{currency} a month{}, for the best candidates and pay as you go.",
            if answer::has_futures(&view.candidates) { " in the most likely future" } else { "" }
        ),
        tall: false,
        zoom: false,
        table: table("Cost by part", columns, rows, "candidates.csv"),
        data: json!({
            "kind": "parts",
            "unit": format!("{currency} a month"),
            "names": shown.iter().map(|(_, label)| label).collect::<Vec<_>>(),
            "series": series,
        }),
    })
}

/// A part of a cost by what it is: a reservation that is owned has the name that its owner gave it.
fn part_name(view: &RecommendationView, part: &str) -> String {
    let mut owned = view.outlook.horizon.iter().flat_map(|horizon| &horizon.owned);
    let is_owned = owned.any(|own| own.id == part);
    if is_owned { format!("owned reservation {part}") } else { part.to_owned() }
}

/// The choice's cost month by month.
pub(super) fn months(view: &RecommendationView) -> Option<Chart> {
    let months = &view.outlook.months;
    if months.len() < 2 {
        return None;
    }
    let value = |pick: fn(&crate::report::view::SpreadView) -> &String| -> Vec<_> {
        months.iter().map(|m| numbers::for_axis(pick(&m.cost))).collect()
    };
    let currency = currency(view);
    let columns = vec![
        words("Month"),
        figures("p10"),
        figures("Median"),
        figures("p90"),
        figures("PTUs"),
        words("What to do"),
    ];
    let rows = months.iter().map(|m| {
        row(vec![
            m.month.clone(),
            numbers::amount(&m.cost.p10),
            numbers::amount(&m.cost.p50),
            numbers::amount(&m.cost.p90),
            numbers::count(u64::from(m.total_ptu)),
            m.actions.join("; "),
        ])
    });
    Some(Chart {
        id: "months".to_owned(),
        title: "Cost of the choice by month".to_owned(),
        note: format!("{currency}; the band runs from the 10th to the 90th percentile of demand."),
        tall: false,
        zoom: false,
        table: table("Cost by month", columns, rows, "the JSON file"),
        data: json!({
            "kind": "band",
            "unit": format!("{currency} a month"),
            "names": months.iter().map(|m| &m.month).collect::<Vec<_>>(),
            "low": value(|c| &c.p10),
            "mid": value(|c| &c.p50),
            "high": value(|c| &c.p90),
        }),
    })
}

/// The least share of the cost by which an input must move it to be drawn.
const LEAST_EFFECT: f64 = 0.001;

/// How far each uncertain input moves the cost.
pub(super) fn tornado(view: &RecommendationView) -> Option<Chart> {
    let choice = view.choice.as_ref()?;
    if view.sensitivity.is_empty() {
        return None;
    }
    let base = numbers::for_axis(&answer::likely_cost(choice))?;
    let currency = currency(view);
    let columns = vec![
        words("Input"),
        words("Low"),
        figures("Cost at low"),
        words("High"),
        figures("Cost at high"),
        words("Changes the choice"),
    ];
    let rows = view.sensitivity.iter().map(|s| {
        row(vec![
            s.input.clone(),
            s.low.clone(),
            numbers::amount(&s.cost_low),
            s.high.clone(),
            numbers::amount(&s.cost_high),
            if s.flips_choice { "yes" } else { "no" }.to_owned(),
        ])
    });
    let moves = |s: &&SensitivityView| {
        let ends = (numbers::for_axis(&s.cost_low), numbers::for_axis(&s.cost_high));
        let (Some(low), Some(high)) = ends else { return false };
        (low - base).abs().max((high - base).abs()) >= base.abs() * LEAST_EFFECT
    };
    let shown: Vec<_> = view.sensitivity.iter().filter(moves).collect();
    let left = view.sensitivity.len() - shown.len();
    if shown.is_empty() {
        return None;
    }
    let bars: Vec<_> = shown
        .iter()
        .map(|s| {
            json!({
                "name": if s.flips_choice { format!("{} *", s.input) } else { s.input.clone() },
                "low": numbers::for_axis(&s.cost_low),
                "high": numbers::for_axis(&s.cost_high),
                "lowAt": s.low,
                "highAt": s.high,
            })
        })
        .collect();
    let flips = shown.iter().any(|s| s.flips_choice);
    let star = if flips { " * marks an input whose range changes the choice." } else { "" };
    let rest = match left {
        0 => String::new(),
        1 => " One input moves it by less than 0.1% and is in the table alone.".to_owned(),
        _ => format!(" {left} inputs move it by less than 0.1% and are in the table alone."),
    };
    Some(Chart {
        id: "tornado".to_owned(),
        title: "What moves the cost".to_owned(),
        note: format!(
            "Monthly cost of the choice in the most likely future at the low and the high value of each input, largest effect first.{star}{rest}"
        ),
        tall: false,
        zoom: false,
        table: table("Sensitivity of the monthly cost", columns, rows, "the JSON file"),
        data: json!({ "kind": "tornado", "unit": format!("{currency} a month"), "base": base, "bars": bars }),
    })
}

/// Cost against service of every candidate.
pub(super) fn frontier(view: &RecommendationView) -> Option<Chart> {
    let labels = answer::labels(view);
    let on = |c: &CandidateView| view.frontier.contains(&c.name);
    if view.frontier.is_empty() {
        return None;
    }
    let chosen = view.choice.as_ref().map(|c| c.name.as_str());
    let points: Vec<_> = view
        .candidates
        .iter()
        .zip(&labels)
        .filter(|(c, _)| !c.measures.given_up)
        .filter_map(|(c, label)| {
            let kind = if chosen == Some(c.name.as_str()) {
                "choice"
            } else if on(c) {
                "frontier"
            } else if c.feasible {
                "feasible"
            } else {
                "infeasible"
            };
            let cost = numbers::for_axis(&answer::likely_cost(c))?;
            Some(json!([cost, c.measures.saw_throttle_share * 100.0, kind, label]))
        })
        .collect();
    let currency = currency(view);
    let columns = vec![
        words("Candidate"),
        figures(&format!("{currency} a month")),
        figures("Throttled"),
        figures("Wait p99"),
    ];
    let rows =
        view.candidates.iter().zip(&labels).filter(|(c, _)| on(c)).map(|(c, label)| PageRow {
            cells: vec![
                label.clone(),
                numbers::amount(&answer::likely_cost(c)),
                numbers::share(c.measures.saw_throttle_share),
                numbers::wait(c.measures.added_wait_ms.p99),
            ],
            tone: if chosen == Some(c.name.as_str()) { "chosen" } else { "" },
        });
    Some(Chart {
        id: "frontier".to_owned(),
        title: "Cost against service".to_owned(),
        note: "Every candidate by monthly cost in the most likely future and the share of calls that were throttled (429). No candidate beats those on the frontier in both.".to_owned(),
        tall: false,
        zoom: false,
        table: table("Candidates on the frontier", columns, rows, "candidates.csv"),
        data: json!({ "kind": "frontier", "unit": format!("{currency} a month"), "points": points }),
    })
}
