//! Tests of the plan through its public interface: the answer, how sure it is, and why.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "plan/answers.rs"]
mod answers;
#[path = "plan/brute_force.rs"]
mod brute_force;
#[path = "plan/models.rs"]
mod models;
#[path = "plan/optima.rs"]
mod optima;
#[path = "plan/portfolio.rs"]
mod portfolio;
#[path = "plan/schedules.rs"]
mod schedules;
#[path = "plan/support.rs"]
mod support;
#[path = "plan/uncertain.rs"]
mod uncertain;
