//! How fast a trace is read, beside polars doing the same: `Cargo.toml` says how it is run.
//!
//! Budget (ratios within one run, one million rows): CSV of integers and CSV of times at least as fast as polars reads them into
//! columns; Parquet at least half as fast as polars into a frame.

#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use polars::prelude::{CsvReadOptions, ParquetReader, SerReader};
use ptuplan::workload::import::{ReadSpec, read};
use ptuplan::workload::tables::{read_parquet, write_trace};
use std::hint::black_box;
use std::io::Cursor;

#[path = "../../reference/tables.rs"]
mod tables;

use tables::{ROWS, integers, times};

fn ingest(criterion: &mut Criterion) {
    let (integers, times) = (integers(), times());
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10);
    for (name, text) in [("csv integers", &integers), ("csv times", &times)] {
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| read("t.csv", black_box(text.as_bytes()), &ReadSpec::strict()).unwrap());
        });
    }
    for (name, text) in
        [("csv integers, polars", &integers), ("csv times, polars (left as text)", &times)]
    {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || Cursor::new(text.as_bytes()),
                |source| {
                    CsvReadOptions::default().into_reader_with_file_handle(source).finish().unwrap()
                },
                BatchSize::LargeInput,
            );
        });
    }
    let trace = read("t.csv", integers.as_bytes(), &ReadSpec::strict()).unwrap().trace;
    let parquet = write_trace(&trace).unwrap();
    group.bench_function("parquet", |bencher| {
        bencher
            .iter(|| read_parquet("t.parquet", black_box(&parquet), &ReadSpec::strict()).unwrap());
    });
    group.bench_function("parquet, polars frame", |bencher| {
        bencher.iter(|| {
            ParquetReader::new(Cursor::new(black_box(parquet.as_slice()))).finish().unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
