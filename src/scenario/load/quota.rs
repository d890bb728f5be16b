//! `[subscription] quota`.

use crate::scenario::load::Check;
use crate::scenario::question::quota::OwnQuota;
use crate::scenario::schema::OwnQuotaTable;

impl Check<'_> {
    /// The quotas of `[subscription]`, each said once.
    pub(in crate::scenario) fn own_quotas(&mut self, tables: &[OwnQuotaTable]) -> Vec<OwnQuota> {
        let mut found: Vec<OwnQuota> = Vec::new();
        for table in tables {
            let own = OwnQuota {
                model: self.named(&table.model),
                sku: self.named(&table.sku),
                region: table.region.as_ref().map(|region| self.named(region)),
                tokens_per_minute: *table.tokens_per_minute.get_ref(),
                requests_per_minute: table.requests_per_minute,
            };
            let region = |own: &OwnQuota| own.region.as_ref().map(|named| named.name.clone());
            let twice = found.iter().any(|other| {
                other.model.name == own.model.name
                    && other.sku.name == own.sku.name
                    && region(other) == region(&own)
            });
            if twice {
                self.wrong(
                    "duplicate-quota",
                    table.model.span(),
                    format!("two quotas of {} as {}", own.model.name, own.sku.name),
                    "state each once for a region",
                );
            }
            if own.tokens_per_minute == 0 {
                self.wrong(
                    "quota-empty",
                    table.tokens_per_minute.span(),
                    format!("no quota: {} as {}", own.model.name, own.sku.name),
                    "leave the SKU out of allow.sku where the subscription has none of it",
                );
            }
            found.push(own);
        }
        found
    }
}
