//! The only joint of catalogue and engine: names become rules, dated values become integers. One file for each thing that
//! is resolved; [`resolve`] puts a candidate together.

mod batch;
mod bucket;
mod candidate;
mod compute;
mod context;
mod deployment;
mod fine_tuned;
mod fitting;
mod leanings;
mod limiter;
mod meters;
mod parameter;
mod pool;
mod quota;
mod refusal;
mod service_time;
mod stream;
mod tier;
mod timeline;
mod uncached;

pub use candidate::{Resolved, resolve};
pub use meters::{Machines, Meters};
pub use refusal::is_refusal;
