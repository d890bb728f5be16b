//! The sheet of levers: what can be changed, the totals they move, and the frame of the run.

use crate::report::view::RecommendationView;
use crate::report::words::numbers;
use crate::report::workbook::model::{Model, number};
use crate::report::workbook::sheet::{Styles, formula, text};
use crate::report::workbook::{candidates, lines};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Worksheet, XlsxError,
};

/// Names of cells on this sheet that formulas everywhere use.
pub(super) const NAMES: [(&str, &str); 3] =
    [("discount_ptu", "$B$6"), ("discount_tokens", "$B$7"), ("period_months", "$B$9")];

pub(super) fn write(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    model: &Model,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name("Summary")?;
    sheet.set_column_width(0, 44)?.set_column_width(1, 20)?.set_column_width(2, 70)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    text(sheet, 0, 0, &view.scenario.name, Some(&styles.title))?;
    text(sheet, 1, 0, &view.glance.action, None)?;
    text(sheet, 2, 0, &view.glance.how_sure, Some(&styles.note))?;
    levers(sheet, view, model, styles)?;
    totals(sheet, view, model, styles)?;
    let mut row = 19;
    text(sheet, row, 0, "Frame", Some(&styles.heading))?;
    let scenario = &view.scenario;
    let frame = [
        (
            "Period",
            format!("{} to {}", numbers::moment(&scenario.start), numbers::moment(&scenario.until)),
        ),
        ("Time zone", scenario.zone.clone()),
        ("Region", scenario.region.clone()),
        ("Simulated window", format!("{}, {}", scenario.simulated, scenario.starts)),
        ("Windows in the period", scenario.repetitions.to_string()),
        ("Seed", scenario.seed.to_string()),
        ("Figures of", view.bill.terms.figures_of.clone()),
    ];
    for (label, value) in frame {
        row += 1;
        text(sheet, row, 0, label, None)?;
        text(sheet, row, 1, &value, None)?;
    }
    if !view.candidates.is_empty() {
        sheet.insert_chart(row + 2, 0, &candidates::chart(view))?;
    }
    Ok(())
}

fn levers(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    model: &Model,
    styles: &Styles,
) -> Result<(), XlsxError> {
    text(sheet, 4, 0, "Levers (change the coloured cells)", Some(&styles.heading))?;
    let share = DataValidation::new()
        .allow_decimal_number(DataValidationRule::Between(-1.0, 1.0))
        .set_error_title("Levers")?
        .set_error_message("A share from -100% to 100%.")?
        .set_error_style(DataValidationErrorStyle::Stop);
    sheet.add_data_validation(5, 1, 6, 1, &share)?;
    let levers = [
        (
            "Further discount on PTUs and reservations",
            model.levers.discount_ptu,
            "on every line that is not tokens",
        ),
        ("Further discount on tokens", model.levers.discount_tokens, "on every token line"),
    ];
    for (index, (label, value, note)) in levers.into_iter().enumerate() {
        let row = 5 + index as u32;
        text(sheet, row, 0, label, None)?;
        sheet.write_number_with_format(row, 1, value, &styles.input_percent)?;
        text(sheet, row, 2, note, Some(&styles.note))?;
    }
    text(sheet, 7, 0, "Growth is simulated month by month: see Monthly plan", Some(&styles.note))?;
    // What is applied already is not to be typed in again.
    let applied = &view.bill.terms.applied;
    if !applied.is_empty() {
        let said = format!("Applied already: {}", applied.join("; "));
        text(sheet, 7, 2, &said, Some(&styles.note))?;
    }
    text(sheet, 8, 0, "Months in the bill", None)?;
    sheet.write_number_with_format(8, 1, model.period_months, &styles.quantity)?;
    text(
        sheet,
        8,
        2,
        "list prices can be changed line by line on the sheet Line items",
        Some(&styles.note),
    )
}

fn totals(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    model: &Model,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let currency = &view.bill.currency;
    text(sheet, 10, 0, &format!("Totals, {currency}"), Some(&styles.heading))?;
    if view.choice.is_none() {
        let note = "No plan is billed: nothing on the list meets every requirement as it stands.";
        return text(sheet, 11, 0, note, Some(&styles.note));
    }
    let last = model.months.len() + 1;
    let as_simulated = number(&view.bill.total);
    let total = model.fixed + model.tokens;
    let rows = [
        (
            "Cost of all months of the bill",
            format!("={}", lines::total_cell(view)),
            total,
            "effective cost: reservations spread over their use",
        ),
        ("of it PTUs and reservations", lines::class_sum(view, "fixed"), model.fixed, ""),
        ("of it tokens", lines::class_sum(view, "tokens"), model.tokens, ""),
        ("Cost of the period as simulated", String::new(), as_simulated, &view.bill.total),
        ("Change by levers and prices", "=B12-B15".to_owned(), total - as_simulated, ""),
        (
            "Cost of an average month",
            "=B12/period_months".to_owned(),
            total / model.period_months,
            "",
        ),
        (
            "Cost of the months of the monthly plan",
            format!("=SUM('Monthly plan'!$D$2:$D${last})"),
            model.months.iter().map(|m| m.total).sum(),
            "",
        ),
    ];
    for (index, (label, cell, value, note)) in rows.into_iter().enumerate() {
        let row = 11 + index as u32;
        text(sheet, row, 0, label, None)?;
        let style = if index == 0 { &styles.money_bold } else { &styles.money };
        if cell.is_empty() {
            sheet.write_number_with_format(row, 1, value, style)?;
            text(sheet, row, 2, &format!("exactly {note} {currency}"), Some(&styles.note))?;
        } else {
            sheet.write_formula_with_format(row, 1, formula(&cell, value), style)?;
            text(sheet, row, 2, note, Some(&styles.note))?;
        }
    }
    Ok(())
}
