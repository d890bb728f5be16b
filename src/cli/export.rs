//! `ptuplan export`: a plan as code to deploy.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::print;
use crate::files::file::write_file;
use crate::files::read;
use crate::report::deploy::plan::{DeployPlan, ExportOptions};
use crate::report::deploy::{Form, export, run};
use crate::units::diagnostic::Diagnostic;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What a run's folder has.
const RESULT: &str = "recommendation.json";

/// The form of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AskedForm {
    /// A Bicep file
    Bicep,
    /// A Terraform module
    Terraform,
    /// A script of the Azure CLI, with quota and reservation
    Az,
}

/// `ptuplan export`.
#[derive(Args, Clone, Debug)]
pub(super) struct ExportArguments {
    /// Folder that `recommend` wrote, or its recommendation.json
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Form of the code
    #[arg(long, value_enum)]
    form: AskedForm,
    /// Rank of the candidate; the recommended one when absent
    #[arg(long, value_name = "N")]
    rank: Option<usize>,
    /// The plan with the quota that the answer asks for, instead of the one without
    #[arg(long, conflicts_with = "rank")]
    with_quota: bool,
    /// Version of the Terraform provider azurerm; 4 is for 4.15 to 5.9, 5 for 5.10 and later
    #[arg(long, value_name = "4|5", default_value_t = 4, value_parser = clap::value_parser!(u8).range(4..=5))]
    azurerm: u8,
    /// What names of deployments begin with
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Model version, or MODEL=VERSION; the catalogue's where it has only one
    #[arg(long, value_name = "VERSION")]
    model_version: Vec<String>,
    /// The region that is written, where the plan has several
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// File to write; stdout when absent. An existing file is not touched
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &ExportArguments, common: &Common) -> Result<Verdict, Failure> {
    if common.format == Format::Json {
        return Err(Diagnostic::error(
            "no-such-form",
            "`export` writes code, which has no JSON form",
        )
        .hint("leave --format out; recommendation.json is the plan as JSON")
        .into());
    }
    let path =
        if arguments.run.is_dir() { arguments.run.join(RESULT) } else { arguments.run.clone() };
    let text = read::text("run", &path)?;
    let found = run::read(&path.to_string_lossy(), &text)?;
    let catalog = input::catalog(common)?;
    let options = ExportOptions {
        rank: arguments.rank,
        with_quota: arguments.with_quota,
        name: arguments.name.clone(),
        region: arguments.region.clone(),
        versions: versions(&arguments.model_version)?,
    };
    let plan = DeployPlan::of(&found, &catalog, &options)?;
    let form = match (arguments.form, arguments.azurerm) {
        (AskedForm::Bicep, _) => Form::Bicep,
        (AskedForm::Terraform, 4) => Form::Terraform4,
        (AskedForm::Terraform, _) => Form::Terraform5,
        (AskedForm::Az, _) => Form::Script,
    };
    let code = export(&plan, form)?;
    let Some(output) = &arguments.output else {
        print(code.as_bytes())?;
        return Ok(Verdict::Yes);
    };
    if output.exists() {
        let message = format!("already there: {}", output.display());
        return Err(Diagnostic::error("already-there", message)
            .hint("name another file, or remove this one first")
            .into());
    }
    write_file(output, code.as_bytes())?;
    print(format!("Wrote {}.\n", output.display()).as_bytes())?;
    Ok(Verdict::Yes)
}

/// `VERSION` or `MODEL=VERSION`. They go into code as they are, so only what a version is made of is taken.
fn versions(written: &[String]) -> Result<Vec<(Option<String>, String)>, Failure> {
    let fits = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
    };
    written
        .iter()
        .map(|text| {
            let (model, version) = match text.split_once('=') {
                Some((model, version)) => (Some(model.to_owned()), version),
                None => (None, text.as_str()),
            };
            if fits(version) && model.as_deref().is_none_or(fits) {
                return Ok((model, version.to_owned()));
            }
            Err(Diagnostic::error("version-unreadable", "--model-version cannot be read")
                .hint("write it as 2025-04-14, or as gpt-4.1=2025-04-14")
                .into())
        })
        .collect()
}
