//! Tests of the engine through its public interface.

#[path = "engine/provisioned.rs"]
mod provisioned;
#[path = "engine/random.rs"]
mod random;
#[path = "engine/reference.rs"]
mod reference;
#[path = "engine/reference_work.rs"]
mod reference_work;
#[path = "engine/small.rs"]
mod small;
#[path = "engine/two_paths.rs"]
mod two_paths;
