//! Random streams: one a client and purpose, numbered by the client's name.

use crate::units::luck::splitmix64;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream is for. Purposes do not share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Arrivals = 1,
    Lengths = 2,
    Sessions = 3,
    Shares = 4,
}

/// A client's stream. It depends on the seed, the client's name and the purpose, and on nothing else of the spec.
pub(crate) fn stream(seed: u64, client: &str, purpose: Stream) -> ChaCha8Rng {
    let name = client.bytes().fold(purpose as u64, |hash, byte| splitmix64(hash ^ u64::from(byte)));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(name);
    rng
}

/// Uniform strictly between 0 and 1.
pub(crate) fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    ((rng.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
}

/// A count of at least 1 with this mean: geometric.
pub(crate) fn geometric(rng: &mut ChaCha8Rng, mean: f64) -> u32 {
    if mean <= 1.0 {
        return 1;
    }
    let stop = 1.0 / mean;
    (uniform(rng).ln() / (1.0 - stop).ln()).floor().min(1e6) as u32 + 1
}
