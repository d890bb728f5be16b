//! The plan month by month: the PTUs stay, the tokens grow.

use crate::report::view::RecommendationView;
use crate::report::workbook::lines;
use crate::report::workbook::model::{Model, number};
use crate::report::workbook::sheet::{Column, Styles, formula, headings, text};
use rust_xlsxwriter::{Chart, ChartType, Worksheet, XlsxError};

const COLUMNS: [Column; 9] = [
    ("Month", 12.0, false),
    ("Traffic factor", 13.0, true),
    ("PTUs and reservations", 17.0, true),
    ("Tokens", 15.0, true),
    ("Total", 15.0, true),
    ("Cumulative", 16.0, true),
    ("Simulated p10", 15.0, true),
    ("Simulated median", 15.0, true),
    ("Simulated p90", 15.0, true),
];

pub(super) fn write(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    model: &Model,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name("Monthly plan")?;
    headings(sheet, 0, &COLUMNS, styles)?;
    sheet.set_freeze_panes(1, 1)?.set_landscape().set_print_fit_to_pages(1, 0);
    let fixed = format!("{}/period_months", lines::class_sum(view, "fixed"));
    let tokens = format!("{}/period_months", lines::class_sum(view, "tokens"));
    for (index, month) in model.months.iter().enumerate() {
        let row = index as u32 + 1;
        let at = row + 1;
        text(sheet, row, 0, &month.label, None)?;
        let factor = format!("=(1+growth_per_month)^{index}");
        sheet.write_formula_with_format(
            row,
            1,
            formula(&factor, month.factor),
            &styles.quantity,
        )?;
        sheet.write_formula_with_format(row, 2, formula(&fixed, month.fixed), &styles.money)?;
        let grown = format!("{tokens}*B{at}");
        sheet.write_formula_with_format(row, 3, formula(&grown, month.tokens), &styles.money)?;
        let sum = format!("=C{at}+D{at}");
        sheet.write_formula_with_format(row, 4, formula(&sum, month.total), &styles.money)?;
        let until = format!("=SUM(E$2:E{at})");
        sheet.write_formula_with_format(
            row,
            5,
            formula(&until, month.cumulative),
            &styles.money,
        )?;
        if let Some(simulated) = view.outlook.months.get(index).filter(|m| m.month == month.label) {
            let cost = &simulated.cost;
            for (column, amount) in [(6, &cost.p10), (7, &cost.p50), (8, &cost.p90)] {
                sheet.write_number_with_format(row, column, number(amount), &styles.money)?;
            }
        }
    }
    let last = model.months.len() as u32;
    let note = "The months multiply the period's average month; what was simulated month by month stands beside them.";
    text(sheet, last + 2, 0, note, Some(&styles.note))?;
    if last > 0 {
        sheet.insert_chart(last + 4, 0, &chart(view, last))?;
    }
    Ok(())
}

fn chart(view: &RecommendationView, last: u32) -> Chart {
    let mut chart = Chart::new(ChartType::ColumnStacked);
    for (column, colour) in [(2, "#0072B2"), (3, "#D57F00")] {
        chart
            .add_series()
            .set_name(("Monthly plan", 0, column))
            .set_categories(("Monthly plan", 1, 0, last, 0))
            .set_values(("Monthly plan", 1, column, last, column))
            .set_format(
                rust_xlsxwriter::ChartFormat::new()
                    .set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color(colour)),
            );
    }
    chart.title().set_name("Cost by month");
    chart.x_axis().set_name("month");
    chart.y_axis().set_name(&format!("{} a month", view.bill.currency)).set_num_format("#,##0");
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    chart.set_width(900).set_height(380);
    chart
}
