//! Priority and flex processing on a Standard deployment (S 35-42).

use crate::engine::record::outcome::Reason;
use crate::engine::rules::{FlexOffer, TierRequest, TierRules};
use crate::ledger::usage::ServiceTier;
use crate::units::luck::{Purpose, draw};
use crate::units::time::MINUTE_US;

/// The tier a request asks for, by the deployment's default (S 36). `spilled` from a provisioned deployment it may have none.
pub(crate) const fn requested(
    rules: &TierRules,
    request: TierRequest,
    spilled: bool,
) -> ServiceTier {
    match request {
        TierRequest::Priority | TierRequest::Auto if spilled && rules.spilled_at_standard => {
            ServiceTier::Standard
        }
        TierRequest::Flex if matches!(rules.flex, FlexOffer::FallsBack) => ServiceTier::Standard,
        TierRequest::Flex => ServiceTier::Flex,
        TierRequest::Priority => ServiceTier::Priority,
        TierRequest::Auto if rules.priority_by_default => ServiceTier::Priority,
        TierRequest::Auto | TierRequest::Standard => ServiceTier::Standard,
    }
}

/// Priority tokens of the open minute and of the 15 before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ramp {
    minute: u64,
    tokens: u64,
    before: [u64; 15],
    /// Minutes since the first one with traffic, of the 15.
    known: usize,
    /// Whether this minute went above the ramp, and the one before it.
    above: bool,
    was_above: bool,
}

impl Ramp {
    fn advance(&mut self, now_us: u64) {
        let minute = now_us / MINUTE_US;
        let passed = (minute - self.minute).min(16);
        for _ in 0..passed {
            if self.known > 0 || self.tokens > 0 {
                self.before.rotate_right(1);
                self.before[0] = self.tokens;
                self.known = (self.known + 1).min(15);
            }
            self.tokens = 0;
            self.was_above = self.above;
            self.above = false;
        }
        self.minute = minute;
    }

    /// Counts a priority request; says whether the ramp downgrades it.
    fn downgrades(&mut self, now_us: u64, tokens: u64, per_cent: u64, all: bool) -> bool {
        let exceeds = self.exceeds(now_us, tokens, per_cent);
        self.above |= exceeds;
        exceeds || all && (self.above || self.was_above)
    }

    /// Counts a priority request; says whether it rises more than `per_cent` above the lowest minute of the 15 before
    /// (S 38a). Minutes without traffic are no base to rise from.
    fn exceeds(&mut self, now_us: u64, tokens: u64, per_cent: u64) -> bool {
        self.advance(now_us);
        self.tokens += tokens;
        let base = self.before[..self.known].iter().copied().filter(|minute| *minute > 0).min();
        base.is_some_and(|base| {
            u128::from(self.tokens) * 100 > u128::from(base) * u128::from(per_cent)
        })
    }
}

/// The tier a request with priority is served at, and why (S 38).
pub(crate) fn priority(
    rules: &TierRules,
    ramp: &mut Ramp,
    now_us: u64,
    luck: u64,
    input_tokens: u32,
    tokens: u64,
) -> (ServiceTier, Reason) {
    let all = rules.ramp_takes_all;
    let rises = |per_cent| ramp.downgrades(now_us, tokens, per_cent, all);
    if rules.ramp_per_cent.is_some_and(rises) {
        (ServiceTier::Standard, Reason::RampDowngrade)
    } else if rules.priority_input_tokens_max.is_some_and(|max| input_tokens > max) {
        (ServiceTier::Standard, Reason::LongDowngrade)
    } else if draw(luck, Purpose::Capacity, 1) % 1_000_000 < rules.peak_downgrade_per_million {
        (ServiceTier::Standard, Reason::PeakDowngrade)
    } else {
        (ServiceTier::Priority, Reason::Admitted)
    }
}

/// Whether flex capacity is missing for this attempt (S 41).
pub(crate) fn flex_refused(rules: &TierRules, luck: u64, attempt: u32) -> bool {
    draw(luck, Purpose::Capacity, attempt + 8) % 1_000_000 < rules.flex_refused_per_million
}

/// Whether the platform lacks capacity for this attempt (S 18b). Attempts of flex are draws of their own.
pub(crate) fn capacity_refused(per_million: u64, luck: u64, attempt: u32) -> bool {
    per_million > 0 && draw(luck, Purpose::SystemCapacity, attempt) % 1_000_000 < per_million
}

/// A `retry-after` that is later than the true one by a drawn share, in whole milliseconds.
pub(crate) fn late_us(exact_us: u64, per_cent: u64, luck: u64, attempt: u32) -> u64 {
    if per_cent == 0 {
        return exact_us;
    }
    let random = u128::from(draw(luck, Purpose::RetryAfter, attempt) >> 32);
    let more = (u128::from(exact_us) * u128::from(per_cent) * random / 100) >> 32;
    exact_us.saturating_add((more as u64).div_ceil(1_000) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resolution_table_of_s36() {
        use TierRequest::{Auto, Priority, Standard};
        let plain = TierRules::default();
        let prior = TierRules { priority_by_default: true, ..plain };
        for request in [Auto, Standard] {
            assert_eq!(requested(&plain, request, false), ServiceTier::Standard);
        }
        assert_eq!(requested(&plain, Priority, false), ServiceTier::Priority);
        for request in [Auto, Priority] {
            assert_eq!(requested(&prior, request, false), ServiceTier::Priority);
        }
        assert_eq!(requested(&prior, Standard, false), ServiceTier::Standard);
        assert_eq!(requested(&prior, TierRequest::Flex, false), ServiceTier::Flex);
        let plain_spill = TierRules { spilled_at_standard: true, ..prior };
        assert_eq!(requested(&prior, Priority, true), ServiceTier::Priority);
        assert_eq!(requested(&plain_spill, Priority, true), ServiceTier::Standard);
        assert_eq!(requested(&plain_spill, Priority, false), ServiceTier::Priority);
    }

    /// V-38a: 100K at minute 0; 150K at minute 10 is not more than 50 % up, 151K is.
    #[test]
    fn a_ramp_of_more_than_half_is_downgraded() {
        let at_ten = |tokens| {
            let mut ramp = Ramp::default();
            assert!(!ramp.exceeds(0, 100_000, 150), "the first minute rises from nothing");
            ramp.exceeds(10 * MINUTE_US, tokens, 150)
        };
        assert!(!at_ten(150_000));
        assert!(at_ten(151_000));
        // Sixteen minutes later the base is gone.
        let mut ramp = Ramp::default();
        ramp.exceeds(0, 100_000, 150);
        assert!(!ramp.exceeds(16 * MINUTE_US, 900_000, 150));
    }

    /// Which requests a ramp downgrades is not documented: those above it, or all until a minute stays below.
    #[test]
    fn a_ramp_takes_the_excess_or_all() {
        let downgraded = |all: bool| -> Vec<bool> {
            let mut ramp = Ramp::default();
            let calls = [(0, 100), (1, 140), (1, 20), (2, 1), (3, 1)];
            let answers =
                calls.map(|(minute, tokens)| ramp.downgrades(minute * MINUTE_US, tokens, 150, all));
            answers.to_vec()
        };
        assert_eq!(downgraded(false), [false, false, true, false, false]);
        assert_eq!(downgraded(true), [false, false, true, true, false]);
    }

    /// V-38b: a prompt of 128,001 tokens is served at the standard tier.
    #[test]
    fn a_long_prompt_is_downgraded() {
        let rules = TierRules { priority_input_tokens_max: Some(128_000), ..TierRules::default() };
        let served = |input| priority(&rules, &mut Ramp::default(), 0, 1, input, 1);
        assert_eq!(served(128_000), (ServiceTier::Priority, Reason::Admitted));
        assert_eq!(served(128_001), (ServiceTier::Standard, Reason::LongDowngrade));
    }
}
