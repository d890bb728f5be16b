//! What every command reads, under the arguments that every command takes; warnings go to stderr.

use crate::catalog::Catalog;
use crate::cli::common::Common;
use crate::cli::exit::{Failure, show};
use crate::files;
use crate::files::scenario::Choices;
use crate::files::traffic::Folders;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::names::notes;
use crate::scenario::run::playback::Playback;
use crate::units::diagnostic::{Diagnostics, Severity};
use crate::workload::trace::Trace;
use std::path::Path;

/// The embedded catalogue, or the one of `--data DIR`.
pub(super) fn catalog(common: &Common) -> Result<Catalog, Failure> {
    Ok(files::catalog::catalog(common.data.as_deref())?)
}

/// What the common arguments ask of a scenario.
pub(super) fn choices(common: &Common) -> Choices {
    Choices { seed: common.seed, what_if: common.what_if.clone() }
}

/// A scenario file, with `--seed` in place of its own, under the what-if of `--what-if`. Models are
/// by their own names; other spellings are told.
pub(super) fn scenario(
    path: &Path,
    catalog: &Catalog,
    common: &Common,
) -> Result<Scenario, Failure> {
    let scenario = files::scenario::scenario(path, catalog, &choices(common))?;
    told(&notes(&scenario, catalog), common);
    Ok(scenario)
}

/// A scenario with the files it names, under the command line's seed and what-if.
pub(super) fn completed(
    scenario: Scenario,
    path: &Path,
    catalog: &Catalog,
    common: &Common,
) -> Result<Scenario, Failure> {
    let scenario = files::scenario::completed(scenario, path, catalog, &choices(common))?;
    told(&notes(&scenario, catalog), common);
    Ok(scenario)
}

/// The traces of a scenario's workloads, in order; paths are relative to the scenario file.
pub(super) fn traces(
    scenario: &Scenario,
    path: &Path,
    common: &Common,
) -> Result<Vec<Trace>, Failure> {
    let catalog = catalog(common)?;
    match files::traffic::traces(scenario, &Folders::of(path), Some(&catalog)) {
        Ok((traces, warnings)) => {
            told(&warnings, common);
            Ok(traces)
        }
        Err(mut wrong) => {
            wrong.0.retain(|one| !common.quiet || one.severity == Severity::Error);
            Err(wrong.into())
        }
    }
}

/// The traffic of a scenario's workloads in pieces, in order.
pub(super) fn playbacks(
    scenario: &Scenario,
    path: &Path,
    common: &Common,
) -> Result<Vec<Playback>, Failure> {
    let (playbacks, warnings) = files::traffic::playbacks(scenario, &Folders::of(path))?;
    told(&warnings, common);
    Ok(playbacks)
}

/// The same where a trace is too large to be held and can be played in pieces.
pub(super) fn large_playbacks(
    scenario: &Scenario,
    path: &Path,
    common: &Common,
) -> Option<Vec<Playback>> {
    let (playbacks, warnings) = files::traffic::large_playbacks(scenario, &Folders::of(path))?;
    told(&warnings, common);
    Some(playbacks)
}

/// Tells of parameters that the scenario states and nothing of its question read.
pub(super) fn tell_unread(scenario: &Scenario, common: &Common) {
    told(&scenario.parameters.unread(), common);
}

fn told(warnings: &Diagnostics, common: &Common) {
    if !common.quiet {
        show(warnings);
    }
}
