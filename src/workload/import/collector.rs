//! Where all importers meet: rows in, checked columns in order of arrival out.

use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::import::buckets::BucketModel;
use crate::workload::import::clock::Clock;
use crate::workload::import::faults::{Fault, Faults};
use crate::workload::import::number::NumberFault;
use crate::workload::import::spec::ReadSpec;
use crate::workload::import::yielded::{Attributes, Imported, Labels, Report};
use crate::workload::trace::Trace;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A longer span than this is a wrong unit, not a trace.
const LONGEST_SPAN_US: i64 = 10 * 366 * 86_400 * 1_000_000;
/// A higher mean rate than this, over at least [`RATE_ROWS`] rows, is a wrong unit: far above any published trace.
const HIGHEST_RATE_PER_SECOND: i64 = 100_000;
const RATE_ROWS: usize = 100;

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

/// A column that some rows lack.
#[derive(Debug, Default)]
struct Sparse {
    values: Vec<u32>,
    absent: u64,
}

impl Sparse {
    #[inline]
    fn push(&mut self, count_before: usize, value: Option<u32>, fill: u32) {
        match value {
            None if self.values.is_empty() => self.absent += 1,
            None => {
                self.absent += 1;
                self.values.push(fill);
            }
            Some(value) => {
                if self.values.len() < count_before {
                    self.values.resize(count_before, fill);
                }
                self.values.push(value);
            }
        }
    }
}

/// Names of one column, each stored once.
#[derive(Debug, Default)]
struct Names {
    ids: BTreeMap<String, u32>,
    labels: Labels,
}

impl Names {
    fn push(&mut self, name: &str) {
        let id = self.ids.get(name).copied().unwrap_or_else(|| {
            let id = self.labels.names.len() as u32;
            self.ids.insert(name.to_owned(), id);
            self.labels.names.push(name.to_owned());
            id
        });
        self.labels.of.push(id);
    }
}

/// Facts of a row beside its tokens; an empty name is "not stated".
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts<'a> {
    pub(crate) client: &'a str,
    pub(crate) session: &'a str,
    pub(crate) deployment: &'a str,
    pub(crate) model: &'a str,
    pub(crate) status: u16,
}

/// Gathers the rows of a source.
#[derive(Debug)]
pub(crate) struct Collector {
    strict: bool,
    seed: u64,
    rows_read: u64,
    arrival_us: Vec<i64>,
    input: Vec<u32>,
    output: Vec<u32>,
    cached: Sparse,
    limit: Sparse,
    facts: Option<Box<FactColumns>>,
    ids: BTreeSet<Box<str>>,
    /// Calls that failed for no fault of their own.
    failed: u64,
    /// Calls without tokens, to be filled in.
    untold: Vec<u32>,
    /// Bytes taken for a token where the source counts bytes only.
    pub(crate) bytes_per_token: Option<u32>,
    /// How totals become requests.
    pub(crate) bucket_model: BucketModel,
    /// Whether the source promises no order: logs do not, traces do.
    pub(crate) any_order: bool,
    backwards: u64,
    first_backwards: Option<(u64, u64)>,
    pub(crate) faults: Faults,
    pub(crate) assumed: Vec<String>,
    pub(crate) warnings: Diagnostics,
}

#[derive(Debug, Default)]
struct FactColumns {
    client: Names,
    session: Names,
    deployment: Names,
    model: Names,
    status: Vec<u16>,
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
            ids: BTreeSet::new(),
            failed: 0,
            untold: Vec::new(),
            bytes_per_token: spec.bytes_per_token,
            bucket_model: spec.model,
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

    /// Notes a mistake of the current row.
    #[cold]
    pub(crate) fn fault(
        &mut self,
        code: &'static str,
        message: String,
        hint: &'static str,
        at: (u64, u32),
    ) {
        self.faults.push(Fault { code, message, hint, line: at.0, column: at.1 });
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

    /// Takes a call of a log with its facts. A failed call (429, 408, 5xx) is demand all the same: where it states no tokens it gets those of the
    /// answered call before it. A call that failed for its own fault (other 4xx) is none.
    pub(crate) fn push_call(&mut self, row: Row, stated: bool, facts: Facts<'_>, at: (u64, u32)) {
        let demand = matches!(facts.status, 408 | 429 | 500..);
        if !stated && !demand {
            if (400..500).contains(&facts.status) {
                self.faults.leave("client-error", at.0);
            } else {
                let message = format!("tokens not stated in row {}", self.rows_read);
                let hint = "turn on token logging at the source, or leave the row out";
                self.fault("tokens-not-stated", message, hint, at);
            }
            return;
        }
        if self.push(row, Zero::FirstArrival, at) {
            if demand {
                self.failed += 1;
            }
            if !stated {
                self.untold.push(self.arrival_us.len() as u32 - 1);
            }
            self.push_facts(facts);
        }
    }

    /// Gives failed calls the tokens of the answered call before them in the file (the first ones: of the call after them).
    fn fill_untold(&mut self) {
        let untold = std::mem::take(&mut self.untold);
        if untold.is_empty() {
            return;
        }
        let told = (0..self.len() as u32).find(|id| untold.binary_search(id).is_err());
        let Some(mut donor) = told else {
            for _ in untold {
                let message = "tokens not stated in any row".to_owned();
                let hint = "turn on token logging at the source, or join the log that has them";
                self.fault("tokens-not-stated", message, hint, (0, 0));
            }
            (self.arrival_us, self.input, self.output) = Default::default();
            self.failed = 0;
            return;
        };
        for id in &untold {
            let (id, before) = (*id as usize, id.wrapping_sub(1) as usize);
            if before < id {
                donor = before as u32;
            }
            let donor = donor as usize;
            self.input[id] = self.input[donor];
            self.output[id] = self.output[donor];
            if let (Some(cached), true) =
                (self.cached.values.get(donor).copied(), id < self.cached.values.len())
            {
                self.cached.values[id] = cached;
            }
        }
        self.assumed.push(format!(
            "{} failed calls state no tokens: each was given those of the call before it",
            untold.len()
        ));
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
        let before = self.arrival_us.len();
        self.cached.push(before, row.cached_input_tokens, 0);
        self.limit.push(before, row.max_output_tokens, Trace::NO_LIMIT);
        self.arrival_us.push(row.arrival_us);
        self.input.push(row.input_tokens);
        self.output.push(row.output_tokens);
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
                seconds(last_us - arrival_us)
            );
            let hint = "sort the rows by arrival; \"trace import\" without --strict does so";
            self.fault("arrivals-go-backwards", message, hint, at);
        }
    }

    /// Notes times with and without zone in one column, or several zones.
    pub(crate) fn check_zones(&mut self, clock: &Clock) {
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

    /// The trace, or all that is wrong.
    pub(crate) fn finish(mut self, format: String, zero: Zero) -> Result<Imported, Diagnostics> {
        self.fill_untold();
        if self.failed > 0 {
            self.assumed.push(format!(
                "{} failed calls (408, 429 or 5xx) are kept as demand; some may be retries of one call",
                self.failed
            ));
        }
        let count = self.len();
        let whole = self.faults.place(0, 0);
        let skipped = self.faults.skipped();
        let mut warnings = std::mem::take(&mut self.warnings);
        let mut errors = Diagnostics::default();
        match self.faults.close() {
            Ok(more) => warnings.0.extend(more.0),
            Err(all) => errors = all,
        }
        if count == 0 && errors.0.is_empty() {
            let message = if self.rows_read == 0 {
                "empty trace: no row".to_owned()
            } else {
                format!("empty trace: none of {} rows could be used", self.rows_read)
            };
            errors.0.append(&mut warnings.0);
            errors.push(
                Diagnostic::error("empty-trace", message)
                    .at(whole.clone())
                    .hint("a trace needs at least one request"),
            );
        }
        if count > u32::MAX as usize {
            errors.push(
                Diagnostic::error("too-many-requests", format!("too many requests: {count}"))
                    .at(whole.clone())
                    .hint("a trace holds at most 4,294,967,295; split it"),
            );
        }
        if errors.0.is_empty() && warnings.has_errors() {
            errors = std::mem::take(&mut warnings);
        }
        if !errors.0.is_empty() {
            return Err(errors);
        }
        let order = (self.backwards > 0).then(|| {
            let mut order: Vec<u32> = (0..count as u32).collect();
            order.sort_by_key(|at| self.arrival_us[*at as usize]);
            order
        });
        if let (Some(order), Some((line, row))) = (&order, self.first_backwards) {
            let message = format!(
                "arrivals went backwards {} times, first in row {row}: the rows were sorted",
                self.backwards
            );
            let mut place = whole.clone();
            place.line = line as u32;
            if !self.any_order {
                warnings.push(Diagnostic::warning("arrivals-sorted", message).at(place));
            }
            arrange(&mut self.arrival_us, order);
            arrange(&mut self.input, order);
            arrange(&mut self.output, order);
            arrange(&mut self.cached.values, order);
            arrange(&mut self.limit.values, order);
            if let Some(facts) = &mut self.facts {
                for names in
                    [&mut facts.client, &mut facts.session, &mut facts.deployment, &mut facts.model]
                {
                    arrange(&mut names.labels.of, order);
                }
                arrange(&mut facts.status, order);
            }
        }
        let first = self.arrival_us[0];
        let last = self.arrival_us[count - 1];
        check_span(first, last, count, zero, &mut errors, &mut warnings);
        if !errors.0.is_empty() {
            errors.0.iter_mut().for_each(|error| error.place = Some(whole.clone()));
            return Err(errors);
        }
        let base = if zero == Zero::FirstArrival { first } else { 0 };
        let start = (zero == Zero::FirstArrival).then(|| Timestamp::from_microsecond(first).ok());
        if self.cached.absent > 0 && !self.cached.values.is_empty() {
            self.assumed.push(format!(
                "cached input tokens are not stated in {} of {count} rows: taken as 0",
                self.cached.absent
            ));
        }
        if self.limit.absent > 0 && !self.limit.values.is_empty() {
            self.assumed.push(format!(
                "{} of {count} rows state no output limit: taken as none",
                self.limit.absent
            ));
        }
        let known = |column: Sparse| (!column.values.is_empty()).then_some(column.values);
        let trace = Trace {
            arrival_us: self.arrival_us.into_iter().map(|us| (us - base) as u64).collect(),
            input_tokens: self.input,
            cached_input_tokens: known(self.cached),
            output_tokens: self.output,
            max_output_tokens: known(self.limit),
            seed: self.seed,
            assumed: self.assumed.clone(),
        };
        let report = Report {
            format,
            rows_read: self.rows_read,
            requests: count as u64,
            skipped,
            assumed: self.assumed,
        };
        let attributes = self.facts.map_or_else(Attributes::default, |facts| facts.attributes());
        Ok(Imported { trace, start: start.flatten(), attributes, report, warnings })
    }
}

impl FactColumns {
    /// Columns in which no row states anything are none.
    fn attributes(self) -> Attributes {
        let known = |names: Names| {
            (names.labels.names.iter().any(|name| !name.is_empty())).then_some(names.labels)
        };
        Attributes {
            client: known(self.client),
            session: known(self.session),
            deployment: known(self.deployment),
            model: known(self.model),
            status: self.status.iter().any(|status| *status != 0).then_some(self.status),
        }
    }
}

/// Puts a column into an order of its indices. An absent column stays absent.
fn arrange<T: Copy>(column: &mut Vec<T>, order: &[u32]) {
    if !column.is_empty() {
        *column = order.iter().map(|at| column[*at as usize]).collect();
    }
}

/// Wrong units show in the span of a trace and in its rate.
fn check_span(
    first: i64,
    last: i64,
    count: usize,
    zero: Zero,
    errors: &mut Diagnostics,
    warnings: &mut Diagnostics,
) {
    let span = last - first;
    let (name, hint) = match zero {
        Zero::Source { unit } => {
            (unit, "state the right arrival_unit: s, ms, us or timestamp".to_owned())
        }
        Zero::FirstArrival => ("timestamp", "check the first and the last time".to_owned()),
    };
    let years = |us: i64| us / (366 * 86_400 * 1_000_000);
    if span > LONGEST_SPAN_US || (zero != Zero::FirstArrival && last > LONGEST_SPAN_US) {
        let message = format!(
            "implausible span: {} years, the arrivals read as {name}",
            years(if zero == Zero::FirstArrival { span } else { last })
        );
        errors.push(Diagnostic::error("implausible-span", message).hint(hint));
    } else if count >= RATE_ROWS && count as i64 > HIGHEST_RATE_PER_SECOND * (span / 1_000_000 + 1)
    {
        let message = format!(
            "implausible rate: {count} requests in {} s, the arrivals read as {name}",
            seconds(span)
        );
        warnings.push(Diagnostic::warning("implausible-rate", message).hint(hint));
    }
}

/// Seconds with as many decimals as a microsecond has, for messages.
pub(crate) fn seconds(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    let text =
        format!("{sign}{}.{:06}", us.unsigned_abs() / 1_000_000, us.unsigned_abs() % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
