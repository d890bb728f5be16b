//! Conversations and agent loops: context that grows with every call, and the part of it the prompt cache still holds.

use crate::workload::quantile;
use crate::workload::synth::lengths::Lengths;
use crate::workload::synth::luck::{geometric, uniform};
use crate::workload::synth::spec::Session;
use crate::workload::synth::spec::length_us;
use rand_chacha::ChaCha8Rng;

/// Prompts shorter than this are never cached, and hits come in steps of [`CACHE_STEP_TOKENS`] above it: the platform's prompt-caching rules.
const CACHE_FLOOR_TOKENS: u32 = 1_024;
const CACHE_STEP_TOKENS: u32 = 128;

/// A session ready to be played.
pub(crate) struct Sessions {
    turns: f64,
    think_us: f64,
    think_sigma: f64,
    message: Lengths,
    cache_ttl_us: Option<u64>,
    agent: Option<(f64, f64, Lengths)>,
}

/// One call of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) at_us: u64,
    pub(crate) input: u32,
    pub(crate) cached: u32,
    pub(crate) output: u32,
}

impl Sessions {
    pub(crate) fn new(spec: &Session) -> Result<Self, String> {
        let at_least_one = |name: &str, value: f64| {
            if value.is_finite() && value >= 1.0 {
                Ok(value)
            } else {
                Err(format!("{name} is {value}, below 1"))
            }
        };
        let variation = spec.think_variation.unwrap_or(1.0);
        let agent = match &spec.agent {
            Some(agent) => Some((
                at_least_one("calls_per_turn", agent.calls_per_turn)?,
                length_us(&agent.call_gap)? as f64,
                Lengths::new(&agent.tool_tokens)?,
            )),
            None => None,
        };
        Ok(Self {
            turns: at_least_one("turns", spec.turns)?,
            think_us: length_us(&spec.think_time)? as f64,
            think_sigma: (variation * variation).ln_1p().sqrt(),
            message: Lengths::new(&spec.message_tokens)?,
            cache_ttl_us: spec.cache_ttl.as_deref().map(length_us).transpose()?,
            agent,
        })
    }

    /// Calls of a session on average.
    pub(crate) fn mean_calls(&self) -> f64 {
        self.turns * self.agent.as_ref().map_or(1.0, |agent| agent.0)
    }

    /// The calls of a session that begins at `start_us` with `input` tokens. Inputs are cut at `longest`: the conversation then forgets its beginning
    /// and loses its cached part.
    pub(crate) fn play(
        &self,
        start_us: u64,
        input: u32,
        output: &Lengths,
        longest: u32,
        rng: &mut ChaCha8Rng,
        mut with: impl FnMut(Call),
    ) {
        let turns = geometric(rng, self.turns);
        let (mut at_us, mut input, mut held, mut held_at) = (start_us, input, 0_u32, start_us);
        for turn in 0..turns {
            let calls = self.agent.as_ref().map_or(1, |agent| geometric(rng, agent.0));
            for call in 0..calls {
                if turn + call > 0 {
                    let (gap_us, added) = self.pause(call > 0, rng);
                    at_us = at_us.saturating_add(gap_us as u64);
                    input = input.saturating_add(added);
                }
                let cut = input > longest;
                let asked = input.min(longest);
                let alive = self.cache_ttl_us.is_some_and(|ttl| at_us - held_at <= ttl);
                let cached = if alive && !cut { cacheable(held.min(asked)) } else { 0 };
                let made = output.draw(rng);
                with(Call { at_us, input: asked, cached, output: made });
                (held, held_at) = (asked, at_us);
                input = asked.saturating_add(made);
            }
        }
    }

    /// Time until the next call and tokens it adds: a tool's result inside a turn, else the user's message.
    fn pause(&self, inside_turn: bool, rng: &mut ChaCha8Rng) -> (f64, u32) {
        match &self.agent {
            Some((_, gap_us, tool)) if inside_turn => (-uniform(rng).ln() * gap_us, tool.draw(rng)),
            _ => {
                let normal = quantile::normal(uniform(rng));
                let sigma = self.think_sigma;
                let gap_us = self.think_us * (sigma * normal - sigma * sigma / 2.0).exp();
                (gap_us, self.message.draw(rng))
            }
        }
    }
}

/// What of a repeated prefix is read from the cache.
fn cacheable(prefix: u32) -> u32 {
    if prefix < CACHE_FLOOR_TOKENS { 0 } else { prefix / CACHE_STEP_TOKENS * CACHE_STEP_TOKENS }
}
