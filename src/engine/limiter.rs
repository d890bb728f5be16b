//! The Standard token and request limits as documented (S 13-16): one running count of estimates per minute from the
//! scenario's start, one count of requests per short window.

use crate::engine::setup::{Limiter, TokenCheck};
use crate::units::time::MINUTE_US;

/// The counts of a Standard deployment in the windows it is in.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    limit_tokens: u64,
    limit_requests: u64,
    request_window_us: u64,
    check: TokenCheck,
    counts_refused: bool,
    minute_end_us: u64,
    window_end_us: u64,
    tokens: u64,
    requests: u64,
}

impl Windows {
    pub(crate) fn new(limiter: &Limiter) -> Self {
        // Requests per window, rounded up: a limit below one per window would refuse everything (S 15 says nothing on
        // fractions).
        let per_window = |rpm: u64| {
            (u128::from(rpm) * u128::from(limiter.request_window_us))
                .div_ceil(u128::from(MINUTE_US)) as u64
        };
        Self {
            limit_tokens: limiter.limit_tokens_per_minute.unwrap_or(u64::MAX),
            limit_requests: limiter.limit_requests_per_minute.map_or(u64::MAX, per_window),
            request_window_us: limiter.request_window_us,
            check: limiter.check,
            counts_refused: limiter.counts_refused,
            minute_end_us: 0,
            window_end_us: 0,
            tokens: 0,
            requests: 0,
        }
    }

    /// Admits an estimate of `tokens`, or says after how many microseconds the windows that refused it reset, rounded up
    /// to whole milliseconds.
    #[inline]
    pub(crate) fn admit(&mut self, now_us: u64, tokens: u64) -> Result<(), u64> {
        if now_us >= self.minute_end_us {
            self.minute_end_us = (now_us / MINUTE_US + 1) * MINUTE_US;
            self.tokens = 0;
        }
        if now_us >= self.window_end_us {
            self.window_end_us = (now_us / self.request_window_us + 1) * self.request_window_us;
            self.requests = 0;
        }
        let with_own = self.tokens.saturating_add(tokens);
        let tokens_full = match self.check {
            TokenCheck::BeforeAdding => self.tokens >= self.limit_tokens,
            TokenCheck::AfterAdding => with_own > self.limit_tokens,
        };
        let requests_full = self.requests >= self.limit_requests;
        let refused = tokens_full || requests_full;
        if !refused || self.counts_refused {
            self.tokens = with_own;
            self.requests += 1;
        }
        if !refused {
            return Ok(());
        }
        let until = if tokens_full { self.minute_end_us } else { 0 }.max(if requests_full {
            self.window_end_us
        } else {
            0
        });
        Err((until - now_us).div_ceil(1_000) * 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::time::SECOND_US;

    fn answers(limiter: &Limiter, requests: &[(u64, u64)]) -> Vec<bool> {
        let mut windows = Windows::new(limiter);
        requests.iter().map(|&(at, tokens)| windows.admit(at, tokens).is_ok()).collect()
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
        let mut windows = Windows::new(&limiter);
        assert_eq!(windows.admit(0, 10), Ok(()));
        assert_eq!(windows.admit(1_500, 1), Err(59_999_000)); // the token window ends last
        assert_eq!(windows.admit(59_999_999, 1), Err(1_000));
        assert_eq!(windows.admit(60_000_000, 1), Ok(()));
        assert_eq!(windows.admit(60_000_000, 1), Err(1_000_000)); // only the request window refuses
    }
}
