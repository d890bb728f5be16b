//! The end of an import: what was gathered becomes a trace, or all that is wrong with it.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::import::collector::{Collector, Zero, embeds};
use crate::workload::import::columns::{Sparse, arrange};
use crate::workload::import::faults::Faults;
use crate::workload::import::number::{BEYOND_ANY_WINDOW, counted, seconds};
use crate::workload::import::spec::TokensStated;
use crate::workload::import::yielded::{Attributes, Imported, Labels, Report, Skipped};
use crate::workload::trace::Trace;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A longer span than this is a wrong unit, not a trace.
const LONGEST_SPAN_US: i64 = Trace::LONGEST_US.cast_signed();
/// A higher mean rate than this, over at least [`RATE_ROWS`] rows, is a wrong unit: far above any published trace.
const HIGHEST_RATE_PER_SECOND: i64 = 100_000;
const RATE_ROWS: u64 = 100;

impl Collector {
    /// Gives failed calls the tokens of an answered call near them in the file: of the same client
    /// and deployment where there is one, else of the same deployment or client, else of any.
    fn fill_untold(&mut self) {
        self.fill_silent();
        let untold = std::mem::take(&mut self.untold);
        if untold.is_empty() {
            return;
        }
        if untold.len() == self.len() {
            for _ in untold {
                let message = "tokens not stated in any row".to_owned();
                let hint = "turn on token logging at the source, or join the log that has them";
                self.fault("tokens-not-stated", message, hint, (0, 0));
            }
            (self.arrival_us, self.input, self.output) = Default::default();
            self.failed = 0;
            return;
        }
        let whose = self.lend(&untold, &untold, (true, true));
        self.assumed.push(format!(
            "{} without tokens: each was given those of {whose}",
            counted(untold.len() as u64, "failed call")
        ));
    }

    /// Says which words stood for numbers that are not known.
    pub(super) fn say_absent(&mut self) {
        for (word, (cells, line)) in std::mem::take(&mut self.absent) {
            self.assumed.push(format!(
                "{} \"{word}\" where a number of tokens is wanted (first in line {line}): taken \
                as not stated",
                if cells == 1 { "1 cell says".into() } else { format!("{cells} cells say") }
            ));
        }
    }

    /// Gives calls that state their input and not their output (or the reverse) what a neighbour
    /// has, and says so.
    fn fill_partial(&mut self) {
        let partial = std::mem::take(&mut self.partial);
        let mut lacking: Vec<u32> = partial.iter().flatten().map(|(id, _)| *id).collect();
        lacking.extend(self.silent.iter().chain(&self.untold));
        lacking.sort_unstable();
        lacking.dedup();
        // Where no call has all its tokens, that is said instead.
        if partial.iter().all(Vec::is_empty) || lacking.len() == self.len() {
            return;
        }
        self.patched = partial.iter().flatten().map(|(id, _)| *id).collect();
        self.patched.sort_unstable();
        for (calls, output) in partial.into_iter().zip([false, true]) {
            let (stated, missing) = if output { ("input", "output") } else { ("output", "input") };
            let answered = calls.iter().filter(|(_, refused)| !refused).count();
            let said = |count: usize| {
                let calls = counted(u64::try_from(count).unwrap_or(u64::MAX), "call");
                format!("{calls} with {stated} tokens and without {missing} tokens")
            };
            if answered > 0 && self.strict {
                let message = said(answered);
                let hint = "`trace import` without --strict gives each the tokens of its nearest \
                    neighbour; where there are none, say --tokens none or --tokens input";
                let found = Diagnostic::error("calls-without-tokens", message).hint(hint);
                self.warnings.push(found.at(self.faults.place(0, 0)));
            } else if !calls.is_empty() {
                let ids: Vec<u32> = calls.iter().map(|(id, _)| *id).collect();
                let whose = self.lend(&ids, &lacking, (!output, output));
                self.assumed
                    .push(format!("{}: each was given those of {whose}", said(calls.len())));
            }
        }
    }

    /// Gives answered calls that state no tokens those of a neighbour too, and says so: a streamed
    /// answer has no usage unless the caller asks for it, and it was no call of nothing.
    fn fill_silent(&mut self) {
        let (mut silent, untold) = (std::mem::take(&mut self.silent), &self.untold);
        silent.retain(|id| untold.binary_search(id).is_err());
        let mut lacking = [silent.as_slice(), untold.as_slice()].concat();
        lacking.sort_unstable();
        let (calls, answered) = (silent.len(), self.len() - untold.len());
        let [calls, answered] =
            [calls, answered].map(|count| u64::try_from(count).unwrap_or(u64::MAX));
        if silent.is_empty() {
            return;
        }
        // Where no call has tokens, that is said instead.
        if lacking.len() == self.len() {
            if self.unstated == calls {
                self.untold = lacking;
            }
            return;
        }
        let place = self.faults.place(self.first_silent, 0);
        let message =
            format!("no tokens stated in {calls} of {}", counted(answered, "answered call"));
        let hint = "streamed answers have usage only where callers set \
            stream_options.include_usage; `ptuplan trace import FILE -o FILE.trace` gives each \
            such call the tokens of its nearest neighbour; if calls without tokens are meant, \
            say --tokens none (in a scenario tokens = \"none\")";
        if self.strict {
            let found = Diagnostic::error("calls-without-tokens", message).at(place).hint(hint);
            return self.warnings.push(found);
        }
        let whose = self.lend(&silent, &lacking, (true, true));
        let hint = "streamed answers have usage only where callers set \
            stream_options.include_usage; if calls without tokens are meant, say --tokens none";
        let message = format!("{message}: each was given those of {whose}");
        let found = Diagnostic::warning("calls-without-tokens", message.clone());
        self.warnings.push(found.at(place).hint(hint));
        self.assumed.push(message);
    }

    /// Gives calls the input, the output or both of the nearest call that has all; whose they are,
    /// in words.
    fn lend(&mut self, to: &[u32], lacking: &[u32], (input, output): (bool, bool)) -> String {
        let mut lacking = [lacking, self.patched.as_slice()].concat();
        lacking.sort_unstable();
        lacking.dedup();
        let donors = Donors::of(self, &lacking);
        let lent: Vec<(usize, usize, bool)> = to
            .iter()
            .map(|id| {
                let (donor, same) = donors.of_call(*id as usize);
                (*id as usize, donor, same)
            })
            .collect();
        let alike = lent.iter().all(|(.., same)| *same);
        let whose = donors.in_words(alike);
        for (id, donor, _) in lent {
            if output {
                self.output[id] = self.output[donor];
            }
            if !input {
                continue;
            }
            self.input[id] = self.input[donor];
            if let (Some(cached), true) =
                (self.cached.values.get(donor).copied(), id < self.cached.values.len())
            {
                self.cached.values[id] = cached;
            }
        }
        whose
    }

    /// Refuses requests without tokens, and sums taken for requests, unless the caller says that this is meant.
    pub(super) fn check_tokens(&self, count: u64, place: &Place, errors: &mut Diagnostics) {
        let (input, output) = self.had_tokens;
        let wrong = |code, message: String, hint: &str| {
            Diagnostic::error(code, message).at(place.clone()).hint(hint)
        };
        if !input && self.tokens != TokensStated::None {
            errors.push(wrong(
                "no-input-tokens",
                format!("no input tokens: they are absent or 0 in all {}", counted(count, "request")),
                "traffic without tokens costs nothing and meets every objective: export a column of input tokens too, or say --tokens none (in a scenario tokens = \"none\") if calls alone matter",
            ));
        } else if !output && self.tokens == TokensStated::Both && !self.embeds() {
            errors.push(wrong(
                "no-output-tokens",
                format!("no output tokens: they are absent or 0 in all {}", counted(count, "request")),
                "export a column of output tokens too, or say --tokens input (in a scenario tokens = \"input\") if the model has no output, such as embeddings",
            ));
        }
        let (beyond, line) = self.beyond_window;
        if !self.rows_are_calls && beyond.saturating_mul(100) > count {
            let message = format!(
                "more input tokens than any context window: {beyond} of {} have over {BEYOND_ANY_WINDOW}, the first in line {line}",
                counted(count, "request")
            );
            errors.push(wrong(
                "beyond-any-context-window",
                message,
                "are rows the totals of many calls? Then name the count of calls: --columns …,requests=COLUMN; if each row is one call, say --read-as request-log",
            ));
        }
    }

    /// Whether all calls name an embedding model or a deployment called like one: these have no output.
    fn embeds(&self) -> bool {
        let all = |names: &[String]| !names.is_empty() && names.iter().all(|name| embeds(name));
        self.facts.as_ref().is_some_and(|facts| {
            all(&facts.model.labels.names) || all(&facts.deployment.labels.names)
        })
    }

    /// Looks at the tokens gathered so far.
    pub(super) fn see_tokens(&mut self) {
        let (input, output) = &mut self.had_tokens;
        *input |= self.input.iter().any(|tokens| *tokens > 0);
        *output |= self.output.iter().any(|tokens| *tokens > 0);
    }

    /// The trace, or all that is wrong.
    pub(crate) fn finish(mut self, format: String, zero: Zero) -> Result<Imported, Diagnostics> {
        self.fill_partial();
        self.fill_untold();
        self.say_absent();
        self.say_statuses();
        self.see_tokens();
        if self.failed > 0 {
            self.assumed.push(format!(
                "{} (408, 429 or 5xx) kept as demand; some may be retries of one call",
                counted(self.failed, "failed call")
            ));
        }
        let whole = self.faults.place(0, 0);
        let mut sorted = Diagnostics::default();
        self.sort(&whole, &mut sorted);
        self.drop_twins();
        self.say_twins(&mut sorted);
        self.warnings.0.append(&mut sorted.0);
        let count = self.len() as u64;
        let skipped = self.faults.skipped();
        let mut warnings = self.verdict(count, &whole, &skipped)?;
        let (first, last) = (self.arrival_us[0], self.arrival_us[count as usize - 1]);
        plausible((first, last), count, zero, &whole, &mut warnings)?;
        let base = if zero == Zero::FirstArrival { first } else { 0 };
        self.note_sparse(count);
        let known = |column: Sparse| column.stated.then_some(column.values);
        let trace = Trace {
            arrival_us: self.arrival_us.into_iter().map(|us| (us - base) as u64).collect(),
            input_tokens: self.input,
            cached_input_tokens: known(self.cached),
            output_tokens: self.output,
            max_output_tokens: known(self.limit),
            seed: self.seed,
            clock_us: clock(first, zero),
            assumed: self.assumed.clone(),
        };
        let report = Report {
            format,
            rows_read: self.rows_read,
            requests: count,
            skipped,
            assumed: self.assumed,
        };
        let attributes = self.facts.map_or_else(Attributes::default, |facts| facts.attributes());
        Ok(Imported { trace, start: start(first, zero), attributes, report, warnings })
    }

    /// Warnings, or all that makes `count` requests no trace.
    pub(super) fn verdict(
        &mut self,
        count: u64,
        whole: &Place,
        skipped: &[Skipped],
    ) -> Result<Diagnostics, Diagnostics> {
        let mut warnings = std::mem::take(&mut self.warnings);
        let mut errors = Diagnostics::default();
        match std::mem::replace(&mut self.faults, Faults::new("", false)).close() {
            Ok(more) => warnings.0.extend(more.0),
            Err(all) => errors = all,
        }
        if count == 0 && errors.0.is_empty() && !warnings.has_errors() {
            errors.0.append(&mut warnings.0);
            errors.push(self.nothing(whole, skipped));
        } else if count > 0 && errors.0.is_empty() && !warnings.has_errors() {
            self.check_tokens(count, whole, &mut errors);
        }
        if count > u64::from(u32::MAX) {
            errors.push(
                Diagnostic::error("too-many-requests", format!("too many requests: {count}"))
                    .at(whole.clone())
                    .hint("a trace holds at most 4,294,967,295; split it"),
            );
        }
        if errors.0.is_empty() && warnings.has_errors() {
            errors = std::mem::take(&mut warnings);
        }
        errors.or_ok(warnings)
    }

    /// Why there is no request, by kind and count.
    fn nothing(&self, whole: &Place, skipped: &[Skipped]) -> Diagnostic {
        if let Some(unwanted) = self.filter.fault(whole) {
            return unwanted;
        }
        if self.rows_read == 0 {
            return Diagnostic::error("empty-trace", "empty trace: no row")
                .at(whole.clone())
                .hint("a trace needs at least one request");
        }
        let message = format!("empty trace: none of {} rows could be used", self.rows_read);
        let why: Vec<String> = skipped
            .iter()
            .map(|of| {
                let line = if of.first.line > 0 {
                    format!(" (first in line {})", of.first.line)
                } else {
                    String::new()
                };
                format!("{} {}{line}", of.rows, of.reason.replace('-', " "))
            })
            .collect();
        let hint = if why.is_empty() {
            "a trace needs at least one request".to_owned()
        } else {
            format!("the rows were: {}", why.join("; "))
        };
        Diagnostic::error("empty-trace", message).at(whole.clone()).hint(hint)
    }

    /// Puts the rows in order of arrival, and says so.
    fn sort(&mut self, whole: &Place, warnings: &mut Diagnostics) {
        let Some((line, row)) = self.first_backwards else { return };
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_by_key(|at| self.arrival_us[*at as usize]);
        let message = format!(
            "arrivals went backwards {}, first in row {row}: the rows were sorted",
            counted(self.backwards, "time")
        );
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let place = Place { line, ..whole.clone() };
        if !self.any_order {
            warnings.push(Diagnostic::warning("arrivals-sorted", message).at(place));
        }
        arrange(&mut self.arrival_us, &order);
        arrange(&mut self.input, &order);
        arrange(&mut self.output, &order);
        arrange(&mut self.cached.values, &order);
        arrange(&mut self.limit.values, &order);
        arrange(&mut self.row_ids, &order);
        if let Some(facts) = &mut self.facts {
            for names in
                [&mut facts.client, &mut facts.session, &mut facts.deployment, &mut facts.model]
            {
                arrange(&mut names.labels.of, &order);
            }
            arrange(&mut facts.status, &order);
        }
    }

    /// Says what was filled in where only some rows state a column.
    pub(super) fn note_sparse(&mut self, count: u64) {
        if self.cached.absent > 0 && self.cached.stated {
            self.assumed.push(format!(
                "cached input tokens are not stated in {} of {count} rows: taken as 0",
                self.cached.absent
            ));
        }
        if self.limit.absent > 0 && self.limit.stated {
            self.assumed.push(format!(
                "{} of {count} rows state no output limit: taken as none",
                self.limit.absent
            ));
        }
    }
}

/// What calls have in common: client, deployment and model, each where it counts.
type Likeness = [Option<u32>; 3];

/// The nearest answered calls before and after every call, by client, deployment and model.
struct Donors<'a> {
    collector: &'a Collector,
    answered: Vec<u32>,
    by: [BTreeMap<Likeness, Vec<u32>>; 5],
}

impl<'a> Donors<'a> {
    fn of(collector: &'a Collector, untold: &[u32]) -> Self {
        let count = collector.len() as u32;
        let answered: Vec<u32> =
            (0..count).filter(|id| untold.binary_search(id).is_err()).collect();
        let mut donors = Self { collector, answered: Vec::new(), by: Default::default() };
        for id in &answered {
            for (of, key) in (0..).zip(donors.keys(*id as usize)) {
                let by: &mut [BTreeMap<_, Vec<u32>>; 5] = &mut donors.by;
                if let Some(key) = key {
                    by[of].entry(key).or_default().push(*id);
                }
            }
        }
        donors.answered = answered;
        donors
    }

    /// All three, deployment and model, deployment, model, client: a likeness in what a call does
    /// not state is none, and calls of another model are as unlike as calls can be.
    fn keys(&self, id: usize) -> [Option<Likeness>; 5] {
        let columns = self.collector.facts.as_ref();
        let name = |of: &Labels| {
            let id = of.of.get(id).copied()?;
            let stated = usize::try_from(id).ok().and_then(|at| of.names.get(at));
            stated.is_some_and(|name| !name.is_empty()).then_some(id)
        };
        let [client, deployment, model] = columns.map_or([None; 3], |facts| {
            [&facts.client, &facts.deployment, &facts.model].map(|own| name(&own.labels))
        });
        let stated = |of: Option<u32>, key| of.and(Some(key));
        [
            Some([client, deployment, model]),
            stated(deployment.and(model), [None, deployment, model]),
            stated(deployment, [None, deployment, None]),
            stated(model, [None, None, model]),
            stated(client, [client, None, None]),
        ]
    }

    /// Whose tokens are lent: of calls that have all in common that the source states, or of less
    /// alike ones too.
    fn in_words(&self, alike: bool) -> String {
        let columns = self.collector.facts.as_ref();
        let stated = |labels: &Labels| labels.names.iter().any(|name| !name.is_empty());
        let known: Vec<&str> = columns.map_or_else(Vec::new, |facts| {
            let all = [
                ("client", &facts.client.labels),
                ("deployment", &facts.deployment.labels),
                ("model", &facts.model.labels),
            ];
            all.into_iter().filter(|(_, of)| stated(of)).map(|(name, _)| name).collect()
        });
        let joined = |last: &str| match known.as_slice() {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [first @ .., of] => format!("{} {last} {of}", first.join(", ")),
        };
        match (known.is_empty(), alike) {
            (true, _) => "the nearest answered call".to_owned(),
            (_, true) => format!("the nearest answered call of the same {}", joined("and")),
            (_, false) => format!(
                "the nearest answered call, of the same {} where there is one",
                joined("or")
            ),
        }
    }

    /// The call whose tokens are lent, and whether it has all in common.
    fn of_call(&self, id: usize) -> (usize, bool) {
        let nearest = |all: &[u32]| -> Option<usize> {
            let at = all.partition_point(|other| (*other as usize) < id);
            let before = at.checked_sub(1).map(|at| all[at] as usize);
            before.or_else(|| all.get(at).map(|next| *next as usize))
        };
        for (of, key) in (0..).zip(self.keys(id)) {
            if let Some(found) = key.and_then(|key| nearest(self.by[of].get(&key)?)) {
                return (found, of == 0);
            }
        }
        (nearest(&self.answered).unwrap_or(0), false)
    }
}

/// The instant of time 0, where the source gives instants.
pub(super) fn start(first_us: i64, zero: Zero) -> Option<Timestamp> {
    if zero == Zero::FirstArrival { Timestamp::from_microsecond(first_us).ok() } else { None }
}

/// The time of day at time 0, where the source gives instants.
pub(super) fn clock(first_us: i64, zero: Zero) -> u64 {
    if zero == Zero::FirstArrival { Trace::clock_at(first_us) } else { 0 }
}

/// Refuses a span or notes a rate that tells of a wrong unit.
pub(super) fn plausible(
    (first, last): (i64, i64),
    count: u64,
    zero: Zero,
    whole: &Place,
    warnings: &mut Diagnostics,
) -> Result<(), Diagnostics> {
    let mut errors = Diagnostics::default();
    check_span(first, last, count, zero, &mut errors, warnings);
    errors.0.iter_mut().for_each(|error| error.place = Some(whole.clone()));
    errors.or_ok(())
}

/// Wrong units show in the span of a trace and in its rate.
fn check_span(
    first: i64,
    last: i64,
    count: u64,
    zero: Zero,
    errors: &mut Diagnostics,
    warnings: &mut Diagnostics,
) {
    let span = last.saturating_sub(first);
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
