//! One trace out of another. Every transform keeps the columns' promises (arrivals never decrease, cached input within input), draws its luck
//! from the trace's seed, and leaves the given trace alone.

mod anonymise;
mod combine;
mod keep;
mod levels;
mod scale;
mod step;
mod time;
mod tokens;

pub use crate::workload::transform::anonymise::{Coarsening, anonymise};
pub use crate::workload::transform::combine::{Surge, merge, surge};
pub use crate::workload::transform::levels::Levels;
pub use crate::workload::transform::scale::{SPREAD_US, apart, scale, scale_within, thin};
pub use crate::workload::transform::step::{STEPS, Step};
pub use crate::workload::transform::time::gather;
pub use crate::workload::transform::time::{Seam, TransformFault, part, repeat, slice, stretch};
pub use crate::workload::transform::tokens::{cache, lengthen};
