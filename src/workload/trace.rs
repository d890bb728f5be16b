//! A trace: requests in order of arrival, as plain integer columns.

use crate::units::fingerprint::{Digest, Fingerprint};
use crate::units::luck;
use crate::units::time::DAY_US;
use serde::{Deserialize, Serialize};

/// What admission, routing and quota may see of a request (invariant 5: never the true output length).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Input tokens, cached ones included.
    pub input_tokens: u32,
    /// Of the input, tokens the prompt cache holds. At most `input_tokens`.
    pub cached_input_tokens: u32,
    /// The request's output limit, none when the client set none.
    pub max_output_tokens: Option<u32>,
}

/// What nobody knows until the request has been served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Output tokens the model will produce, reasoning included.
    pub output_tokens: u32,
}

/// Requests in order of arrival. Columns have one length; times never decrease. At most 2^32 - 1 requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Arrival, microseconds from the trace's start.
    pub arrival_us: Vec<u64>,
    /// Input tokens, cached ones included.
    pub input_tokens: Vec<u32>,
    /// Cached input tokens; none when the source does not know them.
    pub cached_input_tokens: Option<Vec<u32>>,
    /// Output tokens.
    pub output_tokens: Vec<u32>,
    /// Output limit of each request, [`Trace::NO_LIMIT`] where the client set none; none when the source does not know it.
    pub max_output_tokens: Option<Vec<u32>>,
    /// The seed of every request's luck. See [`luck::of_request`].
    pub seed: u64,
    /// The time of day at the trace's start (UTC), microseconds: the limits of a deployment are
    /// counted by the minutes of the clock. 0 where the source gives no instants.
    #[serde(default)]
    pub clock_us: u64,
    /// What the source does not say of these requests and was filled in, one sentence each: results repeat it.
    pub assumed: Vec<String>,
}

impl Trace {
    /// The output limit of a request whose client set none, in [`Trace::max_output_tokens`].
    pub const NO_LIMIT: u32 = u32::MAX;

    /// The longest time a trace spans, microseconds: ten years. What seems longer was read in a wrong unit.
    pub const LONGEST_US: u64 = 10 * 366 * 86_400 * 1_000_000;

    /// A trace of three columns; cached input and output limits unknown, seed 0.
    pub fn new(arrival_us: Vec<u64>, input_tokens: Vec<u32>, output_tokens: Vec<u32>) -> Self {
        Self { arrival_us, input_tokens, output_tokens, ..Self::default() }
    }

    /// The same requests under another seed, thus with other luck.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What [`Trace::clock_us`] is where the trace starts at this instant, microseconds since 1970.
    pub fn clock_at(instant_us: i64) -> u64 {
        instant_us.rem_euclid(DAY_US.cast_signed()).unsigned_abs()
    }

    /// Number of requests.
    pub fn len(&self) -> usize {
        self.arrival_us.len()
    }

    /// Whether there is no request.
    pub fn is_empty(&self) -> bool {
        self.arrival_us.is_empty()
    }

    /// The luck of request `id`.
    #[inline]
    pub fn luck(&self, id: u32) -> u64 {
        luck::of_request(self.seed, u64::from(id))
    }

    /// Cached input tokens of request `id`, 0 where unknown.
    #[inline]
    pub fn cached(&self, id: u32) -> u32 {
        self.cached_input_tokens.as_ref().map_or(0, |column| column[id as usize])
    }

    /// The output limit of request `id`: none where unknown and where the client set none.
    #[inline]
    pub fn max_output(&self, id: u32) -> Option<u32> {
        let limit = self.max_output_tokens.as_ref().map(|column| column[id as usize]);
        limit.filter(|limit| *limit != Self::NO_LIMIT)
    }

    /// What admission may see of request `id`.
    #[inline]
    pub fn offer(&self, id: u32) -> Offer {
        Offer {
            input_tokens: self.input_tokens[id as usize],
            cached_input_tokens: self.cached(id),
            max_output_tokens: self.max_output(id),
        }
    }

    /// Who it is: its requests and their luck. What was assumed of them is told with results and changes none.
    pub fn fingerprint(&self) -> Fingerprint {
        let Self {
            arrival_us,
            input_tokens,
            cached_input_tokens,
            output_tokens,
            max_output_tokens,
            seed,
            clock_us,
            assumed: _,
        } = self;
        let mut digest = Digest::default();
        digest.word(*seed);
        digest.word(*clock_us);
        digest.times(arrival_us);
        digest.counts(input_tokens);
        digest.counts(output_tokens);
        for column in [cached_input_tokens, max_output_tokens] {
            digest.word(u64::from(column.is_some()));
            digest.counts(column.as_deref().unwrap_or_default());
        }
        digest.fingerprint()
    }

    /// Time of the last arrival, microseconds; 0 for an empty trace.
    pub fn last_arrival_us(&self) -> u64 {
        self.arrival_us.last().copied().unwrap_or(0)
    }

    /// Sums of input, cached input and output tokens.
    pub fn token_sums(&self) -> TokenSums {
        let sum = |column: &[u32]| column.iter().map(|tokens| u64::from(*tokens)).sum();
        TokenSums {
            input_tokens: sum(&self.input_tokens),
            cached_input_tokens: self.cached_input_tokens.as_deref().map(sum),
            output_tokens: sum(&self.output_tokens),
        }
    }

    /// Whether the columns keep their promises: one length, arrivals that never decrease, cached input within input,
    /// at most 2^32 - 1 requests. The first broken promise is returned.
    pub fn validate(&self) -> Result<(), TraceFault> {
        let count = self.len();
        let optional = |column: &Option<Vec<u32>>| column.as_ref().map_or(count, Vec::len);
        let lengths = [
            self.input_tokens.len(),
            self.output_tokens.len(),
            optional(&self.cached_input_tokens),
            optional(&self.max_output_tokens),
        ];
        if let Some(length) = lengths.into_iter().find(|length| *length != count) {
            return Err(TraceFault::ColumnLength { expected: count, found: length });
        }
        if count > u32::MAX as usize {
            return Err(TraceFault::TooManyRequests { count });
        }
        if let Some(at) = self.arrival_us.windows(2).position(|pair| pair[1] < pair[0]) {
            return Err(TraceFault::ArrivalGoesBackwards { request: at as u32 + 1 });
        }
        if self.last_arrival_us() > Self::LONGEST_US {
            return Err(TraceFault::TooLong);
        }
        let above = self.cached_input_tokens.as_ref().and_then(|cached| {
            cached.iter().zip(&self.input_tokens).position(|(cached, input)| cached > input)
        });
        match above {
            Some(at) => Err(TraceFault::CachedAboveInput { request: at as u32 }),
            None => Ok(()),
        }
    }
}

/// Token sums of a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenSums {
    /// Input tokens, cached ones included.
    pub input_tokens: u64,
    /// Cached input tokens; none when the trace does not know them.
    pub cached_input_tokens: Option<u64>,
    /// Output tokens.
    pub output_tokens: u64,
}

/// A promise of [`Trace`] that its columns break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceFault {
    /// Two columns differ in length.
    #[error("columns differ in length: {found} values where {expected} requests arrive")]
    ColumnLength {
        /// Number of arrivals.
        expected: usize,
        /// Length of the other column.
        found: usize,
    },
    /// More requests than an id can name.
    #[error("too many requests: {count} (at most 4294967295)")]
    TooManyRequests {
        /// Number of requests.
        count: usize,
    },
    /// A request arrives before the one in front of it.
    #[error("arrivals go backwards at request {request}")]
    ArrivalGoesBackwards {
        /// The request that comes too early, from 0.
        request: u32,
    },
    /// A request arrives later than a trace spans.
    #[error("a trace spans more than {} days", Trace::LONGEST_US / 86_400_000_000)]
    TooLong,
    /// A request has more cached input than input.
    #[error("cached input tokens above input tokens at request {request}")]
    CachedAboveInput {
        /// The request, from 0.
        request: u32,
    },
}
