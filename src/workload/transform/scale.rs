//! More or less of the same traffic.

use crate::units::luck::splitmix64;
use crate::workload::trace::Trace;
use crate::workload::transform::time::{TransformFault, check_room, gather};

/// A further copy of a request arrives within this time of it, before or after.
pub const SPREAD_US: u64 = 30_000_000;

/// Streams of the transforms, apart from those of the engine, which hash the id alone.
pub(crate) const KEEP: u64 = 0x7468_696E_6E65_6421;
const PLACE: u64 = 0x636F_7079_706C_6163;

/// The rate times `factor`, as if more (or fewer) of the same users called. See [`scale_within`];
/// copies spread over [`SPREAD_US`].
pub fn scale(trace: &Trace, factor: f64) -> Result<Trace, TransformFault> {
    scale_within(trace, factor, SPREAD_US)
}

/// The rate times `factor`, by deterministic thinning or duplication.
///
/// Of a factor of 2.3 each request gets one further copy, and 3 in 10 of them (by luck) a second;
/// of 0.3 only 3 in 10 stay. The original keeps its time; a copy has its tokens and arrives at a
/// time drawn uniformly within `spread_us` of it (less where the trace begins or ends), with luck
/// of its own.
///
/// What this does to burstiness: minute and hour shapes are kept (times `factor`); bursts shorter
/// than the spread are not multiplied but mixed, as independent users mix, so the coefficient of
/// variation of the gaps moves towards 1 as `factor` grows, and thinning moves it towards 1 as
/// well. To keep burstiness exactly and compress the day instead, use
/// [`stretch`](crate::workload::transform::stretch). With `spread_us` 0 copies arrive together:
/// batches, the burstiest reading.
///
/// A smaller factor keeps a subset of the requests a larger one keeps, so that a search over
/// factors sees no noise.
pub fn scale_within(trace: &Trace, factor: f64, spread_us: u64) -> Result<Trace, TransformFault> {
    if !(factor.is_finite() && factor > 0.0) {
        return Err(TransformFault::Factor(factor));
    }
    let expected = trace.len() as f64 * factor;
    check_room(expected as u64)?;
    let whole = factor.floor() as u64;
    let share = threshold(factor - factor.floor());
    let copies =
        |id: u64| whole + u64::from(splitmix64(trace.seed ^ KEEP ^ splitmix64(id)) < share);
    if whole == 0 {
        let kept = (0..trace.len() as u32).filter(|id| copies(u64::from(*id)) > 0);
        return Ok(gather(trace, &kept));
    }
    let mut scaled = InOrder::new(trace, expected as usize + trace.len() / 100);
    for (id, at) in trace.arrival_us.iter().enumerate() {
        // Whatever is placed from here on arrives at this or later.
        scaled.settle(at.saturating_sub(spread_us));
        let own = id as u32;
        scaled.waiting.push((*at, own));
        for copy in 1..copies(id as u64) {
            scaled.waiting.push((copy_at(trace, own, copy as u32, spread_us), own));
        }
    }
    Ok(scaled.done())
}

/// Copies of the requests of a trace, put in order as they come: only those wait that may still get
/// one before them, so nothing as long as the trace is held beside it and what is made of it.
struct InOrder<'a> {
    trace: &'a Trace,
    made: Trace,
    /// When they arrive, and of which requests they are.
    waiting: Vec<(u64, u32)>,
    /// Those that wait are put in order when there are so many.
    full: usize,
}

impl<'a> InOrder<'a> {
    /// Copies that wait at least before they are put in order.
    const FEWEST: usize = 1 << 16;

    fn new(trace: &'a Trace, expected: usize) -> Self {
        let column = || Vec::with_capacity(expected);
        let made = Trace {
            arrival_us: Vec::with_capacity(expected),
            input_tokens: column(),
            cached_input_tokens: trace.cached_input_tokens.as_ref().map(|_| column()),
            output_tokens: column(),
            max_output_tokens: trace.max_output_tokens.as_ref().map(|_| column()),
            seed: trace.seed,
            clock_us: trace.clock_us,
            assumed: trace.assumed.clone(),
        };
        Self { trace, made, waiting: Vec::new(), full: Self::FEWEST }
    }

    /// Nothing that comes later arrives before `until_us`.
    fn settle(&mut self, until_us: u64) {
        if self.waiting.len() < self.full {
            return;
        }
        self.waiting.sort_unstable();
        let settled = self.waiting.partition_point(|(at, _)| *at < until_us);
        self.take(settled);
        // Twice what is left: each is put in order few times, however long it waits.
        self.full = Self::FEWEST.max(self.waiting.len() * 2);
    }

    /// Takes the first of those that wait, which are in order.
    fn take(&mut self, count: usize) {
        let (trace, made) = (self.trace, &mut self.made);
        let own = || self.waiting[..count].iter().map(|(_, id)| *id as usize);
        made.arrival_us.extend(self.waiting[..count].iter().map(|(at, _)| *at));
        made.input_tokens.extend(own().map(|id| trace.input_tokens[id]));
        made.output_tokens.extend(own().map(|id| trace.output_tokens[id]));
        for (made, column) in [
            (&mut made.cached_input_tokens, &trace.cached_input_tokens),
            (&mut made.max_output_tokens, &trace.max_output_tokens),
        ] {
            if let (Some(made), Some(column)) = (made, column) {
                made.extend(own().map(|id| column[id]));
            }
        }
        self.waiting.drain(..count);
    }

    fn done(mut self) -> Trace {
        self.waiting.sort_unstable();
        self.take(self.waiting.len());
        self.made
    }
}

/// The same requests, each at a time drawn uniformly within [`SPREAD_US`] of its own: those of
/// other users of the same kind.
#[must_use]
pub fn apart(trace: &Trace) -> Trace {
    let ids = (0..).zip(&trace.arrival_us).map(|(id, _)| id);
    let mut placed: Vec<(u64, u32)> =
        ids.map(|id| (copy_at(trace, id, 1, SPREAD_US), id)).collect();
    placed.sort_unstable();
    let mut moved = gather(trace, &placed.iter().map(|(_, id)| *id));
    moved.arrival_us = placed.into_iter().map(|(at, _)| at).collect();
    moved
}

/// When a further copy of a request arrives.
pub(crate) fn copy_at(trace: &Trace, id: u32, copy: u32, spread_us: u64) -> u64 {
    let at = trace.arrival_us[id as usize];
    let first = trace.arrival_us.first().copied().unwrap_or(0);
    let low = at.saturating_sub(spread_us).max(first);
    let high = at.saturating_add(spread_us).min(trace.last_arrival_us());
    let draw = splitmix64(trace.seed ^ PLACE ^ splitmix64(u64::from(id) << 20 | u64::from(copy)));
    let width = u128::from(high - low) + 1;
    low + ((u128::from(draw) * width) >> 64) as u64
}

/// Keeps each request with probability `share`, by luck. The kept ones of a smaller share are among
/// those of a larger one.
pub fn thin(trace: &Trace, share: f64) -> Result<Trace, TransformFault> {
    if !(0.0..=1.0).contains(&share) {
        return Err(TransformFault::Share(share));
    }
    if share >= 1.0 {
        return Ok(trace.clone());
    }
    let share = threshold(share);
    let kept = |id: &u32| splitmix64(trace.seed ^ KEEP ^ splitmix64(u64::from(*id))) < share;
    Ok(gather(trace, &(0..trace.len() as u32).filter(kept)))
}

/// A probability below 1 as a bound on uniform 64-bit draws.
pub(crate) fn threshold(share: f64) -> u64 {
    (share * 18_446_744_073_709_551_616.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All copies placed, and then put in order.
    fn at_once(trace: &Trace, factor: f64, spread_us: u64) -> Trace {
        let (whole, share) = (factor.floor() as u64, threshold(factor - factor.floor()));
        let mut placed: Vec<(u64, u32)> = Vec::new();
        for (id, at) in trace.arrival_us.iter().enumerate() {
            placed.push((*at, id as u32));
            let draw = splitmix64(trace.seed ^ KEEP ^ splitmix64(id as u64));
            for copy in 1..whole + u64::from(draw < share) {
                placed.push((copy_at(trace, id as u32, copy as u32, spread_us), id as u32));
            }
        }
        placed.sort_unstable();
        let mut scaled = gather(trace, &placed.iter().map(|(_, id)| *id));
        scaled.arrival_us = placed.into_iter().map(|(at, _)| at).collect();
        scaled
    }

    #[test]
    fn what_is_put_in_order_on_the_way_is_in_order() {
        // More than wait at most, as dense as a crowd and as sparse as a night.
        for span_us in [1_000_000_u64, 100_000_000, 40_000_000_000] {
            let count = 3 * InOrder::FEWEST as u64;
            let mut arrival_us: Vec<u64> = (0..count).map(|n| splitmix64(n) % span_us).collect();
            arrival_us.sort_unstable();
            let column = |salt: u64| (0..count).map(move |n| (splitmix64(n ^ salt) % 900) as u32);
            let (input, output) = (column(1).collect(), column(2).collect());
            let trace = Trace {
                cached_input_tokens: Some(vec![0; arrival_us.len()]),
                seed: 5,
                ..Trace::new(arrival_us, input, output)
            };
            for (factor, spread_us) in [(1.0, SPREAD_US), (1.3, SPREAD_US), (2.5, 0)] {
                let scaled = scale_within(&trace, factor, spread_us).unwrap();
                assert_eq!(scaled, at_once(&trace, factor, spread_us), "{factor} {spread_us}");
                assert!(scaled.len() >= trace.len());
            }
        }
    }
}
