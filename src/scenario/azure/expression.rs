//! Expressions of ARM templates, as far as they can be told without deploying: what depends on the moment or the place of a
//! deployment is named as unknown, never guessed.

use crate::scenario::azure::document::{Node, whole};
use crate::scenario::azure::expression_functions::{KNOWN, function, growth, part, weight};
use crate::scenario::azure::expression_parse::{Expression, Unknown, parse, unknown};
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::Diagnostic;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// How deep expressions and variables may name each other.
const DEEPEST: usize = 40;
/// Bytes that one value may take, about.
const LARGEST: usize = 16 << 20;
/// Bytes of all values that are worked out for a file: variables that name each other several times double with each step.
const WORK: usize = 256 << 20;

/// Turns that a loop may have: the platform allows no more.
pub(super) const LONGEST_LOOP: u64 = 800;

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

/// What an expression may name.
pub(super) struct Context<'a> {
    /// Parameters of the template.
    pub(super) parameters: Option<Node<'a>>,
    /// Values given to parameters, by name in lower case.
    pub(super) given: BTreeMap<String, Value>,
    /// What stands for values that were given and cannot be told, by name in lower case: for names
    /// of accounts.
    pub(super) open: BTreeMap<String, Value>,
    /// Variables of the template.
    pub(super) variables: Option<Node<'a>>,
    /// The loops that what is worked out stands in, the innermost last: their names and turns.
    pub(super) loops: RefCell<Vec<(String, u64)>>,
    /// Whether a template within this one is worked out by itself unless it says otherwise, as
    /// language version 2.0 has it.
    pub(super) inner_by_default: bool,
    /// What working out may still take.
    pub(super) room: &'a Room,
    /// Whether what cannot be told stands as `{NAME}` in a text. Only for names of accounts, which cost nothing.
    pub(super) lenient: bool,
}

impl Context<'_> {
    /// A value with its expressions worked out.
    pub(super) fn value(&self, node: &Node<'_>) -> Result<Value, Diagnostic> {
        self.worked_out(node.value, 0)
            .map_err(|(code, message, hint)| node.wrong(code, message, hint))
    }

    /// The same with `{…}` in place of what cannot be told: for names of accounts, which cost
    /// nothing.
    pub(super) fn open_value(&mut self, node: &Node<'_>) -> Result<Value, Diagnostic> {
        self.lenient = true;
        let value = self.value(node);
        self.lenient = false;
        value
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
        self.evaluate(&parse(inner)?, depth + 1)
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
                    let key = key.as_str().map(|key| format!(".{key}}}")).unwrap_or_default();
                    let told = open.strip_suffix('}').filter(|_| !key.is_empty());
                    return Ok(Value::String(
                        told.map_or(open.to_owned(), |told| told.to_owned() + &key),
                    ));
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
        if let Some(lazy) = self.lazy(&lower, arguments, depth) {
            return lazy;
        }
        let own = ["parameters", "variables", "copyindex"].contains(&lower.as_str());
        if !own && !KNOWN.contains(&lower.as_str()) && !self.lenient {
            return Err(not_told(name, &lower));
        }
        let values = arguments.iter().map(|argument| {
            let value = self.evaluate(argument, depth);
            // What a call that cannot be told is given does not matter where it only stands for
            // itself.
            if self.lenient { Ok(value.unwrap_or_default()) } else { value }
        });
        let values: Vec<Value> = values.collect::<Result<_, _>>()?;
        match (lower.as_str(), values.as_slice()) {
            ("parameters", [Value::String(name)]) => self.parameter(name, depth),
            ("variables", [Value::String(name)]) => self.variable(name, depth),
            ("copyindex", rest) => self.copy_index(rest),
            (function_name, values) => {
                let open = values.iter().any(|value| value.as_str().is_some_and(is_open));
                if self.lenient && !keeps_open(function_name, open) {
                    return Ok(Value::String(open_text(name, values)));
                }
                self.room.take(growth(function_name, values))?;
                function(function_name, values).ok_or_else(|| {
                    unknown(format!("{}() of this cannot be worked out", shown(name)))
                })
            }
        }
    }

    /// Functions that need not work out all of their arguments; none where it is none of them.
    fn lazy(
        &self,
        name: &str,
        arguments: &[Expression],
        depth: usize,
    ) -> Option<Result<Value, Unknown>> {
        let at = |index: usize| self.evaluate(&arguments[index], depth);
        let yes = |value: Value| match value {
            Value::Bool(yes) => Ok(yes),
            _ => Err(unknown(format!("{}() of what is neither true nor false", shown(name)))),
        };
        match (name, arguments.len()) {
            ("if", 3) => Some(at(0).and_then(|value| match value {
                Value::String(open) if self.lenient && is_open(&open) => Ok(Value::String(open)),
                value => yes(value).and_then(|yes| at(if yes { 1 } else { 2 })),
            })),
            // One that decides is enough.
            ("and" | "or", 1..) => {
                let decides = name == "or";
                let mut all = (0..arguments.len()).map(|index| at(index).and_then(yes));
                let found = all.find(|one| one.as_ref().map_or(true, |yes| *yes == decides));
                Some(found.unwrap_or(Ok(!decides)).map(Value::Bool))
            }
            ("coalesce", 1..) => {
                let mut all = (0..arguments.len()).map(at);
                let found = all.find(|one| one.as_ref().map_or(true, |value| !value.is_null()));
                Some(found.unwrap_or(Ok(Value::Null)))
            }
            _ => None,
        }
    }

    /// The turn of the innermost loop, or of the one that is named, and an offset.
    fn copy_index(&self, arguments: &[Value]) -> Result<Value, Unknown> {
        let loops = self.loops.borrow();
        let named = arguments.first().and_then(Value::as_str);
        let found = match named {
            Some(name) => loops.iter().rev().find(|(own, _)| own.eq_ignore_ascii_case(name)),
            None => loops.last(),
        };
        let Some((_, index)) = found else {
            return Err(unknown("copyIndex() outside a loop".to_owned()));
        };
        let offset = arguments.last().filter(|value| value.is_number()).and_then(whole);
        Ok(Value::from(index.saturating_add(offset.unwrap_or(0))))
    }

    /// Something worked out once for each turn of a loop.
    pub(super) fn turns<T>(
        &self,
        name: &str,
        count: u64,
        mut turn: impl FnMut(&Self) -> T,
    ) -> Vec<T> {
        let mut made = Vec::new();
        for index in 0..count {
            self.loops.borrow_mut().push((name.to_owned(), index));
            made.push(turn(self));
            self.loops.borrow_mut().pop();
        }
        made
    }

    fn parameter(&self, name: &str, depth: usize) -> Result<Value, Unknown> {
        if let Some(given) = self.given.get(&name.to_lowercase()) {
            return Ok(given.clone());
        }
        let declared = self.parameters.as_ref().and_then(|parameters| parameters.get(name));
        match declared.as_ref().and_then(|parameter| parameter.get("defaultValue")) {
            Some(default) => self.worked_out(default.value, depth + 1),
            None if declared.is_some_and(|own| is_true(&own, "nullable")) => Ok(Value::Null),
            None if self.lenient => {
                let open = self.open.get(&name.to_lowercase()).cloned();
                Ok(open.unwrap_or_else(|| Value::String(format!("{{{name}}}"))))
            }
            None => Err((
                "value-unknown",
                format!("no value for parameter {}", shown(name)),
                format!("--parameters {}=VALUE, or --parameters FILE", shown(name)),
            )),
        }
    }

    fn variable(&self, name: &str, depth: usize) -> Result<Value, Unknown> {
        let variables = self.variables.as_ref();
        if let Some(variable) = variables.and_then(|variables| variables.get(name)) {
            return self.worked_out(variable.value, depth + 1);
        }
        // `variables.copy` has those that a loop makes.
        let loops = variables.and_then(|variables| variables.get("copy"));
        let loops = loops.iter().flat_map(Node::items).collect::<Vec<_>>();
        let of_name =
            |own: &&Node<'_>| own.text("name").is_some_and(|own| own.eq_ignore_ascii_case(name));
        let Some(made) = loops.iter().find(of_name) else {
            return Err((
                "value-unknown",
                format!("no variable {}", shown(name)),
                "the template names it and does not declare it under `variables`".to_owned(),
            ));
        };
        let (Some(count), Some(input)) = (made.get("count"), made.get("input")) else {
            return Err(unknown(format!("a loop without count or input: {}", shown(name))));
        };
        let count = whole(&self.worked_out(count.value, depth + 1)?);
        let Some(count) = count.filter(|count| *count <= LONGEST_LOOP) else {
            return Err(unknown(format!(
                "a loop of more than {LONGEST_LOOP} turns: {}",
                shown(name)
            )));
        };
        let turns = self.turns(name, count, |context| context.worked_out(input.value, depth + 1));
        Ok(Value::Array(turns.into_iter().collect::<Result<_, _>>()?))
    }
}

/// Whether a key says yes.
pub(super) fn is_true(node: &Node<'_>, key: &str) -> bool {
    node.get(key).is_some_and(|node| node.value.as_bool() == Some(true))
}

/// Functions of the moment or the place of a deployment.
const OF_DEPLOYING: [&str; 16] = [
    "deployer",
    "deployment",
    "environment",
    "guid",
    "listkeys",
    "managementgroup",
    "newguid",
    "pickzones",
    "providers",
    "reference",
    "references",
    "resourcegroup",
    "subscription",
    "tenant",
    "uniquestring",
    "utcnow",
];

/// Why a function gives no value: only deploying can tell it, or it is not worked out here.
fn not_told(name: &str, lower: &str) -> Unknown {
    let deploying = OF_DEPLOYING.contains(&lower) || lower.starts_with("list");
    let why = if deploying { "unknown before it is deployed" } else { "not worked out" };
    (
        "value-unknown",
        format!("{why}: {}()", shown(name)),
        "deploy it and read the list of deployments: az cognitiveservices account deployment list \
         -g GROUP -n ACCOUNT -o json; or give it as a parameter"
            .to_owned(),
    )
}

/// Whether a function is worked out where only deploying can tell some of its arguments: those that
/// keep a text as it is do.
fn keeps_open(name: &str, open: bool) -> bool {
    let keeps = ["format", "concat", "tolower", "toupper", "string", "resourceid", "createarray"];
    KNOWN.contains(&name) && (!open || keeps.contains(&name))
}

/// What stands for a call that only deploying can tell. Its arguments tell it from others of its
/// name.
fn open_text(name: &str, values: &[Value]) -> String {
    if values.is_empty() {
        return format!("{{{name}}}");
    }
    let told = |value: &Value| match value {
        Value::String(text) => text.replace('/', "."),
        other => other.to_string().replace('/', "."),
    };
    format!("{{{name}({})}}", values.iter().map(told).collect::<Vec<_>>().join(", "))
}

/// Whether a text holds something that only deploying can tell. No name in Azure has a brace.
pub(super) fn is_open(text: &str) -> bool {
    text.contains('{')
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
            open: BTreeMap::new(),
            variables: node.get("variables"),
            loops: RefCell::new(vec![("l".to_owned(), 2)]),
            inner_by_default: false,
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
