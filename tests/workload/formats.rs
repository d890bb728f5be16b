//! The list of formats: every example is read as what it stands for, and every format has an entry.

use ptuplan::workload::import::{BucketModel, ReadSpec, catalogue, log_formats, read};

#[test]
fn every_example_is_read_as_its_format() {
    let model = BucketModel { input_tokens_per_request: Some(1_000.0), ..BucketModel::default() };
    let spec = ReadSpec { model, ..ReadSpec::strict() };
    for entry in catalogue() {
        let imported = read(entry.name, entry.example.as_bytes(), &spec)
            .unwrap_or_else(|error| panic!("{}: {error}", entry.name));
        assert_eq!(imported.report.format, entry.name);
        assert!(!imported.trace.is_empty(), "{}", entry.name);
        let stated = ReadSpec { format: Some(entry.name.to_owned()), ..spec.clone() };
        let again = read(entry.name, entry.example.as_bytes(), &stated)
            .unwrap_or_else(|error| panic!("--read-as {}: {error}", entry.name));
        assert_eq!(again.trace.len(), imported.trace.len(), "{}", entry.name);
    }
}

#[test]
fn every_format_has_an_entry() {
    for name in log_formats() {
        assert!(catalogue().iter().any(|entry| entry.name == name), "{name}");
    }
}

/// `UPDATE_EXPECTED=1` writes the page again.
#[cfg(feature = "report")]
#[test]
fn the_page_of_formats_is_of_the_list() {
    use ptuplan::report::traffic::{FormatView, formats_page};
    let views: Vec<FormatView> = catalogue().iter().map(FormatView::of).collect();
    let page = formats_page(&views);
    let path = format!("{}/docs/formats.md", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/formats.md is stale: run this test with UPDATE_EXPECTED=1");
}
