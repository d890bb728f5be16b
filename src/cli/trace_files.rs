//! Trace files as arguments name them, and how they are read.

use crate::cli::common::Common;
use crate::cli::exit::{Failure, show};
use crate::files::trace::read_files;
use crate::units::diagnostic::Diagnostic;
use crate::workload::import::{
    BucketModel, Columns, DateOrder, Imported, ReadSpec, TokensStated, Where,
};
use clap::Args;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What `--columns` takes.
const COLUMNS_HELP: &str = "Columns of a table of no known format: arrival=time,input_tokens=prompt,output_tokens=answer; further arrival_unit (s, ms, us, timestamp), cached_input_tokens, max_output_tokens, client, session, deployment, model, status, input_bytes, output_bytes; requests and failed_requests where a row is the total of many calls";

/// Files of one trace and how to read them.
#[derive(Args, Clone, Debug)]
pub(super) struct TraceFiles {
    /// A trace or log (the format is recognised), the tables of one log, or a bundled trace's name
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Refuse the file for any mistake in it, instead of leaving rows out
    #[arg(long)]
    pub(super) strict: bool,
    /// Leave out rows of a log without ids that are like another in all that is read of them
    #[arg(long)]
    pub(super) drop_identical: bool,
    /// Time zone of days and weeks
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) zone: String,
    #[command(flatten)]
    pub(super) reading: Reading,
}

/// How a log is read, where it does not say it itself.
#[derive(Args, Clone, Debug)]
pub(super) struct Reading {
    /// Bytes taken for a token, for logs that count bytes only
    #[arg(long, value_name = "N")]
    pub(super) bytes_per_token: Option<std::num::NonZeroU32>,
    /// Mean input tokens of a request, for bills, which count tokens and no requests
    #[arg(long, value_name = "N")]
    pub(super) input_tokens_per_request: Option<f64>,
    /// Columns of a table of no known format
    #[arg(long, value_name = "NAME=COLUMN", value_delimiter = ',', help = COLUMNS_HELP)]
    pub(super) columns: Vec<String>,
    /// The log's format, instead of recognising it: a name of `ptuplan trace formats`
    #[arg(long, value_name = "NAME")]
    read_as: Option<String>,
    /// Requests to keep: deployment=NAME, model=NAME, client=NAME or session=NAME; several of one are alternatives
    #[arg(long = "where", value_name = "KEY=NAME")]
    keep: Vec<String>,
    /// Tokens the log has to state: none if calls alone matter, input for embeddings
    #[arg(long, value_name = "WHICH", value_parser = ["both", "input", "none"], default_value = "both")]
    tokens: String,
    /// Order of day, month and year in dates such as 05/06/2026, instead of deciding it by all dates of the file
    #[arg(long, value_name = "ORDER", value_parser = ["mdy", "dmy", "ymd"])]
    dates: Option<String>,
}

/// Named columns as a scenario would write them; none where nothing is named.
pub(super) fn columns(written: &[String]) -> Result<Option<Columns>, Failure> {
    if written.is_empty() {
        return Ok(None);
    }
    let read = columns_table(written)?.try_into().map_err(|error: toml::de::Error| {
        let first = error.message().lines().next().unwrap_or_default().to_owned();
        Diagnostic::error("not-a-column", format!("columns not understood: {first}")).hint(
            "arrival, input_tokens and output_tokens are needed; arrival_unit is s, ms, \
                us or timestamp",
        )
    })?;
    Ok(Some(read))
}

/// The columns by what they are.
fn columns_table(written: &[String]) -> Result<toml::Table, Failure> {
    let mut table = toml::Table::new();
    // A column's name may have commas itself: what is no `name=` belongs to the part before it.
    let mut parts: Vec<String> = Vec::new();
    for part in written {
        match parts.last_mut() {
            Some(last) if !part.contains('=') => *last = format!("{last},{part}"),
            _ => parts.push(part.clone()),
        }
    }
    for part in &parts {
        let (name, column) = part.split_once('=').ok_or_else(|| {
            Diagnostic::error("not-a-column", format!("no column is named: {part}")).hint(
                "write for example --columns \
                    arrival=time,arrival_unit=s,input_tokens=in,output_tokens=out, and \
                    requests=calls where rows are totals",
            )
        })?;
        table.insert(name.trim().to_owned(), column.trim().into());
    }
    Ok(table)
}

/// The zone of days and weeks.
pub(super) fn zone(files: &TraceFiles) -> Result<TimeZone, Failure> {
    TimeZone::get(&files.zone).map_err(|_| {
        Diagnostic::error("unknown-zone", format!("unknown time zone: {}", files.zone))
            .hint("an IANA name such as Europe/Stockholm")
            .into()
    })
}

pub(super) fn names(files: &TraceFiles) -> String {
    files.files.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>().join(", ")
}

/// Reads the files as one trace; warnings go to stderr.
pub(super) fn open(files: &TraceFiles, common: &Common) -> Result<Imported, Failure> {
    let imported = read_files(&files.files, &read_spec(files, common)?)?;
    if !common.quiet {
        show(&imported.warnings);
    }
    Ok(imported)
}

pub(super) fn read_spec(files: &TraceFiles, common: &Common) -> Result<ReadSpec, Failure> {
    let seed = common.seed.unwrap_or(0);
    let drop_identical = files.drop_identical;
    Ok(ReadSpec { strict: files.strict, seed, drop_identical, ..files.reading.spec()? })
}

impl Reading {
    /// The same as a reader takes it.
    pub(super) fn spec(&self) -> Result<ReadSpec, Failure> {
        let files = self;
        Ok(ReadSpec {
            bytes_per_token: files.bytes_per_token.map(std::num::NonZeroU32::get),
            model: BucketModel {
                input_tokens_per_request: files.input_tokens_per_request,
                ..BucketModel::default()
            },
            columns: columns(&files.columns)?,
            format: files.read_as.clone(),
            keep: Where::parse(files.keep.iter().map(String::as_str))?,
            tokens: match files.tokens.as_str() {
                "none" => TokensStated::None,
                "input" => TokensStated::Input,
                _ => TokensStated::Both,
            },
            dates: files.dates.as_deref().map(|order| match order {
                "dmy" => DateOrder::Dmy,
                "ymd" => DateOrder::Ymd,
                _ => DateOrder::Mdy,
            }),
            ..ReadSpec::default()
        })
    }

    /// The keys of a scenario's `traffic` that say the same, each with a comma before it.
    pub(super) fn keys(&self) -> Result<String, Failure> {
        let mut keys = String::new();
        if let Some(bytes) = self.bytes_per_token {
            let _ = write!(keys, ", bytes_per_token = {bytes}");
        }
        if let Some(mean) = self.input_tokens_per_request {
            let _ = write!(keys, ", totals = {{ input_tokens_per_request = {mean:?} }}");
        }
        if !self.columns.is_empty() {
            let named = columns_table(&self.columns)?;
            let named = named.iter().map(|(name, column)| format!("{name} = {column}"));
            let named = named.collect::<Vec<_>>().join(", ");
            let _ = write!(keys, ", columns = {{ {named} }}");
        }
        for (key, value) in [("format", &self.read_as), ("dates", &self.dates)] {
            if let Some(value) = value {
                let _ = write!(keys, ", {key} = {}", toml::Value::String(value.clone()));
            }
        }
        if self.tokens != "both" {
            let _ = write!(keys, ", tokens = {}", toml::Value::String(self.tokens.clone()));
        }
        Ok(keys)
    }

    /// The `where` of a scenario's `traffic`, with a comma before it; empty where all is wanted.
    pub(super) fn wanted(&self) -> String {
        let mut of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (key, name) in self.keep.iter().filter_map(|condition| condition.split_once('=')) {
            let name = toml::Value::String(name.trim().to_owned()).to_string();
            of.entry(key.trim()).or_default().push(name);
        }
        if of.is_empty() {
            return String::new();
        }
        let of = of.iter().map(|(key, names)| format!("{key} = [{}]", names.join(", ")));
        format!(", where = {{ {} }}", of.collect::<Vec<_>>().join(", "))
    }
}
