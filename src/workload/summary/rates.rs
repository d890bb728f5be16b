//! Rates, peaks and burstiness.

use crate::units::time::{HOUR_US, MINUTE_US, SECOND_US};

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

/// The peaks of a second, a minute and an hour.
pub(crate) fn peaks(arrival_us: &[u64]) -> [Peak; 3] {
    [SECOND_US, MINUTE_US, HOUR_US].map(|bin_us| peak(arrival_us, bin_us))
}

fn peak(arrival_us: &[u64], bin_us: u64) -> Peak {
    let mut fullest = 0_u64;
    let mut in_whole = (0_u64, 0.0, 0_u64);
    let (Some(first), Some(last)) = (arrival_us.first(), arrival_us.last()) else {
        return Peak { bin_us, ..Peak::default() };
    };
    let whole = (last - first) / bin_us;
    each_bin(arrival_us, bin_us, |bin, ids| {
        let count = ids.len() as u64;
        fullest = fullest.max(count);
        if bin < whole {
            in_whole.0 += count;
            in_whole.1 += (count as f64).powi(2);
            in_whole.2 = in_whole.2.max(count);
        }
    });
    let mean = in_whole.0 as f64 / whole as f64;
    let known = whole > 0 && mean > 0.0;
    Peak {
        bin_us,
        requests: fullest,
        to_mean: known.then(|| in_whole.2 as f64 / mean),
        dispersion: known.then(|| (in_whole.1 / whole as f64 - mean * mean) / mean),
    }
}

/// Calls `with` for every bin that has arrivals, with their indices. Bins are counted from the first arrival.
pub(crate) fn each_bin(
    arrival_us: &[u64],
    bin_us: u64,
    mut with: impl FnMut(u64, std::ops::Range<usize>),
) {
    let Some(first) = arrival_us.first() else { return };
    let mut from = 0;
    while from < arrival_us.len() {
        let bin = (arrival_us[from] - first) / bin_us;
        let end = first + (bin + 1) * bin_us;
        let rest = &arrival_us[from..];
        // Bins are small beside the trace: a walk beats a bisection.
        let until = from + rest.iter().take_while(|at| **at < end).count();
        with(bin, from..until);
        from = until;
    }
}

/// Arrivals of every bin from the first arrival to the last, empty ones included.
pub(crate) fn bin_counts(arrival_us: &[u64], bin_us: u64) -> Vec<u64> {
    let (Some(first), Some(last)) = (arrival_us.first(), arrival_us.last()) else {
        return Vec::new();
    };
    let mut counts = vec![0; ((last - first) / bin_us) as usize + 1];
    each_bin(arrival_us, bin_us, |bin, ids| counts[bin as usize] = ids.len() as u64);
    counts
}

pub(crate) fn burstiness(arrival_us: &[u64]) -> Burstiness {
    let mut minutes: Vec<f64> = Vec::new();
    // The last minute is cut short by the trace's end, and its gaps with it; a trace of one minute has no other.
    let last = arrival_us.last().zip(arrival_us.first()).map_or(0, |(b, a)| (b - a) / MINUTE_US);
    each_bin(arrival_us, MINUTE_US, |minute, ids| {
        if ids.len() >= 10 && (minute < last || last == 0) {
            minutes.extend(gap_variation(&arrival_us[ids]));
        }
    });
    minutes.sort_by(f64::total_cmp);
    Burstiness {
        gap_variation: gap_variation(arrival_us),
        minute_gap_variation: crate::workload::quantile::median(&minutes),
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
