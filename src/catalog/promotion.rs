//! Promotional prices: promised until at least a day, with the list price that returns after it.

use crate::catalog::Catalog;
use crate::catalog::price::{TokenPriceQuery, unit_price};
use crate::catalog::table::Row;
use crate::units::dated::Dated;
use crate::units::money::UnitPrice;
use jiff::civil::Date;

/// How promotional prices are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Promotions {
    /// The list price returns on the first day that is not promised.
    #[default]
    ListPriceReturns,
    /// The promotional price goes on.
    Continue,
    /// The list price on every day: what a commitment that outlasts the promotion is measured by.
    ListPrice,
}

impl Promotions {
    /// The parameter that states the reading.
    pub const PARAMETER: &str = "promotional-prices";

    const ALL: [Self; 3] = [Self::ListPriceReturns, Self::Continue, Self::ListPrice];

    /// The word used in scenarios and data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ListPriceReturns => "list-price-returns",
            Self::Continue => "continue",
            Self::ListPrice => "list-price",
        }
    }

    /// The reading of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reading| reading.as_str() == word)
    }
}

/// A promotion of a token price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion {
    /// The last day that is promised.
    pub until_at_least: Date,
    /// The price that returns, an assumption of the catalogue.
    pub list_price: Dated<UnitPrice>,
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
        let context = crate::catalog::price::context_word(query.context);
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
