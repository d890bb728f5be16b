//! What a compiler would make of the code that is exported: just enough of Bicep and Terraform to read it back.

use serde_json::{Map, Value, json};

type Lines<'a> = std::iter::Peekable<std::str::Lines<'a>>;

/// A line without its comment.
fn code<'a>(line: &'a str, mark: &str) -> &'a str {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        if c == '\'' || c == '"' {
            quoted = !quoted;
        } else if !quoted && line[at..].starts_with(mark) {
            return line[..at].trim();
        }
    }
    line.trim()
}

/// The entries of an object or block, after its opening brace.
fn object(lines: &mut Lines<'_>, mark: &str, sign: char) -> Map<String, Value> {
    let mut found = Map::new();
    while let Some(line) = lines.next() {
        let line = code(line, mark);
        if line.is_empty() {
            continue;
        }
        if line == "}" {
            return found;
        }
        // A block of Terraform, which is a list.
        if let Some(name) = line.strip_suffix(" {").filter(|name| !name.contains(sign)) {
            let inner = object(lines, mark, sign);
            found.insert(name.trim().to_owned(), json!([inner]));
            continue;
        }
        let (key, value) = line.split_once(sign).unwrap_or_else(|| panic!("no entry: {line}"));
        let value = match value.trim() {
            "{" => Value::Object(object(lines, mark, sign)),
            "[" => {
                while lines.next().is_some_and(|line| line.trim() != "]") {}
                Value::Null
            }
            text => scalar(text),
        };
        found.insert(key.trim().to_owned(), value);
    }
    found
}

/// A text or a number; what is neither is a name of something else, marked.
fn scalar(text: &str) -> Value {
    let quoted = |mark: char| text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    if let Some(inner) = quoted('\'').or_else(|| quoted('"')) {
        return Value::from(inner);
    }
    text.parse::<u64>().map_or_else(|_| json!({ "name of": text }), Value::from)
}

fn reference(value: &Value) -> Option<&str> {
    value.get("name of")?.as_str()
}

/// An ARM template, as the Bicep compiler would write it.
pub(crate) fn bicep(text: &str) -> String {
    let mut lines = text.lines().peekable();
    let (mut parameters, mut resources) = (Map::new(), Vec::new());
    while let Some(line) = lines.next() {
        let line = code(line, "//");
        if let Some(rest) = line.strip_prefix("param ") {
            let (head, default) = match rest.split_once(" = ") {
                Some((head, default)) => (head, Some(scalar(default))),
                None => (rest, None),
            };
            let (name, kind) = head.split_once(' ').unwrap();
            let mut parameter = json!({ "type": kind });
            if let Some(default) = default {
                parameter["defaultValue"] = default;
            }
            parameters.insert(name.to_owned(), parameter);
        } else if let Some(rest) = line.strip_prefix("resource ") {
            let (symbol, rest) = rest.split_once(' ').unwrap();
            let kind = rest.split('\'').nth(1).unwrap().split('@').next().unwrap().to_owned();
            let body = object(&mut lines, "//", ':');
            resources.push((symbol.to_owned(), kind, body));
        }
    }
    let names: Vec<(String, Value)> =
        resources.iter().map(|(symbol, _, body)| (symbol.clone(), body["name"].clone())).collect();
    let resources: Vec<Value> = resources
        .into_iter()
        .filter(|(_, kind, _)| kind.ends_with("/deployments"))
        .map(|(_, kind, mut body)| {
            let name = body["name"].as_str().unwrap().to_owned();
            body.insert("type".to_owned(), kind.into());
            let full = format!("[format('{{0}}/{{1}}', parameters('accountName'), '{name}')]");
            body.insert("name".to_owned(), full.into());
            let mut body = Value::Object(body);
            resolve(&mut body, &|name: &str| match name.strip_suffix(".name") {
                Some(symbol) => names.iter().find(|(own, _)| own == symbol).unwrap().1.clone(),
                None => format!("[parameters('{name}')]").into(),
            });
            body
        })
        .collect();
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "resources": resources,
    })
    .to_string()
}

/// A state, as `terraform show -json` would print it after apply; `variables` are the values that were given.
pub(crate) fn terraform(text: &str, variables: &[(&str, Value)]) -> String {
    let account =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";
    let mut lines = text.lines().peekable();
    let mut resources = Vec::new();
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix("resource ") else { continue };
        let mut parts = rest.split('"').skip(1).step_by(2);
        let (kind, label) = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
        resources.push((kind, label, object(&mut lines, "#", '=')));
    }
    let names: Vec<(String, Value)> = resources
        .iter()
        .map(|(kind, label, body)| (format!("{kind}.{label}.name"), body["name"].clone()))
        .collect();
    let resources: Vec<Value> = resources
        .into_iter()
        .map(|(kind, label, mut body)| {
            body.remove("depends_on");
            body.remove("locks");
            let mut values = Value::Object(body);
            resolve(&mut values, &|name: &str| {
                if name == "var.cognitive_account_id" {
                    return account.into();
                }
                if let Some(variable) = name.strip_prefix("var.") {
                    return variables.iter().find(|(own, _)| *own == variable).unwrap().1.clone();
                }
                let known = names.iter().find(|(own, _)| own == name);
                known.unwrap_or_else(|| panic!("unknown: {name}")).1.clone()
            });
            json!({ "address": format!("{kind}.{label}"), "mode": "managed", "type": kind, "values": values })
        })
        .collect();
    json!({ "format_version": "1.0", "values": { "root_module": { "resources": resources } } })
        .to_string()
}

fn resolve(value: &mut Value, of: &dyn Fn(&str) -> Value) {
    if let Some(name) = reference(value) {
        *value = of(name);
        return;
    }
    match value {
        Value::Object(entries) => {
            for entry in entries.values_mut() {
                resolve(entry, of);
            }
        }
        Value::Array(items) => {
            for item in items {
                resolve(item, of);
            }
        }
        _ => {}
    }
}
