//! FLOOR 7. Files in and out for every front end, the command line and the Python package: scenarios, catalogues, traffic,
//! recorded usage and cases in; files and whole folders out. No domain decision, no terminal; warnings are returned.

pub mod cases;
pub mod catalog;
pub mod file;
pub mod folder;
pub mod free_memory;
pub mod kept;
mod passing;
pub mod read;
pub mod scenario;
pub mod trace;
pub mod traffic;
pub mod usage;
