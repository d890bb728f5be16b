//! `ptuplan catalog`: list, show, check, import, diff.

use crate::catalog::diff::diff;
use crate::catalog::retail::{page, propose};
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::number;
use crate::cli::output::{INK, print, unrendered, width};
use crate::report::catalog::{card, findings};
use crate::report::json;
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
    },
    /// Proposed rows from price pages; changes no file
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
    },
}

pub(super) fn run(command: &CatalogArguments, common: &Common) -> Result<Verdict, Failure> {
    match &command.command {
        CatalogCommand::List(arguments) => list(arguments, common),
        CatalogCommand::Show(arguments) => show(arguments, common),
        CatalogCommand::Check { as_of } => {
            let catalog = input::catalog(common)?;
            let as_of = as_of.unwrap_or_else(|| catalog.as_of());
            let view = findings::check(&catalog.check(as_of), as_of);
            give(&view, common, || findings::check_text(&view, INK, width()))?;
            Ok(if view.errors == 0 { Verdict::Yes } else { Verdict::No })
        }
        CatalogCommand::Import { feed: Feed::RetailPrices { files, source, verified_on } } => {
            import(files, source, *verified_on, common)
        }
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
        give(&view, common, || card::card_text(&view, INK, width()))?;
    } else {
        let view = card::assumptions(&catalog);
        give(&view, common, || card::assumptions_text(&view, INK, width()))?;
    }
    Ok(Verdict::Yes)
}

fn import(
    files: &[PathBuf],
    source: &str,
    verified_on: Option<Date>,
    common: &Common,
) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let mut items = Vec::new();
    for file in files {
        let text = input::text("price page", file)?;
        items.extend(page::read(&file.to_string_lossy(), &text)?);
    }
    let import = propose::propose(&catalog, &items);
    let verified_on = verified_on.unwrap_or_else(|| catalog.as_of());
    let view = findings::import(&import);
    give(&view, common, || findings::import_text(&import, source, verified_on, INK))?;
    Ok(Verdict::Yes)
}

fn catalog_named(path: &Path, common: &Common) -> Result<crate::catalog::Catalog, Failure> {
    if path.as_os_str() == "embedded" {
        let common = Common { data: None, ..common.clone() };
        return input::catalog(&common);
    }
    input::catalog_at(path)
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
