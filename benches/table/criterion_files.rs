//! Budgets measured by the other benches: read from what criterion wrote, where they have been run.

use crate::rows::Budget::{AtLeast, AtMost};
use crate::rows::Table;
use std::path::{Path, PathBuf};

/// The median of a benchmark in seconds, by its full name.
fn median(folder: &Path, name: &str) -> Option<f64> {
    let mut open: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let read = |file: &str| -> Option<serde_json::Value> {
            let text = std::fs::read_to_string(folder.join("new").join(file)).ok()?;
            serde_json::from_str(&text).ok()
        };
        if read("benchmark.json").is_some_and(|found| found["full_id"] == name) {
            let ns = read("estimates.json")?["median"]["point_estimate"].as_f64()?;
            return Some(ns * 1e-9);
        }
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        open.extend(entries.map(|entry| entry.path()).filter(|path| path.is_dir()));
    }
    None
}

pub(crate) fn measure(table: &mut Table) {
    let exe = std::env::current_exe().expect("a running program has a path");
    let Some(target) = exe.ancestors().nth(3) else { return };
    let folder = target.join("criterion");
    let of = |name: &str| median(&folder, name);
    let ratio = |a: &str, b: &str| Some(of(a)? / of(b)?);
    let catalogue = of("catalogue: load and validate").map(|seconds| seconds * 1e3);
    table.add_if("catalogue read and checked, ms", catalogue, AtMost(100.0), "bench catalog");
    // Beside polars, which takes minutes to build: a package of its own, `benches/peers`.
    for (what, ours, theirs, least) in [
        (
            "CSV of integers: polars / ours",
            "ingest/csv integers",
            "ingest/csv integers, polars",
            1.0,
        ),
        (
            "CSV of times: polars, times left as text / ours",
            "ingest/csv times",
            "ingest/csv times, polars (left as text)",
            1.0,
        ),
        ("Parquet: polars frame / ours", "ingest/parquet", "ingest/parquet, polars frame", 0.5),
    ] {
        table.add_if(what, ratio(theirs, ours), AtLeast(least), "benches/peers, wall clock");
    }
}
