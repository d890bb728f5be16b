//! The fit of one client's traffic.

use crate::units::time::{MINUTE_US, SECOND_US};
use crate::workload::fit::arrivals::{candidates, dispersion};
use crate::workload::fit::epochs::{Columns, epochs_of_arrivals, epochs_of_lengths};
use crate::workload::fit::found::{Fit, FitFault};
use crate::workload::fit::goodness::{of_gaps, of_lengths};
use crate::workload::fit::lengths::fit as fit_lengths;
use crate::workload::fit::rate::{
    Stretch, operational_gaps, persistent, raw_shape, together, variance,
};
use crate::workload::summary::rank_correlation;

/// A bin of the rate's shape has at least this many arrivals on average, so that its chance is below a fifth of its size.
const BIN_ARRIVALS: f64 = 25.0;
const BINS_US: [u64; 4] = [MINUTE_US, 5 * MINUTE_US, 15 * MINUTE_US, 60 * MINUTE_US];
/// Bins of a record, where the rate is kept as measured, if there are at most so many of them.
const FINE_BINS_US: [u64; 2] = [10 * SECOND_US, 30 * SECOND_US];
const MOST_FINE_BINS: u64 = 1_500;

/// Fits requests that are a part of a trace.
pub(crate) fn fit_part(
    arrival_us: &[u64],
    columns: &Columns<'_>,
    stretch: Stretch,
) -> Result<Fit, FitFault> {
    let (times, sizes) = together(arrival_us);
    if times.len() < 20 {
        return Err(FitFault::TooFew(times.len()));
    }
    let span_us = stretch.span_us;
    let per_bin = |bin_us: u64| times.len() as f64 * bin_us as f64 / span_us as f64;
    let mut bin_us =
        BINS_US.into_iter().find(|bin_us| per_bin(*bin_us) >= BIN_ARRIVALS).unwrap_or(BINS_US[3]);
    let raw = raw_shape(&times, stretch, bin_us);
    let mut shape = persistent(&raw);
    let mut as_measured = false;
    let mut gaps = operational_gaps(&times, stretch, &shape, bin_us);
    let mut arrivals = candidates(&gaps);
    // Where process and lasting shape together leave most of the bins' variance unexplained, the rate jumps from bin to bin: keep it as measured.
    let explained = arrivals.first().map_or(1.0, |best| dispersion(&best.process))
        / per_bin(bin_us)
        + variance(&shape);
    let stands = arrivals.first().is_some_and(|first| first.standing.stands);
    let parametric = arrivals.first().is_some_and(|first| first.akaike.is_some());
    // So too where no process of few parameters stands for the gaps: their long memory is then the rate's.
    if variance(&raw) > 2.0 * explained || !(stands && parametric) {
        as_measured = true;
        let fine = FINE_BINS_US
            .into_iter()
            .find(|fine| per_bin(*fine) >= BIN_ARRIVALS && span_us / fine <= MOST_FINE_BINS);
        for width_us in [Some(bin_us), fine].into_iter().flatten() {
            bin_us = width_us;
            let raw = raw_shape(&times, stretch, bin_us);
            gaps = operational_gaps(&times, stretch, &raw, bin_us);
            arrivals = candidates(&gaps);
            shape = raw.iter().map(|factor| (factor * 1e4).round() / 1e4).collect();
            if arrivals.first().is_some_and(|first| first.standing.stands) {
                break;
            }
        }
    }
    let (input, output) = (fit_lengths(columns.input), fit_lengths(columns.output));
    let goodness = vec![
        of_gaps(&gaps, arrivals.first()),
        of_lengths("input tokens", columns.input, &input.spec),
        of_lengths("output tokens", columns.output, &output.spec),
    ];
    let sum = |column: &[u32]| column.iter().map(|tokens| u64::from(*tokens)).sum::<u64>() as f64;
    let since_start = |nth: usize| arrival_us[nth] - stretch.from_us;
    let (epochs, epoch_correlation) = epochs_of_lengths(columns, since_start, (&input, &output));
    let process = arrivals.first().map(|first| first.process.clone()).unwrap_or_default();
    let arrival_epochs = epochs_of_arrivals(&gaps, |nth| times[nth] - stretch.from_us, &process);
    Ok(Fit {
        requests: arrival_us.len() as u64,
        rate_per_minute: arrival_us.len() as f64 * MINUTE_US as f64 / span_us as f64,
        bin_us,
        shape,
        as_measured,
        arrivals,
        arrival_epochs,
        batch: sizes.map(|sizes| fit_lengths(&sizes)),
        correlation: rank_correlation(columns.input, columns.output).unwrap_or(0.0),
        cached_share: columns.cached.map(|cached| sum(cached) / sum(columns.input).max(1.0)),
        input,
        output,
        epochs,
        epoch_correlation,
        span_us,
        goodness,
        clients: Vec::new(),
    })
}
