//! Text, tables and plots of the sample views.

use crate::sample;
use ptuplan::report::ink::Ink;
use ptuplan::report::{files, json, page, plot, tables, text, text_simulation};
use std::path::PathBuf;

/// Where the forms of the sample can be looked at after a test run.
pub(crate) fn gallery(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

#[test]
fn text_fits_80_columns_and_names_choice_and_runner_up() {
    let view = sample::recommendation();
    let shown = text::recommendation(&view, Ink::Plain, 80);
    std::fs::write(gallery("recommend.txt"), &shown).unwrap();
    std::fs::write(
        gallery("simulate.txt"),
        text_simulation::simulation(&sample::simulation(), Ink::Plain, 80),
    )
    .unwrap();
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn plots_are_drawn_in_both_forms() {
    let view = sample::recommendation();
    for (name, plot) in [
        ("load", plot::load(&view.series).unwrap().unwrap()),
        ("utilization", plot::utilization(&view.series).unwrap().unwrap()),
        ("cost_curve", plot::cost_curve(&view).unwrap().unwrap()),
    ] {
        std::fs::write(gallery(&format!("{name}.svg")), &plot.svg).unwrap();
        std::fs::write(gallery(&format!("{name}.png")), &plot.png).unwrap();
    }
}

#[test]
fn tables_and_json_hold_exact_amounts() {
    let view = sample::recommendation();
    let candidates = tables::candidates(&view.candidates).unwrap();
    let lines = tables::line_items(&view.scenario, &view.bill).unwrap();
    std::fs::write(gallery("candidates.csv"), &candidates).unwrap();
    std::fs::write(gallery("line_items.csv"), &lines).unwrap();
    std::fs::write(gallery("recommendation.json"), json::bytes(&view).unwrap()).unwrap();
    assert_eq!(String::from_utf8(candidates).unwrap().lines().count(), view.candidates.len() + 1);
}

#[test]
fn pages_are_written() {
    for (name, bytes) in files::recommendation(&sample::recommendation()).unwrap() {
        std::fs::write(gallery(&name), bytes).unwrap();
    }
    let view = sample::simulation();
    std::fs::write(gallery("simulation.html"), page::simulation(&view).unwrap()).unwrap();
}
