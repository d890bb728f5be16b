//! `diff` and `regress`: what a change of the catalogue does, and whether pinned cases still come out as they did.

use crate::answer::{Answer, View};
use crate::error::{warn, without_interpreter};
use crate::given::Given;
use crate::hands::Hands;
use ptuplan::catalog::Catalog;
use ptuplan::files::cases::{cases_in, check};
use ptuplan::files::catalog::{catalog, catalog_at};
use ptuplan::files::scenario::Choices;
use ptuplan::plan::change::{change, change_of_bills};
use ptuplan::report::regress::Checked;
use ptuplan::report::text::layout::Ink;
use ptuplan::report::{change as told, regress as cases};
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics};
use pyo3::prelude::*;
use rust_decimal::Decimal;
use std::path::{Path, PathBuf};

/// The word that stands for the catalogue the package carries.
const EMBEDDED: &str = "embedded";

fn named(path: &Path) -> Result<Catalog, Diagnostics> {
    if path == Path::new(EMBEDDED) { Catalog::embedded() } else { catalog_at(path) }
}

/// What another catalogue does to the bills and recommendations of scenarios.
#[pyfunction]
pub(crate) fn diff(
    py: Python<'_>,
    old: PathBuf,
    new: PathBuf,
    asked: Vec<Given>,
    bills_only: bool,
    fail_above: Option<String>,
    jobs: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Answer> {
    let (answer, warnings) = without_interpreter(py, || {
        let limit = fail_above.map(|text| share(&text)).transpose()?;
        let catalogs = [named(&old)?, named(&new)?];
        let catalogs = [&catalogs[0], &catalogs[1]];
        let hands = Hands::new(jobs, progress)?;
        let (mut changes, mut warnings) = (Vec::new(), Diagnostics::default());
        for one in &asked {
            let scenario = one.scenario(catalogs[1])?;
            let (traces, found) = one.traces(&scenario, &one.catalog()?)?;
            warnings.0.extend(found.0);
            changes.push(if bills_only {
                change_of_bills(&scenario, &traces, catalogs)?
            } else {
                change(&scenario, &traces, catalogs, &hands)?
            });
        }
        let view = told::catalogue::view(&changes, limit);
        let passed = view.verdict.as_ref().is_none_or(|verdict| verdict.passed);
        let text = told::text(&view, Ink::Plain);
        Ok((Answer::new(View::plain(&view, text)?, passed), warnings))
    })?;
    warn(py, &warnings)?;
    Ok(answer)
}

/// A share of 0.05, as the package has it.
fn share(text: &str) -> Result<Decimal, Diagnostic> {
    let found = text.parse().ok().filter(|share: &Decimal| !share.is_sign_negative());
    found.ok_or_else(|| {
        Diagnostic::error("percent-unreadable", format!("fail_above cannot be {text}"))
            .hint("write a share such as 0.05")
    })
}

/// Checks rule cases and pinned scenarios below folders.
#[pyfunction]
pub(crate) fn regress(
    py: Python<'_>,
    folders: Vec<PathBuf>,
    data: Option<PathBuf>,
) -> PyResult<Answer> {
    without_interpreter(py, || {
        let catalog = catalog(data.as_deref())?;
        let choices = Choices::default();
        let (mut checked, mut wrong) = (Vec::new(), Diagnostics::default());
        for file in cases_in(&folders)? {
            match check(&file, &catalog, &choices) {
                Ok(case) => checked.push(case),
                Err(mistakes) => wrong.0.extend(mistakes.0),
            }
        }
        wrong.or_ok(())?;
        let passed = checked.iter().all(Checked::passed);
        let text = cases::text(&checked, None, Ink::Plain);
        Ok(Answer::new(View::plain(&cases::json(&checked), text)?, passed))
    })
}
