//! Where all importers meet: rows in, checked columns in order of arrival out.

use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::import::clock::Clock;
use crate::workload::import::columns::{FactColumns, Sparse};
use crate::workload::import::dates::{DateOrder, DateVotes};
use crate::workload::import::faults::{Fault, Faults};
pub(crate) use crate::workload::import::filter::Facts;
use crate::workload::import::filter::Filter;
use crate::workload::import::ids::{Edge, Twins, id_of};
use crate::workload::import::number::{BEYOND_ANY_WINDOW, NumberFault, seconds};
use crate::workload::import::spec::{BucketModel, ReadSpec, TokensStated};
use crate::workload::trace::Trace;
use std::collections::{BTreeMap, BTreeSet};

/// What time 0 of the trace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zero {
    /// The source counts from a start of its own: keep its times.
    Source {
        /// The unit the source's column was read in, for the hint when that cannot be.
        unit: &'static str,
    },
    /// The source gives instants, as microseconds since the epoch: the first arrival becomes 0.
    FirstArrival,
}

/// One request of a source.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Row {
    pub(crate) arrival_us: i64,
    pub(crate) input_tokens: u32,
    pub(crate) cached_input_tokens: Option<u32>,
    pub(crate) output_tokens: u32,
    pub(crate) max_output_tokens: Option<u32>,
}

/// Columns without a gap, each row sound by itself.
#[cfg(feature = "tables")]
#[derive(Debug)]
pub(crate) struct PlainColumns {
    pub(crate) arrival_us: Vec<i64>,
    pub(crate) input_tokens: Vec<u32>,
    pub(crate) cached_input_tokens: Option<Vec<u32>>,
    pub(crate) output_tokens: Vec<u32>,
    pub(crate) max_output_tokens: Option<Vec<u32>>,
}

/// Gathers the rows of a source.
#[allow(
    clippy::struct_excessive_bools,
    reason = "what the caller and the source say, each for itself"
)]
#[derive(Debug)]
pub(crate) struct Collector {
    pub(super) strict: bool,
    pub(super) seed: u64,
    pub(super) rows_read: u64,
    pub(super) arrival_us: Vec<i64>,
    pub(super) input: Vec<u32>,
    pub(super) output: Vec<u32>,
    pub(super) cached: Sparse,
    pub(super) limit: Sparse,
    pub(super) facts: Option<Box<FactColumns>>,
    /// What was cut off before, where the source is read in pieces.
    pub(super) past: Option<Past>,
    pub(super) ids: BTreeSet<Box<str>>,
    /// Calls that failed for no fault of their own.
    pub(super) failed: u64,
    /// Calls without tokens, to be filled in.
    pub(super) untold: Vec<u32>,
    /// Answered calls whose tokens are not stated or 0, to be filled in, and where the first is.
    pub(super) silent: Vec<u32>,
    pub(super) first_silent: u64,
    /// Of these, how many state nothing, not even 0.
    pub(super) unstated: u64,
    /// Calls that state one kind of tokens and lack the other, each with whether it failed: those
    /// without input, and those without output.
    pub(super) partial: [Vec<(u32, bool)>; 2],
    /// The same calls once they have what they lacked, which they do not lend on.
    pub(super) patched: Vec<u32>,
    /// Whether the row that comes next states no input, and no output.
    lacks: (bool, bool),
    /// Whether it is a call that failed.
    refused: bool,
    /// Fingerprints of the ids of rows, 0 where a row has none; empty where the source has none.
    pub(super) row_ids: Vec<u64>,
    next_id: u64,
    pub(super) has_ids: bool,
    /// Whether rows are those of a log whose importer does not tell its calls apart by itself.
    pub(crate) rows_are_told: bool,
    /// Whether rows like another are to be left out.
    pub(super) drop_alike: bool,
    pub(super) twins: Twins,
    pub(super) edge: Edge,
    /// Statuses that are no known word: how many, the first, and its line.
    pub(super) unknown_statuses: Option<(u64, String, u64)>,
    /// Words that stand for no number: how many cells have each, and the line of the first.
    pub(super) absent: BTreeMap<String, (u64, u64)>,
    /// Whether a request without tokens is one: of totals, which may have fewer tokens than calls,
    /// and in the program's own tables.
    pub(crate) zeros_are_meant: bool,
    /// Bytes taken for a token where the source counts bytes only.
    pub(crate) bytes_per_token: Option<u32>,
    /// How totals become requests.
    pub(crate) bucket_model: BucketModel,
    /// The order of dates whose year comes last, once the file has decided it.
    pub(crate) date_order: Option<DateOrder>,
    /// Whether the names of the time columns say UTC.
    pub(crate) utc: bool,
    /// Whether the caller says that each row is one call, however many tokens it has.
    pub(crate) rows_are_calls: bool,
    pub(super) tokens: TokensStated,
    /// Whether any request so far had input, and any had output.
    pub(super) had_tokens: (bool, bool),
    /// Requests with more input than any model takes.
    pub(super) beyond_window: (u64, u64),
    pub(super) filter: Filter,
    /// Whether the source promises no order: logs do not, traces do.
    pub(crate) any_order: bool,
    pub(super) backwards: u64,
    pub(super) first_backwards: Option<(u64, u64)>,
    pub(crate) faults: Faults,
    pub(crate) assumed: Vec<String>,
    pub(crate) warnings: Diagnostics,
}

impl Collector {
    pub(crate) fn new(file: &str, spec: &ReadSpec) -> Self {
        Self {
            strict: spec.strict,
            seed: spec.seed,
            rows_read: 0,
            arrival_us: Vec::new(),
            input: Vec::new(),
            output: Vec::new(),
            cached: Sparse::default(),
            limit: Sparse::default(),
            facts: None,
            past: None,
            ids: BTreeSet::new(),
            failed: 0,
            untold: Vec::new(),
            silent: Vec::new(),
            first_silent: 0,
            unstated: 0,
            partial: Default::default(),
            patched: Vec::new(),
            lacks: (false, false),
            refused: false,
            row_ids: Vec::new(),
            next_id: 0,
            has_ids: false,
            rows_are_told: false,
            drop_alike: spec.drop_identical,
            twins: Twins::default(),
            edge: Edge::default(),
            unknown_statuses: None,
            absent: BTreeMap::new(),
            zeros_are_meant: false,
            bytes_per_token: spec.bytes_per_token,
            bucket_model: spec.model,
            date_order: spec.dates,
            utc: false,
            rows_are_calls: spec.format.is_some(),
            tokens: spec.tokens,
            had_tokens: (false, false),
            beyond_window: (0, 0),
            filter: Filter::new(spec.keep.clone()),
            any_order: false,
            backwards: 0,
            first_backwards: None,
            faults: Faults::new(file, spec.strict),
            assumed: Vec::new(),
            warnings: Diagnostics::default(),
        }
    }

    /// Counts a row of the source, before it is known to be sound; its number, from 1.
    #[inline]
    pub(crate) fn begin_row(&mut self) -> u64 {
        self.rows_read += 1;
        (self.lacks, self.refused, self.next_id) = ((false, false), false, 0);
        self.rows_read
    }

    /// Number of requests so far.
    pub(crate) fn len(&self) -> usize {
        self.arrival_us.len()
    }

    /// The seed of the trace's luck.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// The first arrival so far, in file order.
    pub(crate) fn first_arrival_us(&self) -> Option<i64> {
        self.arrival_us.first().copied()
    }

    /// Notes a value that cannot be read.
    #[cold]
    pub(crate) fn bad_number(
        &mut self,
        fault: NumberFault,
        what: &str,
        text: &[u8],
        at: (u64, u32),
    ) {
        let text = String::from_utf8_lossy(&text[..text.len().min(40)]).into_owned();
        let row = self.rows_read;
        let (code, message, hint) = match fault {
            NumberFault::Empty => (
                "missing-value",
                format!("missing value: {what} in row {row}"),
                "fill it in, or leave the row out",
            ),
            NumberFault::NotANumber => (
                "not-a-number",
                format!("not a number: {what} is \"{text}\" in row {row}"),
                "write digits only, without separators or units",
            ),
            NumberFault::Negative => (
                "negative-number",
                format!("negative number: {what} is {text} in row {row}"),
                "a count of tokens is 0 or more",
            ),
            NumberFault::TooLarge => (
                "absurd-number",
                format!("absurd number: {what} is {text} in row {row}"),
                "a request has at most 10,000,000 tokens; is the column a sum over requests?",
            ),
        };
        self.fault(code, message, hint, at);
    }

    /// Notes a cell that says that its number is not known.
    #[cold]
    pub(crate) fn note_absent(&mut self, text: &[u8], line: u64) {
        let word = String::from_utf8_lossy(text.trim_ascii()).into_owned();
        self.absent.entry(word).or_insert((0, line)).0 += 1;
    }

    /// Says the id of the row that is pushed next.
    #[inline]
    pub(crate) fn next_id(&mut self, id: &[u8]) {
        self.next_id = id_of(id.trim_ascii());
        self.has_ids |= self.next_id != 0;
    }

    /// Says of the row that is pushed next which of its tokens the source does not state.
    #[inline]
    pub(crate) const fn next_lacks(&mut self, input: bool, output: bool) {
        self.lacks = (input, output);
    }

    /// Notes a mistake of the current row.
    #[cold]
    pub(crate) fn fault(
        &mut self,
        code: &'static str,
        message: String,
        hint: &'static str,
        at: (u64, u32),
    ) {
        let row = if at.0 == 0 { 0 } else { self.rows_read };
        self.faults.push(Fault { code, message, hint, row, line: at.0, column: at.1 });
    }

    /// Which tokens the source has to state.
    pub(crate) fn tokens_stated(&self) -> TokensStated {
        self.tokens
    }

    /// Whether only some requests are wanted.
    pub(crate) fn filters(&self) -> bool {
        !self.filter.keep.is_empty()
    }

    /// Whether a request is wanted; one that is not is counted as left out.
    #[inline]
    pub(crate) fn wants(&mut self, facts: &Facts<'_>, line: u64) -> bool {
        let wants = self.filter.wants(facts);
        if !wants {
            self.faults.leave("not-wanted", line);
        }
        wants
    }

    /// Notes the zones that the names of time columns state.
    pub(crate) fn note_zones(&mut self, zones: &[String]) {
        let Some(first) = zones.first() else { return };
        self.utc = zones.iter().all(|zone| zone.eq_ignore_ascii_case("UTC"));
        if !self.utc {
            self.assumed.push(format!(
                "times are in the zone \"{first}\", whose difference from UTC the file does not state: read as UTC, so times of day may be shifted; export in UTC to be sure"
            ));
        }
    }

    /// Notes an assumption, once.
    pub(crate) fn assume(&mut self, said: String) {
        if !self.assumed.contains(&said) {
            self.assumed.push(said);
        }
    }

    /// Takes the order that the dates of the file decide, and says it.
    ///
    /// # Errors
    /// Dates that contradict each other.
    pub(crate) fn decide_dates(&mut self, votes: &DateVotes) -> Result<(), Diagnostics> {
        match votes.decide() {
            Ok((order, said)) => {
                self.date_order.get_or_insert(order);
                if let Some(said) = said {
                    self.assume(said);
                }
                Ok(())
            }
            Err(why) => Err(Diagnostic::error("dates-in-two-orders", why)
                .at(self.faults.place(0, 0))
                .hint(
                    "state the order that is meant with --dates mdy, --dates dmy or --dates ymd; \
                     rows of another are then refused",
                )
                .into()),
        }
    }

    /// Says that tokens were estimated from bytes.
    pub(crate) fn note_bytes(&mut self, calls: u64) {
        self.assumed.push(format!(
            "tokens of {calls} calls are their bytes divided by the stated bytes_per_token"
        ));
    }

    /// Whether an id was not seen before. A row without id is always new.
    pub(crate) fn is_new(&mut self, id: &str) -> bool {
        id.is_empty() || self.ids.insert(id.into())
    }

    /// Whether an id is new. A repeated one is noted and its row is to be left out.
    pub(crate) fn new_id(&mut self, id: &str, at: (u64, u32)) -> bool {
        let new = self.is_new(id);
        if !new {
            let message = format!("duplicate id: {id} in row {}", self.rows_read);
            self.fault(
                "duplicate-id",
                message,
                "each request counts once; the first row was kept",
                at,
            );
        }
        new
    }

    /// Takes a call of a log with its facts. A failed call (429, 408, 5xx) is demand all the same: where it states no tokens it gets those of a
    /// neighbour. A call that failed for its own fault (other 4xx) is none.
    pub(crate) fn push_call(&mut self, row: Row, stated: bool, facts: Facts<'_>, at: (u64, u32)) {
        self.push_call_from(row, stated, facts, Zero::FirstArrival, at);
    }

    /// The same for times that count from what `zero` says.
    pub(crate) fn push_call_from(
        &mut self,
        row: Row,
        stated: bool,
        facts: Facts<'_>,
        zero: Zero,
        at: (u64, u32),
    ) {
        if !self.wants(&facts, at.0) {
            return;
        }
        let demand = matches!(facts.status, 408 | 429 | 500..);
        let client_error = (400..500).contains(&facts.status) && !demand;
        // What a refused call would have been answered is not nothing.
        self.lacks.1 |= demand && row.output_tokens == 0;
        self.lacks.1 &= !client_error && ![facts.model, facts.deployment].into_iter().any(embeds);
        self.refused = demand;
        let nothing = row.input_tokens == 0 && (demand || row.output_tokens == 0);
        // Some gateways write 0 where they mean that nothing was answered.
        let stated = stated && !(nothing && (demand || client_error));
        if !stated && !demand {
            if client_error {
                self.faults.leave("client-error", at.0);
                return;
            }
            if self.strict {
                let message = format!("tokens not stated in row {}", self.rows_read);
                let hint = "turn on token logging at the source, or leave the row out";
                self.fault("tokens-not-stated", message, hint, at);
                return;
            }
        }
        if self.push(row, zero, at) {
            if demand {
                self.failed += 1;
            }
            self.unstated += u64::from(!stated && !demand);
            if !stated && demand {
                self.untold.push(self.arrival_us.len() as u32 - 1);
            }
            self.push_facts(facts);
        }
    }

    /// Takes a row whose numbers could be read. Whether it was sound.
    #[inline]
    pub(crate) fn push(&mut self, row: Row, zero: Zero, at: (u64, u32)) -> bool {
        if row.cached_input_tokens.is_some_and(|cached| cached > row.input_tokens) {
            self.cached_above_input(row, at);
            return false;
        }
        if row.arrival_us < 0 && zero != Zero::FirstArrival {
            let message = format!(
                "negative arrival: {} s in row {}",
                seconds(row.arrival_us),
                self.rows_read
            );
            self.fault("negative-arrival", message, "times count from the start of the trace", at);
            return false;
        }
        if let Some(last) = self.arrival_us.last().copied()
            && row.arrival_us < last
        {
            self.backwards(row.arrival_us, last, at);
        }
        if row.input_tokens > BEYOND_ANY_WINDOW {
            let (rows, line) = self.beyond_window;
            self.beyond_window = (rows + 1, if rows == 0 { at.0 } else { line });
        }
        let lacks = std::mem::take(&mut self.lacks);
        let refused = std::mem::take(&mut self.refused);
        if row.input_tokens == 0 && row.output_tokens == 0 {
            self.note_silent(at.0);
        } else if lacks != (false, false) && self.tokens == TokensStated::Both {
            self.note_partial(row, lacks, refused);
        }
        let before = self.arrival_us.len();
        if self.has_ids {
            self.row_ids.resize(before, 0);
            self.row_ids.push(std::mem::take(&mut self.next_id));
        }
        self.cached.push(before, row.cached_input_tokens, 0);
        self.limit.push(before, row.max_output_tokens, Trace::NO_LIMIT);
        self.arrival_us.push(row.arrival_us);
        self.input.push(row.input_tokens);
        self.output.push(row.output_tokens);
        true
    }

    /// Takes columns as they are, if every row of them is sound, in order and of a length that a model takes; else takes nothing and says so.
    #[cfg(feature = "tables")]
    pub(crate) fn push_columns(&mut self, columns: PlainColumns, zero: Zero) -> bool {
        let (arrival_us, input_tokens) = (&columns.arrival_us, &columns.input_tokens);
        let least = self.arrival_us.last().copied();
        let in_order = arrival_us.is_sorted() && least <= arrival_us.first().copied();
        let negative = arrival_us.first().is_some_and(|first| *first < 0);
        let mut within = columns.cached_input_tokens.iter().flatten().zip(input_tokens);
        if !in_order
            || negative && zero != Zero::FirstArrival
            || !within.all(|(cached, input)| cached <= input)
            || input_tokens.iter().any(|tokens| *tokens > BEYOND_ANY_WINDOW)
            || !self.zeros_are_meant
                && input_tokens.iter().zip(&columns.output_tokens).any(|both| both == (&0, &0))
        {
            return false;
        }
        let before = self.arrival_us.len();
        let rows = arrival_us.len();
        self.rows_read += rows as u64;
        self.cached.append(before, rows, columns.cached_input_tokens, 0);
        self.limit.append(before, rows, columns.max_output_tokens, Trace::NO_LIMIT);
        if before == 0 {
            self.arrival_us = columns.arrival_us;
            self.input = columns.input_tokens;
            self.output = columns.output_tokens;
        } else {
            self.arrival_us.extend(columns.arrival_us);
            self.input.extend(columns.input_tokens);
            self.output.extend(columns.output_tokens);
        }
        true
    }

    /// Takes the facts of the row pushed last. Call for every row or for none.
    pub(crate) fn push_facts(&mut self, facts: Facts<'_>) {
        let columns = self.facts.get_or_insert_default();
        columns.client.push(facts.client);
        columns.session.push(facts.session);
        columns.deployment.push(facts.deployment);
        columns.model.push(facts.model);
        columns.status.push(facts.status);
    }

    /// Remembers the next call, which has no tokens: no model answers so.
    #[cold]
    fn note_silent(&mut self, line: u64) {
        if self.zeros_are_meant || self.tokens == TokensStated::None {
            return;
        }
        if self.silent.is_empty() {
            self.first_silent = line;
        }
        self.silent.push(u32::try_from(self.arrival_us.len()).unwrap_or(u32::MAX));
    }

    /// Remembers the next call, which lacks its input or its output.
    #[cold]
    fn note_partial(&mut self, row: Row, lacks: (bool, bool), refused: bool) {
        let id = u32::try_from(self.arrival_us.len()).unwrap_or(u32::MAX);
        if lacks.0 && row.input_tokens == 0 {
            self.partial[0].push((id, refused));
        } else if lacks.1 && row.output_tokens == 0 {
            self.partial[1].push((id, refused));
        }
    }

    #[cold]
    fn cached_above_input(&mut self, row: Row, at: (u64, u32)) {
        let message = format!(
            "cached input above input: {} of {} tokens in row {}",
            row.cached_input_tokens.unwrap_or(0),
            row.input_tokens,
            self.rows_read
        );
        let hint = "input tokens include cached ones: add them where the source counts them apart";
        self.fault("cached-above-input", message, hint, (at.0, 0));
    }

    #[cold]
    fn backwards(&mut self, arrival_us: i64, last_us: i64, at: (u64, u32)) {
        self.backwards += 1;
        self.first_backwards.get_or_insert((at.0, self.rows_read));
        if self.strict && !self.any_order {
            let message = format!(
                "arrivals go backwards: row {} comes {} s before the row above it",
                self.rows_read,
                seconds(last_us.saturating_sub(arrival_us))
            );
            let hint = "sort the rows by arrival; \"trace import\" without --strict does so";
            self.fault("arrivals-go-backwards", message, hint, at);
        }
    }

    /// Notes times with and without zone in one column, or several zones.
    pub(crate) fn check_zones(&mut self, clock: &Clock) {
        clock.zones.said().for_each(|said| self.assume(said));
        let (stated, unstated) = (clock.stated, clock.unstated);
        if stated > 0 && unstated > 0 {
            let message = format!(
                "mixed time zones: {stated} times state a zone, {unstated} do not and were read as UTC"
            );
            let diagnostic = if self.strict {
                Diagnostic::error("mixed-time-zones", message)
            } else {
                Diagnostic::warning("mixed-time-zones", message)
            };
            let place = self.faults.place(0, 0);
            self.warnings.push(diagnostic.at(place).hint("write every time with its offset"));
        } else if unstated > 0 {
            self.assumed.push("times state no zone: read as UTC".into());
        } else if clock.offsets.len() > 1 {
            let message = "several time zones: each time was read with its own offset";
            self.warnings.push(Diagnostic::warning("several-time-zones", message));
        }
    }
}

/// Whether a model or a deployment is called like one that has no output.
pub(crate) fn embeds(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("embed") || name.contains("rerank")
}

/// What was cut off so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past {
    pub(crate) zero: Zero,
    pub(crate) first_us: i64,
    pub(crate) last_us: i64,
    pub(crate) requests: u64,
}
