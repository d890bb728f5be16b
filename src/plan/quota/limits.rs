//! The least rate limits of a candidate's Standard deployments, found by halving over simulated runs.

use crate::engine::setup::Admission;
use crate::plan::candidates::identity::FamilyId;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate, is_failing};
use crate::plan::future::Future;
use crate::plan::question::Question;
use crate::plan::setting::Setting;
use crate::scenario::question::candidate::{Candidate, PlannedDeployment};
use crate::scenario::question::limits::RateLimits;
use crate::scenario::resolve::resolve;
use crate::units::diagnostic::Diagnostics;
use std::sync::Arc;

/// Values of a limit that are tried, to two figures: 90 a decade, as a person would ask for them.
const PER_DECADE: u32 = 90;
/// The least limit tried is 10: a unit of request quota.
const LEAST: u64 = 10;
/// The greatest limit tried, 99 trillion: whatever needs more is limited by something else.
const LAST: u32 = 12 * PER_DECADE + PER_DECADE - 1;
/// Times that all limits are raised together where each alone is enough and all at once are not.
const RAISES: u32 = 24;

/// The limit of a number on the scale of two figures.
pub(super) fn at(step: u32) -> u64 {
    let mantissa = LEAST + u64::from(step % PER_DECADE);
    mantissa.saturating_mul(10_u64.saturating_pow(step / PER_DECADE))
}

/// The number on the scale of the least limit that is at least `value`.
pub(super) fn step_of(value: u64) -> u32 {
    let (mut low, mut high) = (0, LAST);
    while low < high {
        let middle = low.midpoint(high);
        if at(middle) >= value { high = middle } else { low = middle + 1 }
    }
    low
}

/// A limit of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Tokens,
    InputTokens,
    OutputTokens,
    Requests,
}

impl Limit {
    fn of(self, limits: &mut RateLimits) -> &mut Option<u64> {
        match self {
            Self::Tokens => &mut limits.tokens_per_minute,
            Self::InputTokens => &mut limits.input_tokens_per_minute,
            Self::OutputTokens => &mut limits.output_tokens_per_minute,
            Self::Requests => &mut limits.requests_per_minute,
        }
    }
}

/// Deployments that share one set of limits: one, or the models behind one router.
#[derive(Clone, Debug)]
pub(super) struct Limited {
    /// Indices of the deployments.
    pub(super) members: Vec<usize>,
    /// Their limits today; none where no quota is known.
    pub(super) held: Option<RateLimits>,
    /// What is enough.
    pub(super) needed: RateLimits,
}

/// A candidate with the limits that are looked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    id: FamilyId,
    family: Arc<str>,
    pub(super) candidate: Candidate,
    pub(super) limited: Vec<Limited>,
}

impl Asked {
    /// The first of a group in a future; none of an empty group.
    pub(super) fn of(question: Question<'_>, future: &Future, group: &Group) -> Option<Self> {
        let scenario = future.scenario(question.scenario);
        let question = Question { scenario: &scenario, ..question };
        let first = group.candidates.first()?;
        Some(Self::new(question, (group.id, group.family.clone()), first))
    }

    /// A candidate whose Standard deployments have no limits yet.
    pub(super) fn new(
        question: Question<'_>,
        (id, family): (FamilyId, Arc<str>),
        candidate: &Candidate,
    ) -> Self {
        let mut limited: Vec<Limited> = Vec::new();
        let mut routers: Vec<(Arc<str>, usize)> = Vec::new();
        let held = held(question, candidate);
        for (index, planned) in candidate.deployments.iter().enumerate() {
            if !has_rate_limits(planned) {
                continue;
            }
            if let Some(routed) = &planned.options.routed {
                if let Some((_, at)) = routers.iter().find(|(name, _)| *name == routed.name) {
                    limited[*at].members.push(index);
                    continue;
                }
                routers.push((routed.name.clone(), limited.len()));
            }
            let held = held.as_ref().and_then(|held| held[index]);
            limited.push(Limited { members: vec![index], held, needed: RateLimits::default() });
        }
        Self { id, family, candidate: candidate.clone(), limited }
    }

    /// The candidate with these limits granted.
    pub(super) fn granted(&self) -> Candidate {
        let mut candidate = self.candidate.clone();
        for own in &self.limited {
            for index in &own.members {
                candidate.deployments[*index].options.limits.granted = Some(own.needed);
                candidate.deployments[*index].limit_tokens_per_minute = None;
            }
        }
        candidate
    }

    /// The same as a group of its own.
    pub(super) fn group(&self) -> Group {
        Group { id: self.id, family: self.family.clone(), candidates: vec![self.granted()] }
    }

    /// It with these limits, simulated.
    pub(super) fn evaluated(&self, setting: Setting<'_>) -> Result<Option<Evaluated>, Diagnostics> {
        Ok(evaluate(setting, &self.group())?.into_iter().next())
    }

    fn holds(&self, setting: Setting<'_>) -> Result<bool, Diagnostics> {
        holds(setting, &self.group())
    }

    /// Finds the least limits, one after the other with all others as found or unlimited. False when not even unlimited
    /// deployments meet every objective.
    pub(super) fn find(&mut self, setting: Setting<'_>) -> Result<bool, Diagnostics> {
        for own in &mut self.limited {
            own.needed = RateLimits::default();
        }
        let Some(unlimited) = self.evaluated(setting)?.filter(Evaluated::is_feasible) else {
            return Ok(false);
        };
        let window_us = setting.question.scenario.window.length_us.max(1);
        let mean = mean_load(&unlimited, setting, window_us);
        let mut found: Vec<RateLimits> = Vec::new();
        for index in 0..self.limited.len() {
            let mut limits = RateLimits::default();
            for limit in kinds(self.limited[index].held) {
                let guess = match limit {
                    Limit::Requests => mean.requests_per_minute,
                    _ => mean.tokens_per_minute,
                };
                let start = step_of(guess.unwrap_or(LEAST));
                let least = self.least(setting, index, limits, limit, start)?;
                let Some(least) = least else { return Ok(false) };
                *limit.of(&mut limits) = Some(least);
            }
            found.push(limits);
            self.limited[index].needed = RateLimits::default();
        }
        for (own, limits) in self.limited.iter_mut().zip(found) {
            own.needed = limits;
        }
        for _ in 0..RAISES {
            if self.holds(setting)? {
                return Ok(true);
            }
            self.raise();
        }
        Ok(false)
    }

    /// The least value of a limit of one deployment with which all holds, the limits found before kept.
    fn least(
        &mut self,
        setting: Setting<'_>,
        index: usize,
        before: RateLimits,
        limit: Limit,
        start: u32,
    ) -> Result<Option<u64>, Diagnostics> {
        let mut holds = |step: u32| {
            let mut limits = before;
            *limit.of(&mut limits) = Some(at(step));
            self.limited[index].needed = limits;
            self.holds(setting)
        };
        // Up from the mean load in doubling strides; what is enough at once is halved down from there.
        let (mut low, mut high, mut stride) = (0, start, PER_DECADE / 3);
        while !holds(high)? {
            low = high + 1;
            if high >= LAST {
                return Ok(None);
            }
            high = (high + stride).min(LAST);
            stride *= 2;
        }
        while low < high {
            let middle = low.midpoint(high);
            if holds(middle)? { high = middle } else { low = middle + 1 }
        }
        Ok(Some(at(high)))
    }

    /// Every limit at the next value of the scale that is at least a twentieth larger.
    pub(super) fn raise(&mut self) {
        for own in &mut self.limited {
            own.needed = higher(own.needed);
        }
    }
}

/// Limits at the next values of the scale that are at least a twentieth larger.
pub(super) fn higher(mut limits: RateLimits) -> RateLimits {
    for limit in [Limit::Tokens, Limit::InputTokens, Limit::OutputTokens, Limit::Requests] {
        let value = limit.of(&mut limits);
        *value = value.map(|value| {
            let step = step_of(value.saturating_add(value / 20).saturating_add(1));
            at(step)
        });
    }
    limits
}

/// Whether the first of a group meets every objective and requirement. Limits that are too low end
/// in retries without end: these are not followed.
pub(super) fn holds(setting: Setting<'_>, group: &Group) -> Result<bool, Diagnostics> {
    if is_failing(setting, group) {
        return Ok(false);
    }
    Ok(evaluate(setting, group)?.first().is_some_and(Evaluated::is_feasible))
}

/// Whether a deployment has rate limits: tokens or requests a minute.
pub(super) fn has_rate_limits(planned: &PlannedDeployment) -> bool {
    planned.capacity_ptu.is_none() && planned.instances().is_none() && !planned.is_batch()
}

/// The limits to look for: those that the deployment has today, else tokens and requests.
fn kinds(held: Option<RateLimits>) -> Vec<Limit> {
    let Some(held) = held else { return vec![Limit::Tokens, Limit::Requests] };
    let each = [
        (Limit::Tokens, held.tokens_per_minute),
        (Limit::InputTokens, held.input_tokens_per_minute),
        (Limit::OutputTokens, held.output_tokens_per_minute),
        (Limit::Requests, held.requests_per_minute),
    ];
    each.into_iter().filter(|(_, limit)| limit.is_some()).map(|(limit, _)| limit).collect()
}

/// The limits of each deployment as the scenario has them; none where no quota is known.
fn held(question: Question<'_>, candidate: &Candidate) -> Option<Vec<Option<RateLimits>>> {
    let resolved = resolve(question.scenario, question.catalog, candidate).ok()?;
    let each = resolved.setup.deployments.iter().map(|deployment| {
        let Admission::Standard(limiter) = &deployment.admission else { return None };
        let more = &deployment.rules.limits;
        Some(RateLimits {
            tokens_per_minute: limiter.limit_tokens_per_minute,
            requests_per_minute: limiter.limit_requests_per_minute,
            input_tokens_per_minute: more.input_tokens_per_minute,
            output_tokens_per_minute: more.output_tokens_per_minute,
        })
    });
    Some(each.collect())
}

/// What is served a minute on average: where the search starts.
fn mean_load(unlimited: &Evaluated, setting: Setting<'_>, window_us: u64) -> RateLimits {
    let minutes = (window_us / crate::units::time::MINUTE_US).max(1);
    let tokens = setting.requests.tokens();
    let requests = unlimited.figures.as_ref().map_or(0, |figures| figures.total.completed);
    RateLimits {
        tokens_per_minute: Some(tokens / minutes),
        requests_per_minute: Some(requests / minutes),
        ..RateLimits::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_two_figures() {
        assert_eq!([at(0), at(1), at(89), at(90), at(91)], [10, 11, 99, 100, 110]);
        assert_eq!(at(step_of(1_000_000)), 1_000_000);
        assert_eq!(at(step_of(1_000_001)), 1_100_000);
        assert_eq!(at(step_of(0)), 10);
    }
}
