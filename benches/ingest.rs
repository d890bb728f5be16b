//! How fast a trace is read, beside polars doing the same. `cargo bench --bench ingest --features tables`.
//!
//! Budget (ratios within one run, one million rows): CSV of integers and CSV of times at least as fast as polars reads them into
//! columns; Parquet at least half as fast as polars into a frame. Memory: at most 24 bytes a row beside the file.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ptuplan::workload::import::{ReadSpec, read};
use std::fmt::Write;
use std::hint::black_box;

const ROWS: u64 = 1_000_000;

/// Rows like those of the public traces: (microseconds, input, output).
fn rows() -> impl Iterator<Item = (u64, u64, u64)> {
    let mut at = 0;
    let mut state = 1_u64;
    (0..ROWS).map(move |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        at += state >> 44;
        (at, (state >> 20) % 4_096 + 1, (state >> 8) % 800)
    })
}

fn integers() -> String {
    let mut text = String::from("arrival_us,input_tokens,output_tokens\n");
    for (at, input, output) in rows() {
        writeln!(text, "{at},{input},{output}").unwrap();
    }
    text
}

fn times() -> String {
    let mut text = String::from("TIMESTAMP,ContextTokens,GeneratedTokens\n");
    for (at, input, output) in rows() {
        let (day, second) = (at / 86_400_000_000, at / 1_000_000);
        writeln!(
            text,
            "2023-11-{:02} {:02}:{:02}:{:02}.{:06}0,{input},{output}",
            day + 1,
            second / 3_600 % 24,
            second / 60 % 60,
            second % 60,
            at % 1_000_000
        )
        .unwrap();
    }
    text
}

/// Peak resident memory of this process so far, bytes; none where the system does not say.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1_024)
}

fn ingest(criterion: &mut Criterion) {
    let (integers, times) = (integers(), times());
    let before = peak_bytes();
    let trace = read("t.csv", integers.as_bytes(), &ReadSpec::strict()).unwrap().trace;
    if let (Some(before), Some(after)) = (before, peak_bytes()) {
        println!(
            "peak memory beside the file: {:.1} bytes a row",
            (after - before) as f64 / ROWS as f64
        );
    }
    assert_eq!(trace.len() as u64, ROWS);
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10);
    for (name, text) in [("csv integers", &integers), ("csv times", &times)] {
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| read("t.csv", black_box(text.as_bytes()), &ReadSpec::strict()).unwrap());
        });
    }
    #[cfg(feature = "tables")]
    {
        use polars::prelude::{CsvReadOptions, ParquetReader, SerReader};
        use std::io::Cursor;
        for (name, text) in
            [("csv integers, polars", &integers), ("csv times, polars (left as text)", &times)]
        {
            group.bench_function(name, |bencher| {
                bencher.iter_batched(
                    || Cursor::new(text.as_bytes()),
                    |source| {
                        CsvReadOptions::default()
                            .into_reader_with_file_handle(source)
                            .finish()
                            .unwrap()
                    },
                    BatchSize::LargeInput,
                );
            });
        }
        let parquet = ptuplan::workload::tables::write_trace(&trace).unwrap();
        group.bench_function("parquet", |bencher| {
            bencher.iter(|| {
                ptuplan::workload::tables::read_parquet(
                    "t.parquet",
                    black_box(&parquet),
                    &ReadSpec::strict(),
                )
                .unwrap()
            });
        });
        group.bench_function("parquet, polars frame", |bencher| {
            bencher.iter(|| {
                ParquetReader::new(Cursor::new(black_box(parquet.as_slice()))).finish().unwrap()
            });
        });
    }
    let _ = BatchSize::LargeInput;
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
