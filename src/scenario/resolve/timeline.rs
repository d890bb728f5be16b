//! What happens to a deployment while it runs.

use crate::engine::rules::{ChangeKind, Lifetime};
use crate::engine::setup::{Admission, Deployment};
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::scenario::resolve::parameter::CAPACITY_RISK;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::MINUTE_US;

impl Joint<'_> {
    /// Puts the scenario's events on the deployment's timeline.
    pub(super) fn timeline(
        &mut self,
        planned: &PlannedDeployment,
        deployment: &mut Deployment,
    ) -> Result<(), Diagnostic> {
        let scenario = self.scenario;
        let mut life = deployment.rules.lifetime;
        let mut changes = Vec::new();
        for event in scenario.events.iter().filter(|event| event.is_of(planned)) {
            changes.extend(event.changes.iter().copied());
            life = with(life, event.created_us, event.deleted_us);
        }
        changes.sort_by_key(|change| change.at_us);
        let mut size = planned.capacity_ptu;
        for change in &mut changes {
            match &mut change.what {
                ChangeKind::Resize { capacity_ptu, .. } => {
                    // A larger size is billed and serves from the moment it is complete (P R32).
                    if size.is_some_and(|size| *capacity_ptu > size) {
                        let wait_us = self.scaled_parameter("ptu-scale-up-time", MINUTE_US)?;
                        change.at_us = change.at_us.saturating_add(wait_us);
                    }
                    size = Some(*capacity_ptu);
                }
                ChangeKind::Limits { tokens_per_minute, requests_per_minute } => {
                    // What an event does not state stays as it is.
                    if let Admission::Standard(limiter) = &deployment.admission {
                        let own =
                            (limiter.limit_tokens_per_minute, limiter.limit_requests_per_minute);
                        *tokens_per_minute = tokens_per_minute.or(own.0);
                        *requests_per_minute = requests_per_minute.or(own.1);
                    }
                }
                ChangeKind::Down => {
                    let fate = self.choice("outage-in-flight")?;
                    deployment.rules.drops_in_flight = &*fate == "fails";
                }
                ChangeKind::Up | ChangeKind::CancelBatch => {}
            }
        }
        // A schedule's sizes are asked for ahead of their hour.
        if let (Some(schedule), Admission::Provisioned(bucket)) =
            (&planned.schedule, &mut deployment.admission)
        {
            self.parameter(CAPACITY_RISK)?;
            let (period, window_us) = (&scenario.period, scenario.window.length_us);
            let (first, resizes) = schedule.resizes(period, window_us);
            bucket.capacity_ptu = first;
            changes.extend(resizes);
        }
        changes.sort_by_key(|change| change.at_us);
        deployment.rules.timeline = changes;
        deployment.rules.lifetime = life;
        Ok(())
    }
}

/// A lifetime that begins and ends at the latest and earliest of what is known.
fn with(life: Lifetime, created_us: Option<u64>, deleted_us: Option<u64>) -> Lifetime {
    let created = created_us.map_or(life.created_us, |us| us.max(life.created_us));
    let asked = deleted_us.map(|us| us.saturating_sub(created));
    let age_us_max = match (life.age_us_max, asked) {
        (Some(age), Some(asked)) => Some(age.min(asked)),
        (age, asked) => age.or(asked),
    };
    Lifetime { created_us: created, age_us_max, ..life }
}
