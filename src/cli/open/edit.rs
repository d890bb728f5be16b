//! Changes of a scenario's text, key by key, that leave everything else as it was written: comments,
//! order, spacing, the ends of its lines.

use crate::cli::open::lists::relist;
use crate::units::diagnostic::Diagnostic;
use serde::Deserialize;
use serde_json::Value as Json;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// A step of a path: a key of a table, or a place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(untagged)]
pub(super) enum Step {
    /// A place in a list, from 0.
    Place(usize),
    /// A key.
    Key(String),
}

/// One change: what stands at a path from now on; nothing where the value is null.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Change {
    pub(super) path: Vec<Step>,
    pub(super) value: Json,
}

/// Keys whose values are days, which TOML writes without quotes.
const DAYS: [&str; 7] = ["start", "from", "to", "on", "until", "asked", "arrives"];
/// Steps of a path, at most. No scenario is as deep, and each is a call of a function in itself.
const STEPS: usize = 32;

/// The text with the changes made, one after the other.
///
/// # Errors
/// A text that is no TOML, and a path that leads through something that is no table or list.
pub(super) fn edited(text: &str, changes: &[Change]) -> Result<String, Diagnostic> {
    let (mark, own) = text.strip_prefix(MARK).map_or(("", text), |own| (MARK, own));
    let mut document: DocumentMut = own.parse().map_err(|error: toml_edit::TomlError| {
        Diagnostic::error("not-a-scenario", error.message().to_owned())
            .hint("mend the text of the scenario first, then use the form")
    })?;
    if changes.is_empty() {
        return Ok(text.to_owned());
    }
    for change in changes {
        let steps = change.path.split_last().filter(|_| change.path.len() <= STEPS);
        let (last, parents) = steps.ok_or_else(|| no_way(change))?;
        let mut at: Item = Item::None;
        std::mem::swap(&mut at, document.as_item_mut());
        let outcome = change_at(&mut at, parents, last, change, true);
        std::mem::swap(&mut at, document.as_item_mut());
        outcome?;
    }
    Ok(format!("{mark}{}", ended_as(own, document.to_string())))
}

/// What some editors write before a text.
const MARK: &str = "\u{feff}";

/// The text with the ends of lines that the one before it has: the editor of TOML writes its own.
fn ended_as(before: &str, mut text: String) -> String {
    if !before.is_empty() && !before.ends_with('\n') && text.ends_with('\n') {
        text.pop();
    }
    let (all, windows) = (before.matches('\n').count(), before.matches("\r\n").count());
    if windows * 2 > all { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
}

fn no_way(change: &Change) -> Diagnostic {
    let path: Vec<String> = change
        .path
        .iter()
        .take(STEPS)
        .map(|step| match step {
            Step::Place(place) => place.to_string(),
            Step::Key(key) => key.clone(),
        })
        .collect();
    Diagnostic::error("no-such-place", format!("nothing can stand at {}", path.join(".")))
        .hint("change it in the text of the scenario")
}

/// Goes down a path, making the tables that are missing on the way, and changes its end.
fn change_at(
    item: &mut Item,
    parents: &[Step],
    last: &Step,
    change: &Change,
    is_root: bool,
) -> Result<(), Diagnostic> {
    let Some((next, rest)) = parents.split_first() else {
        return set(item, last, change, is_root);
    };
    if change.value.is_null() && child(item, next).is_none() {
        return Ok(());
    }
    if child(item, next).is_none() {
        let Step::Key(key) = next else { return Err(no_way(change)) };
        let table = item.as_table_like_mut().ok_or_else(|| no_way(change))?;
        let made = match rest.first().unwrap_or(last) {
            Step::Place(_) if is_root => Item::ArrayOfTables(ArrayOfTables::new()),
            Step::Place(_) => Item::Value(Value::Array(Array::new())),
            Step::Key(_) if is_root => Item::Table(Table::new()),
            Step::Key(_) => Item::Value(Value::InlineTable(InlineTable::new())),
        };
        table.insert(key, made);
    }
    let below = child(item, next).ok_or_else(|| no_way(change))?;
    change_at(below, rest, last, change, false)
}

fn child<'a>(item: &'a mut Item, step: &Step) -> Option<&'a mut Item> {
    let found = match step {
        Step::Key(key) => item.as_table_like_mut()?.get_mut(key)?,
        Step::Place(place) => item.get_mut(*place)?,
    };
    (!found.is_none()).then_some(found)
}

fn set(item: &mut Item, last: &Step, change: &Change, is_root: bool) -> Result<(), Diagnostic> {
    match (last, item) {
        (Step::Key(key), item) => {
            let table = item.as_table_like_mut().ok_or_else(|| no_way(change))?;
            set_key(table, key, change, is_root)
        }
        (Step::Place(place), Item::ArrayOfTables(tables)) => {
            if change.value.is_null() {
                if *place < tables.len() {
                    tables.remove(*place);
                }
                return Ok(());
            }
            let new = table_of(&change.value).ok_or_else(|| no_way(change))?;
            if *place > tables.len() {
                return Err(no_way(change));
            }
            tables.push(new);
            Ok(())
        }
        (Step::Place(at), Item::Value(Value::Array(values))) => {
            let mut wanted: Vec<Value> = values.iter().cloned().collect();
            match (value_of(&change.value, None), *at) {
                (None, at) if at < wanted.len() => drop(wanted.remove(at)),
                (None, _) => {}
                (Some(value), at) if at < wanted.len() => {
                    values.replace(at, value);
                    return Ok(());
                }
                (Some(value), at) if at == wanted.len() => wanted.push(value),
                _ => return Err(no_way(change)),
            }
            relist(values, wanted);
            Ok(())
        }
        _ => Err(no_way(change)),
    }
}

fn set_key(
    table: &mut dyn TableLike,
    key: &str,
    change: &Change,
    is_root: bool,
) -> Result<(), Diagnostic> {
    if change.value.is_null() {
        table.remove(key);
        return Ok(());
    }
    if let Some(Item::Value(old)) = table.get_mut(key) {
        // A day that was half written is a text, and becomes a day once it is whole.
        let day = (old.is_datetime() || DAYS.contains(&key)).then_some(key);
        let mut new = value_of(&change.value, day).ok_or_else(|| no_way(change))?;
        if let (Value::Array(old), Value::Array(new)) = (&mut *old, &new) {
            relist(old, new.iter().cloned().collect());
            return Ok(());
        }
        // The comment behind a value is its own.
        *new.decor_mut() = old.decor().clone();
        *old = new;
        return Ok(());
    }
    let tables = || change.value.as_array()?.iter().map(table_of).collect::<Option<Vec<_>>>();
    let item = match (&change.value, is_root) {
        (Json::Object(_), true) => table_of(&change.value).map(Item::Table),
        (Json::Array(list), true) if !list.is_empty() && list.iter().all(Json::is_object) => {
            tables().map(|all| {
                let mut list = ArrayOfTables::new();
                list.extend(all);
                Item::ArrayOfTables(list)
            })
        }
        (value, _) => value_of(value, DAYS.contains(&key).then_some(key)).map(Item::Value),
    };
    table.insert(key, item.ok_or_else(|| no_way(change))?);
    Ok(())
}

/// A table of its own from an object.
fn table_of(value: &Json) -> Option<Table> {
    let mut table = Table::new();
    for (key, value) in value.as_object()? {
        if !value.is_null() {
            let day = DAYS.contains(&key.as_str()).then_some(key.as_str());
            table.insert(key, Item::Value(value_of(value, day)?));
        }
    }
    Some(table)
}

/// A value; none of null. `day` names the key of a value that may be a day.
fn value_of(value: &Json, day: Option<&str>) -> Option<Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, Some(float)) => float.into(),
            (None, None) => return None,
        },
        Json::String(text) => match day.and_then(|_| text.parse::<toml_edit::Datetime>().ok()) {
            Some(day) => day.into(),
            None => text.as_str().into(),
        },
        Json::Array(list) => {
            let mut array = Array::new();
            for one in list {
                array.push(value_of(one, None)?);
            }
            Value::Array(array)
        }
        Json::Object(object) => {
            let mut table = InlineTable::new();
            for (key, value) in object {
                let day = DAYS.contains(&key.as_str()).then_some(key.as_str());
                if let Some(value) = value_of(value, day) {
                    table.insert(key, value);
                }
            }
            Value::InlineTable(table)
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    const TEXT: &str = "name = \"a\"   # the title\nstart = 2026-12-07 # a Monday\n\n[[workload]]\n\
                        model = \"gpt-5.4\" # today's\ntraffic = { trace = \"log.csv\" }\n\n\
                        [slo]\nadded_wait.p99 = \"2 s\" # patience\n";

    fn change(path: Json, value: Json) -> Change {
        Change { path: serde_json::from_value(path).unwrap(), value }
    }

    fn after(path: Json, value: Json) -> String {
        edited(TEXT, &[change(path, value)]).unwrap()
    }

    #[test]
    fn comments_and_order_stay() {
        let text = after(json!(["workload", 0, "model"]), json!("gpt-4.1"));
        assert_eq!(text, TEXT.replace("gpt-5.4", "gpt-4.1"));
        let text = after(json!(["start"]), json!("2027-01-04"));
        assert_eq!(text, TEXT.replace("2026-12-07", "2027-01-04"));
        let text = after(json!(["slo", "added_wait", "p99"]), json!("3 s"));
        assert_eq!(text, TEXT.replace("\"2 s\"", "\"3 s\""));
        assert_eq!(edited(TEXT, &[]).unwrap(), TEXT);
    }

    #[test]
    fn the_ends_of_lines_and_of_the_text_stay() {
        let windows = TEXT.replace('\n', "\r\n");
        for text in [windows.clone(), format!("\u{feff}{windows}"), TEXT.trim_end().to_owned()] {
            assert_eq!(edited(&text, &[]).unwrap(), text);
            let change = change(json!(["workload", 0, "model"]), json!("gpt-4.1"));
            assert_eq!(edited(&text, &[change]).unwrap(), text.replace("gpt-5.4", "gpt-4.1"));
        }
    }

    #[test]
    fn a_day_that_was_half_written_becomes_a_day() {
        let half = after(json!(["start"]), json!("2026-12-1"));
        assert!(half.contains("start = \"2026-12-1\""), "{half}");
        let whole = edited(&half, &[change(json!(["start"]), json!("2026-12-14"))]).unwrap();
        assert_eq!(whole, TEXT.replace("2026-12-07", "2026-12-14"));
    }

    #[test]
    fn what_is_missing_on_the_way_is_made() {
        let text = after(json!(["uncertain", "traffic", "low"]), json!(0.8));
        assert!(text.ends_with("[uncertain]\ntraffic = { low = 0.8 }\n"), "{text}");
        let text = after(json!(["workload", 0, "calls", "timeout"]), json!("60 s"));
        assert!(text.contains("calls = { timeout = \"60 s\" }\n"), "{text}");
        let text = after(json!(["event", 0]), json!({ "what": "outage", "from": "2027-01-01" }));
        assert!(text.ends_with("[[event]]\nfrom = 2027-01-01\nwhat = \"outage\"\n"), "{text}");
        assert!(toml::from_str::<toml::Table>(&text).is_ok());
    }

    #[test]
    fn null_takes_away_and_what_cannot_be_is_said() {
        let text = after(json!(["slo", "added_wait"]), json!(null));
        assert!(!text.contains("added_wait"), "{text}");
        assert_eq!(after(json!(["terms", "currency"]), json!(null)), TEXT);
        let text = after(json!(["workload", 0]), json!(null));
        assert!(!text.contains("workload"), "{text}");
        assert!(edited(TEXT, &[change(json!(["name", "x"]), json!(1))]).is_err());
        assert!(edited("name = ", &[]).is_err());
        assert!(edited(TEXT, &[change(json!(vec!["a"; 33]), json!(1))]).is_err());
    }
}
