//! The limits of a Standard deployment (S 13-18, S 68, S 72): counts of tokens and requests in windows that reset with the
//! clock (as documented) or slide (as `aoai-api-simulator` does).

use crate::engine::record::outcome::{Gauge, Reason};
use crate::engine::rules::MoreLimits;
use crate::engine::setup::{Limiter, TokenCheck};
use crate::units::luck::{Purpose, draw, of_request};
use crate::units::time::MINUTE_US;
use std::collections::VecDeque;

/// A running count in a window.
#[derive(Clone, Debug)]
struct Counter {
    window_us: u64,
    sliding: bool,
    sum: u64,
    end_us: u64,
    /// Sliding only: what was added when.
    log: VecDeque<(u64, u64)>,
}

impl Counter {
    const fn new(window_us: u64, sliding: bool) -> Self {
        Self { window_us, sliding, sum: 0, end_us: 0, log: VecDeque::new() }
    }

    #[inline]
    fn advance(&mut self, now_us: u64) {
        if self.sliding {
            while let Some(&(at_us, amount)) = self.log.front()
                && at_us + self.window_us <= now_us
            {
                self.sum -= amount;
                self.log.pop_front();
            }
        } else if now_us >= self.end_us {
            self.end_us = (now_us / self.window_us + 1) * self.window_us;
            self.sum = 0;
        }
    }

    #[inline]
    fn add(&mut self, now_us: u64, amount: u64) {
        self.sum = self.sum.saturating_add(amount);
        if self.sliding {
            self.log.push_back((now_us, amount));
        }
    }

    /// Microseconds until the sum is at most `target`, or until the window is empty.
    fn room_after(&self, now_us: u64, target: u64) -> u64 {
        if !self.sliding {
            return self.end_us - now_us;
        }
        let mut left = self.sum;
        let mut until_us = now_us;
        for (at_us, amount) in &self.log {
            if left <= target {
                break;
            }
            left -= amount;
            until_us = at_us + self.window_us;
        }
        until_us - now_us
    }
}

/// The windows of one or, with a shared pool, several Standard deployments.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    limit_tokens: u64,
    limit_requests: u64,
    check: TokenCheck,
    counts_refused: bool,
    step_us: u64,
    tokens: Counter,
    requests: Counter,
    more: Option<Box<More>>,
}

/// The limits that few deployments have.
#[derive(Clone, Debug)]
struct More {
    input: Counter,
    output: Counter,
    limit_input: u64,
    limit_output: u64,
    limit_concurrent: u32,
    in_service: u32,
    headroom_per_million: u64,
    /// The minute whose headroom was drawn, and the limit with it.
    raised: (u64, u64),
}

/// What a request asks of the limits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge {
    /// The estimate of the tokens.
    pub(crate) tokens: u64,
    /// Input that counts as such: what was not read from the cache.
    pub(crate) input: u64,
}

/// Requests per window, rounded up: a limit below one per window would refuse everything (S 15 is silent on fractions).
fn per_window(requests_per_minute: u64, window_us: u64) -> u64 {
    (u128::from(requests_per_minute) * u128::from(window_us)).div_ceil(u128::from(MINUTE_US)) as u64
}

impl Windows {
    pub(crate) fn new(limiter: &Limiter, rules: &MoreLimits) -> Self {
        let applies = rules.input_tokens_per_minute.is_some()
            || rules.output_tokens_per_minute.is_some()
            || rules.concurrent.is_some()
            || rules.headroom_per_million > 0;
        let minute = || Counter::new(MINUTE_US, rules.sliding);
        let more = || {
            Box::new(More {
                input: minute(),
                output: minute(),
                limit_input: rules.input_tokens_per_minute.unwrap_or(u64::MAX),
                limit_output: rules.output_tokens_per_minute.unwrap_or(u64::MAX),
                limit_concurrent: rules.concurrent.unwrap_or(u32::MAX),
                in_service: 0,
                headroom_per_million: rules.headroom_per_million,
                raised: (u64::MAX, 0),
            })
        };
        let mut windows = Self {
            limit_tokens: 0,
            limit_requests: 0,
            check: limiter.check,
            counts_refused: limiter.counts_refused,
            step_us: rules.retry_after_step_us.max(1_000),
            tokens: minute(),
            requests: Counter::new(limiter.request_window_us, rules.sliding),
            more: applies.then(more),
        };
        windows.set(limiter.limit_tokens_per_minute, limiter.limit_requests_per_minute);
        windows
    }

    /// Sets the limits per minute.
    pub(crate) fn set(&mut self, tokens: Option<u64>, requests: Option<u64>) {
        self.limit_tokens = tokens.unwrap_or(u64::MAX);
        self.limit_requests =
            requests.map_or(u64::MAX, |rpm| per_window(rpm, self.requests.window_us));
    }

    /// Share of the token limit in use, in millionths.
    pub(crate) fn load(&mut self, now_us: u64) -> u64 {
        self.tokens.advance(now_us);
        (u128::from(self.tokens.sum) * 1_000_000 / u128::from(self.limit_tokens.max(1))) as u64
    }

    /// Admits a request, or says why not and after how many microseconds there is room, rounded up.
    #[inline]
    pub(crate) fn admit(&mut self, now_us: u64, charge: Charge) -> Result<(), (u64, Reason)> {
        self.tokens.advance(now_us);
        self.requests.advance(now_us);
        let limit = self.limit_tokens_now(now_us);
        let full = |sum: u64, own: u64, limit: u64| match self.check {
            TokenCheck::BeforeAdding => sum >= limit,
            TokenCheck::AfterAdding => sum.saturating_add(own) > limit,
        };
        // The sum that must be reached before a request like this one is admitted.
        let target = |own: u64, limit: u64| match self.check {
            TokenCheck::BeforeAdding => limit.saturating_sub(1),
            TokenCheck::AfterAdding => limit.saturating_sub(own),
        };
        let mut refusal: Option<(u64, Reason)> = None;
        let mut refuse = |after_us: u64, reason: Reason| {
            if refusal.is_none_or(|(longest_us, _)| after_us > longest_us) {
                refusal = Some((after_us, reason));
            }
        };
        if full(self.tokens.sum, charge.tokens, limit) {
            refuse(
                self.tokens.room_after(now_us, target(charge.tokens, limit)),
                Reason::TokenLimit,
            );
        }
        if self.requests.sum >= self.limit_requests {
            let room_us = self.requests.room_after(now_us, self.limit_requests.saturating_sub(1));
            refuse(room_us, Reason::RequestLimit);
        }
        if let Some(more) = &mut self.more {
            more.input.advance(now_us);
            more.output.advance(now_us);
            if full(more.input.sum, charge.input, more.limit_input) {
                let room_us = more.input.room_after(now_us, target(charge.input, more.limit_input));
                refuse(room_us, Reason::InputTokenLimit);
            }
            if more.output.sum >= more.limit_output {
                let room_us = more.output.room_after(now_us, more.limit_output.saturating_sub(1));
                refuse(room_us, Reason::OutputTokenLimit);
            }
            if more.in_service >= more.limit_concurrent {
                refuse(0, Reason::ConcurrencyLimit);
            }
        }
        if refusal.is_none() || self.counts_refused {
            self.tokens.add(now_us, charge.tokens);
            self.requests.add(now_us, 1);
            if let Some(more) = &mut self.more {
                more.input.add(now_us, charge.input);
                more.in_service += u32::from(refusal.is_none());
            }
        }
        match refusal {
            None => Ok(()),
            Some((after_us, reason)) => {
                Err((after_us.div_ceil(self.step_us) * self.step_us, reason))
            }
        }
    }

    /// The token limit of the minute, dynamic quota included (S 11: never below the configured one).
    #[inline]
    fn limit_tokens_now(&mut self, now_us: u64) -> u64 {
        let Some(more) = &mut self.more else { return self.limit_tokens };
        if more.headroom_per_million == 0 {
            return self.limit_tokens;
        }
        let minute = now_us / MINUTE_US;
        if more.raised.0 != minute {
            let random = u128::from(draw(of_request(0, minute), Purpose::Capacity, 0) >> 32);
            let most =
                u128::from(self.limit_tokens) * u128::from(more.headroom_per_million) / 1_000_000;
            more.raised =
                (minute, self.limit_tokens.saturating_add(((most * random) >> 32) as u64));
        }
        more.raised.1
    }

    /// What a reason is about, with its limit.
    pub(crate) fn gauge(&mut self, now_us: u64, reason: Reason) -> Gauge {
        let of = |counter: &mut Counter, limit: u64| {
            counter.advance(now_us);
            Gauge { value: counter.sum, limit }
        };
        let limit = self.limit_tokens_now(now_us);
        match (reason, &mut self.more) {
            (Reason::RequestLimit, _) => of(&mut self.requests, self.limit_requests),
            (Reason::InputTokenLimit, Some(more)) => of(&mut more.input, more.limit_input),
            (Reason::OutputTokenLimit, Some(more)) => of(&mut more.output, more.limit_output),
            (Reason::ConcurrencyLimit, Some(more)) => {
                Gauge { value: more.in_service.into(), limit: more.limit_concurrent.into() }
            }
            _ => of(&mut self.tokens, limit),
        }
    }

    /// Whether completions matter to the limits.
    pub(crate) fn watches_completions(&self) -> bool {
        self.more.is_some()
    }

    /// A request that was admitted is complete.
    pub(crate) fn complete(&mut self, now_us: u64, output_tokens: u32) {
        if let Some(more) = &mut self.more {
            more.in_service -= 1;
            more.output.advance(now_us);
            more.output.add(now_us, u64::from(output_tokens));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::time::SECOND_US;

    fn windows(limiter: &Limiter) -> Windows {
        Windows::new(limiter, &MoreLimits::default())
    }

    fn charge(tokens: u64) -> Charge {
        Charge { tokens, input: tokens }
    }

    fn answers(limiter: &Limiter, requests: &[(u64, u64)]) -> Vec<bool> {
        let mut windows = windows(limiter);
        requests.iter().map(|&(at, tokens)| windows.admit(at, charge(tokens)).is_ok()).collect()
    }

    #[test]
    fn request_windows_follow_v15() {
        let rpm = |rpm, w| Limiter {
            limit_requests_per_minute: Some(rpm),
            request_window_us: w * SECOND_US,
            ..Limiter::documented(16)
        };
        let burst = |n: u64| (0..n).map(|i| (i, 1)).collect::<Vec<_>>();
        let served = |l: &Limiter, n| answers(l, &burst(n)).iter().filter(|ok| **ok).count();
        assert_eq!(served(&rpm(600, 1), 11), 10); // V-15a
        assert_eq!(served(&rpm(600, 10), 120), 100); // V-15b
        assert_eq!(
            answers(&rpm(60, 1), &[(0, 1), (999_999, 1), (SECOND_US, 1)]),
            [true, false, true]
        ); // V-15c
        assert_eq!(served(&rpm(1_800, 10), 301), 300); // "300 / 10s"
        assert_eq!(served(&rpm(10, 1), 2), 1); // a fraction of a request per window is rounded up
    }

    #[test]
    fn token_windows_follow_v14() {
        let limiter = Limiter { limit_tokens_per_minute: Some(10_000), ..Limiter::documented(16) };
        let calls = [(0, 4_000), (1, 4_000), (2, 4_000), (3, 1), (MINUTE_US, 4_000)];
        assert_eq!(answers(&limiter, &calls), [true, true, true, false, true]); // V-14a, before adding
        let after = Limiter { check: TokenCheck::AfterAdding, ..limiter.clone() };
        assert_eq!(answers(&after, &calls), [true, true, false, false, true]); // V-14a, after adding; refused ones count
        let lenient = Limiter { counts_refused: false, ..after };
        assert_eq!(answers(&lenient, &calls), [true, true, false, true, true]);
    }

    #[test]
    fn retry_after_is_the_time_to_the_reset() {
        let limiter = Limiter {
            limit_tokens_per_minute: Some(10),
            limit_requests_per_minute: Some(60),
            ..Limiter::documented(16)
        };
        let mut windows = windows(&limiter);
        let mut admit = |at, tokens| windows.admit(at, charge(tokens)).map_err(|refusal| refusal.0);
        assert_eq!(admit(0, 10), Ok(()));
        assert_eq!(admit(1_500, 1), Err(59_999_000)); // the token window ends last
        assert_eq!(admit(59_999_999, 1), Err(1_000));
        assert_eq!(admit(60_000_000, 1), Ok(()));
        assert_eq!(admit(60_000_000, 1), Err(1_000_000)); // only the request window refuses
    }

    /// The profile of `aoai-api-simulator`: 60 s and 10 s that slide, refused calls forgotten, whole seconds.
    #[test]
    fn the_simulator_profile_slides() {
        let (limiter, rules) = Limiter::aoai_api_simulator(1_000);
        assert_eq!(
            (rules.sliding, rules.estimate),
            (true, crate::engine::rules::Estimate::MaxOutput)
        );
        let mut windows = Windows::new(&limiter, &rules);
        let mut admit = |at_s: u64, tokens| windows.admit(at_s * SECOND_US, charge(tokens));
        assert_eq!(admit(0, 400), Ok(()));
        assert_eq!(admit(5, 1), Err((5 * SECOND_US, Reason::RequestLimit))); // 1 request per 10 s
        assert_eq!(admit(30, 600), Ok(()));
        assert_eq!(admit(45, 500), Err((45 * SECOND_US, Reason::TokenLimit))); // 400 leave at 60, 600 at 90
        assert_eq!(admit(60, 400), Ok(()));
    }

    /// V-72a: input 200, cache creation 1,000, cache read 50,000, output 300: 1,200 count to ITPM, 300 to OTPM.
    #[test]
    fn claude_limits_count_input_and_output_apart() {
        let rules = MoreLimits {
            input_tokens_per_minute: Some(1_200),
            output_tokens_per_minute: Some(300),
            ..MoreLimits::default()
        };
        let mut windows = Windows::new(&Limiter::documented(16), &rules);
        assert_eq!(windows.admit(0, Charge { tokens: 51_200, input: 1_200 }), Ok(()));
        assert_eq!(
            windows.admit(1, charge(0)),
            Err((MINUTE_US, Reason::InputTokenLimit)),
            "ITPM is used up"
        );
        assert!(windows.admit(MINUTE_US, charge(1)).is_ok());
        windows.complete(MINUTE_US + 1, 299);
        assert!(windows.admit(MINUTE_US + 2, charge(1)).is_ok());
        windows.complete(MINUTE_US + 3, 1);
        let refused = windows.admit(MINUTE_US + 4, charge(1)).map_err(|refusal| refusal.1);
        assert_eq!(refused, Err(Reason::OutputTokenLimit), "OTPM is used up");
    }

    #[test]
    fn dynamic_quota_raises_and_never_lowers() {
        let limiter = Limiter { limit_tokens_per_minute: Some(1_000), ..Limiter::documented(16) };
        let rules = MoreLimits { headroom_per_million: 500_000, ..MoreLimits::default() };
        let mut windows = Windows::new(&limiter, &rules);
        let served = |minute: u64, windows: &mut Windows| {
            (0..2_000).filter(|_| windows.admit(minute * MINUTE_US, charge(1)).is_ok()).count()
        };
        let minutes: Vec<usize> = (0..50).map(|minute| served(minute, &mut windows)).collect();
        assert!(minutes.iter().all(|n| (1_000..=1_500).contains(n)));
        assert!(minutes.iter().min() < minutes.iter().max());
    }

    /// V-3a-c: capacity units.
    #[test]
    fn units_of_capacity_fix_both_limits() {
        let limits = |units, rpm, tpm| {
            let limiter = Limiter::of_units(units, rpm, tpm, 16);
            (limiter.limit_tokens_per_minute, limiter.limit_requests_per_minute)
        };
        assert_eq!(limits(50, 6, 1_000), (Some(50_000), Some(300)));
        assert_eq!(limits(100, 1, 6_000), (Some(600_000), Some(100)));
        assert_eq!(limits(500, 1, 10_000), (Some(5_000_000), Some(500)));
    }
}
