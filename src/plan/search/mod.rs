//! The search for the best size of each family of candidates.

pub mod autoscale;
pub mod one_model;
pub mod portfolio;
pub mod schedules;
pub mod search;
pub mod sizes;
