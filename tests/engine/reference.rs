//! The reference work: one million requests whose outcome is known to the last bit. The trace is made here from the
//! published rules of its generator, so that the test needs no file.

use ptuplan::engine::setup::{Admission, Bucket, Client, Deployment, DeploymentIx, Setup, Stream};
use ptuplan::engine::work::{ServiceTime, Weights};
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;

/// Requests of the full work.
pub(crate) const FULL: usize = 1_000_000;
/// Capacity in weighted tokens per minute at which a tenth of the first attempts is refused.
pub(crate) const CAPACITY: u64 = 15_978_000;
/// Output limit of every request.
pub(crate) const MAX_OUTPUT_TOKENS: u32 = 800;
/// Weight of an output token.
pub(crate) const OUTPUT_WEIGHT: u64 = 4;

/// Uniform draws in [0, 1): the top 53 bits of the splitmix64 sequence from a seed.
struct Uniform(u64);

impl Uniform {
    fn draw(&mut self) -> f64 {
        let bits = splitmix64(self.0) >> 11;
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        bits as f64 / (1_u64 << 53) as f64
    }
}

/// The first `n` requests: Poisson arrivals at 100 a second, log-normal lengths from one Box-Muller pair.
pub(crate) fn trace(n: usize) -> Trace {
    let mut uniform = Uniform(42);
    let mut clock_us = 0.0_f64;
    let mut trace = Trace::default();
    for _ in 0..n {
        clock_us += -(1.0 - uniform.draw()).ln() * 10_000.0;
        let radius = (-2.0 * (1.0 - uniform.draw()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * uniform.draw()).sin_cos();
        let input = 1_000.0 * (radius * cos).exp();
        let output = 200.0 * (0.8 * (radius * sin)).exp();
        trace.arrival_us.push(clock_us.round() as u64);
        trace.input_tokens.push(input.round().clamp(1.0, 128_000.0) as u32);
        trace.output_tokens.push(output.round().clamp(1.0, f64::from(MAX_OUTPUT_TOKENS)) as u32);
    }
    trace
}

/// FNV-1a over the columns as 64-bit words.
pub(crate) fn checksum(trace: &Trace) -> u64 {
    let words = trace
        .arrival_us
        .iter()
        .copied()
        .chain(trace.input_tokens.iter().map(|x| u64::from(*x)))
        .chain(trace.output_tokens.iter().map(|x| u64::from(*x)));
    words
        .fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The reference deployment of `capacity` weighted tokens per minute, and its client.
pub(crate) fn setup(trace: &Trace, capacity: u64) -> Setup {
    let scale = Weights::SCALE;
    let weights = Weights { input: scale, cached_input: 0, output: OUTPUT_WEIGHT * scale };
    let bucket = Bucket::new(1, capacity * scale, weights, 0);
    let service = ServiceTime { first_token_us: 300_000, per_output_token_us: 20_000 };
    let client = Client {
        max_retries: 5,
        initial_delay_us: 500_000,
        max_delay_us: u64::MAX >> 16,
        jitter_per_256: 64,
        honours_retry_after_up_to_us: u64::MAX,
        ..Client::no_retry()
    };
    Setup {
        deployments: vec![Deployment::new(Admission::Provisioned(bucket), service)],
        streams: vec![Stream {
            max_output_tokens: Some(MAX_OUTPUT_TOKENS),
            ..Stream::new(vec![DeploymentIx(0)], client)
        }],
        ..Setup::new(trace.arrival_us.last().map_or(0, |last| last + 1))
    }
}
