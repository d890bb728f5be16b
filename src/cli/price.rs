//! `ptuplan price`.

use super::arguments::{Common, Format, PriceArguments};
use super::exit::{Failure, Verdict, show};
use super::input::{self, read_bytes};
use super::output::{INK, print, unrendered, write_file};
use crate::billing::bill::{Bill, bill};
use crate::billing::focus::{Account, to_csv};
use crate::billing::recorded::reconcile::{Recorded, reconcile};
use crate::billing::recorded::{focus_file, usage_file};
use crate::billing::terms::Terms;
use crate::catalog::Catalog;
use crate::report;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::path::Path;

pub(super) fn run(command: &PriceArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let (recorded, bill) = billed(&command.usage, &catalog)?;
    if recorded.rounded_rows > 0 && !common.quiet {
        show(&Diagnostics::from(Diagnostic::warning(
            "quantity-rounded",
            format!(
                "{} rows had a quantity that is no whole count; the nearest was taken",
                recorded.rounded_rows
            ),
        )));
    }
    if let (Some(path), Some(billing_account), Some(subscription)) =
        (&command.focus, &command.billing_account, &command.subscription)
    {
        write_file(path, &to_csv(&bill, &account(billing_account, subscription))?)?;
    }
    let differences = reconcile(&bill, &recorded.billed)?;
    if common.format == Format::Json {
        let value = report::priced::json(&bill, &differences, &recorded.skipped)?;
        print(&report::json::bytes(&value).map_err(unrendered)?)?;
    } else {
        let text = report::priced::text(&bill, &differences, &recorded.skipped, INK)?;
        print(text.as_bytes())?;
    }
    Ok(Verdict::Yes)
}

/// The account columns of FOCUS rows. Names are the ids: nothing else is known here.
fn account(billing_account: &str, subscription: &str) -> Account {
    Account {
        billing_account_id: billing_account.into(),
        billing_account_name: billing_account.into(),
        subscription_id: subscription.into(),
        subscription_name: subscription.into(),
        resource_id: format!("/subscriptions/{subscription}").into(),
        marketplace_publisher: "Azure Marketplace".into(),
    }
}

/// Recorded usage and its bill at list prices.
pub(super) fn billed(path: &Path, catalog: &Catalog) -> Result<(Recorded, Bill), Failure> {
    let file = path.to_string_lossy();
    let bytes = read_bytes("usage", path)?;
    let recorded = if focus_file::is_focus(&bytes) {
        let models: Vec<&str> = catalog.models().map(|model| &*model.id).collect();
        focus_file::read(&file, &bytes, &models)?
    } else {
        usage_file::read(&file, &bytes)?
    };
    let Some((from, until)) = recorded.period() else {
        return Err(Diagnostic::error(
            "nothing-to-bill",
            format!("nothing to bill: {file} has no usage"),
        )
        .hint(format!("{} rows were read and none is usage", recorded.skipped.len()))
        .into());
    };
    let bill = bill(&recorded.usage, &[], &Terms::list(from, until), catalog)?;
    Ok((recorded, bill))
}
