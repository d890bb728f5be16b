//! `size` and what the catalogue knows.

use crate::answer::{Answer, View};
use crate::error::without_interpreter;
use jiff::civil::Date;
use ptuplan::catalog::Catalog;
use ptuplan::files::catalog::catalog;
use ptuplan::plan::quote::{Load, quotes};
use ptuplan::plan::size::CallShape;
use ptuplan::report::catalog::{card, findings, size as sized};
use ptuplan::report::text::layout::Ink;
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics};
use pyo3::prelude::*;
use rust_decimal::Decimal;
use std::path::PathBuf;

const WIDTH: usize = 80;

fn decimal(what: &str, text: &str) -> Result<Decimal, Diagnostic> {
    let wrong = || {
        Diagnostic::error("not-a-number", format!("{what} is not a number: {text}"))
            .hint("write a number such as 0.15")
    };
    text.parse().or_else(|_| Decimal::from_scientific(text)).map_err(|_| wrong())
}

fn day(on: Option<&str>, catalog: &Catalog) -> Result<Date, Diagnostic> {
    on.map_or_else(
        || Ok(catalog.as_of()),
        |text| {
            text.parse().map_err(|_| {
                Diagnostic::error("not-a-day", format!("not a day: {text}"))
                    .hint("write a day such as 2026-12-01")
            })
        },
    )
}

/// A call shape as the package has it: what each number is, and its digits.
fn shape(given: &[(String, String)]) -> Result<CallShape, Diagnostic> {
    let mut shape = CallShape::default();
    for (name, digits) in given {
        let value = decimal(name, digits)?;
        let place = match name.as_str() {
            "rpm" => &mut shape.requests_per_minute,
            "input" => &mut shape.input_tokens,
            "output" => &mut shape.output_tokens,
            "cache_rate" => &mut shape.cache_rate,
            "cache_write" => &mut shape.cache_write_tokens,
            "image_input" => &mut shape.image_input_tokens,
            "image_output" => &mut shape.image_output_tokens,
            other => {
                return Err(Diagnostic::error("unknown-key", format!("unknown key: {other}")));
            }
        };
        *place = value;
    }
    Ok(shape)
}

/// The official sizing formula.
#[pyfunction]
pub(crate) fn size(
    py: Python<'_>,
    model: String,
    skus: Vec<String>,
    shapes: Vec<Vec<(String, String)>>,
    buffer: String,
    utilization: String,
    region: Option<String>,
    as_of: Option<String>,
    data: Option<PathBuf>,
) -> PyResult<Answer> {
    without_interpreter(py, || {
        let catalog = catalog(data.as_deref())?;
        let on = day(as_of.as_deref(), &catalog)?;
        if let Some(region) = &region {
            catalog.region(region)?;
        }
        let load = Load {
            shapes: shapes.iter().map(|own| shape(own)).collect::<Result<_, _>>()?,
            buffer: decimal("buffer", &buffer)?,
            utilization: decimal("utilization", &utilization)?,
            region,
        };
        let quotes = quotes(&catalog, &model, &skus, &load, on)?;
        let retires = catalog.model(&model)?.retires;
        let Some(view) = sized::view(&quotes, &load, retires) else {
            return Err(Diagnostic::error("no-grid", "no provisioned SKU to size").into());
        };
        let text = sized::text(&view, Ink::Plain, WIDTH);
        Ok(Answer::new(View::plain(&view, text)?, true))
    })
}

/// The models, one line each.
#[pyfunction]
pub(crate) fn catalog_list(
    py: Python<'_>,
    provider: Option<String>,
    sku: Option<String>,
    region: Option<String>,
    feature: Option<String>,
    max_input_price: Option<String>,
    as_of: Option<String>,
    data: Option<PathBuf>,
) -> PyResult<Answer> {
    without_interpreter(py, || {
        let catalog = catalog(data.as_deref())?;
        // A misspelt name is a mistake, not an empty list.
        if let Some(sku) = &sku {
            catalog.sku(sku)?;
        }
        if let Some(region) = &region {
            catalog.region(region)?;
        }
        let price = max_input_price.map(|text| decimal("max_input_price", &text)).transpose()?;
        if let Some(feature) = &feature {
            card::is_feature(&catalog, feature)?;
        }
        let filter = card::Filter { provider, sku, region, feature, max_input_price: price };
        let models = card::list(&catalog, &filter, day(as_of.as_deref(), &catalog)?);
        let text = card::list_text(&models, Ink::Plain);
        Ok(Answer::new(View::plain(&models, text)?, true))
    })
}

/// The card of a model.
#[pyfunction]
pub(crate) fn catalog_card(
    py: Python<'_>,
    model: String,
    as_of: Option<String>,
    data: Option<PathBuf>,
) -> PyResult<Answer> {
    without_interpreter(py, || {
        let catalog = catalog(data.as_deref())?;
        let view = card::card(&catalog, &model, day(as_of.as_deref(), &catalog)?)?;
        let note = catalog.named(&model)?.note;
        let head = note.map(|note| format!("{note}\n")).unwrap_or_default();
        let text = head + &card::card_text(&view, &[], Ink::Plain, WIDTH);
        Ok(Answer::new(View::plain(&view, text)?, true))
    })
}

/// Everything assumed.
#[pyfunction]
pub(crate) fn catalog_assumptions(py: Python<'_>, data: Option<PathBuf>) -> PyResult<Answer> {
    without_interpreter(py, || {
        let view = card::assumptions(&catalog(data.as_deref())?);
        let text = card::assumptions_text(&view, Ink::Plain, WIDTH);
        Ok(Answer::new(View::plain(&view, text)?, true))
    })
}

/// What is wrong with the catalogue or stale in it.
#[pyfunction]
pub(crate) fn catalog_check(
    py: Python<'_>,
    as_of: Option<String>,
    data: Option<PathBuf>,
) -> PyResult<Answer> {
    without_interpreter(py, || -> Result<Answer, Diagnostics> {
        let catalog = catalog(data.as_deref())?;
        let on = day(as_of.as_deref(), &catalog)?;
        let view = findings::check(&catalog.check(on), on);
        let text = findings::check_text(&view, Ink::Plain, WIDTH);
        let sound = view.errors == 0;
        Ok(Answer::new(View::plain(&view, text)?, sound))
    })
}
