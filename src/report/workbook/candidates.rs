//! The candidates with their costs under the levers, and the place each would take.

use crate::report::view::{CandidateView, RecommendationView};
use crate::report::words::answer;
use crate::report::workbook::model::{Levers, Model, number};
use crate::report::workbook::sheet::{Cells, Column, Styles, chart as chart_of, filter, table};
use rust_xlsxwriter::{Chart, ChartType, Worksheet, XlsxError};

const COLUMNS: [Column; 18] = [
    ("Rank", 7.0, true),
    ("Candidate", 36.0, false),
    ("Commitment", 12.0, false),
    ("PTUs", 9.0, true),
    ("Feasible", 10.0, false),
    ("Fixed part, most likely", 15.0, true),
    ("Token part, most likely", 15.0, true),
    ("Month, expected", 15.0, true),
    ("Month with levers", 15.0, true),
    ("Place with levers", 11.0, true),
    ("p10", 15.0, true),
    ("p90", 15.0, true),
    ("Throttled", 11.0, true),
    ("Added wait p95, ms", 12.0, true),
    ("Added wait p99, ms", 12.0, true),
    ("PTU utilization", 12.0, true),
    ("Month, expected, exact", 22.0, true),
    ("Reasons", 70.0, false),
];

/// Bars of the chart.
const BARS: u32 = 15;

pub(super) fn write(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    model: &Model,
    styles: &Styles,
) -> Result<(), XlsxError> {
    table(sheet, "Candidates", &COLUMNS, 2, styles)?;
    let labels = answer::labels(view);
    let moved: Vec<_> = view.candidates.iter().map(|c| with_levers(c, model.levers)).collect();
    let last = view.candidates.len() + 1;
    for (index, (candidate, label)) in view.candidates.iter().zip(&labels).enumerate() {
        let at = index + 2;
        let mut cells = Cells::of(sheet, styles, index as u32 + 1);
        let (fixed, tokens) = parts(candidate);
        let reasons = candidate.reasons.join("; ");
        cells.whole(candidate.rank as f64)?.text(label)?.text(&candidate.commitment)?;
        cells.whole(f64::from(candidate.total_ptu))?;
        cells.text(if candidate.feasible { "yes" } else { "no" })?;
        let cost = &candidate.monthly_cost;
        let expected = &candidate.expected_monthly_cost;
        if expected.is_empty() {
            // Not simulated, so there is no cost: the cells stay empty.
            cells.skip(12).text(&reasons)?;
            continue;
        }
        cells.money(fixed)?.money(tokens)?.money(number(expected))?;
        let levers = format!(
            "=IF(F{at}+G{at}=0,H{at},H{at}*(F{at}*(1-discount_ptu)+G{at}*(1-discount_tokens))/(F{at}+G{at}))"
        );
        cells.formula(&levers, moved[index], |styles| &styles.money)?;
        if candidate.feasible {
            let place = format!("=COUNTIFS(E$2:E${last},\"yes\",I$2:I${last},\"<\"&I{at})+1");
            let rivals = view.candidates.iter().zip(&moved).filter(|(other, _)| other.feasible);
            let cheaper = rivals.filter(|(_, cost)| **cost < moved[index]).count();
            cells.formula(&place, (cheaper + 1) as f64, |styles| &styles.whole)?;
        } else {
            cells.skip(1);
        }
        cells.money(number(&cost.p10))?.money(number(&cost.p90))?;
        let seen = &candidate.measures;
        if seen.given_up {
            // What was not measured has no figure; the reason says what is known.
            cells.skip(3);
        } else {
            cells.percent(seen.saw_throttle_share)?;
            cells.whole(seen.added_wait_ms.p95)?.whole(seen.added_wait_ms.p99)?;
        }
        match seen.ptu_utilization {
            Some(utilization) => cells.percent(utilization.mean)?,
            None => cells.skip(1),
        };
        cells.exact(expected)?.text(&reasons)?;
    }
    filter(sheet, view.candidates.len() as u32, &COLUMNS)
}

/// The parts that stay and the parts that grow with traffic.
fn parts(candidate: &CandidateView) -> (f64, f64) {
    let sum = |grows: bool| {
        candidate
            .cost_parts
            .iter()
            .filter(|part| part.scales_with_traffic == grows)
            .map(|part| number(&part.cost))
            .sum()
    };
    (sum(false), sum(true))
}

fn with_levers(candidate: &CandidateView, levers: Levers) -> f64 {
    let (fixed, tokens) = parts(candidate);
    let month = number(&candidate.expected_monthly_cost);
    if fixed + tokens == 0.0 {
        return month;
    }
    month * (fixed * Model::kept(levers, false) + tokens * Model::kept(levers, true))
        / (fixed + tokens)
}

/// The first candidates, as simulated and under the levers, for the first sheet.
pub(super) fn chart(view: &RecommendationView) -> Chart {
    let last = (view.candidates.len() as u32).min(BARS);
    let columns = [(7, "#8A94A0"), (8, "#0072B2")];
    let title = "Cost a month of the first candidates";
    let mut chart = chart_of(ChartType::Bar, "Candidates", 1, &columns, last, title);
    chart.y_axis().set_reverse();
    chart
        .x_axis()
        .set_name(&format!("{} a month", view.bill.currency))
        .set_num_format("#,##0")
        .set_min(0.0);
    chart.set_width(900).set_height(460);
    chart
}
