//! What managed compute can run: open weights for which the platform has a deployment template, and nothing else.

use crate::catalog::Catalog;
use crate::catalog::availability::Availability;
use crate::catalog::pattern::closest;
use crate::catalog::table::Row;
use crate::units::dated::Evidence;
use jiff::civil::Date;
use std::sync::Arc;

impl Catalog {
    /// Whether managed compute can run a model on a day. OpenAI and Claude models it cannot; of open weights most are possible and
    /// none is listed by name.
    pub(crate) fn managed_compute(&self, model: &str, sku: &str, on: Date) -> Availability {
        let table = &self.tables.managed_compute;
        let rows = table.rows().iter();
        let runs: Vec<&Row> = rows.filter(|row| row.key(2) == "runs").collect();
        let own = closest(runs.iter().copied().filter(|row| row.key(1) == sku), model);
        // What one kind of managed compute never runs, none does, unless a row about the other says
        // so: the weights are closed.
        let elsewhere =
            || closest(runs.iter().copied(), model).filter(|row| row.value().starts_with("no"));
        // What cannot run does not begin to on the day a document was read.
        let Some(row) = own.or_else(elsewhere) else {
            return Availability::Unknown {
                why: format!("no document that was read says whether managed compute runs {model}"),
                check: check(model),
                evidence: None,
            };
        };
        let evidence = table.evidence(row);
        match row.value() {
            "yes" => match self.unread_regions(model, sku) {
                Some((source, evidence)) => Availability::Unknown {
                    why: format!(
                        "{source} does not state in which regions managed compute runs {model}"
                    ),
                    check: check(model),
                    evidence: Some(evidence),
                },
                None => Availability::Listed(Some(evidence)),
            },
            words if words.starts_with("no") => Availability::NotListed {
                why: format!("managed compute does not run {model} ({})", row.source()),
                evidence: Some(evidence),
            },
            words => Availability::Unknown {
                why: format!(
                    "managed compute of {model} is {words} ({}, as of {on})",
                    row.source()
                ),
                check: check(model),
                evidence: Some(evidence),
            },
        }
    }

    /// The row that says that nobody who was read knows the regions.
    fn unread_regions(&self, model: &str, sku: &str) -> Option<(&str, Arc<Evidence>)> {
        let table = &self.tables.managed_compute;
        let rows = table.rows().iter();
        let about = rows.filter(|row| row.key(1) == sku && row.key(2) == "regions");
        let row = closest(about, model).filter(|row| row.value() == "unknown")?;
        Some((row.source(), table.evidence(row)))
    }
}

fn check(model: &str) -> String {
    format!(
        "look for a deployment template of {model} in the model catalogue of the Foundry portal, \
         and whether it can be deployed in your region"
    )
}
