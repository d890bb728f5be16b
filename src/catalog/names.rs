//! One model, one name: what every other spelling stands for.

use crate::catalog::model::Model;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a spelling stands for.
#[derive(Clone, Debug)]
struct Meaning {
    model: Arc<str>,
    says: Arc<str>,
}

/// Every spelling that is not the model's own, in lower case, and exact ones first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    exact: BTreeMap<Arc<str>, Meaning>,
    lower: BTreeMap<String, Meaning>,
}

/// A model as somebody named it.
#[derive(Clone, Debug)]
pub struct NamedModel<'a> {
    /// The model.
    pub model: &'a Model,
    /// The version that the name states, none where it states none.
    pub version: Option<Arc<str>>,
    /// How the name was understood, none where it is the model's own.
    pub note: Option<String>,
}

impl Names {
    /// The spellings of all models.
    pub(crate) fn of(models: &BTreeMap<Arc<str>, Model>) -> Self {
        let mut names = Self::default();
        for model in models.values() {
            for alias in &model.aliases {
                let meaning = Meaning { model: model.id.clone(), says: alias.says.clone() };
                names.lower.entry(alias.name.to_lowercase()).or_insert_with(|| meaning.clone());
                names.exact.entry(alias.name.clone()).or_insert(meaning);
            }
        }
        for model in models.values() {
            let meaning = Meaning { model: model.id.clone(), says: "".into() };
            names.lower.insert(model.id.to_lowercase(), meaning);
        }
        names
    }

    /// Whether it is another spelling of a model.
    pub(crate) fn is_alias(&self, name: &str) -> bool {
        self.exact.contains_key(name)
    }

    /// The model of a name.
    pub(crate) fn find<'a>(
        &self,
        name: &str,
        models: &'a BTreeMap<Arc<str>, Model>,
    ) -> Option<NamedModel<'a>> {
        if let Some(model) = models.get(name) {
            return Some(NamedModel { model, version: None, note: None });
        }
        let meaning = self.exact.get(name).or_else(|| self.lower.get(&name.to_lowercase()));
        if let Some(meaning) = meaning {
            let model = models.get(&meaning.model)?;
            let version = model.versions.iter().find(|version| **version == meaning.says);
            return Some(named(model, name, version.cloned(), &meaning.says));
        }
        // A name with its version: `gpt-4o (2024-08-06)`, `gpt-4o@2024-08-06`, `gpt-4o-2024-08-06`.
        let (base, version) = split(name)?;
        let model = models.get(base).or_else(|| {
            let lower = base.to_lowercase();
            models.get(&self.lower.get(&lower)?.model)
        })?;
        let version = model.versions.iter().find(|known| ***known == *version)?;
        Some(named(model, name, Some(version.clone()), version))
    }
}

fn named<'a>(
    model: &'a Model,
    name: &str,
    version: Option<Arc<str>>,
    says: &str,
) -> NamedModel<'a> {
    let of = match says {
        "" | "same model" | "listed" => String::new(),
        other if version.is_some() => format!(", version {other}"),
        other => format!(", {other}"),
    };
    let note = Some(format!("{name} is a name of {}{of}", model.id));
    NamedModel { model, version, note }
}

/// A name and the version at its end.
fn split(name: &str) -> Option<(&str, &str)> {
    if let Some(rest) = name.strip_suffix(')') {
        let (base, version) = rest.rsplit_once('(')?;
        return Some((base.trim_end(), version.trim()));
    }
    if let Some((base, version)) = name.rsplit_once('@') {
        return Some((base, version));
    }
    let cut = name.len().checked_sub("-2024-08-06".len())?;
    let (base, version) = name.split_at_checked(cut)?;
    Some((base, version.strip_prefix('-')?))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_version_is_read_off_the_end_of_a_name() {
        assert_eq!(split("gpt-4o (2024-08-06)"), Some(("gpt-4o", "2024-08-06")));
        assert_eq!(split("gpt-4o@2024-08-06"), Some(("gpt-4o", "2024-08-06")));
        assert_eq!(split("gpt-4o-2024-08-06"), Some(("gpt-4o", "2024-08-06")));
        assert_eq!(split("gpt-4o"), None);
    }
}
