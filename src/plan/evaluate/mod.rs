//! What a candidate does and costs: simulated, billed, measured against its objectives.

pub(crate) mod ahead;
pub mod cost;
pub mod evaluate;
mod hopeless;
pub mod hours;
mod later_prices;
pub mod objectives;
pub mod outage;
pub mod refusal;
pub mod spread;
