//! FLOOR 3. Ledger to measures: throttling, added wait, utilization, SLO attainment. Knows no money.

pub mod instances;
pub mod measures;
pub mod percentile;
pub mod slo;
