//! One deployment.

use crate::catalog::Catalog;
use crate::catalog::sku::BillingMode;
use crate::engine::setup::{Admission, Deployment};
use crate::scenario::candidate::PlannedDeployment;
use crate::scenario::facts::Facts;
use crate::scenario::question::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use jiff::civil::Date;

/// Everything one deployment is resolved from.
pub(super) struct Joint<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) catalog: &'a Catalog,
    pub(super) on: Date,
    pub(super) facts: &'a mut Facts,
}

impl Joint<'_> {
    pub(super) fn deployment(
        &mut self,
        planned: &PlannedDeployment,
    ) -> Result<Deployment, Diagnostics> {
        let mut wrong = Diagnostics::default();
        if planned.region.name != self.scenario.region.name
            && let Err(error) = self.catalog.region(&planned.region.name)
        {
            wrong.push(error.at(planned.region.place.clone()));
        }
        if let Err(error) = self.catalog.model(&planned.model.name) {
            wrong.push(error.at(planned.model.place.clone()));
        }
        let sku = match self.catalog.sku(&planned.sku.name) {
            Ok(sku) => Some(sku.clone()),
            Err(error) => {
                wrong.push(error.at(planned.sku.place.clone()));
                None
            }
        };
        wrong.or_ok(())?;
        let Some(sku) = sku else { return Err(Diagnostics::default()) };
        let region = &planned.region.name;
        if !self.catalog.is_available(&planned.model.name, &sku.name, region, self.on) {
            return Err(Diagnostic::error(
                "not-available",
                format!("not available: {} · {} in {region}", planned.model.name, sku.name),
            )
            .at(planned.sku.place.clone())
            .hint("`ptuplan catalog show MODEL` lists the regions of each SKU")
            .into());
        }
        let admission = match sku.billing {
            BillingMode::Ptu => Admission::Provisioned(self.bucket(planned, &sku)?),
            BillingMode::Tokens => Admission::Standard(self.limiter(planned, &sku)?),
            _ => {
                return Err(Diagnostic::error(
                    "sku-not-simulated",
                    format!("cannot be simulated yet: {}", sku.name),
                )
                .at(planned.sku.place.clone())
                .into());
            }
        };
        let mut deployment = Deployment::new(admission, self.service(planned)?);
        deployment.max_input_tokens = self.max_input(planned, &sku)?;
        deployment.long_context_above_tokens = self.long_context(planned, &sku)?;
        let events = self.scenario.events.iter().filter(|event| event.is_of(&planned.name));
        deployment.rules.timeline = events.flat_map(|event| event.changes.clone()).collect();
        if let (Some(schedule), Admission::Provisioned(bucket)) =
            (&planned.schedule, &mut deployment.admission)
        {
            let (period, window_us) = (&self.scenario.period, self.scenario.window.length_us);
            let (first, resizes) = schedule.resizes(bucket.capacity_ptu, period, window_us);
            bucket.capacity_ptu = first;
            deployment.rules.timeline.extend(resizes);
        }
        deployment.rules.timeline.sort_by_key(|change| change.at_us);
        if sku.billing == BillingMode::Tokens {
            deployment.rules.tiers = self.tiers(planned, &sku)?;
        }
        Ok(deployment)
    }
}
