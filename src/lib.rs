//! ptuplan: capacity planning and cost simulation for Microsoft Foundry Models.
//!
//! Start with these four files: `scenario/schema/mod.rs` (the question), `engine/setup.rs` (what is simulated),
//! `billing/bill.rs` (what it costs), `plan/recommend.rs` (the answer). `ARCHITECTURE.md` has the map and the invariants.
//!
//! Modules are floors; a module uses floors below its own, never its own floor's neighbours or those above.
//! `tests/tidy.rs` checks that.
//!
//! # Example
//!
//! The official sizing formula, from a call shape to PTUs:
//!
//! ```
//! use ptuplan::catalog::Catalog;
//! use ptuplan::plan::size::{CallShape, size};
//! use rust_decimal::Decimal;
//!
//! let catalog = Catalog::embedded().expect("the embedded catalogue is sound");
//! let shape = CallShape {
//!     requests_per_minute: Decimal::from(1_000),
//!     input_tokens: Decimal::from(200),
//!     output_tokens: Decimal::from(20),
//!     ..CallShape::default()
//! };
//! let on = jiff::civil::date(2026, 12, 1);
//! let sizing = size(&catalog, "gpt-5.2", "DataZoneProvisionedManaged", &shape, on)?;
//! assert_eq!(sizing.deployable_ptu, 110);
//! # Ok::<(), ptuplan::units::diagnostic::Diagnostic>(())
//! ```

#![forbid(unsafe_code)]

// FLOORS 0 to 2: what simulates is a package of its own, see `src/simulation.rs`.
#[doc(inline)]
pub use ptuplan_simulation::{engine, ledger, units, workload};
// FLOOR 2
pub mod catalog;
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
#[cfg(feature = "files")]
pub mod files;
// FLOOR 8
#[cfg(feature = "cli")]
pub mod cli;
