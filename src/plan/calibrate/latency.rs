//! The time of an answer out of a log: a constant part and one for each output token, by least squares over answered calls.

use crate::engine::work::ServiceTime;
use crate::workload::observed::Observed;

/// Answered calls with a latency below which nothing is fitted.
const LEAST_CALLS: usize = 30;

/// Time of an answer, fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatencyFit {
    /// Time to the first token, milliseconds.
    pub first_token_ms: f64,
    /// Output tokens a second after that.
    pub tokens_per_second: f64,
    /// Share of the variance that these two explain.
    pub explained: f64,
    /// Standard deviation of what they do not explain, as a share of the mean.
    pub noise: f64,
    /// Calls it is fitted to.
    pub calls: usize,
}

impl LatencyFit {
    /// The same for the engine.
    pub(super) fn service(&self) -> ServiceTime {
        let whole = |value: f64| u64::try_from(value.round() as i64).unwrap_or(0);
        ServiceTime {
            first_token_us: whole(self.first_token_ms * 1_000.0),
            per_output_token_us: whole(1e6 / self.tokens_per_second),
        }
    }
}

/// Fits; none where the log has too few latencies, or none that grow with the output.
pub(super) fn fit(observed: &Observed) -> Option<LatencyFit> {
    let calls = observed.trace.output_tokens.iter().zip(&observed.status).zip(&observed.latency_ms);
    let points: Vec<(f64, f64)> = calls
        .filter(|((_, status), _)| **status == 200)
        .filter_map(|((output, _), latency)| Some((f64::from(*output), f64::from((*latency)?))))
        .collect();
    let count = points.len() as f64;
    if points.len() < LEAST_CALLS {
        return None;
    }
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>();
    let (xx, xy) = (sum(&|p| (p.0 - x).powi(2)), sum(&|p| (p.0 - x) * (p.1 - y)));
    let yy = sum(&|p| (p.1 - y).powi(2));
    let slope = xy / xx;
    if !slope.is_finite() || slope <= 0.0 || yy <= 0.0 {
        return None;
    }
    let first_token_ms = slope.mul_add(-x, y).max(0.0);
    let left = sum(&|p| (p.1 - slope.mul_add(p.0, first_token_ms)).powi(2));
    Some(LatencyFit {
        first_token_ms,
        tokens_per_second: 1_000.0 / slope,
        explained: (1.0 - left / yy).max(0.0),
        noise: (left / count).sqrt() / y,
        calls: points.len(),
    })
}
