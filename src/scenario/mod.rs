//! FLOOR 4. The question: what a scenario file says, checked, resolved against the catalogue, simulated and billed.
//! The only joint of catalogue and engine.

pub mod allocation;
pub mod calls;
pub mod candidate;
mod components;
pub mod content_filter;
pub mod evaluate;
pub mod events;
pub mod facts;
pub mod forecast;
pub mod kinds;
pub mod load;
pub mod measured;
mod mixed;
pub mod models;
pub mod playback;
pub mod policy;
pub mod price_change;
pub mod prices;
pub mod purchases;
pub mod question;
pub mod require;
pub mod resolve;
pub mod schedule;
pub mod schema;
pub mod serving;
pub mod split;
pub mod terms;
pub mod traffic;
pub mod traffic_table;
pub mod uncertain;
mod usage;
pub mod waits;
pub mod what_if;
