//! Deployments for which nobody publishes a price of cached input: batch of many models, models without a prompt cache.

use crate::catalog::price::TokenPriceQuery;
use crate::catalog::sku::{BillingMode, Sku};
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::code::Code;
use crate::units::diagnostic::Diagnostic;
use crate::units::tokens::TokenClass;

/// What is taken where a price of input is published and none of cached input.
const PARAMETER: &str = "without-cached-price";

impl Joint<'_> {
    /// The service tiers of a deployment at which cached input is billed as input: its input has a price and its cached input
    /// never had one.
    pub(super) fn uncached(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Vec<ServiceTier>, Diagnostic> {
        let tiers: &[ServiceTier] = match sku.billing {
            BillingMode::Tokens if !planned.options.fine_tuned => {
                &[ServiceTier::Standard, ServiceTier::Priority, ServiceTier::Flex]
            }
            BillingMode::Batch => &[ServiceTier::Batch],
            _ => &[],
        };
        let price = |tier, class| {
            let query = TokenPriceQuery {
                model: &planned.model.name,
                sku: &planned.sku.name,
                region: &planned.region.name,
                tier,
                context: ContextTier::Default,
                class,
            };
            self.catalog.token_price(&query, self.on)
        };
        let lacks = |tier: &&ServiceTier| {
            let missing = price(**tier, TokenClass::CachedInput).err();
            missing.is_some_and(|error| error.code == Code::NoPrice)
                && price(**tier, TokenClass::Input).is_ok()
        };
        let found: Vec<ServiceTier> = tiers.iter().filter(lacks).copied().collect();
        if !found.is_empty() {
            self.fixed(PARAMETER)?;
        }
        Ok(found)
    }
}
