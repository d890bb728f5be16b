//! A source as plain text: without compression, in UTF-8, with its beginning at hand.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::import::bounded::{Counting, Expanded, too_large};
use crate::workload::import::lines::{in_json, kind_of};
use crate::workload::import::ruled::{is_ruled, with_commas};
use crate::workload::packed::is_packed;
use flate2::bufread::MultiGzDecoder;
use std::borrow::Cow;
use std::io::{BufRead, Cursor, Read};

/// How much of a source is looked at before it is read.
const HEAD_BYTES: usize = 1 << 16;

/// A source without its compression, and its beginning.
pub(crate) struct Source<'a> {
    /// The beginning, without byte-order mark and leading space.
    pub(crate) head: String,
    /// Whether the beginning is all of it.
    pub(crate) complete: bool,
    /// What was chosen of a workbook, in words.
    pub(crate) said: Option<String>,
    /// The whole, beginning included.
    pub(crate) reader: Box<dyn Read + 'a>,
}

/// Opens a source: gzip, Zstandard, ZIP with one file, UTF-16 and plain text are read as they are.
pub(crate) fn plain<'a>(
    name: &str,
    mut source: impl BufRead + 'a,
) -> Result<Source<'a>, Diagnostics> {
    let first = source.fill_buf().map_err(|error| unreadable(name, &error))?;
    let refuse = |code, message: &str, hint: &str| -> Diagnostics {
        Diagnostic::error(code, message).at(Place::new(name, 0, 0)).hint(hint).into()
    };
    let mut reader: Box<dyn Read + 'a> = match first {
        [0x1f, 0x8b, ..] => {
            let (source, taken) = Counting::new(source);
            Box::new(Expanded::new(MultiGzDecoder::new(source), taken))
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let (source, taken) = Counting::new(source);
            match ruzstd::decoding::StreamingDecoder::new(source) {
                Ok(decoder) => Box::new(Expanded::new(decoder, taken)),
                Err(error) => {
                    let message = format!("damaged Zstandard file: {error}");
                    return Err(refuse("zstd-damaged", &message, "fetch the file again"));
                }
            }
        }
        [b'P', b'K', 3, 4, ..] => return workbook(name, source),
        [b'P', b'A', b'R', b'1', ..] => {
            return Err(refuse(
                "parquet-not-supported",
                "a Parquet file where text was expected",
                "give it the ending .parquet, in a build that has the \"tables\" feature, or convert it to CSV",
            ));
        }
        _ => Box::new(source),
    };
    let (head, complete, failure) = beginning(name, &mut reader)?;
    if let Some((order, mark)) = two_bytes(&head) {
        let mut bytes = head;
        reader.read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
        return Ok(of_text(utf_16(&bytes[mark..], order)));
    }
    if let Some(kind) = no_text(&head).filter(|_| !is_packed(&head)) {
        let message = format!("no text: the file is {kind}");
        return Err(refuse("not-text", &message, "unpack or export it as CSV, JSON or Parquet"));
    }
    let shown = text_of(&head);
    if failure.is_none() && is_ruled(&shown) {
        let mut bytes = head;
        reader.read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
        let text = of_bytes(&bytes);
        return Ok(of_text(with_commas(&text).unwrap_or_else(|| text.into_owned())));
    }
    if failure.is_none()
        && !is_packed(&head)
        && let Some(kind) = kind_of(&shown, complete)
    {
        let mut bytes = head;
        reader.read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
        return Ok(of_text(in_json(of_bytes(&bytes).trim_start_matches('\u{feff}'), kind)));
    }
    let reader = Box::new(Cursor::new(head).chain(Failure(failure)).chain(reader));
    Ok(Source { head: shown, complete, said: None, reader })
}

/// A text in memory.
fn of_text<'a>(text: String) -> Source<'a> {
    let cut = text.floor_char_boundary(HEAD_BYTES);
    let complete = cut == text.len();
    let head = text_of(&text.as_bytes()[..cut]);
    Source { head, complete, said: None, reader: Box::new(Cursor::new(text.into_bytes())) }
}

fn text_of(head: &[u8]) -> String {
    of_bytes(head).trim_start_matches('\u{feff}').trim_start().to_owned()
}

/// What is said where text is not in UTF-8.
pub(crate) const READ_AS_1252: &str =
    "text that is not in UTF-8 is read as Windows-1252 (Western European)";

/// What Windows-1252 has where Latin-1 has control signs.
const OF_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Text in UTF-8; a line that is not is in Windows-1252, as Excel saves CSV in Europe.
pub(crate) fn of_bytes(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut all = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => all.push_str(line),
            Err(_) => all.extend(line.iter().map(|byte| match byte {
                0x80..0xa0 => OF_1252[usize::from(*byte) - 0x80],
                byte => char::from(*byte),
            })),
        }
    }
    Cow::Owned(all)
}

/// The first bytes of a source, whether there are no others, and what stopped the reading.
type Beginning = (Vec<u8>, bool, Option<std::io::Error>);

fn beginning(name: &str, reader: &mut impl Read) -> Result<Beginning, Diagnostics> {
    let mut head = vec![0; HEAD_BYTES];
    let mut filled = 0;
    let mut failure = None;
    while filled < HEAD_BYTES && failure.is_none() {
        match reader.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) if filled == 0 => return Err(unreadable(name, &error)),
            // What was read before stays; the mistake comes up again after it.
            Err(error) => failure = Some(error),
        }
    }
    head.truncate(filled);
    Ok((head, filled < HEAD_BYTES && failure.is_none(), failure))
}

/// A mistake in its place between what was read and what was not.
struct Failure(Option<std::io::Error>);

impl Read for Failure {
    fn read(&mut self, _into: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// How two bytes make a sign.
type ByteOrder = fn([u8; 2]) -> u16;

/// How the signs of UTF-16 are written, and how long its mark is: with one, as Excel saves "Unicode
/// text", or where every second byte is 0, as `PowerShell` may write text without one.
fn two_bytes(head: &[u8]) -> Option<(ByteOrder, usize)> {
    let start = &head[..head.len().min(64)];
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let half = start.len() / 2;
    match (start, zeros(0), zeros(1)) {
        ([0xff, 0xfe, ..], ..) => Some((u16::from_le_bytes, 2)),
        ([0xfe, 0xff, ..], ..) => Some((u16::from_be_bytes, 2)),
        (_, 0, high) if half >= 8 && high == half => Some((u16::from_le_bytes, 0)),
        (_, high, 0) if half >= 8 && high >= half => Some((u16::from_be_bytes, 0)),
        _ => None,
    }
}

fn utf_16(bytes: &[u8], order: ByteOrder) -> String {
    let units = bytes.chunks_exact(2).map(|pair| order([pair[0], pair[1]]));
    char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// What a file is whose beginning is no text.
fn no_text(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 9] = [
        (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
        (b"BZh", "compressed with bzip2"),
        (b"\xfd7zXZ", "compressed with xz"),
        (b"7z\xbc\xaf", "a 7-Zip archive"),
        (b"SQLite format 3", "an SQLite database"),
        (b"ARROW1", "an Arrow file (Feather)"),
        (b"FEA1", "an Arrow file (Feather)"),
        (b"Obj\x01", "an Avro file"),
        (b"ORC", "an ORC file"),
    ];
    let known = KNOWN.iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, kind)| *kind);
    let archive = head.get(257..262) == Some(b"ustar".as_slice());
    // A column may be called as an archive begins, and a log may be cut by a crash.
    let zeros = head.split(|byte| *byte == 0).count() - 1;
    match known {
        Some(kind) if zeros > 0 || !head.is_ascii() => Some(kind),
        _ if archive => Some("an archive (.tar)"),
        _ => (zeros * 20 > head.len()).then_some("binary, of a kind that is not known"),
    }
}

/// The table of a workbook as text, or the one file of an archive.
#[cfg(feature = "workbooks")]
fn workbook<'a>(name: &str, mut source: impl BufRead + 'a) -> Result<Source<'a>, Diagnostics> {
    use crate::workload::import::{archive, workbook};
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    if let Some(file) = archive::only_file(name, &bytes)? {
        return plain(name, Cursor::new(file));
    }
    let (text, said) = workbook::sheet_text(name, bytes)?;
    Ok(Source { said, ..of_text(text) })
}

#[cfg(not(feature = "workbooks"))]
fn workbook<'a>(name: &str, _source: impl BufRead + 'a) -> Result<Source<'a>, Diagnostics> {
    Err(Diagnostic::error(
        "workbook-not-supported",
        "a workbook (.xlsx) or ZIP archive where text was expected",
    )
    .at(Place::new(name, 0, 0))
    .hint("save the sheet as CSV, choose CSV in the portal's download, or build with the feature \"workbooks\"; unpack an archive")
    .into())
}

pub(crate) fn unreadable(name: &str, error: &std::io::Error) -> Diagnostics {
    if error.kind() == std::io::ErrorKind::FileTooLarge {
        return too_large(name).into();
    }
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        let message = "compressed file cut short: it ends before its first row";
        return Diagnostic::error("gzip-cut-short", message)
            .at(Place::new(name, 0, 0))
            .hint("fetch the file again")
            .into();
    }
    Diagnostic::error("unreadable", format!("unreadable: {error}"))
        .at(Place::new(name, 0, 0))
        .into()
}

/// Whether a text begins like JSON.
pub(crate) fn is_json(head: &str) -> bool {
    head.starts_with(['{', '['])
}
