//! Why a subscription cannot buy a deployment, or callers cannot reach it as required.

use crate::scenario::question::require::{Authentication, Network, SubscriptionType};
use std::sync::Arc;

/// What stands between a subscription or its callers and a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessGrounds {
    /// The model is not sold to the subscription.
    ModelNotSold {
        /// The kind of subscription.
        to: SubscriptionType,
        /// The model.
        model: Arc<str>,
        /// The source that says so.
        source: Arc<str>,
    },
    /// The SKU is not sold to the subscription, by one reading of the documents.
    SkuNotSold {
        /// The kind of subscription.
        to: SubscriptionType,
        /// The SKU.
        sku: Arc<str>,
        /// The parameter that holds the reading.
        parameter: &'static str,
    },
    /// The SKU does not take a way to authenticate.
    NotAuthenticated {
        /// The way that is required.
        by: Authentication,
        /// The SKU.
        sku: Arc<str>,
        /// The ways that it takes.
        takes: Vec<Authentication>,
        /// The parameter that decides it; none where no reading does.
        parameter: Option<&'static str>,
    },
    /// The SKU cannot be kept off the public network as required.
    NotPrivate {
        /// The way that is required.
        by: Network,
        /// The SKU.
        sku: Arc<str>,
        /// The ways that it offers.
        offers: Vec<Network>,
        /// The parameter that decides it; none where no reading does.
        parameter: Option<&'static str>,
    },
}
