//! The HTML report: one self-contained page that asks the network for nothing.
//!
//! A page is a headline and sections of blocks (`blocks`); `recommend` and `simulate` fill it, one template draws it.
//! Every text is escaped by the template; chart data stand in a JSON element whose `<` are escaped too. Charts are
//! drawn by the embedded `ECharts` from those data, and every chart has its table for readers who see none.

mod blocks;
mod certainty;
mod charts;
mod compare;
mod evidence;
mod glance;
mod horizon;
mod machines;
mod measures;
mod recommend;
mod simulate;
mod terms;
mod what_if;

use crate::report::page::blocks::Page;
use crate::report::view::{ComparedView, RecommendationView, SimulationView};
use crate::units::escape::for_terminal;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, HtmlEscape, context};
use std::borrow::Cow;

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The template failed.
    #[error("template: {0}")]
    Template(#[from] minijinja::Error),
    /// The chart data could not be written.
    #[error("chart data: {0}")]
    Json(#[from] serde_json::Error),
}

const TEMPLATE: &str = include_str!("../assets/page/report.html");
/// The look of a page.
pub const STYLE: &str = include_str!("../assets/page/report.css");
const SCRIPT: &str = include_str!("../assets/page/report.js");
/// A script that turns chart data into what the library draws: `window.ptuplanCharts`.
pub const CHARTS: &str = include_str!("../assets/page/charts.js");
/// The chart library.
pub const ECHARTS: &str = include_str!("../assets/echarts/echarts.common.min.js");

/// The page of `recommend`.
pub fn recommendation(view: &RecommendationView) -> Result<Vec<u8>, PageError> {
    render(&recommend::page(view))
}

/// What the page of `recommend` is made of, for a page that draws it anew as the question changes:
/// `page` as the template reads it, the chart data by chart, and the lines at a `glance`.
pub fn recommendation_blocks(view: &RecommendationView) -> Result<serde_json::Value, PageError> {
    blocks_of(&recommend::page(view), view)
}

/// The same of its first screen alone.
pub fn first_screen_blocks(view: &RecommendationView) -> Result<serde_json::Value, PageError> {
    blocks_of(&recommend::first_screen(view), view)
}

fn blocks_of(page: &Page, view: &RecommendationView) -> Result<serde_json::Value, PageError> {
    let (page, data) = (serde_json::to_value(page)?, &page.data);
    let glance = serde_json::to_value(&view.glance)?;
    Ok(visible(serde_json::json!({ "page": page, "data": data, "glance": glance })))
}

/// A page's values with what a browser would not show, or would turn text around by, shown by its
/// number.
fn visible(mut value: serde_json::Value) -> serde_json::Value {
    make_visible(&mut value);
    value
}

fn make_visible(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            if let Cow::Owned(shown) = for_terminal(text) {
                *text = shown;
            }
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(make_visible),
        // The names of an object are ours.
        serde_json::Value::Object(values) => values.values_mut().for_each(make_visible),
        _ => {}
    }
}

/// The page of `simulate`.
pub fn simulation(view: &SimulationView) -> Result<Vec<u8>, PageError> {
    render(&simulate::page(view))
}

/// The page of `compare`.
pub fn comparison(all: &[ComparedView]) -> Result<Vec<u8>, PageError> {
    render(&compare::page(all))
}

fn render(page: &Page) -> Result<Vec<u8>, PageError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.add_filter("unbroken", unbroken);
    environment.add_template("report", TEMPLATE)?;
    let html = environment.get_template("report")?.render(context! {
        page => Serde(&visible(serde_json::to_value(page)?)),
        data => embedded(&visible(page.data.clone()))?,
        style => STYLE,
        scripts => [ECHARTS, CHARTS, SCRIPT],
    })?;
    Ok(html.into_bytes())
}

/// A text, escaped, whose dates stay in one line.
fn unbroken(text: &str) -> minijinja::Value {
    let is_date = |word: &str| {
        let bytes = word.as_bytes();
        bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            })
    };
    let mut html = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some(date) = rest.get(..10).filter(|word| is_date(word)) {
            html.push_str("<span class=\"nb\">");
            html.push_str(date);
            html.push_str("</span>");
            rest = &rest[10..];
        } else {
            let (own, after) = rest.split_at(next.len_utf8());
            html.push_str(&HtmlEscape(own).to_string());
            rest = after;
        }
    }
    minijinja::Value::from_safe_string(html)
}

/// JSON that cannot end the element it stands in, whatever names it holds.
fn embedded(data: &serde_json::Value) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(data)?
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029"))
}
