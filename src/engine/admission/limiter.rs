//! The limits of a Standard deployment (S 13-18, S 68, S 72): counts of tokens and requests in
//! windows that reset with the clock (as documented) or slide (as `aoai-api-simulator` does).
//!
//! A limit is never rounded up: where requests are counted over less than a minute, a window admits
//! the whole part of its share, and the fractions are handed out one by one, so that the minute
//! admits exactly the limit.

use crate::engine::admission::counter::{Counter, Short};
use crate::engine::record::outcome::{Gauge, Reason};
use crate::engine::rules::{Lowering, MoreLimits};
use crate::engine::setup::{Adds, Limiter, RefusedAdds, TokenCheck};
use crate::units::luck::{Purpose, draw, of_request};
use crate::units::time::MINUTE_US;

/// The windows of one or, with a shared pool, several Standard deployments.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    limit_tokens: u64,
    limit_requests: u64,
    check: TokenCheck,
    refused: RefusedAdds,
    too_large_after_us: u64,
    step_us: u64,
    tokens: Counter,
    requests: Counter,
    short: Option<Box<Short>>,
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
    lowering: Option<Lowering>,
    /// The minute whose limit was drawn, and the limit with it.
    drawn: (u64, u64),
}

/// What a request asks of the limits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge {
    /// The estimate of the tokens.
    pub(crate) tokens: u64,
    /// Input that counts as such: what was not read from the cache.
    pub(crate) input: u64,
}

impl Windows {
    pub(crate) fn new(limiter: &Limiter, rules: &MoreLimits) -> Self {
        let applies = rules.input_tokens_per_minute.is_some()
            || rules.output_tokens_per_minute.is_some()
            || rules.concurrent.is_some()
            || rules.headroom_per_million > 0
            || rules.lowering.is_some();
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
                lowering: rules.lowering,
                drawn: (u64::MAX, 0),
            })
        };
        let short = || Box::new(Short::new(rules.sliding));
        let window_us = limiter.request_window_us;
        let mut windows = Self {
            limit_tokens: 0,
            limit_requests: 0,
            check: limiter.check,
            refused: limiter.refused,
            too_large_after_us: limiter.too_large_after_us,
            step_us: rules.retry_after_step_us.max(1_000),
            tokens: minute(),
            requests: Counter::new(window_us, rules.sliding),
            short: (window_us < MINUTE_US).then(short),
            more: applies.then(more),
        };
        windows.set(limiter.limit_tokens_per_minute, limiter.limit_requests_per_minute);
        windows
    }

    /// Has the windows begin with those of a clock that showed `clock_us` at time 0.
    pub(crate) fn set_clock(&mut self, clock_us: u64) {
        self.tokens.set_clock(clock_us);
        self.requests.set_clock(clock_us);
        if let Some(short) = &mut self.short {
            short.minute.set_clock(clock_us);
        }
        if let Some(more) = &mut self.more {
            more.input.set_clock(clock_us);
            more.output.set_clock(clock_us);
        }
    }

    /// Sets the limits per minute.
    pub(crate) fn set(&mut self, tokens: Option<u64>, requests: Option<u64>) {
        self.limit_tokens = tokens.unwrap_or(u64::MAX);
        let window_us = self.requests.window_us;
        self.limit_requests = match &mut self.short {
            Some(short) => short.set(requests, window_us),
            None => requests.map_or(u64::MAX, |limit| {
                // A whole number of minutes, or the whole part of more.
                let share = u128::from(limit) * u128::from(window_us) / u128::from(MINUTE_US);
                u64::try_from(share).unwrap_or(u64::MAX)
            }),
        };
        if let Some(more) = &mut self.more {
            more.drawn.0 = u64::MAX;
        }
    }

    /// When the clock's minute and the request window that hold a time end.
    pub(crate) const fn ends(&self, now_us: u64) -> (u64, u64) {
        (self.tokens.end_of(now_us), self.requests.end_of(now_us))
    }

    /// Where its windows begin: what the clocks of both showed at time 0, and how long a request
    /// window is.
    pub(crate) const fn clock(&self) -> [u64; 3] {
        let Self { tokens, requests, .. } = self;
        [tokens.clock_us(), requests.clock_us(), requests.window_us]
    }

    /// Whether every window lies in one minute of the clock, or is it.
    pub(crate) const fn lie_in_minutes(&self) -> bool {
        MINUTE_US.is_multiple_of(self.requests.window_us)
    }

    /// Whether nobody is refused where no minute of the clock is asked for more tokens and
    /// requests, and no request window for more requests. A limit that slides, or that is not the
    /// whole time what it is, is not looked at: then it is said no.
    pub(crate) fn have_room_for(&self, tokens: u64, in_minute: u64, in_window: u64) -> bool {
        let steady = self.more.as_ref().is_none_or(|more| {
            more.lowering.is_none()
                && [more.limit_input, more.limit_output] == [u64::MAX; 2]
                && more.limit_concurrent == u32::MAX
        });
        steady
            && !self.tokens.sliding
            && tokens < self.limit_tokens
            && in_window <= self.limit_requests
            && self.short.as_ref().is_none_or(|short| in_minute <= short.limit)
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
        if charge.tokens > limit || self.more.as_ref().is_some_and(|m| charge.input > m.limit_input)
        {
            return Err(self.too_large(now_us, charge));
        }
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
        if let Some(short) = &mut self.short {
            short.advance(now_us);
            let spare = self.requests.sum == self.limit_requests && short.has_spare();
            if self.requests.sum >= self.limit_requests && !spare {
                let own = &self.requests;
                let room_us = own.room_after(now_us, self.limit_requests.saturating_sub(1));
                refuse(room_us, Reason::RequestLimit);
            }
            if short.minute.sum >= short.limit {
                let room_us = short.minute.room_after(now_us, short.limit.saturating_sub(1));
                refuse(room_us, Reason::RequestLimit);
            }
        } else if self.requests.sum >= self.limit_requests {
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
        let Some((after_us, reason)) = refusal else {
            self.tokens.add(now_us, charge.tokens);
            if let Some(short) = &mut self.short {
                short.taken += u64::from(self.requests.sum == self.limit_requests);
                short.minute.add(now_us, 1);
            }
            self.requests.add(now_us, 1);
            if let Some(more) = &mut self.more {
                more.input.add(now_us, charge.input);
                more.in_service += 1;
            }
            return Ok(());
        };
        let adds = match reason {
            Reason::RequestLimit | Reason::ConcurrencyLimit => self.refused.by_requests,
            _ => self.refused.by_tokens,
        };
        self.add_refused(now_us, charge, adds);
        Err((after_us.div_ceil(self.step_us) * self.step_us, reason))
    }

    /// Refuses a request that is larger than the whole limit: no minute has room for it.
    #[cold]
    fn too_large(&mut self, now_us: u64, charge: Charge) -> (u64, Reason) {
        if let Some(more) = &mut self.more {
            more.input.advance(now_us);
        }
        self.add_refused(now_us, charge, self.refused.by_size);
        (self.too_large_after_us, Reason::LargerThanLimit)
    }

    /// Adds what a refused request adds.
    fn add_refused(&mut self, now_us: u64, charge: Charge, adds: Adds) {
        if adds.request {
            self.requests.add(now_us, 1);
        }
        if adds.tokens {
            self.tokens.add(now_us, charge.tokens);
            if let Some(more) = &mut self.more {
                more.input.add(now_us, charge.input);
            }
        }
    }

    /// The token limit of the minute: dynamic quota raises it (S 11), the platform may lower it for
    /// a while (S 18).
    #[inline]
    fn limit_tokens_now(&mut self, now_us: u64) -> u64 {
        let Some(more) = &mut self.more else { return self.limit_tokens };
        if more.headroom_per_million == 0 && more.lowering.is_none() {
            return self.limit_tokens;
        }
        let minute = self.tokens.window(now_us);
        if more.drawn.0 != minute {
            let random = u128::from(draw(of_request(0, minute), Purpose::Capacity, 0) >> 32);
            let own = u128::from(self.limit_tokens);
            let most = own * u128::from(more.headroom_per_million) / 1_000_000;
            let mut limit = own + ((most * random) >> 32);
            if let Some(lowering) = more.lowering.filter(|lowering| lowering.is_on(now_us)) {
                limit = limit * u128::from(lowering.to_per_million) / 1_000_000;
            }
            more.drawn = (minute, u64::try_from(limit).unwrap_or(u64::MAX));
        }
        more.drawn.1
    }

    /// What a reason is about, with its limit.
    pub(crate) fn gauge(&mut self, now_us: u64, reason: Reason) -> Gauge {
        let of = |counter: &mut Counter, limit: u64| {
            counter.advance(now_us);
            Gauge { value: counter.sum, limit }
        };
        let limit = self.limit_tokens_now(now_us);
        match (reason, &mut self.more) {
            (Reason::RequestLimit, _) => {
                if let Some(short) = &mut self.short {
                    short.advance(now_us);
                    if short.minute.sum >= short.limit {
                        return Gauge { value: short.minute.sum, limit: short.limit };
                    }
                }
                of(&mut self.requests, self.limit_requests)
            }
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
        assert_eq!(served(&rpm(10, 60), 11), 10); // the public measurement: the 11th of a minute
    }

    /// A limit is never rounded up: the minute admits it exactly, however short the windows are.
    #[test]
    fn a_limit_holds_over_the_minute() {
        let minute = |rpm: u64, window_s: u64, sliding: bool| {
            let limiter = Limiter {
                limit_requests_per_minute: Some(rpm),
                request_window_us: window_s * SECOND_US,
                ..Limiter::documented(16)
            };
            // Refused calls that count keep a sliding window full for as long as they come.
            let nothing = RefusedAdds::always(Adds::NOTHING);
            let refused = if sliding { nothing } else { limiter.refused };
            let limiter = Limiter { refused, ..limiter };
            let rules = MoreLimits { sliding, ..MoreLimits::default() };
            let mut windows = Windows::new(&limiter, &rules);
            // Four calls in each second of two minutes.
            let calls = (0..480).map(|n| n * SECOND_US / 4);
            calls.filter(|at_us| windows.admit(*at_us, charge(1)).is_ok()).collect::<Vec<u64>>()
        };
        for rpm in [1, 7, 59, 60, 61, 90, 119, 120, 121, 179] {
            for window_s in [1, 5, 10, 60] {
                let of_the_clock = minute(rpm, window_s, false);
                let first = of_the_clock.iter().filter(|at| **at < MINUTE_US).count() as u64;
                let second = of_the_clock.len() as u64 - first;
                assert_eq!([first, second], [rpm, rpm], "{rpm} RPM over {window_s} s");
                let sliding = minute(rpm, window_s, true);
                let most = sliding.iter().map(|start| {
                    let within = |at: &&u64| (*start..start + MINUTE_US).contains(*at);
                    sliding.iter().filter(within).count() as u64
                });
                assert_eq!(most.max(), Some(rpm), "{rpm} RPM, sliding {window_s} s");
            }
        }
        // A single call gets in at any time of the minute.
        for at_us in [0, 31 * SECOND_US, MINUTE_US - 1] {
            let limiter = Limiter {
                limit_requests_per_minute: Some(1),
                request_window_us: SECOND_US,
                ..Limiter::documented(16)
            };
            assert_eq!(answers(&limiter, &[(at_us, 1), (at_us, 1)]), [true, false]);
        }
    }

    /// A window admits the whole part of its share, and the fractions one by one: never two of them
    /// in one window.
    #[test]
    fn a_window_admits_its_share_and_at_most_one_more() {
        let limiter = Limiter {
            limit_requests_per_minute: Some(90),
            request_window_us: SECOND_US,
            ..Limiter::documented(16)
        };
        let calls: Vec<(u64, u64)> = (0..240).map(|n| (n / 4 * SECOND_US, 1)).collect();
        let served = answers(&limiter, &calls);
        let seconds: Vec<usize> =
            served.chunks(4).map(|second| second.iter().filter(|ok| **ok).count()).collect();
        assert_eq!(seconds[..30], [2; 30]);
        assert_eq!(seconds[30..], [1; 30]);
    }

    /// A call that is larger than the whole limit is refused for ever, and does not fill the minute
    /// for the others.
    #[test]
    fn a_call_larger_than_the_limit_is_refused_for_ever() {
        let limiter = Limiter { limit_tokens_per_minute: Some(1_000), ..Limiter::documented(16) };
        for check in [TokenCheck::BeforeAdding, TokenCheck::AfterAdding] {
            let mut windows = windows(&Limiter { check, ..limiter.clone() });
            let refused = Err((86_400 * SECOND_US, Reason::LargerThanLimit));
            assert_eq!(windows.admit(0, charge(1_001)), refused);
            assert_eq!(windows.admit(1, charge(1_000)), Ok(()));
            assert_eq!(windows.admit(MINUTE_US, charge(4_064)), refused);
        }
        let greedy = RefusedAdds { by_size: Adds::BOTH, ..limiter.refused };
        let fills = Limiter { refused: greedy, ..limiter };
        assert_eq!(answers(&fills, &[(0, 4_064), (1, 1)]), [false, false], "under that reading");
    }

    /// What the request window refuses does not fill the token minute.
    #[test]
    fn what_a_refused_call_adds_depends_on_why_it_was_refused() {
        let limiter = Limiter {
            limit_tokens_per_minute: Some(1_000),
            limit_requests_per_minute: Some(60),
            request_window_us: SECOND_US,
            ..Limiter::documented(16)
        };
        // One admitted and nine refused in the first second; then one a second.
        let mut calls = vec![(0, 100); 10];
        calls.extend((1..10).map(|second| (second * SECOND_US, 100)));
        let served = |by_requests: Adds| {
            let refused = RefusedAdds { by_requests, ..limiter.refused };
            let found = answers(&Limiter { refused, ..limiter.clone() }, &calls);
            found.iter().filter(|ok| **ok).count()
        };
        assert_eq!(served(Adds::REQUEST), 10);
        assert_eq!(served(Adds::NOTHING), 10);
        assert_eq!(served(Adds::BOTH), 1);
    }

    #[test]
    fn the_platform_may_lower_the_limit_for_a_while() {
        let limiter = Limiter { limit_tokens_per_minute: Some(1_000), ..Limiter::documented(16) };
        let lowering = Lowering {
            chance_per_million: 250_000,
            to_per_million: 500_000,
            length_us: 10 * MINUTE_US,
            seed: 7,
        };
        let rules = MoreLimits { lowering: Some(lowering), ..MoreLimits::default() };
        let mut windows = Windows::new(&limiter, &rules);
        let minutes: Vec<usize> = (0..4_000)
            .map(|minute| {
                let at_us = minute * MINUTE_US;
                (0..20).filter(|_| windows.admit(at_us, charge(100)).is_ok()).count()
            })
            .collect();
        assert!(minutes.iter().all(|served| matches!(served, 5 | 10)));
        assert!(minutes.chunks(10).all(|stretch| stretch.iter().all(|n| *n == stretch[0])));
        let lowered = minutes.iter().filter(|served| **served == 5).count();
        // 400 stretches, a quarter of them: four standard deviations are 35 stretches.
        assert!((650..1_350).contains(&lowered), "{lowered}");
    }

    #[test]
    fn token_windows_follow_v14() {
        let limiter = Limiter { limit_tokens_per_minute: Some(10_000), ..Limiter::documented(16) };
        let calls = [(0, 4_000), (1, 4_000), (2, 4_000), (3, 1), (MINUTE_US, 4_000)];
        assert_eq!(answers(&limiter, &calls), [true, true, true, false, true]); // V-14a, before adding
        let after = Limiter { check: TokenCheck::AfterAdding, ..limiter.clone() };
        assert_eq!(answers(&after, &calls), [true, true, false, true, true]); // V-14a, after adding
        let full = Limiter { refused: RefusedAdds::always(Adds::BOTH), ..after };
        assert_eq!(answers(&full, &calls), [true, true, false, false, true]); // refused ones count
    }

    #[test]
    fn retry_after_is_the_time_to_the_reset() {
        let limiter = Limiter {
            limit_tokens_per_minute: Some(10),
            limit_requests_per_minute: Some(60),
            request_window_us: SECOND_US,
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

    /// The profile of `aoai-api-simulator`: 60 s and 10 s that slide, refused calls forgotten,
    /// whole seconds.
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

    /// V-72a: input 200, cache creation 1,000, cache read 50,000, output 300: 1,200 count to ITPM,
    /// 300 to OTPM.
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
