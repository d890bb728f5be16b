//! Token prices: which scope a deployment is billed at, and the price of a token class on a day.

use crate::catalog::Catalog;
use crate::catalog::promotion::{Promotion, Promotions};
use crate::catalog::sku::BillingMode;
use crate::catalog::table::Row;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::code::Code;
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Currency, Money, UnitPrice};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use std::sync::Arc;

/// What a token price depends on.
#[derive(Clone, Copy, Debug)]
pub struct TokenPriceQuery<'a> {
    /// Model id or alias.
    pub model: &'a str,
    /// SKU name.
    pub sku: &'a str,
    /// Region of the deployment.
    pub region: &'a str,
    /// Service tier; a batch SKU is always billed at the batch tier.
    pub tier: ServiceTier,
    /// Context tier.
    pub context: ContextTier,
    /// Token class.
    pub class: TokenClass,
}

/// The word data files use for a context tier.
pub const fn context_word(context: ContextTier) -> &'static str {
    match context {
        ContextTier::Default => "default",
        ContextTier::Long => "long",
    }
}

impl Catalog {
    /// Whether the price list has a price for tokens written to the prompt cache of a model: then writes are billed.
    pub fn bills_cache_writes(&self, model: &str, on: Date) -> bool {
        let Ok(model) = self.model(model) else { return false };
        let rows = self.tables.prices.with_prefix(&[&model.id]);
        rows.iter().any(|row| row.key(4) == TokenClass::CacheWrite.as_str() && row.in_force(on))
    }

    /// The price of a token class on a day; after a promotion the list price that returns. Errors:
    /// `unknown-model`, `unknown-sku`, `unknown-region`; `no-price` where no row exists;
    /// `price-not-in-force` with the nearest date; `price-unknown` where the platform publishes
    /// none; `price-ambiguous` where two scopes cover the region at different prices.
    pub fn token_price(
        &self,
        query: &TokenPriceQuery<'_>,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        self.token_price_read_as(query, Promotions::default(), on)
    }

    /// The same with promotional prices read in a given way.
    pub fn token_price_read_as(
        &self,
        query: &TokenPriceQuery<'_>,
        promotions: Promotions,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let price = self.stated_price(query, on)?;
        if promotions == Promotions::Continue || !self.has_promotions(query.model) {
            return Ok(price);
        }
        Ok(match self.promotion(query) {
            Some(promotion)
                if promotions == Promotions::ListPrice || promotion.until_at_least < on =>
            {
                promotion.list_price
            }
            _ => price,
        })
    }

    fn has_promotions(&self, model: &str) -> bool {
        let table = &self.tables.promotions;
        self.model(model).is_ok_and(|model| !table.with_prefix(&[&model.id]).is_empty())
    }

    /// The names under which a model's prices are kept: that of the version or variant first, where one is named.
    pub(crate) fn price_names(&self, name: &str) -> Result<Vec<Arc<str>>, Diagnostic> {
        let named = self.named(name)?;
        let id = named.model.id.clone();
        if *id == *name {
            return Ok(vec![id]);
        }
        let mut found: Vec<Arc<str>> = Vec::new();
        if self.is_known_name(name) {
            found.push(name.into());
        }
        found.extend(named.version.map(|version| format!("{id}-{version}").into()));
        found.push(id);
        Ok(found)
    }

    fn stated_price(
        &self,
        query: &TokenPriceQuery<'_>,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        self.class_price(query, query.class.as_str(), on)
    }

    /// The price of a class of rows, which need not be tokens, for what else a query says.
    pub(crate) fn class_price(
        &self,
        query: &TokenPriceQuery<'_>,
        class: &str,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let model = self.model(query.model)?.id.clone();
        let tier = self.billed_tier(query.sku, query.tier)?;
        let context = context_word(query.context);
        let what = || {
            let mut what = format!("{model} · {} · {class}", query.sku);
            if tier != ServiceTier::Standard {
                what = format!("{what} · {}", tier.as_str());
            }
            if query.context == ContextTier::Long {
                format!("{what} · long context")
            } else {
                what
            }
        };
        let scopes = self.price_scopes(query.sku, query.region)?;
        let mut found: Vec<&[Row]> = Vec::new();
        for name in self.price_names(query.model)? {
            for scope in &scopes {
                let keys = [&*name, scope, tier.as_str(), context, class];
                let rows = self.tables.prices.with_prefix(&keys);
                if !rows.is_empty() {
                    found.push(rows);
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        let table = &self.tables.prices;
        let current: Vec<&Row> =
            found.iter().filter_map(|rows| rows.iter().find(|row| row.in_force(on))).collect();
        match (one_price(&current), found.as_slice()) {
            (Ok(Some(row)), _) => {
                let price = unit_price(row.value(), row.unit()).ok_or_else(|| {
                    Diagnostic::error(
                        "price-unknown",
                        format!("price unknown: {} on {on} ({})", what(), table.place(row)),
                    )
                    .hint(ADD_A_PRICE)
                })?;
                Ok(table.dated(row, price))
            }
            (Err([first, second]), _) => Err(Diagnostic::error(
                "price-ambiguous",
                format!(
                    "price ambiguous: {} in {} on {on} ({} and {})",
                    what(),
                    query.region,
                    table.place(first),
                    table.place(second)
                ),
            )),
            (Ok(None), [rows, ..]) => {
                let mut error = table.not_in_force(rows, &what(), on);
                error.code = Code::PriceNotInForce;
                Err(error)
            }
            (Ok(None), []) => Err(self.no_price(&model, query, class, tier, &what())),
        }
    }

    /// The tier a request on a SKU is billed at: batch on batch SKUs.
    pub(crate) fn billed_tier(
        &self,
        sku: &str,
        tier: ServiceTier,
    ) -> Result<ServiceTier, Diagnostic> {
        let batch = self.sku(sku)?.billing == BillingMode::Batch;
        Ok(if batch { ServiceTier::Batch } else { tier })
    }

    /// The price scopes that cover a SKU's deployments in a region.
    pub fn price_scopes(&self, sku: &str, region: &str) -> Result<Vec<&str>, Diagnostic> {
        if region.is_empty() {
            return self.scopes_without_region(sku);
        }
        let sku = self.sku(sku)?;
        let region = self.region(region)?;
        Ok(self
            .scopes_about(region)
            .filter(|row| row.value() == sku.scope.as_str() || row.value() == "any")
            .map(|row| row.key(0))
            .collect())
    }

    /// The price scopes that cover every public region for a SKU.
    pub(crate) fn scopes_of_every_region(&self, sku: &str) -> Result<Vec<&str>, Diagnostic> {
        let scope = self.sku(sku)?.scope.as_str();
        let rows = self.tables.price_scopes.rows().iter();
        Ok(rows
            .filter(|row| row.key(1) == "*" && row.value() == scope)
            .map(|row| row.key(0))
            .collect())
    }

    /// The scopes of a SKU's prices that no region decides: an export of bills may not name any.
    fn scopes_without_region(&self, sku: &str) -> Result<Vec<&str>, Diagnostic> {
        let found = self.scopes_of_every_region(sku)?;
        if found.is_empty() {
            let message = format!("no region is stated, and prices of {sku} differ by region");
            return Err(Diagnostic::error("no-region", message)
                .hint("state the region: `RegionId` of a FOCUS export, `region` of a usage file"));
        }
        Ok(found)
    }

    /// What is missing, and what there is instead: scopes with this very price, else classes priced in the asked scope.
    fn no_price(
        &self,
        model: &str,
        query: &TokenPriceQuery<'_>,
        class: &str,
        tier: ServiceTier,
        what: &str,
    ) -> Diagnostic {
        let rows = self.tables.prices.with_prefix(&[model]);
        let own = self.price_scopes(query.sku, query.region).unwrap_or_default();
        let named = |row: &&Row| {
            row.key(2) == tier.as_str()
                && row.key(3) == context_word(query.context)
                && row.key(4) == class
        };
        let words = |keys: Vec<&str>| {
            let mut keys = keys;
            keys.sort_unstable();
            keys.dedup();
            keys.join(", ")
        };
        let same: Vec<&str> = rows.iter().filter(named).map(|row| row.key(1)).collect();
        let here: Vec<&str> = rows
            .iter()
            .filter(|row| own.contains(&row.key(1)) && row.key(2) == tier.as_str())
            .map(|row| row.key(4))
            .collect();
        let tiers: Vec<&str> =
            rows.iter().filter(|row| own.contains(&row.key(1))).map(|row| row.key(2)).collect();
        let mode = self.model(model).ok().and_then(|model| model.mode.clone());
        let one_way = class == TokenClass::Output.as_str()
            && matches!(mode.as_deref(), Some("embedding" | "rerank"));
        let hint = if rows.is_empty() {
            format!("{model} has no token prices in the catalogue")
        } else if one_way {
            format!("leave output tokens out of the traffic: {model} gives none")
        } else if !same.is_empty() {
            format!("{model} has this price for {}", words(same))
        } else if !here.is_empty() {
            format!("{model} has prices of {} there", words(here))
        } else if !tiers.is_empty() {
            format!("{model} has prices at {} there", words(tiers))
        } else {
            format!("{model} has prices for {}", words(rows.iter().map(|row| row.key(1)).collect()))
        };
        Diagnostic::error("no-price", format!("no price: {what} in {}", query.region)).hint(hint)
    }

    /// The input length above which a whole request is billed at long-context prices, none where the model has one price
    /// for all lengths.
    pub fn long_context_above(
        &self,
        model: &str,
        sku: &str,
        region: &str,
        tier: ServiceTier,
        on: Date,
    ) -> Result<Option<Dated<u32>>, Diagnostic> {
        let tier = self.billed_tier(sku, tier)?;
        let scopes = self.price_scopes(sku, region)?;
        for name in self.price_names(model)? {
            for scope in &scopes {
                let table = &self.tables.context_thresholds;
                if let Some(row) = table.in_force(&[&name, scope, tier.as_str()], on)
                    && let Ok(tokens) = row.value().parse()
                {
                    return Ok(Some(table.dated(row, tokens)));
                }
            }
        }
        Ok(None)
    }
}

/// What to do where nobody publishes a price.
pub(crate) const ADD_A_PRICE: &str = "ask the seller for it, and add the row to a catalogue of \
     your own: `ptuplan catalog export DIR` writes one, `--data DIR` reads it";

/// The one price of rows that hold together, none where there are no rows; two of them where their
/// prices differ. Rows that state the same price say the same: which of them is taken decides
/// nothing.
pub(crate) fn one_price<'r>(rows: &[&'r Row]) -> Result<Option<&'r Row>, [&'r Row; 2]> {
    let Some(first) = rows.first() else { return Ok(None) };
    match rows.iter().find(|other| !is_same_price(first, other)) {
        Some(other) => Err([first, other]),
        None => Ok(Some(first)),
    }
}

/// Whether two rows state the same price for as much of the same.
pub(crate) fn is_same_price(one: &Row, other: &Row) -> bool {
    let price = |row: &Row| unit_price(row.value(), row.unit());
    one.unit() == other.unit()
        && (one.value() == other.value()
            || price(one).is_some_and(|price_of_one| price(other) == Some(price_of_one)))
}

/// A price from a value and a unit such as `USD/1M tokens` or `USD/PTU/hour`.
pub(crate) fn unit_price(value: &str, unit: &str) -> Option<UnitPrice> {
    let (currency, of) = unit.split_once('/')?;
    let currency: Currency = currency.parse().ok()?;
    let amount = value.parse().ok()?;
    let per = match of.split_once(' ') {
        Some(("1M", _)) => 1_000_000,
        Some(("1K", _)) => 1_000,
        _ => 1,
    };
    Some(UnitPrice { price: Money::new(amount, currency), per })
}

impl Catalog {
    /// The promotion of a token price, none where its price is no promotion.
    pub fn promotion(&self, query: &TokenPriceQuery<'_>) -> Option<Promotion> {
        let row = self.promotion_row(query)?;
        let price = unit_price(row.value(), row.unit())?;
        Some(Promotion {
            until_at_least: row.from.yesterday().ok()?,
            list_price: self.tables.promotions.dated(row, price),
        })
    }

    /// The last promised day of any promotion of a model's prices.
    pub fn promoted_until(&self, model: &str) -> Option<Date> {
        let id = &self.model(model).ok()?.id;
        let rows = self.tables.promotions.with_prefix(&[id]);
        rows.iter().filter_map(|row| row.from.yesterday().ok()).max()
    }

    fn promotion_row(&self, query: &TokenPriceQuery<'_>) -> Option<&Row> {
        let ids = self.price_names(query.model).ok()?;
        let tier = self.billed_tier(query.sku, query.tier).ok()?;
        let context = context_word(query.context);
        let scopes = self.price_scopes(query.sku, query.region).ok()?;
        let table = &self.tables.promotions;
        ids.iter().find_map(|id| {
            scopes.iter().find_map(|scope| {
                let keys = [&**id, scope, tier.as_str(), context, query.class.as_str()];
                table.with_prefix(&keys).first()
            })
        })
    }
}
