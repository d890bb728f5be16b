//! Floor 3: usage to money.

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
