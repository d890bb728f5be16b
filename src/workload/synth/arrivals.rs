//! Arrival processes of mean rate 1, in operational time.

use crate::workload::synth::luck::uniform;
use crate::workload::synth::measured::Measured;
use crate::workload::synth::spec::Arrivals;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, Weibull};
use statrs::function::gamma::ln_gamma;

/// Draws the gaps of a process.
pub(crate) enum Gaps {
    Poisson,
    Gamma(Gamma<f64>),
    Weibull(Weibull<f64>),
    Mmpp(Mmpp),
    Measured(Measured),
}

/// A two-state Markov-modulated Poisson process.
pub(crate) struct Mmpp {
    /// Rates of calm and burst.
    rates: [f64; 2],
    /// Mean stays in calm and burst.
    stays: [f64; 2],
    burst: bool,
    left: f64,
}

impl Gaps {
    /// The process, or why there is none.
    pub(crate) fn new(arrivals: &Arrivals, rng: &mut ChaCha8Rng) -> Result<Self, String> {
        let within = |name: &str, value: f64, least: f64, most: f64| {
            if (least..=most).contains(&value) {
                Ok(value)
            } else {
                Err(format!("{name} is {value}, not between {least} and {most}"))
            }
        };
        // Beyond these, doubles draw no gaps: measured variations are below 20.
        let varied = |value: f64| within("variation", value, 0.000_001, 100.0);
        Ok(match *arrivals {
            Arrivals::Poisson => Self::Poisson,
            Arrivals::Gamma { variation } => {
                let shape = varied(variation)?.powi(-2);
                Self::Gamma(Gamma::new(shape, 1.0 / shape).map_err(|e| e.to_string())?)
            }
            Arrivals::Weibull { variation } => {
                let shape = weibull_shape(varied(variation)?);
                let scale = (-ln_gamma(1.0 + 1.0 / shape)).exp();
                Self::Weibull(Weibull::new(scale, shape).map_err(|e| e.to_string())?)
            }
            Arrivals::Mmpp { burst_factor, burst_share, burst_arrivals } => {
                let factor = within("burst_factor", burst_factor, 1e-6, 1e6)?;
                if !(1e-6..1.0).contains(&burst_share) {
                    return Err(format!("burst_share is {burst_share}, not between 0 and 1"));
                }
                let stay = within("burst_arrivals", burst_arrivals, 0.001, 1e9)?;
                let calm = 1.0 / (1.0 - burst_share + burst_share * factor);
                let burst = uniform(rng) < burst_share;
                let stays = [stay * (1.0 - burst_share) / burst_share, stay];
                let left = -uniform(rng).ln() * stays[usize::from(burst)];
                Self::Mmpp(Mmpp { rates: [calm, calm * factor], stays, burst, left })
            }
            Arrivals::Measured { ref gaps, ref memory } => {
                Self::Measured(Measured::new(gaps, memory, rng)?)
            }
        })
    }

    /// The next gap; 1 on average.
    pub(crate) fn next(&mut self, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Self::Poisson => -uniform(rng).ln(),
            Self::Gamma(gamma) => gamma.sample(rng),
            Self::Weibull(weibull) => weibull.sample(rng),
            Self::Mmpp(mmpp) => mmpp.next(rng),
            Self::Measured(measured) => measured.next(rng),
        }
    }
}

impl Mmpp {
    fn next(&mut self, rng: &mut ChaCha8Rng) -> f64 {
        let mut passed = 0.0;
        loop {
            let state = usize::from(self.burst);
            let gap = -uniform(rng).ln() / self.rates[state];
            if gap <= self.left {
                self.left -= gap;
                return passed + gap;
            }
            passed += self.left;
            self.burst = !self.burst;
            self.left = -uniform(rng).ln() * self.stays[usize::from(self.burst)];
        }
    }
}

/// The shape of a Weibull distribution with this coefficient of variation, which falls as the shape grows.
pub(crate) fn weibull_shape(variation: f64) -> f64 {
    let of = |shape: f64| {
        (ln_gamma(1.0 + 2.0 / shape) - 2.0 * ln_gamma(1.0 + 1.0 / shape)).exp_m1().max(0.0).sqrt()
    };
    let (mut low, mut high) = (0.05_f64, 200.0_f64);
    for _ in 0..100 {
        let middle = (low * high).sqrt();
        if of(middle) > variation { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}
