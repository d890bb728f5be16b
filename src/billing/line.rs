//! The line item: one charge, what it prices, and how it was priced. Names follow FOCUS 1.2.

#![deny(clippy::float_arithmetic)]
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::MeterKind;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::dated::{Dated, Evidence};
use crate::units::diagnostic::Diagnostic;
use crate::units::money::MoneyError;
use crate::units::money::{Currency, Money, UnitPrice};
use crate::units::tokens::TokenClass;
use jiff::Timestamp;
use rust_decimal::Decimal;
use std::fmt;
use std::sync::Arc;

/// What kind of charge a line is (FOCUS `ChargeCategory`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChargeCategory {
    /// Something was used, or a commitment's share of a period was.
    Usage,
    /// A payment for a commitment.
    Purchase,
    /// Money paid back for a commitment that was returned (P R38). FOCUS: a purchase that is a correction.
    Refund,
}

impl ChargeCategory {
    /// The word FOCUS uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "Usage",
            Self::Purchase | Self::Refund => "Purchase",
        }
    }
}

/// How the price came about (FOCUS `PricingCategory`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PricingCategory {
    /// At the agreed price per unit.
    Standard,
    /// Covered by a commitment.
    Committed,
}

impl PricingCategory {
    /// The word FOCUS uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::Committed => "Committed",
        }
    }
}

/// Whether a commitment's share of a period was used (FOCUS `CommitmentDiscountStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommitmentStatus {
    /// It covered usage.
    Used,
    /// It covered nothing and is lost (P R37: no carry-over).
    Unused,
}

impl CommitmentStatus {
    /// The word FOCUS uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "Used",
            Self::Unused => "Unused",
        }
    }
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meter {
    /// Tokens of one class at one tier.
    Tokens {
        /// Service tier they were served at.
        tier: ServiceTier,
        /// Context tier of the whole request.
        context: ContextTier,
        /// Class of the tokens.
        class: TokenClass,
    },
    /// Deployed PTUs over time, counted in PTU-minutes (P R32).
    Capacity,
    /// Reserved PTUs paid for.
    Reservation,
    /// Fine-tuning, hosting, machines, routing, queries.
    Other {
        /// What is counted.
        kind: MeterKind,
        /// What the price depends on beside model, SKU and region.
        variant: Option<Arc<str>>,
    },
}

impl Meter {
    /// The unit of the meter's whole-number counts.
    pub const fn unit(&self) -> Unit {
        match self {
            Self::Tokens { .. } => Unit::Token,
            Self::Capacity => Unit::PtuMinute,
            Self::Reservation => Unit::Ptu,
            Self::Other { kind, .. } => match kind {
                MeterKind::TrainingTime => Unit::HundredthHour,
                MeterKind::Hosting => Unit::Minute,
                MeterKind::Accelerators => Unit::AcceleratorMinute,
                MeterKind::VmCores => Unit::CoreMinute,
                MeterKind::Queries => Unit::Query,
                _ => Unit::Token,
            },
        }
    }
}

impl fmt::Display for Meter {
    /// The meter's name in bills, such as `cached_input tokens, batch, long context`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tokens { tier, context, class } => {
                write!(f, "{class} tokens")?;
                if *tier != ServiceTier::Standard {
                    write!(f, ", {}", tier.as_str())?;
                }
                if *context == ContextTier::Long {
                    f.write_str(", long context")?;
                }
                Ok(())
            }
            Self::Capacity => f.write_str("PTU-hours"),
            Self::Reservation => f.write_str("PTU reservation"),
            Self::Other { kind, variant } => {
                f.write_str(match kind {
                    MeterKind::TrainingTokens => "training tokens",
                    MeterKind::TrainingTime => "training hours",
                    MeterKind::GraderInput => "grader input tokens",
                    MeterKind::GraderCachedInput => "grader cached_input tokens",
                    MeterKind::GraderOutput => "grader output tokens",
                    MeterKind::Prefill => "prefill tokens",
                    MeterKind::CachedPrefill => "cached prefill tokens",
                    MeterKind::Sampling => "sampling tokens",
                    MeterKind::InteractiveTraining => "interactive training tokens",
                    MeterKind::Hosting => "hosting hours",
                    MeterKind::Accelerators => "accelerator-hours",
                    MeterKind::VmCores => "core-hours",
                    MeterKind::RoutedInput => "routed input tokens",
                    MeterKind::Queries => "queries",
                })?;
                variant.as_ref().map_or(Ok(()), |variant| write!(f, ", {variant}"))
            }
        }
    }
}

/// The unit of a whole-number count. A count is what is measured; a price may be for many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// One token.
    Token,
    /// One PTU for one minute.
    PtuMinute,
    /// One PTU for a payment period.
    Ptu,
    /// One minute.
    Minute,
    /// A hundredth of an hour.
    HundredthHour,
    /// One accelerator for one minute.
    AcceleratorMinute,
    /// One core for one minute.
    CoreMinute,
    /// One call.
    Query,
}

impl Unit {
    /// How many counts make one of the units people read.
    pub const fn counts_per_consumed_unit(self) -> u64 {
        match self {
            Self::PtuMinute | Self::Minute | Self::AcceleratorMinute | Self::CoreMinute => 60,
            Self::HundredthHour => 100,
            Self::Token | Self::Ptu | Self::Query => 1,
        }
    }

    /// The unit people read (FOCUS `ConsumedUnit`).
    pub const fn consumed_unit(self) -> &'static str {
        match self {
            Self::Token => "Tokens",
            Self::PtuMinute => "PTU-Hours",
            Self::Ptu => "PTUs",
            Self::Minute | Self::HundredthHour => "Hours",
            Self::AcceleratorMinute => "Accelerator-Hours",
            Self::CoreMinute => "Core-Hours",
            Self::Query => "Queries",
        }
    }
}

/// A count over the number of counts in one unit: 1,500 PTU-minutes over 60 are 25 PTU-hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Whole counts.
    pub count: u64,
    /// Counts in one unit, above 0.
    pub per: u64,
}

impl Quantity {
    /// The quantity as a decimal, exact wherever it terminates within 28 digits.
    pub fn to_decimal(self) -> Decimal {
        (Decimal::from(self.count) / Decimal::from(self.per)).normalize()
    }
}

/// The commitment a line belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitmentShare {
    /// Id of the commitment; a renewed term has the same id.
    pub id: Arc<str>,
    /// The SKU it reserves.
    pub sku: Arc<str>,
    /// Used or unused; none on a purchase.
    pub status: Option<CommitmentStatus>,
    /// PTU-minutes the line accounts for: bought, used or unused. Bought = used + unused over the time paid for.
    pub ptu_minutes: u64,
}

/// A price before and after negotiated discounts, in the bill's currency, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Price without any discount.
    pub list: UnitPrice,
    /// Price with negotiated discounts, without commitments.
    pub contracted: UnitPrice,
    /// The list price in the currency it is stated in (FOCUS `PricingCurrency`).
    pub stated: UnitPrice,
    /// The contracted price in that currency.
    pub stated_contracted: UnitPrice,
    /// The exchange applied; none where the price is stated in the bill's currency.
    pub exchange: Option<Exchange>,
    /// Evidence of the list price.
    pub evidence: Arc<Evidence>,
}

/// A rate of exchange applied to a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The currency of the price.
    pub of: Currency,
    /// Units of the bill's currency for one of it.
    pub rate: Decimal,
}

/// One charge of a bill. Costs are in the bill's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineItem {
    /// First instant of the charge: the start of a UTC day, or later when the bill's period starts within it.
    pub from: Timestamp,
    /// First instant after the charge.
    pub until: Timestamp,
    /// Usage or purchase.
    pub category: ChargeCategory,
    /// Standard or committed.
    pub pricing: PricingCategory,
    /// What is counted.
    pub meter: Meter,
    /// The deployment, none for what belongs to no single one (purchases, unused commitment).
    pub deployment: Option<Arc<DeploymentRef>>,
    /// The workload, none where capacity serves several.
    pub workload: Option<Arc<str>>,
    /// How much, in the meter's whole-number unit.
    pub count: u64,
    /// The price applied, none for the unused share of a commitment.
    pub rate: Option<Rate>,
    /// List price times quantity.
    pub list_cost: Money,
    /// Negotiated price times quantity.
    pub contracted_cost: Money,
    /// What the invoice says. 0 for usage a commitment covers.
    pub billed_cost: Money,
    /// Amortized: 0 for a commitment's payment, its share for used and unused capacity.
    pub effective_cost: Money,
    /// The exchange from the currency its price is stated in; none where that is the bill's.
    pub exchange: Option<Exchange>,
    /// The commitment, if any.
    pub commitment: Option<CommitmentShare>,
    /// Price of one marketplace consumption unit, where the platform meters the charge in such units (S 71).
    pub consumption_unit: Option<Dated<UnitPrice>>,
}

impl LineItem {
    /// What was consumed, in the unit people read. None for purchases and unused commitments (FOCUS `ConsumedQuantity`).
    pub fn consumed_quantity(&self) -> Option<Quantity> {
        let unused = self
            .commitment
            .as_ref()
            .is_some_and(|share| share.status != Some(CommitmentStatus::Used));
        (self.category == ChargeCategory::Usage && !unused).then(|| Quantity {
            count: self.count,
            per: self.meter.unit().counts_per_consumed_unit(),
        })
    }

    /// The name of the charge: its meter's, and whether it is money paid back.
    pub fn charge(&self) -> String {
        match self.category {
            ChargeCategory::Refund => format!("{}, paid back", self.meter),
            _ => self.meter.to_string(),
        }
    }

    /// What is priced, in the unit the price is for (FOCUS `PricingQuantity`).
    pub fn pricing_quantity(&self) -> Quantity {
        let per = self
            .rate
            .as_ref()
            .map_or(self.meter.unit().counts_per_consumed_unit(), |rate| rate.list.per);
        Quantity { count: self.count, per }
    }

    /// The unit of [`LineItem::pricing_quantity`], in the FOCUS unit format (`1000000 Tokens`, `PTU-Hours`).
    pub fn pricing_unit(&self) -> String {
        let unit = self.meter.unit();
        match self.pricing_quantity().per / unit.counts_per_consumed_unit() {
            1 => unit.consumed_unit().to_owned(),
            block => format!("{block} {}", unit.consumed_unit()),
        }
    }

    /// The charge in marketplace consumption units: contracted cost over the unit's price (S 71), where it has one.
    pub fn consumption_units(&self) -> Option<Decimal> {
        let unit = self.consumption_unit.as_ref()?.value;
        let units = self.contracted_cost.amount().checked_mul(Decimal::from(unit.per))?;
        units.checked_div(unit.price.amount()).map(|units| units.normalize())
    }

    /// Whether the line pays for charges that other lines show again (a commitment's payment, and what is paid back of it).
    pub fn covers_other_lines(&self) -> bool {
        self.category != ChargeCategory::Usage && self.commitment.is_some()
    }
}

/// An amount that does not fit, as a diagnostic.
#[expect(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
pub(crate) fn out_of_range(error: MoneyError) -> Diagnostic {
    Diagnostic::error("amount-out-of-range", error.to_string())
}
