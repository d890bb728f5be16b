//! Rule cases: usage in, line items out, with the source of the rule. A case is a TOML file a planner can read and write;
//! `schema` says what may stand in it, `stated` holds the prices it states, `run` bills it and lists what drifted.

pub mod accept;
pub mod load;
mod reader;
pub mod run;
pub mod schema;
pub mod stated;
mod used;
