//! The plan month by month: the PTUs stay, the tokens grow.

use crate::report::view::RecommendationView;
use crate::report::workbook::lines;
use crate::report::workbook::model::{Model, number};
use crate::report::workbook::sheet::{Cells, Column, Styles, chart as chart_of, table, text};
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
    table(sheet, "Monthly plan", &COLUMNS, 1, styles)?;
    let fixed = format!("{}/period_months", lines::class_sum(view, "fixed"));
    let tokens = format!("{}/period_months", lines::class_sum(view, "tokens"));
    for (index, month) in model.months.iter().enumerate() {
        let at = index + 2;
        let mut cells = Cells::of(sheet, styles, index as u32 + 1);
        cells.text(&month.label)?;
        let factor = format!("=(1+growth_per_month)^{index}");
        cells.formula(&factor, month.factor, |styles| &styles.quantity)?;
        for (formula, result) in [
            (&fixed, month.fixed),
            (&format!("{tokens}*B{at}"), month.tokens),
            (&format!("=C{at}+D{at}"), month.total),
            (&format!("=SUM(E$2:E{at})"), month.cumulative),
        ] {
            cells.formula(formula, result, |styles| &styles.money)?;
        }
        if let Some(simulated) = view.outlook.months.get(index).filter(|m| m.month == month.label) {
            let cost = &simulated.cost;
            cells.money(number(&cost.p10))?.money(number(&cost.p50))?.money(number(&cost.p90))?;
        }
    }
    let last = model.months.len() as u32;
    let note = "The months multiply the period's average month; what was simulated month by month is in the columns to the right.";
    text(sheet, last + 2, 0, note, Some(&styles.note))?;
    if last > 0 {
        sheet.insert_chart(last + 4, 0, &chart(view, last))?;
    }
    Ok(())
}

fn chart(view: &RecommendationView, last: u32) -> Chart {
    let columns = [(2, "#0072B2"), (3, "#D57F00")];
    let kind = ChartType::ColumnStacked;
    let mut chart = chart_of(kind, "Monthly plan", 0, &columns, last, "Cost by month");
    chart.x_axis().set_name("month");
    chart.y_axis().set_name(&format!("{} a month", view.bill.currency)).set_num_format("#,##0");
    chart.set_width(900).set_height(380);
    chart
}
