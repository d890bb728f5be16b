//! `ptuplan open`: who is let in, what is refused, and that its answers are those of the command line.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![cfg(feature = "open")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]
#![allow(clippy::unwrap_used, reason = "a test that cannot reach its server has failed")]

#[path = "open/answers.rs"]
mod answers;
#[path = "open/devtools.rs"]
mod devtools;
#[path = "open/page.rs"]
mod page;
#[path = "open/saving.rs"]
mod saving;
#[path = "open/security.rs"]
mod security;
#[path = "open/server.rs"]
mod server;
#[path = "open/walk.rs"]
mod walk;
