//! Arrivals with an exact number in every bin: the process's gaps, laid over each bin and stretched to fill it.

use crate::workload::synth::processes::Processes;
use rand_chacha::ChaCha8Rng;

/// Steps of operational time from one arrival to the next.
pub(crate) struct Exact {
    /// Expected arrivals of each bin.
    bins: Vec<f64>,
    bin_us: u64,
    next: usize,
    /// Expected arrivals of all bins before `next`.
    passed: f64,
    /// Steps of the present bin, the last one first.
    steps: Vec<f64>,
    /// From the last arrival to the end of its bin.
    left: f64,
}

impl Exact {
    pub(crate) fn new(bins: Vec<f64>, bin_us: u64) -> Self {
        Self { bins, bin_us, next: 0, passed: 0.0, steps: Vec::new(), left: 0.0 }
    }

    /// The next step, by the process of its bin; past the last bin none ever comes.
    pub(crate) fn next(&mut self, gaps: &mut Processes<'_>, rng: &mut ChaCha8Rng) -> f64 {
        while self.steps.is_empty() {
            let Some(expected) = self.bins.get(self.next).copied() else { return f64::INFINITY };
            let count = ((self.passed + expected).round() - self.passed.round()) as usize;
            self.passed += expected;
            let gaps = gaps.at(self.next as u64 * self.bin_us + self.bin_us / 2);
            self.next += 1;
            // One gap more than arrivals: the last one reaches to the bin's end.
            self.steps = (0..=count).map(|_| gaps.next(rng)).collect();
            let scale = expected / self.steps.iter().sum::<f64>().max(1e-300);
            self.steps.iter_mut().for_each(|step| *step *= scale);
            let after = self.steps.pop().unwrap_or(0.0);
            match self.steps.first_mut() {
                Some(first) => {
                    *first += self.left;
                    self.left = after;
                }
                None => self.left += expected,
            }
            self.steps.reverse();
        }
        self.steps.pop().unwrap_or(f64::INFINITY)
    }
}
