//! Accounts: the resources that deployments belong to, and that have their region.

use crate::scenario::azure::document::Node;
use crate::scenario::azure::inventory::{AccountKey, FoundAccount, FoundDeployment};
use crate::scenario::azure::words::region;
use crate::units::diagnostic::Diagnostic;

impl AccountKey {
    /// The account within an id such as `/subscriptions/S/resourceGroups/G/providers/…/accounts/A/deployments/D`.
    pub(super) fn of_id(id: &str) -> Option<Self> {
        let after = |key: &str| {
            let mut parts = id.split('/');
            parts.find(|part| part.eq_ignore_ascii_case(key))?;
            parts.next().filter(|part| !part.is_empty()).map(str::to_lowercase)
        };
        Some(Self {
            subscription: after("subscriptions").unwrap_or_default(),
            group: after("resourceGroups").unwrap_or_default(),
            name: after("accounts")?,
        })
    }

    /// An account of which only the name is known.
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_lowercase(), ..Self::default() }
    }

    /// Whether both may be the same account: what either does not say is no difference.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
        self.name == other.name
            && same(&self.group, &other.group)
            && same(&self.subscription, &other.subscription)
    }
}

impl FoundDeployment {
    /// Whether it may be the deployment of a name in an account: an account that is not said is no
    /// difference.
    pub(super) fn is(&self, account: Option<&AccountKey>, name: &str) -> bool {
        let place = match (&self.account, account) {
            (Some(own), Some(asked)) => own.may_be(asked),
            _ => true,
        };
        place && self.name.eq_ignore_ascii_case(name)
    }
}

/// The part of an id that follows a segment, as it is written.
pub(super) fn segment<'a>(id: &'a str, key: &str) -> Option<&'a str> {
    let mut parts = id.split('/');
    parts.find(|part| part.eq_ignore_ascii_case(key))?;
    parts.next().filter(|part| !part.is_empty())
}

/// An account of a list.
pub(super) fn read(item: &Node<'_>) -> Result<FoundAccount, Diagnostic> {
    let id = item.text("id").unwrap_or_default();
    let named = item.text("name").map(AccountKey::named);
    let (Some(key), Some(name)) = (AccountKey::of_id(id).or(named), item.text("name")) else {
        return Err(item.wrong(
            "account-without-name",
            "an account without name",
            "az cognitiveservices account list -o json",
        ));
    };
    let properties = item.get("properties");
    let flag = |key: &str| properties.as_ref()?.get(key)?.value.as_bool();
    let public = properties.as_ref().and_then(|found| found.text("publicNetworkAccess"));
    Ok(FoundAccount {
        key,
        name: name.to_owned(),
        region: item.text("location").map(region),
        local_auth: flag("disableLocalAuth").map(|disabled| !disabled),
        public_network: public.map(|word| !word.eq_ignore_ascii_case("Disabled")),
        origin: item.origin.clone(),
        location: item.origin.below("location"),
    })
}
