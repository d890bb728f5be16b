//! Whether a deployment takes a call: leaky buckets, token and request limits, filters, caches, queues and service tiers.

pub mod cache;

pub(crate) mod admission;
pub(crate) mod batch;
pub(crate) mod bucket;
pub(crate) mod counter;
pub(crate) mod filter;
pub(crate) mod limiter;
pub(crate) mod managed;
pub(crate) mod tier;
