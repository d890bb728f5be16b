//! What the platform does not document and the engine does in one way only: named, told with every result that leans on it,
//! and refused where a scenario wants it otherwise.

use crate::catalog::rules::ParameterValue;
use crate::catalog::sku::{BillingMode, Sku};
use crate::engine::rules::TierRequest;
use crate::scenario::resolve::deployment::Joint;
use crate::units::diagnostic::Diagnostic;

impl Joint<'_> {
    /// Notes what a deployment's kind leans on beside the parameters that were looked up for it.
    pub(super) fn note_fixed(&mut self, index: usize, sku: &Sku) -> Result<(), Diagnostic> {
        let candidate = self.candidate;
        let planned = &candidate.deployments[index];
        match sku.billing {
            BillingMode::Ptu => {
                self.fixed("provisioned-failed-call-cost")?;
                self.fixed("reasoning-token-weight")?;
                self.fixed("retry-after-jitter")?;
                if self.callers(index).any(|workload| workload.rules.timeout_us.is_some()) {
                    self.fixed("provisioned-cancelled-call")?;
                }
                if planned.options.fine_tuned {
                    self.fixed("fine-tuned-ptu-throughput")?;
                }
            }
            BillingMode::Tokens | BillingMode::Developer => {
                self.fixed("cached-tokens-count-to-tpm")?;
                self.fixed("capacity-429-rate")?;
                let by_default = planned.options.limits.priority_by_default;
                if by_default || self.asks(index, TierRequest::Priority).is_some() {
                    self.fixed("priority-ramp-downgrades")?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn fixed(&mut self, name: &str) -> Result<(), Diagnostic> {
        let parameter = self.catalog.parameter(name)?;
        let only = match &parameter.value {
            ParameterValue::Number(number) => number.to_string(),
            ParameterValue::Choice(choice) => choice.to_string(),
        };
        if let Some((text, place)) = self.scenario.parameters.get(name)
            && *text != only
        {
            return Err(Diagnostic::error(
                "cannot-be-simulated",
                format!("cannot be simulated: {name} = {text}"),
            )
            .at(place.clone())
            .hint(format!("the engine knows {only} only")));
        }
        let words = format!("always {only} {}", parameter.unit).trim_end().to_owned();
        self.facts.note_words(name.to_owned(), words, parameter.evidence.clone());
        Ok(())
    }
}
