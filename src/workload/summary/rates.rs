//! Rates, peaks and burstiness.

use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;

/// The fullest bin of one width.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Peak {
    /// Width of the bin, microseconds.
    pub bin_us: u64,
    /// Requests in the fullest bin.
    pub requests: u64,
    /// The fullest bin over the mean bin; none where the trace is shorter than one bin.
    pub to_mean: Option<f64>,
    /// Variance over mean of the bins' counts: 1 for a Poisson process of one rate; none as above.
    pub dispersion: Option<f64>,
}

/// How unevenly requests come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Burstiness {
    /// Coefficient of variation of all gaps: 1 for a Poisson process of one rate. None for fewer than three requests.
    pub gap_variation: Option<f64>,
    /// Median over whole minutes with at least 10 arrivals of the coefficient of variation of the gaps inside them: burstiness with the day's shape
    /// taken out. None without such a minute.
    pub minute_gap_variation: Option<f64>,
}

/// Arrivals of bins of one width, bin after bin.
#[derive(Clone, Debug)]
pub(super) struct Bins {
    width_us: u64,
    /// The bin that is being filled, and what it has.
    open: Option<(u64, u64)>,
    /// Of the bins before it: arrivals, their squares, the most.
    sum: u64,
    squares: f64,
    most: u64,
}

impl Bins {
    pub(super) fn new(width_us: u64) -> Self {
        Self { width_us, open: None, sum: 0, squares: 0.0, most: 0 }
    }

    /// Adds the arrivals of a piece; bins are counted from `first`.
    pub(super) fn add(&mut self, first: u64, arrival_us: &[u64]) {
        for at in arrival_us {
            let bin = (at - first) / self.width_us;
            match &mut self.open {
                Some((open, count)) if *open == bin => *count += 1,
                _ => {
                    self.close();
                    self.open = Some((bin, 1));
                }
            }
        }
    }

    fn close(&mut self) {
        if let Some((_, count)) = self.open.take() {
            self.sum += count;
            self.squares += (count as f64).powi(2);
            self.most = self.most.max(count);
        }
    }

    /// The fullest bin. The last one, which the end of the trace cuts, counts for nothing else.
    pub(super) fn peak(self) -> Peak {
        let Some((whole, last)) = self.open else {
            return Peak { bin_us: self.width_us, ..Peak::default() };
        };
        let mean = self.sum as f64 / whole as f64;
        let known = whole > 0 && mean > 0.0;
        Peak {
            bin_us: self.width_us,
            requests: self.most.max(last),
            to_mean: known.then(|| self.most as f64 / mean),
            dispersion: known.then(|| (self.squares / whole as f64 - mean * mean) / mean),
        }
    }
}

/// What is counted minute by minute: tokens, and how unevenly the requests of each minute come.
#[derive(Clone, Debug, Default)]
pub(super) struct Minutes {
    open: u64,
    /// Arrivals of the open minute.
    held: Vec<u64>,
    tokens: u64,
    most_tokens: u64,
    variations: Vec<f64>,
}

impl Minutes {
    /// Adds the requests of a piece; minutes are counted from `first`.
    pub(super) fn add(&mut self, first: u64, piece: &Trace) {
        let lengths = piece.input_tokens.iter().zip(&piece.output_tokens);
        for (at, (input, output)) in piece.arrival_us.iter().zip(lengths) {
            let minute = (at - first) / MINUTE_US;
            if minute != self.open {
                self.close();
                self.open = minute;
            }
            self.held.push(*at);
            self.tokens += u64::from(*input) + u64::from(*output);
        }
    }

    fn close(&mut self) {
        if self.held.len() >= 10 {
            self.variations.extend(gap_variation(&self.held));
        }
        self.held.clear();
        self.most_tokens = self.most_tokens.max(self.tokens);
        self.tokens = 0;
    }

    pub(super) fn peak_tokens(&self) -> u64 {
        self.most_tokens.max(self.tokens)
    }

    pub(super) fn burstiness(mut self, gap_variation: Option<f64>) -> Burstiness {
        // The last minute is cut short by the trace's end, and its gaps with it; a trace of one minute has no other.
        if self.open == 0 {
            self.close();
        }
        self.variations.sort_by(f64::total_cmp);
        let minute_gap_variation = crate::workload::quantile::median(&self.variations);
        Burstiness { gap_variation, minute_gap_variation }
    }
}

/// The coefficient of variation of all gaps, summed over pieces once ends and count are known.
#[derive(Clone, Debug)]
pub(super) struct GapVariation {
    gaps: f64,
    mean: f64,
    squares: f64,
    last: Option<u64>,
}

impl GapVariation {
    pub(super) fn new(ends: Option<(u64, u64)>, requests: u64) -> Self {
        let gaps = requests.saturating_sub(1) as f64;
        let span = ends.map_or(0, |(first, last)| last - first);
        Self { gaps, mean: span as f64 / gaps, squares: 0.0, last: None }
    }

    pub(super) fn add(&mut self, arrival_us: &[u64]) {
        for at in arrival_us {
            if let Some(last) = self.last {
                self.squares += ((at - last) as f64 - self.mean).powi(2);
            }
            self.last = Some(*at);
        }
    }

    pub(super) fn variation(self) -> Option<f64> {
        (self.gaps >= 2.0 && self.mean > 0.0)
            .then(|| (self.squares / (self.gaps - 1.0)).sqrt() / self.mean)
    }
}

/// Sample standard deviation over mean of the gaps; none for fewer than three arrivals, or all at once.
pub(crate) fn gap_variation(arrival_us: &[u64]) -> Option<f64> {
    if arrival_us.len() < 3 {
        return None;
    }
    let count = (arrival_us.len() - 1) as f64;
    let mean = (arrival_us[arrival_us.len() - 1] - arrival_us[0]) as f64 / count;
    let squares: f64 = arrival_us.windows(2).map(|w| ((w[1] - w[0]) as f64 - mean).powi(2)).sum();
    (mean > 0.0).then(|| (squares / (count - 1.0)).sqrt() / mean)
}
