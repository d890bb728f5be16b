//! Provisioned throughput: the grid of sizes, what one PTU does, and what it costs.

use crate::catalog::Catalog;
use crate::catalog::price::{ADD_A_PRICE, context_word, one_price, unit_price};
use crate::catalog::table::{Row, Table};
use crate::catalog::weight;
use crate::ledger::usage::ContextTier;
use crate::units::code::Code;
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::UnitPrice;
use crate::units::ptu::Grid;
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use std::sync::Arc;

/// How tokens are counted against PTUs (P R2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// Fresh input counts 1, cached input 0, output its ratio.
    A,
    /// Every class has its weight, cached input and cache writes included; long context weighs more.
    B,
    /// Text and image tokens of an image model (P R6).
    Image,
}

/// The weight of one token class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassWeight {
    /// Context tier.
    pub context: ContextTier,
    /// Token class.
    pub class: TokenClass,
    /// Weight in units of 1 / [`Throughput::WEIGHT_SCALE`] of an input token.
    pub weight: Dated<u64>,
}

/// What one PTU of a model does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throughput {
    /// Model id.
    pub model: Arc<str>,
    /// How tokens are counted.
    pub generation: Dated<Generation>,
    /// Input tokens per minute and PTU.
    pub input_tpm_per_ptu: Dated<u64>,
    /// Weights of the classes the platform states.
    pub weights: Vec<ClassWeight>,
    /// Longest input a provisioned deployment takes (P R9), none where no such limit is stated.
    pub max_input_tokens: Option<Dated<u32>>,
    /// Output tokens per second that `latency_target_percent` of requests exceed (P R23), none where not stated.
    pub latency_target_tokens_per_second: Option<Dated<u32>>,
    /// The meter family its PTUs are billed at.
    pub price_product: Arc<str>,
}

impl Throughput {
    /// One input token, in weight units.
    pub const WEIGHT_SCALE: u64 = weight::SCALE;

    /// The weight of a class. Where no long-context weight is stated, the default one holds; a cache write that has no weight of
    /// its own is fresh input (P R2). None where the platform states nothing for the class.
    pub fn weight(&self, context: ContextTier, class: TokenClass) -> Option<&Dated<u64>> {
        let stated = |context, class| {
            self.weights
                .iter()
                .find(|w| w.context == context && w.class == class)
                .map(|w| &w.weight)
        };
        let written = matches!(class, TokenClass::CacheWrite | TokenClass::CacheWrite1h);
        stated(context, class)
            .or_else(|| stated(ContextTier::Default, class))
            .or_else(|| written.then(|| self.weight(context, TokenClass::Input)).flatten())
    }
}

/// How provisioned capacity is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PtuPayment {
    /// By the hour.
    Hourly,
    /// Reserved for a month, price per PTU for the whole month.
    OneMonth,
    /// Reserved for a year, price per PTU for the whole year.
    OneYear,
}

impl PtuPayment {
    /// The word used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::OneMonth => "one_month",
            Self::OneYear => "one_year",
        }
    }

    /// The word that people read.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::OneMonth => "1-month",
            Self::OneYear => "1-year",
        }
    }
}

impl Catalog {
    /// The sizes a model can be deployed at as a provisioned SKU (P R19).
    pub fn grid(&self, model: &str, sku: &str, on: Date) -> Result<Dated<Grid>, Diagnostic> {
        let id = self.model(model)?.id.clone();
        let sku = self.sku(sku)?.name.clone();
        let table = &self.tables.ptu_grid;
        if table.with_prefix(&[&id, &sku]).is_empty() {
            let mut skus: Vec<&str> =
                table.with_prefix(&[&id]).iter().map(|row| row.key(1)).collect();
            skus.dedup();
            let hint = if skus.is_empty() {
                format!("{id} has no provisioned sizes in the catalogue")
            } else {
                format!("{id} is provisioned as {}", skus.join(", "))
            };
            return Err(
                Diagnostic::error("no-grid", format!("no PTU grid: {id} · {sku}")).hint(hint)
            );
        }
        let what = format!("{id} · {sku}");
        let (row, min_ptu) = number::<u32>(table, &[&id, &sku, "min_ptu"], &what, on)?;
        let (step, increment_ptu) = number::<u32>(table, &[&id, &sku, "increment_ptu"], &what, on)?;
        let newer = if step.from > row.from { step } else { row };
        Ok(table.dated(newer, Grid { min_ptu, increment_ptu }))
    }

    /// What one PTU of a model does on a day.
    pub fn throughput(&self, model: &str, on: Date) -> Result<Throughput, Diagnostic> {
        let id = self.model(model)?.id.clone();
        let table = &self.tables.throughput;
        if let [row, ..] = table.with_prefix(&[&id, "unpublished"]) {
            return Err(Diagnostic::error(
                "throughput-unpublished",
                format!(
                    "no throughput published: {id} ({}; {}, verified {}, {})",
                    row.value(),
                    row.source(),
                    row.verified_on,
                    table.place(row)
                ),
            )
            .hint("use the platform's own calculator for this model"));
        }
        if table.with_prefix(&[&id]).is_empty() {
            return Err(Diagnostic::error("no-throughput", format!("no throughput: {id}"))
                .hint(format!("{id} is not in the provisioned sizing tables")));
        }
        let (row, input_tpm_per_ptu) =
            number::<u64>(table, &[&id, "input_tpm_per_ptu", "", ""], &id, on)?;
        let input_tpm_per_ptu = table.dated(row, input_tpm_per_ptu);
        let Some(row) = table.in_force(&[&id, "generation", "", ""], on) else {
            let rows = table.with_prefix(&[&id, "generation"]);
            return Err(table.not_in_force(rows, &id, on));
        };
        let generation = table.dated(
            row,
            match row.value() {
                "B" => Generation::B,
                "image" => Generation::Image,
                _ => Generation::A,
            },
        );
        let optional = |attribute: &str| {
            let row = table.in_force(&[&id, attribute, "", ""], on)?;
            Some(table.dated(row, row.value().parse().ok()?))
        };
        let product = table.in_force(&[&id, "price_product", "", ""], on);
        Ok(Throughput {
            weights: weights(table, &id, on),
            generation,
            input_tpm_per_ptu,
            max_input_tokens: optional("max_input_tokens"),
            latency_target_tokens_per_second: optional("latency_target_tokens_per_second"),
            price_product: product.map_or("", Row::value).into(),
            model: id,
        })
    }

    /// The price of a PTU: per hour, or for the whole term of a reservation (P R35).
    pub fn ptu_price(
        &self,
        model: &str,
        sku: &str,
        region: &str,
        payment: PtuPayment,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let id = self.model(model)?.id.clone();
        let Some(product) = self.tables.throughput.with_prefix(&[&id, "price_product"]).last()
        else {
            return Err(Diagnostic::error("no-price", format!("no PTU price: {id}"))
                .hint(format!("{id} is not in the provisioned sizing tables")));
        };
        let product = product.value();
        let table = &self.tables.ptu_prices;
        let what = format!("{product} · {sku} · {} in {region}", payment.as_str());
        let mut nearest: &[Row] = &[];
        let mut found: Vec<&Row> = Vec::new();
        for scope in self.price_scopes(sku, region)? {
            let rows = table.with_prefix(&[product, sku, scope, payment.as_str()]);
            found.extend(rows.iter().find(|row| row.in_force(on)));
            if nearest.is_empty() {
                nearest = rows;
            }
        }
        let one = one_price(&found).map_err(|[first, second]| {
            let places = format!("{} and {}", table.place(first), table.place(second));
            let message = format!("PTU price ambiguous: {what} on {on} ({places})");
            Diagnostic::error("price-ambiguous", message)
        })?;
        let Some(row) = one else {
            if nearest.is_empty() {
                return Err(Diagnostic::error("no-price", format!("no PTU price: {what}"))
                    .hint(format!("{product} has no {sku} meter in {region}")));
            }
            let mut error = table.not_in_force(nearest, &what, on);
            error.code = Code::PriceNotInForce;
            return Err(error);
        };
        let price = unit_price(row.value(), row.unit()).ok_or_else(|| {
            Diagnostic::error(
                "price-unknown",
                format!("PTU price unknown: {what} on {on} ({})", table.place(row)),
            )
            .hint(ADD_A_PRICE)
        })?;
        Ok(table.dated(row, price))
    }
}

fn weights(table: &Table, id: &str, on: Date) -> Vec<ClassWeight> {
    let rows = table.with_prefix(&[id, "weight"]).iter().filter(|row| row.in_force(on));
    rows.filter_map(|row| {
        let contexts = [ContextTier::Default, ContextTier::Long];
        let context = contexts.into_iter().find(|c| context_word(*c) == row.key(2))?;
        let class = TokenClass::parse(row.key(3))?;
        let scaled = weight::exact(row.value())?;
        Some(ClassWeight { context, class, weight: table.dated(row, scaled) })
    })
    .collect()
}

/// The whole number of a key on a day, with its row.
fn number<'a, T: std::str::FromStr>(
    table: &'a Table,
    keys: &[&str],
    what: &str,
    on: Date,
) -> Result<(&'a Row, T), Diagnostic> {
    let row = table
        .in_force(keys, on)
        .ok_or_else(|| table.not_in_force(table.with_prefix(keys), what, on))?;
    let value = row.value().parse().map_err(|_| {
        Diagnostic::error("bad-value", format!("not a whole number: `{}`", row.value()))
            .at(table.place(row))
    })?;
    Ok((row, value))
}
