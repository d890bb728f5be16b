//! Deterministic luck: every random outcome is a hash of the request's own 64-bit luck, a purpose and an attempt,
//! so that every candidate of a plan meets the same luck (common random numbers) and no engine holds a generator.

/// The `splitmix64` finaliser (Steele, Lea and Flood 2014): a bijection of `u64` with full avalanche.
#[inline]
pub const fn splitmix64(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What a draw is for. Two purposes never share a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// Jitter of a client's retry delay.
    RetryJitter = 0,
    /// Noise of the service time.
    ServiceTime = 1,
    /// Verdict of the content filter.
    ContentFilter = 2,
    /// Choice among several deployments.
    Routing = 3,
    /// Prompt-cache hit or miss.
    PromptCache = 4,
    /// Whether spare or preemptible capacity was there.
    Capacity = 5,
    /// Which of several models serves a request.
    Model = 6,
    /// Whether the platform lacks capacity for a call.
    SystemCapacity = 7,
    /// How far a `retry-after` is off.
    RetryAfter = 8,
    /// How many images a call has.
    Images = 9,
    /// How much later than meant an attempt reaches the service.
    Return = 10,
    /// What a client adds to every wait.
    RetryAdded = 11,
}

/// The luck of request `id` under `seed`. With seed 0 it is `id * 8`, the convention of the reference work.
#[inline]
pub const fn of_request(seed: u64, id: u64) -> u64 {
    let base = if seed == 0 { 0 } else { splitmix64(seed) };
    base ^ (id << 3)
}

/// A uniform 64-bit draw from a request's luck. Attempts 0 to 7 of one purpose are neighbours; later ones are folded in above.
#[inline]
pub const fn draw(luck: u64, purpose: Purpose, attempt: u32) -> u64 {
    let low = (attempt & 7) as u64;
    let high = ((attempt >> 3) as u64) << 40;
    splitmix64(luck ^ low ^ high ^ ((purpose as u64) << 58))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_zero_is_the_reference_stream() {
        assert_eq!(
            draw(of_request(0, 12_345), Purpose::RetryJitter, 3),
            splitmix64(12_345 * 8 + 3)
        );
    }

    #[test]
    fn purposes_and_attempts_do_not_share_draws() {
        let luck = of_request(7, 1);
        let mut seen = std::collections::BTreeSet::new();
        for purpose in [Purpose::RetryJitter, Purpose::ServiceTime, Purpose::Routing] {
            for attempt in 0..20 {
                assert!(seen.insert(draw(luck, purpose, attempt)));
            }
        }
    }
}
