//! What a notebook shows of a result: the answer at a glance and one picture, as a fragment of HTML without scripts.

use crate::report::files::ReportError;
use crate::report::page::PageError;
use crate::report::plot::{self, Rendered};
use crate::report::view::CHECK_FIRST;
use crate::report::view::{RecommendationView, SimulationView};
use crate::report::words::numbers;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, context};

const TEMPLATE: &str = include_str!("assets/page/notebook.html");

/// A recommendation: what to do, what it costs, why, and cost over size.
///
/// # Errors
/// A picture or the fragment could not be made, which no view causes.
pub fn recommendation(view: &RecommendationView) -> Result<String, ReportError> {
    let picture = match plot::cost_curve(view)? {
        Some(picture) => Some(picture),
        None => plot::load(&view.series)?,
    };
    let glance = &view.glance;
    let cost = glance.figure.as_ref().map(|figure| {
        format!("{} {}", numbers::money(&figure.amount, &figure.currency), figure.band)
    });
    let lines = [
        (CHECK_FIRST, glance.check_first.clone()),
        ("Cost", cost.unwrap_or_default()),
        ("Compared", glance.compared.clone()),
        ("How sure", glance.how_sure.clone()),
        ("Depends on", glance.depends_on.clone()),
    ];
    let heading = if glance.answered { "Why" } else { "What stands in the way" };
    fragment(&view.scenario.name, &glance.action, &lines, (heading, &glance.reasons), picture)
}

/// A simulation: what it costs, what it misses, and its load.
///
/// # Errors
/// As [`recommendation`].
pub fn simulation(view: &SimulationView) -> Result<String, ReportError> {
    let action = match view.unmet.len() {
        0 => "Every objective is met".to_owned(),
        1 => "1 objective is missed".to_owned(),
        many => format!("{many} objectives are missed"),
    };
    let total = numbers::money(&view.bill.total, &view.bill.currency);
    let lines = [("Cost", total)];
    fragment(
        &view.scenario.name,
        &action,
        &lines,
        ("Missed", &view.unmet),
        plot::load(&view.series)?,
    )
}

/// Text in the form it has on a terminal.
pub fn text(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<pre class=\"ptuplan\">{plain}</pre>")
}

fn fragment(
    title: &str,
    action: &str,
    lines: &[(&str, String)],
    (heading, reasons): (&str, &[String]),
    picture: Option<Rendered>,
) -> Result<String, ReportError> {
    let lines: Vec<_> = lines.iter().filter(|(_, text)| !text.is_empty()).cloned().collect();
    let picture = picture.map(|picture| String::from_utf8_lossy(&picture.svg).into_owned());
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment
        .render_str(
            TEMPLATE,
            context! {
                title, action, heading, picture,
                lines => Serde(&lines),
                reasons => Serde(reasons),
            },
        )
        .map_err(|error| PageError::from(error).into())
}
