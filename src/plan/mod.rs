//! FLOOR 5. Candidates, search, frontier, recommendation. Asks `scenario` to simulate and bill; knows no file and no thread.

pub mod candidates;
pub mod change;
mod contenders;
pub mod cost;
pub mod explain;
pub mod frontier;
pub mod future;
pub mod grid;
pub mod ladder;
pub mod mixes;
pub mod months;
mod owned;
mod portfolio;
pub mod recommend;
pub mod refusal;
pub mod schedules;
pub mod search;
pub mod sensitivity;
pub mod size;
mod sizes;
pub mod sweep;
pub mod uncertainty;
pub mod workers;
