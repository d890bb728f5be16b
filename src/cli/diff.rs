//! `ptuplan diff`: what a change of prices and rules, or of what is deployed, does to bills.

use crate::catalog::Catalog;
use crate::cli::azure::{FileArguments, SideFiles, both_sides};
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered};
use crate::cli::workers::Pool;
use crate::files::catalog::catalog_at;
use crate::plan::change::{ScenarioChange, change, change_of_bills};
use crate::plan::deployed::{DeployedChange, deployed_change};
use crate::report;
use crate::report::change::deployed::Limits;
use crate::report::view::VerdictView;
use crate::scenario::azure::Side;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::escape::for_line;
use clap::Args;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::path::{Path, PathBuf};

/// The word that stands for the catalogue the program carries.
const EMBEDDED: &str = "embedded";

/// `diff`.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "ptuplan diff [OPTIONS] OLD NEW SCENARIO...\n       \
    ptuplan diff [OPTIONS] --today BEFORE AFTER SCENARIO...\n       \
    ptuplan diff [OPTIONS] --today TERRAFORM-PLAN SCENARIO...")]
pub(super) struct DiffArguments {
    /// Two catalogues (folders, or the word `embedded`); with --today what is deployed before and after (lists of `az`,
    /// `terraform show -json`, ARM templates, or folders of them), or one Terraform plan, which has both; then scenario files
    #[arg(value_name = "FILE", required = true, num_args = 2..)]
    files: Vec<PathBuf>,
    /// Compare what is deployed instead of catalogues
    #[arg(long)]
    today: bool,
    /// Files that belong to both sides, such as lists of accounts, usage and models
    #[arg(long, value_name = "FILE", requires = "today")]
    with: Vec<PathBuf>,
    /// A deployment that workloads call, by its names before and after
    #[arg(long, value_name = "OLD=NEW", requires = "today")]
    route: Vec<String>,
    /// Azure region of deployments whose account is in no file
    #[arg(long, value_name = "REGION", requires = "today")]
    region: Option<String>,
    #[command(flatten)]
    from: FileArguments,
    /// Bills of what runs today alone, without asking what is recommended
    #[arg(long, conflicts_with = "today")]
    bills_only: bool,
    /// Exit 1 when the cost of a scenario rises by more than this, such as 5%
    #[arg(long, value_name = "PERCENT")]
    fail_above: Option<String>,
    /// Exit 1 when more calls of a scenario than this are throttled after, such as 0.1%
    #[arg(long, value_name = "PERCENT", requires = "today")]
    max_throttled: Option<String>,
}

pub(super) fn run(command: &DiffArguments, common: &Common) -> Result<Verdict, Failure> {
    let rise = command.fail_above.as_deref().map(|text| share("--fail-above", text)).transpose()?;
    if command.today {
        let throttled = command.max_throttled.as_deref();
        let throttled = throttled.map(|text| share("--max-throttled", text)).transpose()?;
        return deployed(
            command,
            common,
            Limits { rise, throttled: throttled.and_then(|s| s.to_f64()) },
        );
    }
    only_of_today(command)?;
    let [old, new, scenarios @ ..] = command.files.as_slice() else {
        return Err(too_few("name two catalogues and a scenario").into());
    };
    if scenarios.is_empty() {
        return Err(too_few("name a scenario file after the catalogues").into());
    }
    let catalogs = [catalog(old)?, catalog(new)?];
    let catalogs = [&catalogs[0], &catalogs[1]];
    let pool = Pool::new(common)?;
    let mut changes: Vec<ScenarioChange> = Vec::new();
    for path in scenarios {
        let scenario = input::scenario(path, catalogs[1], common)?;
        let traces = input::traces(&scenario, path, common)?;
        changes.push(if command.bills_only {
            change_of_bills(&scenario, &traces, catalogs)?
        } else {
            change(&scenario, &traces, catalogs, &pool)?
        });
    }
    let view = report::change::catalogue::view(&changes, rise);
    match common.format {
        Format::Json => print(&report::json::bytes(&view).map_err(unrendered)?)?,
        Format::Markdown => print(report::change::markdown(&view).as_bytes())?,
        Format::Text => print(report::change::text(&view, INK).as_bytes())?,
    }
    Ok(told(view.verdict.as_ref()))
}

/// What only a comparison of deployments reads must not be taken for a limit that was kept.
/// `requires` lets it pass beside `--bills-only`, which rules `--today` out.
fn only_of_today(command: &DiffArguments) -> Result<(), Diagnostic> {
    let given = [
        ("--max-throttled", command.max_throttled.is_some()),
        ("--with", !command.with.is_empty()),
        ("--route", !command.route.is_empty()),
        ("--region", command.region.is_some()),
    ];
    given.into_iter().find(|(_, given)| *given).map_or(Ok(()), |(name, _)| {
        let message = format!("{name} is of deployments, and two catalogues are compared");
        Err(Diagnostic::error("not-of-catalogues", message)
            .hint("leave it out, or compare what is deployed with --today"))
    })
}

/// Exit 1 says why on stderr, whatever else was asked for: a log of CI shows that first.
fn told(verdict: Option<&VerdictView>) -> Verdict {
    let Some(broken) = verdict.filter(|verdict| !verdict.passed) else { return Verdict::Yes };
    let broken = broken.broken.iter();
    let told =
        // One line each: a name in it must not begin a line, which a log of CI takes for a command.
        broken.map(|text| {
            Diagnostic::error("limit-broken", format!("limit broken: {}", for_line(text)))
        });
    crate::cli::exit::show(&Diagnostics(told.collect()));
    Verdict::No
}

fn too_few(hint: &str) -> Diagnostic {
    Diagnostic::error("too-few-files", "too few files").hint(hint.to_owned())
}

/// `--today`: the files before the scenarios are the two sides.
fn deployed(command: &DiffArguments, common: &Common, limits: Limits) -> Result<Verdict, Failure> {
    let is_scenario =
        |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    let first = command.files.iter().position(is_scenario).unwrap_or(command.files.len());
    let (sides, scenarios) = command.files.split_at(first);
    if scenarios.is_empty() {
        return Err(too_few("name a scenario file (.toml): its traffic is what is billed").into());
    }
    let together = |own: &PathBuf| -> Vec<PathBuf> {
        std::iter::once(own.clone()).chain(command.with.iter().cloned()).collect()
    };
    let (files, kinds) = match sides {
        [one] if both_sides(one)? => ([together(one), together(one)], [Side::Before, Side::After]),
        [before, after] => ([together(before), together(after)], [Side::After, Side::After]),
        [one] => {
            let message = format!("{} has one side: what is, or what will be", one.display());
            return Err(Diagnostic::error("one-side", message)
                .hint("name BEFORE and AFTER; a Terraform plan alone has both")
                .into());
        }
        _ => {
            return Err(Diagnostic::error(
                "sides-unclear",
                "name BEFORE and AFTER, then scenarios",
            )
            .hint("several files of one side go into a folder; what belongs to both is --with FILE")
            .into());
        }
    };
    let routes = routes(&command.route)?;
    let catalog = input::catalog(common)?;
    let mut changes: Vec<DeployedChange> = Vec::new();
    for path in scenarios {
        let [before, after] =
            [0, 1].map(|own: usize| SideFiles { files: &files[own], side: kinds[own] });
        let what = (&catalog, command.region.as_deref(), routes.as_slice());
        let found = command.from.sides([before, after], path, what, common)?;
        let mut traces = [Vec::new(), Vec::new()];
        for (own, traces) in found.iter().zip(&mut traces) {
            if let Some(scenario) = &own.scenario {
                *traces = input::traces(scenario, path, common)?;
            }
        }
        let sides = found.each_ref().map(|own| own.scenario.as_ref());
        let mut change = deployed_change(sides, [&traces[0], &traces[1]], &catalog)?;
        change.read = found.map(|own| own.read);
        changes.push(change);
    }
    let view = report::change::deployed::view(&changes, limits);
    match common.format {
        Format::Json => print(&report::json::bytes(&view).map_err(unrendered)?)?,
        Format::Markdown => print(report::change::deployed_markdown(&view).as_bytes())?,
        Format::Text => print(report::change::deployed_text(&view, INK).as_bytes())?,
    }
    Ok(told(view.verdict.as_ref()))
}

fn routes(written: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let pair = |text: &String| match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => {
            Ok((old.to_owned(), new.to_owned()))
        }
        _ => Err(Diagnostic::error("route-unreadable", "--route cannot be read")
            .hint("write the names before and after, such as chat-spill=chat-ptu")
            .into()),
    };
    written.iter().map(pair).collect()
}

fn catalog(path: &Path) -> Result<Catalog, Failure> {
    if path == Path::new(EMBEDDED) { Ok(Catalog::embedded()?) } else { Ok(catalog_at(path)?) }
}

/// `5%` as 0.05.
fn share(option: &str, text: &str) -> Result<Decimal, Failure> {
    let number = text.trim().strip_suffix('%').and_then(|number| number.trim().parse().ok());
    number
        .filter(|percent: &Decimal| !percent.is_sign_negative())
        .map(|percent| percent / Decimal::ONE_HUNDRED)
        .ok_or_else(|| {
            Diagnostic::error("percent-unreadable", format!("{option} cannot be `{text}`"))
                .hint("write a percentage such as 5%")
                .into()
        })
}
