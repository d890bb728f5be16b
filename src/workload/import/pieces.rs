//! A source too large to be held, cut into pieces that follow each other in time.

use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::import::collector::Past;
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::finish::{clock, plausible, start};
use crate::workload::import::yielded::{Attributes, Imported, Labels, Report};
use crate::workload::trace::Trace;

/// Rows of a piece.
pub(crate) const PIECE_ROWS: usize = 1 << 18;

/// Takes one piece after the other: requests in order of arrival, their names as numbers that the end of the import explains.
pub type Sink<'a> = &'a mut dyn FnMut(Imported) -> std::io::Result<()>;

/// Why a source could not be read in pieces.
#[derive(Debug, thiserror::Error)]
pub enum NotInPieces {
    /// The rows do not come in order of arrival: only the whole of them can be sorted.
    #[error("arrivals go backwards in row {row}")]
    OutOfOrder {
        /// The row that comes too early, from 1, as far as it is known.
        row: u64,
    },
    /// Logs are not tables: what a row means can depend on others.
    #[error("not a table with one request a row")]
    NoTable,
    /// What is wrong with the source.
    #[error(transparent)]
    Wrong(#[from] Diagnostics),
    /// The sink could not take a piece.
    #[error(transparent)]
    Sink(#[from] std::io::Error),
}

impl From<Diagnostic> for NotInPieces {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Wrong(diagnostic.into())
    }
}

impl Collector {
    /// What time 0 of the pieces is, decided with the first of them.
    pub(crate) fn zero_or(&mut self, zero: Zero) -> Zero {
        match self.past {
            Some(past) => past.zero,
            None => self.unix_or(zero),
        }
    }

    /// Takes the requests gathered so far as the next piece; none when there are none. Names are left out of it and told at the end.
    pub(crate) fn cut(&mut self, zero: Zero) -> Result<Option<Imported>, NotInPieces> {
        let (Some(first_us), Some(last_us)) =
            (self.arrival_us.first().copied(), self.arrival_us.last().copied())
        else {
            return Ok(None);
        };
        if let Some((_, row)) = self.first_backwards {
            return Err(NotInPieces::OutOfOrder { row });
        }
        if self.past.is_some_and(|past| first_us < past.last_us) {
            return Err(NotInPieces::OutOfOrder { row: self.rows_read - self.len() as u64 + 1 });
        }
        // Calls without tokens take them from others, which may be in another piece.
        if !self.silent.is_empty() || self.partial.iter().any(|calls| !calls.is_empty()) {
            return Err(NotInPieces::NoTable);
        }
        self.drop_twins();
        self.row_ids.clear();
        if self.len() == 0 {
            return Ok(None);
        }
        self.see_tokens();
        let zero = self.zero_or(zero);
        let past = self.past.unwrap_or(Past { zero, first_us, last_us, requests: 0 });
        self.past = Some(Past { last_us, requests: past.requests + self.len() as u64, ..past });
        let base = if zero == Zero::FirstArrival { past.first_us } else { 0 };
        let some = |column: Vec<u32>| (!column.is_empty()).then_some(column);
        let trace = Trace {
            arrival_us: std::mem::take(&mut self.arrival_us)
                .into_iter()
                .map(|us| (us - base) as u64)
                .collect(),
            input_tokens: std::mem::take(&mut self.input),
            cached_input_tokens: some(std::mem::take(&mut self.cached.values)),
            output_tokens: std::mem::take(&mut self.output),
            max_output_tokens: some(std::mem::take(&mut self.limit.values)),
            seed: self.seed,
            clock_us: clock(past.first_us, zero),
            assumed: Vec::new(),
        };
        let attributes = self.facts.as_mut().map_or_else(Attributes::default, |facts| {
            let of = |labels: &mut Labels| {
                Some(Labels { names: Vec::new(), of: std::mem::take(&mut labels.of) })
            };
            Attributes {
                client: of(&mut facts.client.labels),
                session: of(&mut facts.session.labels),
                deployment: of(&mut facts.deployment.labels),
                model: of(&mut facts.model.labels),
                status: Some(std::mem::take(&mut facts.status)),
            }
        });
        Ok(Some(Imported { trace, attributes, ..Imported::default() }))
    }

    /// Hands what was gathered to the sink, if there is one.
    pub(crate) fn deliver(
        &mut self,
        zero: Zero,
        sink: &mut Option<Sink<'_>>,
    ) -> Result<(), NotInPieces> {
        let Some(sink) = sink else { return Ok(()) };
        match self.cut(zero)? {
            Some(piece) => Ok(sink(piece)?),
            None => Ok(()),
        }
    }

    /// The end of an import, with or without pieces.
    pub(crate) fn end(
        mut self,
        format: String,
        zero: Zero,
        mut sink: Option<Sink<'_>>,
    ) -> Result<Imported, NotInPieces> {
        if sink.is_none() {
            let zero = self.unix_or(zero);
            return Ok(self.finish(format, zero)?);
        }
        self.deliver(zero, &mut sink)?;
        Ok(self.conclude(format)?)
    }

    /// When the time 0 of the pieces is, once there was one.
    #[cfg(feature = "tables")]
    pub(crate) fn piece_start(&self) -> Option<jiff::Timestamp> {
        self.past.and_then(|past| start(past.first_us, past.zero))
    }

    /// What is known of all pieces together: start, names, report and warnings, and empty columns where the trace has them; or all that is wrong.
    pub(crate) fn conclude(mut self, format: String) -> Result<Imported, Diagnostics> {
        let requests = self.past.map_or(0, |past| past.requests);
        let whole = self.faults.place(0, 0);
        let skipped = self.faults.skipped();
        let mut twins = Diagnostics::default();
        self.say_twins(&mut twins);
        self.warnings.0.append(&mut twins.0);
        let mut warnings = self.verdict(requests, &whole, &skipped)?;
        let Some(past) = self.past else { return Err(warnings) };
        plausible((past.first_us, past.last_us), requests, past.zero, &whole, &mut warnings)?;
        self.note_sparse(requests);
        self.say_absent();
        self.say_statuses();
        let trace = Trace {
            cached_input_tokens: self.cached.stated.then(Vec::new),
            max_output_tokens: self.limit.stated.then(Vec::new),
            seed: self.seed,
            clock_us: clock(past.first_us, past.zero),
            assumed: self.assumed.clone(),
            ..Trace::default()
        };
        let report =
            Report { format, rows_read: self.rows_read, requests, skipped, assumed: self.assumed };
        let attributes = self.facts.map_or_else(Attributes::default, |facts| facts.attributes());
        Ok(Imported { trace, start: start(past.first_us, past.zero), attributes, report, warnings })
    }
}
