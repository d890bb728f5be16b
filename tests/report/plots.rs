//! Plots: the same bytes everywhere, a font of their own, and a mark for every point.

use crate::assets::sha256;
use crate::sample;
use ptuplan::report::plot;

#[test]
fn plots_are_the_same_on_every_machine() {
    let view = sample::recommendation();
    let digests: Vec<_> = [
        ("load", plot::load(&view.series)),
        ("utilization", plot::utilization(&view.series)),
        ("cost_curve", plot::cost_curve(&view)),
    ]
    .into_iter()
    .map(|(name, plot)| {
        let plot = plot.unwrap().unwrap();
        format!("{name} svg {} png {}", sha256(&plot.svg), sha256(&plot.png))
    })
    .collect();
    insta::assert_snapshot!("plot_digests", digests.join("\n"));
}

#[test]
fn a_plot_asks_nothing_of_its_viewer() {
    let view = sample::recommendation();
    let svg = String::from_utf8(plot::load(&view.series).unwrap().unwrap().svg).unwrap();
    assert!(svg.contains("@font-face") && svg.contains("<title>"));
    let beyond_names = svg.replace("http://www.w3.org/2000/svg", "");
    assert!(!beyond_names.contains("http"), "nothing is fetched");
}

#[test]
fn the_curve_marks_every_feasible_size_and_the_choice() {
    let view = sample::recommendation();
    let svg = String::from_utf8(plot::cost_curve(&view).unwrap().unwrap().svg).unwrap();
    let feasible = view.cost_curve.iter().filter(|point| point.feasible).count();
    // One dot a feasible point, one in the legend, and the rings of the choice and its legend.
    assert_eq!(svg.matches("<circle").count(), feasible + 3);
    assert!(svg.contains(&format!("{} PTU", view.choice.unwrap().total_ptu)));
}

#[test]
fn a_result_without_ptus_has_no_curve() {
    let mut view = sample::recommendation();
    view.cost_curve.clear();
    view.series.clear();
    assert!(plot::cost_curve(&view).unwrap().is_none());
    assert!(plot::load(&view.series).unwrap().is_none());
    assert!(plot::utilization(&view.series).unwrap().is_none());
}

#[test]
fn odd_series_are_drawn_or_left_out_but_never_fail() {
    let mut view = sample::recommendation();
    for series in &mut view.series {
        series.capacity_per_minute = Some(0.0);
        series.offered_per_minute = vec![0.0; 3];
        series.used_per_minute = vec![0.0; 3];
        series.refused_per_minute = vec![0.0; 3];
    }
    assert!(plot::load(&view.series).unwrap().is_some());
    assert!(plot::utilization(&view.series).unwrap().is_none());
    view.cost_curve.truncate(1);
    assert!(plot::cost_curve(&view).unwrap().is_some());
}
