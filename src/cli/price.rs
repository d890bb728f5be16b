//! `ptuplan price`.

use crate::billing::agreement::names::NameKind;
use crate::billing::allocation::{AllocationKey, Owners};
use crate::billing::bill::{Bill, bill};
use crate::billing::focus::{Account, to_csv};
use crate::billing::recorded::reconcile::{Recorded, reconcile};
use crate::billing::recorded::table::{LONGEST, LONGEST_YEARS};
use crate::billing::recorded::{focus_file, usage_file};
use crate::catalog::Catalog;
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict, show};
use crate::cli::file::write_file;
use crate::cli::input;
use crate::cli::input::read_bytes;
use crate::cli::output::{INK, print, unrendered};
use crate::ledger::usage::Usage;
use crate::report;
use crate::report::view::TermsView;
use crate::scenario::load::terms::{Commercial, load_terms};
use crate::scenario::run::allocation::{Belongs, shares_by, splits};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

pub(super) fn run(command: &PriceArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let commercial = commercial(command, common)?;
    let (recorded, bill) = billed(&command.usage, &commercial, &catalog)?;
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
        write_file(path, &to_csv(&bill, &account(billing_account, subscription, owners))?)?;
    }
    let view = terms(command, &commercial, &recorded, &bill, &catalog)?;
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
fn commercial(command: &PriceArguments, common: &Common) -> Result<Commercial, Failure> {
    if let Some(path) = &command.scenario {
        return Ok(input::scenario(path, common)?.commercial);
    }
    match &command.terms {
        Some(path) => Ok(load_terms(&path.to_string_lossy(), &input::text("terms", path)?)?),
        None => Ok(Commercial::default()),
    }
}

/// Teams and tags of the usage, those of the terms where both state some.
fn all_owners(commercial: &Commercial, recorded: &Recorded) -> Owners {
    let mut owners = recorded.owners.clone();
    owners.extend(commercial.owners.clone());
    owners
}

/// What the terms make of the bill, split as asked.
fn terms(
    command: &PriceArguments,
    commercial: &Commercial,
    recorded: &Recorded,
    bill: &Bill,
    catalog: &Catalog,
) -> Result<TermsView, Failure> {
    let mut keys = Vec::new();
    for word in &command.allocate_by {
        keys.push(AllocationKey::parse(word).ok_or_else(|| {
            Diagnostic::error("unknown-allocation", format!("unknown allocation: {word}"))
                .hint("one of workload, team, deployment, tag:NAME")
        })?);
    }
    if keys.is_empty() {
        keys.clone_from(&commercial.agreement.allocate_by);
    }
    let owners = all_owners(commercial, recorded);
    let capacity = &recorded.capacity_owners;
    let mut either = owners.clone();
    either.extend(capacity.iter().map(|(name, owner)| (name.clone(), owner.clone())));
    Commercial::ownerless(&either, &keys).or_ok(()).map_err(Failure)?;
    let belongs = Belongs { workloads: &owners, capacity };
    let splits = splits(&keys, belongs, bill, &recorded.usage, catalog)?;
    let owned = |key: &AllocationKey| shares_by(key, belongs, bill, &recorded.usage, catalog);
    Ok(report::compose::terms_view(&commercial.agreement, bill, &splits, owned)?)
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
    }
}

/// Recorded usage and its bill under the terms.
pub(super) fn billed(
    path: &Path,
    commercial: &Commercial,
    catalog: &Catalog,
) -> Result<(Recorded, Bill), Failure> {
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
    if until.duration_since(from) > LONGEST {
        let message = format!("{file} has usage from {from} until {until}: too long for one bill");
        return Err(Diagnostic::error("period-too-long", message)
            .hint(format!(
                "a bill covers at most {LONGEST_YEARS} years: check the dates, or split the file"
            ))
            .into());
    }
    commercial.check(catalog)?;
    let (workloads, deployments) = names(&recorded.usage);
    let mut unknown = commercial.check_known(NameKind::Workload, "workload", &workloads);
    let owners = all_owners(commercial, &recorded);
    let owners = owners.values().chain(recorded.capacity_owners.values());
    let teams: Vec<&str> = owners.filter_map(|owner| owner.team.as_deref()).collect();
    unknown.0.extend(commercial.check_known(NameKind::Team, "team", &teams).0);
    let deployments = commercial.check_known(NameKind::Deployment, "deployment", &deployments);
    unknown.0.extend(deployments.0);
    unknown.or_ok(()).map_err(Failure)?;
    let agreed = commercial.over(from, until, catalog)?;
    let bill = bill(&recorded.usage, &commercial.agreement.reservations, &agreed, catalog)?;
    Ok((recorded, bill))
}

/// The workloads and deployments of some usage.
fn names(usage: &Usage) -> (Vec<&str>, Vec<&str>) {
    let tokens = usage.tokens.iter().map(|record| &*record.workload);
    let mut workloads: Vec<&str> =
        tokens.chain(usage.metered.iter().map(|record| &*record.workload)).collect();
    let mut deployments: Vec<&str> =
        usage.tokens.iter().map(|record| &*record.deployment.name).collect();
    deployments.extend(usage.capacity.iter().map(|stretch| &*stretch.deployment.name));
    deployments.extend(usage.metered.iter().map(|record| &*record.resource.name));
    for names in [&mut workloads, &mut deployments] {
        names.sort_unstable();
        names.dedup();
    }
    (workloads, deployments)
}

/// `price`.
#[derive(Args, Clone, Debug)]
pub(super) struct PriceArguments {
    /// Usage file (CSV)
    #[arg(value_name = "USAGE")]
    pub(super) usage: PathBuf,
    /// Commercial terms: a file with [terms], and [[workload]] tables with name, team and tags
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    pub(super) terms: Option<PathBuf>,
    /// Take the terms, teams and tags of a scenario file
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
