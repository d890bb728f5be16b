//! Candidates that cannot be had.

use crate::units::diagnostic::Diagnostics;

/// Codes of diagnostics that say a sound candidate cannot be had, rather than that the input is wrong.
const REFUSALS: [&str; 11] = [
    "above-ptu-quota",
    "above-quota",
    "no-flex",
    "no-grid",
    "no-priority",
    "no-quota",
    "no-throughput",
    "no-weight",
    "not-available",
    "not-offered",
    "throughput-unpublished",
];

/// Whether all that is wrong with a candidate is that it cannot be had: a plan lists it with its reasons and goes on.
pub fn is_refusal(wrong: &Diagnostics) -> bool {
    wrong.0.iter().all(|diagnostic| REFUSALS.contains(&diagnostic.code))
}
