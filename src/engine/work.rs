//! What a request costs a deployment: the weights of its tokens, and how long it is served.

/// Weights of token classes in units of 1 / [`Weights::SCALE`] of an input token (P R2-R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weights {
    /// Fresh input.
    pub input: u64,
    /// Cached input: 0 in generation A.
    pub cached_input: u64,
    /// Output.
    pub output: u64,
}

impl Weights {
    /// One input token, in weight units.
    pub const SCALE: u64 = 1_000;
}

/// Time from admission to completion: a constant part and one per output token (P R24: prompt length matters little).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ServiceTime {
    /// Time to the first token, microseconds.
    pub first_token_us: u64,
    /// Time per output token, microseconds.
    pub per_output_token_us: u64,
}
