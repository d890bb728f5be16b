//! Catalogue parameters that a scenario states, and which of them anything asked for.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// Values of parameters by name, as text with their places. Copies of a scenario share the record
/// of what was asked for: a plan asks through many.
#[derive(Clone, Debug, Default)]
pub struct StatedParameters {
    values: BTreeMap<String, (String, Place)>,
    asked: Arc<Mutex<BTreeSet<String>>>,
}

impl StatedParameters {
    /// The value of a parameter with its place, none where the scenario states none.
    pub fn get(&self, name: &str) -> Option<&(String, Place)> {
        let found = self.values.get(name)?;
        if let Ok(mut asked) = self.asked.lock()
            && !asked.contains(name)
        {
            asked.insert(name.to_owned());
        }
        Some(found)
    }

    /// Whether the scenario states a parameter.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// States a parameter.
    pub fn insert(&mut self, name: String, value: (String, Place)) {
        self.values.insert(name, value);
    }

    /// All of them by name, as they were written: nothing is read of them.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &(String, Place))> {
        self.values.iter()
    }

    /// A warning for each that nothing asked for.
    pub fn unread(&self) -> Diagnostics {
        let Ok(asked) = self.asked.lock() else { return Diagnostics::default() };
        let unread = self.values.iter().filter(|(name, _)| !asked.contains(*name));
        let warning = |(name, (_, place)): (&String, &(String, Place))| {
            Diagnostic::warning(
                "parameter-not-read",
                format!("{name} is not read by this question: nothing in it depends on it"),
            )
            .at(place.clone())
            .hint("leave it out, or check whether the models and SKUs are those that it is about")
        };
        Diagnostics(unread.map(warning).collect())
    }
}
