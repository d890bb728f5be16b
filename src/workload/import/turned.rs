//! Tables that a library of data frames writes as one object: by column, by row, or with columns
//! and rows apart.

use serde_json::{Map, Value};

/// The records of an object that is a whole table; none where it is anything else.
pub(crate) fn turned(map: &mut Map<String, Value>) -> Option<Vec<Value>> {
    by_column(map).or_else(|| by_row(map))
}

/// `{"time": {"0": …, "1": …}, …}` or `{"time": […, …], …}`: a column a member, all of one
/// length.
fn by_column(map: &mut Map<String, Value>) -> Option<Vec<Value>> {
    if map.len() < 2 {
        return None;
    }
    let rows = match map.values().next()? {
        Value::Array(cells) => cells.len(),
        Value::Object(cells) if numbered(cells) => cells.len(),
        _ => return None,
    };
    let whole = |column: &Value| match column {
        Value::Array(cells) => cells.len() == rows && cells.iter().all(is_plain),
        Value::Object(cells) => cells.len() == rows && numbered(cells),
        _ => false,
    };
    if rows == 0 || !map.values().all(whole) {
        return None;
    }
    let mut all = vec![Map::new(); rows];
    for (name, column) in std::mem::take(map) {
        let cells: Vec<Value> = match column {
            Value::Array(cells) => cells,
            Value::Object(cells) => in_order(cells),
            _ => continue,
        };
        for (row, cell) in all.iter_mut().zip(cells) {
            row.insert(name.clone(), cell);
        }
    }
    Some(all.into_iter().map(Value::Object).collect())
}

/// `{"0": {…}, "1": {…}}`: a row a member, each with the same members.
fn by_row(map: &mut Map<String, Value>) -> Option<Vec<Value>> {
    let first = map.values().next()?.as_object()?;
    let same = |row: &Value| {
        row.as_object().is_some_and(|row| {
            row.len() == first.len() && row.keys().all(|k| first.contains_key(k))
        })
    };
    let several = first.len() > 1 && map.len() > 1 && map.values().all(same);
    if !(several || numbered(map) && map.values().all(Value::is_object)) {
        return None;
    }
    let rows = std::mem::take(map);
    Some(if numbered(&rows) { in_order(rows) } else { rows.into_iter().map(|(_, v)| v).collect() })
}

/// Whether all members are called by a number, as rows are.
fn numbered(map: &Map<String, Value>) -> bool {
    !map.is_empty() && map.keys().all(|key| key.parse::<u64>().is_ok())
}

/// The members in the order of their numbers.
fn in_order(map: Map<String, Value>) -> Vec<Value> {
    let mut all: Vec<(u64, Value)> =
        map.into_iter().map(|(key, value)| (key.parse().unwrap_or(u64::MAX), value)).collect();
    all.sort_by_key(|(row, _)| *row);
    all.into_iter().map(|(_, value)| value).collect()
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_frame_is_the_same_table_in_every_form() {
        let wanted = [json!({"at": 5, "in": 1}), json!({"at": 6, "in": 2})];
        for frame in [
            json!({"at": {"0": 5, "1": 6}, "in": {"0": 1, "1": 2}}),
            json!({"at": [5, 6], "in": [1, 2]}),
            json!({"0": {"at": 5, "in": 1}, "1": {"at": 6, "in": 2}}),
            json!({"call_a": {"at": 5, "in": 1}, "call_b": {"at": 6, "in": 2}}),
        ] {
            let Value::Object(mut map) = frame else { panic!() };
            assert_eq!(turned(&mut map).as_deref(), Some(&wanted[..]));
        }
        let many: Map<String, Value> =
            (0..12).map(|row| (row.to_string(), json!({"at": row, "in": 1}))).collect();
        let rows = turned(&mut many.clone()).unwrap();
        assert!(rows.iter().zip(0..).all(|(row, at)| row["at"] == at));
        for other in [
            json!({"at": 5, "in": [1, 2]}),
            json!({"data": [{"at": 5}], "meta": {}}),
            json!({"usage": {"in": 1, "out": 2}, "model": {"name": "a"}}),
            json!({"usage": {"in": 1, "out": 2}}),
        ] {
            let Value::Object(mut map) = other else { panic!() };
            assert_eq!(turned(&mut map), None);
        }
    }
}
