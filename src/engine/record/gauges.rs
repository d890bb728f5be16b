//! Figures that are kept beside a deployment's own: what its answers are decided by, for the log, and a tenant's use of a
//! model, for its usage tier.

use crate::engine::admission::limiter::Windows;
use crate::engine::record::outcome::{Gauge, Reason};

/// Tokens of one model in the current 30 days (S 20).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MonthUse {
    pub(crate) month: u64,
    pub(crate) tokens: u64,
}

/// The limits of a Standard deployment that have a figure of their own.
const LIMITS: [Reason; 4] = [
    Reason::RequestLimit,
    Reason::InputTokenLimit,
    Reason::OutputTokenLimit,
    Reason::ConcurrencyLimit,
];

/// What a deployment's answers are decided by, before an attempt: the one that most reasons are about, and others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gauges {
    own: Gauge,
    others: [Option<(Reason, Gauge)>; LIMITS.len()],
}

impl Gauges {
    pub(crate) fn one(own: Gauge) -> Self {
        Self { own, ..Self::default() }
    }

    pub(crate) fn two(own: Gauge, reason: Reason, other: Gauge) -> Self {
        Self { own, others: [Some((reason, other)), None, None, None] }
    }

    pub(crate) fn of(windows: &mut Windows, now_us: u64) -> Self {
        Self {
            own: windows.gauge(now_us, Reason::TokenLimit),
            others: LIMITS.map(|reason| Some((reason, windows.gauge(now_us, reason)))),
        }
    }

    /// The figure of a reason; nothing where the reason counts nothing.
    pub(crate) fn about(&self, reason: Reason) -> Gauge {
        let other = self.others.iter().flatten().find(|(about, _)| *about == reason);
        match reason {
            Reason::FlexNotOffered
            | Reason::InputTooLong
            | Reason::LargerThanLimit
            | Reason::LongDowngrade
            | Reason::OutputFiltered
            | Reason::Down
            | Reason::WentDown
            | Reason::NotYetCreated
            | Reason::Deleted
            | Reason::DeletedUnused
            | Reason::BreakerOpen
            | Reason::PromptFiltered
            | Reason::TimedOut
            | Reason::Cancelled => Gauge::default(),
            _ => other.map_or(self.own, |(_, gauge)| *gauge),
        }
    }
}
