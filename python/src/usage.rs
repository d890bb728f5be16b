//! `price`: recorded usage to a bill.

use crate::answer::{Answer, View};
use crate::error::{warn, without_interpreter};
use crate::given::Given;
use ptuplan::billing::recorded::reconcile::reconcile;
use ptuplan::files::read::text;
use ptuplan::files::usage::{billed, billed_of, terms};
use ptuplan::report::priced;
use ptuplan::report::text::layout::Ink;
use ptuplan::scenario::load::terms::{Commercial, load_terms};
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics};
use pyo3::prelude::*;
use std::path::PathBuf;

/// Bills a usage file under terms: those of a file, of a scenario, or list prices.
#[pyfunction]
pub(crate) fn price(
    py: Python<'_>,
    usage: PathBuf,
    terms_file: Option<PathBuf>,
    scenario: Option<Given>,
    allocate_by: Vec<String>,
    data: Option<PathBuf>,
) -> PyResult<Answer> {
    let (answer, warnings) = without_interpreter(py, || {
        let catalog = ptuplan::files::catalog::catalog(data.as_deref())?;
        let scenario = scenario.as_ref().map(|given| given.scenario(&catalog)).transpose()?;
        let commercial = match (&scenario, &terms_file) {
            (Some(scenario), _) => scenario.commercial.clone(),
            (None, Some(path)) => load_terms(&path.to_string_lossy(), &text("terms", path)?)?,
            (None, None) => Commercial::default(),
        };
        let (recorded, bill) = match &scenario {
            Some(scenario) => billed_of(&usage, scenario, &catalog)?,
            None => billed(&usage, &commercial, &catalog)?,
        };
        let mut warnings = Diagnostics::default();
        if recorded.rounded_rows > 0 {
            let message = format!(
                "{} rows had a quantity that is no whole count; the nearest was taken",
                recorded.rounded_rows
            );
            warnings.push(Diagnostic::warning("quantity-rounded", message));
        }
        let view = terms(&allocate_by, &commercial, &recorded, &bill, &catalog)?;
        let differences = reconcile(&bill, &recorded.billed)?;
        let value = priced::json(&bill, &differences, &recorded.skipped, &view)?;
        let told = priced::text(&bill, &differences, &recorded.skipped, &view, Ink::Plain)?;
        Ok((Answer::new(View::plain(&value, told)?, true), warnings))
    })?;
    warn(py, &warnings)?;
    Ok(answer)
}
