//! FLOOR 3. Usage to money, a pure function: meter, rate, commitments, bill.
//!
//! Start with `bill.rs` (the function and its result), then `line.rs` (what a line item is). The kinds of charge are one
//! file each: `tokens`, `capacity` (PTU-hours), `commitment` and `coverage` (reservations). Prices come in through the
//! trait in `prices.rs`, so the rules can be tested with prices stated in a case. Knows no simulation and no file.
//! Serves invariants 6 (pure, additive), 7 (exact money), 8 (evidence), 10 (explainable) and 11 (nothing dropped).

pub mod agreement;
pub mod allocation;
pub mod bill;
pub mod capacity;
pub mod cases;
pub mod catalog_prices;
pub mod commitment;
pub mod coverage;
pub mod difference;
pub mod explain;
pub mod focus;
pub mod job_cap;
pub mod limit;
pub mod line;
pub mod metered;
pub mod month_price;
pub mod payments;
pub mod prices;
pub mod purchase;
mod queries;
pub mod rate;
pub mod recorded;
pub mod returns;
pub mod terms;
pub mod tokens;

pub(crate) mod minutes;
