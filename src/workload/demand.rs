//! What a trace asks for, minute by minute: what a report says of traffic without holding its requests.

use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;

/// What arrives within a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MinuteDemand {
    /// Requests.
    pub requests: u64,
    /// Their input tokens, cached ones included.
    pub input_tokens: u64,
    /// Their cached input tokens, 0 where unknown.
    pub cached_input_tokens: u64,
    /// Their output tokens.
    pub output_tokens: u64,
}

impl MinuteDemand {
    /// Adds what arrives in another minute.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.input_tokens += other.input_tokens;
        self.cached_input_tokens += other.cached_input_tokens;
        self.output_tokens += other.output_tokens;
    }
}

/// The demand of a trace up to a horizon. Demands of pieces that follow each other add up to that of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Minutes from the trace's start to its last request before the horizon.
    pub minutes: Vec<MinuteDemand>,
    /// What was assumed of the requests. See [`Trace::assumed`].
    pub assumed: Vec<String>,
}

impl Demand {
    /// Of the requests that arrive before `until_us`.
    pub fn of(trace: &Trace, until_us: u64) -> Self {
        let mut demand = Self { minutes: Vec::new(), assumed: trace.assumed.clone() };
        demand.add(trace, until_us);
        demand
    }

    /// Adds the requests of a piece that arrive before `until_us`.
    pub fn add(&mut self, piece: &Trace, until_us: u64) {
        let count = piece.arrival_us.partition_point(|at| *at < until_us);
        let Some(last) = piece.arrival_us[..count].last() else { return };
        let minutes = (last / MINUTE_US) as usize + 1;
        if self.minutes.len() < minutes {
            self.minutes.resize(minutes, MinuteDemand::default());
        }
        let cached = piece.cached_input_tokens.as_deref();
        let mut from = 0;
        while from < count {
            let minute = piece.arrival_us[from] / MINUTE_US;
            let rest = &piece.arrival_us[from..count];
            let until = from + rest.partition_point(|at| *at < (minute + 1) * MINUTE_US);
            let sum = |column: &[u32]| column[from..until].iter().map(|n| u64::from(*n)).sum();
            self.minutes[minute as usize].add(&MinuteDemand {
                requests: (until - from) as u64,
                input_tokens: sum(&piece.input_tokens),
                cached_input_tokens: cached.map_or(0, sum),
                output_tokens: sum(&piece.output_tokens),
            });
            from = until;
        }
    }

    /// All minutes together.
    pub fn total(&self) -> MinuteDemand {
        let mut total = MinuteDemand::default();
        self.minutes.iter().for_each(|minute| total.add(minute));
        total
    }

    /// Most requests of a minute.
    pub fn peak_requests(&self) -> u64 {
        self.minutes.iter().map(|minute| minute.requests).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_add_up_and_the_horizon_cuts() {
        let at = |second: u64| second * 1_000_000;
        let piece = |times: &[u64]| {
            let count = times.len();
            Trace {
                cached_input_tokens: Some(vec![4; count]),
                ..Trace::new(
                    times.iter().copied().map(at).collect(),
                    vec![10; count],
                    vec![3; count],
                )
            }
        };
        let times = [0, 30, 59, 60, 200, 239, 240];
        let whole = Demand::of(&piece(&times), at(240));
        let requests: Vec<u64> = whole.minutes.iter().map(|minute| minute.requests).collect();
        assert_eq!(requests, [3, 1, 0, 2]);
        assert_eq!(
            whole.total(),
            MinuteDemand {
                requests: 6,
                input_tokens: 60,
                cached_input_tokens: 24,
                output_tokens: 18
            }
        );
        assert_eq!(whole.peak_requests(), 3);
        for cut in 0..=times.len() {
            let mut pieces = Demand::default();
            pieces.add(&piece(&times[..cut]), at(240));
            pieces.add(&piece(&times[cut..]), at(240));
            assert_eq!(pieces, whole, "{cut}");
        }
        assert_eq!(Demand::of(&Trace::default(), 9), Demand::default());
    }
}
