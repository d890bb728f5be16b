//! The shape of the rate: arrivals bin by bin, and how much of their change lasts.

use std::borrow::Cow;

/// A share of requests above this at the stamp of the one before is no chance: stamps are coarse, or calls come in batches.
const SHARED_STAMPS: f64 = 0.3;

/// The stretch of time that is fitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    pub(crate) from_us: u64,
    pub(crate) span_us: u64,
}

impl Stretch {
    /// Bins of this width, the last one cut short.
    pub(crate) fn bins(self, bin_us: u64) -> usize {
        (self.span_us / bin_us) as usize + 1
    }
}

/// The times of the processes: the arrivals, or where many share their stamp the stamps, with the number of requests at each.
pub(crate) fn together(arrival_us: &[u64]) -> (Cow<'_, [u64]>, Option<Vec<u32>>) {
    let shared = arrival_us.windows(2).filter(|pair| pair[0] == pair[1]).count();
    if (shared as f64) < SHARED_STAMPS * arrival_us.len() as f64 {
        return (Cow::Borrowed(arrival_us), None);
    }
    let (mut times, mut sizes): (Vec<u64>, Vec<u32>) = (Vec::new(), Vec::new());
    for at in arrival_us {
        match sizes.last_mut() {
            Some(size) if times.last() == Some(at) => *size += 1,
            _ => {
                times.push(*at);
                sizes.push(1);
            }
        }
    }
    (Cow::Owned(times), Some(sizes))
}

pub(crate) fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count
}

/// The rate of every bin over the mean. The last bin is a part of one: it counts by its length.
pub(crate) fn raw_shape(arrival_us: &[u64], stretch: Stretch, bin_us: u64) -> Vec<f64> {
    let mut counts = vec![0_u64; stretch.bins(bin_us)];
    for at in arrival_us {
        if let Some(count) = counts.get_mut(((at - stretch.from_us) / bin_us) as usize) {
            *count += 1;
        }
    }
    let mean = arrival_us.len() as f64 / stretch.span_us as f64;
    let last = counts.len() - 1;
    let rate = |(bin, count): (usize, &u64)| {
        let length = if bin == last {
            (stretch.span_us - last as u64 * bin_us).max(bin_us / 4)
        } else {
            bin_us
        };
        *count as f64 / length as f64 / mean
    };
    counts.iter().enumerate().map(rate).collect()
}

/// Gaps with the shape of the rate taken out: each stretch of time counts by its rate.
pub(crate) fn operational_gaps(
    arrival_us: &[u64],
    stretch: Stretch,
    shape: &[f64],
    bin_us: u64,
) -> Vec<f64> {
    let mut before = vec![0.0];
    for factor in shape {
        before.push(before[before.len() - 1] + factor * bin_us as f64);
    }
    let at = |us: u64| {
        let since = us - stretch.from_us;
        let bin = ((since / bin_us) as usize).min(shape.len() - 1);
        before[bin] + shape[bin] * (since - bin as u64 * bin_us) as f64
    };
    let gaps: Vec<f64> = arrival_us.windows(2).map(|pair| at(pair[1]) - at(pair[0])).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    gaps.into_iter().map(|gap| gap / mean).collect()
}

/// Pulls the factors towards their mean by the share of their variance that does not last from one bin to the next: a change of the rate does, chance
/// and short bursts do not, and belong to the arrival process. The share is the factors' correlation with their neighbours; below two standard errors
/// there is no shape.
pub(crate) fn persistent(raw: &[f64]) -> Vec<f64> {
    let count = raw.len() as f64;
    let mean = raw.iter().sum::<f64>() / count;
    let variance = variance(raw);
    let lasting = raw.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>()
        / (count - 1.0).max(1.0);
    let share = if variance > 0.0 { (lasting / variance).min(1.0) } else { 0.0 };
    let keep = if share > 2.0 / count.sqrt() { share.sqrt() } else { 0.0 };
    raw.iter().map(|factor| ((mean + (factor - mean) * keep) / mean * 1e4).round() / 1e4).collect()
}
