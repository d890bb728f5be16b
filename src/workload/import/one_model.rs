//! The model of a deployment, from the calls that name both.

use std::collections::BTreeMap;

/// The model of each deployment whose calls name one and only one: calls that were refused often
/// name none, and are calls of that model.
#[derive(Debug, Default)]
pub(crate) struct OneModel(BTreeMap<String, Option<String>>);

impl OneModel {
    /// From pairs of a deployment and its model; empty names say nothing.
    pub(crate) fn of(pairs: impl Iterator<Item = (String, String)>) -> Self {
        let mut models: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (deployment, model) in pairs.filter(|(of, model)| !of.is_empty() && !model.is_empty()) {
            let known = models.entry(deployment).or_insert_with(|| Some(model.clone()));
            if known.as_ref() != Some(&model) {
                *known = None;
            }
        }
        Self(models)
    }

    /// The model that a call names, else that of its deployment; empty where neither is known.
    pub(crate) fn or_of<'a>(&'a self, named: &'a str, deployment: &str) -> &'a str {
        if !named.is_empty() {
            return named;
        }
        self.0.get(deployment).and_then(Option::as_deref).unwrap_or_default()
    }
}
