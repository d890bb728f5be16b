//! A scenario with the files it names: its policy and the log it is forecast from.

use crate::catalog::Catalog;
use crate::files::read::{text, whole_text};
use crate::files::trace::read_files;
use crate::scenario::load::load;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::names::by_own_names;
use crate::scenario::run::traffic;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::path::Path;

/// What is asked of a scenario beyond its file.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Seed of all random draws, instead of the scenario's.
    pub seed: Option<u64>,
    /// The what-if of the scenario to ask about.
    pub what_if: Option<String>,
}

/// A scenario file under the choices, its models by their own names.
pub fn scenario(
    path: &Path,
    catalog: &Catalog,
    choices: &Choices,
) -> Result<Scenario, Diagnostics> {
    let text = text("scenario", path)?;
    completed(load(&path.to_string_lossy(), &text)?, path, catalog, choices)
}

/// A scenario with the files it names, under the choices, its models by their own names. Paths are
/// relative to `path`, the scenario's own.
pub fn completed(
    mut scenario: Scenario,
    path: &Path,
    catalog: &Catalog,
    choices: &Choices,
) -> Result<Scenario, Diagnostics> {
    read_policy(&mut scenario, path)?;
    read_history(&mut scenario, path)?;
    if let Some(seed) = choices.seed {
        scenario.seed = seed;
    }
    if let Some(name) = &choices.what_if {
        scenario = scenario.what_if(name)?;
    }
    Ok(by_own_names(scenario, catalog))
}

/// The file of `require.policy`, relative to the scenario.
fn read_policy(scenario: &mut Scenario, path: &Path) -> Result<(), Diagnostics> {
    let Some(policy) = scenario.require.policy.clone() else { return Ok(()) };
    let file = path.parent().unwrap_or(Path::new(".")).join(&*policy.name);
    let text = whole_text(&file).map_err(|error| {
        let message = format!("cannot read policy: {} ({error})", file.display());
        Diagnostics::from(
            Diagnostic::error("cannot-read", message)
                .at(policy.place)
                .hint("the path is relative to the scenario file"),
        )
    })?;
    scenario.require.read_policy(&file.to_string_lossy(), &text)?;
    Ok(())
}

/// The log of `traffic.forecast`, relative to the scenario.
fn read_history(scenario: &mut Scenario, path: &Path) -> Result<(), Diagnostics> {
    let Some((workload, named)) = scenario.history()? else { return Ok(()) };
    let named = named.clone();
    let file = path.parent().unwrap_or(Path::new(".")).join(&*named.name);
    let spec = traffic::read_spec(workload);
    let history = read_files(&[file], &spec)?;
    scenario.forecast(&named, &history)?;
    Ok(())
}
