//! Maximum-likelihood fits of gap distributions, on gaps in operational time (mean 1).

use crate::workload::fit::sample::{stretches, unit};
use crate::workload::fit::standing::{self, Standing, standing};
use crate::workload::fit::{hidden_markov, measured};
use crate::workload::synth::Arrivals;
use statrs::function::gamma::{digamma, ln_gamma};

/// Gaps used at most, from eight stretches evenly spaced: enough for three digits, and the night counts as the day does.
const SAMPLE: usize = 200_000;

/// An arrival process fitted to gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrivalFit {
    /// The process.
    pub process: Arrivals,
    /// Akaike's criterion over all gaps: smaller is better. None for measured gaps, which have no parameters to count.
    pub akaike: Option<f64>,
    /// How far it is from the gaps when it is played.
    pub standing: Standing,
}

/// All candidates, the chosen one first: of the parametric ones that stand for the gaps the best by Akaike's criterion, else the measured gaps.
pub(crate) fn candidates(gaps: &[f64]) -> Vec<ArrivalFit> {
    let gaps = Resolved::new(gaps);
    let mut fits: Vec<ArrivalFit> =
        gaps.parametric().into_iter().map(|(process, akaike)| gaps.fit(process, akaike)).collect();
    let measured = gaps.fit(measured::process(&gaps.all), None);
    match fits.iter().position(|fit| fit.standing.stands) {
        Some(first) => {
            fits[..=first].rotate_right(1);
            fits.push(measured);
        }
        None => fits.insert(0, measured),
    }
    fits
}

/// The chosen one alone.
pub(crate) fn chosen(gaps: &[f64]) -> Arrivals {
    let gaps = Resolved::new(gaps);
    let mut parametric =
        gaps.parametric().into_iter().map(|(process, akaike)| gaps.fit(process, akaike));
    let standing = parametric.find(|fit| fit.standing.stands).map(|fit| fit.process);
    standing.unwrap_or_else(|| measured::process(&gaps.all))
}

/// Gaps of mean 1, none of them below what the clock that measured them can tell.
struct Resolved {
    all: Vec<f64>,
    /// At most [`SAMPLE`] of them.
    sample: Vec<f64>,
    smallest: f64,
}

impl Resolved {
    fn new(gaps: &[f64]) -> Self {
        // Two requests at one stamp lie within the stamps' resolution: half the smallest gap that was seen stands for theirs, or a hundredth of the
        // mean gap where stamps are coarser than that.
        let seen = gaps.iter().copied().filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min);
        let smallest = (seen / 2.0).min(0.01);
        let all = unit(gaps.iter().map(|gap| gap.max(smallest)).collect());
        let sample = unit(stretches(&all, SAMPLE));
        Self { all, sample, smallest }
    }

    fn fit(&self, process: Arrivals, akaike: impl Into<Option<f64>>) -> ArrivalFit {
        let standing = standing(&process, &self.sample, 4.0 * self.smallest);
        ArrivalFit { process, akaike: akaike.into(), standing }
    }

    /// Processes of few parameters with Akaike's criterion, the best first.
    fn parametric(&self) -> Vec<(Arrivals, f64)> {
        let gaps = &self.sample;
        let count = gaps.len() as f64;
        // What the shortest gaps became when all were brought to mean 1.
        let floor = gaps.iter().copied().fold(f64::INFINITY, f64::min) * 1.000_001;
        let log_mean = gaps.iter().map(|gap| gap.ln()).sum::<f64>() / count;
        let mut found: Vec<(Arrivals, f64)> = Vec::new();
        let mut note = |process, log_likelihood: f64, parameters: f64| {
            found.push((process, 2.0 * parameters - 2.0 * log_likelihood * count));
        };
        note(Arrivals::Poisson, -1.0, 1.0);
        if log_mean < -1e-9 {
            let tied = gaps.iter().filter(|gap| **gap <= floor).count() as f64 / count;
            let shape = gamma_shape_of_tied(log_mean, tied);
            let gamma = shape * shape.ln() - ln_gamma(shape) + (shape - 1.0) * log_mean - shape;
            note(Arrivals::Gamma { variation: shape.powf(-0.5) }, gamma, 2.0);
            let shape = weibull_shape(gaps, log_mean);
            let scale =
                (gaps.iter().map(|gap| gap.powf(shape)).sum::<f64>() / count).powf(1.0 / shape);
            let weibull = shape.ln() - shape * scale.ln() + (shape - 1.0) * log_mean - 1.0;
            note(Arrivals::Weibull { variation: weibull_variation(shape) }, weibull, 2.0);
        }
        if let Some((process, per_gap)) = hidden_markov::fit(gaps) {
            note(process, per_gap, 4.0);
        }
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        found
    }
}

/// Variance over mean of the counts of long bins, where the rate does not change; of measured gaps, which know none, that of 60 arrivals.
pub(crate) fn dispersion(process: &Arrivals) -> f64 {
    match *process {
        Arrivals::Measured { .. } => standing::dispersion(&standing::play(process, SAMPLE), 60.0)
            .map_or(1.0, |found| found.0),
        Arrivals::Poisson => 1.0,
        Arrivals::Gamma { variation } | Arrivals::Weibull { variation } => variation * variation,
        Arrivals::Mmpp { burst_factor, burst_share, burst_arrivals } => {
            let calm = 1.0 / (1.0 - burst_share + burst_share * burst_factor);
            let difference = calm * (burst_factor - 1.0);
            // Relaxation time of the two states whose mean stays are these.
            let calm_stay = burst_arrivals * (1.0 - burst_share) / burst_share;
            let relaxation = burst_arrivals * calm_stay / (burst_arrivals + calm_stay);
            1.0 + 2.0 * burst_share * (1.0 - burst_share) * difference * difference * relaxation
        }
    }
}

/// The shape where a share of the gaps is only known to lie below the stamps' resolution: of a Gamma distribution their mean logarithm lies 1 / shape
/// below that of the bound, which is twice what stands for them.
fn gamma_shape_of_tied(log_mean: f64, tied: f64) -> f64 {
    let mut shape = gamma_shape(-log_mean);
    for _ in 0..50 {
        shape = gamma_shape(-(log_mean + tied * (std::f64::consts::LN_2 - 1.0 / shape)).min(-1e-9));
    }
    shape
}

/// The shape with ln(shape) - digamma(shape) = `spread` (Minka's start, Newton's steps).
fn gamma_shape(spread: f64) -> f64 {
    let mut shape =
        (3.0 - spread + ((spread - 3.0).powi(2) + 24.0 * spread).sqrt()) / (12.0 * spread);
    for _ in 0..30 {
        let value = shape.ln() - digamma(shape) - spread;
        let step = 1e-5 * shape;
        let slope = ((shape + step).ln() - digamma(shape + step) - spread - value) / step;
        let next = shape - value / slope;
        if !next.is_finite() || next <= 0.0 {
            break;
        }
        shape = next;
    }
    shape
}

/// The likelihood's root in the shape, by bisection: its left side grows with the shape.
fn weibull_shape(gaps: &[f64], log_mean: f64) -> f64 {
    let value = |shape: f64| {
        let (mut weighted, mut sum) = (0.0, 0.0);
        for gap in gaps {
            let power = gap.powf(shape);
            weighted += power * gap.ln();
            sum += power;
        }
        weighted / sum - 1.0 / shape - log_mean
    };
    let (mut low, mut high) = (0.05_f64, 20.0_f64);
    for _ in 0..40 {
        let middle = (low * high).sqrt();
        if value(middle) < 0.0 { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}

fn weibull_variation(shape: f64) -> f64 {
    (ln_gamma(1.0 + 2.0 / shape) - 2.0 * ln_gamma(1.0 + 1.0 / shape)).exp_m1().max(0.0).sqrt()
}
