//! The forms of a result: bytes, escapes, figures and looks.
#![cfg(feature = "report")]
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "report/forms.rs"]
mod forms;
#[path = "report/sample.rs"]
mod sample;
