//! What a candidate can be made of: allowed SKUs, who may serve calls that can wait, the deployments of one model and of a
//! whole candidate.

pub mod allowed;
pub mod candidate;
pub mod family;
pub mod identity;
pub mod lane;
pub mod mix;
pub mod serving;
