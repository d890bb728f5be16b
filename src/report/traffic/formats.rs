//! The formats of logs that are recognised, and the parts a trace was split into.

use crate::report::words::numbers::count;
use crate::workload::import::{FormatEntry, Imported};
use serde::Serialize;

/// A format, as `trace formats` shows it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct FormatView {
    /// Its name, as `--read-as` takes it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// How it is recognised.
    pub recognised: String,
    /// What it states.
    pub has: String,
    /// What is assumed.
    pub assumed: String,
    /// A few lines of it.
    pub example: String,
}

impl FormatView {
    /// Of an entry of the list.
    pub fn of(entry: &FormatEntry) -> Self {
        Self {
            name: entry.name.to_owned(),
            title: entry.title.to_owned(),
            recognised: entry.recognised.to_owned(),
            has: entry.has.to_owned(),
            assumed: entry.assumed.to_owned(),
            example: entry.example.to_owned(),
        }
    }
}

const PAGE_HEAD: &str = "# Logs, exports and tables that are read\n\n\
        Made from the list in `src/workload/import/formats/entries.rs`; a test fails when it is stale. `ptuplan trace formats` shows the same.\n\n\
        A file is recognised by its columns and by what its values are, not by its name. Compressed\n\
        files (gzip, Zstandard, a ZIP with one file), Parquet, workbooks (.xlsx: the sheet with most\n\
        rows and those with the same header), UTF-16, `;` and tabs between cells, decimal commas,\n\
        tables as `az … --output table`, `psql` and Markdown print them, JSON documents, JSON lines,\n\
        answers in `columns` and `rows`, data frames as JSON in any orientation and JSON inside a\n\
        logger's text are read as they are. Time columns may end in ` [UTC]`, columns of Log\n\
        Analytics in `_s`, `_d`, `_g`, `_b` or `_t`. Whether 05/06/2026 is in May or in June is\n\
        decided by all dates of the file and said; `--dates` states it.\n\n\
        A table of no known format is read by naming its columns: `--columns arrival=…,input_tokens=…,output_tokens=…`, in a scenario\n\
        `traffic = { trace = \"…\", columns = { arrival = \"…\", … } }`. Further names: `arrival_unit`, `cached_input_tokens`, `max_output_tokens`,\n\
        `client`, `session`, `deployment`, `model`, `status`, `requests`, `failed_requests`, `input_bytes`, `output_bytes`. Members inside a JSON record\n\
        are named by their path: `usage.prompt_tokens`. `--where deployment=chat` keeps one deployment, model or client; `trace split` writes a\n\
        trace for each.\n\n| format | what it is |\n| --- | --- |";

/// All formats as text.
pub fn formats_text(views: &[FormatView]) -> String {
    let mut lines = Vec::new();
    for view in views {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("{}: {}", view.name, view.title));
        lines.push(format!("  recognised by: {}", view.recognised));
        lines.push(format!("  has: {}", view.has));
        lines.push(format!("  assumed: {}", view.assumed));
        lines.extend(view.example.lines().map(|line| format!("    {line}")));
    }
    joined(&lines)
}

fn joined(lines: &[String]) -> String {
    let mut out = lines.join("\n");
    out.push('\n');
    out
}

/// `docs/formats.md`.
pub fn formats_page(views: &[FormatView]) -> String {
    let mut lines = vec![PAGE_HEAD.to_owned()];
    for view in views {
        lines.push(format!("| [`{0}`](#{0}) | {1} |", view.name, view.title));
    }
    for view in views {
        lines.push(format!("\n## {}\n\n{}\n", view.name, sentence(&view.title)));
        lines.push(format!("- Recognised by: {}", sentence(&view.recognised)));
        lines.push(format!("- It has: {}", sentence(&view.has)));
        lines.push(format!("- Assumed: {}", sentence(&view.assumed)));
        lines.push(format!("\n```text\n{}\n```", view.example.trim_end()));
    }
    joined(&lines)
}

fn sentence(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

/// A part of a trace.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct PartView {
    /// The name of its deployment, model, client or session.
    pub name: String,
    /// The file it was written to.
    pub file: String,
    /// Its requests.
    pub requests: u64,
    /// Its input tokens.
    pub input_tokens: u64,
    /// Its output tokens.
    pub output_tokens: u64,
}

impl PartView {
    /// Of a part and its file.
    pub fn of(name: &str, file: &str, part: &Imported) -> Self {
        let sums = part.trace.token_sums();
        Self {
            name: name.to_owned(),
            file: file.to_owned(),
            requests: part.report.requests,
            input_tokens: sums.input_tokens,
            output_tokens: sums.output_tokens,
        }
    }
}

/// The parts as text.
pub fn parts_text(by: &str, parts: &[PartView]) -> String {
    let line = |part: &PartView| {
        let name = if part.name.is_empty() { "(not stated)" } else { &part.name };
        format!(
            "{by} {name}: {} requests, {} input and {} output tokens -> {}",
            count(part.requests),
            count(part.input_tokens),
            count(part.output_tokens),
            part.file
        )
    };
    joined(&parts.iter().map(line).collect::<Vec<_>>())
}
