//! Styles and the few ways a cell is written.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError};

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
}

impl Styles {
    pub(super) fn new() -> Self {
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
            money: Format::new().set_num_format("#,##0.00"),
            money_bold: Format::new().set_num_format("#,##0.00").set_bold(),
            bold: Format::new().set_bold(),
            percent: Format::new().set_num_format("0.00%"),
            whole: Format::new().set_num_format("#,##0"),
            quantity: Format::new().set_num_format("#,##0.######"),
            input_percent: input.clone().set_num_format("0.0%"),
            input_price: input.set_num_format("#,##0.00####"),
            right: Format::new().set_align(FormatAlign::Right),
        }
    }
}

/// A column: heading, width, whether it holds figures.
pub(super) type Column<'c> = (&'c str, f64, bool);

/// Writes headings and widths.
pub(super) fn headings(
    sheet: &mut Worksheet,
    row: u32,
    columns: &[Column],
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_row_height(row, 32)?;
    for (index, (title, width, figures)) in columns.iter().enumerate() {
        let style = if *figures { &styles.header_right } else { &styles.header };
        sheet.set_column_width(index as u16, *width)?;
        sheet.write_string_with_format(row, index as u16, *title, style)?;
    }
    Ok(())
}

/// Writes text as text, whatever it starts with, in a style where one is given.
pub(super) fn text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &str,
    style: Option<&Format>,
) -> Result<(), XlsxError> {
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

/// A formula and the result it has.
pub(super) fn formula(text: &str, result: f64) -> Formula {
    Formula::new(text).set_result(result.to_string())
}

/// The letter of a column.
pub(super) fn letter(column: u16) -> char {
    char::from(b'A' + column as u8)
}
