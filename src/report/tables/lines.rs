//! `line_items`: the bill as FOCUS rows, which `billing::focus` writes.

use crate::billing::focus::{COLUMNS, FocusColumn, Holds};
use crate::report::tables::table::{Kind, Table};
use crate::report::view::BillView;

/// The rows of the bill's FOCUS file.
pub(super) fn table(bill: &BillView) -> Result<Table, csv::Error> {
    let mut reader = csv::Reader::from_reader(bill.focus_csv.as_slice());
    let rows = reader.records().map(|row| Ok(row?.iter().map(ToOwned::to_owned).collect()));
    let columns = COLUMNS.iter().map(|column| (column.name, kind(column))).collect();
    Ok(Table { name: "line_items", columns, rows: rows.collect::<Result<_, csv::Error>>()? })
}

/// The kind of a FOCUS column.
fn kind(column: &FocusColumn) -> Kind {
    match column.holds {
        Holds::Words => Kind::Words,
        Holds::Decimals => Kind::Amount,
        Holds::Instants => Kind::Instant,
    }
}
