//! Whether a process can stand for measured gaps: it is played, and its gaps and its counts over several widths are set beside the measured ones.

use crate::workload::synth::{Arrivals, Player};

/// Gaps played at least and at most.
const PLAYED: (usize, usize) = (20_000, 200_000);
/// Mean arrivals in the windows whose counts are compared.
const WINDOWS: [f64; 5] = [2.0, 5.0, 20.0, 60.0, 200.0];
/// Fewer windows than this tell nothing of their spread.
const FEWEST_WINDOWS: usize = 30;

/// How far a process is from measured gaps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Largest distance of the distributions of gaps (Kolmogorov-Smirnov), 0 to 1.
    pub distance: f64,
    /// Dispersion of counts, the process's over the measured one, where the two differ most.
    pub dispersion: f64,
    /// Whether both differences are within what chance and two percent explain.
    pub stands: bool,
}

/// Gaps of a process of mean 1, always the same ones.
pub(crate) fn play(process: &Arrivals, count: usize) -> Vec<f64> {
    let Ok(mut player) = Player::new(process, 0x7374_616E_6469_6E67) else { return Vec::new() };
    (0..count).map(|_| player.gap()).collect()
}

/// Sets a process beside gaps of mean 1. Gaps shorter than `floor` are one to the clock that measured them.
pub(crate) fn standing(process: &Arrivals, gaps: &[f64], floor: f64) -> Standing {
    let played = play(process, gaps.len().clamp(PLAYED.0, PLAYED.1));
    let measured = &gaps[..gaps.len().min(PLAYED.1)];
    let distance = distance_between(measured, &played, floor);
    let chance = 1.6 / (measured.len() as f64).sqrt();
    let mut worst = 1.0_f64;
    let mut slack_ok = true;
    for window in WINDOWS {
        let (Some((real, windows)), Some((made, _))) =
            (dispersion(measured, window), dispersion(&played, window))
        else {
            continue;
        };
        let ratio = (made / real.max(1e-9)).max(1e-9);
        if ratio.ln().abs() > worst.ln().abs() {
            worst = ratio;
        }
        // A variance of n values is off by about the root of 2/n; bursts make it worse.
        slack_ok &= ratio.ln().abs() <= 0.10 + 3.0 * (2.0 / windows as f64).sqrt();
    }
    Standing { distance, dispersion: worst, stands: distance <= 0.02 + chance && slack_ok }
}

/// Variance over mean of counts in windows of this many mean gaps, and how many windows there were.
pub(crate) fn dispersion(gaps: &[f64], window: f64) -> Option<(f64, usize)> {
    let whole = (gaps.iter().sum::<f64>() / window).floor() as usize;
    if whole < FEWEST_WINDOWS {
        return None;
    }
    let mut counts = vec![0_u32; whole];
    let mut at = 0.0;
    for gap in gaps {
        at += gap;
        if let Some(count) = counts.get_mut((at / window) as usize) {
            *count += 1;
        }
    }
    let mean = counts.iter().map(|count| f64::from(*count)).sum::<f64>() / whole as f64;
    let squares: f64 = counts.iter().map(|count| (f64::from(*count) - mean).powi(2)).sum();
    (mean > 0.0).then(|| (squares / whole as f64 / mean, whole))
}

/// The Kolmogorov-Smirnov distance of two samples.
fn distance_between(a: &[f64], b: &[f64], floor: f64) -> f64 {
    let sorted = |values: &[f64]| {
        let mut values: Vec<f64> = values.iter().map(|gap| gap.max(floor)).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (a, b) = (sorted(a), sorted(b));
    let (mut i, mut j, mut most) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        while i < a.len() && a[i] <= value {
            i += 1;
        }
        while j < b.len() && b[j] <= value {
            j += 1;
        }
        most = most.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    most
}
