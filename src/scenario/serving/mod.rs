//! What only some kinds of deployments have, as a scenario states it: batch queues, managed compute, rate limits, times of
//! answers, fine-tuned models, routers. One file holds a kind's table and its check; `resolve` gives it its meaning.

mod batch;
mod compute;
mod latency;
mod limits;
mod options;

pub use batch::{BatchOptions, BatchTable};
pub use compute::{AutoscaleOptions, AutoscaleTable, ComputeOptions, ComputeTable};
pub use latency::{LatencyOptions, LatencyTable};
pub use limits::LimitOptions;
pub use options::{DeploymentOptions, Routed};
