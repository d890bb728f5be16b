//! Rate limits of Standard deployments by model, SKU and tier, and where their pools reach (S 1-7, S 72).

use crate::catalog::Catalog;
use crate::catalog::table::Row;
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use jiff::civil::Date;
use std::sync::Arc;

/// How far one quota pool reaches (S 1, S 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuotaPool {
    /// One pool per subscription and region.
    Region,
    /// One pool per subscription.
    Subscription,
    /// One pool per subscription and data zone.
    DataZone,
}

/// The rate limits of a model, SKU and tier. A limit that is not stated is none, not unlimited and not 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Model id, or the pattern of the row that covers it.
    pub model: Arc<str>,
    /// Tier as the platform prints it.
    pub tier: Arc<str>,
    /// Tokens per minute.
    pub tokens_per_minute: Option<Dated<u64>>,
    /// Requests per minute.
    pub requests_per_minute: Option<Dated<u64>>,
    /// Requests per window where the platform prints a window other than a minute: count and seconds.
    pub requests_per_window: Option<(Dated<u64>, u32)>,
    /// Input tokens per minute where counted apart (Claude).
    pub input_tokens_per_minute: Option<Dated<u64>>,
    /// Output tokens per minute where counted apart (Claude).
    pub output_tokens_per_minute: Option<Dated<u64>>,
    /// Requests at the same time.
    pub concurrent_requests: Option<Dated<u64>>,
    /// How far the pool reaches.
    pub pool: QuotaPool,
}

impl Catalog {
    /// The tiers that any quota is stated for, each once, in the order of their names.
    pub fn quota_tiers(&self) -> impl Iterator<Item = &str> {
        self.quota_tiers.iter().map(|tier| &**tier)
    }

    /// Whether quotas of a model as a SKU are stated by the subscription's agreement, such as `Enterprise and MCA-E`, beside or
    /// in place of usage tiers. Tiers that the platform has retired count, marked `(legacy)` as they are.
    pub fn quota_is_by_agreement(&self, model: &str, sku: &str, on: Date) -> bool {
        let is_agreement = |tier: &str| {
            let name = tier.strip_suffix(" (legacy)").unwrap_or(tier);
            self.tables.batch_limits.rows().iter().any(|row| row.key(2) == name)
        };
        let rows = self.tables.quotas.with_prefix(&[model]);
        rows.iter().any(|row| row.key(2) == sku && row.in_force(on) && is_agreement(row.key(3)))
    }

    /// Tokens a minute of one unit of capacity of a Standard deployment (S 3); none where the platform states none, or where what
    /// it states for the tiers of the SKU differs.
    pub fn tokens_of_unit(&self, model: &str, sku: &str, on: Date) -> Option<Dated<u64>> {
        if let Some((_, tokens)) = self.capacity_unit(model, on) {
            return Some(tokens);
        }
        let model = self.model(model).ok()?;
        let table = &self.tables.quotas;
        let mut units = table.with_prefix(&[&model.id]).iter().filter(|row| {
            row.key(4) == "tokens_per_capacity_unit"
                && (row.key(2) == sku || row.key(2) == "unspecified")
                && row.in_force(on)
        });
        let first = units.next()?;
        let same = units.all(|row| row.value() == first.value());
        same.then(|| Some(table.dated(first, first.value().parse().ok()?))).flatten()
    }

    /// The rate limits of a model as a SKU at a tier such as `Tier 1`. A model without rows of its own has those of "every other model
    /// sold by Azure" (S 68). Of several versions the newest counts.
    pub fn quota(&self, model: &str, sku: &str, tier: &str, on: Date) -> Result<Quota, Diagnostic> {
        let model = self.model(model)?;
        let sku = self.sku(sku)?;
        let table = &self.tables.quotas;
        let own = table.with_prefix(&[&model.id]);
        let rows = if own.is_empty() && &*model.provider != "OpenAI" {
            table.with_prefix(&["*"])
        } else {
            own
        };
        let matching = |wanted: &str| -> Vec<&Row> {
            rows.iter().filter(|row| row.key(2) == wanted && row.key(3) == tier).collect()
        };
        let mut candidates = matching(&sku.name);
        if candidates.is_empty() {
            candidates = matching("unspecified");
        }
        let what = format!("{} · {} · {tier}", model.id, sku.name);
        let newest = candidates.iter().filter(|row| row.in_force(on)).map(|row| row.key(1)).max();
        let Some(newest) = newest else {
            let all: Vec<Row> = candidates.into_iter().cloned().collect();
            if all.is_empty() {
                return Err(Diagnostic::error("no-quota", format!("no quota: {what}"))
                    .hint(other_tiers(rows, &model.id, &sku.name, on)));
            }
            return Err(table.not_in_force(&all, &what, on));
        };
        let current = |attribute: &str| {
            candidates
                .iter()
                .find(|row| row.key(1) == newest && row.key(4) == attribute && row.in_force(on))
        };
        let number = |attribute: &str| {
            let row = current(attribute)?;
            Some(table.dated(row, row.value().parse().ok()?))
        };
        let window = current("request_window").and_then(|row| row.value().parse().ok());
        let requests_per_window = number("requests_limit").zip(window);
        let pool = match current("pool").map(|row| row.value()) {
            Some("subscription") => QuotaPool::Subscription,
            Some("data_zone") => QuotaPool::DataZone,
            _ => QuotaPool::Region,
        };
        Ok(Quota {
            model: candidates[0].key(0).into(),
            tier: tier.into(),
            tokens_per_minute: number("tokens_per_minute"),
            requests_per_minute: number("requests_per_minute"),
            requests_per_window,
            input_tokens_per_minute: number("input_tokens_per_minute"),
            output_tokens_per_minute: number("output_tokens_per_minute"),
            concurrent_requests: number("concurrent_requests"),
            pool,
        })
    }
}

/// What to say where a tier has no quota: the tiers that have one on the day. Tiers whose rows have
/// ended are no way out.
fn other_tiers(rows: &[Row], model: &str, sku: &str, on: Date) -> String {
    let own = || rows.iter().filter(|row| row.key(2) == sku);
    let tiers: std::collections::BTreeSet<&str> =
        own().filter(|row| row.in_force(on)).map(|row| row.key(3)).collect();
    if !tiers.is_empty() {
        let tiers = tiers.into_iter().collect::<Vec<_>>().join(", ");
        return format!("state a subscription.quota_tier that has a quota of it: {tiers}");
    }
    let state = format!(
        "state what the subscription has: subscription.quota = [{{ model = \"{model}\", \
         sku = \"{sku}\", tokens_per_minute = … }}]"
    );
    match own().filter_map(|row| row.to).max() {
        Some(last) => {
            format!("no quota of {on} is known, the last one read ended on {last}: {state}")
        }
        None => format!("{model} has no quota as {sku} in the catalogue: {state}"),
    }
}
