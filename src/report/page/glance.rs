//! The first screen: the answer at a glance and one picture.

use crate::report::answer::{as_today, nothing};
use crate::report::page::blocks::{Chart, Glance, PageRow, figures, table, words};
use crate::report::text::glance::{currency, difference};
use crate::report::view::CHECK_FIRST;
use crate::report::view::{CandidateView, OptionView, RecommendationView};
use crate::report::words::{answer, numbers};
use serde_json::{Value, json};

/// Options that the picture has room for.
const OPTIONS: usize = 7;
/// Sizes from which a curve says more than the options side by side.
const SIZES: usize = 3;

pub(super) fn glance(view: &RecommendationView) -> Glance {
    let own = &view.glance;
    let figure = own.figure.as_ref();
    let check = Some((CHECK_FIRST, &own.check_first)).filter(|(_, said)| !said.is_empty());
    let lines = check.into_iter().chain(own.lines());
    Glance {
        figure: figure.map(|figure| numbers::money(&figure.amount, &figure.currency)),
        band: figure.map(|figure| figure.band.clone()),
        lines: lines.map(|(label, text)| (label, text.clone())).collect(),
        picture: curve(view).or_else(|| options(view)),
    }
}

/// A level or a point of the picture, with its model where the answer shows several.
fn mark(view: &RecommendationView, label: &str, candidate: &CandidateView) -> Option<Value> {
    let cost = numbers::for_axis(&candidate.expected_monthly_cost)?;
    Some(json!({
        "label": label,
        "model": answer::model_in(view, candidate),
        "ptu": candidate.total_ptu,
        "cost": cost,
        "text": numbers::amount(&candidate.expected_monthly_cost),
        "feasible": candidate.feasible,
    }))
}

/// Cost over the sizes of one way to serve, with the choice, today, pay-as-you-go and the quota alternative marked; none
/// where sizes are not the question.
fn curve(view: &RecommendationView) -> Option<Chart> {
    let sized = |c: &&CandidateView| {
        c.total_ptu > 0 && c.name != "today" && !c.expected_monthly_cost.is_empty()
    };
    let choice = view.choice.as_ref().or_else(|| Some(nothing::nearest(view)?.1));
    let centre = choice.filter(sized).or_else(|| {
        view.candidates.iter().filter(sized).find(|c| c.feasible || choice.is_none())
    })?;
    let mut models: Vec<&str> = centre.deployments.iter().map(|d| d.model.as_str()).collect();
    models.dedup();
    let mut payments: Vec<&str> = Vec::new();
    let own: Vec<&CandidateView> =
        view.candidates.iter().filter(sized).filter(|c| c.family == centre.family).collect();
    for one in &own {
        if !payments.contains(&one.commitment.as_str()) {
            payments.push(&one.commitment);
        }
    }
    let lines: Vec<(Value, usize)> = payments
        .iter()
        .map(|payment| {
            let mut points: Vec<(u32, f64, bool, String)> = own
                .iter()
                .filter(|c| c.commitment == *payment)
                .filter_map(|c| {
                    let cost = numbers::for_axis(&c.expected_monthly_cost)?;
                    Some((c.total_ptu, cost, c.feasible, numbers::amount(&c.expected_monthly_cost)))
                })
                .collect();
            points.sort_by_key(|point| point.0);
            let count = points.len();
            (json!({ "name": payment, "points": points }), count)
        })
        .collect();
    let lines = each_once(lines);
    if models.len() > 1 || lines.iter().all(|(_, count)| *count < SIZES) {
        return None;
    }
    let mut levels = Vec::new();
    let standard = view.candidates.iter().find(|c| c.pay_as_you_go && c.name != "today");
    let twin = as_today(view);
    let same = standard.is_some_and(|one| twin.is_some_and(|twin| twin.name == one.name));
    levels.extend(standard.and_then(|c| {
        mark(view, if c.feasible { "pay-as-you-go" } else { "pay-as-you-go (infeasible)" }, c)
    }));
    let today = view.candidates.iter().find(|c| c.name == "today" && !same);
    levels.extend(
        today.and_then(|c| mark(view, if c.feasible { "today" } else { "today (infeasible)" }, c)),
    );
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    let asked = better.or_else(|| view.quota.options.iter().find(|option| option.short));
    levels.extend(asked.and_then(|option| {
        let mut level = mark(view, "with more quota", &option.candidate)?;
        level["cost"] = json!(numbers::for_axis(&option.expected_monthly_cost)?);
        level["text"] = json!(numbers::amount(&option.expected_monthly_cost));
        level["asked"] = json!(true);
        Some(level)
    }));
    let chosen = match (&view.choice, better) {
        (None, _) => "the nearest",
        (Some(_), Some(_)) => "without it",
        (Some(_), None) => "the choice",
    };
    let currency = currency(view);
    let rows = own.iter().map(|c| PageRow {
        cells: vec![
            numbers::count(u64::from(c.total_ptu)),
            c.commitment.clone(),
            numbers::amount(&c.expected_monthly_cost),
            if c.feasible { "yes" } else { "no" }.to_owned(),
        ],
        tone: if c.feasible { "" } else { "dim" },
    });
    let columns = vec![
        figures("PTU"),
        words("Commitment"),
        figures(&format!("{currency} a month")),
        words("Feasible"),
    ];
    let caption = format!("Cost by size: {}", centre.family);
    Some(Chart {
        id: "glance".to_owned(),
        title: format!("{currency} a month by PTU"),
        note: "Filled points are feasible, hollow ones are not.".to_owned(),
        tall: false,
        zoom: false,
        table: table(&caption, columns, rows, "candidates.csv"),
        data: json!({
            "kind": "glance",
            "unit": format!("{currency} a month"),
            "lines": lines.into_iter().map(|(line, _)| line).collect::<Vec<_>>(),
            "levels": levels,
            "choice": choice.and_then(|c| mark(view, chosen, c)),
        }),
    })
}

/// The lines without those that lie on an earlier one from end to end, such as a mix of terms that
/// is one term alone.
fn each_once(lines: Vec<(Value, usize)>) -> Vec<(Value, usize)> {
    let mut own: Vec<(Value, usize)> = Vec::new();
    for line in lines {
        if !own.iter().any(|(known, _)| known["points"] == line.0["points"]) {
            own.push(line);
        }
    }
    own
}

/// The best options side by side.
fn options(view: &RecommendationView) -> Option<Chart> {
    let priced = |option: &&OptionView| !option.monthly_cost.is_empty();
    let usable =
        |option: &&OptionView| option.feasible || option.kind == "quota" || option.kind == "today";
    let any = view.options.iter().any(|option| priced(&option) && usable(&option));
    let shown: Vec<&OptionView> =
        view.options.iter().filter(priced).filter(|o| usable(o) || !any).take(OPTIONS).collect();
    // One bar compares nothing.
    if shown.len() < 2 {
        return None;
    }
    let currency = currency(view);
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    let bars: Vec<Value> = shown
        .iter()
        .map(|option| {
            let look = match (option.chosen, &*option.kind, option.feasible) {
                (true, ..) if better.is_none() => "choice",
                (_, "quota", _) => "quota",
                (_, _, true) => "feasible",
                _ => "infeasible",
            };
            json!({
                "name": bar_name(view, option),
                "cost": numbers::for_axis(&option.monthly_cost),
                "text": numbers::amount(&option.monthly_cost),
                "look": look,
            })
        })
        .collect();
    let rows = shown.iter().map(|option| PageRow {
        cells: vec![
            option.label.clone(),
            numbers::amount(&option.monthly_cost),
            difference(option),
            if option.feasible { "yes" } else { "no" }.to_owned(),
        ],
        tone: if option.chosen { "chosen" } else { "" },
    });
    let columns = vec![
        words("Option"),
        figures(&format!("{currency} a month")),
        figures("Against the choice"),
        words("Feasible"),
    ];
    Some(Chart {
        id: "glance".to_owned(),
        title: format!("{currency} a month by option"),
        note: if shown.iter().any(|option| option.short != option.label) {
            "Each option at its best size; those after the choice name only what differs."
                .to_owned()
        } else {
            "Each option at its best size.".to_owned()
        },
        tall: false,
        zoom: false,
        table: table("The best options", columns, rows, "candidates.csv"),
        data: json!({ "kind": "options", "unit": format!("{currency} a month"), "bars": bars }),
    })
}

/// Which option a bar is: the choice by its size, others by what they do otherwise. The picture
/// cuts what it has no room for.
fn bar_name(view: &RecommendationView, option: &OptionView) -> String {
    match (option.chosen, view.quota.better.is_some()) {
        (false, _) => option.short.clone(),
        (true, false) => format!("the choice: {}", option.label),
        (true, true) => format!("without it: {}", option.label),
    }
}
