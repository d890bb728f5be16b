//! Named parameters.

use crate::scenario::resolve::joint::Joint;
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Place};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

impl Joint<'_> {
    /// A parameter that is a choice between readings: the scenario's own, else the catalogue's default.
    pub(super) fn choice(&mut self, name: &str) -> Result<Arc<str>, Diagnostic> {
        let parameter = self.catalog.parameter(name)?;
        let (value, evidence) = match (self.scenario.parameters.get(name), parameter.choice()) {
            (Some((text, place)), _) => {
                if !parameter.options.iter().any(|option| **option == **text) {
                    return Err(Diagnostic::error(
                        "not-an-option",
                        format!("not an option: {name} = {text}"),
                    )
                    .at(place.clone())
                    .hint(format!("one of {}", parameter.options.join(", "))));
                }
                let stated = stated(&parameter.evidence, place);
                (text.as_str().into(), stated)
            }
            (None, Some(choice)) => (choice.value, choice.evidence),
            (None, None) => {
                let message = format!("not a choice: {name} is a number");
                return Err(Diagnostic::error("not-a-choice", message));
            }
        };
        self.facts.note_words(name.to_owned(), value.to_string(), evidence);
        Ok(value)
    }

    /// A numeric parameter: the scenario's own value, else the catalogue's default.
    pub(super) fn parameter(&mut self, name: &str) -> Result<u64, Diagnostic> {
        let parameter = self.catalog.parameter(name)?;
        let refuse = |what: &str| {
            Diagnostic::error("not-a-whole-number", format!("not a whole number: {name} = {what}"))
        };
        let (value, evidence) = match (self.scenario.parameters.get(name), parameter.number()) {
            (Some((text, place)), _) => {
                let value = text.parse().map_err(|_| refuse(text).at(place.clone()))?;
                (value, stated(&parameter.evidence, place))
            }
            (None, Some(number)) => {
                let value =
                    number.value.to_u64().filter(|whole| Decimal::from(*whole) == number.value);
                (value.ok_or_else(|| refuse(&number.value.to_string()))?, number.evidence)
            }
            (None, None) => return Err(refuse("a choice")),
        };
        self.facts.note_words(name.to_owned(), format!("{value} {}", parameter.unit), evidence);
        Ok(value)
    }
}

/// The evidence of a value that the scenario states.
fn stated(default: &Evidence, place: &Place) -> Arc<Evidence> {
    Arc::new(Evidence {
        status: Status::Assumed,
        source: "the scenario".into(),
        place: place.without_folders(),
        ..default.clone()
    })
}
