//! Names of deployments, which are unique within an account only.

use crate::scenario::azure::inventory::FoundDeployment;
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::{Diagnostic, Diagnostics};

/// A name for each: its own, `ACCOUNT/NAME` where two accounts share it, and `GROUP/ACCOUNT/NAME` where two accounts are called
/// the same too.
pub(super) fn names(found: &[&FoundDeployment], notes: &mut Diagnostics) -> Vec<String> {
    let own = |d: &FoundDeployment| d.name.clone();
    let with_account = |d: &FoundDeployment| format!("{}/{}", d.account_name, d.name);
    let with_group = |d: &FoundDeployment| {
        let group = d.account.as_ref().map(|key| key.group.clone()).unwrap_or_default();
        format!("{group}/{}/{}", d.account_name, d.name)
    };
    let shared = |name: &str, of: &dyn Fn(&FoundDeployment) -> String| {
        found.iter().filter(|d| of(d).eq_ignore_ascii_case(name)).count() > 1
    };
    let mut names = Vec::new();
    for deployment in found {
        let mut name = own(deployment);
        if shared(&name, &own) {
            name = with_account(deployment);
            if shared(&name, &with_account) {
                name = with_group(deployment);
            }
            let message = format!(
                "renamed: {} is {} here, because two accounts share the name",
                shown(&deployment.name),
                shown(&name)
            );
            notes.push(Diagnostic::warning("renamed", message).at(deployment.origin.place()));
        }
        names.push(name);
    }
    names
}
