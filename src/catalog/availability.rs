//! Which model can be deployed as which SKU in which region, and how an answer is billed.

use crate::catalog::Catalog;
use crate::catalog::rules::BilledShare;
use crate::catalog::sku::BillingMode;
use crate::ledger::usage::Answer;
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use jiff::civil::Date;

impl Catalog {
    /// Whether a model can be deployed as a SKU in a region on a day. The platform's matrix covers Standard and Batch SKUs; a
    /// provisioned SKU counts as available where the model has sizes for it and its PTUs have a price in the region.
    pub fn is_available(&self, model: &str, sku: &str, region: &str, on: Date) -> bool {
        let (Ok(model), Ok(sku_entry)) = (self.model(model), self.sku(sku)) else { return false };
        match sku_entry.billing {
            BillingMode::Ptu => self.is_provisioned(&model.id, sku, region, on),
            // No matrix says which models run where (S 74).
            BillingMode::ManagedCompute => true,
            BillingMode::Developer => model.features.iter().any(|f| &**f == "fine_tuning"),
            _ => self
                .tables
                .availability
                .with_prefix(&[&model.id])
                .iter()
                .any(|row| row.key(2) == sku && row.key(4) == region && row.in_force(on)),
        }
    }

    /// The regions where a model can be deployed as a SKU on a day, in order of name.
    pub fn regions_of(&self, model: &str, sku: &str, on: Date) -> Vec<&str> {
        self.regions()
            .map(|region| &*region.name)
            .filter(|region| self.is_available(model, sku, region, on))
            .collect()
    }

    /// Whether a model is served at priority tier as a SKU in a region on a day (S 35).
    pub fn has_priority(&self, model: &str, sku: &str, region: &str, on: Date) -> bool {
        let Ok(model) = self.model(model) else { return false };
        self.tables.availability.with_prefix(&[&model.id]).iter().any(|row| {
            row.key(2) == sku
                && row.key(3) == "priority"
                && row.key(4) == region
                && row.in_force(on)
        })
    }

    fn is_provisioned(&self, model: &str, sku: &str, region: &str, on: Date) -> bool {
        let Ok(throughput) = self.throughput(model, on) else { return false };
        let Ok(place) = self.region(region) else { return false };
        let grid = &self.tables.ptu_grid;
        if self.grid(model, sku, on).is_err() {
            return false;
        }
        if let Some(zones) = grid.in_force(&[model, sku, "data_zones"], on)
            && place.data_zone.as_deref() != Some(zones.value())
        {
            return false;
        }
        let Ok(scopes) = self.price_scopes(sku, region) else { return false };
        scopes.into_iter().any(|scope| {
            let keys = [&*throughput.price_product, sku, scope, "hourly"];
            self.tables.ptu_prices.in_force(&keys, on).is_some()
        })
    }

    /// What of an answer is billed on a day, by the default reading of the documents (S 45, S 47-49).
    pub fn billing_rule(&self, answer: Answer, on: Date) -> Result<Dated<BilledShare>, Diagnostic> {
        self.billing_rule_read_as(answer, "default", on)
    }

    /// What of an answer is billed on a day by a named reading, where the documents disagree (X1); answers the reading says nothing
    /// about follow the default one.
    pub fn billing_rule_read_as(
        &self,
        answer: Answer,
        reading: &str,
        on: Date,
    ) -> Result<Dated<BilledShare>, Diagnostic> {
        let rules = || self.rulebook.billing.iter().filter(|rule| &*rule.answer == answer.as_str());
        let in_force = |wanted: &str| {
            rules().find(|rule| {
                let evidence = &rule.evidence;
                &*rule.reading == wanted
                    && evidence.effective_from <= on
                    && evidence.effective_to.is_none_or(|to| on <= to)
            })
        };
        if let Some(rule) = in_force(reading).or_else(|| in_force("default")) {
            return Ok(Dated { value: rule.share, evidence: rule.evidence.clone() });
        }
        let first = rules().map(|rule| &rule.evidence).min_by_key(|e| e.effective_from);
        Err(match first {
            Some(first) => Diagnostic::error(
                "rule-not-in-force",
                format!(
                    "billing rule not in force: {} on {on} (first {}, {})",
                    answer.as_str(),
                    first.effective_from,
                    first.place
                ),
            )
            .hint(format!("start the scenario on or after {}", first.effective_from)),
            None => Diagnostic::error(
                "no-billing-rule",
                format!("no billing rule: {}", answer.as_str()),
            ),
        })
    }
}
