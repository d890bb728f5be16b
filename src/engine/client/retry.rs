//! How long a refused client waits (S 19).

use crate::engine::setup::Client;
use crate::units::luck::{Purpose, draw};

/// The wait before retry `attempt + 1`, where `attempt` (0-based) was refused with `retry_after_us` (0: none given):
/// the longer of that and the back-off, or that `alone`.
#[inline]
pub(crate) fn wait_us(
    client: &Client,
    alone: bool,
    luck: u64,
    attempt: u32,
    retry_after_us: u64,
) -> u64 {
    let honoured = retry_after_us > 0 && retry_after_us <= client.honours_retry_after_up_to_us;
    if honoured && alone {
        return retry_after_us;
    }
    let doubled = u128::from(client.initial_delay_us) << attempt.min(63);
    let base = doubled.min(u128::from(client.max_delay_us));
    let random = u128::from(draw(luck, Purpose::RetryJitter, attempt) >> 32);
    let cut = (((base * u128::from(client.jitter_per_256)) >> 8) * random) >> 32;
    let backoff = (base - cut) as u64;
    if honoured { backoff.max(retry_after_us) } else { backoff }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::luck::{of_request, splitmix64};

    #[test]
    fn doubles_up_to_the_limit_less_jitter() {
        let client = Client::openai_sdk();
        let luck = of_request(0, 77);
        for attempt in 0..7 {
            let base = (500_000_u64 << attempt).min(8_000_000);
            let random = splitmix64(77 * 8 + u64::from(attempt)) >> 32;
            let expected = base - (((base >> 2) * random) >> 32);
            assert_eq!(wait_us(&client, false, luck, attempt, 0), expected);
            assert!(expected > base / 4 * 3 && expected <= base);
        }
    }

    #[test]
    fn retry_after_counts_up_to_the_limit() {
        let client = Client::openai_sdk();
        assert_eq!(wait_us(&client, false, 1, 0, 59_000_000), 59_000_000);
        assert!(wait_us(&client, false, 1, 0, 61_000_000) <= 500_000);
        assert_eq!(
            wait_us(&client, true, 1, 0, 5_000),
            5_000,
            "alone, it may be shorter than the back-off"
        );
        assert!(wait_us(&client, true, 1, 0, 0) > 5_000);
    }

    /// V-31a: 5 s doubling; the eighth try comes after 635 s.
    #[test]
    fn the_documented_batch_sample_waits() {
        let client = Client::batch_submission();
        let waits: Vec<u64> =
            (0..7).map(|k| wait_us(&client, false, 1, k, 0) / 1_000_000).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320]);
        assert_eq!(waits.iter().sum::<u64>(), 635);
    }

    /// V-19a: an outer loop of 6 around an SDK of 1 + 2 attempts makes 18 calls: 17 retries.
    #[test]
    fn stacked_retries_multiply() {
        let sdk = Client::openai_sdk();
        assert_eq!(6 * (1 + sdk.max_retries), 18);
    }
}
