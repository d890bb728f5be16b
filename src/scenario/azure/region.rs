//! Where deployments are: in the region of their account.

use crate::scenario::azure::inventory::{AccountKey, FoundDeployment, Inventory};
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
    let account = match found.account.as_ref() {
        Some(key) => region_of_account(key, found, inventory)?,
        None => None,
    };
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

/// The region of an account: of those that are exactly it, else of those that may be it. Accounts
/// that cannot be told apart and are in several regions give none.
fn region_of_account(
    key: &AccountKey,
    found: &FoundDeployment,
    inventory: &Inventory,
) -> Result<Option<String>, Diagnostic> {
    let regions = |is: &dyn Fn(&AccountKey) -> bool| {
        let own = inventory.accounts.iter().filter(|account| is(&account.key));
        let mut regions: Vec<&String> = own.filter_map(|own| own.region.as_ref()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    };
    let exact = regions(&|own| own == key);
    let named = if exact.is_empty() { regions(&|own| own.may_be(key)) } else { exact };
    let [first, second, ..] = named.as_slice() else {
        return Ok(named.first().map(|region| (*region).clone()));
    };
    let message = format!(
        "region unknown: {}; accounts named {} are in {} and {}",
        shown(&found.name),
        shown(&found.account_name),
        shown(first),
        shown(second)
    );
    Err(Diagnostic::error("region-unknown", message).at(found.origin.place()).hint(
        "give the files of one account at a time, or a list that says which is meant: az \
               cognitiveservices account deployment list -g GROUP -n ACCOUNT -o json",
    ))
}

/// The region of most; the first by name of several with as many.
pub(super) fn most_common(regions: &[String]) -> Option<String> {
    let count = |region: &&String| regions.iter().filter(|other| other == region).count();
    let most = regions.iter().map(|region| count(&region)).max()?;
    regions.iter().filter(|region| count(region) == most).min().cloned()
}
