//! JSON as it was read, with the path to every value, so that a mistake can be shown where it stands.

use crate::scenario::azure::ordered::{Ordered, TWICE};
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::{Diagnostic, Place};
use serde_json::Value;
use std::sync::Arc;

/// A file as the caller read it.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The file as the user named it.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Where a value stands: its file and its path, such as `[3].sku.name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The path within the file.
    pub path: String,
}

impl Origin {
    /// The same for messages: lines mean little in JSON that a program wrote, so the path stands in their place.
    pub(crate) fn place(&self) -> Place {
        if self.path.is_empty() {
            return Place::new(self.file.clone(), 0, 0);
        }
        Place::new(format!("{}: {}", self.file, self.path), 0, 0)
    }

    /// A place below this one.
    pub(super) fn below(&self, path: &str) -> Self {
        let dot = if self.path.is_empty() || path.starts_with('[') { "" } else { "." };
        Self { file: self.file.clone(), path: format!("{}{dot}{path}", self.path) }
    }
}

/// The documents of a file with their places: where a file has several, which of them is said.
pub(super) fn nodes<'a>(file: &Arc<str>, documents: &'a [Value]) -> Vec<Node<'a>> {
    let several = documents.len() > 1;
    let place = |at: usize| if several { format!("(document {})", at + 1) } else { String::new() };
    let origin = |at: usize| Origin { file: file.clone(), path: place(at) };
    documents.iter().enumerate().map(|(at, value)| Node { value, origin: origin(at) }).collect()
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) origin: Origin,
}

impl<'a> Node<'a> {
    pub(super) fn new(file: &Arc<str>, value: &'a Value) -> Self {
        Self { value, origin: Origin { file: file.clone(), path: String::new() } }
    }

    /// The value of a key; none where it is absent or `null`, which are the same. Azure writes keys in one case, and tools that
    /// hand them on do not always keep it.
    pub(super) fn get(&self, key: &str) -> Option<Node<'a>> {
        let object = self.value.as_object()?;
        let (name, value) = object
            .get_key_value(key)
            .or_else(|| object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)))?;
        (!value.is_null()).then(|| Node { value, origin: self.origin.below(&step(name)) })
    }

    /// The value of a path of keys.
    pub(super) fn at(&self, path: &[&str]) -> Option<Node<'a>> {
        path.iter().try_fold(self.clone(), |node, key| node.get(key))
    }

    /// The items of an array; none of anything else.
    pub(super) fn items(&self) -> Vec<Node<'a>> {
        let items = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        let at = |index: usize| self.origin.below(&format!("[{index}]"));
        items.iter().enumerate().map(|(index, value)| Node { value, origin: at(index) }).collect()
    }

    /// The values of an object with their keys; none of anything else.
    pub(super) fn entries(&self) -> Vec<(&'a str, Node<'a>)> {
        let Some(object) = self.value.as_object() else { return Vec::new() };
        object
            .iter()
            .map(|(key, value)| {
                (key.as_str(), Node { value, origin: self.origin.below(&step(key)) })
            })
            .collect()
    }

    /// The text of a key; none where it is absent or no text.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.value.as_str()
    }

    /// The whole number of a key. Azure prints some counts as `500.0`.
    pub(super) fn whole(&self, key: &str) -> Result<Option<u64>, Diagnostic> {
        let Some(node) = self.get(key) else { return Ok(None) };
        match whole(node.value) {
            Some(number) => Ok(Some(number)),
            None => Err(node.wrong(
                "not-a-whole-number",
                format!("not a whole number: {key}"),
                "ask Azure for the file again; nothing is taken from it as it is",
            )),
        }
    }

    /// A mistake here.
    pub(super) fn wrong(
        &self,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, message).at(self.origin.place()).hint(hint)
    }
}

/// A key as a step of a path.
fn step(key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if plain { key.to_owned() } else { format!("[\"{}\"]", shown(key)) }
}

/// A whole number that is not negative, also where it is written `500.0` or as text.
pub(super) fn whole(value: &Value) -> Option<u64> {
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    if let Some(text) = value.as_str() {
        return text.trim().parse().ok();
    }
    // Below 2^53 every whole number is exact as a float, and no limit is larger.
    let number = value.as_f64()?;
    let exact = (0.0..9_007_199_254_740_992.0).contains(&number) && number.fract() == 0.0;
    if !exact {
        return None;
    }
    format!("{number:.0}").parse().ok()
}

/// The documents of a file: one, or several in a row, as a loop over the CLI writes them.
pub(super) fn documents(source: &SourceFile) -> Result<Vec<Value>, Diagnostic> {
    let text = source.text.trim_start_matches('\u{feff}');
    let mut documents = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<Ordered>() {
        match document {
            Ok(Ordered(value)) => documents.push(value),
            Err(error) => {
                let line = u32::try_from(error.line()).unwrap_or(0);
                let column = u32::try_from(error.column()).unwrap_or(0);
                let message = error.to_string();
                if message.starts_with(TWICE) {
                    let name = message.split(" at line ").next().unwrap_or(&message);
                    return Err(Diagnostic::error("named-twice", shown(name))
                        .at(Place::new(source.name.as_str(), line, column))
                        .hint("one of them is meant: leave the other out"));
                }
                return Err(Diagnostic::error("not-json", format!("not JSON: {}", source.name))
                    .at(Place::new(source.name.as_str(), line, column))
                    .hint(not_json_hint(text)));
            }
        }
    }
    if documents.is_empty() {
        return Err(Diagnostic::error("not-json", format!("an empty file: {}", source.name))
            .at(Place::new(source.name.as_str(), 0, 0))
            .hint("the command that wrote it has failed: run it again and look at its messages"));
    }
    Ok(documents)
}

/// What to run instead, by what the text looks like.
fn not_json_hint(text: &str) -> &'static str {
    let first = text.trim_start();
    let bicep = ["param ", "targetScope", "resource ", "@description", "metadata "];
    if first.contains("terraform {") || first.starts_with("resource \"") {
        "Terraform's text is not read: terraform plan -out plan.tfplan && \
         terraform show -json plan.tfplan > plan.json"
    } else if first.lines().any(|line| bicep.iter().any(|word| line.starts_with(word))) {
        "Bicep's text is not read: az bicep build --file main.bicep --stdout > main.json"
    } else {
        "write it with -o json: az cognitiveservices account deployment list -g GROUP -n ACCOUNT \
         -o json; terraform show -json; az bicep build --file main.bicep --stdout"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_whole_or_none() {
        assert_eq!(whole(&json!(500.0)), Some(500));
        assert_eq!(whole(&json!("50")), Some(50));
        assert_eq!(whole(&json!(0.5)), None);
        assert_eq!(whole(&json!(-1)), None);
        assert_eq!(whole(&json!(1e300)), None);
    }

    #[test]
    fn a_path_names_its_steps() {
        let value = json!([{ "a b": { "sku": { "name": null, "capacity": 5 } } }]);
        let node = Node::new(&"f.json".into(), &value);
        let item = node.items().remove(0);
        let sku = item.get("a b").and_then(|found| found.get("SKU")).unwrap();
        assert_eq!(sku.origin.path, "[0][\"a b\"].sku");
        assert!(sku.get("name").is_none());
        assert_eq!(sku.whole("capacity").unwrap(), Some(5));
    }
}
