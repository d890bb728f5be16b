//! `ptuplan price`.

use crate::billing::allocation::{Owners, Work};
use crate::billing::focus::{Account, to_csv};
use crate::billing::recorded::reconcile::reconcile;
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict, show};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered};
use crate::files::file::write_file;
use crate::files::read;
use crate::files::usage::{all_owners, billed, billed_of, terms};
use crate::report;
use crate::scenario::load::terms::{Commercial, load_terms};
use crate::scenario::run::allocation::work;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use clap::Args;
use std::path::PathBuf;

pub(super) fn run(command: &PriceArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let scenario = match &command.scenario {
        Some(path) => Some(input::scenario(path, &catalog, common)?),
        None => None,
    };
    let commercial = match &scenario {
        Some(scenario) => scenario.commercial.clone(),
        None => stated_terms(command)?,
    };
    let (recorded, bill) = match &scenario {
        Some(scenario) => billed_of(&command.usage, scenario, &catalog)?,
        None => billed(&command.usage, &commercial, &catalog)?,
    };
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
        let owners = all_owners(&commercial, &recorded);
        let mut work = work(&bill, &recorded.usage, &catalog);
        work.extend(recorded.work.clone());
        let account = Account { work, ..account(billing_account, subscription, owners) };
        write_file(path, &to_csv(&bill, &account)?)?;
    }
    let view = terms(&command.allocate_by, &commercial, &recorded, &bill, &catalog)?;
    let differences = reconcile(&bill, &recorded.billed)?;
    if common.format == Format::Json {
        let value = report::priced::json(&bill, &differences, &recorded.skipped, &view)?;
        print(&report::json::bytes(&value).map_err(unrendered)?)?;
    } else {
        let text = report::priced::text(&bill, &differences, &recorded.skipped, &view, INK)?;
        print(text.as_bytes())?;
    }
    Ok(Verdict::Yes)
}

/// The terms the user names; list prices in US dollars when none.
fn stated_terms(command: &PriceArguments) -> Result<Commercial, Failure> {
    match &command.terms {
        Some(path) => Ok(load_terms(&path.to_string_lossy(), &read::text("terms", path)?)?),
        None => Ok(Commercial::default()),
    }
}

/// The account columns of FOCUS rows. Names are the ids: nothing else is known here.
fn account(billing_account: &str, subscription: &str, owners: Owners) -> Account {
    Account {
        billing_account_id: billing_account.into(),
        billing_account_name: billing_account.into(),
        subscription_id: subscription.into(),
        subscription_name: subscription.into(),
        resource_id: format!("/subscriptions/{subscription}").into(),
        marketplace_publisher: "Azure Marketplace".into(),
        owners,
        work: Work::new(),
        figures_of: String::new(),
    }
}

/// `price`.
#[derive(Args, Clone, Debug)]
pub(super) struct PriceArguments {
    /// Usage file: our own CSV, or a FOCUS export as CSV or Parquet
    #[arg(value_name = "USAGE")]
    pub(super) usage: PathBuf,
    /// Commercial terms: a file with [terms], and [[workload]] tables with name, team and tags
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    pub(super) terms: Option<PathBuf>,
    /// Take the terms, teams and tags of a scenario file, its price changes and its parameters
    #[arg(long, value_name = "FILE")]
    pub(super) scenario: Option<PathBuf>,
    /// Split the bill by workload, team, deployment or tag:NAME; instead of what the terms say
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    pub(super) allocate_by: Vec<String>,
    /// Write the bill as FOCUS 1.2 rows too
    #[arg(long, value_name = "FILE", requires = "billing_account", requires = "subscription")]
    pub(super) focus: Option<PathBuf>,
    /// Billing account of the FOCUS rows
    #[arg(long, value_name = "ID")]
    pub(super) billing_account: Option<String>,
    /// Subscription of the FOCUS rows
    #[arg(long, value_name = "ID")]
    pub(super) subscription: Option<String>,
}
