//! The page of `recommend`: the answer, then what stands behind it, from the planner's questions to the evidence.

use crate::report::page::blocks::{Block, Page, Row, Section, Table, Tile};
use crate::report::page::blocks::{data, figures, row, table, words};
use crate::report::page::{certainty, charts, evidence, horizon, machines, measures, what_if};
use crate::report::text::explanation;
use crate::report::view::{CandidateView, RecommendationView};
use crate::report::words::{answer, numbers};

pub(super) fn page(view: &RecommendationView) -> Page {
    let mut sections = sections(view);
    sections.retain(|section| !section.blocks.is_empty());
    Page {
        title: view.scenario.name.clone(),
        kind: "Recommendation",
        headline: answer::recommendation(view),
        answered: view.choice.is_some(),
        confidence: answer::confidence(view),
        why_title: if view.choice.is_some() { "Why" } else { "What stands in the way" },
        why: view.why.clone(),
        frame: evidence::frame(&view.scenario),
        tiles: view.choice.as_ref().map_or_else(Vec::new, |choice| tiles(view, choice)),
        data: data(&mut sections),
        sections,
    }
}

fn sections(view: &RecommendationView) -> Vec<Section> {
    let section =
        |id, title, intro: &str, blocks| Section { id, title, intro: intro.to_owned(), blocks };
    vec![
        section(
            "what-if",
            "What if",
            what_if_intro(view),
            what_if::block(view).into_iter().collect(),
        ),
        section(
            "ranking",
            "Ranking",
            if answer::has_futures(&view.candidates) {
                crate::report::text::recommendation::FUTURES
            } else {
                "Feasible candidates, cheapest first."
            },
            ranking(view),
        ),
        section(
            "cost",
            "Cost",
            "",
            [charts::cost_curve(view), machines::curve(view), charts::cost_parts(view)]
                .into_iter()
                .chain([charts::months(view)])
                .flatten()
                .map(Block::Chart)
                .chain(horizon::ways(view))
                .chain(break_even(view))
                .collect(),
        ),
        section(
            "load",
            "Load and service",
            "The choice over the simulated window.",
            measures::series(&view.series, &view.scenario)
                .into_iter()
                .chain(measures::heat_maps(&view.outlook.heat_maps))
                .chain(measures::workloads(&view.outlook.workloads))
                .collect(),
        ),
        section(
            "certainty",
            "Certainty",
            "",
            certainty::blocks(view)
                .into_iter()
                .chain(
                    [charts::tornado(view), charts::frontier(view)]
                        .into_iter()
                        .flatten()
                        .map(Block::Chart),
                )
                .collect(),
        ),
        section(
            "second-opinion",
            "The guide and the calculator",
            "What the decision tree of the platform's guide and the official calculator would choose, and where the \
             choice differs.",
            list(explanation::opinion_lines(view)),
        ),
        section(
            "refused",
            "Refused candidates",
            "Feasibility comes before price: these break an objective, a quota, the grid or a policy, however cheap they are.",
            refused(view),
        ),
        section("traffic", "Traffic", "", evidence::traffic(&view.scenario)),
        section(
            "facts",
            "Assumptions and sources",
            "What is not published is assumed by name; everything else has a dated source.",
            evidence::facts(&view.assumptions, &view.sources, &view.attributions),
        ),
        section(
            "bill",
            "Line items",
            "The bill of the choice for the whole period. The files hold the exact amounts.",
            evidence::bill(&view.bill),
        ),
    ]
}

/// What the sliders show; in the most likely future, which need not be the mean that the headline names.
fn what_if_intro(view: &RecommendationView) -> &'static str {
    if answer::has_futures(&view.candidates) {
        "Each slider position is a simulated run of the most likely future, with its growth besides; nothing is interpolated. The headline's cost is the mean over all futures."
    } else {
        "Each slider position is a simulated run; nothing is interpolated."
    }
}

fn tiles(view: &RecommendationView, choice: &CandidateView) -> Vec<Tile> {
    let cost = &choice.monthly_cost;
    let mut tiles = vec![Tile {
        label: "Cost a month",
        value: numbers::money(&choice.expected_monthly_cost, &cost.currency),
        note: answer::spread(cost).unwrap_or_else(|| "one replication".to_owned()),
    }];
    tiles.extend(against_pay_as_you_go(view, choice));
    let seen = &choice.measures;
    tiles.push(Tile {
        label: "Calls that saw a 429",
        value: numbers::share(seen.saw_throttle_share),
        note: format!("{} ended in one", numbers::share(seen.throttled_share)),
    });
    tiles.push(Tile {
        label: "Added wait, p99",
        value: numbers::wait(seen.added_wait_ms.p99),
        note: format!("p95 {}", numbers::wait(seen.added_wait_ms.p95)),
    });
    if let Some(utilization) = seen.ptu_utilization {
        tiles.push(Tile {
            label: "PTU utilization",
            value: numbers::share(utilization.mean),
            note: format!("p95 of the minutes {}", numbers::share(utilization.p95)),
        });
    }
    if let Some(runner_up) = &view.runner_up {
        tiles.push(Tile {
            label: "Runner-up",
            value: numbers::money(
                &runner_up.expected_monthly_cost,
                &runner_up.monthly_cost.currency,
            ),
            note: answer::label(runner_up),
        });
    }
    tiles
}

/// What the choice saves against the cheapest feasible candidate without PTUs.
fn against_pay_as_you_go(view: &RecommendationView, choice: &CandidateView) -> Option<Tile> {
    if choice.pay_as_you_go {
        return None;
    }
    let other = view.candidates.iter().find(|c| c.feasible && c.pay_as_you_go)?;
    let price = |c: &CandidateView| c.expected_monthly_cost.parse::<rust_decimal::Decimal>().ok();
    let saved = price(other)?.checked_sub(price(choice)?)?;
    let share = saved.checked_div(price(other)?)?;
    Some(Tile {
        label: "Saved against pay as you go",
        value: numbers::money(&saved.to_string(), &choice.monthly_cost.currency),
        note: format!(
            "{} less{}",
            numbers::share(share.try_into().ok()?),
            if answer::has_futures(&view.candidates) { " on average" } else { "" }
        ),
    })
}

fn ranking(view: &RecommendationView) -> Vec<Block> {
    let labels = answer::labels(&view.candidates);
    let mut rows = view.candidates.iter().zip(&labels).filter(|(c, _)| c.feasible);
    let chosen = view.choice.as_ref().map(|c| c.name.as_str());
    let mut take = |count: usize| -> Vec<Row> {
        rows.by_ref().take(count).map(|(c, label)| candidate(c, label, chosen)).collect()
    };
    let first = take(10);
    if first.is_empty() {
        return Vec::new();
    }
    let rest = take(usize::MAX);
    let mut blocks = vec![Block::Table {
        table: candidates("The ten best candidates", first, view),
        folded: false,
    }];
    if !rest.is_empty() {
        let caption =
            format!("The other {} feasible candidates", numbers::count(rest.len() as u64));
        blocks.push(Block::Table { table: candidates(&caption, rest, view), folded: true });
    }
    blocks
}

fn candidates(caption: &str, rows: Vec<Row>, view: &RecommendationView) -> Table {
    let currency = view.candidates.first().map_or("", |c| c.monthly_cost.currency.as_str());
    let columns = vec![
        figures("#"),
        words("Candidate"),
        figures(&format!("{currency} a month, expected")),
        figures("p10 to p90"),
        figures("Saw a 429"),
        figures("Ended in 429"),
        figures("Wait p95"),
        figures("Wait p99"),
        figures("Spilled"),
        figures("PTU use"),
    ];
    table(caption, columns, rows, "candidates.csv")
}

fn candidate(candidate: &CandidateView, label: &str, chosen: Option<&str>) -> Row {
    let (cost, seen) = (&candidate.monthly_cost, &candidate.measures);
    let [low, high] = [&cost.p10, &cost.p90].map(|amount| numbers::amount(amount));
    let spread = match cost.replications {
        0 | 1 => "one run".to_owned(),
        _ if low == high => "no spread".to_owned(),
        _ => format!("{low} – {high}"),
    };
    Row {
        cells: vec![
            candidate.rank.to_string(),
            label.to_owned(),
            numbers::amount(&candidate.expected_monthly_cost),
            spread,
            numbers::share(seen.saw_throttle_share),
            numbers::share(seen.throttled_share),
            numbers::wait(seen.added_wait_ms.p95),
            numbers::wait(seen.added_wait_ms.p99),
            numbers::share(seen.spilled_share),
            seen.ptu_utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean)),
        ],
        tone: if chosen == Some(candidate.name.as_str()) { "chosen" } else { "" },
    }
}

fn refused(view: &RecommendationView) -> Vec<Block> {
    let rows: Vec<_> = view
        .candidates
        .iter()
        .filter(|c| !c.feasible)
        .map(|c| {
            row(vec![
                c.name.clone(),
                numbers::amount(&c.expected_monthly_cost),
                c.reasons.join("; "),
            ])
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let caption = format!("{} refused candidates and why", numbers::count(rows.len() as u64));
    let currency = view.candidates.first().map_or("", |c| c.monthly_cost.currency.as_str());
    let price = format!("{currency} a month");
    let columns = vec![words("Candidate"), figures(&price), words("Reasons")];
    let folded = rows.len() > 8;
    vec![Block::Table { table: table(&caption, columns, rows, "candidates.csv"), folded }]
}

/// Lines of text; nothing where there are none.
fn list(items: Vec<String>) -> Vec<Block> {
    if items.is_empty() { Vec::new() } else { vec![Block::List { items }] }
}

fn break_even(view: &RecommendationView) -> Option<Block> {
    if view.break_even.is_empty() {
        return None;
    }
    let columns = vec![words("Comparison"), words("Breaks even at"), words("The choice stands at")];
    let rows = view
        .break_even
        .iter()
        .map(|b| row(vec![b.comparison.clone(), b.at.clone(), b.now.clone()]));
    Some(Block::Table { table: table("Break-even points", columns, rows, ""), folded: false })
}
