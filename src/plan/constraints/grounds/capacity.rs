//! Why so much, for so long or of such a kind may not be deployed.

use crate::units::ptu::Ptu;
use jiff::civil::Date;
use std::sync::Arc;

/// What limits how much may be deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CapacityGrounds {
    /// More PTUs than the quota of their SKU in a region.
    AbovePtuQuota {
        /// The SKU.
        sku: Arc<str>,
        /// The region, where it is not the scenario's own.
        region: Option<Arc<str>>,
        /// PTUs of the candidate.
        planned: Ptu,
        /// PTUs that may be deployed.
        quota: Ptu,
        /// When more can be had.
        increase: QuotaIncrease,
    },
    /// An Azure Policy denies the deployment.
    Denied {
        /// The policy.
        policy: Arc<str>,
        /// The deployment.
        deployment: Arc<str>,
        /// The conditions of the policy that hold, as the policy states them.
        conditions: String,
        /// The largest smaller capacity that it allows, as `sku.capacity`; none where capacity is
        /// not what it denies.
        most: Option<u64>,
    },
    /// The platform deletes the deployment before the period ends.
    DeletedEarly {
        /// The SKU.
        sku: Arc<str>,
        /// Hours that it exists.
        hours: u64,
        /// Hours of the period.
        period_hours: u64,
        /// The source that says so.
        source: Arc<str>,
    },
    /// Nobody has published a price that the deployment needs.
    Unpriced {
        /// What the catalogue says.
        message: String,
        /// What the catalogue advises; none where it knows nothing.
        hint: Option<String>,
    },
    /// No quota of enqueued tokens is known for a batch deployment.
    NoBatchQuota {
        /// What the catalogue says.
        message: String,
        /// Agreements that have one.
        agreements: Vec<Arc<str>>,
    },
}

/// When a larger PTU quota can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaIncrease {
    /// Nothing that is enough was asked for: from the request on it takes about so many days.
    Takes {
        /// Days.
        days: u32,
    },
    /// It was asked for.
    Arrives {
        /// The quota then.
        ptu: Ptu,
        /// The day.
        day: Date,
    },
}
