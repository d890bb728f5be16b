//! `[[event]]`.

use crate::scenario::candidate::Candidate;
use crate::scenario::events::{self, Event};
use crate::scenario::load::Check;
use crate::scenario::schema::ScenarioFile;
use crate::units::diagnostic::nearest;

impl Check<'_> {
    /// The names deployments have: those of `[today]`, and a candidate's, which is `SKU/model`.
    pub(in crate::scenario) fn deployment_names(
        written: &ScenarioFile,
        today: Option<&Candidate>,
    ) -> Vec<String> {
        let mut known: Vec<String> = today
            .iter()
            .flat_map(|today| today.deployments.iter().map(|d| d.name.to_string()))
            .collect();
        for sku in &written.allow.sku {
            let models =
                written.workload.iter().flat_map(|workload| workload.model.get_ref().all());
            known.extend(models.map(|model| format!("{}/{model}", sku.get_ref())));
        }
        known
    }

    pub(super) fn events(
        &mut self,
        written: &ScenarioFile,
        today: Option<&Candidate>,
    ) -> Vec<Event> {
        let known = Self::deployment_names(written, today);
        let mut events = Vec::new();
        for table in &written.event {
            if let Some(name) = &table.deployment
                && !known.contains(name.get_ref())
            {
                let hint = match nearest(name.get_ref(), known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("one of {}", known.join(", ")),
                };
                let message = format!("unknown deployment: event of {}", name.get_ref());
                self.wrong("unknown-deployment", name.span(), message, hint);
            }
            match events::event(table) {
                Ok(mut event) => {
                    if let Some(price) = &mut event.price {
                        price.place = self.place(table.what.span());
                    }
                    events.push(event);
                }
                Err((code, span, message, hint)) => self.wrong(code, span, message, hint),
            }
        }
        events
    }
}
