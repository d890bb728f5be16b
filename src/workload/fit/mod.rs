//! From a trace to the spec that makes traffic like it: the rate's shape, the arrival process, lengths and their correlation, each with how well it
//! fits.
//!
//! What a fit keeps: the rate bin by bin, the clustering of gaps, the distribution of each length, how it changes over time, the rank correlation
//! of input and output, the distribution of the cached share; all of it client by client where the trace names its clients. What it loses: order
//! beyond that (sessions, repeated prompts).

mod arrivals;
mod clients;
mod epochs;
mod fit_of;
mod goodness;
mod hidden_markov;
mod lengths;
mod measured;
mod rate;
mod spec_of;
mod standing;

pub use arrivals::ArrivalFit;
pub use clients::ClientFit;
pub use epochs::EpochFit;
pub use fit_of::{Fit, FitFault, fit};
pub use goodness::Comparison;
pub use lengths::{LengthFit, LengthModel};
pub use standing::Standing;
