//! What a trace looks like.

use crate::report::plot::{self, PlotError, Rendered};
use crate::report::text::layout::{Ink, Tone, figures, table, words};
use crate::report::traffic::fine;
use crate::report::traffic::import::{ImportView, counted, import_text};
use crate::report::words::numbers::{count, number, share};
use crate::units::time::MINUTE_US;
use crate::workload::import::Imported;
use crate::workload::summary::{Lengths, Summary};
use serde::Serialize;

/// A trace's summary. Figures that the trace cannot tell are null.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct TrafficView {
    /// The file or files.
    pub name: String,
    /// The format as recognised.
    pub format: String,
    /// Requests.
    pub requests: u64,
    /// First instant, where known.
    pub start: Option<String>,
    /// First to last arrival, seconds.
    pub span_s: f64,
    /// Mean requests per second.
    pub mean_rate_per_second: Option<f64>,
    /// The fullest second, minute and hour.
    pub peaks: Vec<PeakView>,
    /// Most input and output tokens arriving within a minute.
    pub peak_tokens_per_minute: u64,
    /// Coefficient of variation of all gaps.
    pub gap_variation: Option<f64>,
    /// The same inside minutes, median.
    pub minute_gap_variation: Option<f64>,
    /// Lengths by name: input, cached input where known, output.
    pub tokens: Vec<LengthView>,
    /// Rank correlation of input and output.
    pub correlation: Option<f64>,
    /// Rate by civil hour over the mean.
    pub by_hour: Option<Vec<Option<f64>>>,
    /// Rate by weekday over the mean, Monday first.
    pub by_weekday: Option<Vec<Option<f64>>>,
    /// Number of clients and the largest one's share.
    pub clients: Option<(u64, f64)>,
    /// Number of sessions and mean requests of one.
    pub sessions: Option<(u64, f64)>,
    /// What became of the source's rows.
    pub import: ImportView,
}

/// The fullest bin of a width.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct PeakView {
    /// Width, seconds.
    pub bin_s: u64,
    /// Requests in the fullest.
    pub requests: u64,
    /// Over the mean bin.
    pub to_mean: Option<f64>,
    /// Variance over mean of the counts.
    pub dispersion: Option<f64>,
}

/// Token lengths.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct LengthView {
    /// Which tokens.
    pub name: &'static str,
    /// Sum.
    pub sum: u64,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: u32,
    /// 95th percentile.
    pub p95: u32,
    /// 99th percentile.
    pub p99: u32,
    /// Longest.
    pub max: u32,
}

impl TrafficView {
    /// Of a summary and the import behind it.
    pub fn of(name: &str, imported: &Imported, summary: &Summary) -> Self {
        let length = |name, lengths: &Lengths| LengthView {
            name,
            sum: lengths.sum,
            mean: lengths.mean,
            p50: lengths.p50,
            p95: lengths.p95,
            p99: lengths.p99,
            max: lengths.max,
        };
        let mut tokens = vec![length("input", &summary.input)];
        tokens.extend(summary.cached_input.as_ref().map(|lengths| length("cached input", lengths)));
        tokens.push(length("output", &summary.output));
        Self {
            name: name.into(),
            format: imported.report.format.clone(),
            requests: summary.requests,
            start: summary.start.map(|start| start.to_string()),
            span_s: summary.span_us as f64 / 1e6,
            mean_rate_per_second: summary.mean_rate_per_second,
            peaks: summary
                .peaks
                .iter()
                .map(|peak| PeakView {
                    bin_s: peak.bin_us / 1_000_000,
                    requests: peak.requests,
                    to_mean: peak.to_mean,
                    dispersion: peak.dispersion,
                })
                .collect(),
            peak_tokens_per_minute: summary.peak_tokens_per_minute,
            gap_variation: summary.burstiness.gap_variation,
            minute_gap_variation: summary.burstiness.minute_gap_variation,
            tokens,
            correlation: summary.correlation,
            by_hour: summary.shape.as_ref().map(|shape| shape.by_hour.to_vec()),
            by_weekday: summary.shape.as_ref().map(|shape| shape.by_weekday.to_vec()),
            clients: summary.clients,
            sessions: summary.sessions,
            import: ImportView::of(&imported.report),
        }
    }
}

fn known(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), fine)
}

/// A summary as text of `width` columns.
pub fn summary_text(view: &TrafficView, ink: Ink, width: usize) -> String {
    let mut out = ink.line(Tone::Heading, &format!("{} ({})", view.name, view.format));
    let start = view.start.as_deref().map_or_else(String::new, |start| format!(", from {start}"));
    out += &ink.line(
        Tone::Plain,
        &format!("{} requests in {} s{start}", count(view.requests), number(view.span_s)),
    );
    let rate = known(view.mean_rate_per_second);
    out += &ink.line(
        Tone::Plain,
        &format!(
            "{rate} requests a second on average; at most {} tokens in a minute",
            count(view.peak_tokens_per_minute)
        ),
    );
    let (all, minute) = (known(view.gap_variation), known(view.minute_gap_variation));
    out += &ink.line(
        Tone::Plain,
        &format!("variation of gaps {all}, inside minutes {minute} (1 is Poisson)"),
    );
    out += &ink.line(
        Tone::Plain,
        &format!("rank correlation of input and output {}", known(view.correlation)),
    );
    if let Some((number_of, largest)) = view.clients {
        out += &ink.line(
            Tone::Plain,
            &format!("{}, the largest with {}", counted(number_of, "client"), share(largest)),
        );
    }
    if let Some((number_of, mean)) = view.sessions {
        out += &ink.line(
            Tone::Plain,
            &format!("{} of {} requests on average", counted(number_of, "session"), number(mean)),
        );
    }
    out += &ink.line(Tone::Plain, "");
    let rows: Vec<_> = view
        .peaks
        .iter()
        .map(|peak| {
            let bin = match peak.bin_s {
                1 => "second",
                60 => "minute",
                _ => "hour",
            };
            (
                Tone::Plain,
                vec![bin.into(), count(peak.requests), known(peak.to_mean), known(peak.dispersion)],
            )
        })
        .collect();
    out += &table(
        ink,
        &[words("fullest", 10), figures("requests"), figures("peak ÷ mean"), figures("dispersion")],
        &rows,
    );
    out += &ink.line(Tone::Plain, "");
    let rows: Vec<_> = view
        .tokens
        .iter()
        .map(|tokens| {
            let row = vec![
                tokens.name.to_owned(),
                number(tokens.mean),
                count(tokens.p50.into()),
                count(tokens.p95.into()),
                count(tokens.p99.into()),
                count(tokens.max.into()),
                count(tokens.sum),
            ];
            (Tone::Plain, row)
        })
        .collect();
    let columns = [
        words("tokens", 14),
        figures("mean"),
        figures("p50"),
        figures("p95"),
        figures("p99"),
        figures("max"),
        figures("sum"),
    ];
    out += &table(ink, &columns, &rows);
    if let (Some(hours), Some(days)) = (&view.by_hour, &view.by_weekday) {
        out += &ink.line(Tone::Plain, "");
        let list = |factors: &[Option<f64>]| {
            factors
                .iter()
                .map(|f| f.map_or("–".into(), |f| format!("{f:.1}")))
                .collect::<Vec<String>>()
                .join(" ")
        };
        out += &ink.line(Tone::Plain, &format!("by hour, over the mean: {}", list(hours)));
        out += &ink.line(Tone::Plain, &format!("by weekday from Monday: {}", list(days)));
    }
    out + &import_text(&view.import, ink, width)
}

/// A plot of requests in each whole minute. None for less than two minutes.
pub fn rate_plot(name: &str, imported: &Imported) -> Result<Option<Rendered>, PlotError> {
    let arrivals = &imported.trace.arrival_us;
    let (Some(first), Some(last)) = (arrivals.first(), arrivals.last()) else { return Ok(None) };
    let mut minutes = vec![0.0; ((last - first) / MINUTE_US) as usize];
    for at in arrivals {
        if let Some(minute) = minutes.get_mut(((at - first) / MINUTE_US) as usize) {
            *minute += 1.0;
        }
    }
    plot::rate(name, &minutes)
}
