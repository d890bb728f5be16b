//! Traffic nobody has logged yet: clients with their own rate, burstiness, lengths, sessions and seasons (the view of `ServeGen`, arXiv:2505.09999).
//!
//! Every client draws from streams of its own, numbered by its name, so that adding, removing or reordering clients shifts no other client's requests.
//! Same spec and seed: the same trace, bit for bit. One spec stands in a file of its own or inside a scenario.

mod arrivals;
mod epoch;
mod exact;
mod generate;
mod intensity;
mod lengths;
mod luck;
mod measured;
mod player;
mod processes;
mod session;
mod spec;

pub(crate) use epoch::cached_of_input;
pub use epoch::{CachedShare, CachedSpread, Epoch};
pub use generate::{MAX_REQUESTS, generate, parse, to_toml};
pub(crate) use measured::LAST_SCORE;
pub(crate) use player::{Player, sample_lengths};
pub use spec::{
    Agent, Arrivals, ClientSpec, Growth, LengthSpec, Memory, Mixture, Moments, Part, Percentiles,
    Profile, Quantiles, Session, Shape, Surge, SynthSpec,
};
