//! A trace file, written from first to last.

use crate::workload::import::{Attributes, Imported, Labels};
use crate::workload::packed::block::{BLOCK_ROWS, encode};
use crate::workload::packed::foot::{Block, Foot, HEAD_BYTES, MAGIC, Names, Shape, VERSION};
use crate::workload::trace::Trace;
use flate2::Crc;
use jiff::Timestamp;
use std::io::{Error, ErrorKind, Result, Write};

/// Writes a trace file piece by piece; what is held is one block.
#[derive(Debug)]
pub struct PackedWriter<W> {
    out: W,
    columns: Shape,
    at: u64,
    last_us: u64,
    requests: u64,
    blocks: Vec<Block>,
    bytes: Vec<u8>,
    scratch: Vec<u32>,
}

impl<W: Write> PackedWriter<W> {
    /// Begins a file with these columns beside arrival, input and output tokens.
    pub fn new(mut out: W, columns: Shape) -> Result<Self> {
        out.write_all(&MAGIC)?;
        out.write_all(&VERSION.to_le_bytes())?;
        out.write_all(&[0; 4])?;
        Ok(Self {
            out,
            columns,
            at: HEAD_BYTES,
            last_us: 0,
            requests: 0,
            blocks: Vec::new(),
            bytes: Vec::new(),
            scratch: Vec::new(),
        })
    }

    /// Requests written so far.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Appends requests, none earlier than those before them. Columns of the file that they lack are written as not stated.
    ///
    /// # Errors
    /// The output cannot be written, or a promise of [`Trace`] is broken.
    pub fn push(&mut self, trace: &Trace, attributes: &Attributes) -> Result<()> {
        let broken = |what: String| Error::new(ErrorKind::InvalidInput, what);
        trace.validate().map_err(|fault| broken(fault.to_string()))?;
        if trace.arrival_us.first().is_some_and(|first| *first < self.last_us) {
            return Err(broken("a piece begins before the one in front of it ended".into()));
        }
        if self.requests + trace.len() as u64 > u64::from(u32::MAX) {
            return Err(broken("more than 4294967295 requests".into()));
        }
        let mut from = 0;
        while from < trace.len() {
            let most = (from + BLOCK_ROWS).min(trace.len());
            // Times are kept as gaps of 32 bits: a longer one, over an hour, begins a block.
            let times = &trace.arrival_us[from..most];
            let long = |pair: &[u64]| pair[1] - pair[0] > u64::from(u32::MAX);
            let until = times.windows(2).position(long).map_or(most, |gap| from + gap + 1);
            self.block(trace, attributes, from..until)?;
            from = until;
        }
        Ok(())
    }

    fn block(
        &mut self,
        trace: &Trace,
        attributes: &Attributes,
        rows: std::ops::Range<usize>,
    ) -> Result<()> {
        let Self { bytes, scratch, columns, .. } = self;
        bytes.clear();
        let times = &trace.arrival_us[rows.clone()];
        let mut widths = Vec::new();
        scratch.clear();
        scratch.push(0);
        scratch.extend(times.windows(2).map(|pair| (pair[1] - pair[0]) as u32));
        widths.push(encode(scratch, bytes));
        widths.push(encode(&trace.input_tokens[rows.clone()], bytes));
        if columns.cached {
            write_column(trace.cached_input_tokens.as_deref(), &rows, scratch, bytes, &mut widths);
        }
        widths.push(encode(&trace.output_tokens[rows.clone()], bytes));
        if columns.limit {
            // No limit is the commonest: it becomes 0.
            scratch.clear();
            match &trace.max_output_tokens {
                Some(limits) => {
                    scratch.extend(limits[rows.clone()].iter().map(|limit| limit.wrapping_add(1)));
                }
                None => scratch.resize(rows.len(), 0),
            }
            widths.push(encode(scratch, bytes));
        }
        let labels = [
            (columns.client, &attributes.client),
            (columns.session, &attributes.session),
            (columns.deployment, &attributes.deployment),
            (columns.model, &attributes.model),
        ];
        for (_, labels) in labels.into_iter().filter(|(kept, _)| *kept) {
            let of = labels.as_ref().map(|labels| labels.of.as_slice());
            write_column(of, &rows, scratch, bytes, &mut widths);
        }
        if columns.status {
            scratch.clear();
            match &attributes.status {
                Some(status) => scratch.extend(status[rows.clone()].iter().map(|s| u32::from(*s))),
                None => scratch.resize(rows.len(), 0),
            }
            widths.push(encode(scratch, bytes));
        }
        let mut crc = Crc::new();
        crc.update(bytes);
        self.out.write_all(bytes)?;
        self.last_us = times.last().copied().unwrap_or(self.last_us);
        self.blocks.push(Block {
            at: self.at,
            requests: rows.len() as u32,
            first_us: times.first().copied().unwrap_or(0),
            last_us: self.last_us,
            widths,
            crc: crc.sum(),
        });
        self.at += bytes.len() as u64;
        self.requests += rows.len() as u64;
        Ok(())
    }

    /// Ends the file. `known` says what is known of the requests as a whole: its start, assumptions, names, and which optional columns state
    /// anything; its requests themselves are not looked at.
    pub fn finish(mut self, known: &Imported) -> Result<W> {
        let names = |labels: &Option<Labels>| {
            labels.as_ref().map_or_else(Vec::new, |labels| labels.names.clone())
        };
        let attributes = &known.attributes;
        let foot = Foot {
            requests: self.requests,
            start_us: known.start.map(Timestamp::as_microsecond),
            assumed: known.trace.assumed.clone(),
            columns: self.columns,
            stated: shape(known),
            names: Names {
                client: names(&attributes.client),
                session: names(&attributes.session),
                deployment: names(&attributes.deployment),
                model: names(&attributes.model),
            },
            blocks: std::mem::take(&mut self.blocks),
        };
        let foot = serde_json::to_vec(&foot)?;
        let mut crc = Crc::new();
        crc.update(&foot);
        self.out.write_all(&foot)?;
        self.out.write_all(&(foot.len() as u64).to_le_bytes())?;
        self.out.write_all(&crc.sum().to_le_bytes())?;
        self.out.write_all(&VERSION.to_le_bytes())?;
        self.out.write_all(&MAGIC)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

fn write_column(
    column: Option<&[u32]>,
    rows: &std::ops::Range<usize>,
    scratch: &mut Vec<u32>,
    bytes: &mut Vec<u8>,
    widths: &mut Vec<u8>,
) {
    if let Some(column) = column {
        widths.push(encode(&column[rows.clone()], bytes));
    } else {
        scratch.clear();
        scratch.resize(rows.len(), 0);
        widths.push(encode(scratch, bytes));
    }
}

/// The optional columns of an import.
fn shape(imported: &Imported) -> Shape {
    let Imported { trace, attributes, .. } = imported;
    Shape {
        cached: trace.cached_input_tokens.is_some(),
        limit: trace.max_output_tokens.is_some(),
        client: attributes.client.is_some(),
        session: attributes.session.is_some(),
        deployment: attributes.deployment.is_some(),
        model: attributes.model.is_some(),
        status: attributes.status.is_some(),
    }
}

/// Writes an import as a trace file; [`read_packed`](crate::workload::packed::read_packed) gives it back.
pub fn write_packed<W: Write>(out: W, imported: &Imported) -> Result<W> {
    let mut writer = PackedWriter::new(out, shape(imported))?;
    writer.push(&imported.trace, &imported.attributes)?;
    writer.finish(imported)
}
