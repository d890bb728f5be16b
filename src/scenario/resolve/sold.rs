//! Whether a deployment can be had: sold in its region, not retired, under which name.

use crate::catalog::availability::Availability;
use crate::catalog::lifecycle::Stage;
use crate::catalog::sku::Sku;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;

impl Joint<'_> {
    /// What is not sold, or is retired, is an error; what nobody knows is noted with how to find out.
    pub(super) fn is_sold(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<(), Diagnostic> {
        let (model, region) = (&*planned.model.name, &*planned.region.name);
        let named = self.catalog.named(model)?;
        if let Some(note) = named.note {
            let evidence = sku.evidence.clone();
            self.facts.note_words(format!("name {model}"), note, evidence);
        }
        let what = format!("{model} · {} in {region}", sku.name);
        match self.catalog.availability(model, &sku.name, region, self.on) {
            Availability::NotListed { why, .. } => {
                let regions = self.catalog.regions_of(model, &sku.name, self.on);
                let hint = if regions.is_empty() {
                    format!("no region sells it as {}: choose another SKU or model", sku.name)
                } else {
                    let some: Vec<&str> = regions.iter().take(4).copied().collect();
                    format!("it is sold in {}", some.join(", "))
                };
                return Err(Diagnostic::error(
                    "not-available",
                    format!("not available: {what}: {why}"),
                )
                .at(planned.sku.place.clone())
                .hint(hint));
            }
            Availability::Unknown { why, check, evidence } => {
                let evidence = evidence.unwrap_or_else(|| sku.evidence.clone());
                let name = format!("availability of {what}");
                self.facts.note_words(name, format!("unknown: {why}; {check}"), evidence);
            }
            Availability::Listed(Some(evidence)) => {
                self.facts.note_words(
                    format!("availability of {what}"),
                    "listed".to_owned(),
                    evidence,
                );
            }
            Availability::Listed(None) => {}
        }
        self.in_service(planned, sku)
    }

    /// A retired version answers every call 410, so nothing can be deployed or simulated.
    fn in_service(&mut self, planned: &PlannedDeployment, sku: &Sku) -> Result<(), Diagnostic> {
        let (name, tuned) = (&*planned.model.name, planned.options.fine_tuned);
        let Some(life) = self.catalog.lifecycle(name, &sku.name, tuned, self.on) else {
            return Ok(());
        };
        let Some(stage) = &life.stage else { return Ok(()) };
        if stage.value != Stage::Retired {
            return Ok(());
        }
        let since = life.retires.as_ref().map(|day| format!(" since {}", day.value));
        let hint = match &life.replacement {
            Some(next) => format!("the platform names {} as its replacement", next.value),
            None => "choose a model that is in service".to_owned(),
        };
        Err(Diagnostic::error(
            "retired",
            format!(
                "retired: {}{} ({})",
                life.name(),
                since.unwrap_or_default(),
                stage.evidence.source
            ),
        )
        .at(planned.model.place.clone())
        .hint(hint))
    }
}
