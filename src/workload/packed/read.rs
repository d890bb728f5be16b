//! A trace file, read back whole or block by block.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::memory;
use crate::workload::import::{Attributes, Imported, Labels, Report};
use crate::workload::packed::block::{BLOCK_ROWS, decode};
use crate::workload::packed::foot::{
    Block, Foot, HEAD_BYTES, MAGIC, Names, Shape, TAIL_BYTES, VERSION,
};
use crate::workload::trace::Trace;
use flate2::Crc;
use jiff::Timestamp;
use std::fmt::Debug;
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom};
use std::sync::Arc;

/// The name of the format in results.
const FORMAT: &str = "ptuplan-trace";

/// Whether a file that begins with these bytes is a trace file.
pub fn is_packed(head: &[u8]) -> bool {
    head.starts_with(&MAGIC)
}

/// What a trace file is read from: an open file, or its bytes.
pub trait Source: Read + Seek + Send + Debug {}

impl<T: Read + Seek + Send + Debug> Source for T {}

/// An open trace file. Its foot has been read and checked; blocks are checked as they are read.
#[derive(Debug)]
pub struct PackedTrace<R> {
    name: Arc<str>,
    source: R,
    /// Bytes of the file.
    length: u64,
    foot: Foot,
    bytes: Vec<u8>,
    gaps: Vec<u32>,
}

/// Columns under construction.
#[derive(Debug, Default)]
struct Columns {
    arrival_us: Vec<u64>,
    /// The others, in the order of a block; the arrivals' place stays empty.
    others: [Vec<u32>; 10],
}

impl<R: Read + Seek> PackedTrace<R> {
    /// Opens a trace file. `name` is how messages call it.
    ///
    /// # Errors
    /// A file that was cut short, damaged, or written by a newer version.
    pub fn open(name: &str, mut source: R) -> Result<Self, Diagnostics> {
        let (foot, length) = foot(&mut source).map_err(|fault| fault.at(name))?;
        foot.check().map_err(|fault| fault.at(name))?;
        Ok(Self { name: name.into(), source, length, foot, bytes: Vec::new(), gaps: Vec::new() })
    }

    /// Number of requests.
    pub fn requests(&self) -> u64 {
        self.foot.requests
    }

    /// Time of the last arrival, microseconds.
    pub fn last_arrival_us(&self) -> u64 {
        self.foot.blocks.last().map_or(0, |block| block.last_us)
    }

    /// The optional columns in which any request states something.
    pub fn shape(&self) -> Shape {
        self.foot.stated
    }

    /// Number of blocks.
    pub fn blocks(&self) -> usize {
        self.foot.blocks.len()
    }

    /// All that is known of the trace but its requests: start, names and assumptions, with empty columns where it has them.
    pub fn known(&self) -> Imported {
        let mut known = self.imported(Columns::default(), &self.foot.names);
        known.report = Report {
            format: FORMAT.to_owned(),
            rows_read: self.foot.requests,
            requests: self.foot.requests,
            skipped: Vec::new(),
            assumed: self.foot.assumed.clone(),
        };
        known
    }

    /// The requests of one block. Names are those of [`PackedTrace::known`], which are not repeated.
    ///
    /// # Errors
    /// A block that is damaged, or does not exist.
    pub fn block(&mut self, index: usize) -> Result<Imported, Diagnostics> {
        let mut columns = Columns::default();
        self.read_block(index, &mut columns)?;
        Ok(self.imported(columns, &Names::default()))
    }

    /// The whole trace.
    ///
    /// # Errors
    /// A damaged block.
    pub fn whole(mut self) -> Result<Imported, Diagnostics> {
        let what = format!("its {} requests", self.foot.requests);
        let kept = self.foot.stated.columns().into_iter().filter(|kept| *kept).count();
        let each = 8 + 4 * u64::try_from(kept).unwrap_or(u64::MAX);
        memory::check_input(&what, self.foot.requests.into(), each, self.length)
            .map_err(|diagnostic| diagnostic.at(Place::new(Arc::clone(&self.name), 0, 0)))?;
        let count = self.foot.requests as usize;
        let mut columns = Columns::default();
        columns.arrival_us.reserve_exact(count);
        let kept = self.foot.stated.columns();
        for (column, kept) in columns.others.iter_mut().zip(kept).skip(1) {
            column.reserve_exact(if kept { count } else { 0 });
        }
        for index in 0..self.foot.blocks.len() {
            self.read_block(index, &mut columns)?;
        }
        let mut imported = self.imported(columns, &self.foot.names);
        imported.report = self.known().report;
        Ok(imported)
    }

    fn read_block(&mut self, index: usize, into: &mut Columns) -> Result<(), Diagnostics> {
        let Self { source, foot, bytes, gaps, .. } = self;
        let found = foot
            .blocks
            .get(index)
            .ok_or_else(|| Fault::Foot("it names a block that does not exist".into()))
            .and_then(|block| take(source, bytes, gaps, (foot, block), into));
        found.map_err(|fault| {
            let before: u64 =
                self.foot.blocks.iter().take(index).map(|block| u64::from(block.requests)).sum();
            fault.from(before).at(&self.name)
        })
    }

    fn imported(&self, columns: Columns, names: &Names) -> Imported {
        let stated = self.foot.stated;
        let Columns { arrival_us, others } = columns;
        let [
            _,
            input_tokens,
            cached,
            output_tokens,
            limit,
            client,
            session,
            deployment,
            model,
            status,
        ] = others;
        let labels = |kept: bool, names: &Vec<String>, of: Vec<u32>| {
            kept.then(|| Labels { names: names.clone(), of })
        };
        let trace = Trace {
            arrival_us,
            input_tokens,
            cached_input_tokens: stated.cached.then_some(cached),
            output_tokens,
            // 0 is no limit, see the writer.
            max_output_tokens: stated
                .limit
                .then(|| limit.into_iter().map(|limit| limit.wrapping_sub(1)).collect()),
            seed: 0,
            clock_us: self.foot.start_us.map_or(0, Trace::clock_at),
            assumed: self.foot.assumed.clone(),
        };
        Imported {
            trace,
            start: self.foot.start_us.and_then(|us| Timestamp::from_microsecond(us).ok()),
            attributes: Attributes {
                client: labels(stated.client, &names.client, client),
                session: labels(stated.session, &names.session, session),
                deployment: labels(stated.deployment, &names.deployment, deployment),
                model: labels(stated.model, &names.model, model),
                status: stated
                    .status
                    .then(|| status.into_iter().map(|status| status as u16).collect()),
            },
            report: Report::default(),
            warnings: Diagnostics::default(),
        }
    }
}

/// Reads a trace file whole.
///
/// # Errors
/// As [`PackedTrace::open`] and [`PackedTrace::whole`].
pub fn read_packed(name: &str, source: impl Read + Seek) -> Result<Imported, Diagnostics> {
    PackedTrace::open(name, source)?.whole()
}

/// What is wrong with a file.
#[derive(Debug)]
enum Fault {
    CutShort,
    TooNew(u32),
    Foot(String),
    Block { from: u64, requests: u32, why: &'static str },
    Unreadable(Error),
}

impl Fault {
    /// The same, with the number of requests before the block.
    fn from(self, before: u64) -> Self {
        match self {
            Self::Block { requests, why, .. } => Self::Block { from: before, requests, why },
            other => other,
        }
    }

    fn at(self, name: &str) -> Diagnostics {
        let again = "import the log again, or fetch the file again";
        let found = match self {
            Self::CutShort => Diagnostic::error(
                "trace-file-cut-short",
                "damaged trace file: it does not end as one, so it was cut short",
            )
            .hint(again),
            Self::TooNew(version) => Diagnostic::error(
                "trace-file-too-new",
                format!("trace file of version {version}: this program reads version {VERSION}"),
            )
            .hint("import the log again with this program, or use a newer program"),
            Self::Foot(why) => {
                Diagnostic::error("trace-file-damaged", format!("damaged trace file: {why}"))
                    .hint(again)
            }
            Self::Block { from, requests, why } => {
                let until = from + u64::from(requests);
                let message = format!("damaged trace file: requests {from} to {until}: {why}");
                Diagnostic::error("trace-file-damaged", message).hint(again)
            }
            Self::Unreadable(error) => {
                Diagnostic::error("unreadable", format!("unreadable trace file: {error}"))
            }
        };
        found.at(Place::new(name, 0, 0)).into()
    }
}

impl std::convert::From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof => Self::CutShort,
            _ => Self::Unreadable(error),
        }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |four| four.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b)))
}

/// Reads the foot, found from the end.
fn foot(source: &mut (impl Read + Seek)) -> Result<(Foot, u64), Fault> {
    let length = source.seek(SeekFrom::End(0))?;
    if length < HEAD_BYTES + TAIL_BYTES {
        return Err(Fault::CutShort);
    }
    let mut head = [0; HEAD_BYTES as usize];
    source.rewind()?;
    source.read_exact(&mut head)?;
    if !is_packed(&head) {
        return Err(Fault::Foot("it does not begin as one".into()));
    }
    let version = u32_at(&head, 8);
    if version > VERSION {
        return Err(Fault::TooNew(version));
    }
    let mut tail = [0; TAIL_BYTES as usize];
    source.seek(SeekFrom::End(-(TAIL_BYTES as i64)))?;
    source.read_exact(&mut tail)?;
    if !tail.ends_with(&MAGIC) {
        return Err(Fault::CutShort);
    }
    if u32_at(&tail, 12) != version {
        return Err(Fault::Foot("its ends are of different versions".into()));
    }
    let bytes = u64::from(u32_at(&tail, 0)) | u64::from(u32_at(&tail, 4)) << 32;
    if bytes > length - HEAD_BYTES - TAIL_BYTES {
        return Err(Fault::Foot("the length of its foot is not that of one".into()));
    }
    let from = length - TAIL_BYTES - bytes;
    source.seek(SeekFrom::Start(from))?;
    let mut foot = vec![0; bytes as usize];
    source.read_exact(&mut foot)?;
    let mut crc = Crc::new();
    crc.update(&foot);
    if crc.sum() != u32_at(&tail, 8) {
        return Err(Fault::Foot("its foot does not match its checksum".into()));
    }
    let foot: Foot =
        serde_json::from_slice(&foot).map_err(|e| Fault::Foot(format!("unreadable foot: {e}")))?;
    let ends = |block: &Block| block.at.checked_add(block.length()).is_some_and(|end| end <= from);
    if !foot.blocks.iter().all(|block| block.at >= HEAD_BYTES && ends(block)) {
        return Err(Fault::Foot("a block lies outside of it".into()));
    }
    Ok((foot, length))
}

impl Foot {
    /// Whether the blocks fit each other and the columns.
    fn check(&self) -> Result<(), Fault> {
        let wrong = |why: &str| Err(Fault::Foot(why.to_owned()));
        let columns = self.columns.columns();
        let count = columns.iter().filter(|there| **there).count();
        if columns.iter().zip(self.stated.columns()).any(|(there, stated)| stated && !there) {
            return wrong("a column that is stated is not there");
        }
        let mut last_us = 0;
        let mut requests = 0;
        for block in &self.blocks {
            let sound = block.requests > 0
                && block.requests as usize <= BLOCK_ROWS
                && block.widths.len() == count
                && block.widths.iter().all(|width| *width <= 4)
                && block.first_us >= last_us
                && block.last_us >= block.first_us
                && block.last_us <= Trace::LONGEST_US;
            if !sound {
                return wrong("its blocks do not follow each other");
            }
            last_us = block.last_us;
            requests += u64::from(block.requests);
        }
        if requests != self.requests || requests > u64::from(u32::MAX) {
            return wrong("its blocks have other requests than it says");
        }
        Ok(())
    }
}

/// Reads and checks one block and appends its columns.
fn take(
    source: &mut (impl Read + Seek),
    bytes: &mut Vec<u8>,
    gaps: &mut Vec<u32>,
    (foot, block): (&Foot, &Block),
    into: &mut Columns,
) -> Result<(), Fault> {
    let rows = block.requests as usize;
    let wrong = |why| Fault::Block { from: 0, requests: block.requests, why };
    bytes.clear();
    source.seek(SeekFrom::Start(block.at))?;
    if source.take(block.length()).read_to_end(bytes)? as u64 != block.length() {
        return Err(Fault::CutShort);
    }
    let mut crc = Crc::new();
    crc.update(bytes);
    if crc.sum() != block.crc {
        return Err(wrong("they do not match their checksum"));
    }
    let names = &foot.names;
    // Beyond the last name of a label there is none; a status has three digits.
    let bounds = [&names.client, &names.session, &names.deployment, &names.model]
        .map(|names| names.len() as u32);
    let before = into.arrival_us.len();
    let mut widths = block.widths.iter();
    let mut rest = bytes.as_slice();
    for (index, (there, stated)) in
        foot.columns.columns().into_iter().zip(foot.stated.columns()).enumerate()
    {
        let Some(width) = there.then(|| widths.next().copied()).flatten() else { continue };
        let (column, after) = rest.split_at(rows * usize::from(width));
        rest = after;
        if index == 0 {
            gaps.clear();
            decode(column, width, rows, gaps);
            let mut at = block.first_us;
            into.arrival_us.extend(gaps.iter().map(|gap| {
                // 2^18 gaps of 32 bits beyond a time below 2^63.
                at += u64::from(*gap);
                at
            }));
        } else if stated {
            let out = &mut into.others[index];
            let from = out.len();
            decode(column, width, rows, out);
            let bound = match index {
                5..=8 => bounds[index - 5],
                9 => 1_000,
                _ => continue,
            };
            if out[from..].iter().any(|value| *value >= bound) {
                return Err(wrong("a name or status is out of bounds"));
            }
        }
    }
    if into.arrival_us.last() != Some(&block.last_us)
        || into.arrival_us.get(before) != Some(&block.first_us)
    {
        return Err(wrong("they do not arrive when the foot says"));
    }
    let (input, cached) = (&into.others[1], &into.others[2]);
    if cached.iter().zip(input).skip(before).any(|(cached, input)| cached > input) {
        return Err(wrong("cached input above input"));
    }
    Ok(())
}
