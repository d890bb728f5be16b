//! What is wrong with an input: fields first, a place, one hint. All mistakes of a file are reported at once.

use crate::units::code::Code;
use std::fmt;
use std::sync::Arc;

/// A place in an input file. Lines and columns count from 1; column 0 means the whole line, line 0 the whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user named it, or a path inside the embedded catalogue.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Place {
    /// A place on a line of a file.
    pub fn new(file: impl Into<Arc<str>>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line, column }
    }

    /// The same without the folders in front of the file: what a result says of it, wherever the program was started.
    #[must_use]
    pub fn without_folders(&self) -> Self {
        let name = self.file.rsplit(['/', '\\']).next().unwrap_or_default();
        Self { file: name.into(), ..self.clone() }
    }

    /// The place of byte `offset` of `text`.
    pub fn at_offset(file: impl Into<Arc<str>>, text: &str, offset: usize) -> Self {
        let before = &text[..offset.min(text.len())];
        let line = before.matches('\n').count() as u32 + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() as u32 + 1;
        Self { file: file.into(), line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        Ok(())
    }
}

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input can be used, and the user should know.
    Warning,
}

/// One mistake in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// What it says, as a value: a name that reads as a fact, such as `price-not-in-force`.
    pub code: Code,
    /// The sentence, without a full stop.
    pub message: String,
    /// Where the mistake is.
    pub place: Option<Place>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error without place or hint.
    pub fn error(code: impl Into<Code>, message: impl Into<String>) -> Self {
        let (code, message) = (code.into(), message.into());
        Self { severity: Severity::Error, code, message, place: None, hint: None }
    }

    /// A warning without place or hint.
    pub fn warning(code: impl Into<Code>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{word}: {}", self.message)?;
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// All mistakes of one input, in the order of their places. Never empty when used as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// `Ok(value)` when nothing is wrong beyond warnings, else all that is.
    pub fn or_ok<T>(self, value: T) -> Result<T, Self> {
        if self.has_errors() { Err(self) } else { Ok(value) }
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The known name nearest to `asked`, for "did you mean" hints: at most a third of its letters
/// differ.
pub fn nearest<'a>(asked: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (edit_distance(&asked.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.len().max(asked.len()).div_ceil(3))
        .min()
        .map(|(_, name)| name)
}

/// Names shown of those that may be meant.
const ALIKE: usize = 3;

/// The known names that may be meant, at most three: the only one that begins with what was asked,
/// else the nearest one; where none is near, those that begin with it or have it in them.
pub fn alike<'a>(asked: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    let lower = asked.to_lowercase();
    let mut whole = known.iter().filter(|name| name.to_lowercase().starts_with(&lower));
    if let (true, Some(only), None) = (lower.len() >= BEGINNING, whole.next(), whole.next()) {
        return vec![only];
    }
    if let Some(near) = nearest(asked, known.iter().copied()) {
        return vec![near];
    }
    let plain = |name: &str| -> String {
        name.chars().filter(|own| own.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let letters = plain(asked);
    if letters.chars().count() < 2 {
        return Vec::new();
    }
    let like = |is_like: &dyn Fn(&str) -> bool| -> Vec<&'a str> {
        known.iter().copied().filter(|name| is_like(&plain(name))).take(ALIKE).collect()
    };
    let begin = like(&|name| name.starts_with(&letters));
    if begin.is_empty() { like(&|name| name.contains(&letters)) } else { begin }
}

/// Letters that tell a name by its beginning.
const BEGINNING: usize = 4;

/// The question whether one of some names was meant, each within `quote`s; none without names.
pub fn did_you_mean(names: &[&str], quote: &str) -> Option<String> {
    let each: Vec<String> = names.iter().map(|name| format!("{quote}{name}{quote}")).collect();
    (!each.is_empty()).then(|| format!("did you mean {}?", each.join(" or ")))
}

/// The known names in the order of how near they are to `asked`, at most three.
pub fn nearest_first<'a>(asked: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let asked = asked.to_lowercase();
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_by_key(|name| (edit_distance(&asked, &name.to_lowercase()), *name));
    known.dedup();
    known.truncate(ALIKE);
    known
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
