//! The answer of `size`.

use crate::plan::size::Sizing;
use crate::report::text::layout::{Ink, Tone, paragraph, table, words};
use crate::report::view::FactView;
use crate::report::words::numbers;
use crate::units::dated::Evidence;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

/// The answer of `size`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SizeView {
    /// Model id.
    pub model: String,
    /// SKU name.
    pub sku: String,
    /// Input-equivalent tokens per minute.
    #[schemars(with = "f64")]
    pub normalized_tokens_per_minute: serde_json::Number,
    /// PTUs before rounding.
    #[schemars(with = "f64")]
    pub raw_ptu: serde_json::Number,
    /// PTUs rounded up to the grid.
    pub deployable_ptu: u32,
    /// The day whose values were used.
    pub as_of: String,
    /// The dated values used.
    pub basis: Vec<FactView>,
    /// What the formula leaves out for this shape.
    pub warnings: Vec<String>,
}

/// A dated value with its evidence.
pub(super) fn fact(name: &str, value: &str, evidence: &Evidence) -> FactView {
    FactView {
        name: name.to_owned(),
        value: value.to_owned(),
        status: evidence.status.as_str().to_owned(),
        effective_from: evidence.effective_from.to_string(),
        source: evidence.source.to_string(),
        place: evidence.place.to_string(),
    }
}

/// A fact as a row of a table; assumed ones stand out.
pub(super) fn fact_row(fact: &FactView) -> (Tone, Vec<String>) {
    let tone = if fact.status == "assumed" { Tone::Bad } else { Tone::Plain };
    let cells = [&fact.name, &fact.value, &fact.effective_from, &fact.status, &fact.source];
    (tone, cells.into_iter().cloned().collect())
}

/// The view of a sizing.
pub fn view(sizing: &Sizing) -> SizeView {
    SizeView {
        model: sizing.model.to_string(),
        sku: sizing.sku.to_string(),
        normalized_tokens_per_minute: number(sizing.normalized_tokens_per_minute),
        raw_ptu: number(sizing.raw_ptu),
        deployable_ptu: sizing.deployable_ptu,
        as_of: sizing.as_of.to_string(),
        basis: sizing
            .basis
            .iter()
            .map(|basis| fact(&basis.what, &basis.value, &basis.evidence))
            .collect(),
        warnings: sizing.warnings.iter().map(|warning| warning.message.clone()).collect(),
    }
}

/// The answer as text of `width` columns.
pub fn text(view: &SizeView, ink: Ink, width: usize) -> String {
    let title = format!("{} · {}, values of {}", view.model, view.sku, view.as_of);
    let mut out = ink.line(Tone::Heading, &title);
    let normalized = numbers::quantity(&view.normalized_tokens_per_minute.to_string());
    let raw = numbers::cents(&view.raw_ptu.to_string());
    out += &ink.line(Tone::Plain, &format!("  normalized  {normalized} tokens per minute"));
    out += &ink.line(Tone::Plain, &format!("  raw         {raw} PTU"));
    let deployable = numbers::count(u64::from(view.deployable_ptu));
    out += &ink.line(Tone::Good, &format!("  deployable  {deployable} PTU"));
    out += &ink.line(Tone::Plain, "");
    out += &table(
        ink,
        &[
            words("basis", 30),
            words("value", 14),
            words("since", 10),
            words("status", 10),
            words("source", 30),
        ],
        &view.basis.iter().map(fact_row).collect::<Vec<_>>(),
    );
    for warning in &view.warnings {
        out += &paragraph(ink, Tone::Bad, warning, width);
    }
    out
}

/// A decimal as a JSON number: whole ones exactly, others as the nearest float.
fn number(value: Decimal) -> serde_json::Number {
    let whole = value.is_integer().then(|| value.to_u64()).flatten();
    whole.map_or_else(
        || value.to_f64().and_then(serde_json::Number::from_f64).unwrap_or_else(|| 0.into()),
        Into::into,
    )
}
