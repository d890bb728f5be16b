//! The provisioned bucket.

use crate::catalog::ptu::{Generation, Throughput};
use crate::catalog::sku::Sku;
use crate::engine::rules::LongWeights;
use crate::engine::setup::{Admission, Bucket, Deployment};
use crate::engine::work::Weights;
use crate::ledger::usage::ContextTier;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;
use crate::units::ptu::MAX_DEPLOYABLE_PTU;
use crate::units::time::SECOND_US;
use crate::units::tokens::TokenClass;
use rust_decimal::Decimal;

impl Joint<'_> {
    pub(super) fn bucket(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Bucket, Diagnostic> {
        let (model, place) = (&*planned.model.name, &planned.sku.place);
        let Some(capacity_ptu) = planned.capacity_ptu else {
            return Err(Diagnostic::error(
                "no-capacity",
                format!("no capacity: {} · {model}", sku.name),
            )
            .at(place.clone())
            .hint("give capacity_ptu"));
        };
        let grid = self.catalog.grid(model, &sku.name, self.on).map_err(|e| e.at(place.clone()))?;
        let steps = format!("{} and up by {}", grid.value.min_ptu, grid.value.increment_ptu);
        if !grid.value.contains(capacity_ptu) || capacity_ptu > MAX_DEPLOYABLE_PTU {
            let below = grid.value.at_most(capacity_ptu.min(MAX_DEPLOYABLE_PTU));
            let above = grid.value.at_least(capacity_ptu);
            let sizes =
                below.map_or_else(|| above.to_string(), |below| format!("{below} or {above}"));
            return Err(Diagnostic::error(
                "off-the-grid",
                format!("off the grid: {} · {model} · {capacity_ptu} PTU ({steps})", sku.name),
            )
            .at(place.clone())
            .hint(format!("deploy {sizes} PTU")));
        }
        self.facts.note_words(
            format!("PTU sizes of {model}, {}", sku.name),
            steps,
            grid.evidence.clone(),
        );
        let throughput =
            self.catalog.throughput(model, self.on).map_err(|e| e.at(place.clone()))?;
        let tpm = self.facts.note(
            format!("input TPM per PTU of {model}"),
            "tokens per minute",
            throughput.input_tpm_per_ptu.clone(),
        );
        let weights = Weights {
            input: self.weight(&throughput, TokenClass::Input)?,
            cached_input: self.weight(&throughput, TokenClass::CachedInput)?,
            output: self.weight(&throughput, TokenClass::Output)?,
        };
        let assumed = self.small_parameter("provisioned-assumed-output-tokens")?;
        let mut bucket = Bucket::new(capacity_ptu, tpm * Weights::SCALE, weights, assumed);
        bucket.burst_us = self.scaled_parameter("provisioned-burst", SECOND_US)?;
        Ok(bucket)
    }

    /// What generation B weighs beside input, cached input and output: cache writes, and all of a request in the long-context
    /// class (P R4). Generation A weighs nothing else.
    pub(super) fn classes(
        &mut self,
        planned: &PlannedDeployment,
        deployment: &mut Deployment,
    ) -> Result<(), Diagnostic> {
        let throughput = self.catalog.throughput(&planned.model.name, self.on)?;
        if throughput.generation.value != Generation::B {
            return Ok(());
        }
        if &*self.choice("cached-tokens-on-ptu")? == "deducted-everywhere"
            && let Admission::Provisioned(bucket) = &mut deployment.admission
        {
            bucket.weights.cached_input = 0;
        }
        let weighted = &*self.choice("cache-writes-on-ptu")? == "weighted";
        let stated = |context, class| throughput.weight(context, class).map(|weight| weight.value);
        let write = |context| {
            let class = if weighted { TokenClass::CacheWrite } else { TokenClass::Input };
            stated(context, class)
        };
        deployment.rules.cache_write_weight = write(ContextTier::Default);
        let long = ContextTier::Long;
        let differs = throughput.weights.iter().any(|weight| weight.context == long);
        let all = stated(long, TokenClass::Input)
            .zip(stated(long, TokenClass::CachedInput))
            .zip(stated(long, TokenClass::Output).zip(write(long)));
        if let (true, Some(((input, cached_input), (output, cache_write)))) = (differs, all) {
            let deducted = &*self.choice("cached-tokens-on-ptu")? == "deducted-everywhere";
            let cached_input = if deducted { 0 } else { cached_input };
            deployment.rules.long_weights = Some(LongWeights {
                above_tokens: self.small_parameter("provisioned-long-context-threshold")?,
                weights: Weights { input, cached_input, output },
                cache_write,
            });
        }
        Ok(())
    }

    pub(super) fn weight(
        &mut self,
        throughput: &Throughput,
        class: TokenClass,
    ) -> Result<u64, Diagnostic> {
        let Some(weight) = throughput.weight(ContextTier::Default, class) else {
            return Err(Diagnostic::error(
                "no-weight",
                format!("no PTU weight: {} · {class}", throughput.model),
            )
            .hint("the platform publishes none: this model cannot be sized on PTUs"));
        };
        self.facts.note_words(
            format!("PTU weight of {class} tokens, {}", throughput.model),
            format!("{} input tokens", Decimal::new(weight.value as i64, 3).normalize()),
            weight.evidence.clone(),
        );
        Ok(weight.value)
    }
}
