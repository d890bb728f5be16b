//! The prompt cache as a process (S 61-65, P R5), for traces that do not say what was cached.

use crate::engine::rules::PromptCache;
use crate::units::luck::{Purpose, draw};
use crate::units::time::MINUTE_US;

/// Cached tokens of a prompt whose first `matched_tokens` are known: nothing below the shortest match, then whole steps
/// (S 61).
pub const fn cached_tokens(matched_tokens: u32, min_tokens: u32, step_tokens: u32) -> u32 {
    if matched_tokens < min_tokens {
        return 0;
    }
    let step = if step_tokens == 0 { 1 } else { step_tokens };
    min_tokens + (matched_tokens - min_tokens) / step * step
}

#[derive(Clone, Copy, Debug)]
struct Prefix {
    known_until_us: u64,
    minute: u64,
    requests: u32,
}

/// What one deployment remembers of one stream's prefixes.
#[derive(Clone, Debug)]
pub(crate) struct CachedPrefixes {
    rules: PromptCache,
    prefixes: Vec<Prefix>,
}

impl CachedPrefixes {
    pub(crate) fn new(rules: PromptCache) -> Self {
        let forgotten = Prefix { known_until_us: 0, minute: u64::MAX, requests: 0 };
        Self { rules, prefixes: vec![forgotten; rules.prefixes.max(1) as usize] }
    }

    fn prefix(&self, luck: u64) -> usize {
        let random = u128::from(draw(luck, Purpose::PromptCache, 0) >> 32);
        ((random * self.prefixes.len() as u128) >> 32) as usize
    }

    /// Cached and written tokens of a request served now.
    pub(crate) fn look(&self, now_us: u64, luck: u64, input_tokens: u32) -> (u32, u32) {
        let rules = &self.rules;
        if input_tokens < rules.min_tokens {
            return (0, 0);
        }
        let prefix = &self.prefixes[self.prefix(luck)];
        let crowded = prefix.minute == now_us / MINUTE_US && prefix.requests >= rules.per_minute;
        let missed = crowded
            && draw(luck, Purpose::PromptCache, 1) % 1_000_000 < rules.overflow_missed_per_million;
        let cached = if now_us < prefix.known_until_us && !missed {
            cached_tokens(
                rules.prefix_tokens.min(input_tokens),
                rules.min_tokens,
                rules.step_tokens,
            )
        } else {
            0
        };
        (cached, if rules.writes { input_tokens - cached } else { 0 })
    }

    /// Notes that a request was served.
    pub(crate) fn served(&mut self, now_us: u64, luck: u64, input_tokens: u32) {
        if input_tokens < self.rules.min_tokens {
            return;
        }
        let index = self.prefix(luck);
        let prefix = &mut self.prefixes[index];
        let minute = now_us / MINUTE_US;
        prefix.requests = if prefix.minute == minute { prefix.requests + 1 } else { 1 };
        prefix.minute = minute;
        prefix.known_until_us = now_us + self.rules.lifetime_us;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_grow_in_steps_as_in_v61() {
        let cached = |matched| cached_tokens(matched, 1_024, 128);
        assert_eq!([1_408, 1_500, 1_535].map(cached), [1_408; 3]); // V-61a
        assert_eq!([1_023, 1_024, 1_151, 1_152].map(cached), [0, 1_024, 1_024, 1_152]); // V-61b
        assert_eq!(cached_tokens(1_101, 1_024, 1), 1_101); // from GPT-5.6 on
    }

    #[test]
    fn a_prefix_is_known_until_its_lifetime_ends() {
        let rules = PromptCache {
            prefixes: 1,
            prefix_tokens: 1_500,
            min_tokens: 1_024,
            step_tokens: 128,
            lifetime_us: 5 * MINUTE_US,
            per_minute: 2,
            overflow_missed_per_million: 1_000_000,
            writes: true,
        };
        let mut memory = CachedPrefixes::new(rules);
        assert_eq!(memory.look(0, 7, 2_000), (0, 2_000));
        memory.served(0, 7, 2_000);
        assert_eq!(memory.look(5 * MINUTE_US - 1, 7, 2_000), (1_408, 592));
        assert_eq!(memory.look(5 * MINUTE_US, 7, 2_000), (0, 2_000));
        assert_eq!(memory.look(1, 7, 1_023), (0, 0), "too short to be cached");
        memory.served(1, 7, 2_000);
        assert_eq!(memory.look(2, 7, 2_000), (0, 2_000), "the third request of a minute misses");
        assert_eq!(memory.look(MINUTE_US, 7, 2_000), (1_408, 592));
    }
}
