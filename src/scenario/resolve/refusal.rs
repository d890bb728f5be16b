//! Candidates that cannot be had.

use crate::units::diagnostic::Diagnostics;

/// Whether all that is wrong with a candidate is that it cannot be had: a plan lists it with its reasons and goes on.
pub fn is_refusal(wrong: &Diagnostics) -> bool {
    wrong.0.iter().all(|diagnostic| diagnostic.code.is_refusal())
}
