//! The bill's lines: quantity and list price are cells, the cost is a formula.

use crate::report::view::RecommendationView;
use crate::report::workbook::model::{Model, number};
use crate::report::workbook::sheet::{
    Cells, Column, Styles, decimals, figures_of, filter, formula, letter, table, text,
};
use rust_xlsxwriter::{Worksheet, XlsxError};

const COLUMNS: [Column; 18] = [
    ("Line", 7.0, true),
    ("Charge period start", 22.0, false),
    ("Charge period end", 22.0, false),
    ("Category", 11.0, false),
    ("Resource", 26.0, false),
    ("Workload", 16.0, false),
    ("Meter", 24.0, false),
    ("Class", 9.0, false),
    ("Quantity", 14.0, true),
    ("Unit", 12.0, false),
    ("List price (input)", 13.0, true),
    ("Share of list", 11.0, true),
    ("Effective cost", 15.0, true),
    ("As simulated, rounded", 15.0, true),
    ("As simulated, exact", 24.0, true),
    ("Billed, exact", 22.0, true),
    ("Source", 40.0, false),
    ("Month number", 9.0, true),
];
const CLASS: char = 'H';
const COST: u16 = 12;
const MONTH: &str = "R";

/// The last row of the lines, as a sheet counts.
fn last(view: &RecommendationView) -> usize {
    view.bill.line_items.len() + 1
}

/// The cell that holds the sum.
pub(super) fn total_cell(view: &RecommendationView) -> String {
    format!("'Line items'!${}${}", letter(COST), last(view) + 1)
}

/// The formula of the sum of a class.
pub(super) fn class_sum(view: &RecommendationView, class: &str) -> String {
    let (last, cost) = (last(view).max(2), letter(COST));
    format!(
        "=SUMIFS('Line items'!${cost}$2:${cost}${last},'Line items'!${CLASS}$2:${CLASS}${last},\"{class}\")"
    )
}

/// The formula of the sum of a class in a month, by its number.
pub(super) fn month_sum(view: &RecommendationView, class: &str, month: usize) -> String {
    let (last, cost) = (last(view).max(2), letter(COST));
    let column = |letter: &str| format!("'Line items'!${letter}$2:${letter}${last}");
    format!(
        "=SUMIFS({},{},\"{class}\",{},{month})",
        column(&cost.to_string()),
        column(&CLASS.to_string()),
        column(MONTH)
    )
}

pub(super) fn write(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    model: &Model,
    styles: &Styles,
) -> Result<(), XlsxError> {
    table(sheet, "Line items", &COLUMNS, 1, styles)?;
    let places = decimals(&view.bill.currency);
    for (index, (line, priced)) in view.bill.line_items.iter().zip(&model.lines).enumerate() {
        let at = index + 2;
        let mut cells = Cells::of(sheet, styles, index as u32 + 1);
        cells.whole(line.line as f64)?;
        cells.text(&line.charge_period_start)?.text(&line.charge_period_end)?;
        cells.text(&line.charge_category)?.text(&line.resource)?;
        cells.text(&line.workload)?.text(&line.meter)?;
        cells.text(if priced.tokens { "tokens" } else { "fixed" })?;
        cells.number(priced.quantity, |styles| &styles.quantity)?.text(&line.pricing_unit)?;
        cells.number(priced.list_price, |styles| &styles.input_price)?;
        cells.percent(priced.share_of_list)?;
        let cost = format!(
            "=I{at}*K{at}*L{at}*(1-IF({CLASS}{at}=\"tokens\",discount_tokens,discount_ptu))"
        );
        cells.formula(&cost, priced.cost, |styles| &styles.money)?;
        cells.money(rounded(&line.effective_cost, places))?;
        cells.exact(&line.effective_cost)?.exact(&line.billed_cost)?.text(&line.source)?;
        cells.whole(priced.month as f64)?;
    }
    let rows = view.bill.line_items.len() as u32;
    filter(sheet, rows, &COLUMNS)?;
    let row = rows + 1;
    text(sheet, row, 0, "Total", Some(&styles.bold))?;
    text(sheet, row, 1, &figures_of(view), Some(&styles.note))?;
    let sum = format!("=SUM({0}2:{0}{1})", letter(COST), row.max(2));
    let total = formula(&sum, model.fixed + model.tokens);
    if rows > 0 {
        sheet.write_formula_with_format(row, COST, total, &styles.money_bold)?;
    } else {
        sheet.write_number_with_format(row, COST, 0.0, &styles.money_bold)?;
    }
    text(sheet, row, 14, &view.bill.total, Some(&styles.right))?;
    text(sheet, row, 15, &view.bill.billed, Some(&styles.right))
}

/// An amount rounded to the decimals of its currency, half to even, as the other forms show it.
fn rounded(amount: &str, places: u32) -> f64 {
    amount
        .trim()
        .parse::<rust_decimal::Decimal>()
        .map_or(0.0, |d| number(&d.round_dp(places).to_string()))
}
