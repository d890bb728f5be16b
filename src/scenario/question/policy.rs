//! Azure Policy definitions, as far as they speak of deployments: which SKUs, models and capacities are denied.
//!
//! The part of the policy language that can name a deployment is read in full; anything else is an error that names it:
//! a condition that is not understood must not allow or deny in silence.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use serde_json::Value;
use std::sync::Arc;

/// Nested conditions at most.
const MAX_DEPTH: usize = 32;

/// A policy definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its name for people: `displayName`, `name`, or its file.
    pub name: Arc<str>,
    /// Whether it denies; an audit or a disabled policy does not. The guide's own sample leaves the effect out: it denies.
    pub denies: bool,
    condition: Condition,
}

/// What a policy is asked about.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    /// SKU name.
    pub sku: &'a str,
    /// `sku.capacity`: PTUs, or thousands of tokens per minute; none when not known.
    pub capacity: Option<u64>,
    /// Model id.
    pub model: &'a str,
    /// Who makes the model: the platform's `model.format`.
    pub format: &'a str,
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Test { field: Field, operator: Operator },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Type,
    Sku,
    Capacity,
    Model,
    Format,
}

impl Field {
    fn of(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        if lower == "type" {
            return Some(Self::Type);
        }
        match lower.strip_prefix("microsoft.cognitiveservices/accounts/deployments/")? {
            "sku.name" => Some(Self::Sku),
            "sku.capacity" => Some(Self::Capacity),
            "model.name" => Some(Self::Model),
            "model.format" => Some(Self::Format),
            _ => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Sku => "sku.name",
            Self::Capacity => "sku.capacity",
            Self::Model => "model.name",
            Self::Format => "model.format",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Operator {
    Equals(String, bool),
    In(Vec<String>, bool),
    Like(String, bool),
    Contains(String, bool),
    Exists(bool),
    /// Order asked for, equality allowed, bound.
    Compare(std::cmp::Ordering, bool, u64),
}

impl Policy {
    /// Reads a definition, or a list of them. Everything not understood is an error.
    pub fn parse(file: &str, text: &str) -> Result<Vec<Self>, Diagnostics> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            Diagnostic::error("not-a-policy", format!("not a policy: {error}"))
                .at(Place::new(file, error.line() as u32, error.column() as u32))
                .hint("give the JSON of an Azure Policy definition, with its policyRule")
        })?;
        let all = match value {
            Value::Array(all) => all,
            one => vec![one],
        };
        let mut wrong = Diagnostics::default();
        let mut policies = Vec::new();
        for (number, one) in all.iter().enumerate() {
            match (Reader { file, definition: one.get("properties").unwrap_or(one) })
                .policy(one, number)
            {
                Ok(policy) => policies.push(policy),
                Err(mistake) => wrong.push(mistake),
            }
        }
        wrong.or_ok(policies)
    }

    /// Why a deployment is denied; none when it is not.
    pub fn refusal(&self, resource: &Resource<'_>) -> Option<String> {
        if !self.denies || !self.condition.holds(resource) {
            return None;
        }
        let mut reasons = Vec::new();
        self.condition.explain(resource, true, &mut reasons);
        Some(reasons.join(" and "))
    }

    /// The largest capacity below a deployment's own that is not denied; none when its capacity is not the reason.
    pub fn largest_capacity(&self, resource: &Resource<'_>) -> Option<u64> {
        let own = resource.capacity?;
        let denied = |capacity: u64| {
            let smaller = Resource { capacity: Some(capacity), ..resource.clone() };
            self.condition.holds(&smaller)
        };
        // Conditions compare with the bounds they state: the answer is next to one of them.
        let mut bounds = Vec::new();
        self.condition.bounds(&mut bounds);
        let near = bounds.iter().flat_map(|b| [b.saturating_sub(1), *b, b.saturating_add(1)]);
        near.filter(|capacity| *capacity > 0 && *capacity < own && !denied(*capacity)).max()
    }
}

struct Reader<'a> {
    file: &'a str,
    definition: &'a Value,
}

impl Reader<'_> {
    fn wrong(&self, code: &'static str, message: String, hint: &str) -> Diagnostic {
        Diagnostic::error(code, message).at(Place::new(self.file, 1, 1)).hint(hint)
    }

    fn policy(&self, whole: &Value, number: usize) -> Result<Policy, Diagnostic> {
        let rule = self.definition.get("policyRule").ok_or_else(|| {
            let hint = "give the JSON of an Azure Policy definition";
            self.wrong("not-a-policy", "not a policy: no policyRule".to_owned(), hint)
        })?;
        let condition = rule.get("if").ok_or_else(|| {
            let hint = "a policyRule needs an `if`";
            self.wrong("not-a-policy", "not a policy: policyRule without `if`".to_owned(), hint)
        })?;
        let effect = rule.get("then").and_then(|then| then.get("effect"));
        let denies = match effect {
            None => true,
            Some(effect) => match self.text(effect)?.to_ascii_lowercase().as_str() {
                "deny" => true,
                "audit" | "disabled" | "auditifnotexists" => false,
                other => {
                    return Err(self.not_modelled(&format!("effect {other}")));
                }
            },
        };
        let name = self.definition.get("displayName").or_else(|| whole.get("name"));
        let file = || {
            let suffix = if number == 0 { String::new() } else { format!(" ({})", number + 1) };
            format!("{}{suffix}", self.file)
        };
        Ok(Policy {
            name: name.and_then(Value::as_str).map_or_else(file, str::to_owned).into(),
            denies,
            condition: self.condition(condition, 0)?,
        })
    }

    fn not_modelled(&self, what: &str) -> Diagnostic {
        self.wrong(
            "policy-not-modelled",
            format!("policy not modelled: {what}"),
            "read are allOf, anyOf, not; equals, in, like, contains, exists, greater, less and their opposites; on type, \
             sku.name, sku.capacity, model.name and model.format of Microsoft.CognitiveServices/accounts/deployments",
        )
    }

    fn condition(&self, value: &Value, depth: usize) -> Result<Condition, Diagnostic> {
        let Some(object) = value.as_object().filter(|_| depth < MAX_DEPTH) else {
            return Err(self.not_modelled(&format!("condition {value}")));
        };
        let list = |value: &Value| -> Result<Vec<Condition>, Diagnostic> {
            let items = value.as_array().ok_or_else(|| self.not_modelled("allOf of no list"))?;
            items.iter().map(|item| self.condition(item, depth + 1)).collect()
        };
        if let [(key, inner)] = object.iter().collect::<Vec<_>>()[..] {
            match key.as_str() {
                "allOf" => return Ok(Condition::All(list(inner)?)),
                "anyOf" => return Ok(Condition::Any(list(inner)?)),
                "not" => return Ok(Condition::Not(Box::new(self.condition(inner, depth + 1)?))),
                other => return Err(self.not_modelled(other)),
            }
        }
        let name = object.get("field").and_then(Value::as_str);
        let name = name.ok_or_else(|| self.not_modelled(&format!("condition {value}")))?;
        let field = Field::of(name).ok_or_else(|| self.not_modelled(&format!("field {name}")))?;
        let mut tests = object.iter().filter(|(key, _)| *key != "field");
        let (Some((key, operand)), None) = (tests.next(), tests.next()) else {
            return Err(self.not_modelled(&format!("condition {value}")));
        };
        Ok(Condition::Test { field, operator: self.operator(key, operand)? })
    }

    fn operator(&self, key: &str, operand: &Value) -> Result<Operator, Diagnostic> {
        use std::cmp::Ordering::{Greater, Less};
        let text = || self.text(operand);
        let number = || {
            let text = self.text(operand)?;
            text.parse().map_err(|_| self.not_modelled(&format!("{key} of {text}")))
        };
        Ok(match key {
            "equals" => Operator::Equals(text()?, true),
            "notEquals" => Operator::Equals(text()?, false),
            "in" => Operator::In(self.texts(operand)?, true),
            "notIn" => Operator::In(self.texts(operand)?, false),
            "like" => Operator::Like(text()?, true),
            "notLike" => Operator::Like(text()?, false),
            "contains" => Operator::Contains(text()?, true),
            "notContains" => Operator::Contains(text()?, false),
            "exists" => Operator::Exists(text()?.eq_ignore_ascii_case("true")),
            "greater" => Operator::Compare(Greater, false, number()?),
            "greaterOrEquals" => Operator::Compare(Greater, true, number()?),
            "less" => Operator::Compare(Less, false, number()?),
            "lessOrEquals" => Operator::Compare(Less, true, number()?),
            other => return Err(self.not_modelled(&format!("operator {other}"))),
        })
    }

    /// A value, or the default of the parameter it names.
    fn resolve<'v>(&'v self, value: &'v Value) -> Result<&'v Value, Diagnostic> {
        let Some(expression) = value.as_str().filter(|text| text.starts_with('[')) else {
            return Ok(value);
        };
        let name = expression
            .strip_prefix("[parameters('")
            .and_then(|rest| rest.strip_suffix("')]"))
            .ok_or_else(|| self.not_modelled(&format!("expression {expression}")))?;
        let parameter = self.definition.get("parameters").and_then(|all| all.get(name));
        parameter.and_then(|parameter| parameter.get("defaultValue")).ok_or_else(|| {
            self.wrong(
                "policy-without-value",
                format!("policy without value: parameter {name}"),
                "give it a defaultValue: an assignment's values are not read",
            )
        })
    }

    fn text(&self, value: &Value) -> Result<String, Diagnostic> {
        match self.resolve(value)? {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(truth) => Ok(truth.to_string()),
            other => Err(self.not_modelled(&format!("value {other}"))),
        }
    }

    fn texts(&self, value: &Value) -> Result<Vec<String>, Diagnostic> {
        match self.resolve(value)? {
            Value::Array(items) => items.iter().map(|item| self.text(item)).collect(),
            other => Err(self.not_modelled(&format!("list {other}"))),
        }
    }
}

impl Condition {
    fn holds(&self, resource: &Resource<'_>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(resource)),
            Self::Any(all) => all.iter().any(|one| one.holds(resource)),
            Self::Not(one) => !one.holds(resource),
            Self::Test { field, operator } => operator.holds(value(*field, resource).as_deref()),
        }
    }

    /// The tests that decide, in words; the type of the resource goes without saying.
    fn explain(&self, resource: &Resource<'_>, wanted: bool, reasons: &mut Vec<String>) {
        match self {
            Self::All(all) | Self::Any(all) => {
                for one in all.iter().filter(|one| one.holds(resource) == wanted) {
                    one.explain(resource, wanted, reasons);
                }
            }
            Self::Not(one) => one.explain(resource, !wanted, reasons),
            Self::Test { field: Field::Type, .. } => {}
            Self::Test { field, .. } => {
                let own = value(*field, resource).unwrap_or_else(|| "nothing".to_owned());
                let reason = format!("{} {own}", field.as_str());
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }

    fn bounds(&self, found: &mut Vec<u64>) {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().for_each(|one| one.bounds(found)),
            Self::Not(one) => one.bounds(found),
            Self::Test { field: Field::Capacity, operator } => match operator {
                Operator::Compare(_, _, bound) => found.push(*bound),
                Operator::Equals(text, _) => found.extend(text.parse::<u64>()),
                Operator::In(texts, _) => found.extend(texts.iter().flat_map(|t| t.parse::<u64>())),
                _ => {}
            },
            Self::Test { .. } => {}
        }
    }
}

fn value(field: Field, resource: &Resource<'_>) -> Option<String> {
    Some(match field {
        Field::Type => "Microsoft.CognitiveServices/accounts/deployments".to_owned(),
        Field::Sku => resource.sku.to_owned(),
        Field::Capacity => resource.capacity?.to_string(),
        Field::Model => resource.model.to_owned(),
        Field::Format => resource.format.to_owned(),
    })
}

impl Operator {
    /// Texts are compared as the platform does, without regard to case. A field without a value equals nothing.
    fn holds(&self, own: Option<&str>) -> bool {
        let lower = |text: &str| text.to_lowercase();
        let own_lower = own.map(lower);
        let own_lower = own_lower.as_deref();
        match self {
            Self::Equals(text, wanted) => (own_lower == Some(&lower(text))) == *wanted,
            Self::In(texts, wanted) => {
                own_lower.is_some_and(|own| texts.iter().any(|text| lower(text) == own)) == *wanted
            }
            Self::Like(pattern, wanted) => {
                own_lower.is_some_and(|own| like(own, &lower(pattern))) == *wanted
            }
            Self::Contains(part, wanted) => {
                own_lower.is_some_and(|own| own.contains(&lower(part))) == *wanted
            }
            Self::Exists(wanted) => own.is_some() == *wanted,
            Self::Compare(order, or_equal, bound) => own
                .and_then(|own| own.parse::<u64>().ok())
                .is_some_and(|own| own.cmp(bound) == *order || (*or_equal && own == *bound)),
        }
    }
}

/// Azure Policy's `like`: one `*` stands for any text.
fn like(own: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => own == pattern,
        Some((start, end)) => {
            own.len() >= start.len() + end.len() && own.starts_with(start) && own.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDE: &str = r#"{ "mode": "All", "policyRule": { "if": { "allOf": [
        { "field": "type", "equals": "Microsoft.CognitiveServices/accounts/deployments" },
        { "field": "Microsoft.CognitiveServices/accounts/deployments/sku.name", "equals": "GlobalStandard" }
    ] } } }"#;

    fn asked(sku: &str, capacity: u64) -> Resource<'_> {
        Resource { sku, capacity: Some(capacity), model: "gpt-4.1", format: "OpenAI" }
    }

    #[test]
    fn the_guides_sample_denies_the_sku_it_names() {
        let policies = Policy::parse("p.json", GUIDE).unwrap();
        let [policy] = policies.as_slice() else { panic!("{policies:?}") };
        let refusal = policy.refusal(&asked("GlobalStandard", 1)).unwrap();
        assert_eq!(refusal, "sku.name GlobalStandard");
        assert_eq!(policy.refusal(&asked("DataZoneStandard", 1)), None);
    }

    #[test]
    fn lists_parameters_and_capacities_are_understood() {
        let text = r#"{ "name": "limits", "properties": {
            "parameters": { "skus": { "type": "Array", "defaultValue": ["globalprovisionedmanaged"] } },
            "policyRule": { "if": { "anyOf": [
                { "not": { "field": "Microsoft.CognitiveServices/accounts/deployments/sku.name",
                           "in": "[parameters('skus')]" } },
                { "field": "Microsoft.CognitiveServices/accounts/deployments/sku.capacity", "greater": 100 },
                { "field": "Microsoft.CognitiveServices/accounts/deployments/model.name", "like": "gpt-4o*" }
            ] }, "then": { "effect": "Deny" } } } }"#;
        let policy = &Policy::parse("p.json", text).unwrap()[0];
        assert_eq!(&*policy.name, "limits");
        let large = asked("GlobalProvisionedManaged", 150);
        assert_eq!(policy.refusal(&large).unwrap(), "sku.capacity 150");
        assert_eq!(policy.largest_capacity(&large), Some(100));
        assert_eq!(policy.refusal(&asked("GlobalProvisionedManaged", 100)), None);
        assert!(policy.refusal(&asked("GlobalStandard", 100)).is_some());
    }

    #[test]
    fn what_is_not_understood_is_an_error_that_names_it() {
        for (text, part) in [
            ("{}", "no policyRule"),
            (r#"{"policyRule":{"if":{"field":"location","equals":"x"}}}"#, "field location"),
            (r#"{"policyRule":{"if":{"field":"type","match":"x"}}}"#, "operator match"),
            (r#"{"policyRule":{"if":{"value":"[resourceGroup()]","equals":"x"}}}"#, "condition"),
            (r#"{"policyRule":{"if":{"field":"type","in":"[parameters('a')]"}}}"#, "parameter a"),
            ("not json", "not a policy"),
        ] {
            let wrong = Policy::parse("p.json", text).unwrap_err();
            assert!(wrong.0[0].message.contains(part), "{text}: {:?}", wrong.0[0]);
        }
    }

    #[test]
    fn an_audit_denies_nothing() {
        let text = GUIDE.replace("] } }", "] }, \"then\": { \"effect\": \"audit\" } }");
        let policy = &Policy::parse("p.json", &text).unwrap()[0];
        assert_eq!(policy.refusal(&asked("GlobalStandard", 1)), None);
    }
}
