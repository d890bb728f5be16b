//! How long a refused client waits, and whether it tries again at all (S 19).

#![allow(
    clippy::inline_always,
    reason = "measured: what answer and header it was is known where most refusals are made"
)]

use crate::engine::admission::admission::Refused;
use crate::engine::setup::{AboveCap, Client, Reads, RetryHeader};
use crate::ledger::usage::Answer;
use crate::units::luck::{Purpose, draw};
use crate::units::time::SECOND_US;

/// The wait before retry `attempt + 1`, where `attempt` (0-based) was refused; none where the client gives up.
#[inline(always)]
pub(crate) fn wait_us(client: &Client, luck: u64, attempt: u32, refusal: Refused) -> Option<u64> {
    if attempt >= client.max_retries || !tries_again(client, refusal.answer) {
        return None;
    }
    let told_us = told_us(client, refusal);
    if told_us == 0 && client.needs_header && refusal.answer == Answer::Throttled {
        return None;
    }
    let wait_us = if told_us <= client.honours_retry_after_up_to_us {
        told_us
    } else {
        match client.above {
            // Who honours none does not give up for one.
            AboveCap::GiveUp if client.honours_retry_after_up_to_us > 0 => return None,
            AboveCap::Clamp => client.honours_retry_after_up_to_us,
            AboveCap::BackOff | AboveCap::GiveUp => 0,
        }
    };
    let wait_us = if wait_us > 0 && client.header_alone {
        wait_us
    } else {
        wait_us.max(back_off_us(client, luck, attempt))
    };
    let added_us = drawn(client.jitter_added_us, luck, Purpose::RetryAdded, attempt);
    let spread_us = drawn(client.spread_us, luck, Purpose::Return, attempt);
    Some(wait_us.saturating_add(added_us + spread_us))
}

/// Whether a client tries again after this answer.
#[inline]
const fn tries_again(client: &Client, answer: Answer) -> bool {
    match answer {
        Answer::Throttled => client.retried.throttled,
        Answer::ServerError => client.retried.server_error,
        Answer::TimedOut => client.retried.timed_out,
        _ => false,
    }
}

/// What the header that a client reads says; 0 where it reads none.
#[inline]
const fn told_us(client: &Client, refusal: Refused) -> u64 {
    let exact_us = refusal.retry_after_us;
    if exact_us == 0 {
        return 0;
    }
    let seconds_us = exact_us.div_ceil(SECOND_US) * SECOND_US;
    match (client.reads, refusal.header) {
        (Reads::Nothing, _) | (Reads::Seconds, RetryHeader::Milliseconds) => 0,
        (Reads::Milliseconds, RetryHeader::Both | RetryHeader::Milliseconds) => exact_us,
        (Reads::Milliseconds, RetryHeader::Seconds)
        | (Reads::Seconds, RetryHeader::Both | RetryHeader::Seconds) => seconds_us,
    }
}

/// The back-off before retry `attempt + 1`.
#[inline]
fn back_off_us(client: &Client, luck: u64, attempt: u32) -> u64 {
    let steps = match (client.first_retry_at_once, attempt) {
        (true, 0) => return 0,
        (true, _) => attempt - 1,
        (false, _) => attempt,
    };
    let most = client.max_delay_us;
    let base = if client.growth_per_256 == 512 {
        let (initial, steps) = (client.initial_delay_us, steps.min(63));
        if steps < initial.leading_zeros() { (initial << steps).min(most) } else { most }
    } else {
        let mut delay = client.initial_delay_us.min(most);
        // It stops growing at the longest delay, or never grows.
        for _ in 0..if client.growth_per_256 == 256 { 0 } else { steps.min(4_096) } {
            delay = per_256(delay, client.growth_per_256).min(most);
        }
        delay
    };
    let (down, up) = (client.jitter_per_256, client.jitter_up_per_256);
    let cut = part(per_256(base, down + up), draw(luck, Purpose::RetryJitter, attempt));
    base.saturating_add(per_256(base, up)) - cut
}

/// So many 256ths of a time.
#[inline]
fn per_256(us: u64, share: u64) -> u64 {
    u64::try_from((u128::from(us) * u128::from(share)) >> 8).unwrap_or(u64::MAX)
}

/// The part of a time that a draw stands for.
#[inline]
fn part(us: u64, drawn: u64) -> u64 {
    u64::try_from((u128::from(us) * u128::from(drawn >> 32)) >> 32).unwrap_or(us)
}

/// A drawn part of `most_us`.
#[inline]
fn drawn(most_us: u64, luck: u64, purpose: Purpose, attempt: u32) -> u64 {
    if most_us == 0 {
        return 0;
    }
    part(most_us, draw(luck, purpose, attempt))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::record::outcome::Reason;
    use crate::engine::setup::Retried;
    use crate::units::luck::{of_request, splitmix64};

    fn throttled(retry_after_us: u64) -> Refused {
        Refused::throttled(retry_after_us, Reason::TokenLimit)
    }

    fn wait(client: &Client, attempt: u32, retry_after_us: u64) -> Option<u64> {
        wait_us(client, 1, attempt, throttled(retry_after_us))
    }

    #[test]
    fn doubles_up_to_the_limit_less_jitter() {
        let client = Client { max_retries: 7, ..Client::openai_sdk() };
        let luck = of_request(0, 77);
        for attempt in 0..7 {
            let base = (500_000_u64 << attempt).min(8_000_000);
            let random = splitmix64(77 * 8 + u64::from(attempt)) >> 32;
            let expected = base - (((base >> 2) * random) >> 32);
            assert_eq!(wait_us(&client, luck, attempt, throttled(0)), Some(expected));
            assert!(expected > base / 4 * 3 && expected <= base);
        }
        assert_eq!(wait_us(&client, luck, 7, throttled(0)), None);
    }

    /// openai Python: exactly the header up to 120 s, no retry above; up to version 2.51 the back-off above 60 s; Java 8 s.
    #[test]
    fn a_header_above_the_limit_ends_it_or_is_ignored_or_cut() {
        let today = Client::openai_sdk();
        assert_eq!(wait(&today, 0, 119_000_000), Some(119_000_000));
        assert_eq!(wait(&today, 0, 5_000), Some(5_000), "shorter than the back-off");
        assert_eq!(wait(&today, 0, 121_000_000), None);
        let before =
            Client { honours_retry_after_up_to_us: 60_000_000, above: AboveCap::BackOff, ..today };
        assert!(wait(&before, 0, 61_000_000).is_some_and(|us| us <= 500_000));
        let java =
            Client { honours_retry_after_up_to_us: 8_000_000, above: AboveCap::Clamp, ..today };
        assert_eq!(wait(&java, 0, 30_000_000), Some(8_000_000));
    }

    /// azure-core Python: at once, then 1.6 and 3.2 s; a 429 without `Retry-After` is not retried, and `-ms` alone is none.
    #[test]
    fn some_need_a_header_and_read_whole_seconds() {
        let client = Client {
            max_retries: 3,
            initial_delay_us: 1_600_000,
            max_delay_us: 120_000_000,
            first_retry_at_once: true,
            reads: Reads::Seconds,
            honours_retry_after_up_to_us: u64::MAX,
            header_alone: true,
            needs_header: true,
            retried: Retried { timed_out: false, ..Client::no_retry().retried },
            ..Client::no_retry()
        };
        assert_eq!(wait(&client, 0, 0), None);
        assert_eq!(wait(&client, 0, 1_200_000), Some(2_000_000));
        let alone = Refused { header: RetryHeader::Milliseconds, ..throttled(1_200_000) };
        assert_eq!(wait_us(&client, 1, 0, alone), None);
        let down = |attempt| wait_us(&client, 1, attempt, Refused::DOWN);
        assert_eq!([0, 1, 2].map(down), [Some(0), Some(1_600_000), Some(3_200_000)]);
        assert_eq!(wait_us(&client, 1, 0, Refused::TIMED_OUT), None);
    }

    /// `LiteLLM` adds up to 0.75 s to the header, too; clients do not come back in one microsecond.
    #[test]
    fn what_is_added_is_drawn_for_each_request() {
        let client =
            Client { jitter_added_us: 750_000, spread_us: 250_000, ..Client::openai_sdk() };
        let waits: Vec<u64> = (0..1_000)
            .filter_map(|id| wait_us(&client, of_request(3, id), 0, throttled(30_000_000)))
            .collect();
        assert!(waits.iter().all(|us| (30_000_000..31_000_000).contains(us)));
        let mean = waits.iter().sum::<u64>() / 1_000;
        assert!((30_480_000..30_520_000).contains(&mean), "{mean}");
        let different: std::collections::BTreeSet<_> = waits.iter().collect();
        assert!(different.len() > 990);
    }

    /// An agent that tries five times within 0.15 s.
    #[test]
    fn a_delay_need_not_grow() {
        let agent = Client {
            max_retries: 5,
            initial_delay_us: 30_000,
            max_delay_us: 30_000,
            growth_per_256: 256,
            ..Client::no_retry()
        };
        let waits: Vec<_> = (0..6).map(|attempt| wait(&agent, attempt, 9_000_000)).collect();
        assert_eq!(waits[..5], [Some(30_000); 5]);
        assert_eq!(waits[5], None);
    }

    /// V-31a: 5 s doubling; the eighth try comes after 635 s.
    #[test]
    fn the_documented_batch_sample_waits() {
        let client = Client::batch_submission();
        let waits: Vec<u64> =
            (0..7).filter_map(|k| wait(&client, k, 0)).map(|us| us / 1_000_000).collect();
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
