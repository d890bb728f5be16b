//! The `ptuplan` program.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    ptuplan::cli::main()
}
