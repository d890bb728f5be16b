//! Spillover, by name within an account.

use crate::scenario::azure::deployment::is_provisioned;
use crate::scenario::azure::inventory::FoundDeployment;
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};

/// For each deployment the one that takes what it throttles.
pub(super) fn targets(
    found: &[&FoundDeployment],
    idle: &[&FoundDeployment],
    notes: &mut Diagnostics,
    wrong: &mut Diagnostics,
) -> Vec<Option<usize>> {
    let mut targets = Vec::new();
    for own in found {
        let Some(name) = &own.spillover else {
            targets.push(None);
            continue;
        };
        let is_target = |other: &&FoundDeployment| {
            same_account(own, other) && other.name.eq_ignore_ascii_case(name)
        };
        let target = found.iter().position(is_target);
        match target {
            Some(target) if std::ptr::eq(*own, found[target]) => wrong.push(to_itself(own)),
            Some(target) => {
                version_note(own, found[target], notes);
                provisioned_note(own, found[target], notes);
            }
            None => wrong.push(missing(own, name, idle.iter().find(|own| is_target(own)).copied())),
        }
        targets.push(target);
    }
    targets
}

fn same_account(a: &FoundDeployment, b: &FoundDeployment) -> bool {
    match (&a.account, &b.account) {
        (Some(a), Some(b)) => a.may_be(b),
        (None, None) => a.origin.file == b.origin.file,
        _ => false,
    }
}

fn missing(own: &FoundDeployment, name: &str, idle: Option<&FoundDeployment>) -> Diagnostic {
    let (why, hint) = match idle {
        Some(target) => (
            format!("which serves no calls ({})", target.idle.as_deref().unwrap_or_default()),
            "let the target serve calls, or let spillover name another, then write the list again; \
             or change that in a copy of the file",
        ),
        None => (
            "which is not among the deployments of its account".to_owned(),
            "give every deployment of the account: az cognitiveservices account deployment list \
             -g GROUP -n ACCOUNT -o json",
        ),
    };
    let message = format!("{} spills over to {}, {why}", shown(&own.name), shown(name));
    Diagnostic::error("spillover-target-missing", message).at(place(own)).hint(hint)
}

fn to_itself(own: &FoundDeployment) -> Diagnostic {
    let message = format!("{} spills over to itself", shown(&own.name));
    Diagnostic::error("spillover-in-a-circle", message)
        .at(place(own))
        .hint("name a standard deployment of the account, or none")
}

fn place(own: &FoundDeployment) -> Place {
    own.parts.spillover.place()
}

/// The platform spills over from provisioned deployments to standard ones.
fn provisioned_note(own: &FoundDeployment, target: &FoundDeployment, notes: &mut Diagnostics) {
    if !is_provisioned(&target.sku) {
        return;
    }
    let message = format!(
        "{} spills over to {}, which is provisioned too ({}): the platform documents spillover to \
         standard deployments alone; taken as the file has it",
        shown(&own.name),
        shown(&target.name),
        shown(&target.sku)
    );
    notes.push(Diagnostic::warning("spillover-to-provisioned", message).at(place(own)));
}

/// The platform asks for the same model and version, and says so itself.
fn version_note(own: &FoundDeployment, target: &FoundDeployment, notes: &mut Diagnostics) {
    let same_version =
        own.version.is_empty() || target.version.is_empty() || own.version == target.version;
    if own.model.eq_ignore_ascii_case(&target.model) && same_version {
        return;
    }
    let message = format!(
        "{} ({} {}) spills over to {} ({} {}); the platform asks for the same model and version",
        shown(&own.name),
        shown(&own.model),
        shown(&own.version),
        shown(&target.name),
        shown(&target.model),
        shown(&target.version)
    );
    notes.push(Diagnostic::warning("spillover-versions-differ", message).at(own.origin.place()));
}
