//! The files put together: each deployment with the region of its account, its SKU and model as the catalogue has them, and the
//! deployment it spills over to.

use crate::scenario::azure::capacity::{capacity, fitting, units_note};
use crate::scenario::azure::inventory::{FoundDeployment, Inventory};
use crate::scenario::azure::naming::names;
use crate::scenario::azure::options::JoinOptions;
use crate::scenario::azure::quota::{own_quota, ptu_quota};
use crate::scenario::azure::region::{most_common, region_of};
use crate::scenario::azure::reservation::applying;
use crate::scenario::azure::sku::sku;
use crate::scenario::azure::spillover::targets;
use crate::scenario::azure::unsold::unsold;
use crate::scenario::azure::words::shown;
use crate::scenario::azure::write::{Imported, ImportedDeployment};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::collections::{BTreeMap, BTreeSet};

/// Makes the tables of a scenario of what was found. All that is wrong is told at once.
pub fn join(inventory: &Inventory, options: &JoinOptions<'_>) -> Result<Imported, Diagnostics> {
    let mut notes = inventory.notes.clone();
    let found = of_subscription(inventory, options, &mut notes)?;
    let (serving, idle): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| d.idle.is_none());
    for (deployment, why) in idle.iter().filter_map(|d| Some((d, d.idle.as_ref()?))) {
        notes.push(left_out(deployment, why));
    }
    let empty = options.may_be_empty && inventory.states_deployments;
    if serving.is_empty() && !empty {
        return Err(nothing_found(inventory, &idle).into());
    }
    let serving = in_order(serving);
    let mut wrong = Diagnostics::default();
    let mut regions = Vec::new();
    let mut taken = Vec::new();
    for found in &serving {
        let region = region_of(found, inventory, options);
        match region.and_then(|region| {
            regions.push(region.clone());
            deployment(found, region, options, &mut notes)
        }) {
            Ok(deployment) => taken.push(deployment),
            Err(error) => wrong.push(error),
        }
    }
    let targets = targets(&serving, &idle, &mut notes, &mut wrong);
    wrong.or_ok(())?;
    let region = match options.base_region {
        Some(region) => region.to_owned(),
        None => most_common(&regions).unwrap_or_default(),
    };
    let names = names(&serving, options.beside, &mut notes)?;
    for (index, deployment) in taken.iter_mut().enumerate() {
        deployment.name.clone_from(&names[index]);
        deployment.spillover_to = targets[index].map(|target| names[target].clone());
        deployment.elsewhere = deployment.region != region;
    }
    notes.0.extend(units_note(&taken));
    let left_out = idle.iter().map(|found| found.name.clone()).collect();
    let mut imported = Imported { region, deployments: taken, left_out, ..Imported::default() };
    let mut wrong = Diagnostics::default();
    imported.quota_tier = inventory.quota_tier.as_ref().and_then(|(name, origin)| {
        let plain = |text: &str| text.replace('-', " ").to_lowercase();
        let known = options.catalog.quota_tiers().find(|tier| plain(tier) == plain(name));
        if known.is_none() {
            let message = format!("unknown quota tier: {}", shown(name));
            wrong.push(
                Diagnostic::error("quota-tier-unknown", message)
                    .at(origin.place())
                    .hint("state subscription.quota_tier; `ptuplan init --ask` names those known"),
            );
        }
        known.map(ToOwned::to_owned)
    });
    match ptu_quota(inventory, &imported.deployments, options, &mut notes) {
        Ok(quota) => imported.ptu_quota = quota,
        Err(error) => wrong.push(error),
    }
    match own_quota(inventory, &imported.deployments, options, &mut notes) {
        Ok(quota) => imported.quota = quota,
        Err(error) => wrong.push(error),
    }
    imported.reservations = applying(inventory, &serving, &mut notes);
    imported.proposals = proposals(inventory, &serving);
    imported.notes = notes;
    wrong.or_ok(imported)
}

/// The deployments of the one subscription that a scenario can have.
fn of_subscription<'a>(
    inventory: &'a Inventory,
    options: &JoinOptions<'_>,
    notes: &mut Diagnostics,
) -> Result<Vec<&'a FoundDeployment>, Diagnostic> {
    let of = |found: &FoundDeployment| {
        found.account.as_ref().map(|key| key.subscription.clone()).unwrap_or_default()
    };
    let all: Vec<&FoundDeployment> = inventory.deployments.iter().collect();
    if let Some(wanted) = options.subscription {
        let wanted = wanted.to_lowercase();
        let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|found| {
            let subscription = of(found);
            subscription.is_empty() || subscription == wanted
        });
        if own.is_empty() && !others.is_empty() {
            let message = "no deployment of this subscription: --subscription";
            return Err(Diagnostic::error("subscription-unknown", message)
                .hint("write the id as `az account list -o table` prints it"));
        }
        for other in others {
            notes.push(left_out(other, "of another subscription"));
        }
        return Ok(own);
    }
    let mut subscriptions: Vec<(String, &FoundDeployment)> = Vec::new();
    for found in &all {
        let subscription = of(found);
        if !subscription.is_empty() && !subscriptions.iter().any(|(own, _)| *own == subscription) {
            subscriptions.push((subscription, found));
        }
    }
    if let [_, (_, second), ..] = subscriptions.as_slice() {
        let accounts: Vec<String> =
            subscriptions.iter().map(|(_, found)| shown(&found.account_name)).collect();
        let message = format!(
            "deployments of {} subscriptions, such as those of {}: a scenario has one",
            accounts.len(),
            accounts.join(" and ")
        );
        return Err(Diagnostic::error("several-subscriptions", message)
            .at(second.origin.below("id").place())
            .hint(
                "--subscription ID takes those of one; `az account list -o table` prints the ids",
            ));
    }
    Ok(all)
}

fn left_out(found: &FoundDeployment, why: &str) -> Diagnostic {
    let message = format!("left out: {} ({why})", shown(&found.name));
    Diagnostic::warning("left-out", message).at(found.origin.place())
}

fn nothing_found(inventory: &Inventory, idle: &[&FoundDeployment]) -> Diagnostic {
    if let Some(first) = idle.first() {
        let why = |own: &&FoundDeployment| {
            format!("{} ({})", shown(&own.name), own.idle.as_deref().unwrap_or_default())
        };
        let told: Vec<String> = idle.iter().take(3).map(why).collect();
        let more = if idle.len() > 3 { "; …" } else { "" };
        let message = match idle.len() {
            1 => format!("the only deployment serves no calls: {}", told.join("; ")),
            all => format!("none of {all} deployments serves calls: {}{more}", told.join("; ")),
        };
        return Diagnostic::error("nothing-serves", message).at(first.origin.place()).hint(
            "let one serve calls and write the list again, or state [today] by hand with \
             `ptuplan init`",
        );
    }
    // What was left out is why.
    let left_out = inventory.notes.0.iter().filter(|note| note.code == "left-out");
    let left_out = left_out.map(|note| &note.message).take(3);
    let seen: Vec<&str> = inventory.seen.iter().chain(left_out).map(String::as_str).collect();
    let seen = format!("nothing found: no deployment; {}", seen.join("; "));
    Diagnostic::error("nothing-found", seen).hint(
        "az cognitiveservices account deployment list -g GROUP -n ACCOUNT -o json; \
         terraform show -json; az bicep build --file main.bicep --stdout; reservations: \
         az reservations list",
    )
}

/// By account, then as in the file. Accounts are in the order of the files; Terraform sorts by address, so there by name.
fn in_order(found: Vec<&FoundDeployment>) -> Vec<&FoundDeployment> {
    let mut accounts: Vec<(bool, String)> = Vec::new();
    let key = |found: &FoundDeployment| {
        let key = found.account.as_ref();
        let key = key.map(|key| format!("{}/{}/{}", key.name, key.group, key.subscription));
        (found.unordered, key.unwrap_or_default())
    };
    let mut seen = BTreeSet::new();
    for deployment in &found {
        let own = key(deployment);
        if seen.insert(own.clone()) {
            accounts.push(own);
        }
    }
    let mut sorted: Vec<String> =
        accounts.iter().filter(|(unordered, _)| *unordered).map(|(_, key)| key.clone()).collect();
    sorted.sort_unstable();
    let mut sorted = sorted.into_iter();
    for (_, account) in accounts.iter_mut().filter(|(unordered, _)| *unordered) {
        *account = sorted.next().unwrap_or_default();
    }
    let places: BTreeMap<_, _> = accounts.iter().enumerate().map(|(at, own)| (own, at)).collect();
    let mut ordered = found;
    ordered.sort_by_cached_key(|own| places.get(&key(own)).copied());
    ordered
}

fn deployment(
    found: &FoundDeployment,
    region: String,
    options: &JoinOptions<'_>,
    notes: &mut Diagnostics,
) -> Result<ImportedDeployment, Diagnostic> {
    let catalog = options.catalog;
    let sku = catalog.sku(&sku(&found.sku, &found.parts.sku, catalog)?)?;
    let (name, fine_tuned) = base_model(&found.model);
    let model = catalog.model(name).map_err(|error| Diagnostic {
        code: "model-unknown".into(),
        place: Some(found.parts.model.place()),
        message: format!("unknown model: {} ({})", shown(name), shown(&found.name)),
        hint: error.hint.map(|hint| {
            if hint.contains("ptuplan catalog list") {
                return hint;
            }
            format!("{hint}; `ptuplan catalog list` lists those known")
        }),
        ..error
    })?;
    let own = &*found.version;
    let known = model.versions.iter().any(|version| version.eq_ignore_ascii_case(own));
    if !fine_tuned && !own.is_empty() && !model.versions.is_empty() && !known {
        let message = format!(
            "{}: version {} of {} is not in the catalogue; its prices and sizes are taken as those \
             of {}",
            shown(&found.name),
            shown(own),
            model.id,
            model.versions.join(", ")
        );
        notes.push(Diagnostic::warning("version-unknown", message).at(found.origin.place()));
    }
    if model.is_router {
        notes.push(router_note(found));
    }
    let mut taken = ImportedDeployment {
        sku: sku.name.to_string(),
        model: model.id.to_string(),
        region,
        account: found.account_name.clone(),
        priority: found.priority,
        dynamic_quota: found.dynamic_quota,
        fine_tuned,
        origin: found.origin.clone(),
        ..ImportedDeployment::default()
    };
    taken.unsold = unsold(&taken, options);
    fitting(found, sku, &mut taken, notes);
    capacity(found, sku, &mut taken, options, notes)?;
    Ok(taken)
}

fn router_note(found: &FoundDeployment) -> Diagnostic {
    let models: Vec<String> = found.routed.iter().map(|model| shown(model)).collect();
    let among = if models.is_empty() {
        "the models it chooses among are not in the file".to_owned()
    } else {
        format!("it chooses among {}", models.join(", "))
    };
    let message = format!(
        "{}: a model router; {among}. State `router` with the part of the calls that each serves",
        shown(&found.name)
    );
    Diagnostic::warning("router-shares-unknown", message).at(found.origin.place())
}

/// `BASE-VERSION.ft-ID` is a fine-tuned version of BASE.
fn base_model(name: &str) -> (&str, bool) {
    let Some((base, _)) = name.split_once(".ft-") else { return (name, false) };
    // A version is a date, 2025-04-14, or a number, 0613 or 1.
    let is_date =
        |text: &str| text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let cut = base.len().checked_sub(11).filter(|cut| {
        base.is_char_boundary(*cut) && base[*cut..].starts_with('-') && is_date(&base[*cut + 1..])
    });
    if let Some(cut) = cut {
        return (&base[..cut], true);
    }
    match base.rsplit_once('-') {
        Some((model, version))
            if version.len() == 4 && version.chars().all(|c| c.is_ascii_digit()) =>
        {
            (model, true)
        }
        _ => (base, true),
    }
}

/// What the accounts say that fits `[require]`: proposed, never written as a requirement.
fn proposals(inventory: &Inventory, serving: &[&FoundDeployment]) -> Vec<String> {
    let used: Vec<_> = inventory
        .accounts
        .iter()
        .filter(|account| {
            serving.iter().any(|d| d.account.as_ref().is_some_and(|key| key.may_be(&account.key)))
        })
        .collect();
    let mut proposals = Vec::new();
    if !used.is_empty() && used.iter().all(|account| account.local_auth == Some(false)) {
        proposals.push("authentication = \"entra-id\"".to_owned());
    }
    if !used.is_empty() && used.iter().all(|account| account.public_network == Some(false)) {
        proposals.push("network = \"private-endpoint\"".to_owned());
    }
    proposals
}

#[cfg(test)]
mod tests {
    use super::base_model;

    #[test]
    fn fine_tuned_models_are_told_by_their_names() {
        let names = [
            ("gpt-4.1-mini-2025-04-14.ft-0a", ("gpt-4.1-mini", true)),
            ("gpt-35-turbo-0613.ft-0a-suffix", ("gpt-35-turbo", true)),
            ("gpt-4o", ("gpt-4o", false)),
            ("é.ft-1", ("é", true)),
        ];
        for (name, expected) in names {
            assert_eq!(base_model(name), expected);
        }
    }
}
