//! FLOOR 4. The question: what a scenario file says, checked, resolved against the catalogue, simulated and billed.
//! The only joint of catalogue and engine.

pub mod allocation;
pub mod calls;
pub mod candidate;
pub mod evaluate;
pub mod events;
pub mod facts;
pub mod load;
pub mod purchases;
pub mod question;
pub mod resolve;
pub mod schema;
pub mod terms;
pub mod traffic;
pub mod traffic_table;
pub mod uncertain;
pub mod what_if;
