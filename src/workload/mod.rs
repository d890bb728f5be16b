//! FLOOR 1. What is asked: requests, traces, importers, synthesis, transforms. Knows no deployment and no price.

pub mod trace;
