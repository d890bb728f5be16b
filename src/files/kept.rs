//! What was read of files and made of specs, kept for the next question about the same traffic: a
//! change of its scale reads no log again.

use crate::scenario::run::traffic::Whole;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Requests by what decides them, the last used ones, bounded in memory.
#[derive(Debug)]
pub struct KeptTraffic {
    limit_bytes: usize,
    /// The key, what messages call the source, and its requests; the last used first.
    kept: Mutex<VecDeque<(String, String, Whole)>>,
}

impl KeptTraffic {
    /// Keeps at most so many bytes. What is larger alone is not kept.
    pub fn within(limit_bytes: usize) -> Self {
        Self { limit_bytes, kept: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, VecDeque<(String, String, Whole)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept under a key, and its name in messages.
    pub(crate) fn get(&self, key: &str) -> Option<(String, Whole)> {
        let mut held = self.held();
        let at = held.iter().position(|(own, ..)| own == key)?;
        let found = held.remove(at)?;
        held.push_front(found.clone());
        Some((found.1, found.2))
    }

    /// Keeps what was read.
    pub(crate) fn put(&self, key: String, name: String, whole: Whole) {
        let mut held = self.held();
        if whole.bytes() <= self.limit_bytes {
            held.push_front((key, name, whole));
        }
        let mut bytes = 0;
        held.retain(|(.., whole)| {
            bytes += whole.bytes();
            bytes <= self.limit_bytes
        });
    }
}
