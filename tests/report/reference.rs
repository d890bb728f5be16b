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

#[test]
fn the_page_of_scenario_keys_has_every_key() {
    let schema: Value = serde_json::from_slice(&schema::scenario().unwrap()).unwrap();
    let mut page = "# Scenario keys\n\n\
        Every key of a scenario file, table by table, as the program reads it. An editor completes and checks them with\n\
        [`scenario.schema.json`](../schemas/scenario.schema.json): write\n\
        `#:schema https://…/docs/schemas/scenario.schema.json`, or the path of your copy, on the first line. The files in\n\
        [`scenarios`](../../scenarios) show each in use. Spans are text such as `\"10 min\"`, shares such as `\"0.1%\"`.\n"
        .to_owned();
    table(&mut page, "The file", &schema);
    for (name, of) in schema["$defs"].as_object().unwrap() {
        if of["properties"].is_object() {
            table(&mut page, name, of);
        } else if let Some(choices) = choices(of) {
            writeln!(page, "\n## {name}\n\n{}\n", cell(of["description"].as_str().unwrap_or("")))
                .unwrap();
            writeln!(page, "One of: {choices}.").unwrap();
        }
    }
    assert!(page.matches("| `").count() > 150, "the keys were not found");
    check("scenario.md", &page);
}

/// The keys of one table.
fn table(page: &mut String, name: &str, of: &Value) {
    let what = cell(of["description"].as_str().unwrap_or(""));
    write!(
        page,
        "\n## {name}\n\n{what}\n\n| key | type | default | meaning |\n|---|---|---|---|\n"
    )
    .unwrap();
    let required: Vec<&str> =
        of["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (key, value) in of["properties"].as_object().into_iter().flatten() {
        let default = match &value["default"] {
            _ if required.contains(&key.as_str()) => "required".to_owned(),
            Value::Null => "absent".to_owned(),
            default if default.is_object() => "empty".to_owned(),
            default => format!("`{default}`"),
        };
        let meaning = cell(value["description"].as_str().unwrap_or(""));
        writeln!(page, "| `{key}` | {} | {default} | {meaning} |", kind(value)).unwrap();
    }
}

/// The type of a value in words.
fn kind(of: &Value) -> String {
    if let Some(reference) = of["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or("").to_owned();
    }
    if let Some(several) = of["anyOf"].as_array().or_else(|| of["oneOf"].as_array()) {
        let kinds = several.iter().filter(|one| one["type"] != "null").map(kind);
        return kinds.collect::<Vec<_>>().join(" or ");
    }
    let one = |name: &str| match name {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => format!("list of {}", kind(&of["items"])),
        "object" if of["additionalProperties"].is_object() => {
            format!("table of {}", kind(&of["additionalProperties"]))
        }
        "object" => "table".to_owned(),
        other => other.to_owned(),
    };
    match &of["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            names.map(one).collect::<Vec<_>>().join(" or ")
        }
        _ => "any value".to_owned(),
    }
}

/// The words or forms of a choice.
fn choices(of: &Value) -> Option<String> {
    let forms = of["oneOf"].as_array().or_else(|| of["anyOf"].as_array());
    let Some(forms) = forms else {
        let words = of["enum"].as_array()?.iter().map(|word| format!("`{word}`"));
        return Some(words.collect::<Vec<_>>().join(", "));
    };
    let forms = forms.iter().map(|form| match &form["const"] {
        Value::Null => kind(form),
        word => format!("`{word}`"),
    });
    Some(forms.collect::<Vec<_>>().join(", "))
}

/// The name a reference ends with.
fn last(reference: &Value) -> &str {
    reference.as_str().unwrap_or("").rsplit('/').next().unwrap_or("")
}

/// The answer that the README shows is the sample's, whose bytes CI compares with the quickstart's.
#[test]
fn the_readme_shows_the_sample_report_s_answer() {
    let in_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    let readme = in_one_line(&read("README.md"));
    let sample: serde_json::Value =
        serde_json::from_str(&read("reports/sample/recommendation.json")).unwrap();
    let glance = &sample["glance"];
    let said = [
        &glance["action"],
        &glance["figure"]["band"],
        &glance["compared"],
        &glance["how_sure"],
        &glance["depends_on"],
    ];
    for said in said.into_iter().chain(glance["reasons"].as_array().unwrap()) {
        let said = in_one_line(said.as_str().unwrap());
        assert!(readme.contains(&said), "the README does not say: {said}");
    }
}
