//! Tests of the plan through its public interface: the answer, how sure it is, and why.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "plan/answers.rs"]
mod answers;
#[path = "plan/brute_force.rs"]
mod brute_force;
#[path = "plan/calibrate.rs"]
mod calibrate;
#[path = "plan/elsewhere.rs"]
mod elsewhere;
#[path = "plan/hopeless.rs"]
mod hopeless;
#[path = "plan/kinds.rs"]
mod kinds;
#[path = "plan/kinds_together.rs"]
mod kinds_together;
#[path = "plan/later_months.rs"]
mod later_months;
#[path = "plan/laws.rs"]
mod laws;
#[path = "plan/memory.rs"]
mod memory;
#[path = "plan/models.rs"]
mod models;
#[path = "plan/named.rs"]
mod named;
#[path = "plan/objectives.rs"]
mod objectives;
#[path = "plan/opinions.rs"]
mod opinions;
#[path = "plan/optima.rs"]
mod optima;
#[path = "plan/portfolio.rs"]
mod portfolio;
#[path = "plan/refusals.rs"]
mod refusals;
#[path = "plan/required.rs"]
mod required;
#[path = "plan/schedules.rs"]
mod schedules;
#[path = "plan/support.rs"]
mod support;
#[path = "plan/uncertain.rs"]
mod uncertain;
#[path = "plan/unpriced.rs"]
mod unpriced;
