//! Traffic for people and programs: what a trace looks like, what an import did, what a fit found.

use crate::report::format::{count, number, share};
use crate::report::ink::{Ink, Tone, bullet, figures, table, words};
use crate::report::plot::{self, PlotError, Rendered};
use crate::units::time::MINUTE_US;
use crate::workload::fit::{Fit, LengthFit};
use crate::workload::import::{Imported, Report};
use crate::workload::summary::{Lengths, Summary};
use crate::workload::synth::Arrivals;
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

/// What an import did.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ImportView {
    /// Rows of the source.
    pub rows_read: u64,
    /// Requests made of them.
    pub requests: u64,
    /// Rows left out: reason, how many, where the first is.
    pub skipped: Vec<(String, u64, String)>,
    /// What was filled in.
    pub assumed: Vec<String>,
}

impl ImportView {
    /// Of an import's report.
    pub fn of(report: &Report) -> Self {
        let skipped = |s: &crate::workload::import::Skipped| {
            (s.reason.to_owned(), s.rows, s.first.to_string())
        };
        Self {
            rows_read: report.rows_read,
            requests: report.requests,
            skipped: report.skipped.iter().map(skipped).collect(),
            assumed: report.assumed.clone(),
        }
    }
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

/// A ratio or a distance: two decimals tell what matters of it.
fn fine(value: f64) -> String {
    format!("{value:.2}").replace('-', "\u{2212}")
}

fn reason_text(reason: &str) -> String {
    reason.replace('-', " ")
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
            &format!("{} clients, the largest with {}", count(number_of), share(largest)),
        );
    }
    if let Some((number_of, mean)) = view.sessions {
        out += &ink.line(
            Tone::Plain,
            &format!("{} sessions of {} requests on average", count(number_of), number(mean)),
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

/// What an import did, as text.
pub fn import_text(view: &ImportView, ink: Ink, width: usize) -> String {
    let mut out = ink.line(Tone::Plain, "");
    out += &ink.line(
        Tone::Plain,
        &format!("{} rows read, {} requests", count(view.rows_read), count(view.requests)),
    );
    for (reason, rows, first) in &view.skipped {
        out += &bullet(
            ink,
            Tone::Plain,
            &format!("{} rows: {} (first {first})", count(*rows), reason_text(reason)),
            width,
        );
    }
    for assumed in &view.assumed {
        out += &bullet(ink, Tone::Dim, &format!("assumed: {assumed}"), width);
    }
    out
}

/// A fit as text.
pub fn fit_text(name: &str, fit: &Fit, ink: Ink) -> String {
    let mut out = ink.line(Tone::Heading, &format!("Fit of {name}"));
    out += &ink.line(
        Tone::Plain,
        &format!(
            "{} requests a minute; shape in {} bins of {} min{}; rank correlation {}",
            number(fit.rate_per_minute),
            fit.shape.len(),
            fit.bin_us / MINUTE_US,
            if fit.as_measured { ", each with its number of requests" } else { "" },
            fine(fit.correlation)
        ),
    );
    out += &ink.line(Tone::Plain, "");
    let best = fit.arrivals.iter().filter_map(|found| found.akaike).fold(f64::INFINITY, f64::min);
    let rows: Vec<_> = fit
        .arrivals
        .iter()
        .enumerate()
        .map(|(rank, found)| {
            let tone = if rank == 0 { Tone::Good } else { Tone::Plain };
            (
                tone,
                vec![
                    process(&found.process),
                    found.akaike.map_or("–".into(), |akaike| number(akaike - best)),
                    fine(found.standing.distance),
                    fine(found.standing.dispersion),
                ],
            )
        })
        .collect();
    out += &table(
        ink,
        &[
            words("arrival process", 48),
            figures("Akaike over best"),
            figures("KS of gaps"),
            figures("dispersion ÷ real"),
        ],
        &rows,
    );
    out += &ink.line(Tone::Plain, "");
    let row = |name: &str, fit: &LengthFit| {
        (
            Tone::Plain,
            vec![
                name.to_owned(),
                format!("{:?}", fit.model).to_lowercase(),
                fine(fit.lognormal_distance),
                fine(fit.mixture_distance),
            ],
        )
    };
    out += &table(
        ink,
        &[
            words("tokens", 10),
            words("model chosen", 14),
            figures("KS lognormal"),
            figures("KS mixture"),
        ],
        &[row("input", &fit.input), row("output", &fit.output)],
    );
    out += &ink.line(Tone::Plain, "");
    let shown = |name: &str, value: f64| if name == "gaps" { fine(value) } else { number(value) };
    let rows: Vec<_> = fit
        .goodness
        .iter()
        .map(|comparison| {
            let mut row = vec![comparison.name.to_owned()];
            for probability in [0.1, 0.5, 0.9, 0.99] {
                let (measured, fitted) = comparison.at(probability);
                let [measured, fitted] = [measured, fitted].map(|v| shown(comparison.name, v));
                row.push(format!("{measured} / {fitted}"));
            }
            (Tone::Plain, row)
        })
        .collect();
    let columns = [
        words("measured / fitted", 18),
        figures("p10"),
        figures("p50"),
        figures("p90"),
        figures("p99"),
    ];
    out + &table(ink, &columns, &rows)
}

/// The plot of measured and fitted distributions.
pub fn fit_plot(name: &str, fit: &Fit) -> Result<Option<Rendered>, PlotError> {
    plot::fit(name, &fit.goodness)
}

/// A fit for programs. The spec stands in it as TOML, the form `synth` reads.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct FitView {
    /// The file or files.
    pub name: String,
    /// Mean arrivals a minute.
    pub rate_per_minute: f64,
    /// Width of a bin of the shape, seconds.
    pub bin_s: u64,
    /// Rate by bin over the mean.
    pub shape: Vec<f64>,
    /// Arrival processes, the chosen one first: the process in words, Akaike's criterion (null where gaps are as measured), Kolmogorov-Smirnov
    /// distance of its gaps, and the dispersion of its counts over the real one where the two differ most.
    pub arrivals: Vec<(String, Option<f64>, f64, f64)>,
    /// Lengths: name, model chosen, Kolmogorov-Smirnov distance of a lognormal and of two.
    pub lengths: Vec<(&'static str, String, f64, f64)>,
    /// Rank correlation of input and output.
    pub correlation: f64,
    /// Cached share of input; null where unknown.
    pub cached_share: Option<f64>,
    /// The spec.
    pub spec: String,
}

impl FitView {
    /// Of a fit and its spec.
    pub fn of(name: &str, fit: &Fit, spec: String) -> Self {
        let length = |name, fit: &LengthFit| {
            (
                name,
                format!("{:?}", fit.model).to_lowercase(),
                fit.lognormal_distance,
                fit.mixture_distance,
            )
        };
        Self {
            name: name.into(),
            rate_per_minute: fit.rate_per_minute,
            bin_s: fit.bin_us / 1_000_000,
            shape: fit.shape.clone(),
            arrivals: fit
                .arrivals
                .iter()
                .map(|f| {
                    let standing = f.standing;
                    (process(&f.process), f.akaike, standing.distance, standing.dispersion)
                })
                .collect(),
            lengths: vec![length("input", &fit.input), length("output", &fit.output)],
            correlation: fit.correlation,
            cached_share: fit.cached_share,
            spec,
        }
    }
}

fn process(process: &Arrivals) -> String {
    match *process {
        Arrivals::Measured { ref memory, .. } => {
            let kept: f64 = memory.iter().map(|part| part.share).sum();
            format!("gaps as measured, memory {}", share(kept))
        }
        Arrivals::Poisson => "Poisson".into(),
        Arrivals::Gamma { variation } => format!("Gamma, variation {}", fine(variation)),
        Arrivals::Weibull { variation } => format!("Weibull, variation {}", fine(variation)),
        Arrivals::Mmpp { burst_factor, burst_share, .. } => {
            format!(
                "bursts (MMPP): × {} for {} of the time",
                fine(burst_factor),
                share(burst_share)
            )
        }
    }
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
