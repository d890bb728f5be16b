//! Where deployments are: in the region of their account.

use crate::scenario::azure::inventory::{
    AccountKey, FoundAccount, FoundDeployment, Inventory, NoAccount,
};
use crate::scenario::azure::options::JoinOptions;
use crate::scenario::azure::terraform_unknown::AFTER_APPLY;
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
    let account = account.map(|own| (own.region.clone().unwrap_or_default(), &own.location));
    let stated = options.region.map(|stated| (region(stated), &found.origin));
    let Some((found_region, origin)) = account.or(stated) else {
        return Err(unknown(found));
    };
    options.catalog.region(&found_region).map_err(|error| Diagnostic {
        message: format!("unknown region: {} ({})", shown(&found_region), shown(&found.name)),
        place: Some(origin.place()),
        ..error
    })?;
    Ok(found_region)
}

/// That nobody says where a deployment is.
fn unknown(found: &FoundDeployment) -> Diagnostic {
    let name = shown(&found.name);
    let account = shown(&found.account_name);
    let (why, hint) = if found.no_account == NoAccount::AfterApply && account.is_empty() {
        let hint = format!("--region REGION says it for all; or {AFTER_APPLY}");
        ("which account it belongs to is only known after apply".to_owned(), hint)
    } else if account.is_empty() {
        ("its account is in none of the files".to_owned(), HINT.to_owned())
    } else {
        (format!("account {account} states none in any of the files"), HINT.to_owned())
    };
    Diagnostic::error("region-unknown", format!("region unknown: {name}; {why}"))
        .at(found.origin.place())
        .hint(hint)
}

/// The region of an account: of those that are exactly it, else of those that may be it. Accounts
/// that cannot be told apart and are in several regions give none.
fn region_of_account<'a>(
    key: &AccountKey,
    found: &FoundDeployment,
    inventory: &'a Inventory,
) -> Result<Option<&'a FoundAccount>, Diagnostic> {
    let regions = |is: &dyn Fn(&AccountKey) -> bool| {
        let own = inventory.accounts.iter().filter(|account| is(&account.key));
        let mut regions: Vec<&FoundAccount> = own.filter(|own| own.region.is_some()).collect();
        regions.sort_by_key(|own| own.region.as_ref());
        regions.dedup_by_key(|own| own.region.as_ref());
        regions
    };
    let exact = regions(&|own| own == key);
    let named = if exact.is_empty() { regions(&|own| own.may_be(key)) } else { exact };
    let [first, second, ..] = named.as_slice() else {
        return Ok(named.first().copied());
    };
    let message = format!(
        "region unknown: {}; accounts named {} are in {} and {}",
        shown(&found.name),
        shown(&found.account_name),
        shown(first.region.as_deref().unwrap_or_default()),
        shown(second.region.as_deref().unwrap_or_default())
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
