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

pub(crate) use crate::workload::synth::epoch::cached_of_input;
pub use crate::workload::synth::generate::{MAX_REQUESTS, generate, parse, to_toml};
pub(crate) use crate::workload::synth::measured::LAST_SCORE;
pub(crate) use crate::workload::synth::player::{Player, sample_lengths};
pub use crate::workload::synth::spec::{
    Agent, Arrivals, ClientSpec, Growth, LengthSpec, Memory, Mixture, Moments, Part, Percentiles,
    Profile, Quantiles, Session, Shape, Surge, SynthSpec,
};
pub use crate::workload::synth::spec::{CachedShare, CachedSpread, Epoch};
