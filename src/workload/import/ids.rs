//! Names of ids, and how many rows are there twice.

use crate::units::fingerprint::Fingerprint;

/// What was found of rows that are there twice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Twins {
    /// Rows with the id and the time of another, left out.
    pub(super) by_id: u64,
    /// Rows like another in all that is read of them.
    pub(super) alike: u64,
    /// Of these, those that were left out.
    pub(super) left: u64,
}

/// A number for an id; 0 for an empty one. It is compared among rows of one time alone.
pub(super) fn id_of(text: &[u8]) -> u64 {
    if text.is_empty() { 0 } else { Fingerprint::of(text).word().max(1) }
}
