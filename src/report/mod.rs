//! FLOOR 6. One view, many forms; bytes out. Writes no file and knows no terminal.
//!
//! `view` and `outlook` say what a result is; every other module turns one into a form. Reading order: `sentence`
//! (the answer in words), `text`, `page` (the HTML report), `workbook`, then `files`, which lists what a run leaves behind.

pub mod outlook;
pub mod view;
