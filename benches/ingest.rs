//! How fast a trace is read. `cargo bench --bench ingest --features tables`; beside polars doing the same in `benches/peers`.
//!
//! Budget: memory of at most 24 bytes a row beside the file.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ptuplan::workload::import::{ReadSpec, read};
use std::hint::black_box;

#[path = "reference/tables.rs"]
mod tables;

use tables::{ROWS, integers, times};

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
    }
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
