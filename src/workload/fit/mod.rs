//! From a trace to the spec that makes traffic like it: the rate's shape, the arrival process, lengths and their correlation, each with how well it
//! fits.
//!
//! What a fit keeps: the rate bin by bin, the clustering of gaps, the distribution of each length, the rank correlation of input and output. What
//! it loses: order beyond that (sessions, repeated prompts, clients), unless each client is fitted on its own.

mod arrivals;
mod fit_of;
mod goodness;
mod hidden_markov;
mod lengths;
mod measured;
mod standing;

pub use arrivals::ArrivalFit;
pub use fit_of::{Fit, FitFault, fit};
pub use goodness::Comparison;
pub use lengths::{LengthFit, LengthModel};
pub use standing::Standing;
