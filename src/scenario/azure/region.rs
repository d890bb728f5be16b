//! Where deployments are: in the region of their account.

use crate::scenario::azure::inventory::{FoundDeployment, Inventory};
use crate::scenario::azure::options::JoinOptions;
use crate::scenario::azure::words::{region, shown};
use crate::units::diagnostic::Diagnostic;

/// What to run where an account is in no file.
const HINT: &str = "add the list of accounts: az cognitiveservices account list -o json > \
                    accounts.json; or say it for all with --region REGION";

/// The region of a deployment's account, else that of `--region`; never a default.
pub(super) fn region_of(
    found: &FoundDeployment,
    inventory: &Inventory,
    options: &JoinOptions<'_>,
) -> Result<String, Diagnostic> {
    let account = found.account.as_ref().and_then(|key| {
        let mut same = inventory.accounts.iter().filter(|account| account.key.may_be(key));
        same.find_map(|account| account.region.clone())
    });
    let stated = options.region.map(region);
    let Some(found_region) = account.or(stated) else {
        let name = shown(&found.name);
        let account = shown(&found.account_name);
        let message = if account.is_empty() {
            format!("region unknown: {name}; its account is in none of the files")
        } else {
            format!("region unknown: {name}; account {account} states none in any of the files")
        };
        return Err(Diagnostic::error("region-unknown", message)
            .at(found.origin.place())
            .hint(HINT));
    };
    options.catalog.region(&found_region).map_err(|error| Diagnostic {
        message: format!("unknown region: {} ({})", shown(&found_region), shown(&found.name)),
        place: Some(found.origin.place()),
        ..error
    })?;
    Ok(found_region)
}

/// The region of most; the first by name of several with as many.
pub(super) fn most_common(regions: &[String]) -> Option<String> {
    let count = |region: &&String| regions.iter().filter(|other| other == region).count();
    let most = regions.iter().map(|region| count(&region)).max()?;
    regions.iter().filter(|region| count(region) == most).min().cloned()
}
