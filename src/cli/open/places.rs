//! Which key of a scenario's text a mistake is at, so that it can be shown at its field; and the
//! text's values as JSON.

use crate::cli::open::edit::Step;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Severity};
use serde_json::{Value as Json, json};
use std::ops::Range;
use toml_edit::{Document, Item, TableLike, Value};

/// Keys and values with where they stand, in the order of the text.
type Places = Vec<(Range<usize>, Vec<Step>)>;

fn table(found: &mut Places, path: &[Step], table: &dyn TableLike) {
    for (key, item) in table.iter() {
        let below = [path, &[Step::Key(key.to_owned())]].concat();
        if let Some(span) = table.key(key).and_then(toml_edit::Key::span) {
            found.push((span, below.clone()));
        }
        below_item(found, &below, item);
    }
}

fn below_item(found: &mut Places, path: &[Step], item: &Item) {
    if let Some(span) = item.span() {
        found.push((span, path.to_vec()));
    }
    if let Some(own) = item.as_table_like() {
        table(found, path, own);
    }
    if let Item::ArrayOfTables(tables) = item {
        for (place, own) in tables.iter().enumerate() {
            let path = [path, &[Step::Place(place)]].concat();
            if let Some(span) = own.span() {
                found.push((span, path.clone()));
            }
            table(found, &path, own);
        }
    }
    if let Item::Value(Value::Array(list)) = item {
        for (place, value) in list.iter().enumerate() {
            let path = [path, &[Step::Place(place)]].concat();
            if let Some(span) = value.span() {
                found.push((span, path.clone()));
            }
            if let Some(own) = value.as_inline_table() {
                table(found, &path, own);
            }
        }
    }
}

fn places(text: &str) -> Places {
    let mut found = Places::new();
    if let Ok(document) = Document::parse(text) {
        table(&mut found, &[], document.as_table());
    }
    found
}

/// The byte of a line and a column, which count from 1.
fn offset(text: &str, line: u32, column: u32) -> Option<usize> {
    let before = usize::try_from(line.checked_sub(1)?).ok()?;
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let rest = text.get(start..)?.split('\n').next().unwrap_or_default();
    let letters = usize::try_from(column.saturating_sub(1)).ok()?;
    let within: usize = rest.chars().take(letters).map(char::len_utf8).sum();
    Some(start + within)
}

/// The path of the innermost thing that stands there; else of what began last before it.
fn path_at(found: &Places, at: usize) -> Option<Vec<Step>> {
    let around = found.iter().filter(|(span, _)| span.contains(&at));
    let inner = around.min_by_key(|(span, path)| (span.len(), std::cmp::Reverse(path.len())));
    let before = || found.iter().filter(|(span, _)| span.start <= at).max_by_key(|(s, _)| s.start);
    inner.or_else(before).map(|(_, path)| path.clone())
}

/// The key that a diagnostic says is missing.
fn missing_key(diagnostic: &Diagnostic) -> Option<Step> {
    let named = diagnostic.message.split('`').nth(1)?;
    (diagnostic.code == "missing-key").then(|| Step::Key(named.to_owned()))
}

/// Tables of a scenario that messages name with their keys.
const TABLES: [&str; 7] =
    ["allow", "require", "slo", "subscription", "terms", "today", "uncertain"];

/// The key that a diagnostic of no place names in full, such as `allow.sku`, or asks for, such as
/// "add `throttled_share` to `[slo]`".
fn named_key(diagnostic: &Diagnostic) -> Option<Vec<Step>> {
    let hint = diagnostic.hint.as_deref().unwrap_or_default();
    let said = format!("{} {hint}", diagnostic.message);
    let odd = |own: char| !own.is_alphanumeric() && !"_.[]".contains(own);
    let mut words = said.split(odd).map(|word| word.trim_matches('.'));
    let keys = words.find_map(|word| {
        let table = word.strip_prefix('[').and_then(|word| word.strip_suffix(']'));
        let asked = hint.strip_prefix("add ").and_then(|hint| hint.split(odd).next());
        let (table, key) =
            table.map_or_else(|| word.split_once('.'), |table| Some((table, asked?)))?;
        (TABLES.contains(&table) && !key.contains('.')).then_some([table, key])
    })?;
    Some(keys.map(|key| Step::Key(key.to_owned())).to_vec())
}

/// The field that a mistake is at, where another one than where it stands is to be changed: a
/// condition that no request of a trace meets.
fn field(diagnostic: &Diagnostic, mut path: Vec<Step>) -> Vec<Step> {
    if diagnostic.code.as_str() == "nothing-wanted"
        && path.pop_if(|last| *last == Step::Key("trace".to_owned())).is_some()
    {
        path.push(Step::Key("where".to_owned()));
    }
    path
}

/// Diagnostics for the page: the words and hints of the command line, each with the path of its
/// field where it stands in this text.
pub(super) fn problems(file: &str, text: &str, wrong: &Diagnostics) -> Vec<Json> {
    let found = places(text);
    let of = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref().filter(|place| &*place.file == file);
        let at = place.and_then(|place| offset(text, place.line, place.column));
        let mut path = at.and_then(|at| path_at(&found, at)).map(|path| field(diagnostic, path));
        if diagnostic.place.is_none() {
            path = named_key(diagnostic);
        }
        if let Some(missing) = missing_key(diagnostic) {
            path.get_or_insert_default().push(missing);
        }
        json!({
            "severity": match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "code": diagnostic.code.as_str(),
            "message": diagnostic.message,
            "hint": diagnostic.hint,
            "place": diagnostic.place.as_ref().map(ToString::to_string),
            "line": place.map(|place| place.line),
            "path": path,
        })
    };
    wrong.0.iter().map(of).collect()
}

/// The values of a text; null where it is no TOML.
pub(super) fn values(text: &str) -> Json {
    toml::from_str::<toml::Table>(text).map_or(Json::Null, |table| json_of(table.into()))
}

fn json_of(value: toml::Value) -> Json {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(whole) => whole.into(),
        toml::Value::Float(float) => float.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            table.into_iter().map(|(key, value)| (key, json_of(value))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::units::diagnostic::Place;

    const TEXT: &str = "name = \"ä\" # Ü\nregion = \"x\"\n[[workload]]\nname = \"chat\"\n\
                        traffic = { scale = 2 }\n[slo]\nadded_wait.p99 = \"soon\"\n\
                        [allow]\nsku = [\"A\", \"B\"]\n";

    fn path(line: u32, column: u32) -> Json {
        let wrong = Diagnostic::error("x", "y").at(Place::new("s.toml", line, column));
        problems("s.toml", TEXT, &wrong.into())[0]["path"].clone()
    }

    #[test]
    fn a_mistake_is_at_its_field() {
        assert_eq!(path(1, 8), json!(["name"]));
        assert_eq!(path(2, 10), json!(["region"]));
        assert_eq!(path(4, 8), json!(["workload", 0, "name"]));
        assert_eq!(path(5, 21), json!(["workload", 0, "traffic", "scale"]));
        assert_eq!(path(7, 18), json!(["slo", "added_wait", "p99"]));
        assert_eq!(path(9, 14), json!(["allow", "sku", 1]));
    }

    #[test]
    fn what_is_missing_is_at_the_field_to_fill() {
        let wrong = Diagnostic::error("missing-key", "missing key `model`");
        let wrong = wrong.at(Place::new("s.toml", 3, 1));
        let shown = &problems("s.toml", TEXT, &wrong.into())[0];
        assert_eq!(shown["path"], json!(["workload", 0, "model"]));
        let named = |message: &str, hint: &str| {
            let wrong = Diagnostic::error("x", message).hint(hint);
            problems("s.toml", TEXT, &wrong.into())[0]["path"].clone()
        };
        assert_eq!(named("nothing allowed: allow.sku is empty", "list"), json!(["allow", "sku"]));
        let asked = named("no objective", "add throttled_share = \"0.1 %\" to [slo]");
        assert_eq!(asked, json!(["slo", "throttled_share"]));
        assert_eq!(named("cannot read log.csv", "see a.b"), Json::Null);
        // What is wrong with another file is at no field of this one.
        let elsewhere = Diagnostic::error("x", "y").at(Place::new("log.csv", 1, 1));
        assert_eq!(problems("s.toml", TEXT, &elsewhere.into())[0]["path"], Json::Null);
    }
}
