//! A candidate simulated and billed: traffic, purchases, prices, allocation.

pub mod allocation;
pub mod evaluate;
pub mod forecast;
pub mod images;
pub mod measured;
pub mod mixed;
pub mod month_bills;
pub mod months;
pub mod named_models;
pub mod outcomes;
pub mod playback;
pub mod prices;
pub mod purchases;
pub mod requests;
pub mod split;
pub mod traffic;

pub(crate) mod components;
pub(crate) mod elsewhere;
pub(crate) mod local_days;
pub(crate) mod repetition;
pub(crate) mod usage;
