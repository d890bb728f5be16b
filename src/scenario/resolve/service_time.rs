//! How long an answer takes.

use crate::engine::setup::ServiceTime;
use crate::scenario::candidate::PlannedDeployment;
use crate::scenario::resolve::deployment::Joint;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::{MILLISECOND_US, SECOND_US};

impl Joint<'_> {
    /// Time of an answer. Latency targets are documented for provisioned deployments only; a Standard one is assumed to
    /// do as well (P R24: best effort, no target).
    pub(super) fn service(
        &mut self,
        planned: &PlannedDeployment,
    ) -> Result<ServiceTime, Diagnostic> {
        let model = &*planned.model.name;
        let first_token_us = self.parameter("first-token")? * MILLISECOND_US;
        let target = self
            .catalog
            .throughput(model, self.on)
            .ok()
            .and_then(|throughput| throughput.latency_target_tokens_per_second);
        let tokens_per_second = match target {
            Some(target) => self.facts.note(
                format!("latency target of {model}"),
                "output tokens per second",
                target,
            ),
            None => self.parameter("tokens-per-second-without-target")? as u32,
        };
        if tokens_per_second == 0 {
            return Err(Diagnostic::error(
                "no-speed",
                format!("no speed: {model} at 0 tokens per second"),
            ));
        }
        Ok(ServiceTime {
            first_token_us,
            per_output_token_us: SECOND_US / u64::from(tokens_per_second),
        })
    }
}
