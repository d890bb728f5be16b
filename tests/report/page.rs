//! The page without a browser: what it holds, what it weighs, and that every chart has its table.

use crate::sample;
use ptuplan::report::page;

fn html() -> String {
    String::from_utf8(page::recommendation(&sample::recommendation()).unwrap()).unwrap()
}

#[test]
fn every_chart_has_its_table() {
    let html = html();
    let charts = html.matches("data-chart=").count();
    let tables = html.matches("<summary>Table: ").count();
    assert_eq!((charts, tables), (11, 11));
}

#[test]
fn the_page_names_the_frame_of_the_run() {
    let html = html();
    for words in [
        "2026-12-01 to 2027-01-01",
        "Europe&#x2f;Stockholm",
        "swedencentral",
        "<dd>1 day, with nothing in use at its start</dd>",
        "<dd>31</dd>",
        "<dt>Seed</dt><dd>7</dd>",
        "ptu.burst_seconds",
        "assumed",
        "CC BY 4.0",
        "https:&#x2f;&#x2f;prices.azure.com",
    ] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn the_page_refers_to_nothing_outside() {
    let html = html();
    for attribute in
        ["src=\"http", "src='http", "url(http", "@import", "<link rel=\"stylesheet", "<iframe"]
    {
        assert!(!html.contains(attribute), "{attribute}");
    }
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn a_year_of_lines_stays_under_two_megabytes_and_says_what_it_leaves_out() {
    let mut view = sample::recommendation();
    let month = view.bill.line_items.clone();
    while view.bill.line_items.len() < 9_000 {
        view.bill.line_items.extend(month.iter().cloned());
    }
    let html = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    assert!(html.len() < 2_000_000, "{} bytes", html.len());
    let left = view.bill.line_items.len() - 1_000;
    let said = format!("{},{:03} more rows are in line_items.csv", left / 1000, left % 1000);
    assert!(html.contains(&said), "{said}");
}

#[test]
fn optional_parts_may_be_missing() {
    let mut view = sample::recommendation();
    view.outlook = ptuplan::report::view::outlook::OutlookView::default();
    view.sensitivity.clear();
    view.frontier.clear();
    view.break_even.clear();
    view.series.clear();
    view.why.clear();
    view.assumptions.clear();
    view.sources.clear();
    let html = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    assert!(!html.contains("id=\"what-if\"") && !html.contains("id=\"certainty\""));
}

#[test]
fn a_grid_that_does_not_fit_its_axes_is_not_shown() {
    let mut view = sample::recommendation();
    view.outlook.grid.as_mut().unwrap().feasible.pop();
    let html = String::from_utf8(page::recommendation(&view).unwrap()).unwrap();
    assert!(!html.contains("data-grid="));
}
