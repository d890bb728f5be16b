//! Quotas: what a subscription may deploy and what it uses of that, its tier, and which quota a model draws on.

use crate::scenario::azure::document::{Node, whole};
use crate::scenario::azure::inventory::{FoundUsage, Inventory, QuotaName};
use crate::scenario::azure::options::JoinOptions;
use crate::scenario::azure::words::shown;
use crate::scenario::azure::write::{ImportedDeployment, ImportedQuota};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::collections::BTreeMap;

/// Tokens a minute of a unit of quota.
const TOKENS_OF_UNIT: u64 = 1_000;

/// Whether an object is a line of a usage list.
pub(super) fn is_usage(item: &Node<'_>) -> bool {
    item.at(&["name", "value"]).is_some() && item.get("limit").is_some()
}

/// Whether an object is an entry of a model list.
pub(super) fn is_model(item: &Node<'_>) -> bool {
    item.at(&["model", "name"]).is_some()
}

/// A line of `az cognitiveservices usage list`.
pub(super) fn usage(item: &Node<'_>) -> Result<FoundUsage, Diagnostic> {
    let name = item.at(&["name", "value"]).and_then(|node| node.value.as_str()).unwrap_or_default();
    let Some(limit) = item.get("limit").and_then(|node| whole(node.value)) else {
        let message = format!("no limit that is a whole number: {}", shown(name));
        let hint = "az cognitiveservices usage list -l REGION -o json";
        return Err(item.wrong("limit-unreadable", message, hint));
    };
    let used = item.get("currentValue").map_or(Some(0), |node| begun(node.value));
    let Some(used) = used else {
        let message = format!("no use that is a number: {}", shown(name));
        let hint = "az cognitiveservices usage list -l REGION -o json";
        return Err(item.wrong("limit-unreadable", message, hint));
    };
    let tokens = [limit, used].map(|units| units.checked_mul(TOKENS_OF_UNIT));
    if tokens.contains(&None) {
        let message = format!("more tokens than can be counted: {}", shown(name));
        let hint = "az cognitiveservices usage list -l REGION -o json";
        return Err(item.wrong("limit-unreadable", message, hint));
    }
    Ok(FoundUsage { name: name.to_owned(), limit, used, origin: item.origin.clone() })
}

/// Use as a whole number: it may be a fraction while deployments are made, and what is begun counts.
fn begun(value: &serde_json::Value) -> Option<u64> {
    whole(value).or_else(|| {
        let number = value.as_f64().filter(|number| *number >= 0.0)?.ceil();
        format!("{number:.0}").parse().ok()
    })
}

/// `quotaTiers/default`.
pub(super) fn tier(item: &Node<'_>, inventory: &mut Inventory) -> Result<(), Diagnostic> {
    let Some(tier) = item.at(&["properties", "currentTierName"]) else {
        return Err(item.wrong(
            "quota-tier-missing",
            "a quota tier without name",
            "az rest --method get --url https://management.azure.com/subscriptions/ID/providers/\
             Microsoft.CognitiveServices/quotaTiers/default?api-version=2025-10-01-preview",
        ));
    };
    let name = tier.value.as_str().unwrap_or_default();
    inventory.quota_tier = Some((name.to_owned(), tier.origin));
    Ok(())
}

/// An entry of `az cognitiveservices model list`.
pub(super) fn model(item: &Node<'_>, inventory: &mut Inventory) {
    let Some(model) = item.get("model") else { return };
    let name = model.text("name").unwrap_or_default();
    for sku in model.get("skus").iter().flat_map(Node::items) {
        let (Some(sku_name), Some(usage)) = (sku.text("name"), sku.text("usageName")) else {
            continue;
        };
        let found =
            QuotaName { model: name.to_owned(), sku: sku_name.to_owned(), usage: usage.to_owned() };
        if !inventory.quota_names.contains(&found) {
            inventory.quota_names.push(found);
        }
    }
}

/// Quotas of PTUs, and the SKU each is for.
const PTU_QUOTAS: [(&str, &str); 3] = [
    ("OpenAI.DataZoneProvisionedManaged", "DataZoneProvisionedManaged"),
    ("OpenAI.GlobalProvisionedManaged", "GlobalProvisionedManaged"),
    ("OpenAI.ProvisionedManaged", "ProvisionedManaged"),
];
/// The pool of another kind of resource.
const OTHER_POOL: &str = "AIServices.";

/// PTU quotas of the usage lists: one number for each SKU in every region. A 0 means none, not unknown.
pub(super) fn ptu_quota(
    inventory: &Inventory,
    deployments: &[ImportedDeployment],
    options: &JoinOptions<'_>,
    notes: &mut Diagnostics,
) -> Result<Option<BTreeMap<String, u32>>, Diagnostic> {
    if inventory.usage.is_empty() {
        return Ok(None);
    }
    let region = region_of_usage(inventory, deployments, options)?;
    let elsewhere = deployments.iter().any(|own| own.region != region);
    if elsewhere || options.region.is_none() {
        let and = if elsewhere {
            ", and its PTU limits hold for every region of the scenario"
        } else {
            "; --region REGION says another"
        };
        let message =
            format!("the usage list is taken as that of {region}: it names no region{and}");
        notes.push(Diagnostic::warning("usage-region-assumed", message));
    }
    let mut quotas: BTreeMap<String, u32> = BTreeMap::new();
    for line in inventory.usage.iter().flatten() {
        let other = line.name.starts_with(OTHER_POOL) && line.name.ends_with("ProvisionedManaged");
        if other && line.limit > 0 {
            let message = format!(
                "left out: {} of {} PTU, the pool of another kind of resource",
                shown(&line.name),
                line.limit
            );
            notes.push(Diagnostic::warning("left-out", message).at(line.origin.place()));
        }
        let own = PTU_QUOTAS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&line.name));
        let Some((_, sku)) = own else { continue };
        let limit = u32::try_from(line.limit).map_err(|_| {
            let message = format!("no number of PTUs: {} {}", shown(&line.name), line.limit);
            Diagnostic::error("limit-unreadable", message)
                .at(line.origin.place())
                .hint("az cognitiveservices usage list -l REGION -o json")
        })?;
        if let Some(before) = quotas.insert((*sku).to_owned(), limit)
            && before != limit
        {
            return Err(differ(sku, [before.into(), line.limit], line));
        }
    }
    Ok((!quotas.is_empty()).then_some(quotas))
}

/// Limits of two lists that cannot be those of one region.
fn differ(name: &str, [first, second]: [u64; 2], line: &FoundUsage) -> Diagnostic {
    let message = format!(
        "limits of two regions differ: {} {first} and {second}; a usage list names no region, so \
         which is whose is not known",
        shown(name)
    );
    Diagnostic::error("usage-regions-differ", message).at(line.origin.place()).hint(
        "give the usage list of one region with --region REGION, and state the others in \
             subscription.ptu_quota and subscription.quota",
    )
}

/// The region of a usage list, which does not name it: that of `--region`, the only one of all deployments, or the only one of
/// the provisioned ones.
fn region_of_usage(
    inventory: &Inventory,
    deployments: &[ImportedDeployment],
    options: &JoinOptions<'_>,
) -> Result<String, Diagnostic> {
    if let Some(region) = options.region {
        return Ok(crate::scenario::azure::words::region(region));
    }
    let regions = |provisioned: bool| {
        let own = deployments.iter().filter(|own| !provisioned || own.capacity_ptu.is_some());
        let mut regions: Vec<&str> = own.map(|own| own.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    };
    for regions in [regions(false), regions(true)] {
        if let [one] = regions.as_slice() {
            return Ok((*one).to_owned());
        }
    }
    let first = inventory.usage.iter().flatten().next();
    let place = first.map(|line| line.origin.place()).unwrap_or_default();
    Err(Diagnostic::error("usage-region-unknown", "a usage list does not name its region")
        .at(place)
        .hint("--region REGION: the one given to `az cognitiveservices usage list -l`"))
}

/// Token quotas of the models that are deployed, where a model list names the quota that each draws on.
pub(super) fn own_quota(
    inventory: &Inventory,
    deployments: &[ImportedDeployment],
    options: &JoinOptions<'_>,
    notes: &mut Diagnostics,
) -> Result<Vec<ImportedQuota>, Diagnostic> {
    let mut found: Vec<ImportedQuota> = Vec::new();
    // That it is not known is said with the quota of PTUs.
    let Ok(region) = region_of_usage(inventory, deployments, options) else { return Ok(found) };
    let lines: Vec<&FoundUsage> = inventory.usage.iter().flatten().collect();
    if lines.is_empty() {
        return Ok(found);
    }
    let mut unnamed: Vec<String> = Vec::new();
    for own in deployments.iter().filter(|own| own.capacity_ptu.is_none() && !own.batch) {
        if own.region != region || own.fine_tuned {
            continue;
        }
        let names = inventory.quota_names.iter();
        let mut names = names.filter(|name| {
            name.sku.eq_ignore_ascii_case(&own.sku) && name.model.eq_ignore_ascii_case(&own.model)
        });
        let name = names.next().map(|name| name.usage.as_str());
        let mut of_name =
            lines.iter().filter(|line| name.is_some_and(|own| line.name.eq_ignore_ascii_case(own)));
        let line = of_name.next();
        if let Some((line, other)) =
            line.zip(of_name.find(|other| Some(other.limit) != line.map(|line| line.limit)))
        {
            return Err(differ(&line.name, [line.limit, other.limit], other));
        }
        let Some(line) = line else {
            let what = format!("{} as {}", own.model, own.sku);
            if !unnamed.contains(&what) {
                unnamed.push(what);
            }
            continue;
        };
        let quota = ImportedQuota {
            model: own.model.clone(),
            sku: own.sku.clone(),
            region: region.clone(),
            tokens_per_minute: line.limit.saturating_mul(TOKENS_OF_UNIT),
            used: line.used.saturating_mul(TOKENS_OF_UNIT),
        };
        if !found.contains(&quota) {
            found.push(quota);
        }
    }
    if !unnamed.is_empty() {
        let message = format!(
            "the usage list's quota is not taken for {}: its names are not those of models; add \
             `az cognitiveservices model list -l {region} -o json`, which has them",
            unnamed.join(", ")
        );
        notes.push(Diagnostic::warning("quota-name-unknown", message));
    }
    Ok(found)
}
