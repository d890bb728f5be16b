//! What a candidate can be made of: the allowed SKUs by what they are billed by, who may serve calls that can wait, the
//! deployments of one model, and the deployments of a candidate.

pub(crate) mod allowed;
pub mod aside;
pub(crate) mod deploy;
pub mod lane;
pub(crate) mod reasons;
