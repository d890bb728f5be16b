//! Floor 3: usage to money.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod billing {
    mod catalogue;
    mod laws;
    mod purchase;
    mod recorded;
    mod reservations;
    mod rules;
    mod support;
    mod tokens;
    mod views;
}
