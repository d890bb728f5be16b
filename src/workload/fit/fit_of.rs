//! The fit of an imported trace: of the whole, and of each of its clients.

use crate::workload::fit::clients::each_client;
use crate::workload::fit::epochs::Columns;
use crate::workload::fit::found::{Fit, FitFault};
use crate::workload::fit::part::fit_part;
use crate::workload::fit::rate::Stretch;
use crate::workload::import::Imported;

/// Fits a trace of at least 100 requests.
pub fn fit(imported: &Imported) -> Result<Fit, FitFault> {
    let trace = &imported.trace;
    if trace.len() < 100 {
        return Err(FitFault::TooFew(trace.len()));
    }
    let from_us = trace.arrival_us[0];
    let span_us = trace.last_arrival_us() - from_us;
    if span_us == 0 {
        return Err(FitFault::NoTime);
    }
    let stretch = Stretch { from_us, span_us };
    let columns = Columns {
        input: &trace.input_tokens,
        cached: trace.cached_input_tokens.as_deref(),
        output: &trace.output_tokens,
    };
    let whole = fit_part(&trace.arrival_us, &columns, stretch)?;
    Ok(Fit { clients: each_client(imported, stretch), ..whole })
}
