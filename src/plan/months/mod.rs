//! What to buy month by month, net of what is owned.

pub mod action;
pub mod horizon;
pub mod ladder;
pub mod months;
pub mod online;
pub mod purchases;

mod policy;
