//! Diagnostics of the library as exceptions and warnings of Python, with place and hint.

use ptuplan::units::diagnostic::{Diagnostic, Diagnostics, Severity};
use ptuplan::units::guard::is_guarded;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::any::Any;
use std::panic::{self, AssertUnwindSafe, catch_unwind, resume_unwind};

const ERRORS: &str = "ptuplan._errors";

/// A diagnostic as its Python class has it.
fn one<'py>(py: Python<'py>, found: &Diagnostic) -> PyResult<Bound<'py, PyAny>> {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place =
        found.place.as_ref().map(|place| (place.file.to_string(), place.line, place.column));
    py.import(ERRORS)?.getattr("Diagnostic")?.call1((
        severity,
        found.code.to_string(),
        found.message.clone(),
        place,
        found.hint.clone(),
        found.to_string(),
    ))
}

fn raised(py: Python<'_>, found: &Diagnostics) -> PyResult<PyErr> {
    let all: Vec<_> = found.0.iter().map(|own| one(py, own)).collect::<PyResult<_>>()?;
    let all = PyList::new(py, all)?;
    let class = py.import(ERRORS)?.getattr("InputError")?;
    Ok(PyErr::from_value(class.call1((all,))?))
}

/// The exception for what is wrong with an input.
pub(crate) fn error(found: impl Into<Diagnostics>) -> PyErr {
    let found = found.into();
    Python::attach(|py| raised(py, &found).unwrap_or_else(|error| error))
}

/// The exception for a form that could not be made: no user's mistake.
pub(crate) fn unrendered(failed: impl std::error::Error) -> Diagnostics {
    Diagnostic::error("cannot-render", format!("cannot render the result: {failed}")).into()
}

/// Warns as Python does, each where the caller's filters let it.
pub(crate) fn warn(py: Python<'_>, found: &Diagnostics) -> PyResult<()> {
    if found.0.is_empty() {
        return Ok(());
    }
    let tell = py.import(ERRORS)?.getattr("warn")?;
    for own in &found.0 {
        tell.call1((one(py, own)?,))?;
    }
    Ok(())
}

/// What a run is left by when the person at the keyboard, or a progress callback, ends it.
pub(crate) struct Stopped(pub(crate) PyErr);

/// Does `work` without holding the interpreter. A stop and wrong inputs become exceptions.
pub(crate) fn without_interpreter<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Diagnostics> + Send,
) -> PyResult<T> {
    let ended = py.detach(|| catch_unwind(AssertUnwindSafe(work)).map_err(stop));
    match ended {
        Ok(done) => done.map_err(error),
        Err(stopped) => Err(stopped),
    }
}

fn stop(payload: Box<dyn Any + Send>) -> PyErr {
    match payload.downcast::<Stopped>() {
        Ok(stopped) => stopped.0,
        // A defect of ours: pyo3 makes a PanicException of it.
        Err(panic) => resume_unwind(panic),
    }
}

/// What others' code panics on is caught where it is called and told as a mistake of the input: nobody is to read of it twice.
pub(crate) fn quiet_panics() {
    let spoken = panic::take_hook();
    panic::set_hook(Box::new(move |found| {
        if !is_guarded() {
            spoken(found);
        }
    }));
}
