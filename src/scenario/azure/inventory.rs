//! What the files say, before anything is joined, checked or named.

use crate::scenario::azure::document::Origin;
use crate::units::diagnostic::Diagnostics;
use jiff::civil::Date;

/// Which side of a Terraform plan is taken: what is there, or what will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `prior_state`.
    Before,
    /// `planned_values`.
    After,
}

/// An account, told apart without case of letters. Subscription and group are empty where a file does not say them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountKey {
    /// Id of the subscription, lower case.
    pub subscription: String,
    /// Resource group, lower case.
    pub group: String,
    /// Name, lower case.
    pub name: String,
}

/// An account as a file names it.
#[derive(Clone, Debug)]
pub struct FoundAccount {
    /// Which.
    pub key: AccountKey,
    /// Its name as written.
    pub name: String,
    /// Its region; none where only deploying can tell.
    pub region: Option<String>,
    /// Whether it may be called with a key; none where the file does not say.
    pub local_auth: Option<bool>,
    /// Whether it may be reached over the public network; none where the file does not say.
    pub public_network: Option<bool>,
    /// Where it stands.
    pub origin: Origin,
    /// Where its region stands.
    pub location: Origin,
}

/// A rate limit in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Tokens a minute.
    pub tokens_per_minute: Option<u64>,
    /// Requests a minute.
    pub requests_per_minute: Option<u64>,
}

/// Where the parts of a deployment stand in its file: what is wrong with one is told there.
#[derive(Clone, Debug, Default)]
pub struct PartPlaces {
    /// Its SKU.
    pub sku: Origin,
    /// Its capacity.
    pub capacity: Origin,
    /// Limits in force.
    pub limits: Origin,
    /// Its model.
    pub model: Origin,
    /// What it spills over to.
    pub spillover: Origin,
}

impl PartPlaces {
    /// Those of a deployment as Azure Resource Manager writes it.
    pub(super) fn of_resource(origin: &Origin) -> Self {
        Self {
            sku: origin.below("sku.name"),
            capacity: origin.below("sku.capacity"),
            limits: origin.below("properties.rateLimits"),
            model: origin.below("properties.model.name"),
            spillover: origin.below("properties.spilloverDeploymentName"),
        }
    }
}

/// Why the account of a deployment is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoAccount {
    /// The files do not say it.
    #[default]
    NotSaid,
    /// Only applying a plan can tell.
    AfterApply,
}

/// A deployment as a file names it.
#[derive(Clone, Debug, Default)]
pub struct FoundDeployment {
    /// Its account; none where the file does not say which.
    pub account: Option<AccountKey>,
    /// The account's name as written.
    pub account_name: String,
    /// Why its account is not known, where it is not.
    pub no_account: NoAccount,
    /// Its name.
    pub name: String,
    /// SKU name as written.
    pub sku: String,
    /// PTUs, or units of capacity; none where the file says none.
    pub capacity: Option<u64>,
    /// Limits in force.
    pub limits: Limits,
    /// Model name as written.
    pub model: String,
    /// Model version; empty where the file says none.
    pub version: String,
    /// Name of the deployment of the same account that takes what this one throttles.
    pub spillover: Option<String>,
    /// Whether calls that ask for no tier are served with priority.
    pub priority: bool,
    /// Whether dynamic quota is switched on.
    pub dynamic_quota: bool,
    /// Why it serves no calls; none where it does.
    pub idle: Option<String>,
    /// Names of the models a router chooses among.
    pub routed: Vec<String>,
    /// Whether accounts are in the order of their names: Terraform sorts resources by address, which means nothing.
    pub unordered: bool,
    /// Where it stands.
    pub origin: Origin,
    /// Where its parts stand.
    pub parts: PartPlaces,
}

/// A line of a usage list.
#[derive(Clone, Debug)]
pub struct FoundUsage {
    /// Name of the quota, such as `OpenAI.GlobalStandard.gpt4.1`.
    pub name: String,
    /// Its limit.
    pub limit: u64,
    /// What is used of it.
    pub used: u64,
    /// Where it stands.
    pub origin: Origin,
}

/// Which quota a model draws on as a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaName {
    /// Model name.
    pub model: String,
    /// SKU name.
    pub sku: String,
    /// Name of the quota.
    pub usage: String,
}

/// What a reservation applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole agreement.
    Shared,
    /// These subscriptions or resource groups, as `(subscription, group)`, lower case, the group empty for all of them.
    Single(Vec<(String, String)>),
    /// A management group: which subscriptions are in it cannot be seen.
    Management,
}

/// A reservation as a file names it.
#[derive(Clone, Debug)]
pub struct FoundReservation {
    /// Id of its order, lower case.
    pub order: String,
    /// Its name for people.
    pub name: String,
    /// SKU name of the platform.
    pub sku: String,
    /// Region; none for Global SKUs.
    pub region: Option<String>,
    /// Reserved PTUs.
    pub quantity: u32,
    /// `1-month` or `1-year`.
    pub term: &'static str,
    /// First day, UTC.
    pub start: Date,
    /// `upfront` or `monthly`; none where the file does not say.
    pub payment: Option<&'static str>,
    /// Whether it renews.
    pub renews: bool,
    /// What it applies to.
    pub scope: Scope,
    /// Where it stands.
    pub origin: Origin,
}

/// A reservation order: what was paid.
#[derive(Clone, Debug)]
pub struct FoundOrder {
    /// Its id, lower case.
    pub id: String,
    /// PTUs bought.
    pub quantity: u64,
    /// Price of all of them over the term, as written.
    pub total: String,
    /// Currency.
    pub currency: String,
}

/// Everything the files say.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Deployments in the order of the files.
    pub deployments: Vec<FoundDeployment>,
    /// Accounts in the order of the files.
    pub accounts: Vec<FoundAccount>,
    /// Usage lists, one each file.
    pub usage: Vec<Vec<FoundUsage>>,
    /// Names of quotas.
    pub quota_names: Vec<QuotaName>,
    /// The subscription's quota tier, and where it stands.
    pub quota_tier: Option<(String, Origin)>,
    /// Reservations in the order of the files.
    pub reservations: Vec<FoundReservation>,
    /// Reservation orders.
    pub orders: Vec<FoundOrder>,
    /// What was left out or assumed so far.
    pub notes: Diagnostics,
    /// Whether any file can state deployments: an empty list of them is an answer.
    pub states_deployments: bool,
    /// What each file looks like, in words.
    pub seen: Vec<String>,
}
