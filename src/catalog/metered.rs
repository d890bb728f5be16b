//! Which model, and which version of it, the words of a meter's name mean, and under which name its
//! price is kept.
//!
//! The feed's importer and the biller of recorded usage both ask here, so that they cannot differ.

use crate::catalog::Catalog;
use crate::catalog::model::Model;
use crate::catalog::sku::Scope;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A model as a meter names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metered {
    /// Model id of the catalogue.
    pub model: Arc<str>,
    /// The version that the meter states, none where it states none.
    pub version: Option<Arc<str>>,
    /// The name that prices are kept under: of the version, where it has prices of its own.
    pub price_name: Arc<str>,
    /// The version that the undated price stands for, where the meter is of an older one without
    /// prices of its own.
    pub newer: Option<Arc<str>>,
}

/// How surely a spelling is a model's: its id, another spelling, one made of id and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Spelt {
    Id,
    Alias,
    Versioned,
    /// Any of them without the family at its front: `56 luna`, `embedding-ada`.
    Short,
}

/// Every spelling of every model, with letters and digits alone: meters separate them in a dozen
/// ways.
#[derive(Clone, Debug, Default)]
pub struct MeterNames {
    spellings: BTreeMap<String, BTreeSet<(Spelt, Metered)>>,
    /// The one scope of models whose meters name none.
    only_scopes: BTreeMap<Arc<str>, Scope>,
    /// Models of which a version has prices of its own.
    kept_apart: BTreeSet<Arc<str>>,
}

/// Families that meters leave out.
const FAMILIES: [&str; 2] = ["gpt", "text"];

/// The maker whose old meters without a scope word are regional or global: theirs are not guessed.
const AMBIGUOUS_WITHOUT_SCOPE: &str = "OpenAI";

impl MeterNames {
    /// The spellings of a catalogue's models.
    pub fn of(catalog: &Catalog) -> Self {
        let mut names = Self::default();
        for model in catalog.every_model() {
            names.add_model(catalog, model);
        }
        names
    }

    fn add_model(&mut self, catalog: &Catalog, model: &Model) {
        let undated = metered(catalog, model, None);
        self.add(&model.id, Spelt::Id, &undated);
        for version in &model.versions {
            let of_version = metered(catalog, model, Some(version));
            if of_version.price_name != model.id {
                self.kept_apart.insert(model.id.clone());
            }
            for date in spelt(version) {
                self.add(&format!("{}{date}", model.id), Spelt::Versioned, &of_version);
            }
        }
        for alias in &model.aliases {
            let version = is_version(&alias.says).then_some(&alias.says);
            self.add(&alias.name, Spelt::Alias, &metered(catalog, model, version));
        }
        if let Some(scope) = only_scope(catalog, model) {
            self.only_scopes.insert(model.id.clone(), scope);
        }
    }

    fn add(&mut self, spelling: &str, rank: Spelt, metered: &Metered) {
        let text = plain(spelling);
        let shorts = FAMILIES.iter().filter_map(|family| text.strip_prefix(family));
        for short in shorts.filter(|short| short.len() > 1) {
            let known = self.spellings.entry(short.to_owned()).or_default();
            known.insert((Spelt::Short, metered.clone()));
        }
        self.spellings.entry(text).or_default().insert((rank, metered.clone()));
    }

    /// The model that words mean in a family of meters; none where no model, or more than one, is
    /// called so.
    pub fn find(&self, words: &str, product: &str) -> Option<&Metered> {
        let text = plain(words);
        let within = format!("{text}product{}", plain(product));
        let found = self.spellings.get(&within).or_else(|| self.spellings.get(&text))?;
        let (best, metered) = found.first()?;
        let rivals = found.iter().filter(|(rank, other)| rank == best && other != metered);
        (rivals.count() == 0).then_some(metered)
    }

    /// The same, where a version that the catalogue does not know is that of the model as long as
    /// no version of it has prices of its own.
    pub fn find_or_newer(&self, words: &str, product: &str) -> Option<&Metered> {
        self.find(words, product).or_else(|| {
            let text = plain(words);
            let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
            let cut = text.len().checked_sub(4).filter(|_| digits >= 4)?;
            let metered = self.find(&text[..cut], product)?;
            (metered.version.is_none() && !self.kept_apart.contains(&metered.model))
                .then_some(metered)
        })
    }

    /// The scope of a model's meters that name none: the one that all its prices are of.
    pub fn only_scope(&self, model: &str) -> Option<Scope> {
        self.only_scopes.get(model).copied()
    }
}

/// Letters and digits alone, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// Whether what an alias says is a version: digits and dashes.
fn is_version(says: &str) -> bool {
    says.len() >= 4 && says.chars().all(|c| c.is_ascii_digit() || c == '-')
}

/// A dated version as meters write it: `0806`, `08062024`, `20240806`.
fn spelt(version: &str) -> Vec<String> {
    match *version.split('-').collect::<Vec<_>>() {
        [year, month, day] => vec![
            format!("{month}{day}"),
            format!("{month}{day}{year}"),
            format!("{year}{month}{day}"),
        ],
        _ => vec![plain(version)],
    }
}

fn metered(catalog: &Catalog, model: &Model, version: Option<&Arc<str>>) -> Metered {
    let prices = &catalog.tables().prices;
    let name_of = |version: &str| format!("{}-{version}", model.id);
    let is_priced = |version: &str| !prices.with_prefix(&[&name_of(version)]).is_empty();
    let own = version.filter(|version| is_priced(version));
    let newest = model.versions.iter().filter(|version| !is_priced(version)).max();
    let newer = match (version, own, newest) {
        (Some(version), None, Some(newest)) if version < newest => Some(newest.clone()),
        _ => None,
    };
    Metered {
        model: model.id.clone(),
        version: version.cloned(),
        price_name: own.map_or_else(|| model.id.clone(), |version| name_of(version).into()),
        newer,
    }
}

fn only_scope(catalog: &Catalog, model: &Model) -> Option<Scope> {
    let tables = catalog.tables();
    let rows = tables.prices.with_prefix(&[&model.id]);
    let mut kinds = rows.iter().map(|row| {
        let scope = tables.price_scopes.with_prefix(&[row.key(1)]).first()?;
        Scope::parse(scope.value())
    });
    let first = kinds.next().filter(|_| &*model.provider != AMBIGUOUS_WITHOUT_SCOPE)??;
    kinds.all(|kind| kind == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_spelt_as_meters_do() {
        assert_eq!(spelt("2024-08-06"), ["0806", "08062024", "20240806"]);
        assert_eq!(spelt("0125"), ["0125"]);
        assert!(is_version("2024-08-06") && is_version("0125"));
        assert!(!is_version("same model") && !is_version("listed"));
    }
}
