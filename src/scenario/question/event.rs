//! What happens on the way: outages, resizes, quota, prices.

use crate::engine::rules::Change;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::price_change::PriceChange;
use std::sync::Arc;
/// A checked event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The deployment, none for all.
    pub deployment: Option<Arc<str>>,
    /// Only in this region.
    pub region: Option<Arc<str>>,
    /// Only of this model.
    pub model: Option<Arc<str>>,
    /// The deployments exist from this time on, microseconds.
    pub created_us: Option<u64>,
    /// They are deleted at this time: they answer 503, and what runs while they exist is billed no longer.
    pub deleted_us: Option<u64>,
    /// What changes, in order of time.
    pub changes: Vec<Change>,
    /// Which prices change.
    pub price: Option<PriceChange>,
}

impl Event {
    /// Whether it happens to a deployment.
    pub fn is_of(&self, deployment: &PlannedDeployment) -> bool {
        self.is_about(&deployment.name, &deployment.region.name, &deployment.model.name)
    }

    /// Whether it happens to the deployment of this name, region and model.
    pub fn is_about(&self, name: &str, region: &str, model: &str) -> bool {
        let is = |asked: &Option<Arc<str>>, own: &str| asked.as_deref().is_none_or(|a| a == own);
        is(&self.deployment, name) && is(&self.region, region) && is(&self.model, model)
    }
}
