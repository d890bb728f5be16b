//! What a fit found.

use crate::report::plot::{self, PlotError, Rendered};
use crate::report::text::layout::{Ink, Tone, figures, table, words};
use crate::report::traffic::fine;
use crate::report::words::numbers::{count, number, share};
use crate::units::time::SECOND_US;
use crate::workload::fit::{ClientFit, Fit, LengthFit};
use crate::workload::synth::Arrivals;
use serde::Serialize;

/// Clients shown in the terminal, the largest ones.
const CLIENTS_SHOWN: usize = 12;

/// A fit as text.
pub fn fit_text(name: &str, fit: &Fit, ink: Ink) -> String {
    let mut out = ink.line(Tone::Heading, &format!("Fit of {name}"));
    out += &ink.line(
        Tone::Plain,
        &format!(
            "{} requests a minute; rank correlation {}",
            number(fit.rate_per_minute),
            fine(fit.correlation)
        ),
    );
    let kept = if fit.as_measured { ", each with its number of requests" } else { "" };
    out += &ink.line(
        Tone::Plain,
        &format!("shape in {} bins of {} s{kept}", fit.shape.len(), fit.bin_us / SECOND_US),
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
    out += &table(ink, &columns, &rows);
    if let (Some(share_of), None) = (fit.cached_share, fit.clients.first()) {
        out += &ink.line(Tone::Plain, "");
        out += &ink.line(Tone::Plain, &format!("cached share of the input {}", share(share_of)));
    }
    if fit.clients.is_empty() {
        if fit.epochs.len() > 1 {
            out += &ink.line(Tone::Plain, &changes(fit));
        }
        return out;
    }
    out + &clients_text(fit, ink)
}

/// How often lengths and gaps change.
fn changes(fit: &Fit) -> String {
    let times = |count: usize| match count - 1 {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        more => format!("{more} times"),
    };
    format!(
        "lengths or cached share change {}, the arrival process {}",
        times(fit.epochs.len().max(1)),
        times(fit.arrival_epochs.len().max(1))
    )
}

/// The clients by which the spec is made.
fn clients_text(fit: &Fit, ink: Ink) -> String {
    let mut out = ink.line(Tone::Plain, "");
    out += &ink.line(Tone::Plain, "The spec makes traffic client by client:");
    out += &ink.line(Tone::Plain, "");
    let row = |client: &ClientFit| {
        let fit = &client.fit;
        let cells = vec![
            client.name.clone(),
            count(fit.requests),
            fit.arrivals.first().map_or_else(String::new, |first| process(&first.process)),
            number(fit.input.data.mean),
            number(fit.output.data.mean),
            (fit.epochs.len().max(fit.arrival_epochs.len())).to_string(),
        ];
        (Tone::Plain, cells)
    };
    let rows: Vec<_> = fit.clients.iter().take(CLIENTS_SHOWN).map(row).collect();
    let columns = [
        words("client", 14),
        figures("requests"),
        words("arrival process", 26),
        figures("input"),
        figures("output"),
        figures("epochs"),
    ];
    out += &table(ink, &columns, &rows);
    let more = fit.clients.len() - rows.len();
    if more > 0 {
        out += &ink.line(Tone::Dim, &format!("and {more} more in the spec"));
    }
    out
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
    /// Stretches of time with lengths and cached shares of their own; 1 where they never change.
    pub epochs: usize,
    /// Stretches of time with an arrival process of their own.
    pub arrival_epochs: usize,
    /// Each client fitted on its own; empty where the trace names fewer than two.
    pub clients: Vec<FitClientView>,
    /// The spec.
    pub spec: String,
}

/// One client of a fit.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct FitClientView {
    /// Its name; "others" are those too small to stand alone.
    pub name: String,
    /// Requests.
    pub requests: u64,
    /// Mean arrivals a minute.
    pub rate_per_minute: f64,
    /// Its arrival process in words.
    pub process: String,
    /// Mean input tokens.
    pub input_mean: f64,
    /// Mean output tokens.
    pub output_mean: f64,
    /// Cached share of input; null where unknown.
    pub cached_share: Option<f64>,
    /// Stretches of time with lengths and cached shares of their own.
    pub epochs: usize,
    /// Stretches of time with an arrival process of their own.
    pub arrival_epochs: usize,
}

impl FitClientView {
    fn of(client: &ClientFit) -> Self {
        let fit = &client.fit;
        Self {
            name: client.name.clone(),
            requests: fit.requests,
            rate_per_minute: fit.rate_per_minute,
            process: fit.arrivals.first().map_or_else(String::new, |first| process(&first.process)),
            input_mean: fit.input.data.mean,
            output_mean: fit.output.data.mean,
            cached_share: fit.cached_share,
            epochs: fit.epochs.len(),
            arrival_epochs: fit.arrival_epochs.len(),
        }
    }
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
            epochs: fit.epochs.len(),
            arrival_epochs: fit.arrival_epochs.len(),
            clients: fit.clients.iter().map(FitClientView::of).collect(),
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
