//! FLOOR 6. One view, many forms; bytes out. Writes no file and knows no terminal.

pub mod view;
