//! A trace: requests in order of arrival, as plain integer columns.

use crate::units::luck;

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Arrival, microseconds from the trace's start.
    pub arrival_us: Vec<u64>,
    /// Input tokens, cached ones included.
    pub input_tokens: Vec<u32>,
    /// Cached input tokens; none when the source does not know them.
    pub cached_input_tokens: Option<Vec<u32>>,
    /// Output tokens.
    pub output_tokens: Vec<u32>,
    /// Output limit of each request; none when the source does not know it.
    pub max_output_tokens: Option<Vec<u32>>,
    /// The seed of every request's luck. See [`luck::of_request`].
    pub seed: u64,
}

impl Trace {
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
}
