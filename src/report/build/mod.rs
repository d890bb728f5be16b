//! From the plan's types to the view: the only place where domain types meet the outside's names.

mod answers;
mod bill;
mod candidate;
#[cfg(feature = "report")]
mod compared;
mod explanation;
mod hours;
mod kind;
mod outlook;
mod question;
mod recommendation;
mod series;
mod service;
mod simulation;
mod terms;

#[cfg(feature = "report")]
pub use compared::compared;
pub use recommendation::recommendation;
pub use simulation::{simulation, simulation_of};
pub use terms::terms_view;
