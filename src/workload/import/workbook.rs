//! A workbook as the portal's "Download to Excel" gives it: the sheet with most rows, as comma-separated text.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::memory;
use crate::workload::import::unpacked;
use calamine::{Data, Range, Reader, Xlsx};
use std::io::Cursor;

/// A sheet with at least two rows and two columns.
struct Sheet {
    name: String,
    rows: usize,
    head: Vec<String>,
}

fn wrong(name: &str, code: &'static str, message: String, hint: &str) -> Diagnostics {
    Diagnostic::error(code, message).at(Place::new(name, 0, 0)).hint(hint).into()
}

/// The text of the sheet with most rows, together with those that have its first row; and what was
/// chosen, where there are several. One sheet at a time is laid out.
///
/// # Errors
/// A file that is no workbook, or has no table.
pub(crate) fn sheet_text(
    name: &str,
    bytes: Vec<u8>,
) -> Result<(String, Option<String>), Diagnostics> {
    unpacked::check(&bytes).map_err(|error| error.at(Place::new(name, 0, 0)))?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| {
        let hint = "unpack an archive first; save a workbook as .xlsx or CSV";
        let message = format!("no readable workbook (.xlsx): {error}");
        wrong(name, "workbook-unreadable", message, hint)
    })?;
    let mut sheets = Vec::new();
    let mut only = None;
    for sheet in workbook.sheet_names() {
        let range = laid_out(name, &mut workbook, &sheet)?;
        if range.height() < 2 || range.width() < 2 {
            continue;
        }
        let head = range.rows().next().map(|row| row.iter().map(cell).collect());
        sheets.push(Sheet { name: sheet, rows: range.height(), head: head.unwrap_or_default() });
        only = (sheets.len() == 1).then_some(range);
    }
    // The first of those with most rows.
    let Some(most) = sheets.iter().rev().max_by_key(|sheet| sheet.rows) else {
        let message = "the workbook has no sheet with a table".into();
        let hint = "choose the sheet with the rows and save it as CSV";
        return Err(wrong(name, "empty-trace", message, hint));
    };
    let (taken, other): (Vec<&Sheet>, Vec<&Sheet>) =
        sheets.iter().partition(|sheet| sheet.head == most.head);
    let unwritten = |error: csv::Error| {
        wrong(name, "workbook-unreadable", error.to_string(), "save the sheet as CSV")
    };
    let mut text = Vec::new();
    for (number, sheet) in taken.iter().enumerate() {
        let range = match only.take() {
            Some(range) => range,
            None => laid_out(name, &mut workbook, &sheet.name)?,
        };
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut text);
        // The header of the others is there already.
        for row in range.rows().skip(usize::from(number > 0)) {
            writer.write_record(row.iter().map(cell)).map_err(unwritten)?;
        }
        writer.flush().map_err(|error| unwritten(error.into()))?;
        drop(writer);
        let count = u128::try_from(text.len()).unwrap_or(u128::MAX);
        memory::check_input("the text of its sheets", count, 1, length)
            .map_err(|error| error.at(Place::new(name, 0, 0)))?;
    }
    Ok((String::from_utf8_lossy(&text).into_owned(), said(&taken, &other)))
}

fn laid_out(
    name: &str,
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
) -> Result<Range<Data>, Diagnostics> {
    workbook.worksheet_range(sheet).map_err(|error| {
        let message = format!("unreadable sheet \"{sheet}\": {error}");
        wrong(name, "workbook-unreadable", message, "save the sheet as CSV")
    })
}

/// What is said of the choice among several sheets.
fn said(taken: &[&Sheet], other: &[&Sheet]) -> Option<String> {
    let names = |sheets: &[&Sheet]| {
        let names: Vec<String> = sheets.iter().map(|sheet| format!("\"{}\"", sheet.name)).collect();
        names.join(", ")
    };
    let read = match taken {
        [_] if other.is_empty() => return None,
        [one] => format!("of the workbook the sheet \"{}\" is read, which has most rows", one.name),
        several => format!("the sheets {} of the workbook are read as one table", names(several)),
    };
    let left = if other.is_empty() { String::new() } else { format!("; not {}", names(other)) };
    Some(read + &left)
}

/// A cell as text; dates as ISO 8601, whole numbers without a fraction.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, millisecond) = at.to_ymd_hms_milli();
            format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}"
            )
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) | Data::String(text) => text.clone(),
        other => other.to_string(),
    }
}
