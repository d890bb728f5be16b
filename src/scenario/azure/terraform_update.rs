//! `azapi_update_resource`: what is added to a deployment that something else makes.

use crate::scenario::azure::deployment;
use crate::scenario::azure::document::Node;
use crate::scenario::azure::inventory::{AccountKey, FoundDeployment};
use crate::scenario::azure::terraform_config::Target;
use crate::scenario::azure::terraform_unknown::AFTER_APPLY;
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::Diagnostic;
use serde_json::Value;

/// What an update states wins; what it does not state stays.
fn merge(found: &mut FoundDeployment, more: FoundDeployment, body: &Value) {
    let stated = |path: &[&str]| {
        let at = path.iter().try_fold(body, |value, key| value.get(*key));
        at.is_some_and(|value| !value.is_null())
    };
    if !more.sku.is_empty() {
        found.sku = more.sku;
    }
    found.capacity = more.capacity.or(found.capacity);
    if !more.model.is_empty() {
        found.model = more.model;
    }
    if !more.version.is_empty() {
        found.version = more.version;
    }
    found.spillover = more.spillover.or_else(|| found.spillover.take());
    if stated(&["properties", "serviceTier"]) {
        found.priority = more.priority;
    }
    if stated(&["properties", "dynamicThrottlingEnabled"]) {
        found.dynamic_quota = more.dynamic_quota;
    }
    if stated(&["properties", "deploymentState"]) {
        found.idle = more.idle;
    }
}

/// An update: its target by account and name, or by what its configuration refers to.
pub(super) struct Update<'a> {
    pub(super) account: Option<AccountKey>,
    pub(super) name: Option<String>,
    pub(super) targets: Vec<Target>,
    pub(super) body: Value,
    pub(super) resource: Node<'a>,
}

/// Adds an update to the deployment that it is for, among deployments of these addresses. A note
/// where that is not in the file.
pub(super) fn apply(
    update: &Update<'_>,
    deployments: &mut [FoundDeployment],
    addresses: &[String],
) -> Result<Option<Diagnostic>, Diagnostic> {
    let own = shown(update.resource.text("address").unwrap_or_default());
    let found = if let Some(name) = &update.name {
        deployments.iter_mut().find(|found| found.is(update.account.as_ref(), name))
    } else {
        let mut meant = deployments
            .iter_mut()
            .zip(addresses)
            .filter(|(_, address)| update.targets.iter().any(|target| target.may_be(address)));
        let (first, second) = (meant.next(), meant.next());
        if let (Some((_, first)), Some((_, second))) = (&first, &second) {
            let message = format!(
                "what it updates is only known after apply: {own} refers to {} and {}",
                shown(first),
                shown(second)
            );
            return Err(Diagnostic::error("value-unknown", message)
                .at(update.resource.origin.place())
                .hint(AFTER_APPLY));
        }
        first.map(|(found, _)| found)
    };
    let Some(found) = found else {
        let message = match &update.name {
            Some(name) => {
                format!("left out: an update of {}, which is not in the file", shown(name))
            }
            None => format!("left out: {own}, whose deployment is not in the file"),
        };
        let note = Diagnostic::warning("left-out", message).at(update.resource.origin.place());
        return Ok(Some(note));
    };
    let body = Node { value: &update.body, origin: update.resource.origin.clone() };
    merge(found, deployment::body(&body)?, &update.body);
    Ok(None)
}
