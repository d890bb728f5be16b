//! Random small worlds: setups and traces in which everything happens often.

use crate::small::{provisioned, standard};
use ptuplan::engine::setup::{
    AboveCap, Adds, Admission, Client, Deployment, DeploymentIx, Reads, RefusedAdds, Retried,
    RetryHeader, Setup, Stream, TokenCheck,
};
use ptuplan::engine::work::ServiceTime;
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;

/// A stream of draws.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A draw in `0..until`.
    pub(crate) fn below(&mut self, until: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        splitmix64(self.0) % until
    }

    /// True once in `n`.
    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of `choices`.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// A trace of up to 400 requests with bursts, silences and equal times.
pub(crate) fn trace(dice: &mut Dice) -> Trace {
    let gap_us = dice.pick(&[1, 1_000, 50_000, 1_000_000, 20_000_000]);
    let mut at_us = dice.below(3 * gap_us + 1);
    // A start anywhere in a minute of the clock, without a draw of its own.
    let clock_us = splitmix64(dice.0) % 90 * 1_000_003;
    let mut trace = Trace { seed: dice.below(3), clock_us, ..Trace::default() };
    let (mut cached, mut max) = (Vec::new(), Vec::new());
    for _ in 0..dice.below(400) {
        at_us += match dice.below(40) {
            0 => dice.below(200 * gap_us + 1),
            1..20 => 0,
            _ => dice.below(3 * gap_us + 1),
        };
        let input = dice.pick(&[1, 10, 500, 4_000, 130_000]) + dice.below(300) as u32;
        trace.arrival_us.push(at_us);
        trace.input_tokens.push(input);
        trace.output_tokens.push(dice.below(900) as u32);
        cached.push(dice.below(u64::from(input) + 1) as u32);
        max.push(dice.pick(&[Trace::NO_LIMIT, 1, 100, 900]));
    }
    trace.cached_input_tokens = dice.one_in(2).then_some(cached);
    trace.max_output_tokens = dice.one_in(2).then_some(max);
    trace
}

fn service(dice: &mut Dice) -> ServiceTime {
    ServiceTime {
        first_token_us: dice.pick(&[0, 1, 300_000]),
        per_output_token_us: dice.pick(&[0, 1, 20_000]),
    }
}

/// A provisioned deployment near saturation more often than not.
pub(crate) fn some_provisioned(dice: &mut Dice) -> Deployment {
    let size = dice.pick(&[1, 3, 15, 100]);
    let rate = dice.pick(&[7, 600, 2_500, 33_333, 99_003]);
    let mut deployment = provisioned(size, rate);
    if let Admission::Provisioned(bucket) = &mut deployment.admission {
        bucket.weights.cached_input = dice.pick(&[0, 100]);
        bucket.weights.output = dice.pick(&[1_000, 4_000, 7_500]);
        bucket.burst_us = dice.pick(&[1, 1_000_000, 60_000_000]);
        bucket.assumed_output_tokens = dice.pick(&[0, 100, 1_000]);
    }
    deployment.service = service(dice);
    deployment.max_input_tokens = dice.one_in(3).then_some(4_000);
    deployment.long_context_above_tokens = dice.one_in(3).then_some(500);
    deployment
}

/// A Standard deployment of either documented reading.
pub(crate) fn some_standard(dice: &mut Dice) -> Deployment {
    let tokens = dice.pick(&[None, Some(1_000), Some(100_000)]);
    let requests = dice.pick(&[None, Some(10), Some(600)]);
    let mut deployment = standard(tokens, requests);
    if let Admission::Standard(limiter) = &mut deployment.admission {
        limiter.request_window_us = dice.pick(&[1_000_000, 7_000_000, 10_000_000, 60_000_000]);
        limiter.check = dice.pick(&[TokenCheck::BeforeAdding, TokenCheck::AfterAdding]);
        limiter.refused =
            RefusedAdds { by_tokens: adds(dice), by_requests: adds(dice), by_size: adds(dice) };
        limiter.header = header(dice);
        limiter.too_large_after_us = dice.pick(&[1_000_000, 86_400_000_000]);
    }
    deployment.service = service(dice);
    deployment.max_input_tokens = dice.one_in(3).then_some(4_000);
    deployment
}

fn adds(dice: &mut Dice) -> Adds {
    dice.pick(&[Adds::NOTHING, Adds::REQUEST, Adds::BOTH])
}

fn header(dice: &mut Dice) -> RetryHeader {
    dice.pick(&[RetryHeader::Both, RetryHeader::Milliseconds, RetryHeader::Seconds])
}

/// A client of any patience.
pub(crate) fn client(dice: &mut Dice) -> Client {
    Client {
        max_retries: dice.below(9) as u32,
        initial_delay_us: dice.pick(&[0, 1, 500_000]),
        max_delay_us: dice.pick(&[1, 8_000_000]),
        jitter_per_256: dice.pick(&[0, 64, 256]),
        honours_retry_after_up_to_us: dice.pick(&[0, 60_000_000]),
        growth_per_256: dice.pick(&[256, 384, 512]),
        first_retry_at_once: dice.one_in(3),
        jitter_up_per_256: dice.pick(&[0, 0, 51]),
        jitter_added_us: dice.pick(&[0, 0, 750_000]),
        reads: dice.pick(&[Reads::Milliseconds, Reads::Seconds, Reads::Nothing]),
        above: dice.pick(&[AboveCap::BackOff, AboveCap::GiveUp, AboveCap::Clamp]),
        header_alone: dice.one_in(2),
        needs_header: dice.one_in(4),
        retried: Retried {
            throttled: !dice.one_in(8),
            server_error: !dice.one_in(3),
            timed_out: !dice.one_in(3),
        },
        spread_us: dice.pick(&[0, 250_000]),
    }
}

/// A horizon that cuts some of the trace off, now and then.
pub(crate) fn horizon_us(dice: &mut Dice, traces: &[Trace]) -> u64 {
    let end_us = traces.iter().filter_map(|t| t.arrival_us.last()).max().map_or(0, |last| last + 1);
    match dice.below(4) {
        0 => end_us / 2,
        1 => end_us + dice.below(200_000_000),
        _ => end_us,
    }
}

/// One stream over a provisioned deployment, often with a spill target: what the fast path may take.
pub(crate) fn narrow(seed: u64) -> (Setup, Vec<Trace>) {
    let mut dice = Dice(seed);
    let traces = vec![trace(&mut dice)];
    let mut deployments = vec![some_provisioned(&mut dice)];
    let mut route = vec![DeploymentIx(0)];
    if dice.one_in(2) {
        deployments.push(some_standard(&mut dice));
        route.push(DeploymentIx(1));
        if dice.one_in(2) {
            deployments.swap(0, 1);
            route.swap(0, 1);
        }
    }
    let stream = Stream {
        max_output_tokens: dice.pick(&[None, Some(50), Some(900)]),
        ..Stream::new(route, client(&mut dice))
    };
    let setup = Setup {
        hour_phase_us: dice.below(3_600_000_000),
        deployments,
        streams: vec![stream],
        minute_series: dice.one_in(2),
        ..Setup::new(horizon_us(&mut dice, &traces))
    };
    (setup, traces)
}
