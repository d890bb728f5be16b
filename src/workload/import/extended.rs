//! JSON that states the types of its values: exports of `MongoDB` (`{"$date": …}`,
//! `{"$numberLong": "5"}`) and of `DynamoDB` (`{"N": "5"}`), as the values themselves.

use crate::workload::import::record::Record;
use serde_json::{Map, Value};

/// Members by which `MongoDB` wraps one value.
const WRAPPERS: [&str; 6] =
    ["$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$oid"];
/// Letters by which `DynamoDB` wraps one value.
const LETTERS: [&str; 3] = ["S", "N", "BOOL"];
/// Records that are looked at.
const LOOKED_AT: usize = 20;

/// The records with the values that their types wrap; as they are where none does.
pub(super) fn without_types(records: &mut [Record]) {
    let first = &records[..records.len().min(LOOKED_AT)];
    if first.iter().any(|record| holds(&record.value, &WRAPPERS)) {
        for record in records {
            record.value = bare(std::mem::take(&mut record.value), &WRAPPERS);
        }
    } else if first.iter().any(|record| is_item(&record.value)) {
        for record in records {
            if let Value::Object(map) = &mut record.value
                && let Some(item) = map.remove("Item")
            {
                record.value = bare(item, &LETTERS);
            }
        }
    }
}

/// `{ Item: { ts: { S: … }, tokens: { N: … } } }`, as `DynamoDB` exports a table.
fn is_item(value: &Value) -> bool {
    let item = value.get("Item").and_then(Value::as_object);
    item.is_some_and(|item| {
        !item.is_empty()
            && item.values().all(|value| value.as_object().is_some_and(|map| map.len() == 1))
            && item.values().any(|value| wrapped(value, &LETTERS).is_some())
    })
}

/// Whether a value of the first levels is wrapped so.
fn holds(value: &Value, names: &[&str]) -> bool {
    wrapped(value, names).is_some()
        || value.as_object().is_some_and(|map| map.values().any(|inner| holds(inner, names)))
}

/// The value that an object of one such member wraps.
fn wrapped<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    names.iter().find_map(|name| map.get(*name))
}

fn bare(value: Value, names: &[&str]) -> Value {
    if let Some(inner) = wrapped(&value, names) {
        return bare(inner.clone(), names);
    }
    match value {
        Value::Object(map) => {
            let inner = map.into_iter().map(|(name, value)| (name, bare(value, names)));
            Value::Object(inner.collect::<Map<String, Value>>())
        }
        // `DynamoDB`'s maps and lists have letters of their own; nothing in them is read.
        other => other,
    }
}
