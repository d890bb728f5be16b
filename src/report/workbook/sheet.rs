//! Styles and the few ways a cell is written.

use crate::report::view::RecommendationView;
use crate::units::escape::for_terminal;
use crate::units::money::Currency;
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartLegendPosition, ChartSolidFill, ChartType, Color, Format, FormatAlign,
    FormatBorder, Formula, Worksheet, XlsxError,
};

/// Height of a line of text, points.
const LINE_HEIGHT: f64 = 15.0;
/// Longest text a cell can hold.
const LONGEST: usize = 32_767;

pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) heading: Format,
    pub(super) note: Format,
    pub(super) header: Format,
    pub(super) header_right: Format,
    pub(super) wrapped: Format,
    pub(super) money: Format,
    pub(super) money_bold: Format,
    pub(super) bold: Format,
    pub(super) percent: Format,
    pub(super) whole: Format,
    pub(super) quantity: Format,
    pub(super) input_percent: Format,
    pub(super) input_price: Format,
    pub(super) right: Format,
    pub(super) indented: Format,
}

impl Styles {
    /// Amounts have cents.
    pub(super) fn new() -> Self {
        Self::with_decimals(2)
    }

    /// Amounts have the decimals of their currency.
    pub(super) fn of(currency: &str) -> Self {
        Self::with_decimals(decimals(currency))
    }

    fn with_decimals(decimals: u32) -> Self {
        let money = match decimals {
            0 => "#,##0",
            3 => "#,##0.000",
            _ => "#,##0.00",
        };
        let header = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_background_color(Color::RGB(0x00E8_F1F9))
            .set_border_bottom(FormatBorder::Thin);
        let input = Format::new()
            .set_background_color(Color::RGB(0x00FF_F4CC))
            .set_border(FormatBorder::Hair)
            .set_unlocked();
        Self {
            title: Format::new().set_bold().set_font_size(16),
            heading: Format::new().set_bold().set_font_size(12),
            note: Format::new().set_indent(1).set_font_color(Color::RGB(0x0056_616D)),
            header_right: header.clone().set_align(FormatAlign::Right),
            header,
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            money: Format::new().set_num_format(money),
            money_bold: Format::new().set_num_format(money).set_bold(),
            bold: Format::new().set_bold(),
            percent: Format::new().set_num_format("0.00%"),
            whole: Format::new().set_num_format("#,##0"),
            quantity: Format::new().set_num_format("#,##0.######"),
            input_percent: input.clone().set_num_format("0.0%"),
            input_price: input.set_num_format("#,##0.00####"),
            right: Format::new().set_align(FormatAlign::Right),
            indented: Format::new().set_indent(1),
        }
    }
}

/// Decimals of a currency by its code; two where that is no code.
pub(super) fn decimals(currency: &str) -> u32 {
    currency.parse::<Currency>().map_or(2, |known| known.decimals())
}

/// Which plan, days and future the amounts of a sheet are of; empty where nothing was billed.
pub(super) fn figures_of(view: &RecommendationView) -> String {
    let of = &view.bill.terms.figures_of;
    if of.is_empty() {
        String::new()
    } else {
        format!("Figures of {of}, in {}", view.bill.currency)
    }
}

/// A column: heading, width, whether it holds figures.
pub(super) type Column<'c> = (&'c str, f64, bool);

/// A sheet under its name with its headings in the first row, `frozen` columns kept in sight, printed one page wide.
pub(super) fn table(
    sheet: &mut Worksheet,
    name: &str,
    columns: &[Column],
    frozen: u16,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_row_height(0, 32)?;
    for (index, (title, width, figures)) in columns.iter().enumerate() {
        let style = if *figures { &styles.header_right } else { &styles.header };
        sheet.set_column_width(index as u16, *width)?;
        sheet.write_string_with_format(0, index as u16, *title, style)?;
    }
    sheet.set_freeze_panes(1, frozen)?.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// Lets a planner filter the rows from the second to `last`.
pub(super) fn filter(
    sheet: &mut Worksheet,
    last: u32,
    columns: &[Column],
) -> Result<(), XlsxError> {
    if last > 0 {
        sheet.autofilter(0, 0, last, columns.len() as u16 - 1)?;
    }
    Ok(())
}

/// Writes the cells of a row from left to right.
pub(super) struct Cells<'w> {
    sheet: &'w mut Worksheet,
    styles: &'w Styles,
    row: u32,
    column: u16,
}

impl<'w> Cells<'w> {
    /// The cells of `row`, counted from 0, from the first column on.
    pub(super) fn of(sheet: &'w mut Worksheet, styles: &'w Styles, row: u32) -> Self {
        Self { sheet, styles, row, column: 0 }
    }

    /// Text, whatever it starts with.
    pub(super) fn text(&mut self, value: &str) -> Result<&mut Self, XlsxError> {
        text(self.sheet, self.row, self.column, value, None)?;
        Ok(self.skip(1))
    }

    /// The exact text of an amount, standing right as figures do.
    pub(super) fn exact(&mut self, value: &str) -> Result<&mut Self, XlsxError> {
        text(self.sheet, self.row, self.column, value, Some(&self.styles.right))?;
        Ok(self.skip(1))
    }

    /// A number in a format.
    pub(super) fn number(
        &mut self,
        value: f64,
        format: fn(&Styles) -> &Format,
    ) -> Result<&mut Self, XlsxError> {
        let format = format(self.styles);
        self.sheet.write_number_with_format(self.row, self.column, value, format)?;
        Ok(self.skip(1))
    }

    /// An amount.
    pub(super) fn money(&mut self, value: f64) -> Result<&mut Self, XlsxError> {
        self.number(value, |styles| &styles.money)
    }

    /// A count.
    pub(super) fn whole(&mut self, value: f64) -> Result<&mut Self, XlsxError> {
        self.number(value, |styles| &styles.whole)
    }

    /// A share of 1.
    pub(super) fn percent(&mut self, value: f64) -> Result<&mut Self, XlsxError> {
        self.number(value, |styles| &styles.percent)
    }

    /// A formula in a format, with the result it has.
    pub(super) fn formula(
        &mut self,
        text: &str,
        result: f64,
        format: fn(&Styles) -> &Format,
    ) -> Result<&mut Self, XlsxError> {
        let (written, format) = (formula(text, result), format(self.styles));
        self.sheet.write_formula_with_format(self.row, self.column, written, format)?;
        Ok(self.skip(1))
    }

    /// Leaves cells empty.
    pub(super) fn skip(&mut self, columns: u16) -> &mut Self {
        self.column += columns;
        self
    }
}

/// A chart of columns of a sheet, each in its colour, over the names in column `names`.
pub(super) fn chart(
    kind: ChartType,
    sheet: &str,
    names: u16,
    columns: &[(u16, &str)],
    last: u32,
    title: &str,
) -> Chart {
    let mut chart = Chart::new(kind);
    for (column, colour) in columns {
        chart
            .add_series()
            .set_name((sheet, 0, *column))
            .set_categories((sheet, 1, names, last, names))
            .set_values((sheet, 1, *column, last, *column))
            .set_format(
                ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(*colour)),
            );
    }
    chart.title().set_name(title);
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart
}

/// Writes text as text, whatever it starts with, in a style where one is given. What a cell would
/// not show is shown by its number.
pub(super) fn text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &str,
    style: Option<&Format>,
) -> Result<(), XlsxError> {
    let shown = for_terminal(value);
    let value = &*shown;
    let short: String;
    let value = if value.len() > LONGEST {
        short = value.chars().take(LONGEST / 4).collect();
        &short
    } else {
        value
    };
    match style {
        Some(style) => sheet.write_string_with_format(row, column, value, style)?,
        None => sheet.write_string(row, column, value)?,
    };
    Ok(())
}

/// Writes a text over the columns from `first` to `last` of a row as high as its lines. `width` is
/// that of the columns, in characters.
pub(super) fn across(
    sheet: &mut Worksheet,
    row: u32,
    (first, last): (u16, u16),
    width: usize,
    (value, style): (&str, &Format),
) -> Result<(), XlsxError> {
    let shown = for_terminal(value);
    let length = shown.chars().count();
    if length > LONGEST {
        return text(sheet, row, first, value, Some(style));
    }
    // Letters are narrower than digits, by which a column is measured: the estimate leaves room.
    let lines = u32::try_from(length.div_ceil(width.max(1)).max(1)).unwrap_or(1);
    sheet.merge_range(row, first, row, last, &shown, style)?;
    if lines > 1 {
        sheet.set_row_height(row, LINE_HEIGHT * f64::from(lines))?;
    }
    Ok(())
}

/// A formula and the result it has.
pub(super) fn formula(text: &str, result: f64) -> Formula {
    Formula::new(text).set_result(result.to_string())
}

/// The letter of a column.
pub(super) fn letter(column: u16) -> char {
    char::from(b'A' + column as u8)
}
