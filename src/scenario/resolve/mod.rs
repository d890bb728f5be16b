//! The only joint of catalogue and engine: names become rules, dated values become integers. One file for each thing that
//! is resolved; [`resolve`] puts a candidate together.

mod batch;
mod bucket;
mod candidate;
mod client;
mod compute;
pub(crate) mod content_filter;
mod context;
mod deployment;
mod fine_tuned;
mod fitting;
pub(crate) mod joint;
mod leanings;
pub(crate) mod limiter;
mod meters;
pub mod names;
pub(crate) mod parameter;
mod pool;
pub(crate) mod prompt_cache;
mod quota;
mod refusal;
mod service_time;
mod sold;
mod stream;
mod tier;
mod timeline;
mod uncached;

pub use crate::scenario::resolve::candidate::{Resolved, resolve};
pub use crate::scenario::resolve::client::engine_client;
pub use crate::scenario::resolve::meters::{Machines, Meters};
pub use crate::scenario::resolve::refusal::is_refusal;
