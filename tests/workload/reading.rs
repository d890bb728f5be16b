//! How the tests of this floor read a file, and what they ask of it.

use ptuplan::workload::import::{Imported, ReadSpec, read};

/// A file that is read leniently, as a sound trace.
pub(crate) fn lenient(name: &str, text: &str) -> Imported {
    read_as(name, text, &ReadSpec::default())
}

/// The same with more said of it.
pub(crate) fn read_as(name: &str, text: &str, spec: &ReadSpec) -> Imported {
    let imported = read(name, text.as_bytes(), spec);
    let imported = imported.unwrap_or_else(|error| panic!("{name}: {error}"));
    imported.trace.validate().unwrap();
    imported
}

/// The mistakes of a file that is not read.
pub(crate) fn refused(name: &str, text: &str, spec: &ReadSpec) -> String {
    match read(name, text.as_bytes(), spec) {
        Ok(imported) => panic!("{name} was read: {:?}", imported.report),
        Err(error) => error.to_string(),
    }
}

/// Whether an import says what it assumed.
pub(crate) fn says(imported: &Imported, what: &str) {
    let assumed = &imported.report.assumed;
    assert!(assumed.iter().any(|said| said.contains(what)), "{what}: {assumed:#?}");
}
