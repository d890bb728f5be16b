//! Parquet, with the `tables` feature.

use ptuplan::workload::bundled;
use ptuplan::workload::import::{ReadSpec, read};
use ptuplan::workload::tables::{
    Cells, parquet_pieces, read_parquet, read_parquet_file, write_parquet, write_trace,
};
use ptuplan::workload::trace::Trace;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn a_trace_comes_back_from_parquet_as_it_went() {
    let mut trace = Trace::new(vec![0, 5, 5, 9], vec![10, 20, 30, 40], vec![1, 2, 3, 0]);
    assert_eq!(back(&trace), trace);
    trace.cached_input_tokens = Some(vec![0, 20, 5, 0]);
    trace.max_output_tokens = Some(vec![100, Trace::NO_LIMIT, 5, 1]);
    trace.assumed = vec!["1 of 4 rows state no output limit: taken as none".into()];
    assert_eq!(back(&trace), trace);
    // Times count from the start; when that was is told by a trace file alone.
    let mut real = bundled::get("azure-2023-conversation").unwrap().load().unwrap().trace;
    real.clock_us = 0;
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

/// A column that is taken over as it is was not looked at for them.
#[test]
fn tokens_beyond_any_context_window_are_refused_as_in_csv() {
    let trace = Trace::new(vec![0, 5, 9], vec![2_228_234, 20, 30], vec![1, 2, 3]);
    let bytes = write_trace(&trace).unwrap();
    let error = read_parquet("t.parquet", &bytes, &ReadSpec::default()).unwrap_err();
    assert_eq!(error.0[0].code, "beyond-any-context-window");
    let text = "arrival_us,input_tokens,output_tokens\n0,2228234,1\n5,20,2\n9,30,3\n";
    let in_csv = read("t.csv", text.as_bytes(), &ReadSpec::default()).unwrap_err();
    assert_eq!(error.0[0].code, in_csv.0[0].code);
}

#[test]
fn a_trace_of_several_row_groups_comes_back() {
    let rows = 600_000_u32;
    let arrivals = (0..rows).map(u64::from).collect();
    let lengths = |most: u32| (0..rows).map(|row| row * 7 % most).collect::<Vec<u32>>();
    let mut trace = Trace::new(arrivals, lengths(4_000), lengths(900));
    trace.max_output_tokens =
        Some(lengths(3).into_iter().map(|v| if v == 0 { Trace::NO_LIMIT } else { 900 }).collect());
    let back = back(&trace);
    assert!(back.arrival_us == trace.arrival_us && back.output_tokens == trace.output_tokens);
    assert!(back.max_output_tokens == trace.max_output_tokens);
    let mut pieces = 0;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    std::fs::write(&path, write_trace(&trace).unwrap()).unwrap();
    let mut rows_of_pieces = 0;
    parquet_pieces("t.parquet", &path, &ReadSpec::strict(), &mut |piece| {
        pieces += 1;
        rows_of_pieces += piece.trace.len();
        Ok(())
    })
    .unwrap();
    assert_eq!((pieces, rows_of_pieces), (2, trace.len()));
}

/// What one byte that changed on the way makes of a file: its rows, or what is wrong with it. Of its foot every seventh is tried.
fn with_each_byte_changed(whole: &[u8]) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let (rest, end) = whole.split_at(whole.len() - 8);
    let foot = rest.len() - u32::from_le_bytes(end[..4].try_into().unwrap()) as usize;
    for at in (4..foot).chain((foot..whole.len()).step_by(7)) {
        let was = whole[at];
        for is in [0x00, 0x01, 0x7f, 0xff, was ^ 0x01, was ^ 0x80] {
            let mut bytes = whole.to_vec();
            bytes[at] = is;
            if let Err(mistakes) = read_parquet("t.parquet", &bytes, &ReadSpec::default()) {
                assert!(!mistakes.0.is_empty(), "byte {at} as {is:#x}: an error that says nothing");
                codes.extend(mistakes.0.iter().map(|mistake| mistake.code.to_string()));
            }
        }
    }
    codes
}

/// A negative count of values in a page's header asked for 2^61 bytes, which ended the program.
#[test]
fn no_byte_that_changed_ends_the_program() {
    let mut trace = Trace::new(vec![0, 5, 5, 9], vec![10, 20, 30, 40], vec![1, 2, 3, 0]);
    trace.max_output_tokens = Some(vec![100, Trace::NO_LIMIT, 5, Trace::NO_LIMIT]);
    let codes = with_each_byte_changed(&write_trace(&trace).unwrap());
    assert!(codes.contains("parquet-damaged") && codes.contains("parquet-cut-short"), "{codes:?}");
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/robust/data/parquet");
    for name in ["compressed-delta", "compressed-snappy", "names-of-categories"] {
        let whole = std::fs::read(seeds.join(format!("{name}.parquet"))).unwrap();
        assert!(with_each_byte_changed(&whole).contains("parquet-damaged"), "{name}");
    }
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

/// A log of any tool is read from Parquet as it would be from text.
#[test]
fn logs_and_bills_in_parquet_are_read_as_the_text_they_would_be() {
    let texts = |all: &[&str]| {
        Cells::Text(all.iter().map(|t| (!t.is_empty()).then(|| (*t).to_owned())).collect())
    };
    let log = write_parquet(vec![
        (
            "timestamp".to_owned(),
            Cells::Instant(vec![Some(1_795_165_200_000_000), Some(1_795_165_200_700_000)]),
        ),
        ("team".to_owned(), texts(&["a", "b"])),
        ("model".to_owned(), texts(&["gpt-5", "gpt-5"])),
        ("input_tokens".to_owned(), Cells::Float(vec![Some(1_000.0), None])),
        ("output_tokens".to_owned(), Cells::Integer(vec![Some(100), Some(0)])),
        ("status".to_owned(), Cells::Integer(vec![Some(200), Some(429)])),
    ])
    .unwrap();
    let log = read_parquet("log.parquet", &log, &ReadSpec::default()).unwrap();
    assert_eq!(log.report.format, "request-log");
    assert_eq!(
        (log.trace.input_tokens, log.trace.output_tokens),
        (vec![1_000, 1_000], vec![100, 100])
    );
    assert_eq!(log.trace.arrival_us, [0, 700_000]);
    assert_eq!(log.attributes.status.unwrap(), [200, 429]);
    let totals = write_parquet(vec![
        ("date".to_owned(), texts(&["2026-11-19", "2026-11-20"])),
        ("requests".to_owned(), Cells::Integer(vec![Some(100), Some(200)])),
        ("input_tokens".to_owned(), Cells::Integer(vec![Some(100_000), Some(200_000)])),
        ("output_tokens".to_owned(), Cells::Integer(vec![Some(1_000), Some(2_000)])),
    ])
    .unwrap();
    let totals = read_parquet("totals.parquet", &totals, &ReadSpec::default()).unwrap();
    let sums = totals.trace.token_sums();
    assert_eq!((totals.trace.len(), sums.input_tokens, sums.output_tokens), (300, 300_000, 3_000));
    // Seconds since 1970 need no word, as in text.
    let seconds = write_parquet(vec![
        ("timestamp".to_owned(), Cells::Integer(vec![Some(1_795_165_200), Some(1_795_165_201)])),
        ("prompt_tokens".to_owned(), Cells::Integer(vec![Some(10), Some(20)])),
        ("completion_tokens".to_owned(), Cells::Integer(vec![Some(1), Some(2)])),
    ])
    .unwrap();
    let seconds = read_parquet("seconds.parquet", &seconds, &ReadSpec::default()).unwrap();
    assert_eq!(seconds.start.unwrap().to_string(), "2026-11-20T09:00:00Z");
    assert_eq!(seconds.trace.arrival_us, [0, 1_000_000]);
}

/// A table as pandas, Spark and `DuckDB` write nested logs: structures are columns with dots, as in
/// JSON, lists are left out by name, and a structure that is missing has no values.
#[test]
fn members_of_structures_are_columns_with_dots() {
    let path = format!("{}/tests/workload/tables/nested-usage.parquet", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap();
    let imported = read_parquet("nested.parquet", &bytes, &ReadSpec::default()).unwrap();
    let trace = &imported.trace;
    // The last call was refused and states no tokens.
    assert_eq!(trace.arrival_us, [0, 1_000_000, 2_000_000]);
    assert_eq!(trace.input_tokens, [900, 800, 800]);
    assert_eq!(trace.cached_input_tokens, Some(vec![600, 0, 0]));
    assert_eq!(trace.output_tokens, [55, 45, 45]);
    assert!(imported.warnings.to_string().contains("not read: tags"), "{}", imported.warnings);
    // By name too.
    let columns = ptuplan::workload::import::Columns {
        arrival: "ts".into(),
        input_tokens: Some("usage.prompt_tokens".into()),
        output_tokens: Some("usage.completion_tokens".into()),
        cached_input_tokens: Some("usage.prompt_tokens_details.cached_tokens".into()),
        status: Some("status".into()),
        ..Default::default()
    };
    let spec = ReadSpec { columns: Some(columns), ..ReadSpec::default() };
    let named = read_parquet_file("nested.parquet", Path::new(&path), &spec).unwrap();
    assert_eq!(named.trace.input_tokens, [900, 800, 800]);
    assert_eq!(named.trace.cached_input_tokens, Some(vec![600, 0, 0]));
}
