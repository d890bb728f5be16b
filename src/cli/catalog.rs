//! `ptuplan catalog`: list, show, check, import, diff.

use crate::catalog::diff::diff;
use crate::catalog::embedded;
use crate::catalog::retail::{merge, page, propose};
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::number;
use crate::cli::output::{INK, print, unrendered, width};
use crate::files::catalog::{catalog_at, replace_tables};
use crate::files::read;
use crate::report::catalog::card::Section;
use crate::report::catalog::{card, findings};
use crate::report::json;
use crate::scenario::load::load;
use crate::units::diagnostic::Diagnostic;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What to do with the catalogue.
#[derive(Args, Clone, Debug)]
pub(super) struct CatalogArguments {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum CatalogCommand {
    /// Models, one line each
    List(ListArguments),
    /// The card of a model: grid, throughput, quotas, prices, regions, sources
    Show(ShowArguments),
    /// What is wrong with the catalogue or stale in it
    Check {
        /// Day on which values are too old; that of the newest source when absent
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// List rows that were not verified within so many days instead, those that decide most first
        #[arg(long, value_name = "DAYS")]
        stale: Option<i32>,
        /// With `--stale`: scenario files whose models come first
        #[arg(long, value_name = "FILE", requires = "stale")]
        scenario: Vec<PathBuf>,
    },
    /// Writes the catalogue into a folder, to start a `--data` folder of one's own
    Export {
        /// Folder; made where it is not there, and must hold no table yet
        folder: PathBuf,
    },
    /// Proposed rows from price pages; changes files with `--write` alone
    Import {
        #[command(subcommand)]
        feed: Feed,
    },
    /// What two catalogues say differently
    Diff {
        /// Folder of the old catalogue, or `embedded`
        old: PathBuf,
        /// Folder of the new catalogue, or `embedded`
        new: PathBuf,
    },
}

#[derive(Args, Clone, Debug)]
struct ListArguments {
    /// Only models of this provider
    #[arg(long)]
    provider: Option<String>,
    /// Only models that can be deployed as this SKU
    #[arg(long)]
    sku: Option<String>,
    /// Only models that can be deployed in this region
    #[arg(long)]
    region: Option<String>,
    /// Only models with this feature, mode, kind of input or output, or deployment option
    #[arg(long)]
    feature: Option<String>,
    /// Only models whose Global Standard input costs at most this, USD per million tokens
    #[arg(long, value_name = "USD", value_parser = number)]
    max_input_price: Option<Decimal>,
    /// Day whose values to use; that of the newest source when absent
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

#[derive(Args, Clone, Debug)]
struct ShowArguments {
    /// Model, as the platform spells it
    #[arg(required_unless_present = "assumptions")]
    model: Option<String>,
    /// Show these sections in full instead of the summary
    #[arg(long, value_name = "SECTION", value_delimiter = ',')]
    section: Vec<Section>,
    /// From each figure of a section to its row, its document and the day somebody looked
    #[arg(long, value_name = "SECTION", conflicts_with = "section")]
    why: Option<Section>,
    /// Everything assumed, and every switch between documents that disagree
    #[arg(long, conflicts_with = "model")]
    assumptions: bool,
    /// Day whose values to use; that of the newest source when absent
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

#[derive(Clone, Debug, Subcommand)]
enum Feed {
    /// Pages of the Azure Retail Prices API (JSON, or one item per line)
    RetailPrices {
        /// Files, in any order
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Id the rows name as their source
        #[arg(long, value_name = "ID", default_value = "azure-retail-prices")]
        source: String,
        /// Day the pages were fetched; that of the catalogue's newest source when absent
        #[arg(long, value_name = "DATE")]
        verified_on: Option<Date>,
        /// Close old rows and add new ones in the folder given by `--data`
        #[arg(long)]
        write: bool,
    },
}

pub(super) fn run(command: &CatalogArguments, common: &Common) -> Result<Verdict, Failure> {
    match &command.command {
        CatalogCommand::List(arguments) => list(arguments, common),
        CatalogCommand::Show(arguments) => show(arguments, common),
        CatalogCommand::Check { as_of, stale: Some(days), scenario } => {
            stale(*as_of, *days, scenario, common)
        }
        CatalogCommand::Export { folder } => export(folder, common),
        CatalogCommand::Check { as_of, .. } => {
            let catalog = input::catalog(common)?;
            let as_of = as_of.unwrap_or_else(|| catalog.as_of());
            let view = findings::check(&catalog.check(as_of), as_of);
            give(&view, common, || findings::check_text(&view, INK, width()))?;
            Ok(if view.errors == 0 { Verdict::Yes } else { Verdict::No })
        }
        CatalogCommand::Import {
            feed: Feed::RetailPrices { files, source, verified_on, write },
        } => import(files, source, *verified_on, *write, common),
        CatalogCommand::Diff { old, new } => {
            let (old, new) = (catalog_named(old, common)?, catalog_named(new, common)?);
            let view = findings::differences(&diff(&old, &new));
            give(&view, common, || findings::differences_text(&view, INK))?;
            Ok(Verdict::Yes)
        }
    }
}

fn list(arguments: &ListArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    // A misspelt name is a mistake, not an empty list.
    if let Some(sku) = &arguments.sku {
        catalog.sku(sku)?;
    }
    if let Some(region) = &arguments.region {
        catalog.region(region)?;
    }
    if let Some(feature) = &arguments.feature {
        card::is_feature(&catalog, feature)?;
    }
    let filter = card::Filter {
        provider: arguments.provider.clone(),
        sku: arguments.sku.clone(),
        region: arguments.region.clone(),
        feature: arguments.feature.clone(),
        max_input_price: arguments.max_input_price,
    };
    let models = card::list(&catalog, &filter, arguments.as_of.unwrap_or_else(|| catalog.as_of()));
    give(&models, common, || card::list_text(&models, INK))?;
    Ok(Verdict::Yes)
}

fn show(arguments: &ShowArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    if let Some(model) = &arguments.model {
        let as_of = arguments.as_of.unwrap_or_else(|| catalog.as_of());
        let view = card::card(&catalog, model, as_of)?;
        let note = catalog.named(model)?.note;
        give(&view, common, || {
            let head = note.map(|note| format!("{note}\n")).unwrap_or_default();
            let card = match arguments.why {
                Some(section) => card::why_text(&view, section, INK, width()),
                None => card::card_text(&view, &arguments.section, INK, width()),
            };
            head + &card
        })?;
    } else {
        let view = card::assumptions(&catalog);
        give(&view, common, || card::assumptions_text(&view, INK, width()))?;
    }
    Ok(Verdict::Yes)
}

/// Rows to look up again; models of the scenarios first.
fn stale(
    as_of: Option<Date>,
    days: i32,
    scenarios: &[PathBuf],
    common: &Common,
) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let as_of = as_of.unwrap_or_else(|| catalog.as_of());
    let mut models: Vec<String> = Vec::new();
    for file in scenarios {
        let text = read::text("scenario", file)?;
        let scenario = load(&file.to_string_lossy(), &text)?;
        for workload in &scenario.workloads {
            models.push(workload.model.name.to_string());
            models.extend(workload.alternatives.iter().map(|other| other.model.name.to_string()));
        }
        let today = scenario.today.iter().flat_map(|today| &today.deployments);
        models.extend(today.map(|planned| planned.model.name.to_string()));
    }
    let models: Vec<&str> = models.iter().map(String::as_str).collect();
    let view = findings::stale(&catalog.stale(as_of, days, &models));
    give(&view, common, || findings::stale_text(&view, days, INK, width()))?;
    Ok(Verdict::Yes)
}

/// Writes the embedded catalogue into a folder.
fn export(folder: &Path, common: &Common) -> Result<Verdict, Failure> {
    let wrong = |what: &str, path: &Path, error: std::io::Error| {
        Failure::from(Diagnostic::error(
            "unwritable",
            format!("{what}: {} ({error})", path.display()),
        ))
    };
    std::fs::create_dir_all(folder).map_err(|error| wrong("cannot make folder", folder, error))?;
    for (name, _) in embedded::FILES {
        let path = folder.join(name);
        if path.exists() {
            let message = format!("already there: {}", path.display());
            return Err(Diagnostic::error("already-there", message)
                .hint("name a folder without a catalogue")
                .into());
        }
    }
    for (name, text) in embedded::FILES {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| wrong("cannot write", &path, error))?;
    }
    let count = embedded::FILES.len();
    let view = ExportView { folder: folder.display().to_string(), files: count };
    give(&view, common, || {
        format!("{count} files written. Use them with --data {}\n", folder.display())
    })?;
    Ok(Verdict::Yes)
}

/// The answer of `catalog export`.
#[derive(Serialize)]
struct ExportView {
    folder: String,
    files: usize,
}

fn import(
    files: &[PathBuf],
    source: &str,
    verified_on: Option<Date>,
    write: bool,
    common: &Common,
) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let mut items = Vec::new();
    let mut missing = Vec::new();
    for file in files {
        let text = read::text("price page", file)?;
        let feed = page::read_feed(&file.to_string_lossy(), &text)?;
        items.extend(feed.items);
        missing.extend(feed.next.map(|next| {
            format!("{} is not the whole feed: more prices follow at {next}", file.display())
        }));
    }
    let mut import = propose::propose(&catalog, &items);
    // The last of several pages says whether any is missing.
    import.warnings.extend(missing.pop().filter(|_| missing.len() + 1 == files.len()));
    let verified_on = verified_on.unwrap_or_else(|| catalog.as_of());
    let merged = merge::merge(&catalog, &import, source, verified_on);
    let view = findings::import(&import, &merged);
    if !write {
        give(&view, common, || findings::import_text(&import, &merged, source, verified_on, INK))?;
        return Ok(Verdict::Yes);
    }
    let Some(folder) = &common.data else {
        return Err(Diagnostic::error(
            "nothing-to-write",
            "no folder to write: --write needs --data",
        )
        .hint("`ptuplan catalog export DIR` makes one")
        .into());
    };
    replace_tables(folder, &merged.files)?;
    give(&view, common, || findings::written_text(&import, &merged))?;
    Ok(Verdict::Yes)
}

fn catalog_named(path: &Path, common: &Common) -> Result<crate::catalog::Catalog, Failure> {
    if path.as_os_str() == "embedded" {
        let common = Common { data: None, ..common.clone() };
        return input::catalog(&common);
    }
    Ok(catalog_at(path)?)
}

/// Prints a view in the form asked for.
fn give<V: Serialize>(
    view: &V,
    common: &Common,
    text: impl FnOnce() -> String,
) -> Result<(), Failure> {
    match common.format {
        Format::Json => print(&json::bytes(view).map_err(unrendered)?),
        Format::Text | Format::Markdown => print(text().as_bytes()),
    }
}
