//! What a workbook holds, looked at before its reader lays it out: how much it unpacks to, where
//! its cells lie and how long its texts are. The reader trusts all three.

use crate::units::diagnostic::Diagnostic;
use crate::units::memory;
use calamine::{Cell, Data};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor, Read};
use zip::ZipArchive;

/// Rows and columns of the largest sheet that spreadsheet programs have.
const MOST_ROWS: u64 = 1_048_576;
const MOST_COLUMNS: u64 = 16_384;
/// The part with the texts that cells name by number.
const SHARED_TEXTS: &str = "xl/sharedstrings.xml";

/// Checks that a workbook may be laid out in memory, each of its sheets by itself. What is no
/// archive and what is no XML is left to the reader, which says so.
///
/// # Errors
/// More than may be held of an input of its length; a cell where no sheet has one.
pub(super) fn check(bytes: &[u8]) -> Result<(), Diagnostic> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(()) };
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut parts: Vec<usize> = (0..archive.len()).collect();
    // The texts first: the cells of sheets name them.
    parts.sort_by_key(|part| {
        let name = archive.name_for_index(*part).and_then(Result::ok);
        !name.is_some_and(|name| is_shared_texts(&name))
    });
    let (mut texts, mut left) = (Vec::new(), memory::limit_for_input(length));
    for part in parts {
        let Ok(own) = archive.by_index(part) else { continue };
        let mut part = PartSeen::default();
        let mut source = Reader::from_reader(BufReader::new(own.take(left.saturating_add(1))));
        let config = source.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        let mut buffer = Vec::new();
        while let Ok(event) = source.read_event_into(&mut buffer) {
            if matches!(event, Event::Eof) {
                break;
            }
            part.take(&event, &mut texts)?;
            if source.buffer_position() > left {
                break;
            }
            buffer.clear();
        }
        // What is no XML is read no further than its first mistake, as its reader does.
        left = left.checked_sub(source.buffer_position()).ok_or_else(|| {
            memory::too_large(memory::limit_for_input(length), "the unpacked workbook", None)
        })?;
        memory::check_input("the cells of a sheet", part.bytes(), 1, length)?;
    }
    Ok(())
}

fn bytes_of<T>() -> u128 {
    u128::try_from(size_of::<T>()).unwrap_or(u128::MAX)
}

fn is_shared_texts(name: &str) -> bool {
    name.trim_start_matches('/').eq_ignore_ascii_case(SHARED_TEXTS)
}

/// What was seen of one part of a workbook.
#[derive(Default)]
struct PartSeen {
    /// Rows and columns, counted from 1, between which its cells lie.
    rows: Option<(u64, u64)>,
    columns: Option<(u64, u64)>,
    /// Where the last cell was.
    row: u64,
    column: u64,
    cells: u64,
    text_bytes: u64,
    is_in_text: bool,
    names_text: bool,
    is_in_value: bool,
}

impl PartSeen {
    /// Bytes that its cells take: one after the other, then as a table, then their texts.
    fn bytes(&self) -> u128 {
        let width = |range: Option<(u64, u64)>| range.map_or(0, |(low, high)| high - low + 1);
        let table = u128::from(width(self.rows)) * u128::from(width(self.columns));
        u128::from(self.cells) * bytes_of::<Cell<Data>>()
            + table * bytes_of::<Data>()
            + u128::from(self.text_bytes)
    }

    fn take(&mut self, event: &Event<'_>, texts: &mut Vec<u64>) -> Result<(), Diagnostic> {
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                "row" => {
                    self.row = place(element, "r")?.map_or(self.row + 1, |(row, _)| row);
                    self.column = 0;
                }
                "c" => self.cell(element)?,
                "dimension" => {
                    place(element, "ref")?;
                }
                "v" => self.is_in_value = true,
                "si" => {
                    texts.push(0);
                    self.is_in_text = true;
                }
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "c" => self.names_text = false,
                "v" => self.is_in_value = false,
                "si" => self.is_in_text = false,
                _ => {}
            },
            Event::Text(text) => self.text(text, texts),
            Event::CData(text) => self.text(text, texts),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str, texts: &mut [u64]) {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if self.is_in_text
            && let Some(own) = texts.last_mut()
        {
            *own = own.saturating_add(length);
        } else if self.is_in_value && self.names_text {
            let named = text.trim().parse().ok();
            let named = named.and_then(|index: usize| texts.get(index));
            self.text_bytes = self.text_bytes.saturating_add(named.copied().unwrap_or(0));
        } else {
            self.text_bytes = self.text_bytes.saturating_add(length);
        }
    }

    fn cell(&mut self, element: &BytesStart<'_>) -> Result<(), Diagnostic> {
        let at = place(element, "r")?;
        self.row = at.map_or(self.row.max(1), |(row, _)| row);
        self.column = at.and_then(|(_, column)| column).unwrap_or(self.column + 1);
        let reach = |range: Option<(u64, u64)>, at: u64| {
            Some(range.map_or((at, at), |(low, high)| (low.min(at), high.max(at))))
        };
        self.rows = reach(self.rows, self.row);
        self.columns = reach(self.columns, self.column);
        self.cells += 1;
        self.names_text = attribute(element, "t").as_deref() == Some("s");
        Ok(())
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = element.attributes();
    let mut all = all.with_checks(false).flatten();
    all.find(|own| own.key.as_ref() == name).map(|own| own.value.into_owned())
}

/// The row and the column that an attribute such as `B4`, `4` or `A1:B4` names, the last of a
/// range, counted from 1. None where there is no such attribute, or it is no reference: the reader
/// says so.
fn place(element: &BytesStart<'_>, name: &str) -> Result<Option<(u64, Option<u64>)>, Diagnostic> {
    let Some(value) = attribute(element, name) else { return Ok(None) };
    let mut last = None;
    for one in value.as_bytes().split(|byte| *byte == b':') {
        let letters = one.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (letters, digits) = one.split_at(letters);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Ok(None);
        }
        let column = number(letters, 26, |byte| byte.to_ascii_uppercase() - b'A' + 1);
        let row = number(digits, 10, |byte| byte - b'0');
        if column > MOST_COLUMNS || row > MOST_ROWS {
            let name = String::from_utf8_lossy(one);
            let message = format!("damaged workbook: no sheet has a cell {name}");
            return Err(Diagnostic::error("workbook-unreadable", message)
                .hint("open it in a spreadsheet program and save the sheet as CSV"));
        }
        last = Some((row, (column > 0).then_some(column)));
    }
    Ok(last)
}

fn number(digits: &[u8], base: u64, value: impl Fn(u8) -> u8) -> u64 {
    digits
        .iter()
        .fold(0_u64, |sum, digit| sum.saturating_mul(base).saturating_add(u64::from(value(*digit))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(xml: &str) -> Result<Option<(u64, Option<u64>)>, Diagnostic> {
        let mut source = Reader::from_str(xml);
        let Ok(Event::Empty(element)) = source.read_event() else { panic!("{xml}") };
        place(&element, "r")
    }

    #[test]
    fn cells_are_where_sheets_have_them() {
        assert_eq!(seen("<c r=\"XFD1048576\"/>").unwrap(), Some((1_048_576, Some(16_384))));
        assert_eq!(seen("<row r='7'/>").unwrap(), Some((7, None)));
        assert_eq!(seen("<c/>").unwrap(), None);
        for beyond in ["XFE1", "A1048577", "B4294967302", "ZZZZZZZZZZ6"] {
            let error = seen(&format!("<c r=\"{beyond}\"/>")).unwrap_err();
            assert_eq!(error.message, format!("damaged workbook: no sheet has a cell {beyond}"));
        }
    }
}
