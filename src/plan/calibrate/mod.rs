//! Fits what the platform does not publish to a log of attempts and their answers.
//!
//! Every attempt of the log is replayed as a call of its own, by a client that does not retry; so what is compared is the
//! deployment alone. A setting is as good as the 429s that it predicts: minute by minute, against those that were seen. A
//! reading that the log does not tell apart from another is never fitted.

mod axis;
mod block;
mod calibrate;
mod evidence;
mod found;
mod latency;
mod replay;
mod space;

pub use crate::plan::calibrate::block::parameters_block;
pub use crate::plan::calibrate::calibrate::calibrate;
pub use crate::plan::calibrate::evidence::{Reading, ReadingVerdict};
pub use crate::plan::calibrate::found::{Calibration, Fitted};
pub use crate::plan::calibrate::latency::LatencyFit;
