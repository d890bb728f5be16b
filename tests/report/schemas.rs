//! The committed JSON Schemas are those of the view types, and the outputs keep to them.

use crate::{keeps, sample};
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
    let links = String::from_utf8_lossy(made).matches("[`").count();
    assert_eq!(links, 0, "{name}: a user of the file does not have the code that a link leads to");
    assert!(committed == made, "{name} is out of date: run the test with UPDATE_SCHEMAS=1");
}

#[test]
fn committed_schemas_are_up_to_date() {
    for (name, made) in schema::all().unwrap() {
        check(&format!("{name}.schema.json"), &made);
    }
}

#[test]
fn the_schema_of_scenarios_is_up_to_date() {
    check("scenario.schema.json", &schema::scenario().unwrap());
}

#[test]
fn outputs_have_the_keys_their_schema_asks_for_and_no_others() {
    for (output, schema) in [
        (json::bytes(&sample::recommendation()).unwrap(), schema::recommendation().unwrap()),
        (json::bytes(&sample::simulation()).unwrap(), schema::simulation().unwrap()),
    ] {
        let (output, schema): (Value, Value) =
            (serde_json::from_slice(&output).unwrap(), serde_json::from_slice(&schema).unwrap());
        keeps::keeps("$", &output, &schema, &schema);
    }
}
