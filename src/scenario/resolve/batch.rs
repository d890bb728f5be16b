//! A batch deployment (S 28-31).

use crate::catalog::sku::Sku;
use crate::engine::rules::Batch;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::{MINUTE_US, SECOND_US};

const MINUTES_PER_HOUR: u64 = 60;

impl Joint<'_> {
    /// The queue: what may be enqueued, how fast it is worked off, and when a refusal is heard of.
    pub(super) fn batch(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Batch, Diagnostic> {
        let options = planned.options.batch;
        let enqueued_tokens_max = match options.limit_enqueued_tokens {
            Some(own) => own,
            None => self.enqueued_tokens(planned, sku)?,
        };
        let tokens_per_minute = if let Some(own) = options.tokens_per_minute {
            own
        } else {
            let minutes = self.scaled_parameter("batch-full-queue-time", MINUTES_PER_HOUR)?;
            (enqueued_tokens_max / minutes.max(MINUTES_PER_HOUR)).max(1)
        };
        if enqueued_tokens_max == 0 || tokens_per_minute == 0 {
            return Err(Diagnostic::error(
                "nothing-serves",
                format!("nothing serves: {} has no room or no rate", planned.name),
            )
            .at(planned.sku.place.clone())
            .hint("let batch.limit_enqueued_tokens and batch.tokens_per_minute be above 0"));
        }
        let region = &planned.region.name;
        let at_once = self.catalog.batch_fails_fast(region, self.on).is_some_and(|dated| {
            let words = if dated.value { "at once" } else { "after the validation" };
            let name = format!("batch submissions above the limit in {region} are refused");
            self.facts.note_words(name, words.to_owned(), dated.evidence);
            dated.value
        });
        let check_after_us =
            if at_once { 0 } else { self.scaled_parameter("batch-validation-time", MINUTE_US)? };
        let target = self.catalog.batch_completion_window(&sku.name, self.on)?;
        let target_s =
            self.facts.note(format!("completion target of {}", sku.name), "seconds", target);
        Ok(Batch {
            enqueued_tokens_max,
            tokens_per_minute,
            check_after_us,
            target_us: target_s * SECOND_US,
        })
    }

    fn enqueued_tokens(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<u64, Diagnostic> {
        let model = &*planned.model.name;
        let Some(agreement) = &self.scenario.agreement else {
            return Err(Diagnostic::error(
                "no-agreement",
                format!("no agreement: the batch quota of {model} as {} depends on it", sku.name),
            )
            .at(planned.sku.place.clone())
            .hint("add subscription.agreement, such as \"Enterprise and MCA-E\" or \"Default\""));
        };
        let limit = self
            .catalog
            .enqueued_tokens(model, &sku.name, &agreement.name, self.on)
            .map_err(|error| {
                let error = error.at(agreement.place.clone());
                let known = self.catalog.batch_agreements(model, &sku.name);
                if known.is_empty() {
                    error.hint("state batch.limit_enqueued_tokens of the deployment")
                } else {
                    error.hint(format!("agreements are {}", known.join("; ")))
                }
            })?;
        let name = format!("enqueued tokens of {model}, {}, {}", sku.name, agreement.name);
        Ok(self.facts.note(name, "tokens", limit))
    }
}
