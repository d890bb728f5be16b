//! How a run ends: exit 0 done; 1 done and the answer is no; 2 the input is wrong; 101 our bug (a panic).

use crate::units::diagnostic::{Diagnostic, Diagnostics};
use anstyle::{AnsiColor, Style};
use std::io::Write;

/// A run that got to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Done.
    Yes,
    /// Done, and the answer is no: drift, an unmet objective, nothing feasible.
    No,
}

/// A run that could not be done: the input is wrong, or a file cannot be read or written.
#[derive(Debug)]
pub(super) struct Failure(pub(super) Diagnostics);

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self(diagnostics)
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(diagnostic.into())
    }
}

/// Prints diagnostics to stderr, the leading word in colour where the terminal has it.
pub(super) fn show(diagnostics: &Diagnostics) {
    let mut stderr = anstream::stderr().lock();
    for diagnostic in &diagnostics.0 {
        let text = diagnostic.to_string();
        let (word, rest) = text.split_once(':').unwrap_or(("error", &text));
        let colour = if word == "error" { AnsiColor::Red } else { AnsiColor::Yellow };
        let style = Style::new().bold().fg_color(Some(colour.into()));
        let (message, hint) = rest.split_once("\n hint: ").unwrap_or((rest, ""));
        // A closed stderr leaves nobody to tell.
        let _ = writeln!(stderr, "{style}{word}{style:#}:{message}");
        if !hint.is_empty() {
            let dim = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
            let _ = writeln!(stderr, " {dim}hint{dim:#}: {hint}");
        }
    }
}
