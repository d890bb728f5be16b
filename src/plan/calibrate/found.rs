//! What a log says about the parameters of a deployment.

use crate::plan::calibrate::evidence::{Reading, ReadingVerdict};
use crate::plan::calibrate::latency::LatencyFit;

/// Up to this share of the 429s, and this many, may be predicted in the wrong minute by a fit that
/// explains a log. Beyond it the model or the limits that were stated are wrong, and say nothing
/// about the readings.
const MISPLACED_SHARE: f64 = 0.1;
const MISPLACED_COUNT: f64 = 3.0;

/// What a log says about the parameters of one deployment.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The deployment.
    pub deployment: String,
    /// Every parameter that was tried.
    pub parameters: Vec<Fitted>,
    /// 429s seen in each minute.
    pub seen: Vec<u32>,
    /// 429s that the defaults predict.
    pub by_default: Vec<u32>,
    /// 429s that the fit predicts.
    pub predicted: Vec<u32>,
    /// Mean absolute error of the utilization, percentage points: by default and fitted; none where the log has none.
    pub utilization_error: Option<[f64; 2]>,
    /// Time of an answer, where the log has latencies.
    pub latency: Option<LatencyFit>,
    /// Settings that were simulated.
    pub settings: usize,
    /// Attempts of the log, and those whose input it does not say.
    pub attempts: [u64; 2],
    /// What the log cannot tell, in sentences.
    pub untold: Vec<String>,
}

/// A parameter after the fit.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// Its name.
    pub name: String,
    /// Its unit; empty for a choice.
    pub unit: String,
    /// What is taken without a log.
    pub default: String,
    /// What explains the log best.
    pub best: String,
    /// Every value that was tried, with how well it explains the log.
    pub readings: Vec<Reading>,
}

impl Calibration {
    /// 429s predicted in the wrong minute, as a share of those seen.
    pub fn misplaced(&self, predicted: &[u32]) -> f64 {
        let [misplaced, seen] = self.misplaced_of_seen(predicted);
        misplaced / seen.max(1.0)
    }

    /// Whether the best fit explains the log. Where it does not, nothing is fitted.
    pub fn is_explained(&self) -> bool {
        let [misplaced, seen] = self.misplaced_of_seen(&self.predicted);
        misplaced <= MISPLACED_COUNT.max(seen * MISPLACED_SHARE)
    }

    fn misplaced_of_seen(&self, predicted: &[u32]) -> [f64; 2] {
        let minutes = self.seen.iter().zip(predicted);
        let misplaced = minutes.map(|(seen, predicted)| f64::from(seen.abs_diff(*predicted)));
        [misplaced.sum(), self.seen.iter().map(|count| f64::from(*count)).sum()]
    }

    /// What to say where no reading explains the log: no value is singled out, and what was stated
    /// is to be checked.
    pub(super) fn or_unexplained(mut self) -> Self {
        if self.is_explained() {
            return self;
        }
        for parameter in &mut self.parameters {
            parameter.best.clone_from(&parameter.default);
            for reading in &mut parameter.readings {
                reading.verdict = ReadingVerdict::Stands;
            }
        }
        let [misplaced, seen] = self.misplaced_of_seen(&self.predicted);
        let best = if seen > 0.0 {
            format!("puts {:.0}% of the 429s in the wrong minute", misplaced / seen * 100.0)
        } else {
            format!("predicts {misplaced:.0} 429s where there are none")
        };
        self.untold = vec![format!(
            "No reading explains this log: the best one {best}, so nothing is fitted. Check what \
             [today] states: limit_tokens_per_minute and limit_requests_per_minute (or the size in \
             PTU) as they were when the log was written, and that the log has every call the \
             deployment got. Where both are right, the deployment counts in a way that none of the \
             readings is."
        )];
        self
    }
}

impl Fitted {
    /// Whether the log refutes every other value that was tried.
    pub fn is_identified(&self) -> bool {
        self.readings.len() > 1
            && self
                .readings
                .iter()
                .all(|r| (r.value == self.best) == (r.verdict == ReadingVerdict::Stands))
    }

    /// The values that the log does not refute.
    pub fn standing(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(|reading| reading.verdict == ReadingVerdict::Stands)
    }
}
