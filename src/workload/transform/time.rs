//! Transforms of time: cut a piece out, play it slower or faster, play it again and again.

use crate::units::memory;
use crate::units::time::DAY_US;
use crate::workload::trace::Trace;

/// Why a transform cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum TransformFault {
    /// There is nothing to transform.
    #[error("empty trace")]
    Empty,
    /// A factor that is not a positive, finite number.
    #[error("factor {0} is not a positive number")]
    Factor(f64),
    /// A share outside 0 to 1.
    #[error("share {0} is not between 0 and 1")]
    Share(f64),
    /// A repetition shorter than the trace it repeats.
    #[error("period of {period_us} us is not longer than the trace's last arrival at {last_us} us")]
    PeriodTooShort {
        /// The period asked for.
        period_us: u64,
        /// The last arrival of the trace.
        last_us: u64,
    },
    /// More requests than a trace can number.
    #[error("{0} requests are more than a trace holds (4294967295)")]
    TooManyRequests(u64),
    /// More requests than there is room for.
    #[error("{0} requests would take more memory than --max-memory allows")]
    TooMuchMemory(u64),
    /// A time beyond what a trace spans.
    #[error("it would span more than the {} days of a trace", Trace::LONGEST_US / 86_400_000_000)]
    TooLong,
    /// A step of 0 to round to.
    #[error("a step of 0 rounds to nothing")]
    ZeroStep,
}

/// Bytes of a request while it is made: its columns, and once more for its place in the order.
const REQUEST_BYTES: u64 = 48;

/// Whether so many requests can be made.
pub(super) fn check_room(requests: u64) -> Result<(), TransformFault> {
    if requests > u64::from(u32::MAX) {
        return Err(TransformFault::TooManyRequests(requests));
    }
    memory::check("requests", requests.into(), REQUEST_BYTES)
        .map_err(|_| TransformFault::TooMuchMemory(requests))
}

/// Whether a time lies within what a trace spans.
fn check_span(last_us: u64) -> Result<(), TransformFault> {
    if last_us > Trace::LONGEST_US { Err(TransformFault::TooLong) } else { Ok(()) }
}

/// The requests at `order`, in that order, with the columns the trace has. Arrivals are kept.
pub fn gather(trace: &Trace, order: &(impl Iterator<Item = u32> + Clone)) -> Trace {
    let pick =
        |column: &Vec<u32>| -> Vec<u32> { order.clone().map(|id| column[id as usize]).collect() };
    Trace {
        arrival_us: order.clone().map(|id| trace.arrival_us[id as usize]).collect(),
        input_tokens: pick(&trace.input_tokens),
        cached_input_tokens: trace.cached_input_tokens.as_ref().map(pick),
        output_tokens: pick(&trace.output_tokens),
        max_output_tokens: trace.max_output_tokens.as_ref().map(pick),
        seed: trace.seed,
        clock_us: trace.clock_us,
        assumed: trace.assumed.clone(),
    }
}

/// The requests of some numbers, at their times.
#[must_use]
pub fn part(trace: &Trace, rows: std::ops::Range<usize>) -> Trace {
    gather(trace, &(rows.start as u32..rows.end as u32))
}

/// The requests that arrive in `from_us..until_us`, with time counted from `from_us`.
#[must_use]
pub fn slice(trace: &Trace, from_us: u64, until_us: u64) -> Trace {
    let first = trace.arrival_us.partition_point(|at| *at < from_us);
    let last = trace.arrival_us.partition_point(|at| *at < until_us).max(first);
    let mut piece = gather(trace, &(first as u32..last as u32));
    piece.arrival_us.iter_mut().for_each(|at| *at -= from_us);
    piece.clock_us = (piece.clock_us + from_us % DAY_US) % DAY_US;
    piece
}

/// The same requests in `factor` times the time: above 1 slower, below 1 faster. The rate becomes 1 / `factor`, burstiness
/// relative to the mean gap stays exactly as it was, and a day's shape is stretched with the day.
pub fn stretch(trace: &Trace, factor: f64) -> Result<Trace, TransformFault> {
    if !(factor.is_finite() && factor > 0.0) {
        return Err(TransformFault::Factor(factor));
    }
    #[allow(clippy::cast_precision_loss, reason = "a span of years in microseconds is below 2^53")]
    if trace.last_arrival_us() as f64 * factor > Trace::LONGEST_US as f64 {
        return Err(TransformFault::TooLong);
    }
    let mut stretched = trace.clone();
    // Rounding a product of a growing time by a constant never reverses an order.
    stretched.arrival_us.iter_mut().for_each(|at| *at = (*at as f64 * factor).round() as u64);
    Ok(stretched)
}

/// Where one repetition ends and the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seam {
    /// The mean gap of the trace between its last arrival and the next repetition's first, so that the mean rate is kept.
    MeanGap,
    /// The next repetition starts this many microseconds after the one before: a day for a trace of a day.
    Period(u64),
}

impl Seam {
    /// The time from one repetition's start to the next's.
    pub fn period_us(self, trace: &Trace) -> Result<u64, TransformFault> {
        let ends = trace.arrival_us.first().copied().zip(trace.arrival_us.last().copied());
        self.period_of(ends, trace.len() as u64)
    }

    /// The same of `count` requests with this first and last arrival.
    pub fn period_of(self, ends: Option<(u64, u64)>, count: u64) -> Result<u64, TransformFault> {
        let Some((first, last)) = ends else { return Err(TransformFault::Empty) };
        match self {
            Self::MeanGap => {
                let gaps = count.saturating_sub(1).max(1);
                Ok((last - first + (last - first).div_ceil(gaps)).max(1))
            }
            Self::Period(period_us) if period_us > last - first && period_us > 0 => Ok(period_us),
            Self::Period(period_us) => {
                Err(TransformFault::PeriodTooShort { period_us, last_us: last - first })
            }
        }
    }
}

/// The whole trace back to back until `until_us` (exclusive), the last repetition cut there. A trace longer than that is cut.
/// Requests of every repetition have luck of their own. Memory: 16 bytes a request, plus 4 for each optional column the trace has.
pub fn repeat(trace: &Trace, until_us: u64, seam: Seam) -> Result<Trace, TransformFault> {
    let period_us = seam.period_us(trace)?;
    check_span(until_us)?;
    let whole = until_us / period_us;
    let expected = whole.saturating_sub(1).saturating_mul(trace.len() as u64);
    check_room(expected)?;
    // The first arrival may lie after time 0, so the last pieces are counted by their own offset.
    let in_piece = |piece: u64| {
        let offset = piece * period_us;
        trace.arrival_us.partition_point(|at| at + offset < until_us)
    };
    let mut count = 0_u64;
    let mut pieces = 0_u64;
    while pieces <= whole {
        let piece = in_piece(pieces) as u64;
        if piece == 0 {
            break;
        }
        count += piece;
        pieces += 1;
    }
    check_room(count)?;
    let mut arrival_us = Vec::with_capacity(count as usize);
    for piece in 0..pieces {
        let offset = piece * period_us;
        arrival_us.extend(trace.arrival_us[..in_piece(piece)].iter().map(|at| at + offset));
    }
    let tile = |column: &Vec<u32>| {
        let mut tiled = Vec::with_capacity(count as usize);
        (0..pieces).for_each(|piece| tiled.extend_from_slice(&column[..in_piece(piece)]));
        tiled
    };
    Ok(Trace {
        arrival_us,
        input_tokens: tile(&trace.input_tokens),
        cached_input_tokens: trace.cached_input_tokens.as_ref().map(tile),
        output_tokens: tile(&trace.output_tokens),
        max_output_tokens: trace.max_output_tokens.as_ref().map(tile),
        seed: trace.seed,
        clock_us: trace.clock_us,
        assumed: trace.assumed.clone(),
    })
}
