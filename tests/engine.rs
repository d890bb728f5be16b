//! Tests of the engine through its public interface.

#[path = "engine/provisioned.rs"]
mod provisioned;
#[path = "engine/reference.rs"]
mod reference;
#[path = "engine/reference_work.rs"]
mod reference_work;
#[path = "engine/small.rs"]
mod small;
