//! The workbook of `compare`: one sheet of scenarios side by side with their chart, one of their options.

use crate::report::text::compared::{chosen, headline, name};
use crate::report::view::{CandidateView, ComparedView};
use crate::report::workbook::WorkbookError;
use crate::report::workbook::model::number;
use crate::report::workbook::sheet::{Styles, text};
use rust_xlsxwriter::{Chart, ChartType, DocProperties, ExcelDateTime, Workbook, Worksheet};

/// The workbook of a comparison.
pub fn compared(all: &[ComparedView]) -> Result<Vec<u8>, WorkbookError> {
    let styles = Styles::new();
    let mut workbook = Workbook::new();
    // Equal runs give equal bytes.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title("Scenarios compared")
            .set_author("ptuplan")
            .set_creation_datetime(&made),
    );
    side_by_side(workbook.add_worksheet(), all, &styles)?;
    options(workbook.add_worksheet(), all, &styles)?;
    workbook.save_to_buffer()
}

fn side_by_side(
    sheet: &mut Worksheet,
    all: &[ComparedView],
    styles: &Styles,
) -> Result<(), WorkbookError> {
    sheet.set_name("Comparison")?;
    sheet.set_column_width(0, 44)?.set_column_width(1, 60)?.set_column_range_width(2, 6, 18)?;
    text(sheet, 0, 0, &headline(all), Some(&styles.title))?;
    let head = [
        "Scenario",
        "Choice",
        "A month",
        "Currency",
        "Today",
        "Pay-as-you-go",
        "Throttled in the end",
        "What to do",
    ];
    for (column, title) in (0..).zip(head) {
        text(sheet, 2, column, title, Some(&styles.header))?;
    }
    let mut row = 2;
    for one in all {
        row += 1;
        text(sheet, row, 0, &name(one), None)?;
        text(sheet, row, 1, &chosen(all, one), None)?;
        let others =
            [(2, one.choice.as_ref()), (4, one.today.as_ref()), (5, one.pay_as_you_go.as_ref())];
        for (column, candidate) in others {
            let cost = candidate.map(|c: &CandidateView| &c.expected_monthly_cost);
            if let Some(cost) = cost.filter(|cost| !cost.is_empty()) {
                sheet.write_number_with_format(row, column, number(cost), &styles.money)?;
            }
        }
        if let Some(choice) = &one.choice {
            text(sheet, row, 3, &choice.monthly_cost.currency, None)?;
            let share = choice.measures.throttled_share;
            sheet.write_number_with_format(row, 6, share, &styles.percent)?;
        }
        text(sheet, row, 7, &one.glance.action, None)?;
    }
    let mut chart = Chart::new(ChartType::Bar);
    for (column, title) in [(2, "choice"), (4, "today"), (5, "pay-as-you-go")] {
        chart
            .add_series()
            .set_name(title)
            .set_categories(("Comparison", 3, 0, row, 0))
            .set_values(("Comparison", 3, column, row, column));
    }
    chart.title().set_name("What a month costs");
    chart.y_axis().set_reverse();
    chart.x_axis().set_num_format("#,##0").set_min(0.0);
    chart.set_width(900).set_height(120 + 50 * u32::try_from(all.len().min(20)).unwrap_or(20));
    sheet.insert_chart(row + 2, 0, &chart)?;
    Ok(())
}

fn options(
    sheet: &mut Worksheet,
    all: &[ComparedView],
    styles: &Styles,
) -> Result<(), WorkbookError> {
    sheet.set_name("Options")?;
    sheet.set_column_width(0, 44)?.set_column_width(1, 34)?.set_column_width(2, 60)?;
    let head = ["Scenario", "Option", "Best size", "A month", "Currency", "Feasible"];
    for (column, title) in (0..).zip(head) {
        text(sheet, 0, column, title, Some(&styles.header))?;
    }
    let mut row = 0;
    for one in all {
        for option in &one.options {
            row += 1;
            text(sheet, row, 0, &name(one), None)?;
            text(sheet, row, 1, &option.option, None)?;
            text(sheet, row, 2, &option.label, None)?;
            if !option.monthly_cost.is_empty() {
                sheet.write_number_with_format(
                    row,
                    3,
                    number(&option.monthly_cost),
                    &styles.money,
                )?;
            }
            text(sheet, row, 4, &option.currency, None)?;
            text(sheet, row, 5, if option.feasible { "yes" } else { "no" }, None)?;
        }
    }
    Ok(())
}
