//! What a log says about the parameters of a deployment.

use crate::plan::calibrate::evidence::{Reading, Verdict};
use crate::plan::calibrate::latency::LatencyFit;

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

impl Fitted {
    /// Whether the log refutes every other value that was tried.
    pub fn is_identified(&self) -> bool {
        self.readings.len() > 1
            && self
                .readings
                .iter()
                .all(|r| (r.value == self.best) == (r.verdict == Verdict::Stands))
    }

    /// The values that the log does not refute.
    pub fn standing(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(|reading| reading.verdict == Verdict::Stands)
    }
}
