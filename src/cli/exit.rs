//! How a run ends: exit 0 done; 1 done and the answer is no; 2 the input is wrong; 101 our bug (a panic).

use crate::units::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::units::escape::{for_line, for_terminal};
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

/// Lines that a message takes at most, all its mistakes together: a screen has 24.
const SCREEN_LINES: usize = 22;
/// Columns of a screen.
const SCREEN_COLUMNS: usize = 80;
/// Characters of one mistake, and of its hint: six lines and three.
const MISTAKE: usize = 6 * SCREEN_COLUMNS - 20;
const HINT: usize = 3 * SCREEN_COLUMNS - 20;
/// Letters of a word that is not cut.
const LONGEST_WORD: usize = 40;

/// Prints diagnostics to stderr, the leading word in colour where the terminal has it: no more than a screen of them, and
/// how many more there are. Text from outside cannot drive the terminal.
pub(super) fn show(diagnostics: &Diagnostics) {
    show_with(diagnostics, "");
}

/// The same, and after how many more there are, where all of them stand.
pub(super) fn show_with(diagnostics: &Diagnostics, all_stand: &str) {
    let mut stderr = anstream::stderr().lock();
    let mut lines = 0;
    for (shown, diagnostic) in diagnostics.0.iter().enumerate() {
        let place = diagnostic.place.as_ref().map(|place| format!(" ({place})"));
        let place = shortened(&for_line(&place.unwrap_or_default()), HINT);
        let message = shortened(&for_terminal(&diagnostic.message), MISTAKE) + &place;
        let hint = shortened(&for_terminal(diagnostic.hint.as_deref().unwrap_or("")), HINT);
        lines += screen_lines(&message) + if hint.is_empty() { 0 } else { screen_lines(&hint) };
        let left = diagnostics.0.len() - shown;
        if shown > 0 && lines > SCREEN_LINES - usize::from(left > 1) {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(stderr, "and {left} more{all_stand}");
            return;
        }
        let (word, colour) = match diagnostic.severity {
            Severity::Error => ("error", AnsiColor::Red),
            Severity::Warning => ("warning", AnsiColor::Yellow),
        };
        let style = Style::new().bold().fg_color(Some(colour.into()));
        let _ = writeln!(stderr, "{style}{word}{style:#}: {message}");
        if !hint.is_empty() {
            let dim = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
            let _ = writeln!(stderr, " {dim}hint{dim:#}: {hint}");
        }
    }
}

/// Lines that a text takes on a screen, with the word before it.
fn screen_lines(text: &str) -> usize {
    text.lines().map(|line| (line.chars().count() + 9).div_ceil(SCREEN_COLUMNS)).sum()
}

/// A text of at most so many characters and as few lines: what is longer is cut in the middle, since its end says as much as
/// its beginning.
fn shortened(text: &str, most: usize) -> String {
    let lines = most.div_ceil(SCREEN_COLUMNS);
    let mut text: String = if text.lines().count() > lines {
        text.lines().take(lines).collect::<Vec<_>>().join("\n") + " …"
    } else {
        text.to_owned()
    };
    let count = text.chars().count();
    if count > most {
        let head: String = text.chars().take(most / 3 * 2).collect();
        let tail: String = text.chars().skip(count - most / 3 + 3).collect();
        // Between two words, where one ends nearby.
        let near = |cut: &str| cut.len() < LONGEST_WORD;
        let head = head.rsplit_once(' ').filter(|(_, cut)| near(cut)).map_or(&*head, |(h, _)| h);
        let tail = tail.split_once(' ').filter(|(cut, _)| near(cut)).map_or(&*tail, |(_, t)| t);
        text = format!("{head} … {tail}");
    }
    text
}
