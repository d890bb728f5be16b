//! The figures of `trace summarize` in which traffic made from a fit is held to its trace; for the test and the bench of fidelity.

use jiff::tz::TimeZone;
use ptuplan::workload::fit::Fit;
use ptuplan::workload::import::Imported;
use ptuplan::workload::summary::{Summary, summarize};
use ptuplan::workload::synth::generate;

/// Seeds whose median is taken: a peak of one draw is luck.
pub(crate) const SEEDS: u64 = 5;

type Read = fn(&Summary) -> Option<f64>;

/// Every figure by its name in `fidelity.csv`.
pub(crate) const FIGURES: [(&str, Read); 19] = [
    ("requests", |s| Some(s.requests as f64)),
    ("fullest second", |s| Some(s.peaks[0].requests as f64)),
    ("fullest minute", |s| Some(s.peaks[1].requests as f64)),
    ("fullest hour", |s| Some(s.peaks[2].requests as f64)),
    ("dispersion 1 s", |s| s.peaks[0].dispersion),
    ("dispersion 1 min", |s| s.peaks[1].dispersion.filter(|_| s.span_us >= 10 * 60_000_000)),
    ("gap variation", |s| s.burstiness.gap_variation),
    ("in minutes", |s| s.burstiness.minute_gap_variation),
    ("input mean", |s| Some(s.input.mean)),
    ("input p50", |s| Some(s.input.p50.into())),
    ("input p95", |s| Some(s.input.p95.into())),
    ("input p99", |s| Some(s.input.p99.into())),
    ("output mean", |s| Some(s.output.mean)),
    ("output p50", |s| Some(s.output.p50.into())),
    ("output p95", |s| Some(s.output.p95.into())),
    ("output p99", |s| Some(s.output.p99.into())),
    ("cached tokens", |s| s.cached_input.map(|cached| cached.sum as f64)),
    ("tokens in the fullest minute", |s| Some(s.peak_tokens_per_minute as f64)),
    ("correlation", |s| s.correlation),
];

/// A figure of the made traces over the real one's: median, least and greatest over the seeds; of the correlation the difference.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

/// The figures that the trace has.
pub(crate) fn figures(real: &Imported, fitted: &Fit) -> Vec<Figure> {
    let truth = summarize(real, &TimeZone::UTC);
    let made: Vec<Summary> = (0..SEEDS)
        .map(|seed| {
            let made = generate(&fitted.spec("fitted", real, seed)).expect("a sound spec");
            summarize(&made, &TimeZone::UTC)
        })
        .collect();
    let mut found = Vec::new();
    for (name, read) in FIGURES {
        let Some(real) = read(&truth) else { continue };
        let mut ratios: Vec<f64> = made
            .iter()
            .filter_map(read)
            .map(|made| if name == "correlation" { 1.0 + made - real } else { made / real })
            .filter(|ratio| ratio.is_finite())
            .collect();
        ratios.sort_by(f64::total_cmp);
        if let (Some(least), Some(greatest)) = (ratios.first(), ratios.last()) {
            found.push(Figure {
                name,
                median: ratios[ratios.len() / 2],
                least: *least,
                greatest: *greatest,
            });
        }
    }
    found
}
