//! Named parameters.

use crate::catalog::Catalog;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::joint::Joint;
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Place};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// What a scale-up is taken to be worth, minutes of the PTUs that are added.
pub(crate) const CAPACITY_RISK: &str = "capacity-risk";

/// A number for what no deployment depends on: the scenario's own, else the catalogue's.
pub(crate) fn number(
    scenario: &Scenario,
    catalog: &Catalog,
    name: &str,
) -> Result<Decimal, Diagnostic> {
    let parameter = catalog.parameter(name)?;
    let stated = scenario.parameters.get(name).and_then(|(text, _)| text.parse().ok());
    let default = || parameter.number().map(|number| number.value);
    stated.or_else(default).ok_or_else(|| {
        Diagnostic::error("not-a-number", format!("not a number: {name} is a choice"))
    })
}

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
        self.facts.note_words(name.to_owned(), parameter.in_unit(value), evidence);
        Ok(value)
    }

    /// The same for a number that must fit 32 bits.
    pub(super) fn small_parameter(&mut self, name: &str) -> Result<u32, Diagnostic> {
        let value = self.parameter(name)?;
        u32::try_from(value).map_err(|_| self.too_large(name, value, u64::from(u32::MAX)))
    }

    /// The same in another unit, `each` of which are one of the parameter's.
    pub(super) fn scaled_parameter(&mut self, name: &str, each: u64) -> Result<u64, Diagnostic> {
        let value = self.parameter(name)?;
        // Sums of a few of them stay numbers too.
        let scaled = value.checked_mul(each).filter(|scaled| *scaled <= u64::MAX / 1_000);
        scaled.ok_or_else(|| self.too_large(name, value, u64::MAX / 1_000 / each.max(1)))
    }

    fn too_large(&self, name: &str, value: u64, most: u64) -> Diagnostic {
        let error =
            Diagnostic::error("parameter-too-large", format!("too large: {name} = {value}"))
                .hint(format!("it is at most {most}"));
        match self.scenario.parameters.get(name) {
            Some((_, place)) => error.at(place.clone()),
            None => error,
        }
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
