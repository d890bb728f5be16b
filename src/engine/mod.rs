//! FLOOR 2. The discrete-event core. Integers only: no currency, calendar, vendor name, float, generator or thread.

pub mod outcome;
pub mod setup;
