//! What calls of a model are charged by: tokens, queries, or a meter that the usage at hand does
//! not state.

use crate::catalog::Catalog;
use crate::catalog::meter::MeterQuery;
use crate::catalog::price::TokenPriceQuery;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::code::Code;
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::UnitPrice;
use crate::units::tokens::TokenClass;
use jiff::civil::Date;

/// Classes of price rows that are charged once a call. A search unit is one query over up to 100
/// documents.
const PER_CALL: [&str; 2] = ["query", "search_unit"];

/// What calls are charged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargedBy {
    /// Tokens of the classes that usage states.
    Tokens,
    /// Calls, whatever their tokens.
    Queries,
    /// Meters that usage does not state, such as `page` or `input second`: the cost is unknown.
    Unstated(Vec<String>),
}

impl Catalog {
    /// What calls of a model are charged by when usage states tokens of some classes. A meter other
    /// than tokens counts as stated where the model has a price of tokens of the same kind (images,
    /// audio in, audio out) and usage states such tokens. A model that is not known, or has no
    /// price at all, is taken as charged by tokens: their price is then missing.
    pub fn charged_by(&self, model: &str, stated: &[TokenClass]) -> ChargedBy {
        let names = self.price_names(model).unwrap_or_default();
        let mut classes: Vec<&str> = names
            .iter()
            .flat_map(|name| self.tables.prices.with_prefix(&[name]))
            .map(|row| row.key(4))
            .collect();
        classes.sort_unstable();
        classes.dedup();
        let has = |class: TokenClass| classes.contains(&class.as_str());
        let others: Vec<&str> =
            classes.iter().copied().filter(|class| TokenClass::parse(class).is_none()).collect();
        if others.iter().any(|class| PER_CALL.contains(class)) {
            return ChargedBy::Queries;
        }
        let unstated = others.iter().filter(|class| {
            !in_tokens(class).is_some_and(|tokens| has(tokens) && stated.contains(&tokens))
        });
        let mut unstated: Vec<String> = unstated.map(|class| class.replace('_', " ")).collect();
        // What answers with pictures or sound alone has no price of text that comes out.
        let made = [TokenClass::ImageOutput, TokenClass::AudioOutput];
        let made: Vec<TokenClass> = made.into_iter().filter(|class| has(*class)).collect();
        let silent = !made.iter().any(|class| stated.contains(class));
        if others.is_empty() && !made.is_empty() && silent && !has(TokenClass::Output) {
            unstated =
                made.iter().map(|c| format!("{} token", c.as_str().replace('_', " "))).collect();
        }
        if unstated.is_empty() { ChargedBy::Tokens } else { ChargedBy::Unstated(unstated) }
    }

    /// The price of a query on a day. Errors: as [`Catalog::token_price`].
    pub(crate) fn query_price(
        &self,
        query: &MeterQuery<'_>,
        on: Date,
    ) -> Result<Dated<UnitPrice>, Diagnostic> {
        let MeterQuery { model, sku, region, .. } = *query;
        let (tier, context) = (ServiceTier::Standard, ContextTier::Default);
        let class = TokenClass::Input;
        let asked = TokenPriceQuery { model, sku, region, tier, context, class };
        let [query, search_unit] = PER_CALL;
        match self.class_price(&asked, query, on) {
            Err(missing) if missing.code == Code::NoPrice => self
                .class_price(&asked, search_unit, on)
                .map_err(|other| if other.code == Code::NoPrice { missing } else { other }),
            found => found,
        }
    }
}

/// The tokens that state what another meter counts.
fn in_tokens(class: &str) -> Option<TokenClass> {
    match class {
        "image" | "input_pixel" | "output_pixel" => Some(TokenClass::ImageOutput),
        "input_second" => Some(TokenClass::AudioInput),
        "output_second" => Some(TokenClass::AudioOutput),
        _ => None,
    }
}
