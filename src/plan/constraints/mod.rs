//! What a candidate must keep to before it is simulated or priced (invariant 13): where it may be deployed, where it
//! processes, who may buy it, how it is reached, what a policy denies, how much quota there is, how long its model stays.
//! Each refusal has its figures, its source and what to relax, by how much.

mod access;
pub(crate) mod asked;
mod capacity;
pub mod constraint;
pub mod grounds;
mod judge;
mod kind;
mod model;
mod place;

pub(crate) use crate::plan::constraints::capacity::{ptu_by_region, with_quota_on};
pub(crate) use crate::plan::constraints::judge::{Judged, above_budget, is_had, judge};
