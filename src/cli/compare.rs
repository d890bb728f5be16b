//! `ptuplan compare`: what each scenario and each of its what-ifs recommends, side by side.

use super::arguments::{Common, Format};
use super::exit::{Failure, Verdict};
use super::input;
use super::output::{INK, print, unrendered};
use super::workers::Pool;
use crate::plan::recommend::recommend;
use crate::plan::search::Question;
use crate::report;
use crate::report::format;
use crate::report::ink::{TABLE_WIDTH, Tone, figures, paragraph, table, words};
use crate::report::sentence;
use crate::report::view::{CandidateView, ComparedView, RecommendationView};
use clap::Args;
use std::path::PathBuf;

/// `ptuplan compare`.
#[derive(Args, Clone, Debug)]
pub(super) struct CompareCommand {
    /// Scenario files (TOML); each is followed by its what-ifs
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<PathBuf>,
}

pub(super) fn run(command: &CompareCommand, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let pool = Pool::new(common)?;
    let mut all = Vec::new();
    for path in &command.scenarios {
        let scenario = input::scenario(path, common)?;
        let what_ifs = scenario.what_ifs.iter();
        let what_ifs = what_ifs.map(|what_if| (Some(&*what_if.name), what_if.apply(&scenario)));
        for (what_if, scenario) in
            std::iter::once((None, scenario.clone())).chain(what_ifs.collect::<Vec<_>>())
        {
            let scenario = &scenario;
            let traces = input::traces(scenario, path, common)?;
            let question = Question { scenario, catalog: &catalog, traces: &traces };
            let answer = recommend(question, &pool)?;
            all.push(compared(report::build::recommendation(question, &answer)?, what_if));
        }
    }
    match common.format {
        Format::Json => print(&report::json::bytes(&all).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => print(text(&all).as_bytes())?,
    }
    let feasible = all.iter().all(|compared| compared.choice.is_some());
    Ok(if feasible { Verdict::Yes } else { Verdict::No })
}

fn compared(view: RecommendationView, what_if: Option<&str>) -> ComparedView {
    let find = |wanted: &dyn Fn(&CandidateView) -> bool| {
        view.candidates.iter().find(|candidate| wanted(candidate)).cloned()
    };
    ComparedView {
        pay_as_you_go: find(&|candidate| candidate.total_ptu == 0),
        today: find(&|candidate| candidate.name == "today"),
        scenario: view.scenario.name,
        what_if: what_if.map(str::to_owned),
        choice: view.choice,
        why: view.why,
    }
}

/// What others cost is set beside the choice, which names the currency; one that is not feasible is marked, however cheap.
fn text(all: &[ComparedView]) -> String {
    let columns = [
        words("scenario", 40),
        words("choice", 60),
        figures("a month"),
        figures("today"),
        figures("pay as you go"),
        figures("ended 429"),
    ];
    let priced = |candidate: &&CandidateView| !candidate.monthly_cost.p50.is_empty();
    let others = |candidate: Option<&CandidateView>| {
        candidate.filter(priced).map_or_else(
            || "–".to_owned(),
            |other| {
                let mark = if other.feasible { "" } else { " *" };
                format!("{}{mark}", format::amount(&other.monthly_cost.p50))
            },
        )
    };
    let cost = |choice: &CandidateView| {
        format::money(&choice.monthly_cost.p50, &choice.monthly_cost.currency)
    };
    let rows: Vec<_> = all
        .iter()
        .map(|compared| {
            let choice = compared.choice.as_ref();
            let row = vec![
                match &compared.what_if {
                    Some(name) => format!("  if {name}"),
                    None => compared.scenario.clone(),
                },
                choice.map_or_else(|| "nothing is feasible".to_owned(), sentence::label),
                choice.map_or_else(|| "–".to_owned(), cost),
                others(compared.today.as_ref()),
                others(compared.pay_as_you_go.as_ref()),
                choice.map_or_else(
                    || "–".to_owned(),
                    |choice| format::share(choice.measures.throttled_share),
                ),
            ];
            (if choice.is_some() { Tone::Plain } else { Tone::Bad }, row)
        })
        .collect();
    let mut out = table(INK, &columns, &rows);
    let mut others = all.iter().flat_map(|one| [&one.today, &one.pay_as_you_go]).flatten();
    if others.any(|other| !other.feasible) {
        let note = "* not feasible: it breaks an objective or a requirement";
        out += &paragraph(INK, Tone::Plain, note, TABLE_WIDTH);
    }
    out
}
