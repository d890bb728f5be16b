//! The plan month by month: the PTUs stay, the tokens grow.

use crate::report::view::RecommendationView;
use crate::report::workbook::lines;
use crate::report::workbook::model::{Model, number};
use crate::report::workbook::sheet::{
    Cells, Column, Styles, chart as chart_of, figures_of, table, text,
};
use rust_xlsxwriter::{Chart, ChartType, Worksheet, XlsxError};

const COLUMNS: [Column; 9] = [
    ("Month", 12.0, false),
    ("PTUs and reservations", 17.0, true),
    ("Tokens", 15.0, true),
    ("Total", 15.0, true),
    ("Cumulative", 16.0, true),
    ("Simulated p10", 15.0, true),
    ("Most likely", 15.0, true),
    ("Simulated p90", 15.0, true),
    ("Objectives", 60.0, false),
];

pub(super) fn write(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    model: &Model,
    styles: &Styles,
) -> Result<(), XlsxError> {
    table(sheet, "Monthly plan", &COLUMNS, 1, styles)?;
    for (index, month) in model.months.iter().enumerate() {
        let at = index + 2;
        let mut cells = Cells::of(sheet, styles, index as u32 + 1);
        cells.text(&month.label)?;
        let of = |class: &str| lines::month_sum(view, class, index + 1);
        for (formula, result) in [
            (&of("fixed"), month.fixed),
            (&of("tokens"), month.tokens),
            (&format!("=B{at}+C{at}"), month.total),
            (&format!("=SUM(D$2:D{at})"), month.cumulative),
        ] {
            cells.formula(formula, result, |styles| &styles.money)?;
        }
        let horizon = view.outlook.horizon.as_ref();
        if let Some(own) = horizon.and_then(|horizon| horizon.months.get(index)) {
            cells.money(number(&own.p10))?.money(number(&own.cost))?.money(number(&own.p90))?;
            let short = format!("falls short: {}", own.broken.join("; "));
            cells.text(if own.holds { "hold" } else { &short })?;
        }
    }
    let last = model.months.len() as u32;
    let note = "Every month is simulated at its own traffic and billed; its lines are on the sheet Line items. Other growth must be simulated anew.";
    text(sheet, last + 2, 0, note, Some(&styles.note))?;
    text(sheet, last + 3, 0, &figures_of(view), Some(&styles.note))?;
    if last > 0 {
        sheet.insert_chart(last + 5, 0, &chart(view, last))?;
    }
    Ok(())
}

fn chart(view: &RecommendationView, last: u32) -> Chart {
    let columns = [(1, "#0072B2"), (2, "#D57F00")];
    let kind = ChartType::ColumnStacked;
    let mut chart = chart_of(kind, "Monthly plan", 0, &columns, last, "Cost by month");
    chart.x_axis().set_name("month");
    chart.y_axis().set_name(&format!("{} a month", view.bill.currency)).set_num_format("#,##0");
    chart.set_width(900).set_height(380);
    chart
}
