//! FLOOR 4. The question: what a scenario file says, checked, resolved against the catalogue, simulated and billed.
//! The only joint of catalogue and engine.

pub mod azure;
pub mod load;
pub mod question;
pub mod resolve;
pub mod run;
pub mod schema;
