//! Tests of the engine through its public interface. `engine/RULES.md` lists which rule is tested where.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]

#[path = "engine/clients.rs"]
mod clients;
#[path = "engine/clock.rs"]
mod clock;
#[path = "engine/laws.rs"]
mod laws;
#[path = "engine/offers.rs"]
mod offers;
#[path = "engine/options.rs"]
mod options;
#[path = "engine/over_time.rs"]
mod over_time;
#[path = "engine/pieces.rs"]
mod pieces;
#[path = "engine/provisioned.rs"]
mod provisioned;
#[path = "engine/random.rs"]
mod random;
#[path = "engine/real.rs"]
mod real;
#[path = "engine/reference.rs"]
mod reference;
#[path = "engine/reference_work.rs"]
mod reference_work;
#[path = "engine/rules_list.rs"]
mod rules_list;
#[path = "engine/small.rs"]
mod small;
#[path = "engine/theory.rs"]
mod theory;
#[path = "engine/two_paths.rs"]
mod two_paths;
#[path = "engine/unserved.rs"]
mod unserved;
#[path = "engine/worlds.rs"]
mod worlds;
