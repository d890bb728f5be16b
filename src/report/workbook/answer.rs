//! The sheet a workbook opens with: the answer at a glance, the options with their picture, and what to request.

use crate::report::answer::{held, quantity, serves_shown, share_of_calls, when};
use crate::report::answer::{sought_for_choice, sought_for_option};
use crate::report::text::glance::{SERVES, currency, difference, reasons};
use crate::report::view::CHECK_FIRST;
use crate::report::view::{QuotaNeedView, RecommendationView};
use crate::report::workbook::model::number;
use crate::report::workbook::sheet::{Styles, across, text};
use rust_xlsxwriter::{Chart, ChartType, Worksheet, XlsxError};

/// Options of the picture.
const BARS: u32 = 8;
/// Widths of the columns, characters.
const WIDTHS: [u16; 6] = [34, 58, 18, 20, 16, 60];
/// The columns that sentences stand in, and their width: all of them, or those behind a label.
const ALL: ((u16, u16), usize) = ((0, 5), 206);
const BEHIND: ((u16, u16), usize) = ((1, 5), 172);
/// Options of the table.
const OPTIONS: usize = 40;

pub(super) fn write(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name("Answer")?;
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    let glance = &view.glance;
    text(sheet, 0, 0, &view.scenario.name, Some(&styles.note))?;
    text(sheet, 1, 0, &glance.action, Some(&styles.title))?;
    let mut row = 2;
    if !glance.check_first.is_empty() {
        text(sheet, row, 0, CHECK_FIRST, None)?;
        across(sheet, row, BEHIND.0, BEHIND.1, (&glance.check_first, &styles.wrapped))?;
        row += 1;
    }
    if let Some(figure) = &glance.figure {
        text(sheet, row, 0, &format!("Cost, {} {}", figure.currency, figure.period), None)?;
        sheet.write_number_with_format(row, 1, number(&figure.amount), &styles.money_bold)?;
        across(
            sheet,
            row,
            (2, 5),
            WIDTHS[2..].iter().map(|w| usize::from(*w)).sum(),
            (&figure.band, &styles.note),
        )?;
        row += 1;
    }
    for (label, said) in glance.lines() {
        text(sheet, row, 0, label, None)?;
        across(sheet, row, BEHIND.0, BEHIND.1, (said, &styles.wrapped))?;
        row += 1;
    }
    row += 1;
    let title = if glance.answered { "Why" } else { "What stands in the way" };
    text(sheet, row, 0, title, Some(&styles.heading))?;
    for reason in &glance.reasons {
        row += 1;
        across(sheet, row, ALL.0, ALL.1, (reason, &styles.wrapped))?;
    }
    row = serves(sheet, view, styles, row + 2)?;
    row = options(sheet, view, styles, row)?;
    row = requests(sheet, view, styles, row + 2)?;
    dependencies(sheet, view, styles, row + 2)
}

/// What serves which workload; the first row after it.
fn serves(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    styles: &Styles,
    mut row: u32,
) -> Result<u32, XlsxError> {
    let rows = serves_shown(view);
    if rows.is_empty() {
        return Ok(row);
    }
    text(sheet, row, 0, SERVES, Some(&styles.heading))?;
    row += 1;
    for (column, title) in (0..).zip(["App", "Served by", "Calls", "Model"]) {
        text(sheet, row, column, title, Some(&styles.header))?;
    }
    for one in rows {
        row += 1;
        let cells =
            [one.workload.clone(), one.served_by.clone(), share_of_calls(one), one.model_words()];
        for (column, cell) in (0..).zip(&cells) {
            text(sheet, row, column, cell, None)?;
        }
    }
    Ok(row + 2)
}

/// The options and their picture; the first row after them.
fn options(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    styles: &Styles,
    mut row: u32,
) -> Result<u32, XlsxError> {
    if view.options.is_empty() {
        return Ok(row);
    }
    text(sheet, row, 0, "Options, each at its best size", Some(&styles.heading))?;
    text(sheet, row, 1, &when::monthly_costs(view), Some(&styles.note))?;
    row += 1;
    let head = ["Option", "Best size", "a month", "Against the choice", "Feasible"];
    for (column, title) in (0..).zip(head) {
        let title =
            if column == 2 { format!("{} {title}", currency(view)) } else { title.to_owned() };
        text(sheet, row, column, &title, Some(&styles.header))?;
    }
    text(sheet, row, 5, "What stands in the way", Some(&styles.header))?;
    let first = row + 1;
    for option in view.options.iter().take(OPTIONS) {
        row += 1;
        text(sheet, row, 0, &option.option, Some(&styles.wrapped))?;
        text(sheet, row, 1, &option.label, Some(&styles.wrapped))?;
        if option.monthly_cost.is_empty() {
            text(sheet, row, 2, "–", Some(&styles.right))?;
        } else {
            sheet.write_number_with_format(row, 2, number(&option.monthly_cost), &styles.money)?;
        }
        text(sheet, row, 3, &difference(option), Some(&styles.right))?;
        let feasible = match (option.feasible, &*option.kind) {
            (true, _) => "yes",
            (false, "quota") => "with more quota",
            (false, _) => "no",
        };
        text(sheet, row, 4, feasible, Some(&styles.indented))?;
        text(sheet, row, 5, &reasons(option), Some(&styles.wrapped))?;
    }
    let last = row.min(first + BARS - 1);
    sheet.insert_chart(1, 7, &chart(view, first, last))?;
    Ok(row)
}

/// The best options side by side.
fn chart(view: &RecommendationView, first: u32, last: u32) -> Chart {
    let mut chart = Chart::new(ChartType::Bar);
    chart
        .add_series()
        .set_categories(("Answer", first, 1, last, 1))
        .set_values(("Answer", first, 2, last, 2))
        .set_name("a month");
    chart.title().set_name("The options, each at its best size");
    chart.legend().set_hidden();
    chart.y_axis().set_reverse();
    let unit = format!("{} a month", currency(view));
    chart.x_axis().set_name(&unit).set_num_format("#,##0").set_min(0.0);
    chart.set_width(820).set_height(420);
    chart
}

/// What to ask the platform for.
fn requests(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    styles: &Styles,
    mut row: u32,
) -> Result<u32, XlsxError> {
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    let mut tables: Vec<(&str, &[QuotaNeedView], Option<String>)> = Vec::new();
    tables.extend(better.map(|option| {
        let sought = sought_for_option(view, option);
        ("What to request", option.needs.as_slice(), Some(sought))
    }));
    let title =
        if better.is_some() { "What the choice without it takes" } else { "What to request" };
    tables.push((title, &view.quota.choice, sought_for_choice(view)));
    for (title, needs, sought) in tables {
        if needs.is_empty() {
            continue;
        }
        text(sheet, row, 0, title, Some(&styles.heading))?;
        if let Some(sought) = sought {
            text(sheet, row, 1, &sought, Some(&styles.note))?;
        }
        row += 1;
        let titles = ["Quota of", "Region", "Needed", "There is", "Month", "What to do"];
        for (column, title) in (0..).zip(titles) {
            text(sheet, row, column, title, Some(&styles.header))?;
        }
        for need in needs {
            row += 1;
            let model = need.model.as_ref().map_or_else(String::new, |model| format!(" {model}"));
            text(sheet, row, 0, &format!("{}{model}", need.sku), None)?;
            text(sheet, row, 1, &need.region, None)?;
            text(sheet, row, 2, &quantity(need), Some(&styles.right))?;
            text(sheet, row, 3, &held(need), Some(&styles.right))?;
            let month = need.month.as_deref().map_or_else(String::new, when::named);
            text(sheet, row, 4, &month, Some(&styles.indented))?;
            text(sheet, row, 5, &need.ask, None)?;
        }
        row += 2;
    }
    Ok(row)
}

fn dependencies(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    styles: &Styles,
    mut row: u32,
) -> Result<(), XlsxError> {
    if view.depends_on.is_empty() {
        return Ok(());
    }
    text(sheet, row, 0, "What it depends on", Some(&styles.heading))?;
    for one in &view.depends_on {
        row += 1;
        across(sheet, row, ALL.0, ALL.1, (&one.sentence, &styles.wrapped))?;
    }
    Ok(())
}
