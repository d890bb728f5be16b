//! The text of an expression of ARM templates, taken apart.

use crate::scenario::azure::words::shown;
use serde_json::Value;

/// How deep expressions may stand within each other.
const DEEPEST: usize = 40;

/// Why a value is unknown: a code, what, and what to do.
pub(super) type Unknown = (&'static str, String, String);

/// A value that cannot be told.
pub(super) fn unknown(message: String) -> Unknown {
    let hint = "az bicep build --file main.bicep --stdout; or deploy it and read the list \
                of deployments: az cognitiveservices account deployment list -g GROUP -n ACCOUNT \
                -o json";
    ("value-unknown", message, hint.to_owned())
}

/// An expression, parsed.
pub(super) enum Expression {
    Literal(Value),
    Call(String, Vec<Expression>),
    Part(Box<Expression>, Box<Expression>),
}

/// What is left to parse.
struct Parser<'a> {
    rest: &'a str,
    whole: &'a str,
}

/// The expression between the brackets of a text.
pub(super) fn parse(inner: &str) -> Result<Expression, Unknown> {
    let mut parser = Parser { rest: inner.trim(), whole: inner };
    let parsed = parser.expression(0)?;
    if parser.rest.trim().is_empty() { Ok(parsed) } else { Err(parser.unreadable()) }
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
        if !self.eat('(') {
            return match name.as_str() {
                "true" => Ok(Expression::Literal(Value::Bool(true))),
                "false" => Ok(Expression::Literal(Value::Bool(false))),
                _ => Err(self.unreadable()),
            };
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
