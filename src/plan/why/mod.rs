//! Why the choice is the choice: frontier, marginal sizes, sensitivity, decision tree, relaxed requirements.

pub mod break_even;
pub mod cautions;
pub mod decision_tree;
pub mod feasibility;
pub mod frontier;
pub mod grid;
pub mod marginal;
pub mod relax;
pub mod sensitivity;
