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
pub(crate) mod found;
mod goodness;
mod hidden_markov;
mod lengths;
mod measured;
pub(crate) mod part;
mod rate;
pub(crate) mod sample;
mod spec_of;
mod standing;

pub use crate::workload::fit::arrivals::ArrivalFit;
pub use crate::workload::fit::epochs::EpochFit;
pub use crate::workload::fit::fit_of::fit;
pub use crate::workload::fit::found::ClientFit;
pub use crate::workload::fit::found::{Fit, FitFault};
pub use crate::workload::fit::goodness::Comparison;
pub use crate::workload::fit::lengths::{LengthFit, LengthModel};
pub use crate::workload::fit::standing::Standing;
