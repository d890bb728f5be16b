//! What the catalogue and the sizing formula say, as views and as text.

pub mod card;
mod costs;
pub mod findings;
pub mod size;
pub mod summary;
