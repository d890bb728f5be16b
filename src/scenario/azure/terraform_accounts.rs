//! Accounts of Terraform's plans and states, also those that have no id yet.

use crate::scenario::azure::document::Node;
use crate::scenario::azure::inventory::{AccountKey, FoundAccount};
use crate::scenario::azure::terraform_config::Target;
use crate::scenario::azure::terraform_unknown::AFTER_APPLY;
use crate::scenario::azure::words::{region, shown};
use crate::units::diagnostic::Diagnostic;

/// An account of azurerm.
pub(super) const ACCOUNT: &str = "azurerm_cognitive_account";
/// The name that azurerm gives the same resource from 4.5x on for Foundry's accounts.
pub(super) const FOUNDRY_ACCOUNT: &str = "azurerm_ai_services";
/// The type of an account in azapi.
pub(super) const ACCOUNT_TYPE: &str = "microsoft.cognitiveservices/accounts@";

/// An account of azurerm.
pub(super) fn of_azurerm(resource: &Node<'_>, values: &Node<'_>) -> FoundAccount {
    let name = values.text("name").unwrap_or_default();
    let address = resource.text("address").unwrap_or_default();
    let key = values.text("id").and_then(AccountKey::of_id);
    let flag = |key: &str| values.get(key).and_then(|node| node.value.as_bool());
    FoundAccount {
        key: key.unwrap_or_else(|| named(name, address, values.text("resource_group_name"))),
        name: if name.is_empty() { address.to_owned() } else { name.to_owned() },
        region: values.text("location").map(region),
        local_auth: flag("local_auth_enabled"),
        public_network: flag("public_network_access_enabled"),
        origin: resource.origin.clone(),
        location: values.origin.below("location"),
    }
}

/// An account of azapi.
pub(super) fn of_azapi(resource: &Node<'_>, values: &Node<'_>) -> FoundAccount {
    FoundAccount { local_auth: None, public_network: None, ..of_azurerm(resource, values) }
}

/// The key of an account that has no id yet. Without a name its address stands for it.
fn named(name: &str, address: &str, group: Option<&str>) -> AccountKey {
    let name = if name.is_empty() { address } else { name };
    AccountKey { group: group.unwrap_or_default().to_lowercase(), ..AccountKey::named(name) }
}

/// Accounts of a plan that have no id yet, with their addresses: a deployment cannot name them by
/// id.
pub(super) struct NewAccounts(Vec<(String, FoundAccount)>);

impl NewAccounts {
    /// Those that the changes of a plan make.
    pub(super) fn of(changes: &[Node<'_>]) -> Self {
        let new = changes.iter().filter_map(|change| {
            let after = change.at(&["change", "after"])?;
            let kind = change.text("type").unwrap_or_default();
            let of = after.text("type").unwrap_or_default().to_lowercase();
            let is_account = [ACCOUNT, FOUNDRY_ACCOUNT].contains(&kind)
                || kind == "azapi_resource" && of.starts_with(ACCOUNT_TYPE);
            let is_new = is_account && after.text("id").is_none();
            let address = change.text("address").filter(|_| is_new)?;
            Some((address.to_owned(), of_azurerm(change, &after)))
        });
        Self(new.collect())
    }

    fn meant<'t>(&self, targets: &'t [Target]) -> Vec<(&'t Target, &(String, FoundAccount))> {
        let all = self.0.iter().filter_map(|account| {
            let target = targets.iter().find(|target| target.may_be(&account.0))?;
            Some((target, account))
        });
        all.collect()
    }

    /// The one account that a deployment may belong to; none where it refers to none. Several are
    /// never chosen among: they may be in several regions.
    pub(super) fn the_one(
        &self,
        resource: &Node<'_>,
        targets: &[Target],
    ) -> Result<Option<&FoundAccount>, Diagnostic> {
        let meant = self.meant(targets);
        let [(_, (first, account)), others @ ..] = meant.as_slice() else { return Ok(None) };
        let Some((_, (second, _))) = others.first() else { return Ok(Some(account)) };
        let message = format!(
            "which account it belongs to is only known after apply: {} refers to {} and {}",
            shown(resource.text("address").unwrap_or_default()),
            shown(first),
            shown(second)
        );
        Err(Diagnostic::error("value-unknown", message)
            .at(resource.origin.place())
            .hint(AFTER_APPLY))
    }

    /// A note where an account is chosen by `count.index` among accounts of several regions: a plan
    /// names what an index is made of, and not how.
    pub(super) fn by_index_alone(
        &self,
        resource: &Node<'_>,
        targets: &[Target],
        name: &str,
    ) -> Option<Diagnostic> {
        let meant = self.meant(targets);
        let [(target, (address, account))] = meant.as_slice() else { return None };
        let siblings = self.0.iter().filter(|(other, _)| target.has_sibling(other));
        let elsewhere = siblings.filter(|(_, other)| other.region != account.region).count();
        (elsewhere > 0).then(|| {
            let message = format!(
                "{} is taken as a deployment of {}, which has its own index: a plan does not say \
                 how count.index is used, and the accounts are in several regions",
                shown(name),
                shown(address)
            );
            Diagnostic::warning("account-by-index", message).at(resource.origin.place())
        })
    }
}
