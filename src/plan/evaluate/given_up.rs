//! Sizes of PTUs alone that refuse so many calls that it is not measured how many: they cost their
//! PTUs, and are not feasible.

use crate::metrics::measures::StreamMeasures;
use crate::metrics::slo::Breach;
use crate::plan::candidates::identity::FamilyId;
use crate::plan::evaluate::evaluate::{Figures, Group};
use crate::plan::evaluate::hours;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::question::Question;
use crate::plan::setting::Setting;
use crate::scenario::run::evaluate::{Simulated, given_up, hopeless_ppm};

/// What is known of a hopeless size.
pub(crate) struct GivenUp {
    /// Calls.
    offered: u64,
    /// A larger share of them ends in a 429.
    more_than: f64,
    /// Share that may.
    allowed: f64,
}

impl GivenUp {
    /// Whether the candidates of a group are given up, and then a simulation of what nobody calls.
    /// What runs today is always measured, and so is what schedules are made from.
    pub(crate) fn of(setting: Setting<'_>, group: &Group) -> Option<(Simulated, Self)> {
        let Setting { requests, outcomes, .. } = setting;
        let Question { scenario, catalog, .. } = setting.question;
        let first = group.candidates.first().filter(|_| setting.gives_up)?;
        if group.id == FamilyId::Today || hours::is_asked(scenario) {
            return None;
        }
        let allowed = scenario.workloads.first()?.slo.throttled_share_ppm?;
        let share_ppm = hopeless_ppm(scenario, first)?;
        let (simulated, offered) =
            given_up(scenario, catalog, requests, (first, share_ppm), outcomes)?;
        let [more_than, allowed] = [share_ppm as f64, f64::from(allowed)].map(|ppm| ppm / 1e6);
        Some((simulated, Self { offered, more_than, allowed }))
    }

    /// Puts what is known into the figures of what nobody calls, and says which objective it breaks.
    pub(crate) fn mark(&self, figures: &mut Figures) -> Refusal {
        let known = StreamMeasures {
            offered: self.offered,
            saw_throttle_share: self.more_than,
            throttled_share: self.more_than,
            ..StreamMeasures::default()
        };
        figures.total = known;
        figures.workloads.fill(known);
        figures.utilization = None;
        for deployment in &mut figures.deployments {
            deployment.utilization = None;
        }
        figures.is_given_up = true;
        let (more_than, allowed) = (self.more_than, self.allowed);
        Refusal::objective(Breach::GivenUp { more_than, allowed }, None)
    }
}
