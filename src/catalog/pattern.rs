//! Rows that are about a pattern of models, such as `gpt-5.6-*`.

use crate::catalog::table::Row;

/// Whether a name is one of a pattern: a `*` at its end stands for anything.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

/// Of several patterns that fit, the one that says most.
pub(crate) fn closest<'a>(rows: impl Iterator<Item = &'a Row>, name: &str) -> Option<&'a Row> {
    rows.filter(|row| matches(row.key(0), name)).max_by_key(|row| row.key(0).len())
}
