//! Prices stated by a rule case, over another price source that answers the rest. The same overlay serves what-if prices.

#![deny(clippy::float_arithmetic)]

use crate::billing::commitment::Term;
use crate::billing::prices::{Billed, MeterKey, PriceSource, SkuBilling, TokenKey};
use crate::billing::returns::ReturnRules;
use crate::catalog::charged_by::ChargedBy;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::MeterKind;
use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::UnitPrice;
use crate::units::tokens::TokenClass;
use jiff::civil::Date;

/// What a stated price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedMeter {
    /// Tokens.
    Tokens(ServiceTier, ContextTier, TokenClass),
    /// PTU-hours.
    PtuHour,
    /// Reserved PTUs for a term.
    Reservation(Term),
    /// Another meter.
    Other(MeterKind),
    /// The marketplace's consumption unit.
    ConsumptionUnit,
}

/// A stated price. Fields that are none match everything.
#[derive(Clone, Debug)]
pub struct StatedPrice {
    /// What it is for.
    pub meter: StatedMeter,
    /// Only this SKU.
    pub sku: Option<String>,
    /// Only this model.
    pub model: Option<String>,
    /// Only this region.
    pub region: Option<String>,
    /// Only this variant.
    pub variant: Option<String>,
    /// The price and its evidence; its first day is the evidence's.
    pub price: Dated<UnitPrice>,
}

/// Stated prices over a base.
#[derive(Clone, Debug)]
pub struct Stated<'a, P> {
    /// Stated prices; of several that match, the last that is in force.
    pub prices: Vec<StatedPrice>,
    /// Answers the rest.
    pub base: &'a P,
}

impl<P> Stated<'_, P> {
    fn find(
        &self,
        meter: StatedMeter,
        [sku, model, region, variant]: [Option<&str>; 4],
        on: Date,
    ) -> Option<Dated<UnitPrice>> {
        let fits = |own: &Option<String>, asked: Option<&str>| {
            own.as_deref().is_none_or(|own| Some(own) == asked)
        };
        let matching = self.prices.iter().filter(|stated| {
            stated.meter == meter
                && fits(&stated.sku, sku)
                && fits(&stated.model, model)
                && fits(&stated.region, region)
                && fits(&stated.variant, variant)
                && stated.price.evidence.effective_from <= on
        });
        matching.max_by_key(|stated| stated.price.evidence.effective_from).map(|s| s.price.clone())
    }

    fn find_for(
        &self,
        meter: StatedMeter,
        deployment: &DeploymentRef,
        variant: Option<&str>,
        on: Date,
    ) -> Option<Dated<UnitPrice>> {
        let DeploymentRef { model, sku, region, .. } = deployment;
        self.find(meter, [Some(sku), Some(model), Some(region), variant], on)
    }
}

impl<P: PriceSource> PriceSource for Stated<'_, P> {
    fn billing_mode(&self, sku: &str) -> Result<SkuBilling, Diagnostic> {
        self.base.billing_mode(sku)
    }

    fn billed(&self, answer: Answer, on: Date) -> Result<Dated<Billed>, Diagnostic> {
        self.base.billed(answer, on)
    }

    fn token_price(&self, key: TokenKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        let meter = StatedMeter::Tokens(key.tier, key.context, key.class);
        match self.find_for(meter, key.deployment, None, on) {
            Some(price) => Ok(price),
            None => self.base.token_price(key, on),
        }
    }

    fn ptu_hour_price(
        &self,
        deployment: &DeploymentRef,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        match self.find_for(StatedMeter::PtuHour, deployment, None, on) {
            Some(price) => Ok(price),
            None => self.base.ptu_hour_price(deployment, on),
        }
    }

    fn reservation_price(
        &self,
        sku: &str,
        region: Option<&str>,
        term: Term,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        match self.find(StatedMeter::Reservation(term), [Some(sku), None, region, None], on) {
            Some(price) => Ok(price),
            None => self.base.reservation_price(sku, region, term, on),
        }
    }

    fn return_rules(&self, on: Date) -> Result<ReturnRules, Diagnostic> {
        self.base.return_rules(on)
    }

    fn meter_price(&self, key: MeterKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        match self.find_for(StatedMeter::Other(key.kind), key.resource, key.variant, on) {
            Some(price) => Ok(price),
            None => self.base.meter_price(key, on),
        }
    }

    fn charged_by(&self, deployment: &DeploymentRef, stated: &[TokenClass]) -> ChargedBy {
        self.base.charged_by(deployment, stated)
    }

    fn consumption_unit(
        &self,
        deployment: &DeploymentRef,
        on: Date,
    ) -> Result<Option<Dated<UnitPrice>>, Diagnostic> {
        match self.find_for(StatedMeter::ConsumptionUnit, deployment, None, on) {
            Some(price) => Ok(Some(price)),
            None => self.base.consumption_unit(deployment, on),
        }
    }
}
