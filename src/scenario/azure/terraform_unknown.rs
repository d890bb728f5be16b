//! Values of a Terraform plan that only applying can tell.

use crate::scenario::azure::document::Node;
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::Diagnostic;
use serde_json::Value;

/// What to run where a value is only known after apply.
pub(super) const AFTER_APPLY: &str = "give the value to the plan: terraform plan -var NAME=VALUE; \
                                      or apply and read the state: terraform show -json";

/// That a value which matters is not one of those that only applying can tell.
pub(super) fn known(
    resource: &Node<'_>,
    unknown: Option<&Node<'_>>,
    path: &[&str],
    stated: bool,
) -> Result<(), Diagnostic> {
    if stated || !after_apply(unknown, path) {
        return Ok(());
    }
    let what = path.join(".");
    Err(Diagnostic::error(
        "value-unknown",
        format!(
            "{what} is only known after apply: {}",
            shown(resource.text("address").unwrap_or(""))
        ),
    )
    .at(resource.origin.below(&format!("values.{what}")).place())
    .hint(AFTER_APPLY))
}

/// Whether only applying can tell a value.
pub(super) fn after_apply(unknown: Option<&Node<'_>>, path: &[&str]) -> bool {
    unknown.is_some_and(|node| is_unknown(node.value, path))
}

/// Whether `after_unknown` marks a path: `true` stands for all below it, and blocks are lists.
fn is_unknown(value: &Value, path: &[&str]) -> bool {
    if value.as_bool() == Some(true) {
        return true;
    }
    if let Some(items) = value.as_array() {
        return items.first().is_some_and(|item| is_unknown(item, path));
    }
    let Some((key, rest)) = path.split_first() else { return false };
    value.get(*key).is_some_and(|value| is_unknown(value, rest))
}
