//! FLOOR 5. Candidates, search, frontier, recommendation. Asks `scenario` to simulate and bill; knows no file and no thread.

pub(crate) mod away;
pub mod calibrate;
pub mod candidates;
pub mod change;
pub mod constraints;
pub mod deployed;
pub mod evaluate;
pub mod failures;
pub mod future;
pub mod futures;
pub mod months;
mod offered;
pub mod question;
pub mod quota;
pub mod quote;
pub mod recommend;
pub mod requirements;
pub mod rests_on;
pub mod run;
pub mod search;
pub mod session;
pub mod setting;
pub mod size;
pub mod sweep;
pub mod task;
pub mod why;
pub mod workers;
