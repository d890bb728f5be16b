//! Named parameters.

use crate::scenario::resolve::deployment::Joint;
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::Diagnostic;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

impl Joint<'_> {
    /// A numeric parameter: the scenario's own value, else the catalogue's default.
    pub(super) fn parameter(&mut self, name: &str) -> Result<u64, Diagnostic> {
        let parameter = self.catalog.parameter(name)?;
        let refuse = |what: &str| {
            Diagnostic::error("not-a-whole-number", format!("not a whole number: {name} = {what}"))
        };
        let (value, evidence) = match (self.scenario.parameters.get(name), parameter.number()) {
            (Some((text, place)), _) => {
                let value = text.parse().map_err(|_| refuse(text).at(place.clone()))?;
                let stated = Evidence {
                    status: Status::Assumed,
                    source: "the scenario".into(),
                    place: place.clone(),
                    ..(*parameter.evidence).clone()
                };
                (value, Arc::new(stated))
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
