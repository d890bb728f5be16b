//! Candidates replayed in the same random futures, and what that says of the choice.

pub mod uncertainty;

pub(crate) mod contenders;
pub(crate) mod interval;
pub(crate) mod trials;
