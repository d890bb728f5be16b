//! Parquet, with the `tables` feature.

use ptuplan::workload::bundled;
use ptuplan::workload::import::ReadSpec;
use ptuplan::workload::tables::{
    Cells, read_parquet, read_parquet_file, write_parquet, write_trace,
};
use ptuplan::workload::trace::Trace;
use std::path::{Path, PathBuf};

#[test]
fn a_trace_comes_back_from_parquet_as_it_went() {
    let mut trace = Trace::new(vec![0, 5, 5, 9], vec![10, 20, 30, 40], vec![1, 2, 3, 0]);
    assert_eq!(back(&trace), trace);
    trace.cached_input_tokens = Some(vec![0, 20, 5, 0]);
    trace.max_output_tokens = Some(vec![100, Trace::NO_LIMIT, 5, 1]);
    trace.assumed = vec!["1 of 4 rows state no output limit: taken as none".into()];
    assert_eq!(back(&trace), trace);
    let real = bundled::get("azure-2023-conversation").unwrap().load().unwrap().trace;
    assert_eq!(back(&real), real);
}

fn back(trace: &Trace) -> Trace {
    read_parquet("t.parquet", &write_trace(trace).unwrap(), &ReadSpec::strict()).unwrap().trace
}

#[test]
fn cut_and_foreign_files_are_refused() {
    let bytes = write_trace(&Trace::new(vec![0], vec![1], vec![1])).unwrap();
    for cut in [3, 12, bytes.len() / 2, bytes.len() - 1] {
        let error = read_parquet("t.parquet", &bytes[..cut], &ReadSpec::strict()).unwrap_err();
        assert_eq!(error.0[0].code, "parquet-cut-short", "{cut}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.parquet");
    std::fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    let error = read_parquet_file("cut.parquet", &path, &ReadSpec::strict()).unwrap_err();
    assert_eq!(error.0[0].code, "parquet-cut-short", "{error}");
    let missing = read_parquet_file("none.parquet", Path::new("none.parquet"), &ReadSpec::strict());
    assert_eq!(missing.unwrap_err().0[0].code, "unreadable");
}

#[test]
fn result_tables_are_the_same_bytes_each_time() {
    let table = || {
        vec![
            ("BilledCost".to_owned(), Cells::Text(vec![Some("1015.539".into()), None])),
            ("rows".to_owned(), Cells::Integer(vec![Some(-3), Some(9)])),
            ("share".to_owned(), Cells::Float(vec![None, Some(0.25)])),
            (
                "ChargePeriodStart".to_owned(),
                Cells::Instant(vec![Some(1_700_000_000_000_000), None]),
            ),
        ]
    };
    let bytes = write_parquet(table()).unwrap();
    assert_eq!(bytes, write_parquet(table()).unwrap());
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let uneven = vec![
        ("a".to_owned(), Cells::Integer(vec![Some(1)])),
        ("b".to_owned(), Cells::Integer(vec![Some(1), Some(2)])),
    ];
    assert_eq!(write_parquet(uneven).unwrap_err().code, "parquet-not-written");
}

/// Rows, last arrival and token sums of the public traces, where they lie beside the repository.
#[test]
fn the_shared_traces_read_whole() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    if !folder.exists() {
        eprintln!("SKIPPED: no ../shared/traces beside the repository");
        return;
    }
    for (name, rows, sessions) in [
        ("azure_2023_code", 8_819, false),
        ("azure_2023_conv_first_half", 9_739, false),
        ("mooncake_arxiv_first1000", 1_000, false),
        ("mooncake_synthetic", 3_993, false),
        ("weka_claude_code_sessions", 46_218, true),
        ("servegen_mm_image_24h", 818_610, false),
    ] {
        let path = folder.join(format!("{name}.parquet"));
        // Sessions restart their clock: only a lenient read may sort them.
        let spec = ReadSpec { strict: !sessions, ..ReadSpec::default() };
        let imported = read_parquet_file(name, &path, &spec).unwrap();
        assert_eq!(imported.trace.len(), rows, "{name}");
        assert_eq!(imported.trace.validate(), Ok(()), "{name}");
        assert_eq!(imported.attributes.session.is_some(), sessions, "{name}");
    }
    let path = folder.join("azure_2023_conv_first_half.parquet");
    let real = read_parquet_file("conv", &path, &ReadSpec::strict()).unwrap();
    let bundled = bundled::get("azure-2023-conversation").unwrap().load().unwrap();
    assert_eq!(real.trace, bundled.trace);
    assert_eq!(real.start, bundled.start);
}
