//! One cost: headline, months, line items, FOCUS rows, budgets, JSON and workbook of a plan are the same money, for random
//! scenarios with growth, discounts, currencies, zones, months of every length and reservations that are owned.

use csv::ReaderBuilder;
use ptuplan::catalog::Catalog;
use ptuplan::files::usage::{billed, terms};
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::recommend;
use ptuplan::plan::workers::Serial;
use ptuplan::report::text::layout::Ink;
use ptuplan::report::text::recommendation::recommendation;
use ptuplan::report::view::{LineItemView, RecommendationView};
use ptuplan::report::{compose, json};
use ptuplan::scenario::load::load;
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;
use std::fmt::Write as _;
use std::sync::OnceLock;

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().unwrap())
}

/// East and west of UTC, with and without summer time, whole hours and parts of them.
const ZONES: [&str; 7] = [
    "UTC",
    "Europe/Stockholm",
    "America/New_York",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
];
/// Months in which clocks change, a leap day, a month that begins in its middle, and the end of a year.
const STARTS: [&str; 5] = ["2027-03-01", "2027-10-01", "2028-02-01", "2027-01-15", "2026-12-01"];
const LENGTHS: [&str; 4] = ["1 month", "1 month", "2 months", "10 days"];
/// A currency with cents, one without, one with three digits, and the price list's own.
const CURRENCIES: [(&str, &str); 4] =
    [("USD", "1"), ("EUR", "0.92"), ("JPY", "149.5"), ("KWD", "0.3071")];

/// A small scenario; equal numbers give equal scenarios.
pub(crate) fn small(case: u64) -> String {
    let draw = |n: u64| splitmix64(splitmix64(case ^ 0x0C05) ^ n);
    let pick = |n: u64, of: usize| usize::try_from(draw(n) % of as u64).unwrap();
    let (currency, rate) = CURRENCIES[pick(1, CURRENCIES.len())];
    let start = STARTS[pick(2, STARTS.len())];
    let mut text = format!(
        "name = \"small\"\nstart = {start}\nlength = \"{}\"\nsimulate = \"1 hour\"\nzone = \"{}\"\nregion = \"swedencentral\"\n\
         [[workload]]\nname = \"chat\"\nmodel = \"gpt-4.1\"\nteam = \"front\"\ntraffic = {{ trace = \"made\" }}\n\
         max_output_tokens = 100\nclient = \"openai-sdk\"\n\
         [[workload]]\nname = \"search\"\nmodel = \"gpt-4.1\"\nteam = \"back\"\ntraffic = {{ trace = \"made\" }}\n\
         max_output_tokens = 100\nclient = \"openai-sdk\"\n\
         [subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\"]\n\
         [slo]\nthrottled_share = \"5 %\"\n\
         [allow]\nsku = [{}\"GlobalProvisionedManaged\"]\n",
        LENGTHS[pick(3, LENGTHS.len())],
        ZONES[pick(4, ZONES.len())],
        ["\"GlobalStandard\", ", "", ""][pick(12, 3)],
    );
    let payments = ["\"hourly\"", "\"hourly\", \"1-month\"", "\"hourly\", \"1-month\", \"1-year\""];
    writeln!(text, "commitment = [{}]", payments[pick(5, payments.len())]).unwrap();
    let growth = ["\"0 %\"", "\"3 %\"", "0.12", "\"-6 %\""][pick(6, 4)];
    writeln!(text, "[uncertain]\nreplications = 1\ngrowth_per_month = {growth}").unwrap();
    if draw(7).is_multiple_of(3) {
        text += "traffic = { low = 0.8, mode = 1, high = 1.3 }\n";
    }
    if !draw(8).is_multiple_of(4) {
        writeln!(text, "[horizon]\nmonths = {}", 1 + draw(9) % 3).unwrap();
    }
    writeln!(text, "[terms]\ncurrency = \"{currency}\"\nallocate_by = [\"team\", \"workload\"]")
        .unwrap();
    if currency != "USD" {
        writeln!(text, "[[terms.exchange]]\nof = \"USD\"\nfrom = 2026-01-01\nrate = \"{rate}\"")
            .unwrap();
    }
    if draw(10).is_multiple_of(2) {
        text += "[[terms.discount]]\nshare = \"12 %\"\nreservations = true\n";
    }
    for (number, owned) in (0..draw(11) % 3).map(|n| (n, draw(20 + n))) {
        let term = ["1-month", "1-year"][usize::try_from(owned % 2).unwrap()];
        let day = 1 + owned / 7 % 28;
        let month = if term == "1-year" { "2026-11" } else { &start[..7] };
        writeln!(
            text,
            "[[terms.reservation]]\nid = \"owned {number}\"\nsku = \"GlobalProvisionedManaged\"\nquantity_ptu = {}\n\
             term = \"{term}\"\nstart = {month}-{day:02}\nrenews = {}",
            15 + 5 * (owned / 200 % 12),
            (owned / 3).is_multiple_of(2)
        )
        .unwrap();
    }
    for (name, more) in [
        ("all", ""),
        ("front", "team = \"front\"\n"),
        ("back", "team = \"back\"\n"),
        ("chat", "workload = \"chat\"\n"),
        ("search", "workload = \"search\"\n"),
        ("by month", "per = \"month\"\n"),
    ] {
        writeln!(
            text,
            "[[terms.budget]]\nname = \"{name}\"\nlimit = \"1000000 {currency}\"\ncost = \"effective\"\n{more}"
        )
        .unwrap();
    }
    text
}

/// An hour of traffic, one trace a workload.
fn traffic(case: u64) -> [Trace; 2] {
    [1, 2].map(|which| {
        let draw = |n: u64| splitmix64(splitmix64(case * 31 + which) ^ n);
        let count = 100 + draw(0) % 300;
        let mut arrivals: Vec<u64> = (0..count).map(|n| draw(n + 10) % 3_600_000_000).collect();
        arrivals.sort_unstable();
        let tokens = |n: u64, most: u64| u32::try_from(1 + draw(n) % most).unwrap();
        let input = (0..count).map(|n| tokens(n + 10_000, 9_000)).collect();
        let output = (0..count).map(|n| tokens(n + 20_000, 100)).collect();
        Trace::new(arrivals, input, output)
    })
}

/// The plan of a scenario's text as a report sees it.
pub(crate) fn planned(text: &str, traces: [Trace; 2]) -> RecommendationView {
    let scenario = match load("small.toml", text) {
        Ok(scenario) => scenario,
        Err(wrong) => panic!("{wrong:?}\n{text}"),
    };
    let traces = traces.map(|trace| trace.with_seed(scenario.seed));
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let answer = recommend(question, &Serial).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
    compose::recommendation(question, &answer).unwrap()
}

pub(crate) fn small_plan(case: u64) -> RecommendationView {
    planned(&small(case), traffic(case))
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("no amount: {text:?}"))
}

fn sum<'a>(amounts: impl IntoIterator<Item = &'a String>) -> Decimal {
    amounts.into_iter().map(|amount| decimal(amount)).sum()
}

/// The sum of a column of the FOCUS rows.
fn focus(view: &RecommendationView, column: &str) -> Decimal {
    let mut reader = ReaderBuilder::new().from_reader(&*view.bill.focus_csv);
    let at = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    reader.records().map(|row| decimal(&row.unwrap()[at])).sum()
}

#[test]
fn every_figure_of_a_plan_is_the_same_money() {
    same_money(0..10);
}

#[test]
#[ignore = "takes minutes without optimisation"]
fn every_figure_of_many_plans_is_the_same_money() {
    same_money(10..90);
}

fn same_money(cases: std::ops::Range<u64>) {
    let mut seen = [0; 4];
    for case in cases {
        let view = small_plan(case);
        let Some(horizon) = &view.outlook.horizon else {
            assert!(view.choice.is_none(), "case {case}");
            continue;
        };
        let total = decimal(&horizon.total);
        let of = format!("case {case}, {} months\n{}", horizon.months.len(), small(case));
        assert_eq!(sum(horizon.months.iter().map(|month| &month.cost)), total, "{of}");
        assert_eq!(
            sum(horizon.months.iter().map(|month| &month.billed)),
            decimal(&horizon.billed),
            "{of}"
        );
        let lines = &view.bill.line_items;
        assert_eq!(decimal(&view.bill.total), total, "{of}");
        assert_eq!(sum(lines.iter().map(|line| &line.effective_cost)), total, "{of}");
        assert_eq!(
            sum(lines.iter().map(|line| &line.billed_cost)),
            decimal(&horizon.billed),
            "{of}"
        );
        for month in &horizon.months {
            let own = lines.iter().filter(|line| line.month == month.month);
            assert_eq!(sum(own.map(|line| &line.effective_cost)), decimal(&month.cost), "{of}");
        }
        assert_eq!(focus(&view, "EffectiveCost"), total, "{of}");
        assert_eq!(focus(&view, "BilledCost"), decimal(&horizon.billed), "{of}");
        for split in &view.bill.terms.allocation {
            assert_eq!(sum(split.parts.iter().map(|part| &part.effective)), total, "{of}");
        }
        let spent = |names: &[&str]| -> Decimal {
            let budgets = view.bill.terms.budgets.iter();
            sum(budgets.filter(|one| names.contains(&&*one.name)).map(|one| &one.status.spent))
        };
        assert_eq!(spent(&["all"]), total, "{of}");
        assert_eq!(spent(&["by month"]), total, "{of}");
        let nobody = |by: &str| -> Decimal {
            let split = view.bill.terms.allocation.iter().find(|one| one.by == by).unwrap();
            let known = ["front", "back", "chat", "search"];
            sum(split.parts.iter().filter(|p| !known.contains(&&*p.owner)).map(|p| &p.effective))
        };
        assert_eq!(spent(&["front", "back"]) + nobody("team"), total, "{of}");
        assert_eq!(spent(&["chat", "search"]) + nobody("workload"), total, "{of}");
        let said: serde_json::Value = serde_json::from_slice(&json::bytes(&view).unwrap()).unwrap();
        assert_eq!(said["horizon"]["total"], horizon.total, "{of}");
        assert_eq!(said["bill"]["total"], view.bill.total, "{of}");
        let plan = horizon.ways.iter().find(|way| way.is_plan).unwrap();
        assert_eq!(decimal(&plan.total), total, "{of}");
        let figure = view.glance.figure.as_ref().unwrap();
        if horizon.months.len() > 1 && view.quota.better.is_none() {
            assert_eq!(decimal(&figure.amount), total, "{of}");
            assert_eq!(figure.period, format!("over {} months", horizon.months.len()));
            for way in horizon.ways.iter().filter(|way| way.way != "pay-as-you-go") {
                assert!(decimal(&way.total) >= total, "{} is cheaper: {of}", way.way);
            }
            seen[0] += 1;
        } else {
            assert_eq!(figure.period, "a month");
            seen[1] += 1;
        }
        seen[2] += usize::from(!horizon.owned.is_empty());
        seen[3] += usize::from(horizon.ways.iter().any(|way| way.way != "pay-as-you-go"));
    }
    assert!(seen.iter().all(|count| *count > 1), "several months, one, owned, with PTUs: {seen:?}");
}

/// The FOCUS file of a plan, read back under its terms, is the same money: in all, by budget with
/// its months, by team and by workload, reservations and the PTU-hours that they cover included.
#[test]
fn a_focus_file_read_back_is_the_same_money() {
    let folder = std::env::temp_dir().join(format!("ptuplan-one-cost-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut committed = 0;
    for case in (0..20).rev() {
        if committed == 2 {
            break;
        }
        let text = small(case);
        let view = small_plan(case);
        if view.bill.focus_csv.is_empty() {
            continue;
        }
        // Each row says of which plan, days and future its figures are, as the JSON does.
        let figures_of = &view.bill.terms.figures_of;
        assert!(figures_of.starts_with(&view.choice.as_ref().unwrap().name), "{figures_of}");
        let rows = ReaderBuilder::new().from_reader(&*view.bill.focus_csv).into_records().count();
        let focus = String::from_utf8(view.bill.focus_csv.clone()).unwrap();
        assert_eq!(focus.matches(figures_of.as_str()).count(), rows);
        let path = folder.join(format!("{case}.csv"));
        std::fs::write(&path, &view.bill.focus_csv).unwrap();
        let scenario = load("small.toml", &text).unwrap();
        let own = &scenario.commercial;
        let (recorded, bill) =
            billed(&path, own, catalog()).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
        let of = format!("case {case}: {text}");
        assert_eq!(bill.totals().effective.amount(), decimal(&view.bill.total), "{of}");
        assert_eq!(bill.totals().billed.amount(), decimal(&view.bill.billed), "{of}");
        let read = terms(&[], own, &recorded, &bill, catalog()).unwrap();
        let said = |of: &_| serde_json::to_value(of).unwrap();
        assert_eq!(said(&read.allocation), said(&view.bill.terms.allocation), "{of}");
        let said = |of: &_| serde_json::to_value(of).unwrap();
        assert_eq!(said(&read.budgets), said(&view.bill.terms.budgets), "{of}");
        committed += usize::from(recorded.carried.iter().any(|line| line.commitment.is_some()));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(committed, 2, "too few cases have reservations");
}

/// A plan of PTUs alone, of one size: `more` are tables after the usual ones.
fn steady(months: u32, more: &str) -> RecommendationView {
    of_even_calls(&steady_text(months, more))
}

fn steady_text(months: u32, more: &str) -> String {
    format!(
        "name = \"steady\"\nstart = 2026-12-01\nlength = \"1 month\"\nsimulate = \"1 hour\"\nzone = \"Europe/Stockholm\"\n\
         region = \"swedencentral\"\n\
         [[workload]]\nname = \"chat\"\nmodel = \"gpt-4.1\"\nteam = \"front\"\ntraffic = {{ trace = \"made\" }}\n\
         max_output_tokens = 100\nclient = \"openai-sdk\"\n\
         [[workload]]\nname = \"search\"\nmodel = \"gpt-4.1\"\nteam = \"back\"\ntraffic = {{ trace = \"made\" }}\n\
         max_output_tokens = 100\nclient = \"openai-sdk\"\n\
         [subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\"]\n\
         [slo]\nthrottled_share = \"0 %\"\n[allow]\nsku = [\"GlobalProvisionedManaged\"]\n\
         commitment = [\"hourly\", \"1-month\", \"1-year\"]\n[uncertain]\nreplications = 1\n\
         [horizon]\nmonths = {months}\n[terms]\ncurrency = \"EUR\"\nallocate_by = [\"team\"]\n\
         [[terms.exchange]]\nof = \"USD\"\nfrom = 2026-01-01\nrate = \"0.92\"\n{more}"
    )
}

/// The plan for 600 calls an hour of each workload.
fn of_even_calls(text: &str) -> RecommendationView {
    of_calls(text, 600)
}

/// The plan for so many calls an hour of each workload, at even distances.
fn of_calls(text: &str, calls: u64) -> RecommendationView {
    let even = |_: usize| {
        let arrivals: Vec<u64> = (0..calls).map(|n| n * 3_600_000_000 / calls).collect();
        let count = arrivals.len();
        Trace::new(arrivals, vec![30_000; count], vec![100; count])
    };
    planned(text, [even(0), even(1)])
}

fn deployed(view: &RecommendationView) -> u32 {
    view.choice.as_ref().unwrap().total_ptu
}

/// The headline is what is missing to what is owned, on the day on which it is missing.
#[test]
fn what_is_owned_is_kept_and_the_rest_is_reserved_when_it_is_needed() {
    let owned = "[[terms.reservation]]\nid = \"long\"\nsku = \"GlobalProvisionedManaged\"\nquantity_ptu = 100\n\
                 term = \"1-year\"\nstart = 2026-06-10\n\
                 [[terms.reservation]]\nid = \"ending\"\nsku = \"GlobalProvisionedManaged\"\nquantity_ptu = 50\n\
                 term = \"1-month\"\nstart = 2026-11-24\n";
    let needed = deployed(&steady(1, ""));
    assert!(needed > 160, "{needed}");
    for (months, term) in [(1, "1-year"), (3, "1-year")] {
        let view = steady(months, owned);
        assert_eq!(deployed(&view), needed);
        let horizon = view.outlook.horizon.as_ref().unwrap();
        let more = needed - 150;
        let said = format!(
            "Keep 150 PTU; reserve {more} more now ({term}) and 50 more on 2026-12-24 ({term})"
        );
        assert!(horizon.now.starts_with(&said), "{} instead of {said}", horizon.now);
        let action = &view.glance.action;
        assert!(action.starts_with(&format!("Keep 150 PTU; reserve {more} more now")), "{action}");
        assert!(!action.contains("Buy"), "{action}");
        assert!(action.chars().count() <= 140, "{action}");
        let bought: u32 = horizon.purchases.iter().filter(|p| p.now).map(|p| p.quantity_ptu).sum();
        assert_eq!(bought, more, "{:?}", horizon.purchases);
    }
}

/// Demand falls, or rises, while reservations that are owned end, one on the first of a month, on which others begin too:
/// what follows them goes with the need, so that nothing is left to the hourly price, which is nearly three times as high.
#[test]
fn what_follows_an_owned_reservation_is_no_dearer_than_any_way_to_pay() {
    let owned = |start: &str, ptu: u32| {
        format!(
            "[[terms.reservation]]\nid = \"from {start}\"\nsku = \"GlobalProvisionedManaged\"\n\
             quantity_ptu = {ptu}\nterm = \"1-month\"\nstart = {start}\n"
        )
    };
    for (growth, quantity) in [("-0.2", 10), ("0.3", 60)] {
        let more = format!("{}{}", owned("2026-12-01", quantity), owned("2026-11-14", 5));
        let grows = format!("replications = 1\ngrowth_per_month = {growth}\n");
        let text = steady_text(4, &more)
            .replace("replications = 1\n", &grows)
            .replace("\"hourly\", \"1-month\", \"1-year\"", "\"hourly\", \"1-month\"");
        let view = of_calls(&text, 120);
        let horizon = view.outlook.horizon.as_ref().unwrap();
        let total = decimal(&horizon.total);
        assert_eq!(decimal(&view.bill.total), total);
        for way in &horizon.ways {
            assert!(decimal(&way.total) >= total, "{growth}: {} {} < {total}", way.way, way.total);
        }
        let hourly =
            |line: &&LineItemView| line.meter == "PTU-hours" && line.commitment_status.is_empty();
        let days: Vec<&String> = view
            .bill
            .line_items
            .iter()
            .filter(hourly)
            .map(|line| &line.charge_period_start)
            .collect();
        assert!(days.is_empty(), "{growth}: {days:?} {:?}", horizon.purchases);
    }
}

/// A plan that sends calls to a batch queue is paid by the token, and is not pay-as-you-go alone: it says what that costs.
#[test]
fn a_plan_with_batches_is_compared_with_pay_as_you_go() {
    let text = steady_text(3, "")
        .replacen("client = \"openai-sdk\"\n", "calls = { batch = { within = \"24 h\" } }\n", 1)
        .replace("[\"GlobalProvisionedManaged\"]", "[\"GlobalStandard\", \"GlobalBatch\"]")
        .replace("quota_tier", "agreement = \"Enterprise and MCA-E\"\nquota_tier");
    let view = of_even_calls(&text);
    let horizon = view.outlook.horizon.as_ref().unwrap();
    assert!(view.choice.as_ref().unwrap().name.contains("Batch"), "{:?}", view.glance.action);
    let other = horizon.ways.iter().find(|way| way.way == "pay-as-you-go").unwrap();
    assert!(decimal(&other.total) > decimal(&horizon.total) && !other.is_plan, "{other:?}");
    let said = &view.glance.compared;
    assert!(said.contains(" less than pay-as-you-go over the 3 months ("), "{said}");
    let alone = of_even_calls(&text.replace(", \"GlobalBatch\"", ""));
    let horizon = alone.outlook.horizon.as_ref().unwrap();
    assert!(horizon.ways[0].is_plan && horizon.ways[0].total == horizon.total, "{horizon:?}");
    assert_eq!(alone.glance.compared, "This is pay-as-you-go itself.");
}

/// Growth that is certain makes one demand of each month, whatever its digits.
#[test]
fn demand_that_is_certain_has_no_percentiles_of_its_own() {
    let text = steady_text(5, "")
        .replace("[\"GlobalProvisionedManaged\"]", "[\"GlobalStandard\"]")
        .replace("replications = 1\n", "replications = 1\ngrowth_per_month = 0.03\n");
    let view = of_even_calls(&text);
    let horizon = view.outlook.horizon.as_ref().unwrap();
    for month in &horizon.months {
        assert_eq!((&month.p10, &month.p90), (&month.cost, &month.cost), "{}", month.month);
    }
}

/// A budget of the plan counts every month of it, whole, by team, by workload and month by month, and names its last day.
#[test]
fn a_budget_over_the_horizon_says_the_day_it_runs_out() {
    let plain = steady(4, "");
    let horizon = plain.outlook.horizon.as_ref().unwrap();
    let total = decimal(&horizon.total);
    let budget = |name: &str, limit: Decimal, more: &str| {
        format!(
            "[[terms.budget]]\nname = \"{name}\"\nlimit = \"{} EUR\"\ncost = \"effective\"\n{more}\n",
            limit.round_dp(2)
        )
    };
    // As 600,000 EUR for a year are to 680,609.
    let most = total * Decimal::new(8816, 4);
    let tables = [
        budget("plan", most, ""),
        budget("enough", total + Decimal::ONE, ""),
        budget("team", most / Decimal::TWO, "team = \"front\""),
        budget("workload", most / Decimal::TWO, "workload = \"search\""),
        budget("month", total / Decimal::from(8), "per = \"month\""),
    ];
    let view = steady(4, &tables.concat());
    let of = |name: &str| -> Vec<_> {
        view.bill.terms.budgets.iter().filter(|budget| budget.name == name).collect()
    };
    let day = |name: &str| of(name)[0].status.reached_on.clone();
    assert_eq!(decimal(&of("plan")[0].status.spent), total);
    // 88.16% of four months are spent at the middle of the last one.
    let runs_out = |day: &str| day.starts_with("2027-03-1");
    assert!(runs_out(&day("plan").unwrap()), "{:?}", day("plan"));
    assert_eq!(day("enough"), None);
    for shared in ["team", "workload"] {
        let spent = decimal(&of(shared)[0].status.spent);
        assert!(
            (spent * Decimal::TWO - total).abs() < Decimal::ONE,
            "{shared}: {spent} of {total}"
        );
        assert!(runs_out(&day(shared).unwrap()), "{shared}: {:?}", day(shared));
    }
    // What is exceeded stands first among the reasons.
    let said = &view.glance.reasons;
    assert!(said[0].starts_with("The budget plan of ") && said[0].contains(" is exceeded: "));
    assert!(said.iter().all(|reason| !reason.contains("budget enough")), "{said:?}");
    let by_month = said.iter().find(|reason| reason.contains("budget month"));
    assert!(
        by_month.unwrap().contains("is exceeded in 4 of 4 months, the first from 2026-12-01: ")
    );
    assert_eq!(of("month").len(), 4);
    for (month, own) in of("month").into_iter().zip(&horizon.months) {
        assert_eq!(decimal(&month.status.spent), decimal(&own.cost));
        let half = month.status.reached_on.as_ref().unwrap();
        assert!(half.starts_with(&format!("{}-1", own.month)), "{half}");
    }
}

/// A budget by month counts calendar months of the scenario's zone, to the hour, also where the billed month begins in the
/// middle of one: the bill's UTC days are cut there.
#[test]
fn a_budget_by_month_ends_at_the_zones_midnight() {
    let by_month =
        "[[terms.budget]]\nname = \"by month\"\nlimit = \"1000000 EUR\"\nper = \"month\"\n";
    for zone in ["America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu"] {
        let text = steady_text(1, by_month)
            .replace("2026-12-01", "2027-01-15")
            .replace("Europe/Stockholm", zone)
            .replace("\"hourly\", \"1-month\", \"1-year\"", "\"hourly\"");
        let view = of_even_calls(&text);
        let price = Decimal::from(deployed(&view)) * Decimal::new(92, 2);
        let spent: Vec<Decimal> =
            view.bill.terms.budgets.iter().map(|own| decimal(&own.status.spent)).collect();
        let days = |days: i64| Decimal::from(days * 24) * price;
        assert_eq!(spent, [days(17), days(14)], "{zone}");
    }
}

/// Every cost says of which month or months it is, and of which future.
#[test]
fn a_cost_names_its_months_and_its_future() {
    let one = steady(1, "");
    let band = &one.glance.figure.as_ref().unwrap().band;
    assert!(band.starts_with("a month (December 2026), "), "{band}");
    assert!(band.contains("one simulation of the most likely future"), "{band}");
    let several = steady(3, "");
    let band = &several.glance.figure.as_ref().unwrap().band;
    assert!(band.starts_with("over 3 months from 2026-12-01 in the most likely future"), "{band}");
    assert!(several.glance.action.contains(" over 3 months"), "{}", several.glance.action);
    for view in [one, several] {
        let shown = recommendation(&view, Ink::Plain, 80);
        let said = "Costs a month are of December 2026, one simulation of the most";
        assert!(shown.contains(said), "{shown}");
        assert!(shown.contains("Ways to pay from 2026-12-01 until"), "{shown}");
        assert!(shown.contains("break-even 1-month"), "{shown}");
    }
}
