//! ptuplan: capacity planning and cost simulation for Microsoft Foundry Models.
//!
//! Start with these four files: `scenario/schema.rs` (the question), `engine/setup.rs` (what is simulated),
//! `billing/bill.rs` (what it costs), `plan/recommend.rs` (the answer). `ARCHITECTURE.md` has the map and the invariants.
//!
//! Modules are floors; a module uses floors below its own, never its own floor's neighbours or those above.
//! `tests/tidy.rs` checks that.

// FLOOR 0
pub mod units;
// FLOOR 1
pub mod ledger;
pub mod workload;
// FLOOR 2
pub mod catalog;
pub mod engine;
// FLOOR 3
pub mod billing;
pub mod metrics;
// FLOOR 4
pub mod scenario;
// FLOOR 5
pub mod plan;
// FLOOR 6
pub mod report;
// FLOOR 7
#[cfg(feature = "cli")]
pub mod cli;
