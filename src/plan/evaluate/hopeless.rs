//! Sizes of PTUs alone that refuse so many calls that it is not measured how many: they cost their
//! PTUs, and are not feasible.

use crate::metrics::measures::StreamMeasures;
use crate::metrics::slo::Breach;
use crate::plan::question::Question;
use crate::plan::setting::Setting;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::evaluate::{Simulated, given_up};

/// What is known of a hopeless size.
pub(crate) struct Hopeless {
    /// Calls.
    offered: u64,
    /// A larger share of them ends in a 429.
    more_than: f64,
    /// Share that may.
    allowed: f64,
}

impl Hopeless {
    /// Whether a candidate is given up, and then a simulation of what nobody calls.
    pub(crate) fn of(setting: Setting<'_>, candidate: &Candidate) -> Option<(Simulated, Self)> {
        let Setting { requests, outcomes, .. } = setting;
        let Question { scenario, catalog, .. } = setting.question;
        let allowed = scenario.workloads.first()?.slo.throttled_share_ppm?;
        let share_ppm = setting.gives_up_above_ppm(candidate)?;
        let found = given_up(scenario, catalog, requests, (candidate, share_ppm), outcomes);
        let (simulated, offered) = found?;
        let [more_than, allowed] = [share_ppm as f64, f64::from(allowed)].map(|ppm| ppm / 1e6);
        Some((simulated, Self { offered, more_than, allowed }))
    }

    /// What is known of how it serves: bounds.
    pub(crate) fn known(&self) -> StreamMeasures {
        StreamMeasures {
            offered: self.offered,
            saw_throttle_share: self.more_than,
            throttled_share: self.more_than,
            ..StreamMeasures::default()
        }
    }

    /// The objective that it breaks.
    pub(crate) const fn breach(&self) -> Breach {
        Breach::GivenUp { more_than: self.more_than, allowed: self.allowed }
    }
}
