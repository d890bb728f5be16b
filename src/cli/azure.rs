//! Files of Azure, Terraform and ARM on the command line, and a scenario with what they say.

use crate::catalog::Catalog;
use crate::cli::common::Common;
use crate::cli::exit::{Failure, show_with};
use crate::cli::input;
use crate::files::read;
use crate::plan::deployed::Reading;
use crate::report::files::NOTES;
use crate::scenario::azure::{
    Imported, Inventory, JoinOptions, Parameters, Side, SourceFile, has_both_sides, join, read,
};
use crate::scenario::load::{called, first_day_and_region, load_with};
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use clap::Args;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// What files of Azure do not say.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct FileArguments {
    /// The one subscription that is taken, where the files have several
    #[arg(long, value_name = "ID")]
    pub(super) subscription: Option<String>,
    /// Values for the parameters of ARM templates: a parameters file, or NAME=VALUE
    #[arg(long, value_name = "FILE|NAME=VALUE", num_args = 1)]
    pub(super) parameters: Vec<String>,
}

/// `--today`.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct TodayArguments {
    /// What is deployed, instead of `[today]`: lists of `az`, `terraform show -json`, ARM templates, compiled Bicep; or a
    /// folder of them. Several files join
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(super) today: Vec<PathBuf>,
    /// Azure region of deployments whose account is in no file
    #[arg(long, value_name = "REGION", requires = "today")]
    pub(super) region: Option<String>,
    #[command(flatten)]
    pub(super) files: FileArguments,
}

impl TodayArguments {
    /// A scenario, with `[today]` as the files have it where any is named, and what of them was
    /// left out or assumed. That is shown unless `--quiet`, as far as a screen has room; the
    /// report in `folder` has all of it.
    pub(super) fn scenario(
        &self,
        path: &Path,
        catalog: &Catalog,
        folder: Option<&Path>,
        common: &Common,
    ) -> Result<(Scenario, Diagnostics), Failure> {
        if self.today.is_empty() {
            return Ok((input::scenario(path, catalog, common)?, Diagnostics::default()));
        }
        let text = read::text("scenario", path)?;
        let named = path.to_string_lossy();
        let (on, base_region) = first_day_and_region(&named, &text)?;
        let inventory = self.files.inventory(&self.today, Side::After)?;
        let mut imported = join(
            &inventory,
            &JoinOptions {
                catalog,
                on,
                region: self.region.as_deref(),
                base_region: Some(&base_region),
                subscription: self.files.subscription.as_deref(),
                beside: None,
                may_be_empty: false,
            },
        )?;
        imported.leave_out_unsold(&called(&named, &text)?);
        if !common.quiet {
            let all_stand = match folder {
                Some(folder) => format!("; all are in {}", folder.join(NOTES).display()),
                None => "; --out DIR writes all of them into the report".to_owned(),
            };
            show_with(&imported.notes, &all_stand);
        }
        let loaded = load_with(&named, &text, &imported, &[])?;
        Ok((input::completed(loaded, path, catalog, common)?, imported.notes))
    }
}

/// What a side of a change deploys.
#[derive(Default)]
pub(super) struct Deployed {
    /// The scenario with it; none where that is nothing.
    pub(super) scenario: Option<Scenario>,
    /// What was left out or assumed, and where it stands.
    pub(super) read: Reading,
}

/// One side of a change: its files, and which side of a Terraform plan counts.
pub(super) struct SideFiles<'a> {
    /// The files.
    pub(super) files: &'a [PathBuf],
    /// The side.
    pub(super) side: Side,
}

impl FileArguments {
    /// A scenario with what each side of a change deploys. Notes are shown unless `--quiet`, and
    /// are part of the answer.
    pub(super) fn sides(
        &self,
        sides: [SideFiles<'_>; 2],
        path: &Path,
        (catalog, region, routes): (&Catalog, Option<&str>, &[(String, String)]),
        common: &Common,
    ) -> Result<[Deployed; 2], Failure> {
        let text = read::text("scenario", path)?;
        let named = path.to_string_lossy();
        let (on, base_region) = first_day_and_region(&named, &text)?;
        let [before, after] = sides.map(|side| self.inventory(side.files, side.side));
        let inventories = [before?, after?];
        let joined = |own: usize| {
            let options = JoinOptions {
                catalog,
                on,
                region,
                base_region: Some(&base_region),
                subscription: self.subscription.as_deref(),
                beside: Some(&inventories[1 - own]),
                may_be_empty: true,
            };
            join(&inventories[own], &options)
        };
        let mut imported = [joined(0)?, joined(1)?];
        let mut routes = routes.to_vec();
        routes.extend(imported.iter().flat_map(Imported::names_of_one));
        let mut called = called(&named, &text)?;
        for (old, new) in &routes {
            if called.contains(old) || called.contains(new) {
                called.extend([old.clone(), new.clone()]);
            }
        }
        let mut sides = [Deployed::default(), Deployed::default()];
        for (own, side) in imported.iter_mut().zip(&mut sides) {
            own.leave_out_unsold(&called);
            if !common.quiet {
                show_with(&own.notes, "; the answer has all of them");
            }
            side.read = Reading {
                notes: own.notes.0.iter().map(|note| note.message.clone()).collect(),
                left_out: own.left_out.clone(),
            };
            if !own.deployments.is_empty() {
                let loaded = load_with(&named, &text, own, &routes).map_err(with_route_hint)?;
                side.scenario = Some(input::completed(loaded, path, catalog, common)?);
            }
        }
        Ok(sides)
    }

    /// What files, and the JSON files of folders, say.
    pub(super) fn inventory(&self, paths: &[PathBuf], side: Side) -> Result<Inventory, Failure> {
        let files = sources(paths)?;
        let mut parameter_files = Vec::new();
        let mut pairs = Vec::new();
        for argument in &self.parameters {
            match argument.split_once('=') {
                Some((name, value)) if !Path::new(argument).exists() => {
                    pairs.push((name.to_owned(), value.to_owned()));
                }
                _ => parameter_files.push(source(Path::new(argument))?),
            }
        }
        let parameters = Parameters::of(&parameter_files, &pairs)?;
        Ok(read(&files, &parameters, side)?)
    }

    /// Deployments and what belongs to them, for a day and a region.
    pub(super) fn imported(
        &self,
        inventory: &Inventory,
        catalog: &Catalog,
        on: Date,
        region: Option<&str>,
    ) -> Result<Imported, Diagnostics> {
        let subscription = self.subscription.as_deref();
        let options = JoinOptions {
            catalog,
            on,
            region,
            base_region: None,
            subscription,
            beside: None,
            may_be_empty: false,
        };
        join(inventory, &options)
    }
}

/// A deployment that is called and is not on a side: which one stands for it there can be said.
fn with_route_hint(mut wrong: Diagnostics) -> Diagnostics {
    for own in wrong.0.iter_mut().filter(|own| own.code == "unknown-deployment") {
        let hint = own.hint.take().map(|hint| format!("{hint}; ")).unwrap_or_default();
        own.hint = Some(format!("{hint}--route OLD=NEW says which deployment takes its place"));
    }
    wrong
}

/// Whether one file is a Terraform plan, which has what is there and what will be.
pub(super) fn both_sides(path: &Path) -> Result<bool, Failure> {
    Ok(!path.is_dir() && has_both_sides(&source(path)?))
}

/// The texts of files; of a folder those of its JSON files, in the order of their names.
fn sources(paths: &[PathBuf]) -> Result<Vec<SourceFile>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let inside = read::files_in("Azure files", path, "json")?;
            if inside.is_empty() {
                let message = format!("no JSON file in folder: {}", path.display());
                return Err(Diagnostic::error("nothing-found", message)
                    .hint("write lists with -o json > FILE.json into it")
                    .into());
            }
            for file in inside {
                files.push(source(&file)?);
            }
        } else {
            files.push(source(path)?);
        }
    }
    Ok(files)
}

fn source(path: &Path) -> Result<SourceFile, Failure> {
    let bytes = read::read_bytes("Azure file", path)?;
    let name = path.to_string_lossy().into_owned();
    let Some(text) = decoded(&bytes) else {
        return Err(Diagnostic::error("not-text", format!("not a text file: {name}"))
            .hint("write it with -o json; a plan of Terraform with terraform show -json")
            .into());
    };
    Ok(SourceFile { name, text })
}

/// UTF-8, or UTF-16 with its mark, as `>` writes it in some shells of Windows.
fn decoded(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        rest.is_empty().then(|| String::from_utf16(&units).ok()).flatten()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}
