//! The HTML report: one self-contained page that asks the network for nothing.
//!
//! A page is a headline and sections of blocks ([`blocks`]); `recommend` and `simulate` fill it, one template draws it.
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
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, context};

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
/// `page` as the template reads it, and the chart data by chart.
pub fn recommendation_blocks(view: &RecommendationView) -> Result<serde_json::Value, PageError> {
    let page = recommend::page(view);
    Ok(serde_json::json!({ "page": serde_json::to_value(&page)?, "data": page.data }))
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
    environment.add_template("report", TEMPLATE)?;
    let html = environment.get_template("report")?.render(context! {
        page => Serde(page),
        data => embedded(&page.data)?,
        style => STYLE,
        scripts => [ECHARTS, CHARTS, SCRIPT],
    })?;
    Ok(html.into_bytes())
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
