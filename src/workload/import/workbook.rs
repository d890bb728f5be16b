//! A workbook as the portal's "Download to Excel" gives it: the first sheet with a table, as comma-separated text.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::import::unpacked;
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

/// The text of the first sheet that has at least two rows and two columns.
///
/// # Errors
/// A file that is no workbook, or has no table.
pub(crate) fn sheet_text(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostics> {
    let wrong = |code, message: String, hint: &str| -> Diagnostics {
        Diagnostic::error(code, message).at(Place::new(name, 0, 0)).hint(hint).into()
    };
    unpacked::check(&bytes).map_err(|error| error.at(Place::new(name, 0, 0)))?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| {
        let hint = "unpack an archive first; save a workbook as .xlsx or CSV";
        wrong("workbook-unreadable", format!("no readable workbook (.xlsx): {error}"), hint)
    })?;
    for sheet in workbook.sheet_names() {
        let range = workbook.worksheet_range(&sheet).map_err(|error| {
            let message = format!("unreadable sheet \"{sheet}\": {error}");
            wrong("workbook-unreadable", message, "save the sheet as CSV")
        })?;
        if range.height() < 2 || range.width() < 2 {
            continue;
        }
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in range.rows() {
            let cells: Vec<String> = row.iter().map(cell).collect();
            writer.write_record(&cells).map_err(|error| {
                wrong("workbook-unreadable", error.to_string(), "save the sheet as CSV")
            })?;
        }
        let text = writer.into_inner().map_err(|error| {
            wrong("workbook-unreadable", error.to_string(), "save the sheet as CSV")
        })?;
        return Ok(String::from_utf8_lossy(&text).into_owned());
    }
    let message = "the workbook has no sheet with a table".into();
    Err(wrong("empty-trace", message, "choose the sheet with the rows and save it as CSV"))
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
