//! The workload floor from outside: samples of every format, broken files and their messages, laws of the transforms.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

#[path = "workload/broken.rs"]
mod broken;
#[path = "workload/calendars.rs"]
mod calendars;
#[path = "workload/cases.rs"]
mod cases;
#[path = "workload/catches.rs"]
mod catches;
#[path = "workload/exports.rs"]
mod exports;
#[path = "workload/figures.rs"]
mod figures;
#[path = "workload/fits.rs"]
mod fits;
#[path = "workload/formats.rs"]
mod formats;
#[path = "workload/frames.rs"]
mod frames;
#[path = "workload/headers.rs"]
mod headers;
#[path = "workload/instants.rs"]
mod instants;
#[path = "workload/logs.rs"]
mod logs;
#[path = "workload/neighbours.rs"]
mod neighbours;
#[path = "workload/overlaps.rs"]
mod overlaps;
#[path = "workload/packed.rs"]
mod packed;
#[cfg(feature = "tables")]
#[path = "workload/parquet.rs"]
mod parquet;
#[path = "workload/programs.rs"]
mod programs;
#[path = "workload/reading.rs"]
mod reading;
#[path = "workload/samples.rs"]
mod samples;
#[path = "workload/spellings.rs"]
mod spellings;
#[path = "workload/summaries.rs"]
mod summaries;
#[path = "workload/synthesis.rs"]
mod synthesis;
#[path = "workload/transforms.rs"]
mod transforms;
#[path = "workload/unstated.rs"]
mod unstated;
#[path = "workload/usage.rs"]
mod usage;
