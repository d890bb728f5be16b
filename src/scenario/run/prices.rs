//! What a scenario's bill is made from: the catalogue, read as the scenario's parameters say, with the price changes it assumes
//! laid over its dated prices.

use crate::billing::commitment::Term;
use crate::billing::prices::{Billed, MeterKey, PriceSource, SkuBilling, TokenKey};
use crate::billing::returns::{RefundBasis, ReturnRules};
use crate::catalog::Catalog;
use crate::catalog::charged_by::ChargedBy;
use crate::catalog::price::TokenPriceQuery;
use crate::catalog::promotion::Promotions;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::Answer;
use crate::scenario::question::price_change::{PTU_HOURS, PriceChange, term as term_meter};
use crate::scenario::question::scenario::Scenario;
use crate::units::dated::{Dated, Evidence, Status};
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Currency, Money, UnitPrice};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The catalogue as a scenario reads it.
#[derive(Clone, Copy, Debug)]
pub struct ScenarioPrices<'a> {
    /// Its parameters and price changes.
    pub scenario: &'a Scenario,
    /// The list.
    pub catalog: &'a Catalog,
}

impl ScenarioPrices<'_> {
    fn stated(&self, name: &str) -> Option<&str> {
        self.scenario.parameters.get(name).map(|(text, _)| text.as_str())
    }

    /// A price after the changes of some events, in the order of their days.
    fn changed<'s>(
        price: Dated<UnitPrice>,
        changes: impl Iterator<Item = &'s PriceChange>,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let mut changes: Vec<&PriceChange> = changes.collect();
        changes.sort_by_key(|change| change.from);
        changes.into_iter().try_fold(price, |price, change| change.applied(&price.value))
    }

    /// The price changes of a deployment's meter.
    fn of_deployment<'s>(
        &'s self,
        deployment: &'s DeploymentRef,
        meter: &'s str,
        tokens: bool,
        on: Date,
    ) -> impl Iterator<Item = &'s PriceChange> {
        let DeploymentRef { name, region, model, .. } = deployment;
        // A bill names a version that has prices of its own; an event of its model is about it too.
        let own = move || self.catalog.model(model).map(|found| &*found.id);
        let events = self.scenario.events.iter();
        events
            .filter(move |event| {
                event.is_about(name, region, model)
                    || own().is_ok_and(|own| event.is_about(name, region, own))
            })
            .filter_map(|event| event.price.as_ref())
            .filter(move |change| change.is_of(&deployment.sku, meter, tokens, on))
    }
}

impl PriceSource for ScenarioPrices<'_> {
    fn billing_mode(&self, sku: &str) -> Result<SkuBilling, Diagnostic> {
        PriceSource::billing_mode(self.catalog, sku)
    }

    fn billed(&self, answer: Answer, on: Date) -> Result<Dated<Billed>, Diagnostic> {
        if self.stated("billed-status-403-404") == Some("yes") {
            let billed = match answer {
                Answer::ServerError => Some(Billed::InputAndOutput),
                Answer::InvalidRequest => Some(Billed::Input),
                _ => None,
            };
            if let Some(value) = billed {
                return Ok(Dated { value, evidence: self.evidence("billed-status-403-404", on) });
            }
        }
        let Some(reading) = self.stated("billing-of-failed-calls") else {
            return PriceSource::billed(self.catalog, answer, on);
        };
        Ok(self.catalog.billing_rule_read_as(answer, reading, on)?.map(Billed::from))
    }

    fn token_price(&self, key: TokenKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        let price = self.list_price(key, on)?;
        let class = key.class.as_str();
        Self::changed(price, self.of_deployment(key.deployment, class, true, on))
    }

    fn ptu_hour_price(
        &self,
        deployment: &DeploymentRef,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let price = PriceSource::ptu_hour_price(self.catalog, deployment, on)?;
        Self::changed(price, self.of_deployment(deployment, PTU_HOURS, false, on))
    }

    fn unchanged_until(&self, on: Date) -> Date {
        let changes = self.scenario.events.iter().filter_map(|event| event.price.as_ref());
        let next = changes.map(|change| change.from).filter(|from| *from > on).min();
        let listed = self.catalog.unchanged_until(on);
        next.and_then(|next| next.yesterday().ok()).map_or(listed, |before| listed.min(before))
    }

    /// A reservation belongs to no deployment and no model: changes that name one are not about it.
    fn reservation_price(
        &self,
        sku: &str,
        region: Option<&str>,
        term: Term,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let price = PriceSource::reservation_price(self.catalog, sku, region, term, on)?;
        let events = self.scenario.events.iter();
        let about = events.filter(|event| {
            let there = event.region.as_deref().is_none_or(|own| Some(own) == region);
            event.deployment.is_none() && event.model.is_none() && there
        });
        let changes = about.filter_map(|event| event.price.as_ref());
        Self::changed(price, changes.filter(|c| c.is_of(sku, term_meter(term), false, on)))
    }

    fn return_rules(&self, on: Date) -> Result<ReturnRules, Diagnostic> {
        let mut rules = PriceSource::return_rules(self.catalog, on)?;
        let number = |name: &str| self.stated(name).and_then(|text| text.parse::<Decimal>().ok());
        if let Some(allowance) = number("reservation-cancellation-allowance") {
            rules.allowance = Money::new(allowance, Currency::USD);
        }
        if let Some(per_cent) = number("reservation-cancellation-fee") {
            rules.fee_share = per_cent / Decimal::ONE_HUNDRED;
        }
        match self.stated("reservation-refund-basis") {
            Some("current") => rules.basis = RefundBasis::Current,
            Some(_) => rules.basis = RefundBasis::LowerOfPaidAndCurrent,
            None => {}
        }
        Ok(rules)
    }

    fn meter_price(&self, key: MeterKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        let price = PriceSource::meter_price(self.catalog, key, on)?;
        let kind = key.kind.as_str();
        Self::changed(price, self.of_deployment(key.resource, kind, false, on))
    }

    fn charged_by(&self, deployment: &DeploymentRef, stated: &[TokenClass]) -> ChargedBy {
        PriceSource::charged_by(self.catalog, deployment, stated)
    }

    fn consumption_unit(
        &self,
        deployment: &DeploymentRef,
        on: Date,
    ) -> Result<Option<Dated<UnitPrice>>, Diagnostic> {
        PriceSource::consumption_unit(self.catalog, deployment, on)
    }
}

impl ScenarioPrices<'_> {
    /// The catalogue's price of tokens, with promotions read as the scenario says.
    fn list_price(&self, key: TokenKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        let stated = self.stated(Promotions::PARAMETER).and_then(Promotions::parse);
        let stated = self.scenario.promotions.or(stated);
        let DeploymentRef { model, sku, region, fine_tuned, .. } = key.deployment;
        match stated {
            Some(reading) if !*fine_tuned => {
                let (tier, context, class) = (key.tier, key.context, key.class);
                let query = TokenPriceQuery { model, sku, region, tier, context, class };
                if self.catalog.promotion(&query).is_some() {
                    return self.catalog.token_price_read_as(&query, reading, on);
                }
                PriceSource::token_price(self.catalog, key, on)
            }
            _ => PriceSource::token_price(self.catalog, key, on),
        }
    }

    fn evidence(&self, parameter: &str, on: Date) -> Arc<Evidence> {
        let place =
            self.scenario.parameters.get(parameter).map(|(_, place)| place.without_folders());
        Arc::new(Evidence {
            status: Status::Assumed,
            effective_from: on,
            effective_to: None,
            source: "the scenario".into(),
            verified_on: on,
            place: place.unwrap_or_default(),
        })
    }
}
