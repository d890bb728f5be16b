//! One deployment of a candidate, resolved: what it admits, serves, bills and when it changes.

use crate::catalog::sku::BillingMode;
use crate::engine::rules::MoreLimits;
use crate::engine::setup::{Admission, Deployment};
use crate::scenario::resolve::joint::Joint;
use crate::scenario::resolve::meters::Meters;
use crate::units::diagnostic::{Diagnostic, Diagnostics};

impl Joint<'_> {
    pub(crate) fn deployment(&mut self, index: usize) -> Result<(Deployment, Meters), Diagnostics> {
        let candidate = self.candidate;
        let planned = &candidate.deployments[index];
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
        self.is_sold(planned, &sku)?;
        Self::check_options(planned, &sku)?;
        let mut limits = MoreLimits::default();
        let admission = match sku.billing {
            BillingMode::Ptu => Admission::Provisioned(self.bucket(planned, &sku)?),
            BillingMode::Tokens | BillingMode::Developer => {
                let (limiter, more) = self.limiter(planned, &sku)?;
                limits = more;
                Admission::Standard(limiter)
            }
            BillingMode::Batch => Admission::Batch(self.batch(planned, &sku)?),
            BillingMode::ManagedCompute => Admission::Managed(self.compute(planned)?),
            BillingMode::Commitment | BillingMode::Local => {
                return Err(Diagnostic::error(
                    "sku-not-simulated",
                    format!("cannot be simulated: {} serves no calls of the platform", sku.name),
                )
                .at(planned.sku.place.clone())
                .hint("choose a deployment type of today")
                .into());
            }
        };
        let mut deployment = Deployment::new(admission, self.service(planned)?);
        deployment.max_input_tokens = self.max_input(planned, &sku);
        deployment.long_context_above_tokens = self.long_context(planned, &sku)?;
        deployment.rules.noise_per_1024 = self.noise(planned)?;
        deployment.rules.limits = limits;
        if planned.options.routed.is_some() {
            deployment.rules.limits.pool = Some(self.pool(index));
        }
        if let Admission::Provisioned(_) = &deployment.admission {
            self.classes(planned, &mut deployment)?;
        }
        deployment.rules.lifetime = self.lifetime(planned, &sku)?;
        self.timeline(planned, &mut deployment)?;
        if sku.billing == BillingMode::Tokens {
            deployment.rules.tiers = self.tiers(index, &sku)?;
            deployment.rules.usage_tier = self.usage_tier(planned)?;
        }
        self.leanings(index, &sku, &mut deployment)?;
        Ok((deployment, self.meters(planned, &sku)?))
    }
}
