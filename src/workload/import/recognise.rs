//! What is this file? A format is chosen by the columns it must have, and by what the values are.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, nearest};
use crate::workload::import::bounded::{Budget, json};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::csv_log::csv_records;
use crate::workload::import::dates::DateOrder;
use crate::workload::import::dialect::Dialect;
use crate::workload::import::formats::list::{IMPORTERS, Importer};
use crate::workload::import::formats::request_log::{request_log, unit};
use crate::workload::import::formats::usage_totals::usage_totals;
use crate::workload::import::names::{Names, letters};
use crate::workload::import::record::{Record, date_votes, paths};
use crate::workload::import::shape::{Shape, doubtful, shape};
use crate::workload::import::source::{Source, is_json};
use crate::workload::import::spec::{ArrivalUnit, Columns, Format, ReadSpec, TokensStated};
use crate::workload::import::table::{Mapping, find_column};
use crate::workload::import::unwrap::clean_header;
use crate::workload::import::yielded::Imported;
use serde_json::Value;
use std::collections::BTreeSet;

/// Rows that are looked at.
const SAMPLE: usize = 400;
/// The format of one request a row, in columns of no vendor.
pub(crate) const REQUEST_LOG: &str = "request-log";
/// The format of totals in columns of no vendor.
pub(crate) const USAGE_TOTALS: &str = "usage-totals";

/// How a source is read.
pub(crate) enum Known {
    /// As a table of requests, as it streams in.
    Table(Dialect, Box<Mapping>),
    /// As records, once all of them are there.
    Records,
}

/// Recognises a source by its beginning.
///
/// # Errors
/// An unknown format's name, named columns the header lacks, rows that could be calls or sums, dates in two orders.
pub(crate) fn recognise(
    file: &str,
    source: &Source<'_>,
    spec: &ReadSpec,
    collector: &mut Collector,
) -> Result<Known, Diagnostics> {
    check_format(file, spec)?;
    if source.head.is_empty() {
        return Ok(Known::Table(Dialect::of(""), Box::new(nothing())));
    }
    if is_json(&source.head) {
        return Ok(Known::Records);
    }
    let dialect = Dialect::of(&source.head);
    let (header, zones) = clean_header(&dialect.header);
    let table = dialect.header_first && dialect.is_plain();
    let other = spec.format.as_deref().is_some_and(|format| format != REQUEST_LOG);
    if !table || other && !is_table_format(spec.format.as_deref()) {
        return Ok(Known::Records);
    }
    let sample = sample(&source.head, source.complete, &dialect);
    let Dates::Decided(order) = dates(&sample, source.complete, spec, collector)? else {
        return Ok(Known::Records);
    };
    collector.utc = zones.iter().any(|zone| zone.eq_ignore_ascii_case("UTC"));
    let look = Look { file, header: &header, sample: &sample, order, spec };
    let found = match &spec.columns {
        Some(_) => look.named(collector)?,
        None => look.unnamed(collector)?,
    };
    let found = found.map(|mapping| mapping.unambiguous(file, &header)).transpose()?;
    Ok(found.map_or(Known::Records, |mapping| Known::Table(dialect, Box::new(mapping))))
}

/// A mapping for a source that has nothing to map.
fn nothing() -> Mapping {
    let names = Names {
        arrival: "a".into(),
        input: Some("a".into()),
        output: Some("a".into()),
        ..Names::default()
    };
    Mapping::of_names(&["a".to_owned()], &names, ArrivalUnit::Us, Format::Canonical)
        .unwrap_or_else(|| unreachable!("the header has the one column"))
}

fn is_table_format(format: Option<&str>) -> bool {
    let tables = [
        Format::Canonical,
        Format::PromptCompletion,
        Format::AzureLlm,
        Format::AzureMultimodal,
        Format::BurstGpt,
    ];
    format.is_some_and(|format| tables.iter().any(|table| table.as_str() == format))
}

fn check_format(file: &str, spec: &ReadSpec) -> Result<(), Diagnostics> {
    let Some(format) = spec.format.as_deref() else { return Ok(()) };
    let known: Vec<&str> = format_names().collect();
    if known.contains(&format) {
        return Ok(());
    }
    let hint = match nearest(format, known.iter().copied()) {
        Some(near) => format!("did you mean {near}? `ptuplan trace formats` lists all"),
        None => "`ptuplan trace formats` lists them".to_owned(),
    };
    Err(Diagnostic::error("unknown-format", format!("unknown format: {format}"))
        .at(Place::new(file, 0, 0))
        .hint(hint)
        .into())
}

/// All names that a format can be stated by.
pub(crate) fn format_names() -> impl Iterator<Item = &'static str> {
    let tables = [
        Format::Canonical.as_str(),
        Format::PromptCompletion.as_str(),
        Format::AzureLlm.as_str(),
        Format::AzureMultimodal.as_str(),
        Format::BurstGpt.as_str(),
        REQUEST_LOG,
        USAGE_TOTALS,
    ];
    tables.into_iter().chain(IMPORTERS.iter().map(|importer| importer.name))
}

/// The first rows as records. The last row of a beginning that is not all is cut, and left out.
fn sample(head: &str, complete: bool, dialect: &Dialect) -> Vec<Record> {
    let mut aside = Collector::new("", &ReadSpec::default());
    let mut records = csv_records(head, dialect, &mut aside);
    if !complete {
        records.pop();
    }
    records.truncate(SAMPLE);
    records
}

/// What a sample says of the order of dates.
enum Dates {
    /// Their order, if any has its year last.
    Decided(Option<DateOrder>),
    /// Only the whole file can decide it.
    WholeFile,
}

/// The order of the sample's dates.
fn dates(
    sample: &[Record],
    complete: bool,
    spec: &ReadSpec,
    collector: &mut Collector,
) -> Result<Dates, Diagnostics> {
    if spec.dates.is_some() {
        return Ok(Dates::Decided(spec.dates));
    }
    let votes = date_votes(sample);
    if votes.is_empty() {
        return Ok(Dates::Decided(None));
    }
    if !complete {
        return Ok(Dates::WholeFile);
    }
    // Said once the rows are read, by whoever reads them.
    collector.decide_dates(&votes)?;
    Ok(Dates::Decided(collector.date_order))
}

/// A header and the first rows under it.
struct Look<'a> {
    file: &'a str,
    header: &'a [String],
    sample: &'a [Record],
    order: Option<DateOrder>,
    spec: &'a ReadSpec,
}

impl Look<'_> {
    /// Columns that the caller names; none where they can only be read record by record.
    fn named(&self, collector: &mut Collector) -> Result<Option<Mapping>, Diagnostics> {
        let Some(columns) = &self.spec.columns else { return Ok(None) };
        let names = Names::named(columns);
        let by_record = names.requests.is_some()
            || names.input_bytes.is_some()
            || self.spec.tokens != TokensStated::Both
            || names.all().any(|name| name.contains('.'));
        if by_record {
            return Ok(None);
        }
        let mut mapping = Mapping::of_header(self.file, self.header, Some(columns))?;
        let own = Names::recognised(self.header.iter().map(String::as_str));
        mapping.id = own.and_then(|own| own.id).and_then(|id| find_column(self.header, &id));
        let found = unit(self.sample, &names, collector);
        mapping.unit = found.map_err(|why| why.diagnostic(self.file))?;
        self.second_look(&names)?;
        Ok(Some(mapping))
    }

    /// Columns of a known format, or names that are recognised; none where an importer of records is to read it.
    fn unnamed(&self, collector: &mut Collector) -> Result<Option<Mapping>, Diagnostics> {
        let known = Mapping::known(self.header);
        // LiteLLM and Helicone rows have the two columns of that shape too, beside times of their own.
        let own = known.as_ref().is_some_and(|known| known.format != Format::PromptCompletion);
        if self.spec.format.is_none() && !own && importer_of(self.sample).is_some() {
            return Ok(None);
        }
        let recognised = Names::recognised(self.header.iter().map(String::as_str));
        if let Some(mut mapping) = known {
            let plain = matches!(mapping.format, Format::Canonical | Format::PromptCompletion);
            if let (true, Some(names)) = (plain && mapping.unit != ArrivalUnit::Us, recognised) {
                if names.by_record() {
                    return Ok(None);
                }
                let names = Names { arrival: self.header[mapping.arrival].clone(), ..names };
                let found = unit(self.sample, &names, collector);
                mapping.unit = found.map_err(|why| why.diagnostic(self.file))?;
                mapping.fill(self.header, &names);
            }
            return Ok(Some(mapping));
        }
        let Some(names) = recognised else { return Ok(None) };
        if names.by_record() {
            return Ok(None);
        }
        if self.spec.format.is_none() && shape(self.sample, &names, self.order) != Shape::Requests {
            return Ok(None);
        }
        let found = unit(self.sample, &names, collector);
        let Ok(unit) = found else { return Ok(None) };
        Ok(Mapping::of_names(self.header, &names, unit, Format::RequestLog))
    }

    /// Questions named rows that look like sums, unless the caller says what they are.
    fn second_look(&self, names: &Names) -> Result<(), Diagnostics> {
        if self.spec.format.is_some() {
            return Ok(());
        }
        let header = self.header.iter().map(String::as_str);
        let counts = Names::recognised(header).and_then(|names| names.requests);
        match shape(self.sample, names, self.order) {
            Shape::Doubtful(why) => Err(doubtful(self.file, &why, names, counts.as_deref()).into()),
            _ => Ok(()),
        }
    }
}

fn importer_of(records: &[Record]) -> Option<&'static Importer> {
    records
        .iter()
        .take(50)
        .find_map(|record| IMPORTERS.iter().find(|importer| (importer.knows)(&record.value)))
}

/// Reads the records of a log: by the importer that knows them, or by the names of their members.
pub(crate) fn read_log(
    file: &str,
    records: Vec<Record>,
    mut collector: Collector,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    collector.any_order = true;
    if records.is_empty() {
        // Nothing but mistakes, or nothing at all.
        return collector.finish("unknown".into(), Zero::FirstArrival);
    }
    let stated = spec.format.as_deref();
    let importer = match stated {
        Some(format) => IMPORTERS.iter().find(|importer| importer.name == format),
        None if spec.columns.is_some() => None,
        None => importer_of(&records),
    };
    if let Some(importer) = importer {
        let zero = (importer.read)(records, &mut collector);
        let zero = collector.unix_or(zero);
        return collector.finish(importer.name.to_owned(), zero);
    }
    let records = with_texts_opened(records, spec);
    let (names, shape) = plain_names(file, &records, &collector, spec)?;
    let unit = unit(&records, &names, &mut collector);
    let unit = unit.map_err(|why| why.diagnostic(file))?;
    let (format, zero) = match shape {
        Shape::Totals => (USAGE_TOTALS, usage_totals(records, &names, unit, &mut collector)),
        _ => (REQUEST_LOG, request_log(records, &names, unit, &mut collector)),
    };
    let format = if spec.columns.is_some() { Format::Named.as_str() } else { format };
    let zero = collector.unix_or(zero);
    collector.finish(format.to_owned(), zero)
}

/// Records whose tokens are in a JSON text inside them, as loggers wrap what a program writes, with
/// these texts opened. Where the record itself has tokens, nothing is.
fn with_texts_opened(mut records: Vec<Record>, spec: &ReadSpec) -> Vec<Record> {
    let all = records.iter().take(20).flat_map(|record| paths(&record.value));
    let all: BTreeSet<String> = all.collect();
    let names = Names::recognised(all.iter().map(String::as_str));
    if spec.columns.is_some() || names.is_some_and(|n| n.input.is_some() || n.requests.is_some()) {
        return records;
    }
    for record in &mut records {
        let Value::Object(map) = &mut record.value else { continue };
        for value in map.values_mut() {
            let Some(text) = value.as_str().filter(|text| text.trim_start().starts_with('{'))
            else {
                continue;
            };
            let budget = Budget::of(text.len());
            if let Ok(inner @ Value::Object(_)) = json(text, &budget) {
                *value = inner;
            }
        }
    }
    records
}

/// The names of a log of no vendor, and what its rows are.
fn plain_names(
    file: &str,
    records: &[Record],
    collector: &Collector,
    spec: &ReadSpec,
) -> Result<(Names, Shape), Diagnostics> {
    let mut all: Vec<String> = Vec::new();
    for record in records.iter().take(20) {
        for path in paths(&record.value) {
            if !all.contains(&path) {
                all.push(path);
            }
        }
    }
    let recognised = Names::recognised(all.iter().map(String::as_str));
    let counts = recognised.as_ref().and_then(|names| names.requests.clone());
    let names = match &spec.columns {
        Some(columns) => named(file, &all, columns, spec)?,
        None => recognised
            .filter(|names| {
                names.input.is_some() || names.requests.is_some() || names.input_bytes.is_some()
            })
            .ok_or_else(|| unknown(file, records, &all))?,
    };
    let sample = &records[..records.len().min(SAMPLE)];
    let found = match spec.format.as_deref() {
        Some(REQUEST_LOG) => Shape::Requests,
        Some(USAGE_TOTALS) => Shape::Totals,
        _ if names.requests.is_some() && spec.columns.is_some() => Shape::Totals,
        _ => shape(sample, &names, collector.date_order),
    };
    match found {
        Shape::Doubtful(_) if spec.model.input_tokens_per_request.is_some() => {
            Ok((names, Shape::Totals))
        }
        Shape::Doubtful(why) => Err(doubtful(file, &why, &names, counts.as_deref()).into()),
        Shape::Totals if spec.columns.is_none() => {
            Ok((names.of_totals(all.iter().map(String::as_str)), Shape::Totals))
        }
        found => Ok((names, found)),
    }
}

/// The names that a caller gives, each of which the records have to have.
fn named(
    file: &str,
    all: &[String],
    columns: &Columns,
    spec: &ReadSpec,
) -> Result<Names, Diagnostics> {
    let names = Names::named(columns);
    let mut wrong = Diagnostics::default();
    let known = |name: &str| {
        all.iter().any(|path| {
            path.eq_ignore_ascii_case(name)
                || path.len() > name.len()
                    && path.as_bytes()[name.len()] == b'.'
                    && path[..name.len()].eq_ignore_ascii_case(name)
        })
    };
    for name in names.all().filter(|name| !known(name)) {
        let hint = match nearest(name, all.iter().map(String::as_str)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("the file has {}", all.join(", ")),
        };
        wrong.push(
            Diagnostic::error("missing-column", format!("missing column: {name}"))
                .at(Place::new(file, 1, 0))
                .hint(hint),
        );
    }
    let needed = [
        ("input_tokens", names.input.is_some() || names.input_bytes.is_some(), TokensStated::None),
        (
            "output_tokens",
            names.output.is_some() || names.output_bytes.is_some(),
            TokensStated::Input,
        ),
    ];
    for (name, given, enough) in needed {
        if !given && spec.tokens != TokensStated::None && spec.tokens != enough {
            wrong.push(
                Diagnostic::error("column-not-named", format!("column not named: {name}"))
                    .at(Place::new(file, 0, 0))
                    .hint(format!("add {name}=COLUMN to --columns, or say --tokens none")),
            );
        }
    }
    wrong.or_ok(names)
}

fn unknown(file: &str, records: &[Record], all: &[String]) -> Diagnostics {
    let json = records.first().is_some_and(|record| !record.value.is_object());
    let message = if json || all.is_empty() {
        "unknown trace format: its entries are no records with named members".to_owned()
    } else {
        let shown = all.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", ");
        format!("unknown trace format: columns {shown}")
    };
    Diagnostic::error("unknown-trace-format", message)
        .at(Place::new(file, records.first().map_or(1, |_| 1), 0))
        .hint(bill_of_another(all).unwrap_or("name the columns: columns = { arrival = \"…\", input_tokens = \"…\", output_tokens = \"…\" } in a scenario, --columns arrival=…,input_tokens=…,output_tokens=… with `trace`; `ptuplan trace formats` lists what is recognised"))
        .into()
}

/// What to do about the bill of another cloud, whose meters are not read.
fn bill_of_another(columns: &[String]) -> Option<&'static str> {
    let has = |wanted: &str| columns.iter().any(|column| letters(column).ends_with(wanted));
    if has("lineitemusagetype") {
        Some(
            "this is a bill of AWS, whose meters are not read: import Bedrock's model invocation \
             log, which has each call",
        )
    } else if has("skudescription") && has("usageamount") {
        Some(
            "this is a bill of Google Cloud, whose meters are not read: import Vertex AI's \
             request-response log, which has each call",
        )
    } else {
        None
    }
}
