//! Simulated time: whole microseconds since the scenario's start, as `u64` in names that end in `_us`.

/// One millisecond in microseconds.
pub const MILLISECOND_US: u64 = 1_000;
/// One second in microseconds.
pub const SECOND_US: u64 = 1_000_000;
/// One minute in microseconds.
pub const MINUTE_US: u64 = 60 * SECOND_US;
/// One hour in microseconds.
pub const HOUR_US: u64 = 60 * MINUTE_US;
/// One day of 24 hours in microseconds.
pub const DAY_US: u64 = 24 * HOUR_US;
