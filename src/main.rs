//! The `ptuplan` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ptuplan::cli::main()
}
