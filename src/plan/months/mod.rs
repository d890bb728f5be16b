//! What to buy month by month, net of what is owned.

pub mod action;
pub mod course;
pub mod cover;
pub mod horizon;
pub mod months;
pub(crate) mod needs;
pub mod online;
pub mod purchases;

pub(crate) mod used;

mod policy;
mod reserve;
