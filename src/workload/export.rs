//! A trace as CSV in the program's own columns, which [`read`](crate::workload::import::read) gives back.

use crate::units::diagnostic::Diagnostic;
use crate::units::escape::for_spreadsheet;
use crate::units::memory;
use crate::workload::import::{Imported, Labels};
use crate::workload::trace::Trace;
use jiff::Timestamp;

/// The CSV of an imported trace: `arrival` as an instant where the start is known, else `arrival_us` from the trace's start; tokens; and the
/// client, session, deployment and model where known. Statuses are left out: every row is demand.
pub fn to_csv(imported: &Imported) -> Result<Vec<u8>, Diagnostic> {
    let fail =
        |error: csv::Error| Diagnostic::error("cannot-write", format!("CSV not written: {error}"));
    let trace = &imported.trace;
    let attributes = &imported.attributes;
    let labels: Vec<(&str, &Labels)> = [
        ("client", &attributes.client),
        ("session", &attributes.session),
        ("deployment", &attributes.deployment),
        ("model", &attributes.model),
    ]
    .into_iter()
    .filter_map(|(name, labels)| labels.as_ref().map(|labels| (name, labels)))
    .collect();
    memory::check("the trace as CSV", u128::try_from(trace.len()).unwrap_or(u128::MAX), 64)?;
    let mut writer = csv::Writer::from_writer(Vec::with_capacity(trace.len() * 24 + 100));
    let mut header =
        vec![if imported.start.is_some() { "arrival" } else { "arrival_us" }, "input_tokens"];
    if trace.cached_input_tokens.is_some() {
        header.push("cached_input_tokens");
    }
    header.push("output_tokens");
    if trace.max_output_tokens.is_some() {
        header.push("max_output_tokens");
    }
    header.extend(labels.iter().map(|(name, _)| *name));
    writer.write_record(&header).map_err(fail)?;
    for id in 0..trace.len() as u32 {
        let ix = id as usize;
        let at = trace.arrival_us[ix];
        let arrival = match imported.start {
            Some(start) => instant(start, at)?,
            None => at.to_string(),
        };
        writer.write_field(arrival).map_err(fail)?;
        writer.write_field(trace.input_tokens[ix].to_string()).map_err(fail)?;
        if trace.cached_input_tokens.is_some() {
            writer.write_field(trace.cached(id).to_string()).map_err(fail)?;
        }
        writer.write_field(trace.output_tokens[ix].to_string()).map_err(fail)?;
        if trace.max_output_tokens.is_some() {
            let limit = trace.max_output(id).map_or_else(String::new, |limit| limit.to_string());
            writer.write_field(limit).map_err(fail)?;
        }
        for (_, labels) in &labels {
            writer.write_field(&*for_spreadsheet(labels.name(id))).map_err(fail)?;
        }
        writer.write_record(None::<&[u8]>).map_err(fail)?;
    }
    writer.into_inner().map_err(|error| Diagnostic::error("cannot-write", error.to_string()))
}

fn instant(start: Timestamp, offset_us: u64) -> Result<String, Diagnostic> {
    let us = i64::try_from(offset_us).ok().and_then(|us| start.as_microsecond().checked_add(us));
    let at = us.and_then(|us| Timestamp::from_microsecond(us).ok());
    at.map(|at| format!("{at:.6}")).ok_or_else(|| {
        let message = format!("no such time: {offset_us} us after {start}");
        Diagnostic::error("outside-calendar", message)
            .hint("the calendar ends with the year 9999: check the start, and what the times were stretched by")
    })
}

/// The columns of a trace alone, without start and names.
pub fn trace_to_csv(trace: &Trace) -> Result<Vec<u8>, Diagnostic> {
    to_csv(&Imported { trace: trace.clone(), ..Imported::default() })
}
