//! Pages of real runs: their sliders against simulations made anew, and the page of a whole month of traffic.

use crate::{browser, skipped};
use ptuplan::catalog::Catalog;
use ptuplan::metrics::measures;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{Recommendation, recommend};
use ptuplan::plan::workers::Serial;
use ptuplan::report::view::RecommendationView;
use ptuplan::report::words::numbers;
use ptuplan::report::{compose, page};
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::named::Payment;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::{price, simulate};
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use ptuplan::workload::transform;

/// A question about one workload whose trace the test brings.
fn scenario(simulate: &str, skus: &str) -> Scenario {
    let text = format!(
        r#"
name = "Sliders"
start = 2026-12-01
length = "1 month"
zone = "UTC"
region = "swedencentral"
seed = 11
{simulate}
[[workload]]
name = "chat"
model = "gpt-4.1"
traffic = {{ trace = "made" }}
max_output_tokens = 400
client = "openai-sdk"
[slo]
throttled_share = "0.5 %"
[allow]
sku = [{skus}]
commitment = ["hourly", "1-month", "1-year"]
[subscription]
quota_tier = "Tier 1"
has_used = ["gpt-4.1", "gpt-4.1-mini", "gpt-4o-mini"]
[uncertain]
replications = 1
"#
    );
    load("sliders.toml", &text).unwrap()
}

/// Calls at random times of each minute, about `per_minute` of them at midday and half as many at midnight.
fn traffic(minutes: u64, per_minute: u64, seed: u64) -> Trace {
    let draw = |n: u64| splitmix64(splitmix64(seed) ^ n);
    let mut arrivals = Vec::new();
    for minute in 0..minutes {
        let midday = 720 - (minute % 1_440).abs_diff(720);
        let calls = per_minute * (720 + midday) / 1_440 + draw(minute) % 2;
        arrivals
            .extend((0..calls).map(|n| minute * 60_000_000 + draw(minute << 8 | n) % 60_000_000));
    }
    arrivals.sort_unstable();
    let count = arrivals.len() as u64;
    let input = (0..count).map(|n| (400 + draw(n ^ 0xA5A5) % 2_400) as u32).collect();
    let output = (0..count).map(|n| (20 + draw(n ^ 0x5A5A) % 380) as u32).collect();
    Trace::new(arrivals, input, output).with_seed(11)
}

fn answered(
    scenario: &Scenario,
    catalog: &Catalog,
    traces: &[Trace],
) -> (Recommendation, RecommendationView) {
    let question = Question { scenario, catalog, traces };
    let answer = recommend(question, &Serial).unwrap();
    let view = compose::recommendation(question, &answer).unwrap();
    (answer, view)
}

/// The figures of a point of the grid, simulated anew from the scenario and the trace.
fn fresh(
    scenario: &Scenario,
    catalog: &Catalog,
    trace: &Trace,
    answer: &Recommendation,
    place: [usize; 4],
) -> [String; 4] {
    let grid = answer.grid.as_ref().unwrap();
    let ptu = grid.sizes[place[0]];
    let payment: Payment = grid.payments[place[3]];
    let family = &answer.candidates[answer.choice.unwrap()].family;
    let candidate = answer
        .candidates
        .iter()
        .find(|one| {
            let sized = if ptu == 0 { true } else { one.family == *family };
            let paid = ptu == 0 || one.candidate.payment == payment;
            sized && paid && one.candidate.total_ptu() == ptu && *one.candidate.name != *"today"
        })
        .unwrap();
    let mut moved = trace.clone();
    if grid.growth[place[1]].abs() > f64::EPSILON {
        moved = transform::scale(&moved, 1.0 + grid.growth[place[1]]).unwrap();
    }
    moved.seed = scenario.seed;
    if grid.cached[place[2]] > 0.0 {
        moved = transform::cache(moved, grid.cached[place[2]]);
    }
    let simulated = simulate(scenario, catalog, &[moved], &candidate.candidate).unwrap();
    let bill = price(scenario, catalog, &simulated, candidate.candidate.payment).unwrap();
    let seen = measures::of_streams(&simulated.outcome.streams);
    let provisioned = simulated.outcome.deployments.iter().find_map(|counted| {
        measures::utilization(counted, scenario.window.length_us)
            .filter(|_| counted.capacity_units > 0)
    });
    [
        // The period is one calendar month, so its amortized cost is the month's.
        numbers::money(&bill.totals().effective.to_exact_string(), "USD"),
        numbers::share(seen.saw_throttle_share),
        numbers::wait(seen.added_wait.p99_us as f64 / 1_000.0),
        provisioned.filter(|_| ptu > 0).map_or("–".to_owned(), |used| numbers::share(used.mean)),
    ]
}

#[test]
fn a_slider_shows_what_a_simulation_made_anew_gives() {
    let catalog = Catalog::embedded().unwrap();
    let both = "\"GlobalStandard\", \"GlobalProvisionedManaged\"";
    let scenario = scenario("simulate = \"2 hours\"", both);
    let trace = traffic(120, 160, 3);
    let (answer, view) = answered(&scenario, &catalog, std::slice::from_ref(&trace));
    let axes = &view.outlook.grid.as_ref().unwrap().axes;
    let last = |axis: usize| axes[axis].values.len() - 1;
    let choice: [usize; 4] = answer.grid.as_ref().unwrap().choice;
    let mut places = vec![choice];
    for axis in 0..4 {
        // Each slider alone at both ends, and all of them together.
        for at in [0, last(axis)] {
            let mut place = choice;
            place[axis] = at;
            places.push(place);
        }
    }
    // Traffic and cached share do not move together: such places are not simulated.
    places.push([last(0), last(1), choice[2], 0]);
    places.push([1, choice[1], last(2), last(3)]);
    let html = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    let Some(result) = browser::drive(&html, 1_440, &places) else {
        return skipped("sliders against fresh simulations", "Chromium");
    };
    assert_eq!(result["seen"], serde_json::json!([]));
    assert_eq!(result["requests"], serde_json::json!([]));
    let shown = result["placed"].as_array().unwrap();
    assert_eq!(shown.len(), places.len());
    for (place, shown) in places.iter().zip(shown) {
        let made = fresh(&scenario, &catalog, &trace, &answer, *place);
        let shown: Vec<&str> = (1..5).map(|at| shown[at].as_str().unwrap()).collect();
        assert_eq!(shown, made, "at {place:?}");
    }
    let costs: std::collections::BTreeSet<_> = shown.iter().map(|row| row[1].to_string()).collect();
    assert!(costs.len() > places.len() / 2, "the points are of different worlds: {costs:?}");
}

#[test]
fn the_page_of_a_month_of_traffic_is_light() {
    let catalog = Catalog::embedded().unwrap();
    let scenario = scenario("", "\"GlobalProvisionedManaged\"");
    let trace = traffic(31 * 1_440, 2, 5);
    assert!(trace.len() > 40_000);
    let (_, view) = answered(&scenario, &catalog, &[trace]);
    assert_eq!(view.scenario.simulated, "31 days");
    let days: usize = view.outlook.heat_maps[0].shares.iter().flatten().flatten().count();
    assert_eq!(days, 7 * 24, "every hour of the week is known");
    let html = page::recommendation(&view).unwrap();
    std::fs::write(crate::forms::gallery("month.html"), &html).unwrap();
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    let html = String::from_utf8(html).unwrap();
    let Some(result) = browser::drive(&html, 1_440, &[]) else {
        return skipped("the page of a month in a browser", "Chromium");
    };
    assert_eq!(result["seen"], serde_json::json!([]));
    assert_eq!(result["empty"], serde_json::json!([]));
    browser::say(&format!(
        "page of a month: {} bytes, ready after {} ms",
        html.len(),
        result["ready"]
    ));
}
