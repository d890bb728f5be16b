//! The candidates with their costs under the levers, and the place each would take.

use crate::report::sentence;
use crate::report::view::{CandidateView, RecommendationView};
use crate::report::workbook::model::{Levers, Model, number};
use crate::report::workbook::sheet::{Column, Styles, formula, headings, text};
use rust_xlsxwriter::{Chart, ChartType, Worksheet, XlsxError};

const COLUMNS: [Column; 18] = [
    ("Rank", 7.0, true),
    ("Candidate", 36.0, false),
    ("Commitment", 12.0, false),
    ("PTUs", 9.0, true),
    ("Feasible", 10.0, false),
    ("Fixed part", 15.0, true),
    ("Token part", 15.0, true),
    ("Month as simulated", 15.0, true),
    ("Month with levers", 15.0, true),
    ("Place with levers", 11.0, true),
    ("p10", 15.0, true),
    ("p90", 15.0, true),
    ("Saw a 429", 11.0, true),
    ("Added wait p95, ms", 12.0, true),
    ("Added wait p99, ms", 12.0, true),
    ("PTU utilization", 12.0, true),
    ("Exact median", 22.0, true),
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
    sheet.set_name("Candidates")?;
    headings(sheet, 0, &COLUMNS, styles)?;
    sheet.set_freeze_panes(1, 2)?.set_landscape().set_print_fit_to_pages(1, 0);
    let labels = sentence::labels(&view.candidates);
    let moved: Vec<_> = view.candidates.iter().map(|c| with_levers(c, model.levers)).collect();
    let last = view.candidates.len() + 1;
    for (index, (candidate, label)) in view.candidates.iter().zip(&labels).enumerate() {
        let row = index as u32 + 1;
        let at = row + 1;
        let (fixed, tokens) = parts(candidate);
        sheet.write_number(row, 0, candidate.rank as f64)?;
        text(sheet, row, 1, label, None)?;
        text(sheet, row, 2, &candidate.commitment, None)?;
        sheet.write_number_with_format(row, 3, candidate.total_ptu, &styles.whole)?;
        text(sheet, row, 4, if candidate.feasible { "yes" } else { "no" }, None)?;
        sheet.write_number_with_format(row, 5, fixed, &styles.money)?;
        sheet.write_number_with_format(row, 6, tokens, &styles.money)?;
        let cost = &candidate.monthly_cost;
        if cost.p50.is_empty() {
            // Not simulated, so there is no cost: the cells stay empty.
            text(sheet, row, 17, &candidate.reasons.join("; "), None)?;
            continue;
        }
        sheet.write_number_with_format(row, 7, number(&cost.p50), &styles.money)?;
        let levers = format!(
            "=IF(F{at}+G{at}=0,H{at},H{at}*(F{at}*(1-discount_ptu)+G{at}*(1-discount_tokens))/(F{at}+G{at}))"
        );
        sheet.write_formula_with_format(row, 8, formula(&levers, moved[index]), &styles.money)?;
        if candidate.feasible {
            let place = format!("=COUNTIFS(E$2:E${last},\"yes\",I$2:I${last},\"<\"&I{at})+1");
            let cheaper = view
                .candidates
                .iter()
                .zip(&moved)
                .filter(|(other, cost)| other.feasible && **cost < moved[index])
                .count();
            sheet.write_formula(row, 9, formula(&place, (cheaper + 1) as f64))?;
        }
        sheet.write_number_with_format(row, 10, number(&cost.p10), &styles.money)?;
        sheet.write_number_with_format(row, 11, number(&cost.p90), &styles.money)?;
        let seen = &candidate.measures;
        sheet.write_number_with_format(row, 12, seen.saw_throttle_share, &styles.percent)?;
        sheet.write_number_with_format(row, 13, seen.added_wait_ms.p95, &styles.whole)?;
        sheet.write_number_with_format(row, 14, seen.added_wait_ms.p99, &styles.whole)?;
        if let Some(utilization) = seen.ptu_utilization {
            sheet.write_number_with_format(row, 15, utilization.mean, &styles.percent)?;
        }
        text(sheet, row, 16, &cost.p50, Some(&styles.right))?;
        text(sheet, row, 17, &candidate.reasons.join("; "), None)?;
    }
    let rows = view.candidates.len() as u32;
    if rows > 0 {
        sheet.autofilter(0, 0, rows, COLUMNS.len() as u16 - 1)?;
    }
    Ok(())
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
    let month = number(&candidate.monthly_cost.p50);
    if fixed + tokens == 0.0 {
        return month;
    }
    month * (fixed * Model::kept(levers, false) + tokens * Model::kept(levers, true))
        / (fixed + tokens)
}

/// The first candidates, as simulated and under the levers, for the first sheet.
pub(super) fn chart(view: &RecommendationView) -> Chart {
    let last = (view.candidates.len() as u32).min(BARS);
    let mut chart = Chart::new(ChartType::Bar);
    for (column, colour) in [(7, "#8A94A0"), (8, "#0072B2")] {
        chart
            .add_series()
            .set_name(("Candidates", 0, column))
            .set_categories(("Candidates", 1, 1, last, 1))
            .set_values(("Candidates", 1, column, last, column))
            .set_format(
                rust_xlsxwriter::ChartFormat::new()
                    .set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color(colour)),
            );
    }
    chart.title().set_name("Cost a month of the first candidates");
    chart.y_axis().set_reverse();
    chart
        .x_axis()
        .set_name(&format!("{} a month", view.bill.currency))
        .set_num_format("#,##0")
        .set_min(0.0);
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    chart.set_width(900).set_height(460);
    chart
}
