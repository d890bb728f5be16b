//! The way in: what is this file?

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::csv_log::csv_records;
use crate::workload::import::formats::{
    api_management, azure_diagnostics, azure_monitor, cost, helicone, langfuse, litellm,
    openai_usage, otel, research,
};
use crate::workload::import::pieces::{NotInPieces, Sink};
use crate::workload::import::record::{Record, json_records, unwrapped};
use crate::workload::import::rows::{note_io_error, read_table};
use crate::workload::import::spec::ReadSpec;
use crate::workload::import::table::is_table;
use crate::workload::import::yielded::Imported;
use crate::workload::packed::{is_packed, read_packed};
use flate2::bufread::MultiGzDecoder;
use serde_json::Value;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};

/// An importer of logs: its name, how it knows its records, how it reads them.
struct Importer {
    name: &'static str,
    knows: fn(&Value) -> bool,
    read: fn(Vec<Record>, &mut Collector) -> Zero,
}

/// All importers; the first that knows a file's first record reads it.
const IMPORTERS: [Importer; 11] = [
    Importer { name: "opentelemetry-genai", knows: otel::is_otel, read: otel::otel },
    Importer { name: "mooncake", knows: research::is_mooncake, read: research::mooncake },
    Importer { name: "bailian", knows: research::is_bailian, read: research::bailian },
    Importer {
        name: "azure-api-management",
        knows: api_management::is_api_management,
        read: api_management::api_management,
    },
    Importer {
        name: "azure-diagnostics",
        knows: azure_diagnostics::is_azure_diagnostics,
        read: azure_diagnostics::azure_diagnostics,
    },
    Importer { name: "litellm", knows: litellm::is_litellm, read: litellm::litellm },
    Importer { name: "langfuse", knows: langfuse::is_langfuse, read: langfuse::langfuse },
    Importer { name: "helicone", knows: helicone::is_helicone, read: helicone::helicone },
    Importer {
        name: "openai-usage",
        knows: openai_usage::is_openai_usage,
        read: openai_usage::openai_usage,
    },
    Importer { name: "cost-export", knows: cost::is_cost, read: cost::cost },
    Importer {
        name: "azure-monitor-metrics",
        knows: azure_monitor::is_azure_monitor,
        read: azure_monitor::azure_monitor,
    },
];

/// The names of all log formats [`read`] knows, beside the tables of [`Format`](crate::workload::import::Format).
pub fn log_formats() -> impl Iterator<Item = &'static str> {
    IMPORTERS.iter().map(|importer| importer.name)
}

/// Reads a source held in memory. `name` is how messages call it; the format is recognised by content, gzip included.
pub fn read(name: &str, bytes: &[u8], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    if is_packed(bytes) {
        return packed(name, Cursor::new(bytes), spec);
    }
    read_from(name, bytes, spec)
}

/// Reads a trace file as `trace import` writes it.
pub fn packed(
    name: &str,
    source: impl Read + Seek,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    if spec.columns.is_some() {
        return Err(Diagnostic::error("does-not-apply", "does not apply: columns of a trace file")
            .at(Place::new(name, 0, 0))
            .hint("drop them: a trace file knows its columns")
            .into());
    }
    let mut imported = read_packed(name, source)?;
    imported.trace.seed = spec.seed;
    Ok(imported)
}

/// Reads a source as it streams in. Tables hold only the columns of the trace; logs are held as text while they are read.
pub fn read_from(
    name: &str,
    source: impl BufRead,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    let mut source = plain(name, source)?;
    let head = look(name, &mut source)?;
    if is_packed(head.as_bytes()) {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
        return packed(name, Cursor::new(bytes), spec);
    }
    if spec.columns.is_some() || is_table(&head) {
        return whole(read_table(name, source, spec, None));
    }
    let mut collector = Collector::new(name, spec);
    let records = records(&head, source, &mut collector);
    read_log(name, &head, records, collector)
}

/// What was read without a sink, which only a mistake of the source can prevent.
pub(crate) fn whole(found: Result<Imported, NotInPieces>) -> Result<Imported, Diagnostics> {
    found.map_err(|error| match error {
        NotInPieces::Wrong(wrong) => wrong,
        other => Diagnostic::error("unreadable", other.to_string()).into(),
    })
}

/// Reads a table as it streams in and hands it on in pieces, so that it need not fit into memory. What is returned has the start, the names and
/// the report of all, and no requests.
///
/// # Errors
/// A source that is no table or not in order of arrival, what [`read_from`] refuses, and what the sink says. Pieces handed on before are void.
pub fn pieces_from(
    name: &str,
    source: impl BufRead,
    spec: &ReadSpec,
    sink: Sink<'_>,
) -> Result<Imported, NotInPieces> {
    let mut source = plain(name, source)?;
    let head = look(name, &mut source)?;
    if is_packed(head.as_bytes()) || spec.columns.is_none() && !is_table(&head) {
        return Err(NotInPieces::NoTable);
    }
    read_table(name, source, spec, Some(sink))
}

/// Reads several files of one log, such as API Management's two tables, which are joined.
pub fn read_all(files: &[(&str, &[u8])], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    if let [(name, bytes)] = files {
        return read(name, bytes, spec);
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let all = names.join(", ");
    let mut collector = Collector::new(&all, spec);
    let mut records_of_all = Vec::new();
    for (name, bytes) in files {
        let mut source = plain(name, *bytes)?;
        let head = look(name, &mut source)?;
        if spec.columns.is_some() || is_table(&head) {
            let error = Diagnostic::error(
                "cannot-join",
                "a table of requests cannot be joined to other files",
            )
            .at(Place::new(*name, 0, 0))
            .hint("import each file on its own and merge the traces");
            return Err(error.into());
        }
        records_of_all.append(&mut records(&head, source, &mut collector));
    }
    read_log(&all, "", records_of_all, collector)
}

type Source<'a> = Box<dyn BufRead + 'a>;

/// The source without its compression.
fn plain<'a>(name: &str, mut source: impl BufRead + 'a) -> Result<Source<'a>, Diagnostics> {
    match source.fill_buf() {
        Ok([0x1f, 0x8b, ..]) => {
            Ok(Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(source))))
        }
        Ok([b'P', b'K', 3, 4, ..]) => Err(Diagnostic::error(
            "workbook-not-supported",
            "a workbook (.xlsx) or ZIP archive where text was expected",
        )
        .at(Place::new(name, 0, 0))
        .hint("save the sheet as CSV, or choose CSV in the portal's download; unpack an archive")
        .into()),
        Ok([b'P', b'A', b'R', b'1', ..]) => Err(Diagnostic::error(
            "parquet-not-supported",
            "a Parquet file where text was expected",
        )
        .at(Place::new(name, 0, 0))
        .hint("read it with a build that has the \"tables\" feature, or convert it to CSV")
        .into()),
        Ok(_) => Ok(Box::new(source)),
        Err(error) => Err(unreadable(name, &error)),
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> Diagnostics {
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

/// The beginning of a source, without consuming it.
fn look(name: &str, source: &mut Source<'_>) -> Result<String, Diagnostics> {
    let head = source.fill_buf().map_err(|error| unreadable(name, &error))?;
    let head = &head[..head.len().min(1 << 16)];
    Ok(String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_owned())
}

/// All records of a log.
fn records(head: &str, mut source: Source<'_>, collector: &mut Collector) -> Vec<Record> {
    let mut bytes = Vec::new();
    let cut = source.read_to_end(&mut bytes).err();
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    let records = if head.starts_with(['{', '[']) {
        unwrapped(json_records(text, collector))
    } else {
        csv_records(text, collector)
    };
    if let Some(error) = cut {
        note_io_error(collector, &error, text.lines().count() as u64);
    }
    records
}

fn read_log(
    name: &str,
    head: &str,
    records: Vec<Record>,
    mut collector: Collector,
) -> Result<Imported, Diagnostics> {
    collector.any_order = true;
    let known = records
        .iter()
        .take(50)
        .find_map(|record| IMPORTERS.iter().find(|importer| (importer.knows)(&record.value)));
    if let Some(importer) = known {
        let zero = (importer.read)(records, &mut collector);
        let zero = collector.unix_or(zero);
        return collector.finish(importer.name.to_owned(), zero);
    }
    let Some(first) = records.first() else {
        // Nothing but mistakes, or nothing at all.
        return collector.finish("unknown".into(), Zero::FirstArrival);
    };
    let keys: Vec<&str> = match first.value.as_object() {
        Some(map) if head.starts_with(['{', '[']) || head.is_empty() => {
            map.keys().map(String::as_str).collect()
        }
        _ => head.lines().next().unwrap_or_default().split(',').map(str::trim).collect(),
    };
    let what = if head.starts_with(['{', '[']) { "members" } else { "columns" };
    let shown = keys.into_iter().take(12).collect::<Vec<_>>().join(", ");
    let message = format!("unknown trace format: {what} {shown}");
    Err(Diagnostic::error("unknown-trace-format", message)
        .at(Place::new(name, 1, 0))
        .hint("name the columns: columns = { arrival = \"…\", arrival_unit = \"s\", input_tokens = \"…\", output_tokens = \"…\" } in a scenario, --columns arrival=…,arrival_unit=s,input_tokens=…,output_tokens=… with `trace`")
        .into())
}
