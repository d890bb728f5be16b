//! How long an input may be, by the way to deploy a model.

use crate::catalog::Catalog;
use crate::catalog::sku::BillingMode;
use crate::units::dated::Dated;
use jiff::civil::Date;

impl Catalog {
    /// The longest input of a model as a SKU on a day, tokens: the least of what its card says for every deployment, for the
    /// SKU's way to deploy, and of what the sizing tables say for provisioned ones. None where nobody publishes one.
    pub fn longest_input(&self, name: &str, sku: &str, on: Date) -> Option<Dated<u64>> {
        let model = self.model(name).ok()?;
        let way = match self.sku(sku).ok()?.billing {
            BillingMode::Ptu => "provisioned",
            BillingMode::Batch => "batch",
            BillingMode::Tokens | BillingMode::Developer => "standard",
            _ => "",
        };
        let table = &self.tables.models;
        let rows = table.with_prefix(&[&model.id, "max_input_tokens"]).iter();
        let cards = rows.filter(|row| row.key(2).is_empty() || row.key(2) == way);
        let stated = cards.filter_map(|row| Some(table.dated(row, row.value().parse().ok()?)));
        let sized = (way == "provisioned")
            .then(|| self.throughput(&model.id, on).ok()?.max_input_tokens)
            .flatten()
            .map(|tokens| tokens.map(u64::from));
        stated.chain(sized).min_by_key(|tokens| tokens.value)
    }
}
