//! The sources that rows name by id: `sources.csv`.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Repository, path and commit, or whatever else finds it again.
    pub text: Arc<str>,
    /// The date the source itself bears.
    pub dated: Date,
    /// Where it can be read, empty for assumptions and for what has no public address.
    pub address: Arc<str>,
    /// The row that defines it.
    pub place: Place,
}

/// Reads `sources.csv` (`source,text,dated,address`, sorted by id; a file without addresses is read too).
pub(crate) fn parse(
    file: &str,
    text: &str,
    mistakes: &mut Diagnostics,
) -> BTreeMap<Arc<str>, Source> {
    let file: Arc<str> = file.into();
    let mut sources = BTreeMap::new();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let known = ["source", "text", "dated", "address"];
    let as_known = |header: &csv::StringRecord| {
        header.iter().eq(known) || header.iter().eq(known[..3].iter().copied())
    };
    if !reader.headers().is_ok_and(as_known) {
        mistakes.push(
            Diagnostic::error(
                "unknown-column",
                "sources need the columns source,text,dated,address",
            )
            .at(Place::new(file.clone(), 1, 1)),
        );
        return sources;
    }
    let mut last: Option<Arc<str>> = None;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line) as u32;
                mistakes.push(
                    Diagnostic::error("table-unreadable", error.to_string()).at(Place::new(
                        file.clone(),
                        line,
                        0,
                    )),
                );
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line) as u32;
        let place = Place::new(file.clone(), line, 1);
        let id: Arc<str> = record.get(0).unwrap_or_default().into();
        let Some(dated) = record.get(2).and_then(|date| date.parse().ok()) else {
            mistakes.push(
                Diagnostic::error("bad-date", format!("source without a date: {id}")).at(place),
            );
            continue;
        };
        if last.as_ref().is_some_and(|last| *last >= id) {
            mistakes.push(
                Diagnostic::error("unsorted-keys", format!("out of order or twice: {id}"))
                    .at(place.clone())
                    .hint("sources are sorted by id"),
            );
        }
        let text = record.get(1).unwrap_or_default().into();
        last = Some(id.clone());
        let address = record.get(3).unwrap_or_default().into();
        sources.insert(id, Source { text, dated, address, place });
    }
    sources
}
