//! What a plan costs: in runs of its own choice, and where one question follows another.

use crate::clock::{median, medians, once};
use crate::rows::Budget::AtMost;
use crate::rows::Table;
use ptuplan::catalog::Catalog;
use ptuplan::files::scenario::{Choices, completed};
use ptuplan::files::traffic::{Folders, traces};
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::{recommend, recommend_live};
use ptuplan::plan::session::Memory;
use ptuplan::plan::workers::{Checkpoint, Serial};
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::simulate;
use ptuplan::scenario::run::outcomes::Outcomes;
use ptuplan::units::diagnostic::Diagnostic;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;

/// Times that one question is changed and changed back.
const ROUNDS: usize = 5;

/// The quickstart with a part of it in other words.
fn quickstart(catalog: &Catalog, words: &str, instead: &str) -> Scenario {
    let path = path();
    let text = std::fs::read_to_string(&path).expect("the quickstart is there");
    assert!(text.contains(words), "the quickstart has `{words}`");
    let scenario = load("quickstart.toml", &text.replace(words, instead)).expect("it is sound");
    completed(scenario, &path, catalog, &Choices::default()).expect("it needs no other file")
}

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "scenarios", "quickstart.toml"].iter().collect()
}

pub(crate) fn measure(table: &mut Table) {
    let catalog = Catalog::embedded().expect("the catalogue is sound");
    let own = quickstart(&catalog, "[allow]", "[allow]");
    let (traces, _) = traces(&own, &Folders::of(&path()), Some(&catalog)).expect("its traffic");
    let question = Question { scenario: &own, catalog: &catalog, traces: &traces };

    let mut answer = None;
    let whole = once(|| answer = Some(recommend(question, &Serial).expect("an answer")));
    let answer = answer.expect("it was asked for");
    let choice = answer.choice.map(|choice| &answer.candidates[choice].candidate);
    let choice = choice.expect("the quickstart has a choice");
    let run = || drop(black_box(simulate(&own, &catalog, &traces, choice).expect("it runs")));
    let [run] = medians(ROUNDS, |work| once(work), [&run]);
    let requests: usize = traces.iter().map(ptuplan::workload::trace::Trace::len).sum();
    let how = format!("processor time of one thread, {whole:.1} s; {requests} requests a run");
    table.add(
        "quickstart: the whole plan / one run of its choice",
        whole / run,
        AtMost(280.0),
        &how,
    );

    // Only the first answer: the way to the whole one is left where it begins.
    let first = |scenario: &Scenario, outcomes: &Arc<Outcomes>| {
        const ENOUGH: &str = "the first answer is enough";
        let (memory, checkpoint) = (Memory::default(), Checkpoint(&|| ()));
        once(|| {
            let asked = Question { scenario, ..question };
            let ended = recommend_live(asked, memory, outcomes, &Serial, checkpoint, |answer| {
                black_box(answer);
                Err(Diagnostic::error("given-up", ENOUGH).into())
            });
            assert!(ended.is_err_and(|ended| ended.0.iter().all(|own| own.message == ENOUGH)));
        })
    };
    let unknown = || Arc::new(Outcomes::within(Memory::default().outcomes));
    let how = "processor time of one thread";
    let opened = median((0..ROUNDS).map(|_| first(&own, &unknown())).collect());
    table.add("quickstart: first answer / whole plan", opened / whole, AtMost(0.1), how);
    let (paid, less) = ("[\"hourly\", \"1-month\", \"1-year\"]", "[\"hourly\", \"1-month\"]");
    let today = "deployments = [{ sku = \"GlobalStandard\", model = \"gpt-5.4\" }]";
    let sized = "deployments = [{ sku = \"GlobalProvisionedManaged\", model = \"gpt-5.4\", \
                 capacity_ptu = 150 }]";
    let cheaper = "[[terms.discount]]\nshare = \"5 %\"\nsku = \"GlobalStandard\"\n\n[today]";
    for (what, words, instead, most) in [
        ("a payment", paid, less, 50.0),
        ("a price", "[today]", cheaper, 50.0),
        ("a size", today, sized, 100.0),
    ] {
        let changed = quickstart(&catalog, words, instead);
        let times = (0..ROUNDS).map(|_| {
            let outcomes = unknown();
            first(&own, &outcomes);
            first(&changed, &outcomes)
        });
        let what = format!("quickstart: first answer after {what} was changed, ms");
        let how = "processor time of one thread; the answer before it is known";
        table.add(&what, median(times.collect()) * 1e3, AtMost(most), how);
    }
}
