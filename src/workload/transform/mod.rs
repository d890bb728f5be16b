//! One trace out of another. Every transform keeps the columns' promises (arrivals never decrease, cached input within input), draws its luck
//! from the trace's seed, and leaves the given trace alone.

mod anonymise;
mod combine;
mod keep;
mod scale;
mod step;
mod time;
mod tokens;

pub use anonymise::{Coarsening, anonymise};
pub use combine::{Surge, merge, surge};
pub use scale::{SPREAD_US, scale, scale_within, thin};
pub use step::{STEPS, Step};
pub(crate) use time::gather;
pub use time::{Seam, TransformFault, part, repeat, slice, stretch};
pub use tokens::{cache, lengthen};
