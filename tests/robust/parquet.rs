//! Columns of every type that other programs write, and files that were damaged on the way.

use crate::{data, json, refused, run_in};
use std::fs;

fn file(name: &str) -> String {
    format!("parquet/{name}.parquet")
}

/// Requests, seconds spanned and input tokens that a summary states.
fn summary(name: &str) -> (u64, f64, u64) {
    let value = json(&["trace", "summarize", name]);
    let number = |path: &str| value.pointer(path).and_then(serde_json::Value::as_f64);
    let found = (number("/requests"), number("/span_s"), number("/tokens/0/sum"));
    let (Some(requests), Some(span), Some(input)) = found else { panic!("{value}") };
    (requests as u64, span, input as u64)
}

#[test]
fn the_column_says_its_unit() {
    assert_eq!(summary("arrival_us-of-milliseconds.parquet"), (3, 120.0, 60));
    for name in ["instants-s", "instants-ms", "instants-us", "instants-ns"] {
        assert_eq!(summary(&file(name)), (3, 120.0, 60), "{name}");
    }
    for name in ["durations-s", "durations-ms", "durations-us", "durations-ns"] {
        assert_eq!(summary(&file(name)), (3, 120.0, 60), "{name}");
    }
    assert_eq!(summary(&file("dates")), (3, 86_400.0, 60));
}

#[test]
fn decimals_are_read() {
    assert_eq!(summary("decimal-column.parquet").2, 60);
    for name in ["decimals-9", "decimals-18", "decimals-38", "nested-beside", "names-of-categories"]
    {
        assert_eq!(summary(&file(name)), (3, 120.0, 60), "{name}");
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.csv");
    let columns =
        "arrival=arrival_us,arrival_unit=s,input_tokens=input_tokens,output_tokens=output_tokens";
    let seconds = data(&file("decimal-seconds"));
    let found = run_in(
        folder.path(),
        &[
            "trace",
            "import",
            seconds.to_str().unwrap(),
            "--columns",
            columns,
            "-o",
            out.to_str().unwrap(),
        ],
    );
    assert_eq!(found.code, 0, "{}", found.err);
    let written = fs::read_to_string(out).unwrap();
    assert_eq!(written.lines().nth(2).unwrap(), "60000001,20,2");
}

#[test]
fn every_compression_and_both_kinds_of_page_are_read() {
    for name in ["none", "snappy", "gzip", "zstd", "lz4", "brotli", "delta"] {
        assert_eq!(summary(&file(&format!("compressed-{name}"))), (3, 120.0, 60), "{name}");
    }
}

#[test]
fn what_is_no_count_and_no_time_is_named() {
    for name in
        ["booleans", "times-of-day", "tokens-in-a-list", "tokens-are-dates", "tokens-are-booleans"]
    {
        let error = refused(&["trace", "summarize", &file(name)]);
        assert!(error.contains("_tokens") || error.contains("arrival_us"), "{name}: {error}");
    }
    for name in ["halves", "tokens-are-bytes"] {
        let error = refused(&["trace", "summarize", &file(name)]);
        assert!(error.contains("column input_tokens holds binary"), "{name}: {error}");
    }
    let error = refused(&["trace", "summarize", &file("tokens-in-a-list")]);
    assert!(error.contains("column input_tokens holds nested values"), "{error}");
    for name in ["decimals-of-fractions", "tokens-above-63-bits"] {
        let error = refused(&["trace", "summarize", &file(name), "--strict"]);
        assert!(error.contains("input_tokens"), "{name}: {error}");
        assert!(!error.contains("missing"), "{name}: {error}");
    }
}

#[test]
fn damaged_files_are_said_to_be() {
    let error = refused(&["trace", "summarize", "head-cut-off.parquet"]);
    assert!(error.contains("damaged"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    for name in ["decimals-38", "instants-ms", "nested-beside"] {
        let whole = fs::read(data(&file(name))).unwrap();
        // Every byte a header or the foot may be misread by, some at a time: the library's own runner does the others.
        for at in (4..whole.len()).step_by(whole.len() / 12) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            fs::write(folder.path().join("d.parquet"), &bytes).unwrap();
            let found = run_in(folder.path(), &["trace", "summarize", "d.parquet"]);
            assert!(matches!(found.code, 0 | 2), "{name} at {at}: {} {}", found.code, found.err);
            assert!(!found.err.contains("panicked"), "{name} at {at}: {}", found.err);
        }
    }
}
