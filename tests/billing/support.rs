//! A price book small enough to see at a glance, and short ways to write usage.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use ptuplan::billing::bill::{Bill, bill};
use ptuplan::billing::commitment::{Commitment, Renewal, Term, TermPayment};
use ptuplan::billing::prices::{Billed, MeterKey, PriceSource, SkuBilling, TokenKey};
use ptuplan::billing::returns::{RefundBasis, ReturnRules};
use ptuplan::billing::terms::Terms;
use ptuplan::catalog::charged_by::ChargedBy;
use ptuplan::ledger::deployment::DeploymentRef;
use ptuplan::ledger::metered::MeterKind;
use ptuplan::ledger::usage::{Answer, CapacityUsage, ContextTier, ServiceTier, TokenUsage, Usage};
use ptuplan::units::dated::{Dated, Evidence, Status};
use ptuplan::units::diagnostic::{Diagnostic, Place};
use ptuplan::units::money::{Currency, Money, UnitPrice};
use ptuplan::units::tokens::{TokenClass, TokenCounts};
use std::sync::Arc;

/// 2.00 / 0.50 / 8.00 USD per million tokens, twice that for long context; 1.00 USD per PTU-hour in eastus2, 1.20
/// elsewhere; 260 and 2,652 USD per PTU reserved.
pub(crate) struct SmallBook;

fn dated<T>(value: T) -> Dated<T> {
    let evidence = Evidence {
        status: Status::Documented,
        effective_from: date(2024, 11, 1),
        effective_to: None,
        source: "small book".into(),
        verified_on: date(2026, 11, 22),
        place: Place::default(),
    };
    Dated { value, evidence: Arc::new(evidence) }
}

fn usd(price: &str, per: u64) -> Dated<UnitPrice> {
    dated(UnitPrice { price: Money::new(price.parse().unwrap(), Currency::USD), per })
}

impl PriceSource for SmallBook {
    fn billing_mode(&self, sku: &str) -> Result<SkuBilling, Diagnostic> {
        match sku {
            "GlobalStandard" => Ok(SkuBilling::Tokens),
            "GlobalProvisionedManaged" | "DataZoneProvisionedManaged" => Ok(SkuBilling::PtuHours),
            _ => Err(Diagnostic::error("sku-unknown", format!("no SKU {sku}"))),
        }
    }

    fn billed(&self, answer: Answer, _on: Date) -> Result<Dated<Billed>, Diagnostic> {
        Ok(dated(match answer {
            Answer::Completed | Answer::FilteredOutput | Answer::TimedOut => Billed::InputAndOutput,
            Answer::FilteredInput | Answer::InputTooLong => Billed::Input,
            _ => Billed::Nothing,
        }))
    }

    fn token_price(&self, key: TokenKey<'_>, _on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        let price = match (key.class, key.context) {
            (TokenClass::Input, ContextTier::Default) => "2.00",
            (TokenClass::Input, ContextTier::Long) => "4.00",
            (TokenClass::CachedInput, ContextTier::Default) => "0.50",
            (TokenClass::CachedInput, ContextTier::Long) => "1.00",
            (TokenClass::Output, ContextTier::Default) => "8.00",
            (TokenClass::Output, ContextTier::Long) => "16.00",
            (class, _) => {
                return Err(Diagnostic::error("price-missing", format!("no price for {class}")));
            }
        };
        Ok(usd(price, 1_000_000))
    }

    fn ptu_hour_price(
        &self,
        deployment: &DeploymentRef,
        _on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        Ok(usd(if &*deployment.region == "eastus2" { "1.00" } else { "1.20" }, 1))
    }

    fn reservation_price(
        &self,
        _sku: &str,
        _region: Option<&str>,
        term: Term,
        _on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        Ok(usd(if term == Term::OneMonth { "260" } else { "2652" }, 1))
    }

    fn return_rules(&self, _on: Date) -> Result<ReturnRules, Diagnostic> {
        Ok(ReturnRules {
            allowance: Money::new(50_000.into(), Currency::USD),
            fee_share: 0.into(),
            basis: RefundBasis::LowerOfPaidAndCurrent,
        })
    }

    fn meter_price(&self, key: MeterKey<'_>, _on: Date) -> Result<Dated<UnitPrice>, Diagnostic> {
        match key.kind {
            MeterKind::Hosting => Ok(usd("1.70", 1)),
            MeterKind::Accelerators => Ok(usd("5.00", 1)),
            kind => {
                Err(Diagnostic::error("price-missing", format!("no price for {}", kind.as_str())))
            }
        }
    }

    fn charged_by(&self, _deployment: &DeploymentRef, _stated: &[TokenClass]) -> ChargedBy {
        ChargedBy::Tokens
    }

    fn consumption_unit(
        &self,
        deployment: &DeploymentRef,
        _on: Date,
    ) -> Result<Option<Dated<UnitPrice>>, Diagnostic> {
        Ok((&*deployment.model == "claude").then(|| usd("0.01", 1)))
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn deployment(name: &str, sku: &str, region: &str) -> Arc<DeploymentRef> {
    Arc::new(DeploymentRef {
        name: name.into(),
        model: "gpt-4.1".into(),
        sku: sku.into(),
        region: region.into(),
        fine_tuned: false,
    })
}

pub(crate) fn tokens(hour: &str, answer: Answer, tokens: TokenCounts) -> TokenUsage {
    TokenUsage {
        deployment: deployment("chat", "GlobalStandard", "eastus2"),
        workload: "support".into(),
        hour: at(hour),
        tier: ServiceTier::Standard,
        context: ContextTier::Default,
        answer,
        requests: 1,
        tokens,
    }
}

pub(crate) fn capacity(
    deployment: Arc<DeploymentRef>,
    from: &str,
    until: &str,
    capacity_ptu: u32,
) -> CapacityUsage {
    CapacityUsage { deployment, from: at(from), until: at(until), capacity_ptu }
}

pub(crate) fn reservation(id: &str, quantity_ptu: u32, start: Date, term: Term) -> Commitment {
    Commitment {
        id: id.into(),
        sku: "GlobalProvisionedManaged".into(),
        region: None,
        quantity_ptu,
        term,
        start,
        payment: TermPayment::Monthly,
        renewal: Renewal::None,
        price_paid: None,
        returned: None,
    }
}

pub(crate) fn billed(usage: &Usage, commitments: &[Commitment], from: &str, until: &str) -> Bill {
    bill(usage, commitments, &Terms::list(at(from), at(until)), &SmallBook).unwrap()
}
