//! The official sizing formula (P R16, R17, R6): from a call shape to PTUs. A pure function of the catalogue and a day; exact
//! decimals, no float. It says what steady traffic needs; the simulation says what real traffic needs.

#![deny(clippy::float_arithmetic)]

use crate::catalog::Catalog;
use crate::catalog::ptu::{Generation, Throughput};
use crate::ledger::usage::ContextTier;
use crate::units::dated::{Dated, Evidence};
use crate::units::diagnostic::Diagnostic;
use crate::units::ptu::{Grid, MAX_DEPLOYABLE_PTU, Ptu};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// Average calls at the peak minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallShape {
    /// Calls per minute.
    pub requests_per_minute: Decimal,
    /// Text input tokens per call, cached and written ones included.
    pub input_tokens: Decimal,
    /// Share of the input that is read from the prompt cache, 0 to 1.
    pub cache_rate: Decimal,
    /// Input tokens per call that are written to the prompt cache at a weight of their own (generation B).
    pub cache_write_tokens: Decimal,
    /// Output tokens per call, reasoning included.
    pub output_tokens: Decimal,
    /// Image input tokens per call (image models).
    pub image_input_tokens: Decimal,
    /// Image output tokens per call (image models).
    pub image_output_tokens: Decimal,
}

/// A value the size rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// What it is, such as `input_tpm_per_ptu` or `weight of output`.
    pub what: String,
    /// Its value.
    pub value: String,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}

/// What a call shape needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizing {
    /// Model id.
    pub model: Arc<str>,
    /// SKU name.
    pub sku: Arc<str>,
    /// The day whose values were used.
    pub as_of: Date,
    /// Input-equivalent tokens per minute.
    pub normalized_tokens_per_minute: Decimal,
    /// PTUs before rounding.
    pub raw_ptu: Decimal,
    /// PTUs rounded up to the grid.
    pub deployable_ptu: Ptu,
    /// The dated values used, in the order of use.
    pub basis: Vec<Basis>,
    /// What the formula leaves out for this shape.
    pub warnings: Vec<Diagnostic>,
}

/// Sizes a provisioned deployment for a call shape on a day. Errors: those of the look-ups, `bad-call-shape`, `no-weight` where the model
/// takes no such tokens, `ptu-above-maximum` (P R20).
pub fn size(
    catalog: &Catalog,
    model: &str,
    sku: &str,
    shape: &CallShape,
    as_of: Date,
) -> Result<Sizing, Diagnostic> {
    let grid = catalog.grid(model, sku, as_of)?;
    let throughput = catalog.throughput(model, as_of)?;
    check_shape(shape)?;
    let mut sum = Sum::new(catalog, &throughput, shape);
    let cached = shape.input_tokens * shape.cache_rate;
    let fresh = shape.input_tokens - cached - shape.cache_write_tokens;
    sum.add(TokenClass::Input, fresh)?;
    sum.add(TokenClass::CachedInput, cached)?;
    sum.add(TokenClass::CacheWrite, shape.cache_write_tokens)?;
    sum.add(TokenClass::Output, shape.output_tokens)?;
    sum.add(TokenClass::ImageInput, shape.image_input_tokens)?;
    sum.add(TokenClass::ImageOutput, shape.image_output_tokens)?;
    let normalized = out_of_range(sum.per_call.checked_mul(shape.requests_per_minute))?.normalize();
    let rate = Decimal::from(throughput.input_tpm_per_ptu.value);
    let raw = out_of_range(normalized.checked_div(rate))?;
    let deployable = deployable(grid.value, raw)?;
    let mut basis = vec![Basis {
        what: "input_tpm_per_ptu".to_owned(),
        value: throughput.input_tpm_per_ptu.value.to_string(),
        evidence: throughput.input_tpm_per_ptu.evidence.clone(),
    }];
    basis.append(&mut sum.basis);
    basis.push(grid_basis(&grid));
    Ok(Sizing {
        model: throughput.model.clone(),
        sku: catalog.sku(sku)?.name.clone(),
        as_of,
        normalized_tokens_per_minute: normalized,
        raw_ptu: raw,
        deployable_ptu: deployable,
        basis,
        warnings: sum.warnings,
    })
}

/// The weighted tokens of one call, and the values they rest on.
struct Sum<'a> {
    throughput: &'a Throughput,
    context: ContextTier,
    per_call: Decimal,
    basis: Vec<Basis>,
    warnings: Vec<Diagnostic>,
}

impl<'a> Sum<'a> {
    fn new(catalog: &Catalog, throughput: &'a Throughput, shape: &CallShape) -> Self {
        let mut sum = Self {
            throughput,
            context: ContextTier::Default,
            per_call: Decimal::ZERO,
            basis: Vec::new(),
            warnings: Vec::new(),
        };
        if throughput.generation.value == Generation::B
            && let Ok(parameter) = catalog.parameter("provisioned-long-context-threshold")
            && let Some(threshold) = parameter.number()
            && shape.input_tokens > threshold.value
        {
            sum.context = ContextTier::Long;
            sum.basis.push(Basis {
                what: "provisioned-long-context-threshold".to_owned(),
                value: threshold.value.to_string(),
                evidence: threshold.evidence,
            });
        }
        if let Some(limit) = &throughput.max_input_tokens
            && shape.input_tokens > Decimal::from(limit.value)
        {
            sum.warnings.push(
                Diagnostic::warning(
                    "input-above-limit",
                    format!(
                        "{} takes at most {} input tokens provisioned; longer calls are answered 400",
                        throughput.model, limit.value
                    ),
                )
                .at(limit.evidence.place.clone())
                .hint("a spillover deployment takes them"),
            );
        }
        sum
    }

    fn add(&mut self, class: TokenClass, tokens: Decimal) -> Result<(), Diagnostic> {
        if tokens.is_zero() {
            return Ok(());
        }
        let Some(weight) = self.throughput.weight(self.context, class) else {
            return Err(Diagnostic::error(
                "no-weight",
                format!("no weight: {} · {class}", self.throughput.model),
            )
            .hint("the sizing tables state none: this model takes no such tokens provisioned"));
        };
        let value = Decimal::new(weight.value as i64, 3).normalize();
        let weighted = out_of_range(value.checked_mul(tokens))?;
        self.per_call = out_of_range(self.per_call.checked_add(weighted))?;
        let long = if self.context == ContextTier::Long { ", long context" } else { "" };
        self.basis.push(Basis {
            what: format!("weight of {class}{long}"),
            value: value.to_string(),
            evidence: weight.evidence.clone(),
        });
        Ok(())
    }
}

fn check_shape(shape: &CallShape) -> Result<(), Diagnostic> {
    let bad = |message: String| Err(Diagnostic::error("bad-call-shape", message));
    let counts = [
        ("requests per minute", shape.requests_per_minute),
        ("input tokens", shape.input_tokens),
        ("cache-write tokens", shape.cache_write_tokens),
        ("output tokens", shape.output_tokens),
        ("image input tokens", shape.image_input_tokens),
        ("image output tokens", shape.image_output_tokens),
    ];
    for (name, value) in counts {
        if value.is_sign_negative() && !value.is_zero() {
            return bad(format!("{name} below 0: {value}"));
        }
    }
    if shape.cache_rate < Decimal::ZERO || shape.cache_rate > Decimal::ONE {
        return bad(format!("cache rate is not between 0 and 1: {}", shape.cache_rate));
    }
    let cached = shape.input_tokens * shape.cache_rate;
    if cached + shape.cache_write_tokens > shape.input_tokens {
        return bad(format!(
            "{} cached and {} written of {} input tokens",
            cached.normalize(),
            shape.cache_write_tokens,
            shape.input_tokens
        ));
    }
    Ok(())
}

fn deployable(grid: Grid, raw: Decimal) -> Result<Ptu, Diagnostic> {
    let above = || {
        Diagnostic::error(
            "ptu-above-maximum",
            format!(
                "above the largest deployment of {MAX_DEPLOYABLE_PTU} PTU: {}",
                raw.round_dp(2)
            ),
        )
        .hint("split the traffic over several deployments")
    };
    let needed = raw.ceil().to_u32().filter(|n| *n <= MAX_DEPLOYABLE_PTU).ok_or_else(above)?;
    let size = grid.at_least(needed);
    if size > MAX_DEPLOYABLE_PTU { Err(above()) } else { Ok(size) }
}

fn grid_basis(grid: &Dated<Grid>) -> Basis {
    Basis {
        what: "PTU grid".to_owned(),
        value: format!("{} + n x {}", grid.value.min_ptu, grid.value.increment_ptu),
        evidence: grid.evidence.clone(),
    }
}

fn out_of_range(value: Option<Decimal>) -> Result<Decimal, Diagnostic> {
    value.ok_or_else(|| Diagnostic::error("bad-call-shape", "call shape out of range"))
}
