//! FLOOR 2. Rules as dated, sourced data: models, SKUs, the PTU table, quotas, prices, regions.
//!
//! Every value is a row with a first day, a source and a status; asking before the first day is an error that names the row.
//! Tables are CSV (sorted, so a table is its own index), rules are TOML. Knows no engine, no bill and no scenario
//! (invariants 7, 8 and 10).

pub mod access;
pub mod availability;
pub mod charged_by;
pub mod check;
pub mod diff;
pub mod embedded;
pub mod facts;
pub mod image;
pub mod input_limit;
pub mod lifecycle;
pub mod managed;
pub mod meter;
pub mod metered;
pub mod model;
pub mod names;
mod naming;
pub mod pattern;
pub mod price;
pub mod promotion;
pub mod ptu;
pub mod quota;
pub mod region;
pub mod retail;
pub mod rulebook;
pub mod rules;
pub mod serving;
pub mod sku;
pub mod source;
pub mod stale;
pub mod table;
mod tiers;
mod versions;
pub mod weight;

pub use crate::catalog::facts::Catalog;
