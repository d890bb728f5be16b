//! Expressions of ARM templates, as far as they can be told without deploying: what depends on the moment or the place of a
//! deployment is named as unknown, never guessed.

use crate::scenario::azure::document::{Node, whole};
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::Diagnostic;
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;

/// How deep expressions and variables may name each other.
const DEEPEST: usize = 40;
/// Bytes that one value may take, about.
const LARGEST: usize = 16 << 20;
/// Bytes of all values that are worked out for a file: variables that name each other several times double with each step.
const WORK: usize = 256 << 20;

/// What working out the values of a file may still take.
pub(super) struct Room(Cell<usize>);

impl Room {
    /// The room of one file.
    pub(super) fn new() -> Self {
        Self(Cell::new(WORK))
    }

    /// A value, paid for.
    fn pay(&self, value: Value) -> Result<Value, Unknown> {
        self.take(weight(&value))?;
        Ok(value)
    }

    fn take(&self, bytes: usize) -> Result<(), Unknown> {
        let left = self.0.get().checked_sub(bytes).filter(|_| bytes <= LARGEST);
        let Some(left) = left else {
            return Err(unknown(format!(
                "values too large: more than {} MB at once or {} MB in all",
                LARGEST >> 20,
                WORK >> 20
            )));
        };
        self.0.set(left);
        Ok(())
    }
}

/// Bytes that a value takes, about.
fn weight(value: &Value) -> usize {
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

/// What an expression may name.
pub(super) struct Context<'a> {
    /// Parameters of the template.
    pub(super) parameters: Option<Node<'a>>,
    /// Values given to parameters, by name in lower case.
    pub(super) given: BTreeMap<String, Value>,
    /// Variables of the template.
    pub(super) variables: Option<Node<'a>>,
    /// The index of the loop a resource stands in.
    pub(super) copy_index: Option<u64>,
    /// What working out may still take.
    pub(super) room: &'a Room,
    /// Whether what cannot be told stands as `{NAME}` in a text. Only for names of accounts, which cost nothing.
    pub(super) lenient: bool,
}

/// Why a value is unknown.
type Unknown = (&'static str, String, String);

impl Context<'_> {
    /// A value with its expressions worked out.
    pub(super) fn value(&self, node: &Node<'_>) -> Result<Value, Diagnostic> {
        self.worked_out(node.value, 0)
            .map_err(|(code, message, hint)| node.wrong(code, message, hint))
    }

    fn worked_out(&self, value: &Value, depth: usize) -> Result<Value, Unknown> {
        if depth > DEEPEST {
            return Err(unknown("an expression that names itself".to_owned()));
        }
        let Some(text) = value.as_str() else { return self.parts(value, depth) };
        let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
            return self.room.pay(value.clone());
        };
        // `[[` is a text that begins with a bracket.
        if inner.starts_with('[') {
            return self.room.pay(Value::String(text[1..].to_owned()));
        }
        let mut parser = Parser { rest: inner.trim(), whole: inner };
        let parsed = parser.expression(0)?;
        if !parser.rest.trim().is_empty() {
            return Err(parser.unreadable());
        }
        self.evaluate(&parsed, depth + 1)
    }

    /// Objects and arrays, whose parts may be expressions.
    fn parts(&self, value: &Value, depth: usize) -> Result<Value, Unknown> {
        match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| self.worked_out(item, depth + 1));
                Ok(Value::Array(items.collect::<Result<_, _>>()?))
            }
            Value::Object(entries) => {
                let worked = entries
                    .iter()
                    .map(|(key, item)| Ok((key.clone(), self.worked_out(item, depth + 1)?)));
                Ok(Value::Object(worked.collect::<Result<_, Unknown>>()?))
            }
            _ => self.room.pay(value.clone()),
        }
    }

    fn evaluate(&self, expression: &Expression, depth: usize) -> Result<Value, Unknown> {
        match expression {
            Expression::Literal(value) => self.room.pay(value.clone()),
            Expression::Part(of, key) => {
                let key = self.evaluate(key, depth + 1)?;
                let whole_value = self.evaluate(of, depth + 1)?;
                if let Some(open) =
                    whole_value.as_str().filter(|text| self.lenient && is_open(text))
                {
                    return Ok(Value::String(open.to_owned()));
                }
                let found = part(&whole_value, &key).cloned();
                found.ok_or_else(|| {
                    unknown(format!("nothing is called {} there", shown(&key.to_string())))
                })
            }
            Expression::Call(name, arguments) => {
                self.room.pay(self.call(name, arguments, depth + 1)?)
            }
        }
    }

    fn call(&self, name: &str, arguments: &[Expression], depth: usize) -> Result<Value, Unknown> {
        if depth > DEEPEST {
            return Err(unknown("an expression that names itself".to_owned()));
        }
        let lower = name.to_lowercase();
        if lower == "if" && arguments.len() == 3 {
            let yes = self.evaluate(&arguments[0], depth)?.as_bool() == Some(true);
            return self.evaluate(&arguments[if yes { 1 } else { 2 }], depth);
        }
        let known = [
            "parameters",
            "variables",
            "format",
            "concat",
            "resourceid",
            "copyindex",
            "length",
            "tolower",
            "toupper",
            "string",
            "int",
            "split",
            "first",
            "last",
            "equals",
            "not",
            "createarray",
            "range",
        ];
        if !known.contains(&lower.as_str()) {
            if self.lenient {
                return Ok(Value::String(format!("{{{name}}}")));
            }
            return Err((
                "value-unknown",
                format!("unknown before it is deployed: {}()", shown(name)),
                "deploy it and read the list of deployments: az cognitiveservices account \
                 deployment list -g GROUP -n ACCOUNT -o json; or give it as a parameter"
                    .to_owned(),
            ));
        }
        let values: Vec<Value> = arguments
            .iter()
            .map(|argument| self.evaluate(argument, depth))
            .collect::<Result<_, _>>()?;
        match (lower.as_str(), values.as_slice()) {
            ("parameters", [Value::String(name)]) => self.parameter(name, depth),
            ("variables", [Value::String(name)]) => self.variable(name, depth),
            ("copyindex", rest) => {
                let offset = rest.iter().rev().find_map(whole).unwrap_or(0);
                let index = self
                    .copy_index
                    .ok_or_else(|| unknown("copyIndex() outside a loop".to_owned()))?;
                Ok(Value::from(index.saturating_add(offset)))
            }
            ("not", [value]) => Ok(Value::Bool(value.as_bool() != Some(true))),
            ("equals", [a, b]) => Ok(Value::Bool(a == b)),
            (function, values) => {
                self.room.take(growth(function, values))?;
                text_function(function, values).ok_or_else(|| {
                    unknown(format!("{}() of this cannot be worked out", shown(name)))
                })
            }
        }
    }

    fn parameter(&self, name: &str, depth: usize) -> Result<Value, Unknown> {
        if let Some(given) = self.given.get(&name.to_lowercase()) {
            return Ok(given.clone());
        }
        let declared = self.parameters.as_ref().and_then(|parameters| parameters.get(name));
        match declared.as_ref().and_then(|parameter| parameter.get("defaultValue")) {
            Some(default) => self.worked_out(default.value, depth + 1),
            None if self.lenient => Ok(Value::String(format!("{{{name}}}"))),
            None => Err((
                "value-unknown",
                format!("no value for parameter {}", shown(name)),
                format!("--parameters {}=VALUE, or --parameters FILE", shown(name)),
            )),
        }
    }

    fn variable(&self, name: &str, depth: usize) -> Result<Value, Unknown> {
        match self.variables.as_ref().and_then(|variables| variables.get(name)) {
            Some(variable) => self.worked_out(variable.value, depth + 1),
            None => Err(unknown(format!("no variable {}", shown(name)))),
        }
    }
}

/// Whether a text holds something that only deploying can tell. No name in Azure has a brace.
pub(super) fn is_open(text: &str) -> bool {
    text.contains('{')
}

fn unknown(message: String) -> Unknown {
    let hint = "az bicep build --file main.bicep --stdout; or deploy it and read the list of \
                deployments: az cognitiveservices account deployment list -g GROUP -n ACCOUNT -o json";
    ("value-unknown", message, hint.to_owned())
}

fn part<'a>(value: &'a Value, key: &Value) -> Option<&'a Value> {
    match key {
        Value::String(name) => {
            let object = value.as_object()?;
            let same = |known: &&String| known.eq_ignore_ascii_case(name);
            object.get(name).or_else(|| object.get(object.keys().find(same)?))
        }
        index => value.as_array()?.get(usize::try_from(whole(index)?).ok()?),
    }
}

/// Bytes at most of what a function makes of its arguments, where that can be many times their own.
fn growth(name: &str, values: &[Value]) -> usize {
    match (name, values) {
        ("format", [Value::String(form), rest @ ..]) => {
            let longest = rest.iter().map(weight).max().unwrap_or(0);
            form.matches('{').count().saturating_mul(longest)
        }
        ("split", [Value::String(text), Value::String(by)]) if !by.is_empty() => {
            text.matches(by.as_str()).count().saturating_mul(32)
        }
        _ => 0,
    }
}

/// Functions of their arguments alone.
fn text_function(name: &str, values: &[Value]) -> Option<Value> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "True" } else { "False" }.to_owned()),
        _ => None,
    };
    match (name, values) {
        ("format", [Value::String(form), rest @ ..]) => {
            let rest: Vec<String> = rest.iter().map(text).collect::<Option<_>>()?;
            formatted(form, &rest).map(Value::String)
        }
        ("concat", [Value::Array(_), ..]) => {
            let arrays: Option<Vec<&Vec<Value>>> = values.iter().map(Value::as_array).collect();
            Some(Value::Array(arrays?.into_iter().flatten().cloned().collect()))
        }
        ("concat", values) => values
            .iter()
            .map(text)
            .collect::<Option<Vec<_>>>()
            .map(|all| Value::String(all.concat())),
        ("resourceid", values) => {
            let parts: Vec<String> = values.iter().map(text).collect::<Option<_>>()?;
            resource_id(&parts).map(Value::String)
        }
        ("length", [Value::Array(items)]) => Some(Value::from(items.len())),
        ("length", [Value::String(text)]) => Some(Value::from(text.chars().count())),
        ("length", [Value::Object(entries)]) => Some(Value::from(entries.len())),
        ("tolower", [Value::String(text)]) => Some(Value::String(text.to_lowercase())),
        ("toupper", [Value::String(text)]) => Some(Value::String(text.to_uppercase())),
        ("string", [value]) => text(value).map(Value::String),
        ("int", [value]) => whole(value).map(Value::from),
        ("createarray", values) => Some(Value::Array(values.to_vec())),
        ("range", [start, count]) => {
            let (start, count) = (whole(start)?, whole(count)?);
            let end = start.checked_add(count).filter(|_| count <= 800)?;
            Some(Value::Array((start..end).map(Value::from).collect()))
        }
        ("split", [Value::String(text), Value::String(by)]) if !by.is_empty() => {
            Some(Value::Array(text.split(by.as_str()).map(Value::from).collect()))
        }
        ("first", [Value::Array(items)]) => items.first().cloned(),
        ("last", [Value::Array(items)]) => items.last().cloned(),
        _ => None,
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

/// `…/providers/TYPE/NAME/…`, as far as the names say it: the subscription and the group are not known and not needed.
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

/// An expression, parsed.
enum Expression {
    Literal(Value),
    Call(String, Vec<Expression>),
    Part(Box<Expression>, Box<Expression>),
}

struct Parser<'a> {
    rest: &'a str,
    whole: &'a str,
}

impl Parser<'_> {
    fn unreadable(&self) -> Unknown {
        unknown(format!("an expression that cannot be read: {}", shown(self.whole)))
    }

    fn eat(&mut self, c: char) -> bool {
        let trimmed = self.rest.trim_start();
        let found = trimmed.strip_prefix(c);
        self.rest = found.unwrap_or(trimmed);
        found.is_some()
    }

    fn expression(&mut self, depth: usize) -> Result<Expression, Unknown> {
        if depth > DEEPEST {
            return Err(self.unreadable());
        }
        let mut found = self.primary(depth)?;
        loop {
            if self.eat('.') {
                let name = self.name();
                if name.is_empty() {
                    return Err(self.unreadable());
                }
                let key = Expression::Literal(Value::String(name));
                found = Expression::Part(Box::new(found), Box::new(key));
            } else if self.eat('[') {
                let key = self.expression(depth + 1)?;
                if !self.eat(']') {
                    return Err(self.unreadable());
                }
                found = Expression::Part(Box::new(found), Box::new(key));
            } else {
                return Ok(found);
            }
        }
    }

    fn primary(&mut self, depth: usize) -> Result<Expression, Unknown> {
        if self.eat('\'') {
            return self.text();
        }
        let name = self.name();
        if name.is_empty() {
            return Err(self.unreadable());
        }
        if let Ok(number) = name.parse::<i64>() {
            return Ok(Expression::Literal(Value::from(number)));
        }
        match name.as_str() {
            "true" => return Ok(Expression::Literal(Value::Bool(true))),
            "false" => return Ok(Expression::Literal(Value::Bool(false))),
            _ => {}
        }
        if !self.eat('(') {
            return Err(self.unreadable());
        }
        let mut arguments = Vec::new();
        if self.eat(')') {
            return Ok(Expression::Call(name, arguments));
        }
        loop {
            arguments.push(self.expression(depth + 1)?);
            if self.eat(')') {
                return Ok(Expression::Call(name, arguments));
            }
            if !self.eat(',') {
                return Err(self.unreadable());
            }
        }
    }

    /// A text after its opening quote; two quotes are one.
    fn text(&mut self) -> Result<Expression, Unknown> {
        let mut text = String::new();
        loop {
            let Some(quote) = self.rest.find('\'') else { return Err(self.unreadable()) };
            text += &self.rest[..quote];
            self.rest = &self.rest[quote + 1..];
            let Some(after) = self.rest.strip_prefix('\'') else {
                return Ok(Expression::Literal(Value::String(text)));
            };
            text.push('\'');
            self.rest = after;
        }
    }

    fn name(&mut self) -> String {
        self.rest = self.rest.trim_start();
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let name = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn many(text: &str) -> String {
        format!("[concat({})]", vec![text; 64].join(", "))
    }

    fn value(text: &str) -> Result<Value, Unknown> {
        let room = Room::new();
        let template = json!({
            "parameters": { "account": { "defaultValue": "a" }, "none": { "type": "int" } },
            "variables": {
                "model": { "name": "gpt-4.1" }, "loop": "[variables('loop')]",
                "a": many("'aaaaaaaaaaaaaaaa'"), "b": many("variables('a')"),
                "c": many("variables('b')"), "d": many("variables('c')"),
                "lists": format!("[createArray({})]", vec!["variables('a')"; 20_000].join(",")),
                "form": "{0}".repeat(100_000),
            },
        });
        let node = Node::new(&"t.json".into(), &template);
        let context = Context {
            parameters: node.get("parameters"),
            given: BTreeMap::new(),
            variables: node.get("variables"),
            copy_index: Some(2),
            room: &room,
            lenient: false,
        };
        context.worked_out(&json!(text), 0)
    }

    #[test]
    fn what_can_be_told_is_worked_out() {
        let told = [
            ("[format('{0}/{1}', parameters('account'), 'chat')]", json!("a/chat")),
            ("[concat(parameters('account'), '/it''s')]", json!("a/it's")),
            ("[variables('model').name]", json!("gpt-4.1")),
            ("[variables('model')['name']]", json!("gpt-4.1")),
            ("[[plain]", json!("[plain]")),
            ("[copyIndex(1)]", json!(3)),
            ("[last(split('a/b', '/'))]", json!("b")),
            ("[if(equals(1, 1), 'yes', resourceGroup().location)]", json!("yes")),
            (
                "[resourceId('Microsoft.CognitiveServices/accounts', 'a')]",
                json!("/providers/Microsoft.CognitiveServices/accounts/a"),
            ),
        ];
        for (text, expected) in told {
            assert_eq!(value(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_small_template_makes_no_large_value() {
        assert!(value("[variables('b')]").is_ok());
        for text in [
            "[variables('d')]",
            "[variables('lists')]",
            "[format(variables('form'), variables('b'))]",
            "[split(concat(variables('c'), variables('c')), 'a')]",
        ] {
            let (_, message, _) = value(text).unwrap_err();
            assert!(message.starts_with("values too large"), "{text}: {message}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_named() {
        for text in [
            "[resourceGroup().location]",
            "[parameters('none')]",
            "[variables('loop')]",
            "[format('{0:D2}', 1)]",
            "[uniqueString('a')]",
            "[parameters('account']",
            "[concat('a'",
        ] {
            let (text, is_expression) = (text, text.ends_with(']'));
            assert_eq!(value(text).is_err(), is_expression, "{text}");
        }
    }
}
