//! What billing asks of a price book. The catalogue answers in production; a rule case answers with prices it states.

#![deny(clippy::float_arithmetic)]

use crate::billing::commitment::Term;
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

/// How a SKU is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkuBilling {
    /// By tokens.
    Tokens,
    /// By deployed PTUs and time, whatever the traffic (P R31).
    PtuHours,
    /// By accelerators and time, whatever the traffic (S 74).
    AcceleratorHours,
    /// Not by the platform: older commitments (P R40) and licences.
    Elsewhere,
}

/// Which tokens of an answer are billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Billed {
    /// None.
    Nothing,
    /// Input only.
    Input,
    /// Input and the output made.
    InputAndOutput,
}

impl Billed {
    /// Whether tokens of `class` are billed.
    pub const fn includes(self, class: TokenClass) -> bool {
        let output =
            matches!(class, TokenClass::Output | TokenClass::AudioOutput | TokenClass::ImageOutput);
        match self {
            Self::Nothing => false,
            Self::Input => !output,
            Self::InputAndOutput => true,
        }
    }
}

/// The key of a token price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenKey<'a> {
    /// The deployment.
    pub deployment: &'a DeploymentRef,
    /// Service tier.
    pub tier: ServiceTier,
    /// Context tier.
    pub context: ContextTier,
    /// Token class.
    pub class: TokenClass,
}

/// The key of another meter's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MeterKey<'a> {
    /// The job or deployment.
    pub resource: &'a DeploymentRef,
    /// What is counted.
    pub kind: MeterKind,
    /// Accelerator family, VM size or grader model.
    pub variant: Option<&'a str>,
}

/// Dated prices and rules. An answer that is not known is a diagnostic that names what is missing, never a default.
pub trait PriceSource {
    /// How a SKU is billed.
    fn billing_mode(&self, sku: &str) -> Result<SkuBilling, Diagnostic>;

    /// Which tokens of an answer are billed.
    fn billed(&self, answer: Answer, on: Date) -> Result<Dated<Billed>, Diagnostic>;

    /// Price of tokens.
    fn token_price(&self, key: TokenKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic>;

    /// Price of PTU-hours of a deployment.
    fn ptu_hour_price(
        &self,
        deployment: &DeploymentRef,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic>;

    /// Price of reserved PTUs for a whole term. The region is none for Global SKUs.
    fn reservation_price(
        &self,
        sku: &str,
        region: Option<&str>,
        term: Term,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic>;

    /// What holds on a day for giving reservations back.
    fn return_rules(&self, on: Date) -> Result<ReturnRules, Diagnostic>;

    /// Price of another meter. The price is for whole units people read (hours, tokens in blocks), not minutes.
    fn meter_price(&self, key: MeterKey<'_>, on: Date) -> Result<Dated<UnitPrice>, Diagnostic>;

    /// What calls of a deployment are charged by, when usage states tokens of some classes. What is
    /// not known is taken as charged by tokens: asking for their price says what is missing.
    fn charged_by(&self, deployment: &DeploymentRef, stated: &[TokenClass]) -> ChargedBy;

    /// Price of the consumption unit in which the marketplace meters a deployment's tokens (S 71), none where it does not.
    fn consumption_unit(
        &self,
        deployment: &DeploymentRef,
        on: Date,
    ) -> Result<Option<Dated<UnitPrice>>, Diagnostic>;

    /// The last day until which every price of tokens and of PTU-hours is what it is on a day, as
    /// far as is known: that day itself where nothing is.
    fn unchanged_until(&self, on: Date) -> Date {
        on
    }
}
