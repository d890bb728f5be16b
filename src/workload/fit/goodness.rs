//! Goodness of fit: the quantiles that were measured beside those of what was fitted.

use crate::workload::fit::arrivals::ArrivalFit;
use crate::workload::fit::standing::play;
use crate::workload::synth::{LengthSpec, sample_lengths};

/// Quantiles compared: every half percent, ends included.
const QUANTILES: usize = 201;
/// Values drawn of the fit.
const DRAWN: usize = 40_000;

/// One distribution, measured and fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What: gaps (over their mean, with the rate's shape taken out) or tokens.
    pub name: &'static str,
    /// Quantiles at 0, 0.5 %, … 100 %, measured.
    pub measured: Vec<f64>,
    /// The same of 40,000 draws of the fit.
    pub fitted: Vec<f64>,
}

impl Comparison {
    /// The measured and the fitted quantile nearest to a probability of 0 to 1.
    pub fn at(&self, probability: f64) -> (f64, f64) {
        let ix = (probability * (QUANTILES - 1) as f64).round() as usize;
        let of = |values: &[f64]| values.get(ix).copied().unwrap_or(0.0);
        (of(&self.measured), of(&self.fitted))
    }
}

pub(crate) fn of_gaps(gaps: &[f64], chosen: Option<&ArrivalFit>) -> Comparison {
    let fitted = chosen.map_or_else(Vec::new, |fit| play(&fit.process, DRAWN));
    Comparison { name: "gaps", measured: quantiles(gaps.to_vec()), fitted: quantiles(fitted) }
}

pub(crate) fn of_lengths(name: &'static str, column: &[u32], spec: &LengthSpec) -> Comparison {
    let wide = |column: &[u32]| column.iter().map(|tokens| f64::from(*tokens)).collect();
    let fitted = sample_lengths(spec, DRAWN).unwrap_or_default();
    Comparison { name, measured: quantiles(wide(column)), fitted: quantiles(wide(&fitted)) }
}

fn quantiles(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return Vec::new() };
    (0..QUANTILES).map(|n| values[last * n / (QUANTILES - 1)]).collect()
}
