//! Plain lines of text, tables among them, with or without colour.

use crate::units::escape::for_terminal;
use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

/// Whether text carries ANSI escapes. Colour never carries meaning alone: the words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// No escapes: files, pipes, `NO_COLOR`.
    Plain,
    /// Bold, dim and a few colours.
    Ansi,
}

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    Plain,
    /// A heading.
    Heading,
    /// The answer.
    Good,
    /// Something missed.
    Bad,
    /// Beside the point.
    Dim,
}

impl Ink {
    /// A line in a tone. Control characters are shown, never sent to the terminal.
    pub fn line(self, tone: Tone, text: &str) -> String {
        let text: String = for_terminal(text)
            .chars()
            .map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c })
            .collect();
        if self == Self::Plain || tone == Tone::Plain || text.is_empty() {
            return text + "\n";
        }
        let style = match tone {
            Tone::Plain => Style::new(),
            Tone::Heading => Style::new().bold(),
            Tone::Good => Style::new().bold().fg_color(Some(AnsiColor::Green.into())),
            Tone::Bad => Style::new().fg_color(Some(AnsiColor::Red.into())),
            Tone::Dim => Style::new().dimmed(),
        };
        format!("{style}{text}{style:#}\n")
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Whether it holds figures, which stand right.
    pub figures: bool,
    /// Most characters of a cell; longer ones end in an ellipsis.
    pub width: usize,
}

/// A column of words, at most `width` characters wide.
pub const fn words(title: &'static str, width: usize) -> Column {
    Column { title, figures: false, width }
}

/// A column of figures.
pub const fn figures(title: &'static str) -> Column {
    Column { title, figures: true, width: 24 }
}

/// Columns a table takes at most: what every terminal has.
pub const TABLE_WIDTH: usize = 80;
/// Characters between two columns.
const GAP: usize = 2;
/// A column of words is not made narrower than this.
const NARROWEST: usize = 12;

/// A table of 80 columns at most.
pub fn table(ink: Ink, columns: &[Column], rows: &[(Tone, Vec<String>)]) -> String {
    table_within(ink, TABLE_WIDTH, columns, rows)
}

/// A table, each row in its tone: one line a row where it fits the width, else words go on in a second line.
pub fn table_within(
    ink: Ink,
    width: usize,
    columns: &[Column],
    rows: &[(Tone, Vec<String>)],
) -> String {
    let cells: Vec<(Tone, Vec<String>)> = rows
        .iter()
        .map(|(tone, row)| {
            let short = row.iter().zip(columns).map(|(cell, column)| shorten(cell, column.width));
            (*tone, short.collect())
        })
        .collect();
    let widths = fitting(columns, &cells, width);
    let lines: Vec<(Tone, Vec<String>)> =
        cells.iter().flat_map(|(tone, row)| folded(*tone, row, &widths)).collect();
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns.iter().map(|c| c.title));
    for (_, line) in &lines {
        table.add_row(line);
    }
    let last = columns.len().saturating_sub(1);
    for (index, column) in columns.iter().enumerate() {
        if let Some(drawn) = table.column_mut(index) {
            drawn.set_padding((0, u16::from(index != last)));
            if column.figures {
                drawn.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    let mut text = String::new();
    for (index, line) in table.lines().enumerate() {
        let tone = match index {
            0 => Tone::Heading,
            1 => Tone::Dim,
            _ => lines.get(index - 2).map_or(Tone::Plain, |(tone, _)| *tone),
        };
        text += &ink.line(tone, line.trim_end());
    }
    text
}

/// The width of each column, the widest of words made narrower until all fit.
fn fitting(columns: &[Column], rows: &[(Tone, Vec<String>)], width: usize) -> Vec<usize> {
    let length = |text: &str| text.chars().count();
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let cells = rows.iter().filter_map(|(_, row)| row.get(index));
            cells.map(|cell| length(cell)).fold(length(column.title), usize::max)
        })
        .collect();
    let room = width.saturating_sub(GAP * columns.len().saturating_sub(1) + 1);
    let longest = |index: usize| {
        let cells = rows.iter().filter_map(|(_, row)| row.get(index));
        cells.flat_map(|cell| cell.split_whitespace()).map(length).max().unwrap_or(0)
    };
    // A word is broken where no column can be narrower without.
    let whole: Vec<usize> = (0..columns.len()).map(longest).collect();
    let broken = vec![NARROWEST; columns.len()];
    for least in [whole, broken] {
        while widths.iter().sum::<usize>() > room {
            let words = (0..widths.len()).filter(|index| {
                let least = least[*index].max(length(columns[*index].title));
                !columns[*index].figures && widths[*index] > least
            });
            let Some(widest) = words.max_by_key(|index| widths[*index]) else { break };
            widths[widest] -= 1;
        }
    }
    widths
}

/// A row as the lines that its widest cells need.
fn folded(tone: Tone, row: &[String], widths: &[usize]) -> Vec<(Tone, Vec<String>)> {
    let cells: Vec<Vec<String>> =
        row.iter()
            .zip(widths)
            .map(|(cell, width)| {
                if cell.chars().count() <= *width { vec![cell.clone()] } else { fold(cell, *width) }
            })
            .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(1);
    (0..height)
        .map(|line| {
            (tone, cells.iter().map(|cell| cell.get(line).cloned().unwrap_or_default()).collect())
        })
        .collect()
}

/// Words broken at spaces, and within a word that is longer than a line.
fn fold(text: &str, width: usize) -> Vec<String> {
    wrap(text, width).iter().flat_map(|line| broken(line, width.max(1))).collect()
}

/// A word that is longer than a line, broken behind a hyphen or before a capital where one is near
/// the end of the line.
fn broken(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut rest = &letters[..];
    let mut lines = Vec::new();
    while rest.len() > width {
        let joint = |at: &usize| {
            rest[at - 1] == '-' || (rest[*at].is_uppercase() && rest[at - 1].is_lowercase())
        };
        let at = (width / 3 + 1..=width).rev().find(joint).unwrap_or(width);
        lines.push(rest[..at].iter().collect());
        rest = &rest[at..];
    }
    lines.push(rest.iter().collect());
    lines
}

/// A bulleted paragraph, wrapped.
pub fn bullet(ink: Ink, tone: Tone, text: &str, width: usize) -> String {
    let mut out = String::new();
    for (index, line) in wrap(text, width.saturating_sub(4)).iter().enumerate() {
        let lead = if index == 0 { "  - " } else { "    " };
        out += &ink.line(tone, &format!("{lead}{line}"));
    }
    out
}

/// A paragraph, wrapped.
pub fn paragraph(ink: Ink, tone: Tone, text: &str, width: usize) -> String {
    wrap(text, width).iter().map(|line| ink.line(tone, line)).collect()
}

/// Lines of at most `width` characters, broken at spaces where there are any. Figures keep their unit.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in glue(text) {
        let size = word.chars().count();
        if length > 0 && length + 1 + size > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line += &word;
        length += size;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Whether a word has the form of a currency's code.
fn is_currency(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// Words, with units joined to their figures.
fn glue(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let unit = word.trim_end_matches([',', '.', ';', ':', ')']);
        match words.last_mut() {
            Some(last)
                if (matches!(unit, "%" | "ms" | "s" | "min" | "h" | "PTU")
                    || is_currency(unit))
                    && last.ends_with(|c: char| c.is_ascii_digit()) =>
            {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// Text of at most `width` characters on one line.
fn shorten(text: &str, width: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if line.chars().count() <= width {
        return line;
    }
    let mut short: String = line.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}
