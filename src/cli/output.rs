//! stdout, and how results look there.

use crate::cli::exit::Failure;
use crate::report::text::layout::Ink;
use crate::units::diagnostic::Diagnostic;
use rust_decimal::Decimal;
use std::io::{self, Write};

/// Writes a result to stdout. A reader that closed the pipe has seen enough.
pub(super) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Diagnostic::error("cannot-write", format!("cannot write to stdout: {error}"))
                .into())
        }
        _ => Ok(()),
    }
}

/// Text is styled always: stdout drops the styles where the terminal, a pipe or `NO_COLOR` asks for it.
pub(super) const INK: Ink = Ink::Ansi;

/// Columns of the terminal, 80 to 120; 80 where stdout is none.
pub(super) fn width() -> usize {
    let columns = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
    usize::from(columns.unwrap_or(80)).clamp(80, 120)
}

/// A form that could not be made: no user's mistake, but better said than lost.
pub(super) fn unrendered(error: impl std::error::Error) -> Failure {
    Diagnostic::error("cannot-render", format!("cannot render the result: {error}")).into()
}

/// A decimal; `_` may separate thousands and `%` means hundredths.
pub(super) fn number(text: &str) -> Result<Decimal, String> {
    let plain = text.trim().replace('_', "");
    let (digits, scale) = match plain.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), Decimal::ONE_HUNDRED),
        None => (plain.as_str(), Decimal::ONE),
    };
    let value: Decimal = digits.parse().map_err(|_| "not a number".to_owned())?;
    Ok(value / scale)
}
