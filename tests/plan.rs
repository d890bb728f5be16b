//! Floor 5: what to buy.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod plan {
    mod sizing;
}
