//! FLOOR 5. Candidates, search, frontier, recommendation. Asks `scenario` to simulate and bill; knows no file and no thread.

pub mod candidates;
pub mod change;
pub mod cost;
pub mod explain;
pub mod frontier;
pub mod recommend;
pub mod search;
pub mod size;
pub mod sweep;
pub mod workers;
