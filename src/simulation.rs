//! What simulates: units, traffic, the ledger and the discrete-event core. A package of its own for
//! one reason: a compiler optimises packages, and only this one is worth it.
//!
//! `ptuplan` passes all of it on; nothing names this package but manifests and `src/lib.rs`.

#![forbid(unsafe_code)]

// FLOOR 0
pub mod units;
// FLOOR 1
pub mod ledger;
pub mod workload;
// FLOOR 2
pub mod engine;
