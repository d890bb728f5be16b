//! The dated values a result leaned on, collected while a candidate is resolved and billed (invariants 8 and 10).

use crate::units::dated::{Dated, Evidence, Status};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

/// A dated value in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is, such as `input TPM per PTU, gpt-4.1`.
    pub name: String,
    /// The value in words, unit included.
    pub value: String,
    /// Its evidence.
    pub evidence: Arc<Evidence>,
}

/// Facts by name: each is told once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<String, Fact>);

impl Facts {
    /// Notes a dated value and returns it.
    pub fn note<T: Display>(&mut self, name: String, unit: &str, dated: Dated<T>) -> T {
        let value = format!("{} {unit}", dated.value).trim_end().to_owned();
        let fact = Fact { name: name.clone(), value, evidence: dated.evidence };
        self.0.insert(name, fact);
        dated.value
    }

    /// Notes a value in words with its evidence.
    pub fn note_words(&mut self, name: String, value: String, evidence: Arc<Evidence>) {
        self.0.insert(name.clone(), Fact { name, value, evidence });
    }

    /// Adds all of another collection.
    pub fn merge(&mut self, other: &Self) {
        self.0.extend(other.0.iter().map(|(name, fact)| (name.clone(), fact.clone())));
    }

    /// All facts by name.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.0.values()
    }

    /// Those that are assumed.
    pub fn assumed(&self) -> impl Iterator<Item = &Fact> {
        self.iter().filter(|fact| fact.evidence.status == Status::Assumed)
    }
}
