//! `ptuplan open`: who is let in, what is refused, and that its answers are those of the command line.
#![cfg(feature = "open")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]
#![allow(clippy::unwrap_used, reason = "a test that cannot reach its server has failed")]

#[path = "open/answers.rs"]
mod answers;
#[path = "open/devtools.rs"]
mod devtools;
#[path = "open/security.rs"]
mod security;
#[path = "open/server.rs"]
mod server;
#[path = "open/walk.rs"]
mod walk;
