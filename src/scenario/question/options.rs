//! What only some deployment types take: routing, compute, batch and limits.

use crate::scenario::question::compute::ComputeOptions;
use crate::scenario::question::latency::LatencyOptions;
use crate::scenario::question::limits::LimitOptions;
use crate::scenario::question::named::Named;
use crate::scenario::schema::batch::BatchOptions;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
/// What only some kinds of deployments have. The default is a plain deployment.
#[derive(Clone, Debug, Default, Hash, Serialize, Deserialize)]
pub struct DeploymentOptions {
    /// Limits of a Standard deployment.
    pub limits: LimitOptions,
    /// Whether it serves a fine-tuned version of its model: hosting is billed, and 15 idle days delete it (S 57, S 58).
    pub fine_tuned: bool,
    /// The queue of a batch deployment.
    pub batch: BatchOptions,
    /// The machines of managed compute.
    pub compute: Option<ComputeOptions>,
    /// How long answers take.
    pub latency: LatencyOptions,
    /// The router in front of it.
    pub routed: Option<Routed>,
}

/// A model behind a router: one deployment to the platform and on the meter of its fee, several models in the bill (S 76, S 77).
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub struct Routed {
    /// Name of the router's deployment.
    #[serde(with = "crate::units::shared_text")]
    pub name: Arc<str>,
    /// Model id of the router.
    pub model: Named,
    /// Part of the calls that this model serves, against those of its siblings.
    pub weight: u32,
}
