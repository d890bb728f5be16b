//! Usage by deployment, stream, hour, tier, context and answer: dense counters for the hour the clock is in, a sorted map
//! for the rest.

#![allow(
    clippy::inline_always,
    reason = "measured: the kind is mostly constant where it is counted"
)]

use crate::engine::record::outcome::UsageBin;
use crate::engine::setup::{DeploymentIx, StreamIx};
use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
use crate::units::time::HOUR_US;
use crate::units::tokens::{TokenClass, TokenCounts};
use std::collections::BTreeMap;

const TIERS: [ServiceTier; 4] =
    [ServiceTier::Standard, ServiceTier::Priority, ServiceTier::Flex, ServiceTier::Batch];
const CONTEXTS: [ContextTier; 2] = [ContextTier::Default, ContextTier::Long];
const KINDS: usize = TIERS.len() * CONTEXTS.len() * Answer::ALL.len();

/// Who and how: everything of a bin's key but the hour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) deployment: u16,
    pub(crate) stream: u16,
    pub(crate) tier: ServiceTier,
    pub(crate) context: ContextTier,
    pub(crate) answer: Answer,
}

/// Tokens of one attempt by class. The classes are disjoint.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) fresh: u32,
    pub(crate) cached: u32,
    pub(crate) written: u32,
    pub(crate) output: u32,
}

impl Tokens {
    #[inline]
    fn add_to(self, cell: &mut Cell) {
        cell.add(self.fresh, self.cached, self.output);
        cell.written += u64::from(self.written);
    }
}

/// Attempts of one kind and their tokens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) requests: u64,
    fresh: u64,
    cached: u64,
    written: u64,
    output: u64,
}

impl Cell {
    /// Counts an attempt without cache writes.
    #[inline]
    pub(crate) fn add(&mut self, fresh: u32, cached: u32, output: u32) {
        self.requests += 1;
        self.fresh += u64::from(fresh);
        self.cached += u64::from(cached);
        self.output += u64::from(output);
    }

    /// The sum of two.
    #[must_use]
    pub(crate) fn plus(mut self, other: Self) -> Self {
        self.merge(other);
        self
    }

    /// What is left of it without a part.
    pub(crate) const fn without(self, part: Self) -> Self {
        Self {
            requests: self.requests - part.requests,
            fresh: self.fresh - part.fresh,
            cached: self.cached - part.cached,
            written: self.written - part.written,
            output: self.output - part.output,
        }
    }

    fn merge(&mut self, other: Self) {
        self.written += other.written;
        self.requests += other.requests;
        self.fresh += other.fresh;
        self.cached += other.cached;
        self.output += other.output;
    }
}

/// The usage counters of a run.
#[derive(Debug)]
pub(crate) struct Meter {
    streams: usize,
    phase_us: u64,
    hour: u64,
    /// The open hour, in time: `from..until`.
    from_us: u64,
    until_us: u64,
    open: Vec<Cell>,
    closed: BTreeMap<(u64, usize), Cell>,
}

impl Meter {
    pub(crate) fn new(deployments: usize, streams: usize, phase_us: u64) -> Self {
        Self {
            streams,
            phase_us,
            hour: 0,
            from_us: 0,
            until_us: 0,
            open: vec![Cell::default(); deployments * streams * KINDS],
            closed: BTreeMap::new(),
        }
    }

    #[inline(always)]
    fn index(&self, kind: Kind) -> usize {
        let pair = kind.deployment as usize * self.streams + kind.stream as usize;
        let tier = kind.tier as usize * CONTEXTS.len() + kind.context as usize;
        pair * KINDS + tier * Answer::ALL.len() + kind.answer as usize
    }

    /// Counts an attempt admitted (or refused) at `at_us`.
    #[inline(always)]
    pub(crate) fn add(&mut self, at_us: u64, kind: Kind, tokens: Tokens) {
        let index = self.index(kind);
        if at_us >= self.until_us {
            self.open_hour(at_us);
        }
        if at_us >= self.from_us {
            tokens.add_to(&mut self.open[index]);
        } else {
            let hour = (at_us + self.phase_us) / HOUR_US;
            tokens.add_to(self.closed.entry((hour, index)).or_default());
        }
    }

    /// Opens the hour of `at_us` and returns its end, for callers that count within it on their own and then merge.
    pub(crate) fn open_at(&mut self, at_us: u64) -> u64 {
        if at_us >= self.until_us {
            self.open_hour(at_us);
        }
        self.until_us
    }

    /// Adds counts of the open hour.
    pub(crate) fn merge(&mut self, kind: Kind, counts: Cell) {
        let index = self.index(kind);
        self.open[index].merge(counts);
    }

    #[cold]
    fn open_hour(&mut self, at_us: u64) {
        self.close_hour();
        self.hour = (at_us + self.phase_us) / HOUR_US;
        self.from_us = (self.hour * HOUR_US).saturating_sub(self.phase_us);
        self.until_us = (self.hour + 1) * HOUR_US - self.phase_us;
    }

    fn close_hour(&mut self) {
        for (index, cell) in self.open.iter_mut().enumerate() {
            if cell.requests > 0 {
                self.closed.entry((self.hour, index)).or_default().merge(*cell);
                *cell = Cell::default();
            }
        }
    }

    /// The bins, sorted.
    pub(crate) fn finish(mut self) -> Vec<UsageBin> {
        self.close_hour();
        let mut bins: Vec<UsageBin> = self
            .closed
            .iter()
            .map(|(&(hour, index), cell)| {
                let (pair, kind) = (index / KINDS, index % KINDS);
                let (tier, answer) = (kind / Answer::ALL.len(), kind % Answer::ALL.len());
                let mut tokens = TokenCounts::default();
                tokens.set(TokenClass::Input, cell.fresh);
                tokens.set(TokenClass::CachedInput, cell.cached);
                tokens.set(TokenClass::CacheWrite, cell.written);
                tokens.set(TokenClass::Output, cell.output);
                UsageBin {
                    deployment: DeploymentIx((pair / self.streams) as u16),
                    stream: StreamIx((pair % self.streams) as u16),
                    hour: hour as u32,
                    tier: TIERS[tier / CONTEXTS.len()],
                    context: CONTEXTS[tier % CONTEXTS.len()],
                    answer: Answer::ALL[answer],
                    requests: cell.requests,
                    tokens,
                }
            })
            .collect();
        bins.sort_unstable();
        bins
    }
}
