//! JSON with the order of resources kept: templates name them in an object, and what is deployed is told in the file's order.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};
use std::fmt;

/// The key whose order counts.
const RESOURCES: &str = "resources";
/// The key beside it that holds the names in their order. No key of JSON that a program writes has this character.
pub(super) const ORDER: &str = "resources\u{0}order";

/// How the message begins when two members of an object have one name.
pub(super) const TWICE: &str = "two members of one name: ";

/// A value, read in order.
pub(super) struct Ordered(pub(super) Value);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read).map(|(value, _)| Self(value))
    }
}

/// A value with the keys of its own, in order.
struct WithKeys(Value, Vec<Value>);

impl<'de> Deserialize<'de> for WithKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read).map(|(value, keys)| Self(value, keys))
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = (Value, Vec<Value>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok((Value::Null, Vec::new()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok((Value::Bool(value), Vec::new()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok((Value::from(value), Vec::new()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok((Value::from(value), Vec::new()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok((Number::from_f64(value).map_or(Value::Null, Value::Number), Vec::new()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok((Value::from(value), Vec::new()))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok((Value::String(value), Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(Ordered(item)) = items.next_element()? {
            found.push(item);
        }
        Ok((Value::Array(found), Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let (mut found, mut keys) = (Map::new(), Vec::new());
        while let Some(key) = entries.next_key::<String>()? {
            let WithKeys(value, inner) = entries.next_value()?;
            if key == RESOURCES && value.is_object() {
                found.insert(ORDER.to_owned(), Value::Array(inner));
            }
            keys.push(Value::from(key.as_str()));
            match found.entry(key) {
                Entry::Vacant(free) => drop(free.insert(value)),
                // Which of the two counts, the file does not say.
                Entry::Occupied(taken) => {
                    return Err(A::Error::custom(format_args!("{TWICE}{}", taken.key())));
                }
            }
        }
        Ok((Value::Object(found), keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_resources_is_kept() {
        let text = r#"{"resources": {"b": 1, "a": {"resources": {}}}, "n": [1.5, null, -1, true]}"#;
        let Ordered(value) = serde_json::from_str(text).unwrap();
        assert_eq!(value[ORDER], serde_json::json!(["b", "a"]));
        assert_eq!(value["n"], serde_json::json!([1.5, null, -1, true]));
    }

    #[test]
    fn no_member_hides_another() {
        for text in [r#"{"capacity": 1, "capacity": 2}"#, r#"[{"a": {"b": 1, "c": 2, "b": 1}}]"#] {
            let error = serde_json::from_str::<Ordered>(text).map(|_| ()).unwrap_err();
            assert!(error.to_string().starts_with(TWICE), "{error}");
        }
    }
}
