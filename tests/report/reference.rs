//! The generated pages of `docs/reference` say what the program says.

use ptuplan::catalog::Catalog;
use ptuplan::catalog::rules::ParameterValue;
use ptuplan::report::schema;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// Compares with the committed page. `UPDATE_SCHEMAS=1` writes it instead.
fn check(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference").join(name);
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == made, "{name} is out of date: run the test with UPDATE_SCHEMAS=1");
}

/// Text within a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn the_page_of_parameters_is_that_of_the_catalogue() {
    let catalog = Catalog::embedded().unwrap();
    let mut page = "# Parameters\n\n\
        What the platform does not publish, or documents in contradiction. Each has a default that results name when they\n\
        depend on it. A scenario sets one in `[parameters]`:\n\n\
        ```toml\n[parameters]\nthrottle-threshold = \"above\"\n```\n\n\
        This page is made from `data/azure/parameters.toml`; `P` and `S` cite [the rules](../rules/README.md).\n\n\
        | parameter | default | other readings | status | meaning |\n|---|---|---|---|---|\n"
        .to_owned();
    for parameter in catalog.parameters() {
        let value = match &parameter.value {
            ParameterValue::Number(number) => format!("{number} {}", parameter.unit),
            ParameterValue::Choice(choice) => choice.to_string(),
        };
        let others = parameter.options.iter().filter(|option| option.as_ref() != value);
        let others: Vec<&str> = others.map(AsRef::as_ref).collect();
        let numbers = matches!(parameter.value, ParameterValue::Number(_));
        let others = if numbers { "any number".to_owned() } else { others.join(", ") };
        let status = parameter.evidence.status.as_str();
        let cells = [&*parameter.name, value.trim(), &*others, status, &*parameter.about];
        let cells = cells.map(cell);
        writeln!(page, "| {} |", cells.join(" | ")).unwrap();
    }
    check("parameters.md", &page);
}

#[test]
fn the_page_of_outputs_has_every_key() {
    let mut page = "# Outputs\n\n\
        The documents that `--format json` prints, and their keys at the top. The whole of each is in\n\
        [`docs/schemas`](../schemas); amounts are decimal strings, shares are numbers from 0 to 1.\n"
        .to_owned();
    for (name, schema) in schema::all().unwrap() {
        let schema: Value = serde_json::from_slice(&schema).unwrap();
        let described = |of: &Value| of["description"].as_str().unwrap_or("").to_owned();
        let list = schema["type"] == "array";
        let shown = if list { &schema["$defs"][last(&schema["items"]["$ref"])] } else { &schema };
        writeln!(page, "\n## {name}\n").unwrap();
        let what = cell(&described(shown));
        writeln!(page, "{}{what}\n", if list { "A list. " } else { "" }).unwrap();
        page.push_str("| key | meaning |\n|---|---|\n");
        for (key, of) in shown["properties"].as_object().into_iter().flatten() {
            writeln!(page, "| `{key}` | {} |", cell(&described(of))).unwrap();
        }
    }
    assert!(page.matches("| `").count() > 100, "the keys were not found");
    check("outputs.md", &page);
}

/// The name a reference ends with.
fn last(reference: &Value) -> &str {
    reference.as_str().unwrap_or("").rsplit('/').next().unwrap_or("")
}
