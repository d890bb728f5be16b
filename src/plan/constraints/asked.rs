//! What a candidate asks of each model, SKU and region, as constraints read it.

use crate::catalog::Catalog;
use crate::catalog::model::Model;
use crate::catalog::region::Region;
use crate::catalog::sku::Sku;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::scenario::Scenario;
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::Diagnostic;
use std::sync::Arc;
/// One deployment of a candidate with its rows of the catalogue.
pub(crate) struct Asked<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) catalog: &'a Catalog,
    pub(crate) planned: &'a PlannedDeployment,
    pub(crate) sku: &'a Sku,
    pub(crate) model: &'a Model,
    pub(crate) region: &'a Region,
    pub(crate) facts: &'a mut Facts,
}

/// The reading of a switch between documents that disagree: the scenario's own, else the catalogue's. Noted either way.
pub(crate) fn reading(asked: &mut Asked<'_>, name: &str) -> Result<Arc<str>, Diagnostic> {
    let parameter = asked.catalog.parameter(name)?;
    let options = parameter.options.join(", ");
    let (value, evidence) = match (asked.scenario.parameters.get(name), parameter.choice()) {
        (Some((text, place)), _) => {
            if !parameter.options.iter().any(|option| **option == **text) {
                let message = format!("no such reading: {name} = {text}");
                return Err(Diagnostic::error("no-such-reading", message)
                    .at(place.clone())
                    .hint(format!("one of {options}")));
            }
            let stated = Evidence {
                status: Status::Assumed,
                source: "the scenario".into(),
                place: place.clone(),
                ..(*parameter.evidence).clone()
            };
            (Arc::from(text.as_str()), Arc::new(stated))
        }
        (None, Some(choice)) => (choice.value, choice.evidence),
        (None, None) => {
            let message = format!("not a choice: {name}");
            return Err(Diagnostic::error("no-such-reading", message));
        }
    };
    let words = format!("{value} (of {options})");
    asked.facts.note_words(name.to_owned(), words, evidence);
    Ok(value)
}

/// A number of the catalogue's parameters, or the scenario's own.
pub(crate) fn number(
    scenario: &Scenario,
    catalog: &Catalog,
    name: &str,
    facts: &mut Facts,
) -> Result<u32, Diagnostic> {
    let parameter = catalog.parameter(name)?;
    let stated = scenario.parameters.get(name).map(|(text, _)| text.clone());
    let own = parameter.number().map(|number| number.value.to_string());
    let value = stated.or(own).and_then(|text| text.parse::<u32>().ok()).ok_or_else(|| {
        Diagnostic::error("not-a-whole-number", format!("not a whole number: {name}"))
    })?;
    let words = parameter.in_unit(value);
    facts.note_words(name.to_owned(), words, parameter.evidence.clone());
    Ok(value)
}
