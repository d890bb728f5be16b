//! Deployments of fine-tuned models: when the platform deletes them (S 58, S 59).

use crate::catalog::sku::{BillingMode, Sku};
use crate::engine::rules::Lifetime;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::{DAY_US, HOUR_US};

impl Joint<'_> {
    /// When a deployment is deleted by itself. Events add to it.
    pub(super) fn lifetime(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Lifetime, Diagnostic> {
        let developer = sku.billing == BillingMode::Developer;
        let mut life = Lifetime::default();
        if let Some(hours) = sku.lifetime_hours {
            let name = format!("life of a {} deployment", sku.name);
            self.facts.note_words(name, format!("{hours} hours"), sku.evidence.clone());
            life.age_us_max = Some(u64::from(hours) * HOUR_US);
        }
        if !planned.options.fine_tuned && !developer {
            return Ok(life);
        }
        let model = self.catalog.model(&planned.model.name)?;
        if !model.features.iter().any(|feature| &**feature == "fine_tuning") {
            return Err(Diagnostic::error(
                "not-available",
                format!("not available: {} cannot be fine-tuned", planned.model.name),
            )
            .at(planned.sku.place.clone())
            .hint("drop fine_tuned, or choose a model that `ptuplan catalog show` lists with fine-tuning"));
        }
        let days = self.catalog.fine_tuned_idle_days(self.on)?;
        let name = "a fine-tuned deployment is deleted after".to_owned();
        life.idle_us_max = Some(self.facts.note(name, "days without a call", days) * DAY_US);
        Ok(life)
    }
}
