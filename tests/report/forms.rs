//! Text, tables, JSON and Markdown of the sample: what a reviewer reads, and the laws behind it.

use crate::sample;
use ptuplan::plan::evaluate::refusal::UnknownAvailability;
use ptuplan::plan::why::cautions::Caution;
use ptuplan::report::answer;
use ptuplan::report::text::layout::Ink;
use ptuplan::report::text::{recommendation, simulation};
use ptuplan::report::view::FeasibilityView;
use ptuplan::report::{files, json, markdown, page, tables};
use std::path::PathBuf;

/// Where the forms of the sample can be looked at after a test run.
pub(crate) fn gallery(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

#[test]
fn recommend_reads_well_in_80_columns() {
    let shown = recommendation::recommendation(&sample::recommendation(), Ink::Plain, 80);
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    insta::assert_snapshot!("recommend", shown);
}

#[test]
fn simulate_reads_well_in_80_columns() {
    let shown = simulation::simulation(&sample::simulation(), Ink::Plain, 80);
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    insta::assert_snapshot!("simulate", shown);
}

#[test]
fn colour_changes_no_word() {
    let view = sample::recommendation();
    let plain = recommendation::recommendation(&view, Ink::Plain, 80);
    let coloured = recommendation::recommendation(&view, Ink::Ansi, 80);
    assert_ne!(plain, coloured);
    let mut stripped = String::new();
    let mut inside = false;
    for c in coloured.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            c if !inside => stripped.push(c),
            _ => {}
        }
    }
    assert_eq!(plain, stripped);
}

#[test]
fn nothing_feasible_is_said_first() {
    let mut view = sample::recommendation();
    for candidate in &mut view.candidates {
        candidate.feasible = false;
    }
    view.choice = None;
    view.runner_up = None;
    view.options = answer::options(&view);
    view.glance = answer::glance(&view);
    let shown = recommendation::recommendation(&view, Ink::Plain, 80);
    let said = "Nothing on the list meets every objective";
    assert!(shown.contains(said), "{shown}");
    assert!(String::from_utf8(page::recommendation(&view).unwrap()).unwrap().contains(said));
}

/// The ten-second view: what to do fits a line and a half, the reasons fit a glance, and every form begins with it.
#[test]
fn an_answer_is_a_sentence_a_figure_and_at_most_five_reasons() {
    let view = sample::recommendation();
    let glance = &view.glance;
    assert!(glance.action.chars().count() <= 140, "{}", glance.action);
    assert!((1..=5).contains(&glance.reasons.len()), "{:?}", glance.reasons);
    for line in [&glance.compared, &glance.how_sure, &glance.depends_on] {
        assert!(!line.is_empty());
    }
    let figure = glance.figure.as_ref().unwrap();
    assert!(figure.band.contains(" to "), "{}", figure.band);
    let cost = ptuplan::report::words::numbers::money(&figure.amount, &figure.currency);
    let forms = [
        recommendation::recommendation(&view, Ink::Plain, 200),
        String::from_utf8(markdown::recommendation(&view)).unwrap(),
        String::from_utf8(page::recommendation(&view).unwrap()).unwrap(),
    ];
    for form in forms {
        assert!(form.contains(&cost), "{cost}");
        assert!(form.contains("gpt-4.1"), "{}", glance.action);
    }
}

/// What nobody states stands in the second line of every form; what ends before the plan does among the first reasons.
#[test]
fn what_may_not_hold_is_said_before_what_it_costs() {
    let mut view = sample::recommendation();
    let unknown = UnknownAvailability {
        model: "gpt-9".into(),
        sku: "GlobalStandard".into(),
        region: "swedencentral".into(),
        why: "no table names it".into(),
        check: "run `az cognitiveservices model list -l swedencentral`".into(),
    };
    let ends = Caution::ModelEnds {
        model: "gpt-4.1 (2025-04-14)".into(),
        retires: jiff::civil::date(2027, 4, 14),
        source: "retirement-schedule-2026-10-04".into(),
        replacement: Some("gpt-5".into()),
        until: jiff::civil::date(2027, 11, 30),
        committed: true,
        calls_after: 0,
    };
    let cautions = answer::cautions(&[Caution::UnknownAvailability(unknown), ends]);
    view.depends_on.splice(0..0, cautions);
    view.glance = answer::glance(&view);
    let said = "It is not known whether gpt-9 · GlobalStandard in swedencentral can be had: no table names it. To check, \
                run `az cognitiveservices model list -l swedencentral`.";
    assert_eq!(view.glance.check_first, said);
    assert_eq!(
        view.glance.reasons[0],
        "gpt-4.1 (2025-04-14) retires after 2027-04-14 (retirement-schedule-2026-10-04), while the commitment runs until 2027-11-30; the platform names \
         gpt-5 as its replacement."
    );
    let text = recommendation::recommendation(&view, Ink::Plain, 400);
    let place =
        |form: &str, words: &str| form.find(words).unwrap_or_else(|| panic!("{words}: {form}"));
    assert!(place(&text, "Check first") < place(&text, "Cost  "), "{text}");
    let markdown = String::from_utf8(markdown::recommendation(&view)).unwrap();
    assert!(place(&markdown, "Check first") < place(&markdown, "USD** a month"), "{markdown}");
    let page = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    assert!(place(&page, "Check first") < place(&page, "How sure"));
    let plain = sample::recommendation();
    let without = recommendation::recommendation(&plain, Ink::Plain, 400);
    assert!(!without.contains("Check first"), "nothing to check is not said");
}

/// A reading of what is not published that decides the choice is said where the answer says how sure it is.
#[test]
fn a_reading_that_decides_the_choice_is_no_certainty() {
    let mut view = sample::recommendation();
    let payg = view.candidates.iter().find(|c| c.pay_as_you_go).unwrap().name.clone();
    view.feasibility = vec![FeasibilityView {
        parameter: "standard-request-window".into(),
        taken: "1 s".into(),
        other: "10 s".into(),
        candidate: payg,
        feasible: false,
        monthly_cost: Some("7955".into()),
        reason: Some("429s".into()),
        changes_choice: true,
        words: "Pay-as-you-go is infeasible with 1 s; with 10 s it is feasible and costs 7955 USD a month.".into(),
    }];
    view.depends_on = answer::dependencies(&view);
    view.glance = answer::glance(&view);
    let sure = &view.glance.how_sure;
    assert!(sure.contains("take standard-request-window as assumed"), "{sure}");
    let depends = &view.glance.depends_on;
    assert!(depends.starts_with("standard-request-window (if it is 10 s, "), "{depends}");
    assert!(depends.contains("is feasible)"), "{depends}");
    assert_eq!(view.depends_on[0].sentence, view.feasibility[0].words);
}

/// The runner-up is another way to serve, and equal things are called equal.
#[test]
fn options_differ_in_more_than_size() {
    let view = sample::recommendation();
    let mut kinds: Vec<_> = view.options.iter().map(|option| &option.option).collect();
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), view.options.len(), "an option is listed once");
    assert_eq!(view.options.iter().filter(|option| option.chosen).count(), 1);
    assert!(view.options.len() < 12, "{}", view.options.len());
    let sizes: usize = view.options.iter().map(|option| option.sizes.len() + 1).sum();
    assert_eq!(sizes, view.candidates.len(), "every candidate is a size of an option");
}

#[test]
fn candidates_are_a_row_each() {
    let view = sample::recommendation();
    let table = String::from_utf8(tables::candidates(&view.candidates).unwrap()).unwrap();
    assert_eq!(table.lines().count(), view.candidates.len() + 1);
    insta::assert_snapshot!("candidates", head(&table, 4));
}

#[test]
fn json_keeps_the_promised_names() {
    let view = sample::recommendation();
    let bytes = json::bytes(&view).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    for key in ["choice", "runner_up", "candidates", "frontier", "sensitivity", "break_even"] {
        assert!(value.get(key).is_some(), "{key}");
    }
    assert_eq!(value["choice"]["monthly_cost"]["p50"], view.choice.unwrap().monthly_cost.p50);
    let simulation: serde_json::Value =
        serde_json::from_slice(&json::bytes(&sample::simulation()).unwrap()).unwrap();
    for key in ["scenario", "deployments", "workloads", "bill", "assumptions"] {
        assert!(simulation.get(key).is_some(), "{key}");
    }
    insta::assert_snapshot!("choice", serde_json::to_string_pretty(&value["choice"]).unwrap());
}

#[test]
fn markdown_is_short() {
    let shown = String::from_utf8(markdown::recommendation(&sample::recommendation())).unwrap();
    assert!(shown.lines().count() < 45);
    insta::assert_snapshot!("summary", shown);
    let simulated = String::from_utf8(markdown::simulation(&sample::simulation())).unwrap();
    insta::assert_snapshot!("summary_simulation", simulated);
}

#[test]
fn equal_views_give_equal_bytes() {
    let once = files::recommendation(&sample::recommendation()).unwrap();
    let again = files::recommendation(&sample::recommendation()).unwrap();
    for ((name, bytes), (_, other)) in once.iter().zip(&again) {
        assert!(bytes == other, "{name} differs");
        std::fs::write(gallery(name), bytes).unwrap();
    }
    let names: Vec<_> = once.iter().map(|(name, _)| name.as_str()).collect();
    insta::assert_snapshot!("files", names.join("\n"));
    for (name, bytes) in files::simulation(&sample::simulation()).unwrap() {
        std::fs::write(gallery(&format!("simulate-{name}")), bytes).unwrap();
    }
}

fn head(text: &str, lines: usize) -> String {
    text.lines().take(lines).collect::<Vec<_>>().join("\n")
}
