//! The summary of an imported trace.

use crate::workload::import::Imported;
use crate::workload::summary::gather::Summarizer;
use crate::workload::summary::gather::Summary;
use jiff::tz::TimeZone;

/// Summarizes a trace; `zone` is where its days and weeks are civil ones.
pub fn summarize(imported: &Imported, zone: &TimeZone) -> Summary {
    let mut summarizer = Summarizer::default();
    summarizer.first(imported);
    summarizer.second(imported);
    summarizer.finish(imported, zone)
}
