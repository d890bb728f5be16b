//! The catalogue as billing's price source.

#![deny(clippy::float_arithmetic)]

use crate::billing::commitment::Term;
use crate::billing::prices::{Billed, MeterKey, PriceSource, SkuBilling, TokenKey};
use crate::billing::returns::{RefundBasis, ReturnRules};
use crate::catalog::Catalog;
use crate::catalog::charged_by::ChargedBy;
use crate::catalog::meter::MeterQuery;
use crate::catalog::price::{ADD_A_PRICE, TokenPriceQuery, is_same_price};
use crate::catalog::ptu::PtuPayment;
use crate::catalog::rules::BilledShare;
use crate::catalog::sku::BillingMode as SkuMode;
use crate::catalog::table::Row;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::Answer;
use crate::units::code::Code;
use crate::units::dated::{Dated, Evidence, Status};
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Currency, Money, UnitPrice};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The meter family whose rows state the price of the one reservation that covers all families (P R36: the reservation is
/// sold as `OpenAI_Provisioned_*` and knows no model). Other families are asked where it has no row.
const RESERVATION_FAMILY: &str = "Azure OpenAI";

impl From<BilledShare> for Billed {
    fn from(share: BilledShare) -> Self {
        match (share.input, share.output) {
            (_, true) => Self::InputAndOutput,
            (true, false) => Self::Input,
            (false, false) => Self::Nothing,
        }
    }
}

impl PriceSource for Catalog {
    fn billing_mode(&self, sku: &str) -> Result<SkuBilling, Diagnostic> {
        Ok(match self.sku(sku)?.billing {
            SkuMode::Tokens | SkuMode::Batch | SkuMode::Developer => SkuBilling::Tokens,
            SkuMode::Ptu => SkuBilling::PtuHours,
            SkuMode::ManagedCompute => SkuBilling::AcceleratorHours,
            SkuMode::Commitment | SkuMode::Local => SkuBilling::Elsewhere,
        })
    }

    fn billed(&self, answer: Answer, on: Date) -> Result<Dated<Billed>, Diagnostic> {
        Ok(self.billing_rule(answer, on)?.map(Billed::from))
    }

    fn token_price(&self, key: TokenKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        let DeploymentRef { model, sku, region, .. } = key.deployment;
        let (tier, context, class) = (key.tier, key.context, key.class);
        if key.deployment.fine_tuned || self.sku(sku)?.billing == SkuMode::Developer {
            return self.fine_tuned_token_price(model, sku, region, class, on);
        }
        let query = TokenPriceQuery { model, sku, region, tier, context, class };
        match Self::token_price(self, &query, on) {
            Err(missing) if missing.code == Code::NoPrice && class == TokenClass::CachedInput => {
                self.as_input(&query, missing, on)
            }
            found => found,
        }
    }

    fn unchanged_until(&self, on: Date) -> Date {
        Self::unchanged_until(self, on)
    }

    fn ptu_hour_price(
        &self,
        deployment: &DeploymentRef,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let DeploymentRef { model, sku, region, .. } = deployment;
        if model.is_empty() {
            // An invoice names no model: PTUs are one meter for all.
            return self.ptu_price_of_any_model(sku, Some(region), PtuPayment::Hourly, on);
        }
        self.ptu_price(model, sku, region, PtuPayment::Hourly, on)
    }

    fn reservation_price(
        &self,
        sku: &str,
        region: Option<&str>,
        term: Term,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let payment = match term {
            Term::OneMonth => PtuPayment::OneMonth,
            Term::OneYear => PtuPayment::OneYear,
        };
        self.ptu_price_of_any_model(sku, region, payment, on)
    }

    fn return_rules(&self, on: Date) -> Result<ReturnRules, Diagnostic> {
        let allowance = number(self, "reservation-cancellation-allowance", on)?;
        let fee_percent = number(self, "reservation-cancellation-fee", on)?;
        let name = "reservation-refund-basis";
        let parameter = self.parameter(name)?;
        let basis = match parameter.choice().as_ref().map(|choice| &*choice.value) {
            Some("lower-of-paid-and-current") => RefundBasis::LowerOfPaidAndCurrent,
            Some("current") => RefundBasis::Current,
            _ => return Err(unreadable(name)),
        };
        Ok(ReturnRules {
            allowance: Money::new(allowance, Currency::USD),
            fee_share: fee_percent / Decimal::ONE_HUNDRED,
            basis,
        })
    }

    fn meter_price(&self, key: MeterKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        let DeploymentRef { model, sku, region, .. } = key.resource;
        // The router is a model of its own whose input price is the fee (S 77).
        let query = MeterQuery { model, sku, region, kind: key.kind, variant: key.variant };
        Self::meter_price(self, &query, on)
    }

    fn charged_by(&self, deployment: &DeploymentRef, stated: &[TokenClass]) -> ChargedBy {
        if deployment.fine_tuned {
            return ChargedBy::Tokens;
        }
        Self::charged_by(self, &deployment.model, stated)
    }

    fn consumption_unit(
        &self,
        deployment: &DeploymentRef,
        on: Date,
    ) -> Result<Option<Dated<UnitPrice>>, Diagnostic> {
        let name = "claude-consumption-unit-price";
        let parameter = self.parameter(name)?;
        let model = self.model(&deployment.model)?;
        if !parameter.applies_to.as_ref().is_some_and(|to| to.is_of(model)) {
            return Ok(None);
        }
        let price = number(self, name, on)?;
        let evidence = parameter.evidence.clone();
        let value = UnitPrice { price: Money::new(price, Currency::USD), per: 1 };
        Ok(Some(Dated { value, evidence }))
    }
}

/// The number of a parameter that is in force.
fn number(catalog: &Catalog, name: &str, on: Date) -> Result<Decimal, Diagnostic> {
    let parameter = catalog.parameter(name)?;
    let number = parameter.number().ok_or_else(|| unreadable(name))?;
    if number.evidence.effective_from > on {
        return Err(Diagnostic::error(
            "not-in-force",
            format!("not in force: {name} on {on} (first {})", number.evidence.effective_from),
        ));
    }
    Ok(number.value)
}

fn unreadable(name: &str) -> Diagnostic {
    Diagnostic::error("parameter-unreadable", format!("parameter cannot be read: {name}"))
}

impl Catalog {
    /// Cached input that never had a price of its own is billed as the parameter says: as input (S 62). The line says so.
    fn as_input(
        &self,
        query: &TokenPriceQuery<'_>,
        missing: Diagnostic,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let name = "without-cached-price";
        let taken = self.parameter(name)?.choice();
        if taken.is_none_or(|choice| &*choice.value != "input") {
            return Err(missing);
        }
        let input = TokenPriceQuery { class: TokenClass::Input, ..*query };
        let Ok(Dated { value, evidence }) = Self::token_price(self, &input, on) else {
            return Err(missing);
        };
        let source = format!("{}; cached input billed as input ({name} = input)", evidence.source);
        let evidence =
            Evidence { status: Status::Assumed, source: source.into(), ..(*evidence).clone() };
        Ok(Dated { value, evidence: Arc::new(evidence) })
    }

    /// The price of a PTU whatever the model: reservations know none, and an invoice's PTU-hours name none.
    fn ptu_price_of_any_model(
        &self,
        sku: &str,
        region: Option<&str>,
        payment: PtuPayment,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let scopes = match region {
            Some(region) => self.price_scopes(sku, region)?,
            None => self.scopes_of_every_region(sku)?,
        };
        let table = &self.tables().ptu_prices;
        let what = format!("{sku} · {} in {}", payment.as_str(), region.unwrap_or("all regions"));
        let matching: Vec<&Row> = table
            .rows()
            .iter()
            .filter(|row| row.key(1) == sku && row.key(3) == payment.as_str())
            .filter(|row| scopes.contains(&row.key(2)))
            .collect();
        let current = |family: bool| {
            matching.iter().filter(move |row| {
                row.in_force(on) && (!family || row.key(0) == RESERVATION_FAMILY)
            })
        };
        let mut rows = current(true).peekable();
        let rows: Vec<_> =
            if rows.peek().is_some() { rows.collect() } else { current(false).collect() };
        let Some(row) = rows.first() else {
            if matching.is_empty() {
                return Err(Diagnostic::error("no-price", format!("no PTU price: {what}"))
                    .hint("state the region of a Data Zone or Regional reservation"));
            }
            let matching: Vec<Row> = matching.into_iter().cloned().collect();
            let mut error = table.not_in_force(&matching, &what, on);
            error.code = Code::PriceNotInForce;
            return Err(error);
        };
        if let Some(other) = rows.iter().find(|other| !is_same_price(row, other)) {
            return Err(Diagnostic::error(
                "price-ambiguous",
                format!(
                    "PTU price ambiguous: {what} on {on} ({} and {})",
                    table.place(row),
                    table.place(other)
                ),
            ));
        }
        let price = unit_price(row).ok_or_else(|| {
            Diagnostic::error(
                "price-unknown",
                format!("PTU price unknown: {what} on {on} ({})", table.place(row)),
            )
            .hint(ADD_A_PRICE)
        })?;
        Ok(table.dated(row, price))
    }
}

/// The price of a row for one PTU and its whole term.
fn unit_price(row: &Row) -> Option<UnitPrice> {
    let (currency, _) = row.unit().split_once('/')?;
    let price = Money::new(row.value().parse().ok()?, currency.parse().ok()?);
    Some(UnitPrice { price, per: 1 })
}
