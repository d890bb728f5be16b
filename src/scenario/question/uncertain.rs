//! What is not known of a question: ranges with a most likely value, and how many futures are drawn from them.

use std::collections::BTreeMap;

/// Futures drawn at most where the scenario does not say.
pub const DEFAULT_REPLICATIONS: u32 = 32;
/// Futures drawn where nothing but luck is uncertain.
pub const LUCK_REPLICATIONS: u32 = 8;
/// Share of futures in which every objective must hold where the scenario does not say.
pub const DEFAULT_HOLD_IN: f64 = 0.9;

/// A triangular distribution: nothing below `low` or above `high`, most likely `mode`. `low <= mode <= high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    /// The least possible value.
    pub low: f64,
    /// The most likely value.
    pub mode: f64,
    /// The greatest possible value.
    pub high: f64,
}

impl Triangular {
    /// A value known for certain.
    pub const fn certain(value: f64) -> Self {
        Self { low: value, mode: value, high: value }
    }

    /// The value that a share `u` of 0 to 1 of all draws stay below: the inverse of the distribution function.
    pub fn quantile(&self, u: f64) -> f64 {
        let Self { low, mode, high } = *self;
        let width = high - low;
        if width <= 0.0 {
            return mode;
        }
        if u * width < mode - low {
            low + (u * width * (mode - low)).sqrt()
        } else {
            high - ((1.0 - u) * width * (high - mode)).sqrt()
        }
    }
}

/// What is uncertain. Factors are 1 and shares are absent where the scenario is certain.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// Futures drawn at most.
    pub replications: u32,
    /// Share of futures in which every objective must hold.
    pub hold_in: f64,
    /// Factor on the rate of requests.
    pub traffic: Triangular,
    /// Growth of the rate of requests from month to month, a share.
    pub growth_per_month: Triangular,
    /// Share of the input that is cached, in place of the trace's own.
    pub cached_share: Option<Triangular>,
    /// Factor on the input tokens of a request.
    pub input_length: Triangular,
    /// Factor on the output tokens of a request.
    pub output_length: Triangular,
    /// Factor on how long answers take: the time to the first token and of each further one.
    pub service_time: Triangular,
    /// Factor on what tokens cost.
    pub token_price: Triangular,
    /// Factor on what PTUs cost, reserved or not.
    pub ptu_price: Triangular,
    /// Catalogue parameters by name.
    pub parameters: BTreeMap<String, Triangular>,
}

impl Default for Uncertain {
    fn default() -> Self {
        let one = Triangular::certain(1.0);
        Self {
            replications: LUCK_REPLICATIONS,
            hold_in: DEFAULT_HOLD_IN,
            traffic: one,
            growth_per_month: Triangular::certain(0.0),
            cached_share: None,
            input_length: one,
            output_length: one,
            service_time: one,
            token_price: one,
            ptu_price: one,
            parameters: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_run_from_low_to_high_through_the_mode() {
        let growth = Triangular { low: 0.0, mode: 0.03, high: 0.10 };
        assert!((growth.quantile(0.0) - 0.0).abs() < 1e-12);
        assert!((growth.quantile(1.0) - 0.10).abs() < 1e-12);
        // A share (mode - low) / (high - low) of the draws lies below the mode.
        assert!((growth.quantile(0.3) - 0.03).abs() < 1e-12);
        assert!(growth.quantile(0.2) < growth.quantile(0.8));
        assert!((Triangular::certain(2.0).quantile(0.7) - 2.0).abs() < f64::EPSILON);
    }
}
