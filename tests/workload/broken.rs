//! One broken file a mistake, and the exact words of the answer.
//! `UPDATE_EXPECTED=1` rewrites the expectations; read the difference before committing it.

use ptuplan::units::diagnostic::Diagnostics;
use ptuplan::workload::import::{Imported, ReadSpec, read};
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/workload/broken")
}

fn parse(name: &str, bytes: &[u8]) -> Option<Result<Imported, Diagnostics>> {
    let spec = ReadSpec::strict();
    match name.rsplit_once('.')?.1 {
        "parquet" => {
            #[cfg(feature = "tables")]
            return Some(ptuplan::workload::tables::read_parquet(name, bytes, &spec));
            #[cfg(not(feature = "tables"))]
            None
        }
        "txt" => None,
        _ => Some(read(name, bytes, &spec)),
    }
}

#[test]
fn every_broken_file_is_refused_in_these_words() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut seen = 0;
    for name in names {
        let bytes = fs::read(folder().join(&name)).unwrap();
        let Some(result) = parse(&name, &bytes) else { continue };
        seen += 1;
        let said = result.expect_err(&name).to_string() + "\n";
        let expected = folder().join(format!("{}.txt", name.rsplit_once('.').unwrap().0));
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&expected, &said).unwrap();
        }
        let wanted = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(
            said,
            wanted,
            "{name}: what is said is not in {}: UPDATE_EXPECTED=1 writes it",
            expected.display()
        );
    }
    assert!(seen >= 13, "{seen} broken files");
}

#[test]
fn without_strictness_sound_rows_are_kept_and_every_other_is_accounted_for() {
    for (name, requests, skipped) in [
        ("unsorted.csv", 4, 0),
        ("negative-arrival.csv", 1, 1),
        ("not-a-number.csv", 1, 2),
        ("not-a-number-812.csv", 898, 1),
        ("half-written.csv", 1, 1),
        ("absurd.csv", 1, 2),
        ("mixed-time-zones.csv", 2, 0),
    ] {
        let bytes = fs::read(folder().join(name)).unwrap();
        let imported = read(name, &bytes, &ReadSpec::default()).expect(name);
        assert_eq!(imported.trace.len(), requests, "{name}");
        assert_eq!(imported.report.rows_skipped(), skipped, "{name}");
        assert_eq!(imported.report.rows_read, imported.report.requests + skipped, "{name}");
        assert!(!imported.warnings.0.is_empty(), "{name}: nothing is left out in silence");
        imported.trace.validate().expect(name);
    }
}

/// A portal's download is a workbook unless one asks for CSV: say so instead of guessing at its bytes.
#[test]
fn a_workbook_is_named_for_what_it_is() {
    let error = read("metrics.xlsx", b"PK\x03\x04rest", &ReadSpec::default()).unwrap_err();
    let said = error.to_string();
    if cfg!(feature = "workbooks") {
        assert!(said.contains("no readable workbook (.xlsx)"), "{said}");
        assert!(said.contains("unpack an archive first"), "{said}");
    } else {
        assert!(said.contains("choose CSV in the portal's download"), "{said}");
    }
}
