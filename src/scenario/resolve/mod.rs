//! The only joint of catalogue and engine: names become rules, dated values become integers. One file for each thing that
//! is resolved; [`resolve`] puts a candidate together.

mod bucket;
mod candidate;
mod context;
mod deployment;
mod limiter;
mod parameter;
mod quota;
mod refusal;
mod service_time;
mod stream;
mod tier;

pub use candidate::{Resolved, resolve};
pub use refusal::is_refusal;
