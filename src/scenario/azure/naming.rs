//! Names of deployments, which are unique within an account only.

use crate::scenario::azure::inventory::{FoundDeployment, Inventory};
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::collections::BTreeMap;

/// How a deployment may be called.
type Form = fn(&FoundDeployment) -> String;

/// From short to long.
const FORMS: [Form; 3] = [own, with_account, with_group];

fn own(found: &FoundDeployment) -> String {
    found.name.clone()
}

fn with_account(found: &FoundDeployment) -> String {
    let key = found.account.as_ref().map(|key| key.name.as_str());
    let account = Some(found.account_name.as_str()).filter(|name| !name.is_empty()).or(key);
    joined([account.unwrap_or_default(), &found.name])
}

fn with_group(found: &FoundDeployment) -> String {
    let group = found.account.as_ref().map(|key| key.group.clone()).unwrap_or_default();
    joined([&group, &with_account(found)])
}

fn joined(parts: [&str; 2]) -> String {
    let stated = parts.into_iter().filter(|part| !part.is_empty());
    stated.collect::<Vec<_>>().join("/")
}

/// A name for each: its own, `ACCOUNT/NAME` where two accounts share it, and `GROUP/ACCOUNT/NAME` where two accounts are called
/// the same too. Names of the other side of a change count alike, so that one deployment has one
/// name on both.
pub(super) fn names(
    found: &[&FoundDeployment],
    beside: Option<&Inventory>,
    notes: &mut Diagnostics,
) -> Result<Vec<String>, Diagnostic> {
    let beside = beside.iter().flat_map(|other| &other.deployments);
    let beside: Vec<&FoundDeployment> = beside.filter(|other| other.idle.is_none()).collect();
    let counted = FORMS.map(|form| [found, &beside].map(|side| count(side, form)));
    let shared = |level: usize, name: &str| {
        let name = name.to_lowercase();
        counted[level].iter().any(|side| side.get(&name).is_some_and(|count| *count > 1))
    };
    let mut names: Vec<String> = Vec::new();
    if let Some(error) = stands_twice(found) {
        return Err(error);
    }
    for deployment in found {
        let level = (0..2).find(|level| !shared(*level, &FORMS[*level](deployment))).unwrap_or(2);
        let name = FORMS[level](deployment);
        if level > 0 {
            let message = format!(
                "renamed: {} is {} here, because two accounts share the name",
                shown(&deployment.name),
                shown(&name)
            );
            notes.push(Diagnostic::warning("renamed", message).at(deployment.origin.place()));
        }
        names.push(name);
    }
    Ok(names)
}

/// Two deployments that no name tells apart: a name stands once in an account.
fn stands_twice(found: &[&FoundDeployment]) -> Option<Diagnostic> {
    let mut seen: BTreeMap<String, &FoundDeployment> = BTreeMap::new();
    for deployment in found {
        let name = with_group(deployment);
        let Some(first) = seen.insert(name.to_lowercase(), deployment) else { continue };
        let message = format!(
            "two deployments of one name: {} ({})",
            shown(&name),
            first.origin.place().file
        );
        let hint =
            "a name stands once in an account: leave out the file or the resource that repeats it";
        return Some(
            Diagnostic::error("named-twice", message).at(deployment.origin.place()).hint(hint),
        );
    }
    None
}

/// How often each name is taken, case aside.
fn count(found: &[&FoundDeployment], form: Form) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for deployment in found {
        *names.entry(form(deployment).to_lowercase()).or_default() += 1;
    }
    names
}
