//! What managed compute can run: open weights for which the platform has a deployment template, and nothing else.

use crate::catalog::Catalog;
use crate::catalog::availability::Availability;
use crate::catalog::table::Row;
use jiff::civil::Date;

/// Whether a name is one of a pattern: a `*` at its end stands for anything.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

/// Of several patterns that fit, the one that says most.
pub(crate) fn closest<'a>(rows: impl Iterator<Item = &'a Row>, name: &str) -> Option<&'a Row> {
    rows.filter(|row| matches(row.key(0), name)).max_by_key(|row| row.key(0).len())
}

impl Catalog {
    /// Whether managed compute can run a model on a day. OpenAI and Claude models it cannot; of open weights most are possible and
    /// none is listed by name.
    pub(crate) fn managed_compute(&self, model: &str, sku: &str, on: Date) -> Availability {
        let table = &self.tables.managed_compute;
        let rows = table.rows().iter();
        let about = rows.filter(|row| row.key(1) == sku && row.key(2) == "runs");
        // What cannot run does not begin to on the day a document was read.
        let Some(row) = closest(about, model) else {
            return Availability::Unknown {
                why: format!("no document that was read says whether managed compute runs {model}"),
                check: check(model),
                evidence: None,
            };
        };
        let evidence = table.evidence(row);
        match row.value() {
            "yes" => Availability::Listed(Some(evidence)),
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
}

fn check(model: &str) -> String {
    format!(
        "look for a deployment template of {model} in the model catalogue of the Foundry portal"
    )
}
