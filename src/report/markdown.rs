//! A short Markdown summary for pull requests and job summaries. Names from users are escaped: they are text there too.

use crate::report::answer::later::course;
use crate::report::answer::{held, quantity_when, serves_shown, share_of_calls};
use crate::report::answer::{sought_for_choice, sought_for_option};
use crate::report::text::glance::{
    IN_THE_WAY, SERVES, currency, difference, failure_words, reasons, same_as, usable,
};
use crate::report::text::recommendation::{self, window_s};
use crate::report::text::simulation::met;
use crate::report::text::{compared, horizon};
use crate::report::view::CHECK_FIRST;
use crate::report::view::{
    ComparedView, FailureView, OptionView, RecommendationView, SimulationView,
};
use crate::report::words::letters::capital;
use crate::report::words::numbers;
use crate::units::escape::for_markdown as escape;

/// Options and failures listed at most.
const SHOWN: usize = 6;

/// The answer of `recommend`.
pub fn recommendation(view: &RecommendationView) -> Vec<u8> {
    let glance = &view.glance;
    let mut out = vec![
        format!("### {}", escape(&view.scenario.name)),
        String::new(),
        format!("**{}**", escape(&glance.action)),
        String::new(),
    ];
    if !glance.check_first.is_empty() {
        out.push(format!("- **{CHECK_FIRST}**: {}", escape(&glance.check_first)));
    }
    if let Some(figure) = &glance.figure {
        let cost = numbers::money(&figure.amount, &figure.currency);
        out.push(format!("- **{}** {}", escape(&cost), escape(&figure.band)));
    }
    out.extend(glance.lines().map(|(label, said)| format!("- {label}: {}", escape(said))));
    out.extend(serves(view));
    out.extend(options(view));
    if !glance.reasons.is_empty() {
        out.push(String::new());
        out.push(if glance.answered { "Why:" } else { "What stands in the way:" }.to_owned());
        out.push(String::new());
        out.extend(glance.reasons.iter().map(|reason| format!("- {}", escape(reason))));
    }
    out.extend(courses(view));
    out.extend(requests(view));
    out.extend(failed(&view.failures, window_s(&view.series)));
    out.push(String::new());
    out.push(frame(&view.scenario, view.assumptions.len()));
    finish(&out)
}

/// What serves which workload.
fn serves(view: &RecommendationView) -> Vec<String> {
    let rows = serves_shown(view);
    if rows.is_empty() {
        return Vec::new();
    }
    let mut out = vec![
        String::new(),
        format!("{SERVES}:"),
        String::new(),
        "| App | Calls | Model | Served by |".to_owned(),
        "|:---|---:|:---|:---|".to_owned(),
    ];
    out.extend(rows.iter().map(|one| {
        let [app, model, by] =
            [&one.workload, &one.model_words(), &one.served_by].map(|text| escape(text));
        format!("| {app} | {} | {model} | {by} |", share_of_calls(one))
    }));
    out
}

/// The options side by side, the cost as bars of text: the picture of a form that has none.
fn options(view: &RecommendationView) -> Vec<String> {
    const WIDTH: f64 = 16.0;
    if !view.options.iter().any(usable) {
        return broken(view);
    }
    let keep = |option: &&OptionView| usable(option) || option.kind == "today";
    let shown: Vec<&OptionView> = view.options.iter().filter(keep).take(SHOWN).collect();
    let cost = |option: &OptionView| numbers::for_axis(&option.monthly_cost).unwrap_or(0.0);
    let most = shown.iter().map(|option| cost(option)).fold(1.0, f64::max);
    let mut out = vec![
        String::new(),
        format!("| # | Option | {} a month | Against the choice | |", escape(currency(view))),
        "|---:|:---|---:|---:|:---|".to_owned(),
    ];
    out.extend(shown.into_iter().map(|option| {
        let label = match (option.chosen, option.feasible, &*option.kind) {
            (true, ..) => format!("**{}**", escape(&option.short)),
            (_, false, "today") => format!("{} (infeasible)", escape(&option.short)),
            _ => escape(&option.short),
        };
        let bar = "█".repeat((cost(option) / most * WIDTH).round() as usize);
        format!(
            "| {} | {label} | {} | {} | {bar} |",
            option.rank,
            numbers::amount(&option.monthly_cost),
            difference(option)
        )
    }));
    out
}

/// The options where none can be had, with what stands in the way of each.
fn broken(view: &RecommendationView) -> Vec<String> {
    if view.options.is_empty() {
        return Vec::new();
    }
    let mut out = vec![
        String::new(),
        format!("| # | Option | {} a month | {} |", escape(currency(view)), capital(IN_THE_WAY)),
        "|---:|:---|---:|:---|".to_owned(),
    ];
    out.extend(view.options.iter().take(SHOWN).map(|option| {
        let cost = if option.monthly_cost.is_empty() {
            "–".to_owned()
        } else {
            numbers::amount(&option.monthly_cost)
        };
        let reasons = match same_as(&view.options, option) {
            Some(earlier) => format!("as option {}", earlier.rank),
            None => reasons(option),
        };
        let [label, reasons] = [&option.label, &reasons].map(|text| escape(text));
        format!("| {} | {label} | {cost} | {reasons} |", option.rank)
    }));
    out
}

/// The ways to serve over the months side by side.
fn courses(view: &RecommendationView) -> Vec<String> {
    let (Some(horizon), all) = (&view.outlook.horizon, horizon::courses(view)) else {
        return Vec::new();
    };
    if all.is_empty() {
        return Vec::new();
    }
    let mut out = vec![
        String::new(),
        format!("| {} | {} in all | Falls short |", horizon::COURSES, escape(&horizon.currency)),
        "|:---|---:|:---|".to_owned(),
    ];
    out.extend(all.iter().map(|own| {
        let way = escape(&course(own));
        let way = if own.is_plan { format!("**{way}**") } else { way };
        let short = escape(&horizon::falls_short(own, horizon.months.len()));
        format!("| {way} | {} | {short} |", numbers::invoice(&own.total, &horizon.currency))
    }));
    out
}

/// What to ask the platform for.
fn requests(view: &RecommendationView) -> Vec<String> {
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    let needs = better.map_or(&view.quota.choice, |option| &option.needs);
    if needs.is_empty() {
        return Vec::new();
    }
    let mut out = vec![
        String::new(),
        "| Quota of | Region | Needed | There is | What to do |".to_owned(),
        "|:---|:---|---:|---:|:---|".to_owned(),
    ];
    out.extend(needs.iter().map(|need| {
        let model = need.model.as_ref().map_or_else(String::new, |model| format!(" {model}"));
        format!(
            "| {} | {} | {} | {} | {} |",
            escape(&format!("{}{model}", need.sku)),
            escape(&need.region),
            quantity_when(need),
            held(need),
            escape(&need.ask)
        )
    }));
    let sought = match better {
        Some(option) => Some(sought_for_option(view, option)),
        None => sought_for_choice(view),
    };
    out.extend(sought.into_iter().flat_map(|said| [String::new(), escape(&said)]));
    out
}

/// What failed, whether or not an objective counts it.
fn failed(failures: &[FailureView], window_s: f64) -> Vec<String> {
    if failures.is_empty() {
        return Vec::new();
    }
    let mut out =
        vec![String::new(), "Failures in the simulated window:".to_owned(), String::new()];
    let words = failures.iter().map(|one| escape(&failure_words(one, window_s)));
    out.extend(words.take(SHOWN).map(|words| format!("- {words}")));
    out
}

/// The answer of `simulate`.
pub fn simulation(view: &SimulationView) -> Vec<u8> {
    let currency = &view.bill.currency;
    let mut out = vec![
        format!("### Simulation: {}", escape(&view.scenario.name)),
        String::new(),
        format!("**{}** for the period.", escape(&numbers::money(&view.bill.total, currency))),
    ];
    if !view.unmet.is_empty() {
        out.push(String::new());
        out.extend(view.unmet.iter().map(|unmet| format!("- missed: {}", escape(unmet))));
    } else if !view.scenario.objectives.is_empty() {
        out.push(String::new());
        out.push(escape(&met(view)));
    }
    out.extend(failed(&view.failures, window_s(&view.series)));
    out.push(String::new());
    out.push(format!(
        "| Deployment | SKU | Attempts | Throttled | Mean use | Cost, {} |",
        escape(currency)
    ));
    out.push("|:---|:---|---:|---:|---:|---:|".to_owned());
    for d in &view.deployments {
        let utilization = d.utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean));
        out.push(format!(
            "| {} | {} | {} | {} | {utilization} | {} |",
            escape(&d.name),
            escape(&d.sku),
            numbers::count(d.requests.offered),
            numbers::count(d.requests.throttled),
            d.cost.as_deref().map_or_else(String::new, |cost| numbers::invoice(cost, currency))
        ));
    }
    out.push(String::new());
    out.push(frame(&view.scenario, view.assumptions.len()));
    finish(&out)
}

/// The answer of `compare`.
pub fn comparison(all: &[ComparedView]) -> Vec<u8> {
    let mut out = vec![
        format!("### {} compared", compared::count(all.len())),
        String::new(),
        format!("**{}**", escape(&compared::headline(all))),
        String::new(),
        "| Scenario | Choice | A month | Today | Pay-as-you-go | Throttled in the end |".to_owned(),
        "|:---|:---|---:|---:|---:|---:|".to_owned(),
    ];
    out.extend(all.iter().map(|one| {
        let cells: Vec<String> =
            compared::cells(all, one).iter().map(|cell| escape(cell)).collect();
        format!("| {} |", cells.join(" | "))
    }));
    out.push(String::new());
    out.extend(
        all.iter().map(|one| {
            format!("- {}: {}", escape(&compared::name(one)), escape(&one.glance.action))
        }),
    );
    finish(&out)
}

fn frame(scenario: &crate::report::view::ScenarioView, assumed: usize) -> String {
    format!(
        "{} to {}, {}; {} simulated, {}, repeated {} times; seed {}; values that are not published: {assumed}.",
        recommendation::day(&scenario.start),
        recommendation::day(&scenario.until),
        escape(&scenario.region),
        escape(&scenario.simulated),
        scenario.starts,
        numbers::count(scenario.repetitions),
        scenario.seed
    )
}

fn finish(lines: &[String]) -> Vec<u8> {
    (lines.join("\n") + "\n").into_bytes()
}
