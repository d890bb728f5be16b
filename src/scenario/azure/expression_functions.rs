//! Functions of ARM templates that depend on their arguments alone.

use crate::scenario::azure::document::whole;
use serde_json::{Map, Value};

/// The part of a value that a key or an index names.
pub(super) fn part<'a>(value: &'a Value, key: &Value) -> Option<&'a Value> {
    match key {
        Value::String(name) => {
            let object = value.as_object()?;
            let same = |known: &&String| known.eq_ignore_ascii_case(name);
            object.get(name).or_else(|| object.get(object.keys().find(same)?))
        }
        index => value.as_array()?.get(usize::try_from(whole(index)?).ok()?),
    }
}

/// Bytes that a value takes, about.
pub(super) fn weight(value: &Value) -> usize {
    const EACH: usize = 32;
    EACH + match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| EACH + key.len() + weight(value)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// Bytes at most of what a function makes of its arguments, where that can be many times their own.
pub(super) fn growth(name: &str, values: &[Value]) -> usize {
    match (name, values) {
        ("format", [Value::String(form), rest @ ..]) => {
            let longest = rest.iter().map(weight).max().unwrap_or(0);
            form.matches('{').count().saturating_mul(longest)
        }
        ("split", [Value::String(text), Value::String(by)]) if !by.is_empty() => {
            text.matches(by.as_str()).count().saturating_mul(32)
        }
        ("replace", [Value::String(text), Value::String(old), Value::String(new)]) => {
            let times = if old.is_empty() { 0 } else { text.matches(old.as_str()).count() };
            times.saturating_mul(new.len())
        }
        // Each item is compared with each.
        ("union", values) => {
            let items = values.iter().filter_map(Value::as_array).map(Vec::len).sum::<usize>();
            items.saturating_mul(items)
        }
        ("join", [Value::Array(items), Value::String(by)]) => items.len().saturating_mul(by.len()),
        _ => 0,
    }
}

/// The functions that are worked out, in lower case, beside those that name a parameter, a variable
/// or a loop and those that need not work out all of their arguments.
pub(super) const KNOWN: [&str; 48] = [
    "add",
    "bool",
    "concat",
    "contains",
    "createarray",
    "createobject",
    "div",
    "empty",
    "endswith",
    "equals",
    "false",
    "first",
    "flatten",
    "format",
    "greater",
    "greaterorequals",
    "indexof",
    "int",
    "items",
    "join",
    "json",
    "last",
    "length",
    "less",
    "lessorequals",
    "max",
    "min",
    "mod",
    "mul",
    "not",
    "null",
    "objectkeys",
    "range",
    "replace",
    "resourceid",
    "skip",
    "split",
    "startswith",
    "string",
    "sub",
    "substring",
    "take",
    "tolower",
    "toupper",
    "trim",
    "true",
    "tryget",
    "union",
];

/// A function of its arguments alone; none where it is not one, or not of these.
pub(super) fn function(name: &str, values: &[Value]) -> Option<Value> {
    let groups = [of_logic, of_numbers, of_texts, of_lists, of_objects];
    groups.iter().find_map(|group| group(name, values))
}

fn of_logic(name: &str, values: &[Value]) -> Option<Value> {
    let yes = match (name, values) {
        ("true", []) => true,
        ("false", []) => false,
        ("null", []) => return Some(Value::Null),
        ("not", [Value::Bool(yes)]) => !yes,
        ("bool", [Value::Bool(yes)]) => *yes,
        ("bool", [Value::String(text)]) => text.to_lowercase().parse().ok()?,
        ("bool", [number]) => number.as_i64()? != 0,
        ("equals", [a, b]) => a == b,
        ("empty", [value]) => match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(entries) => entries.is_empty(),
            Value::Bool(_) | Value::Number(_) => return None,
        },
        ("contains", [Value::String(text), Value::String(part)]) => text.contains(part.as_str()),
        ("contains", [Value::Array(items), item]) => items.contains(item),
        ("contains", [Value::Object(entries), Value::String(key)]) => {
            entries.keys().any(|own| own.eq_ignore_ascii_case(key))
        }
        ("startswith", [Value::String(text), Value::String(part)]) => {
            text.to_lowercase().starts_with(&part.to_lowercase())
        }
        ("endswith", [Value::String(text), Value::String(part)]) => {
            text.to_lowercase().ends_with(&part.to_lowercase())
        }
        ("greater" | "greaterorequals" | "less" | "lessorequals", [a, b]) => {
            let order = match (a, b) {
                (Value::String(a), Value::String(b)) => a.cmp(b),
                _ => a.as_i64()?.cmp(&b.as_i64()?),
            };
            match name {
                "greater" => order.is_gt(),
                "greaterorequals" => order.is_ge(),
                "less" => order.is_lt(),
                _ => order.is_le(),
            }
        }
        _ => return None,
    };
    Some(Value::Bool(yes))
}

fn of_numbers(name: &str, values: &[Value]) -> Option<Value> {
    let number = match (name, values) {
        ("int", [Value::String(text)]) => text.trim().parse().ok()?,
        ("int", [value]) => i64::try_from(whole(value)?).ok()?,
        ("min" | "max", [Value::Array(items)]) => return of_numbers(name, items).or(None),
        ("min", values) => {
            values.iter().map(Value::as_i64).collect::<Option<Vec<_>>>()?.into_iter().min()?
        }
        ("max", values) => {
            values.iter().map(Value::as_i64).collect::<Option<Vec<_>>>()?.into_iter().max()?
        }
        (_, [a, b]) => {
            let (a, b) = (a.as_i64()?, b.as_i64()?);
            match name {
                "add" => a.checked_add(b)?,
                "sub" => a.checked_sub(b)?,
                "mul" => a.checked_mul(b)?,
                "div" => a.checked_div(b)?,
                "mod" => a.checked_rem(b)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Value::from(number))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "True" } else { "False" }.to_owned()),
        _ => None,
    }
}

fn of_texts(name: &str, values: &[Value]) -> Option<Value> {
    let made = match (name, values) {
        ("format", [Value::String(form), rest @ ..]) => {
            let rest: Vec<String> = rest.iter().map(text).collect::<Option<_>>()?;
            formatted(form, &rest)?
        }
        ("concat", values) if !values.iter().any(Value::is_array) => {
            values.iter().map(text).collect::<Option<Vec<_>>>()?.concat()
        }
        ("resourceid", values) => {
            let parts: Vec<String> = values.iter().map(text).collect::<Option<_>>()?;
            resource_id(&parts)?
        }
        ("tolower", [Value::String(text)]) => text.to_lowercase(),
        ("toupper", [Value::String(text)]) => text.to_uppercase(),
        ("trim", [Value::String(text)]) => text.trim().to_owned(),
        ("string", [value @ (Value::Array(_) | Value::Object(_))]) => value.to_string(),
        ("string", [value]) => text(value)?,
        ("replace", [Value::String(text), Value::String(old), Value::String(new)]) => {
            if old.is_empty() {
                return None;
            }
            text.replace(old.as_str(), new)
        }
        ("join", [Value::Array(items), Value::String(by)]) => {
            items.iter().map(text).collect::<Option<Vec<_>>>()?.join(by)
        }
        ("first", [Value::String(text)]) => text.chars().take(1).collect(),
        ("last", [Value::String(text)]) => {
            text.chars().last().map(String::from).unwrap_or_default()
        }
        ("take", [Value::String(text), count]) => text.chars().take(size(count)?).collect(),
        ("skip", [Value::String(text), count]) => text.chars().skip(size(count)?).collect(),
        ("substring", [Value::String(text), start]) => text.chars().skip(size(start)?).collect(),
        ("substring", [Value::String(text), start, length]) => {
            text.chars().skip(size(start)?).take(size(length)?).collect()
        }
        _ => return None,
    };
    Some(Value::String(made))
}

/// A number of items; what is below nothing is nothing.
fn size(value: &Value) -> Option<usize> {
    usize::try_from(value.as_i64()?.max(0)).ok()
}

fn of_lists(name: &str, values: &[Value]) -> Option<Value> {
    let made: Vec<Value> = match (name, values) {
        ("length", [Value::Array(items)]) => return Some(Value::from(items.len())),
        ("length", [Value::String(text)]) => return Some(Value::from(text.chars().count())),
        ("length", [Value::Object(entries)]) => return Some(Value::from(entries.len())),
        // Nothing is the first of nothing.
        ("first", [Value::Array(items)]) => {
            return Some(items.first().cloned().unwrap_or_default());
        }
        ("last", [Value::Array(items)]) => return Some(items.last().cloned().unwrap_or_default()),
        ("indexof", [Value::Array(items), item]) => {
            let at = items.iter().position(|own| own == item);
            return Some(at.map_or(Value::from(-1), Value::from));
        }
        ("concat", [Value::Array(_), ..]) => {
            let arrays: Option<Vec<&Vec<Value>>> = values.iter().map(Value::as_array).collect();
            arrays?.into_iter().flatten().cloned().collect()
        }
        ("createarray", values) => values.to_vec(),
        ("flatten", [Value::Array(items)]) => {
            let arrays: Option<Vec<&Vec<Value>>> = items.iter().map(Value::as_array).collect();
            arrays?.into_iter().flatten().cloned().collect()
        }
        ("range", [start, count]) => {
            let (start, count) = (start.as_i64()?, count.as_i64()?);
            let end = start.checked_add(count).filter(|_| (0..=800).contains(&count))?;
            (start..end).map(Value::from).collect()
        }
        ("split", [Value::String(text), Value::String(by)]) if !by.is_empty() => {
            text.split(by.as_str()).map(Value::from).collect()
        }
        ("take", [Value::Array(items), count]) => {
            items.iter().take(size(count)?).cloned().collect()
        }
        ("skip", [Value::Array(items), count]) => {
            items.iter().skip(size(count)?).cloned().collect()
        }
        ("union", [Value::Array(_), ..]) => {
            let arrays: Option<Vec<&Vec<Value>>> = values.iter().map(Value::as_array).collect();
            let mut each: Vec<Value> = Vec::new();
            for item in arrays?.into_iter().flatten() {
                if !each.contains(item) {
                    each.push(item.clone());
                }
            }
            each
        }
        _ => return None,
    };
    Some(Value::Array(made))
}

fn of_objects(name: &str, values: &[Value]) -> Option<Value> {
    match (name, values) {
        ("createobject", values) if values.len().is_multiple_of(2) => {
            let pairs =
                values.chunks(2).map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].clone())));
            Some(Value::Object(pairs.collect::<Option<_>>()?))
        }
        ("json", [Value::String(text)]) => serde_json::from_str(text).ok(),
        ("union", [Value::Object(first), rest @ ..]) => {
            let mut whole = first.clone();
            for other in rest {
                merge(&mut whole, other.as_object()?);
            }
            Some(Value::Object(whole))
        }
        ("items", [Value::Object(entries)]) => {
            let mut sorted: Vec<(&String, &Value)> = entries.iter().collect();
            sorted.sort_by_key(|(key, _)| key.to_lowercase());
            let item =
                |(key, value): (&String, &Value)| serde_json::json!({ "key": key, "value": value });
            Some(Value::Array(sorted.into_iter().map(item).collect()))
        }
        ("objectkeys", [Value::Object(entries)]) => {
            Some(Value::Array(entries.keys().map(|key| Value::from(key.as_str())).collect()))
        }
        ("tryget", [value, keys @ ..]) if !keys.is_empty() => {
            let found = keys.iter().try_fold(value, |value, key| part(value, key));
            Some(found.cloned().unwrap_or_default())
        }
        _ => None,
    }
}

/// Objects within objects are merged too; else the later wins.
fn merge(whole: &mut Map<String, Value>, other: &Map<String, Value>) {
    for (key, value) in other {
        match (whole.get_mut(key), value) {
            (Some(Value::Object(own)), Value::Object(more)) => merge(own, more),
            (Some(own), value) => own.clone_from(value),
            (None, value) => {
                whole.insert(key.clone(), value.clone());
            }
        }
    }
}

/// `{0}` and `{1}` of a form; forms of numbers such as `{0:D2}` are not worked out.
fn formatted(form: &str, values: &[String]) -> Option<String> {
    let mut out = String::new();
    let mut rest = form;
    while let Some(open) = rest.find(['{', '}']) {
        out += &rest[..open];
        rest = &rest[open..];
        if let Some(after) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
            out.push_str(&rest[..1]);
            rest = after;
            continue;
        }
        let close = rest.find('}')?;
        let index: usize = rest.get(1..close)?.trim().parse().ok()?;
        out += values.get(index)?;
        rest = &rest[close + 1..];
    }
    Some(out + rest)
}

/// `…/providers/TYPE/NAME/…`, as far as the names say it: the subscription and the group are not
/// known and not needed.
fn resource_id(parts: &[String]) -> Option<String> {
    let at = parts.iter().position(|part| part.contains('/'))?;
    let mut segments = parts[at].split('/');
    let mut id = format!("/providers/{}", segments.next()?);
    let mut names = parts[at + 1..].iter();
    for kind in segments {
        id.push('/');
        id += kind;
        id.push('/');
        id += names.next()?;
    }
    names.next().is_none().then_some(id)
}
