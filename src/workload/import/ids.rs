//! Names of ids, and how many rows are there twice.

use crate::units::fingerprint::Fingerprint;
use std::collections::BTreeSet;

/// The rows of the last instant of a piece: they may have twins in the piece that follows.
#[derive(Debug, Default)]
pub(super) struct Edge {
    pub(super) at_us: i64,
    pub(super) ids: BTreeSet<u64>,
    /// Of rows without ids all that is read of them.
    pub(super) rows: BTreeSet<[u32; 8]>,
}

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
