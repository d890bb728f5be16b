//! Which deployment an amount of usage belongs to.

use std::sync::Arc;
/// What a deployment is, as far as a bill cares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeploymentRef {
    /// The deployment's own name.
    pub name: Arc<str>,
    /// Model id of the catalogue.
    pub model: Arc<str>,
    /// SKU name as the platform spells it.
    pub sku: Arc<str>,
    /// Azure region of the deployment.
    pub region: Arc<str>,
    /// Whether it serves a fine-tuned version of its model, whose tokens have prices of their own (S 57).
    pub fine_tuned: bool,
}
