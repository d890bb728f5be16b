//! Past rows are frozen: a row whose last day has passed when it was pinned cannot change without its digest.

use crate::catalog::files::{difference, files};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Rows that ended are history.
fn closed_rows(text: &str, keys: usize) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    reader
        .records()
        .map(Result::unwrap)
        .filter(|record| record.get(keys + 3).is_some_and(|to| !to.is_empty()))
        .map(|record| {
            // The verification day and the source's id may be refreshed; what held, and when, may not.
            record.iter().take(keys + 5).collect::<Vec<_>>().join("\u{1f}")
        })
        .collect()
}

#[test]
fn closed_periods_keep_their_digest() {
    let mut found = String::from("table,closed_rows,sha256\n");
    for schema in ptuplan::catalog::facts::SCHEMAS {
        let files = files();
        let (_, text) =
            files.iter().find(|(path, _)| path.ends_with(&format!("/{}", schema.file))).unwrap();
        let rows = closed_rows(text, schema.keys.len());
        if rows.is_empty() {
            continue;
        }
        let digest = Sha256::digest(rows.join("\u{1e}").as_bytes());
        let hex = digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        writeln!(found, "{},{},{hex}", schema.file, rows.len()).unwrap();
    }
    let root = env!("CARGO_MANIFEST_DIR");
    let pinned = std::fs::read_to_string(format!("{root}/data/history.csv")).unwrap();
    assert!(
        found == pinned,
        "history changed: if that is meant, say why in data/CHANGELOG.md and change the lines of \
         data/history.csv so:\n{}",
        difference(&pinned, &found)
    );
}

#[test]
fn the_data_changelog_names_the_pinned_digests() {
    let root = env!("CARGO_MANIFEST_DIR");
    let pinned = std::fs::read(format!("{root}/data/history.csv")).unwrap();
    let digest = Sha256::digest(&pinned);
    let short = digest.iter().take(6).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let changelog = std::fs::read_to_string(format!("{root}/data/CHANGELOG.md")).unwrap();
    assert!(
        changelog.contains(&format!("History: `{short}`")),
        "data/CHANGELOG.md needs an entry with the line: History: `{short}`"
    );
}
