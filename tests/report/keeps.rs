//! Whether a JSON document keeps to its schema; as much of the standard as our types use.

use serde_json::Value;

/// Panics at the first place where `value` breaks `schema`.
pub(crate) fn keeps(at: &str, value: &Value, schema: &Value, root: &Value) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#'));
        return keeps(at, value, target.unwrap_or_else(|| panic!("{at}: {reference}")), root);
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let null = |option: &&Value| (option["type"] == "null") == value.is_null();
        let option = options.iter().find(null);
        return keeps(at, value, option.unwrap_or_else(|| panic!("{at}: {value}: {schema}")), root);
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let fits = |kind: &&str| match *kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("{at}: {other}"),
    };
    assert!(types.is_empty() || types.iter().any(fits), "{at}: {value} is no {types:?}");
    for required in schema["required"].as_array().into_iter().flatten() {
        let key = required.as_str().unwrap();
        assert!(value.get(key).is_some(), "{at}.{key} is missing");
    }
    if let Value::Object(fields) = value {
        for (key, inner) in fields {
            let inner_schema = match schema["properties"].get(key) {
                Some(known) => known,
                None if schema["additionalProperties"].is_object() => {
                    &schema["additionalProperties"]
                }
                None => panic!("{at}.{key} is not in the schema"),
            };
            keeps(&format!("{at}.{key}"), inner, inner_schema, root);
        }
    }
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            let place = format!("{at}[{index}]");
            match schema["prefixItems"].get(index) {
                Some(of_place) => keeps(&place, item, of_place, root),
                None => keeps(&place, item, &schema["items"], root),
            }
        }
    }
}
