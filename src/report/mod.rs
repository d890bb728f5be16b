//! FLOOR 6. One view, many forms; bytes out. Writes no file and knows no terminal.
//!
//! `view` says what a result is, `compose` fills it, and every other module turns one into a form.
//! Reading order: `answer` (what to act on), `words` (sentences and numbers), `text`, `page` (the
//! HTML report), `workbook`, then `files`, which lists what a run leaves behind.

pub mod answer;
pub mod compose;
pub mod view;
pub mod words;

#[cfg(feature = "report")]
pub mod calibration;
#[cfg(feature = "report")]
pub mod catalog;
#[cfg(feature = "report")]
pub mod change;
#[cfg(feature = "report")]
pub mod deploy;
#[cfg(feature = "report")]
pub mod files;
#[cfg(all(feature = "report", feature = "forecast"))]
pub mod forecast;
#[cfg(feature = "report")]
pub mod json;
#[cfg(feature = "report")]
pub mod markdown;
#[cfg(feature = "report")]
pub mod notebook;
#[cfg(feature = "report")]
pub mod page;
#[cfg(feature = "report")]
pub mod plot;
#[cfg(feature = "report")]
pub mod priced;
#[cfg(feature = "report")]
pub mod regress;
#[cfg(feature = "report")]
pub mod schema;
#[cfg(feature = "report")]
pub mod tables;
#[cfg(feature = "report")]
pub mod text;
#[cfg(feature = "report")]
pub mod traffic;
#[cfg(feature = "report")]
pub mod workbook;
