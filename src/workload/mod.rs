//! FLOOR 1. What is asked: requests, traces, importers, synthesis, transforms. Knows no deployment and no price.
//!
//! `trace.rs` is what the engine replays. `import` reads logs into it, `bundled` carries one real trace in the program,
//! `transform` makes one trace out of another, `tables` (feature `tables`) reads and writes Parquet.

pub mod bundled;
pub mod demand;
pub mod export;
pub mod fit;
#[cfg(feature = "forecast")]
pub mod forecast;
pub mod import;
pub mod observed;
pub mod packed;
mod quantile;
pub mod summary;
pub mod synth;
#[cfg(feature = "tables")]
pub mod tables;
pub mod trace;
pub mod transform;
