//! Writes what came out of a rule case as its new expectation, and leaves everything else of the file as it is.

#![deny(clippy::float_arithmetic)]

use crate::billing::cases::schema::{ExpectTable, ExpectedLine};
use crate::units::diagnostic::{Diagnostic, Place};
use std::fmt::Write;

/// The file with its `expect` tables replaced. They must be the last tables of the file.
pub fn accepted(file: &str, text: &str, got: &ExpectTable) -> Result<String, Diagnostic> {
    let mut offset = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        let expects = line.starts_with("[expect") || line.starts_with("[[expect");
        if expects && start.is_none() {
            start = Some(offset);
        } else if line.starts_with('[') && !expects && start.is_some() {
            return Err(Diagnostic::error(
                "expect-not-last",
                "the `expect` tables must be the last of the file to be rewritten",
            )
            .at(Place::at_offset(file, text, offset)));
        }
        offset += line.len();
    }
    let kept = text[..start.unwrap_or(text.len())].trim_end();
    Ok(format!("{kept}\n\n{}", render(got)))
}

fn render(got: &ExpectTable) -> String {
    let mut blocks = Vec::new();
    if !got.errors.is_empty()
        || (got.line.is_empty() && got.terms.is_empty() && got.cancellation.is_none())
    {
        let codes: Vec<String> = got.errors.iter().map(|code| quoted(code)).collect();
        blocks.push(format!("[expect]\nerrors = [{}]\n", codes.join(", ")));
    }
    if !got.terms.is_empty() {
        let mut block = String::from("[expect.terms]\n");
        for (id, terms) in &got.terms {
            let terms: Vec<String> = terms.iter().map(|term| quoted(term)).collect();
            let _ = writeln!(block, "{} = [{}]", quoted(id), terms.join(", "));
        }
        blocks.push(block);
    }
    if let Some(values) = &got.cancellation {
        let mut block = String::from("[expect.cancellation]\n");
        for (name, value) in values {
            let _ = writeln!(block, "{name} = {}", quoted(value));
        }
        blocks.push(block);
    }
    blocks.extend(got.line.iter().map(line));
    blocks.join("\n")
}

fn line(line: &ExpectedLine) -> String {
    let mut block = format!("[[expect.line]]\ncharge = {}\n", quoted(&line.charge));
    let fields = [
        ("deployment", &line.deployment),
        ("workload", &line.workload),
        ("commitment", &line.commitment),
        ("status", &line.status),
        ("quantity", &line.quantity),
        ("list", &line.list),
        ("billed", &line.billed),
        ("effective", &line.effective),
        ("units", &line.units),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            let _ = writeln!(block, "{name} = {}", quoted(value));
        }
    }
    block
}

/// A JSON string is a TOML basic string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
