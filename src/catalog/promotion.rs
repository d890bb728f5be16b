//! Promotional prices: promised until at least a day, with the list price that returns after it.

use crate::catalog::Catalog;
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
    /// The list price that returns for a row of prices, none where its price is no promotion.
    pub fn list_row(&self, price: &Row) -> Option<&Row> {
        let keys: Vec<&str> = price.keys().collect();
        self.tables().promotions.with_prefix(&keys).first()
    }

    /// The row that bills of a day take for a row of prices: the list price from the first day that
    /// is not promised.
    pub fn billed_row<'a>(&'a self, price: &'a Row, on: Date) -> &'a Row {
        self.list_row(price).filter(|listed| listed.from <= on).unwrap_or(price)
    }
}
