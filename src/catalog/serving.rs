//! How deployments serve, where that is neither a price nor a rate limit: batch jobs, content filters, fine-tuned deployments.

use crate::catalog::Catalog;
use crate::catalog::table::{Row, Table};
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use jiff::civil::Date;
use std::sync::Arc;

impl Catalog {
    /// Seconds in which the platform aims to finish a batch job of a SKU (S 28). Later jobs are not expired.
    pub fn batch_completion_window(&self, sku: &str, on: Date) -> Result<Dated<u64>, Diagnostic> {
        let keys = ["*", sku, "all", "completion_window"];
        number(&self.tables.batch_limits, &keys, &format!("completion window of {sku}"), on)
    }

    /// The agreements that a batch quota is stated for (S 30).
    pub fn batch_agreements(&self, model: &str, sku: &str) -> Vec<&str> {
        let Ok(model) = self.model(model) else { return Vec::new() };
        let rows = self.tables.batch_limits.with_prefix(&[&model.id, sku]);
        let mut names: Vec<&str> =
            rows.iter().filter(|r| r.key(3) == "enqueued_tokens").map(|r| r.key(2)).collect();
        names.dedup();
        names
    }

    /// Whether a batch submission above the limit is refused at once in a region, and not after its validation (S 31); none
    /// where the region is not among those that do.
    pub fn batch_fails_fast(&self, region: &str, on: Date) -> Option<Dated<bool>> {
        let table = &self.tables.regions;
        let row = table.in_force(&[region, "batch_fail_fast"], on)?;
        Some(table.dated(row, row.value() == "yes"))
    }

    /// The default threshold of a content filter: `low`, `medium` or `high`, or `on` for what has no severity (S 43). `side` is
    /// `prompt` or `completion`.
    pub fn content_filter(
        &self,
        kind: &str,
        category: &str,
        side: &str,
        on: Date,
    ) -> Result<Dated<Arc<str>>, Diagnostic> {
        let table = &self.tables.content_filters;
        let keys = [kind, category, side];
        match table.in_force(&keys, on) {
            Some(row) => Ok(table.dated(row, row.value().into())),
            None if table.with_prefix(&keys).is_empty() => Err(Diagnostic::error(
                "not-filtered",
                format!("not filtered: {category} on a {side}"),
            )
            .hint("leave it out, or state the category's threshold")),
            None => Err(table.not_in_force(table.with_prefix(&keys), category, on)),
        }
    }

    /// Days without a call after which a fine-tuned deployment is deleted (S 58).
    pub fn fine_tuned_idle_days(&self, on: Date) -> Result<Dated<u64>, Diagnostic> {
        let keys = ["*", "", "deployment", "idle_days_max"];
        number(&self.tables.finetune_methods, &keys, "fine-tuned deployments without calls", on)
    }
}

fn number(table: &Table, keys: &[&str], what: &str, on: Date) -> Result<Dated<u64>, Diagnostic> {
    let rows: &[Row] = table.with_prefix(keys);
    let Some(row) = rows.iter().find(|row| row.in_force(on)) else {
        return Err(table.not_in_force(rows, what, on));
    };
    match row.value().parse() {
        Ok(value) => Ok(table.dated(row, value)),
        Err(_) => Err(Diagnostic::error(
            "not-a-whole-number",
            format!("not a whole number: {what} ({})", table.place(row)),
        )),
    }
}
