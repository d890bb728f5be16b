//! The page of `recommend`: the answer, then what stands behind it, from the planner's questions to the evidence.

use crate::report::answer::{held, quantity_when, serves_shown, share_of_calls, when};
use crate::report::answer::{sought_for_choice, sought_for_option};
use crate::report::page::blocks::{Block, Page, PageRow, Section, Table, Tile};
use crate::report::page::blocks::{data, figures, row, table, words};
use crate::report::page::{certainty, charts, evidence, glance, horizon, machines};
use crate::report::page::{measures, what_if};
use crate::report::text::explanation;
use crate::report::text::glance::{SERVES, behind, currency, difference, same_as};
use crate::report::text::recommendation::{FUTURES, window_s};
use crate::report::view::{
    CandidateView, FailureView, OptionView, QuotaNeedView, RecommendationView,
};
use crate::report::words::{answer, numbers, seen};

pub(super) fn page(view: &RecommendationView) -> Page {
    let mut sections = sections(view);
    sections.retain(|section| !section.blocks.is_empty());
    page_of(view, sections)
}

/// The first screen alone.
pub(super) fn first_screen(view: &RecommendationView) -> Page {
    page_of(view, Vec::new())
}

fn page_of(view: &RecommendationView, mut sections: Vec<Section>) -> Page {
    let mut glance = glance::glance(view);
    Page {
        title: view.scenario.name.clone(),
        kind: "Recommendation",
        headline: view.glance.action.clone(),
        answered: view.glance.answered,
        why_title: if view.glance.answered { "Why" } else { "What stands in the way" },
        why: view.glance.reasons.clone(),
        frame: evidence::frame(&view.scenario),
        tiles: proposed(view).map_or_else(Vec::new, tiles),
        data: data(&mut sections, &mut glance),
        glance,
        sections,
    }
}

fn sections(view: &RecommendationView) -> Vec<Section> {
    let section =
        |id, title, intro: &str, blocks| Section { id, title, intro: intro.to_owned(), blocks };
    vec![
        section("serves", SERVES, "", serves(view)),
        section("options", "Options", &options_intro(view), options(view)),
        section("quota", "What to request", &quota_intro(view), quota(view)),
        section(
            "failures",
            "Failures",
            &of_the_choice(
                view,
                "Calls that fail in the simulated window, whether or not an objective counts them.",
            ),
            failures(view),
        ),
        section("depends", "What it depends on", "", depends_on(view)),
        section(
            "months",
            "Month by month",
            &of_the_choice(view, months_intro(view)),
            charts::months(view)
                .map(Block::Chart)
                .into_iter()
                .chain(list(explanation::month_lines(view)))
                .collect(),
        ),
        section(
            "what-if",
            "What if",
            &of_the_choice(view, what_if_intro(view)),
            what_if::block(view).into_iter().collect(),
        ),
        section(
            "cost",
            "Cost",
            "",
            [charts::cost_curve(view), machines::curve(view), charts::cost_parts(view)]
                .into_iter()
                .flatten()
                .map(Block::Chart)
                .chain(horizon::served(view))
                .chain(horizon::ways(view))
                .chain(list(horizon::notes(view)))
                .chain(break_even(view))
                .collect(),
        ),
        section(
            "load",
            "Load and service",
            &of_the_choice(view, measures::LOAD),
            measures::series(&view.series, &view.scenario)
                .into_iter()
                .chain(measures::heat_maps(&view.outlook.heat_maps))
                .chain(measures::workloads(&view.outlook.workloads))
                .collect(),
        ),
        section(
            "certainty",
            "Certainty",
            &of_the_choice(view, ""),
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
            "Infeasible candidates",
            "These break an objective, a quota, the PTU grid or a policy, however cheap they are.",
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
            &of_the_choice(view, &bill_intro(view)),
            evidence::bill(&view.bill),
        ),
    ]
}

/// The candidate of the headline: the one that more quota opens, else the choice.
fn proposed(view: &RecommendationView) -> Option<&CandidateView> {
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    better.map(|option| &option.candidate).or(view.choice.as_ref())
}

/// What a section says of the choice; where the headline asks for quota, that is another plan.
fn of_the_choice(view: &RecommendationView, intro: &str) -> String {
    if view.quota.better.is_none() || view.choice.is_none() {
        return intro.to_owned();
    }
    format!("This is the plan without the quota that the headline asks for. {intro}")
        .trim_end()
        .to_owned()
}

/// In which futures the quota was sought.
fn quota_intro(view: &RecommendationView) -> String {
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    let asked = better.map(|option| sought_for_option(view, option));
    let choice = sought_for_choice(view);
    asked.into_iter().chain(choice).collect::<Vec<_>>().join(" ")
}

/// Which future the months are of, where the options are of several.
fn months_intro(view: &RecommendationView) -> &'static str {
    if answer::has_futures(&view.candidates) {
        "Costs by month are of the most likely future; those of the options are the mean over all \
         futures."
    } else {
        ""
    }
}

/// What the sliders show; in the most likely future, which need not be the mean that the headline names.
fn what_if_intro(view: &RecommendationView) -> &'static str {
    if answer::has_futures(&view.candidates) {
        "Each position is a simulated run of the most likely future with the change that you choose. The figure at the top is the mean over all futures."
    } else {
        "Each position is a simulated run."
    }
}

fn tiles(choice: &CandidateView) -> Vec<Tile> {
    let seen = &choice.measures;
    let mut tiles = vec![
        Tile {
            label: "Calls throttled in the end",
            value: numbers::share(seen.throttled_share),
            note: format!(
                "{} throttled (429) at least once",
                numbers::share(seen.saw_throttle_share)
            ),
        },
        Tile {
            label: "Queueing delay, p99",
            value: numbers::wait(seen.added_wait_ms.p99),
            note: format!("p95 {}", numbers::wait(seen.added_wait_ms.p95)),
        },
    ];
    if let Some(utilization) = seen.ptu_utilization {
        tiles.push(Tile {
            label: "PTU utilization",
            value: numbers::share(utilization.mean),
            note: format!("p95 of the minutes {}", numbers::share(utilization.p95)),
        });
    }
    tiles
}

/// What the options are in order of.
fn options_intro(view: &RecommendationView) -> String {
    let order = if answer::has_futures(&view.candidates) {
        FUTURES
    } else {
        "Each option at its best size, feasible ones first, cheapest first."
    };
    format!("{} {order}", when::monthly_costs(view))
}

/// What the line items add up to.
fn bill_intro(view: &RecommendationView) -> String {
    let files = "The files hold the exact amounts.";
    let Some(horizon) = &view.outlook.horizon else {
        return format!("The bill of the choice for the whole period. {files}");
    };
    format!(
        "The bill of the plan from {} until {} in {}: {} in all. {files}",
        horizon.from,
        horizon.until,
        horizon.future,
        numbers::invoice(&horizon.total, &horizon.currency)
    )
}

/// What serves which workload.
fn serves(view: &RecommendationView) -> Vec<Block> {
    let rows = serves_shown(view);
    if rows.is_empty() {
        return Vec::new();
    }
    let columns = vec![words("App"), figures("Calls"), words("Model"), words("Served by")];
    let rows = rows.iter().map(|one| {
        row(vec![
            one.workload.clone(),
            share_of_calls(one),
            one.model_words(),
            one.served_by.clone(),
        ])
    });
    let table = table(SERVES, columns, rows, "the JSON file");
    vec![Block::Table { table, folded: false }]
}

/// Options with sizes listed underneath.
const LISTED: usize = 6;

/// The options, and the sizes of the best of them.
fn options(view: &RecommendationView) -> Vec<Block> {
    if view.options.is_empty() {
        return Vec::new();
    }
    let rows = view.options.iter().map(|option| option_row(view, option));
    let columns = vec![
        figures("#"),
        words("Option"),
        words("Best size"),
        figures(&format!("{} a month", currency(view))),
        figures("Against the choice"),
        figures("Ended in 429"),
        figures("Wait p99"),
        figures("PTU use"),
        words("What stands in the way"),
    ];
    let options = table("Options, each at its best size", columns, rows, "the JSON file");
    let mut blocks = vec![Block::Table { table: options, folded: false }];
    let labels = answer::labels(view);
    let chosen = view.choice.as_ref().map(|c| c.name.as_str());
    for option in view.options.iter().filter(|option| !option.sizes.is_empty()).take(LISTED) {
        let own = |label: &String| option.sizes.contains(label) || *label == option.label;
        let rows: Vec<PageRow> = view
            .candidates
            .iter()
            .zip(&labels)
            .filter(|(_, label)| own(label))
            .map(|(c, label)| candidate(c, label, chosen))
            .collect();
        let caption = format!("Sizes of: {}", option.option);
        blocks.push(Block::Table { table: candidates(&caption, rows, view), folded: true });
    }
    blocks
}

fn option_row(view: &RecommendationView, option: &OptionView) -> PageRow {
    let reasons = match same_as(&view.options, option) {
        Some(earlier) => format!("as option {}", earlier.rank),
        None => option.reasons.first().cloned().unwrap_or_default(),
    };
    let own = behind(view, option).map(|c| &c.measures).filter(|seen| seen.offered > 0);
    let none = || "–".to_owned();
    let cost = &option.monthly_cost;
    PageRow {
        cells: vec![
            option.rank.to_string(),
            option.option.clone(),
            option.label.clone(),
            if cost.is_empty() { none() } else { numbers::amount(cost) },
            difference(option),
            own.map_or_else(none, |own| seen::share(own, own.throttled_share)),
            own.map_or_else(none, |own| seen::wait(own, own.added_wait_ms.p99)),
            own.and_then(|seen| seen.ptu_utilization)
                .map_or_else(none, |used| numbers::share(used.mean)),
            reasons,
        ],
        tone: match (option.chosen, option.feasible || option.kind == "quota") {
            (true, _) => "chosen",
            (false, true) => "",
            (false, false) => "dim",
        },
    }
}

/// What to ask for: of the option that more quota would open, of the choice, and of every SKU on the list.
fn quota(view: &RecommendationView) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut add = |caption: String, needs: &[QuotaNeedView], folded: bool| {
        if needs.is_empty() {
            return;
        }
        let columns = vec![
            words("Quota of"),
            words("Model"),
            words("Region"),
            figures("Needed"),
            figures("There is"),
            words("What to do"),
        ];
        let rows = needs.iter().map(|need| {
            row(vec![
                need.sku.clone(),
                need.model.clone().unwrap_or_else(|| "all".to_owned()),
                need.region.clone(),
                quantity_when(need),
                held(need),
                need.ask.clone(),
            ])
        });
        blocks
            .push(Block::Table { table: table(&caption, columns, rows, "the JSON file"), folded });
    };
    let better = view.quota.better;
    if let Some(option) = better.and_then(|index| view.quota.options.get(index)) {
        add("To do what the headline says".to_owned(), &option.needs, false);
    }
    add("The choice with the quota there is".to_owned(), &view.quota.choice, false);
    for (index, option) in view.quota.options.iter().enumerate() {
        if better == Some(index) {
            continue;
        }
        // What there is quota for is an option at a cost of its own: one cost for one thing.
        let cost = numbers::money(&option.expected_monthly_cost, &option.monthly_cost.currency);
        let cost = if option.short { format!(": {cost} a month") } else { String::new() };
        let caption = format!("{}{cost}", answer::label_in(view, &option.candidate));
        add(caption, &option.needs, true);
    }
    blocks
}

fn failures(view: &RecommendationView) -> Vec<Block> {
    failure_blocks(&view.failures, window_s(&view.series))
}

/// A table of failures; nothing where nothing failed.
pub(super) fn failure_blocks(failures: &[FailureView], window_s: f64) -> Vec<Block> {
    if failures.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        words("Workload"),
        figures("Calls"),
        figures("Share"),
        figures("Status"),
        words("Cause"),
        words("Deployment"),
        figures("Minutes"),
        words("Worst minute"),
        figures("Calls in it"),
        words("Objective that counts them"),
    ];
    let rows = failures.iter().map(|one| {
        row(vec![
            one.workload.clone(),
            numbers::count(one.calls),
            numbers::share(one.share),
            if one.status == 0 { "–".to_owned() } else { one.status.to_string() },
            one.cause.clone(),
            one.deployment.clone(),
            numbers::count(one.minutes),
            numbers::elapsed(one.worst_minute_s, window_s),
            numbers::count(one.worst_minute_calls),
            one.objective.clone().unwrap_or_else(|| "none".to_owned()),
        ])
    });
    let table = table("Failed calls by workload and cause", columns, rows, "the JSON file");
    vec![Block::Table { table, folded: false }]
}

fn depends_on(view: &RecommendationView) -> Vec<Block> {
    list(view.depends_on.iter().map(|one| one.sentence.clone()).collect())
}

fn candidates(caption: &str, rows: Vec<PageRow>, view: &RecommendationView) -> Table {
    let currency = currency(view);
    let columns = vec![
        figures("#"),
        words("Candidate"),
        figures(&format!("{currency} a month, expected")),
        figures("p10 to p90"),
        figures("Throttled"),
        figures("Ended in 429"),
        figures("Wait p95"),
        figures("Wait p99"),
        figures("Spilled"),
        figures("PTU use"),
    ];
    table(caption, columns, rows, "candidates.csv")
}

fn candidate(candidate: &CandidateView, label: &str, chosen: Option<&str>) -> PageRow {
    let (cost, own) = (&candidate.monthly_cost, &candidate.measures);
    let [low, high] = [&cost.p10, &cost.p90].map(|amount| numbers::amount(amount));
    let spread = match cost.replications {
        0 | 1 => "one run".to_owned(),
        _ if low == high => "no spread".to_owned(),
        _ => format!("{low} – {high}"),
    };
    PageRow {
        cells: vec![
            candidate.rank.to_string(),
            label.to_owned(),
            numbers::amount(&candidate.expected_monthly_cost),
            spread,
            seen::share(own, own.saw_throttle_share),
            seen::share(own, own.throttled_share),
            seen::wait(own, own.added_wait_ms.p95),
            seen::wait(own, own.added_wait_ms.p99),
            numbers::share(own.spilled_share),
            own.ptu_utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean)),
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
    let caption = format!("{} infeasible candidates and why", numbers::count(rows.len() as u64));
    let currency = currency(view);
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
