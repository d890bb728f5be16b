//! How a table in text is written: what parts its cells, where its header is, whether its decimals have a comma.

use csv::{Reader, ReaderBuilder, StringRecord};
use std::io::Read;

/// The rows looked at.
const LOOKED_AT: usize = 60;

/// How a table in text is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Whether `1,5` is one and a half.
    pub(crate) decimal_comma: bool,
    /// The header's cells as they are written.
    pub(crate) header: Vec<String>,
    /// Whether the header is the first line: a portal's chart has a title and ranges above it.
    pub(crate) header_first: bool,
}

impl Dialect {
    /// Of the beginning of a text.
    pub(crate) fn of(head: &str) -> Self {
        let stated = head.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
        let delimiter = stated.unwrap_or_else(|| delimiter(head));
        let rows = rows(head, delimiter);
        let width = rows.iter().map(StringRecord::len).max().unwrap_or(0);
        let at = header_of(&rows, width);
        let header = at
            .map(|at| rows[at].iter().map(|name| name.trim().to_owned()).collect())
            .unwrap_or_default();
        let cells = rows.iter().skip(at.map_or(0, |at| at + 1)).flatten();
        let comma = |cell: &str| {
            has_decimal_comma(cell) || has_grouping_dots(cell) && cell.matches('.').count() > 1
        };
        let decimal_comma = delimiter != b',' && cells.clone().any(comma);
        Self { delimiter, decimal_comma, header, header_first: at == Some(0) && stated.is_none() }
    }

    /// A reader of the whole text that returns the header like any other row.
    pub(crate) fn reader<R: Read>(&self, source: R) -> Reader<R> {
        ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(1 << 18)
            .from_reader(source)
    }

    /// A cell's number in the way everyone else writes it.
    pub(crate) fn plain_number(&self, cell: &str) -> Option<String> {
        if !self.decimal_comma || !(has_decimal_comma(cell) || has_grouping_dots(cell)) {
            return None;
        }
        Some(cell.replace('.', "").replace(',', "."))
    }
}

/// The first row that looks like a header. A chart of one metric has a title and ranges of the same width above it: its
/// header is the first one with figures under it.
fn header_of(rows: &[StringRecord], width: usize) -> Option<usize> {
    let wide = |row: &StringRecord| row.len() == width;
    let mut headers = (0..rows.len()).filter(|at| wide(&rows[*at]) && is_header(&rows[*at]));
    if width > 2 {
        return headers.next();
    }
    let figures = |at: usize| rows.get(at + 1).is_some_and(|next| wide(next) && !is_header(next));
    headers.clone().find(|at| figures(*at)).or_else(|| headers.next())
}

fn rows(head: &str, delimiter: u8) -> Vec<StringRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(head.as_bytes());
    reader.records().take(LOOKED_AT).filter_map(Result::ok).collect()
}

/// The sign that parts most rows into the same number of cells; of equals the comma.
fn delimiter(head: &str) -> u8 {
    let mut best = (0, b',');
    for sign in [b',', b';', b'\t', b'|'] {
        let rows = rows(head, sign);
        let widest = rows.iter().map(StringRecord::len).max().unwrap_or(0);
        if widest < 2 {
            continue;
        }
        let first = rows.iter().find(|row| row.len() == widest);
        let named = first.is_some_and(is_header);
        let alike = rows.iter().filter(|row| row.len() == widest).count();
        let score = alike * widest * if named { 4 } else { 1 };
        if score > best.0 {
            best = (score, sign);
        }
    }
    best.1
}

/// A header has several filled cells, and none of them is a number.
pub(crate) fn is_header(row: &StringRecord) -> bool {
    let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let number = |cell: &str| cell.trim().replace(',', ".").parse::<f64>().is_ok();
    filled >= 2 && filled * 2 > row.len() && !row.iter().any(number)
}

/// `1,5`, `1.234,5`
fn has_decimal_comma(cell: &str) -> bool {
    let cell = cell.trim().trim_start_matches('-');
    let Some((whole, fraction)) = cell.split_once(',') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(fraction) && (digits(whole) || has_grouping_dots(whole))
}

/// `1.234.567`
fn has_grouping_dots(cell: &str) -> bool {
    let mut groups = cell.trim().trim_start_matches('-').split('.');
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().is_some_and(|group| group.len() <= 3 && digits(group));
    let mut more = false;
    let rest = groups.all(|group| {
        more = true;
        group.len() == 3 && digits(group)
    });
    first && rest && more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_and_decimals_are_those_of_the_rows() {
        let german = Dialect::of("Zeit;Modell;Kosten\n20.11.2026 09:00;gpt-5;1.234,5\n");
        assert_eq!((german.delimiter, german.decimal_comma), (b';', true));
        assert_eq!(german.plain_number("1.234,5").as_deref(), Some("1234.5"));
        assert_eq!(german.plain_number("1.234").as_deref(), Some("1234"));
        assert_eq!(german.plain_number("12"), None);
        assert_eq!(Dialect::of("a\tb\n1\t2\n").delimiter, b'\t');
        assert_eq!(Dialect::of("a,b\n\"1;2\",3\n").delimiter, b',');
        let excel = Dialect::of("sep=;\na;b\n1;2\n");
        assert_eq!((excel.delimiter, excel.header_first), (b';', false));
        let chart = Dialect::of("Title,\"x, y\"\n\nTime,Requests,Tokens\n1/2/2026 9:00,5,6\n");
        assert_eq!(chart.header, ["Time", "Requests", "Tokens"]);
        assert!(!chart.header_first);
    }
}
