//! `line_items`: the bill as FOCUS rows, which `billing::focus` writes.

use crate::billing::focus;
use crate::report::tables::table::{Kind, Table};
use crate::report::view::BillView;

/// The rows of the bill's FOCUS file.
pub(super) fn table(bill: &BillView) -> Result<Table, csv::Error> {
    let mut reader = csv::Reader::from_reader(bill.focus_csv.as_slice());
    let rows = reader.records().map(|row| Ok(row?.iter().map(ToOwned::to_owned).collect()));
    let columns = focus::COLUMNS.iter().map(|name| (*name, kind(name))).collect();
    Ok(Table { name: "line_items", columns, rows: rows.collect::<Result<_, csv::Error>>()? })
}

/// What a FOCUS column holds, by the words its name ends in.
fn kind(name: &str) -> Kind {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&["PeriodStart", "PeriodEnd"]) {
        Kind::Instant
    } else if ends(&["Cost", "Price", "Quantity"]) {
        Kind::Amount
    } else {
        Kind::Words
    }
}
