//! The committed JSON Schemas are those of the view types, and the outputs keep to them.

use crate::sample;
use ptuplan::report::{json, schema};
use serde_json::Value;
use std::path::Path;

/// Compares with the committed file. `UPDATE_SCHEMAS=1` writes it instead.
fn check(name: &str, made: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas").join(name);
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read(&path).unwrap_or_default();
    assert!(committed == made, "{name} is out of date: run the test with UPDATE_SCHEMAS=1");
}

#[test]
fn committed_schemas_are_up_to_date() {
    check("recommendation.schema.json", &schema::recommendation().unwrap());
    check("simulation.schema.json", &schema::simulation().unwrap());
}

#[test]
fn outputs_have_the_keys_their_schema_asks_for_and_no_others() {
    for (output, schema) in [
        (json::bytes(&sample::recommendation()).unwrap(), schema::recommendation().unwrap()),
        (json::bytes(&sample::simulation()).unwrap(), schema::simulation().unwrap()),
    ] {
        let (output, schema): (Value, Value) =
            (serde_json::from_slice(&output).unwrap(), serde_json::from_slice(&schema).unwrap());
        compare("$", &output, &schema, &schema);
    }
}

/// Walks objects and arrays; enough of the standard for what our types use.
fn compare(at: &str, value: &Value, schema: &Value, root: &Value) {
    let schema = resolve(schema, root);
    match value {
        Value::Object(fields) => {
            let known =
                schema["properties"].as_object().unwrap_or_else(|| panic!("{at}: {schema}"));
            for required in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(required.as_str().unwrap()), "{at}.{required}");
            }
            for (key, inner) in fields {
                let inner_schema =
                    known.get(key).unwrap_or_else(|| panic!("{at}.{key} is not in the schema"));
                compare(&format!("{at}.{key}"), inner, inner_schema, root);
            }
        }
        Value::Array(items) => {
            for item in items {
                compare(&format!("{at}[]"), item, &schema["items"], root);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn resolve<'s>(schema: &'s Value, root: &'s Value) -> &'s Value {
    let mut schema = schema;
    if let Some(options) = schema["anyOf"].as_array() {
        schema = options.iter().find(|option| option["type"] != "null").unwrap();
    }
    match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}
