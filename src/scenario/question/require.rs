//! What every deployment must keep to, whatever it costs: `[require]`, and what `[subscription]` says of who pays.
//!
//! Names of zones, geographies and regions are looked up by the plan, which refuses what breaks a requirement before it is
//! priced (invariant 13).

use crate::scenario::load::Check;
use crate::scenario::question::named::Named;
use crate::scenario::question::policy::Policy;
use crate::units::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::units::money::{Currency, Money};
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::Arc;
use toml::Spanned;
use toml::value::Datetime;

/// `[require]`. What is absent does not bind.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequireTable {
    /// Data zone that prompts and answers are processed in: `"us"`, `"eu"`, `"apac"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub data_zone: Option<Spanned<String>>,
    /// Geography that prompts and answers are processed in, such as `"Sweden"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub geography: Option<Spanned<String>>,
    /// Region that prompts and answers are processed in, such as `"swedencentral"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub region: Option<Spanned<String>>,
    /// Where data rests: a region, a geography or a data zone.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub at_rest: Option<Spanned<String>>,
    /// Longest input that must be served, tokens.
    #[cfg_attr(feature = "report", schemars(with = "Option<u64>"))]
    pub context_tokens: Option<Spanned<u64>>,
    /// `"api-key"`, `"entra-id"` or `"managed-identity"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub authentication: Option<Spanned<String>>,
    /// `"private-endpoint"` or `"virtual-network"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub network: Option<Spanned<String>>,
    /// File of an Azure Policy definition, relative to the scenario.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub policy: Option<Spanned<String>>,
    /// How long the model must not be retired: `"period"` (when absent), `"horizon"` or `"any"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub model_until: Option<Spanned<String>>,
    /// Most a month may cost, such as `"60000 USD a month"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub budget: Option<Spanned<String>>,
}

/// A quota increase on its way: `[subscription].quota_request`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct QuotaRequestTable {
    /// Provisioned SKU.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub sku: Spanned<String>,
    /// PTU quota once it is granted.
    pub ptu: Ptu,
    /// Day it was or will be asked for; it arrives after the parameter `ptu-quota-lead-time`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub asked: Option<Spanned<Datetime>>,
    /// Day it arrives, where that is known.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub arrives: Option<Spanned<Datetime>>,
}

/// A way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// A key of the resource.
    ApiKey,
    /// A token of Microsoft Entra ID.
    EntraId,
    /// An identity that Azure manages.
    ManagedIdentity,
}

impl Authentication {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::ApiKey, Self::EntraId, Self::ManagedIdentity];

    /// The word used in scenarios and data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::EntraId => "entra-id",
            Self::ManagedIdentity => "managed-identity",
        }
    }
}

/// A way to keep traffic off the public network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// A private endpoint.
    PrivateEndpoint,
    /// Within a virtual network.
    VirtualNetwork,
}

impl Network {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::PrivateEndpoint, Self::VirtualNetwork];

    /// The word used in scenarios.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PrivateEndpoint => "private-endpoint",
            Self::VirtualNetwork => "virtual-network",
        }
    }
}

/// Until when a model must not be retired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelUntil {
    /// The end of the billed period.
    #[default]
    Period,
    /// The end of the months planned.
    Horizon,
    /// Its retirement does not matter.
    Any,
}

impl ModelUntil {
    const ALL: [Self; 3] = [Self::Period, Self::Horizon, Self::Any];

    /// The word used in scenarios.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Period => "period",
            Self::Horizon => "horizon",
            Self::Any => "any",
        }
    }
}

/// Who pays. Some cannot buy some models or SKUs (S 70, S 73; the guide's note on CSP).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionType {
    /// An Enterprise Agreement or a Microsoft Customer Agreement for enterprises.
    Enterprise,
    /// Pay-as-you-go.
    PayAsYouGo,
    /// Bought through a Cloud Solution Provider.
    Csp,
    /// Azure for Students.
    Student,
    /// Visual Studio Enterprise.
    VisualStudioEnterprise,
    /// Paid by free credit.
    FreeCredit,
    /// The free trial.
    FreeTrial,
    /// An enterprise account of South Korea.
    SouthKoreaEnterprise,
}

impl SubscriptionType {
    const ALL: [Self; 8] = [
        Self::Enterprise,
        Self::PayAsYouGo,
        Self::Csp,
        Self::Student,
        Self::VisualStudioEnterprise,
        Self::FreeCredit,
        Self::FreeTrial,
        Self::SouthKoreaEnterprise,
    ];

    /// The word used in scenarios and data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::PayAsYouGo => "pay-as-you-go",
            Self::Csp => "csp",
            Self::Student => "student",
            Self::VisualStudioEnterprise => "visual-studio-enterprise",
            Self::FreeCredit => "free-credit",
            Self::FreeTrial => "free-trial",
            Self::SouthKoreaEnterprise => "south-korea-enterprise",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let lower = word.trim().to_ascii_lowercase().replace(' ', "-");
        let known = match lower.as_str() {
            "ea" | "mca" | "mca-e" => "enterprise",
            "payg" | "paygo" => "pay-as-you-go",
            other => other,
        };
        Self::ALL.into_iter().find(|kind| kind.as_str() == known)
    }
}

/// A quota increase on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRequest {
    /// Provisioned SKU.
    pub sku: Arc<str>,
    /// PTU quota once granted.
    pub ptu: Ptu,
    /// The day it was asked for, or the day it arrives.
    pub day: QuotaDay,
}

/// When a quota increase arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaDay {
    /// So many days after this one as the parameter `ptu-quota-lead-time` says.
    Asked(Date),
    /// On this day.
    Arrives(Date),
}

/// What every deployment must keep to.
#[derive(Clone, Debug, Default)]
pub struct Require {
    /// Data zone of the processing.
    pub data_zone: Option<Named>,
    /// Geography of the processing.
    pub geography: Option<Named>,
    /// Region of the processing.
    pub region: Option<Named>,
    /// Region, geography or data zone where data rests.
    pub at_rest: Option<Named>,
    /// Longest input that must be served, tokens.
    pub context_tokens: Option<u64>,
    /// How clients authenticate.
    pub authentication: Option<Authentication>,
    /// How traffic stays off the public network.
    pub network: Option<Network>,
    /// Who pays; not checked when none.
    pub subscription: Option<SubscriptionType>,
    /// Models or versions that the subscription has deployed before.
    pub has_used: Vec<Named>,
    /// Until when the models must not be retired.
    pub model_until: ModelUntil,
    /// Most a month may cost.
    pub budget: Option<Money>,
    /// The file of an Azure Policy.
    pub policy: Option<Named>,
    /// The policy, once the caller has read its file.
    pub policies: Option<Vec<Policy>>,
    /// Quota increases on their way, by day.
    pub quota_requests: Vec<QuotaRequest>,
}

impl Require {
    /// Takes the text of the policy's file, which the caller has read. Fails when it is none.
    pub fn read_policy(&mut self, file: &str, text: &str) -> Result<(), Diagnostics> {
        self.policies = Some(Policy::parse(file, text)?);
        Ok(())
    }
}

/// Checks `[require]` and its parts of `[subscription]`.
pub(in crate::scenario) fn require(
    table: Option<&RequireTable>,
    subscription: Option<&Spanned<String>>,
    requests: &[QuotaRequestTable],
    to: &mut Check<'_>,
) -> Require {
    let absent = RequireTable::default();
    let table = table.unwrap_or(&absent);
    let mut require = Require {
        data_zone: named(table.data_zone.as_ref(), to),
        geography: named(table.geography.as_ref(), to),
        region: named(table.region.as_ref(), to),
        at_rest: named(table.at_rest.as_ref(), to),
        policy: named(table.policy.as_ref(), to),
        authentication: one_of(
            "authentication",
            table.authentication.as_ref(),
            &Authentication::ALL,
            Authentication::as_str,
            to,
        ),
        network: one_of("network", table.network.as_ref(), &Network::ALL, Network::as_str, to),
        model_until: one_of(
            "model_until",
            table.model_until.as_ref(),
            &ModelUntil::ALL,
            ModelUntil::as_str,
            to,
        )
        .unwrap_or_default(),
        context_tokens: table.context_tokens.as_ref().map(|tokens| *tokens.get_ref()),
        ..Require::default()
    };
    require.subscription = subscription.and_then(|written| {
        let kind = SubscriptionType::parse(written.get_ref());
        if kind.is_none() {
            let known = SubscriptionType::ALL.map(SubscriptionType::as_str);
            to.wrong(
                "unknown-subscription-type",
                written.span(),
                format!("unknown subscription type: {}", written.get_ref()),
                did_you_mean(written.get_ref(), &known),
            );
        }
        kind
    });
    require.budget = table.budget.as_ref().and_then(|written| {
        let budget = monthly(written.get_ref());
        if budget.is_none() {
            to.wrong(
                "not-a-budget",
                written.span(),
                format!("not a budget: {}", written.get_ref()),
                "write an amount, a currency and its time, such as \"60000 USD a month\"",
            );
        }
        budget
    });
    for request in requests {
        if let Some(request) = quota_request(request, to) {
            require.quota_requests.push(request);
        }
    }
    require
}

fn named(written: Option<&Spanned<String>>, to: &Check<'_>) -> Option<Named> {
    let written = written?;
    Some(Named { name: written.get_ref().as_str().into(), place: to.place(written.span()) })
}

fn one_of<T: Copy>(
    key: &str,
    written: Option<&Spanned<String>>,
    all: &[T],
    word: impl Fn(T) -> &'static str,
    to: &mut Check<'_>,
) -> Option<T> {
    let written = written?;
    let found = all.iter().copied().find(|one| word(*one) == written.get_ref());
    if found.is_none() {
        let known: Vec<&str> = all.iter().map(|one| word(*one)).collect();
        to.wrong(
            "unknown-requirement",
            written.span(),
            format!("unknown requirement: {key} = {}", written.get_ref()),
            did_you_mean(written.get_ref(), &known),
        );
    }
    found
}

fn did_you_mean(asked: &str, known: &[&str]) -> String {
    match nearest(asked, known.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("one of \"{}\"", known.join("\", \"")),
    }
}

/// `"60000 USD a month"` or `"720,000 USD a year"` as an amount a month.
fn monthly(text: &str) -> Option<Money> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [amount, currency, "a" | "per", time] = words.as_slice() else { return None };
    let amount: Decimal = amount.replace([',', '_'], "").parse().ok()?;
    let currency: Currency = currency.parse().ok()?;
    let months = match *time {
        "month" => 1,
        "year" => 12,
        _ => return None,
    };
    let amount = amount.checked_div(Decimal::from(months))?;
    (amount > Decimal::ZERO).then_some(Money::new(amount, currency))
}

fn quota_request(table: &QuotaRequestTable, to: &mut Check<'_>) -> Option<QuotaRequest> {
    let mut date = |written: &Spanned<Datetime>| {
        let found = written
            .get_ref()
            .date
            .filter(|_| written.get_ref().time.is_none())
            .and_then(|d| Date::new(d.year as i16, d.month as i8, d.day as i8).ok());
        if found.is_none() {
            to.wrong(
                "not-a-date",
                written.span(),
                format!("not a civil date: {}", written.get_ref()),
                "write a day such as 2027-01-15",
            );
        }
        found
    };
    let day = match (&table.asked, &table.arrives) {
        (Some(asked), None) => QuotaDay::Asked(date(asked)?),
        (None, Some(arrives)) => QuotaDay::Arrives(date(arrives)?),
        _ => {
            to.wrong(
                "incomplete-quota-request",
                table.sku.span(),
                format!("incomplete quota request: {}", table.sku.get_ref()),
                "give the day it was `asked`, or the day it `arrives`",
            );
            return None;
        }
    };
    Some(QuotaRequest { sku: table.sku.get_ref().as_str().into(), ptu: table.ptu, day })
}

/// What is wrong with a scenario whose policy nobody has read.
pub(crate) fn policy_not_read(policy: &Named) -> Diagnostic {
    Diagnostic::error("policy-not-read", format!("policy not read: {}", policy.name))
        .at(policy.place.clone())
        .hint("give its text to `Require::read_policy`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_amounts_a_month() {
        let amount = |text: &str| monthly(text).map(|money| money.to_exact_string());
        assert_eq!(amount("60000 USD a month").as_deref(), Some("60000"));
        assert_eq!(amount("120,000 EUR per year").as_deref(), Some("10000"));
        for wrong in ["60000", "60000 USD", "-1 USD a month", "many USD a month", "1 USD a day"] {
            assert_eq!(amount(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn subscription_types_have_the_names_people_use() {
        assert_eq!(SubscriptionType::parse("EA"), Some(SubscriptionType::Enterprise));
        assert_eq!(SubscriptionType::parse("CSP"), Some(SubscriptionType::Csp));
        assert_eq!(SubscriptionType::parse("Pay as you go"), Some(SubscriptionType::PayAsYouGo));
        assert_eq!(SubscriptionType::parse("gold"), None);
    }
}
