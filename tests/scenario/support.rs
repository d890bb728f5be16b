//! Scenarios in their own words, simulated over traffic made on the spot.

use ptuplan::billing::bill::Bill;
use ptuplan::billing::line::{LineItem, Meter};
use ptuplan::catalog::Catalog;
use ptuplan::engine::rules::LogScope;
use ptuplan::plan::question::Question;
use ptuplan::plan::run::CandidateRun;
use ptuplan::report::compose;
use ptuplan::report::view::SimulationView;
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::{Simulated, price, simulate_logged};
use ptuplan::units::diagnostic::Diagnostics;
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;
use std::sync::OnceLock;

pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().unwrap())
}

/// A scenario of a day in December 2026 in Sweden; `workload` are keys of its one workload, `rest` the tables after it.
pub(crate) fn text(top: &str, workload: &str, rest: &str) -> String {
    let length = if top.contains("length") { "" } else { "length = \"1 day\"\n" };
    let model = if workload.contains("model") { "" } else { "model = \"gpt-4.1\"\n" };
    let client = if workload.contains("client") { "" } else { "client = \"none\"\n" };
    let tier = if rest.contains("[subscription]") {
        ""
    } else {
        "[subscription]\nquota_tier = \"Tier 1\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4.1-nano\", \"gpt-4o-mini\"]\n"
    };
    format!(
        "name = \"t\"\nstart = 2026-12-01\n{length}zone = \"UTC\"\nregion = \"swedencentral\"\n{top}\n\
         [[workload]]\nname = \"w\"\ntraffic = {{ trace = \"made\" }}\n{model}{client}{workload}\n{tier}\
         [allow]\nsku = [\"GlobalStandard\"]\ncommitment = [\"hourly\"]\n{rest}"
    )
}

pub(crate) fn scenario(text: &str) -> Scenario {
    load("t.toml", text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
}

/// What is wrong with a scenario, by itself or as soon as it is resolved: one line per mistake.
pub(crate) fn wrong(text: &str) -> Vec<String> {
    let found = match load("t.toml", text) {
        Err(wrong) => wrong,
        Ok(scenario) => match run(&scenario, &[]) {
            Err(wrong) => wrong,
            Ok(_) => Diagnostics::default(),
        },
    };
    found.0.iter().map(ToString::to_string).collect()
}

/// Simulates `[today]` over rows of arrival (microseconds), input and output tokens; every workload gets the same.
pub(crate) fn run(scenario: &Scenario, rows: &[(u64, u32, u32)]) -> Result<Simulated, Diagnostics> {
    let traces = vec![rows_as_trace(scenario, rows); scenario.workloads.len()];
    let today = scenario.today.as_ref().unwrap();
    simulate_logged(scenario, catalog(), &traces, today, LogScope::All)
}

pub(crate) fn rows_as_trace(scenario: &Scenario, rows: &[(u64, u32, u32)]) -> Trace {
    let column = |of: fn(&(u64, u32, u32)) -> u32| rows.iter().map(of).collect();
    let trace = Trace::new(rows.iter().map(|r| r.0).collect(), column(|r| r.1), column(|r| r.2));
    trace.with_seed(scenario.seed)
}

pub(crate) fn simulated(text: &str, rows: &[(u64, u32, u32)]) -> (Scenario, Simulated, Bill) {
    let scenario = scenario(text);
    let simulated = run(&scenario, rows).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
    let payment = scenario.today.as_ref().unwrap().payment;
    let bill = price(&scenario, catalog(), &simulated, payment)
        .unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
    (scenario, simulated, bill)
}

/// The view of a simulation, as a report shows it.
pub(crate) fn view(text: &str, rows: &[(u64, u32, u32)]) -> SimulationView {
    let (scenario, simulated, _) = simulated(text, rows);
    let traces = vec![rows_as_trace(&scenario, rows); scenario.workloads.len()];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let run = CandidateRun::after(question, scenario.today.as_ref().unwrap(), simulated).unwrap();
    compose::simulation(question, &run).unwrap()
}

/// What a bill charges on a meter, of all deployments together.
pub(crate) fn on_meter(bill: &Bill, meter: &str) -> Decimal {
    let named = |line: &&LineItem| match &line.meter {
        Meter::Tokens { class, .. } => class.as_str() == meter,
        Meter::Other { kind, .. } => kind.as_str() == meter,
        _ => false,
    };
    let lines = bill.line_items.iter().filter(named);
    lines.map(|line| line.effective_cost.amount()).sum()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}
