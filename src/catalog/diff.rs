//! What two catalogues say differently, row by row.

use crate::catalog::Catalog;
use crate::catalog::table::{Row, Table};
use crate::units::diagnostic::Place;
use jiff::civil::Date;
use std::cmp::Ordering;

/// How a row differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the new catalogue has it.
    Added,
    /// Only the old catalogue has it.
    Removed,
    /// Both have it; the value, the last day or the status differ.
    Changed {
        /// Value, last day and status of the old catalogue.
        was: RowState,
    },
}

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowState {
    /// Value with its unit.
    pub value: String,
    /// Last day in force.
    pub to: Option<Date>,
    /// Status word.
    pub status: &'static str,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Table file.
    pub table: &'static str,
    /// Keys of the row.
    pub keys: Vec<String>,
    /// First day of the row.
    pub from: Date,
    /// What the row says now; what it said where it is gone.
    pub state: RowState,
    /// How it differs.
    pub change: Change,
    /// Where the row is.
    pub place: Place,
}

/// The differences from `old` to `new`, in the order of tables and keys. Sources and verification days are no difference.
pub fn diff(old: &Catalog, new: &Catalog) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (before, after) in old.tables().iter().zip(new.tables().iter()) {
        diff_table(before, after, &mut differences);
    }
    differences
}

fn diff_table(before: &Table, after: &Table, differences: &mut Vec<Difference>) {
    let (mut old, mut new) = (before.rows().iter().peekable(), after.rows().iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.keys().cmp(b.keys()).then(a.from.cmp(&b.from)),
        };
        let was = if order == Ordering::Greater { None } else { old.next() };
        let is = if order == Ordering::Less { None } else { new.next() };
        match (was, is) {
            (Some(was), None) => differences.push(difference(before, was, Change::Removed)),
            (None, Some(is)) => differences.push(difference(after, is, Change::Added)),
            (Some(was), Some(is)) if state(was) != state(is) => {
                differences.push(difference(after, is, Change::Changed { was: state(was) }));
            }
            _ => {}
        }
    }
}

fn state(row: &Row) -> RowState {
    let value = format!("{} {}", row.value(), row.unit()).trim_end().to_owned();
    RowState { value, to: row.to, status: row.status.as_str() }
}

fn difference(table: &Table, row: &Row, change: Change) -> Difference {
    Difference {
        table: table.schema().file,
        keys: row.keys().map(ToOwned::to_owned).collect(),
        from: row.from,
        state: state(row),
        change,
        place: table.place(row),
    }
}
