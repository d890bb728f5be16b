//! Which requests of a log are wanted: `deployment=chat`, `model=gpt-5`, `client=claims`.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, nearest};
use crate::workload::import::yielded::{Attributes, Imported, Labels, Skipped};
use crate::workload::trace::Trace;
use serde::Deserialize;
use serde::de::Error;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Facts of a row in addition to its tokens; an empty name is "not stated".
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts<'a> {
    pub(crate) client: &'a str,
    pub(crate) session: &'a str,
    pub(crate) deployment: &'a str,
    pub(crate) model: &'a str,
    pub(crate) status: u16,
}

/// What a condition asks of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhereKey {
    /// The deployment that was called.
    Deployment,
    /// The model that was called.
    Model,
    /// Who called.
    Client,
    /// The conversation.
    Session,
}

impl WhereKey {
    /// All keys.
    pub const ALL: [Self; 4] = [Self::Deployment, Self::Model, Self::Client, Self::Session];

    /// The word used in options and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::Model => "model",
            Self::Client => "client",
            Self::Session => "session",
        }
    }

    /// The key of that name, or what a log calls its column: `deploymentName`, `user`.
    pub fn parse(text: &str) -> Option<Self> {
        let own = Self::ALL.into_iter().find(|key| key.as_str().eq_ignore_ascii_case(text.trim()));
        let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        own.or(match letters.to_ascii_lowercase().as_str() {
            "deploymentname" | "deploymentid" | "modeldeploymentname" => Some(Self::Deployment),
            "modelname" | "modelid" => Some(Self::Model),
            "clientid" | "user" | "userid" | "team" | "caller" | "tenant" => Some(Self::Client),
            "sessionid" | "conversation" | "conversationid" => Some(Self::Session),
            _ => None,
        })
    }

    pub(crate) const fn of<'a>(self, facts: &Facts<'a>) -> &'a str {
        match self {
            Self::Deployment => facts.deployment,
            Self::Model => facts.model,
            Self::Client => facts.client,
            Self::Session => facts.session,
        }
    }
}

/// Conditions on requests. Those of one key are alternatives; all keys have to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Where(Vec<(WhereKey, String)>);

impl Where {
    /// Reads conditions such as `deployment=chat`.
    ///
    /// # Errors
    /// A text that is no condition, or names an unknown key.
    pub fn parse<'a>(conditions: impl IntoIterator<Item = &'a str>) -> Result<Self, Diagnostic> {
        let mut all = Vec::new();
        for text in conditions {
            let wrong = || {
                Diagnostic::error("not-a-condition", format!("not a condition: {text}"))
                    .hint("write deployment=NAME, model=NAME, client=NAME or session=NAME")
            };
            let (key, value) = text.split_once('=').ok_or_else(wrong)?;
            let key = WhereKey::parse(key.trim()).ok_or_else(wrong)?;
            all.push((key, value.trim().to_owned()));
        }
        Ok(Self(all))
    }

    /// Whether everything is wanted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn keys(&self) -> BTreeSet<WhereKey> {
        self.0.iter().map(|(key, _)| *key).collect()
    }

    fn alternatives(&self, key: WhereKey) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(other, _)| *other == key).map(|(_, value)| value.as_str())
    }

    /// Whether a request is wanted.
    pub(crate) fn wants(&self, facts: &Facts<'_>) -> bool {
        self.0.iter().all(|(key, _)| {
            let stated = key.of(facts);
            self.alternatives(*key).any(|value| value.eq_ignore_ascii_case(stated))
        })
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> =
            self.0.iter().map(|(key, value)| format!("{}={value}", key.as_str())).collect();
        f.write_str(&all.join(", "))
    }
}

/// In a scenario: `where = { deployment = "chat" }`, several values as a list.
impl<'de> Deserialize<'de> for Where {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Values {
            One(String),
            Several(Vec<String>),
        }
        let table = std::collections::BTreeMap::<String, Values>::deserialize(deserializer)?;
        let mut all = Vec::new();
        for (key, values) in table {
            let key = WhereKey::parse(&key).ok_or_else(|| {
                D::Error::custom(format!(
                    "unknown key `{key}` in where: deployment, model, client and session are known"
                ))
            })?;
            match values {
                Values::One(value) => all.push((key, value)),
                Values::Several(values) => all.extend(values.into_iter().map(|v| (key, v))),
            }
        }
        Ok(Self(all))
    }
}

/// Counts what the conditions leave out, and remembers which names there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) keep: Where,
    seen: BTreeSet<(WhereKey, String)>,
    wanted: u64,
}

/// Names that are remembered for a message.
const REMEMBERED: usize = 200;

impl Filter {
    pub(crate) fn new(keep: Where) -> Self {
        Self { keep, ..Self::default() }
    }

    /// Whether a request is wanted.
    pub(crate) fn wants(&mut self, facts: &Facts<'_>) -> bool {
        if self.keep.is_empty() {
            return true;
        }
        for key in self.keep.keys() {
            let stated = key.of(facts);
            if !stated.is_empty() && self.seen.len() < REMEMBERED {
                self.seen.insert((key, stated.to_owned()));
            }
        }
        let wants = self.keep.wants(facts);
        self.wanted += u64::from(wants);
        wants
    }

    /// Why nothing was wanted of a source that has requests; none where something was.
    pub(crate) fn fault(&self, file: &Place) -> Option<Diagnostic> {
        if self.keep.is_empty() || self.wanted > 0 {
            return None;
        }
        let names = |key: WhereKey| -> Vec<&str> {
            self.seen.iter().filter(|(of, _)| *of == key).map(|(_, name)| name.as_str()).collect()
        };
        let message = format!("no request with {}", self.keep);
        let mut hints = Vec::new();
        for key in self.keep.keys() {
            let known = names(key);
            let asked = self.keep.alternatives(key).next().unwrap_or_default();
            hints.push(match nearest(asked, known.iter().copied()) {
                _ if known.is_empty() => {
                    format!("the source names no {}: leave the condition out", key.as_str())
                }
                near => {
                    let shown = known.iter().take(12).copied().collect::<Vec<_>>().join(", ");
                    let has = format!("the source has {}: {shown}", key.as_str());
                    near.map_or(has.clone(), |near| {
                        format!("did you mean {}={near}? {has}", key.as_str())
                    })
                }
            });
        }
        Some(Diagnostic::error("nothing-wanted", message).at(file.clone()).hint(hints.join("; ")))
    }
}

/// The wanted requests of a trace that is read already.
///
/// # Errors
/// Conditions that no request meets.
pub fn only(imported: Imported, keep: &Where, file: &Place) -> Result<Imported, Diagnostics> {
    if keep.is_empty() {
        return Ok(imported);
    }
    let mut filter = Filter::new(keep.clone());
    let count = imported.trace.len() as u32;
    let ids: Vec<u32> =
        (0..count).filter(|id| filter.wants(&facts(&imported.attributes, *id))).collect();
    if let Some(fault) = filter.fault(file) {
        return Err(fault.into());
    }
    Ok(pick(&imported, &ids))
}

fn facts(of: &Attributes, id: u32) -> Facts<'_> {
    Facts {
        client: name(of.client.as_ref(), id),
        session: name(of.session.as_ref(), id),
        deployment: name(of.deployment.as_ref(), id),
        model: name(of.model.as_ref(), id),
        status: 0,
    }
}

fn name(labels: Option<&Labels>, id: u32) -> &str {
    labels.map_or("", |labels| labels.name(id))
}

/// The requests of some numbers, at their times.
fn gather(trace: &Trace, ids: &[u32]) -> Trace {
    let pick = |column: &Vec<u32>| ids.iter().map(|id| column[*id as usize]).collect();
    Trace {
        arrival_us: ids.iter().map(|id| trace.arrival_us[*id as usize]).collect(),
        input_tokens: pick(&trace.input_tokens),
        cached_input_tokens: trace.cached_input_tokens.as_ref().map(pick),
        output_tokens: pick(&trace.output_tokens),
        max_output_tokens: trace.max_output_tokens.as_ref().map(pick),
        seed: trace.seed,
        clock_us: trace.clock_us,
        assumed: trace.assumed.clone(),
    }
}

/// Some requests of a trace, in order, with what is known of them. Times and the start stay.
pub(crate) fn pick(imported: &Imported, ids: &[u32]) -> Imported {
    let mut report = imported.report.clone();
    let left = imported.trace.len() as u64 - ids.len() as u64;
    report.requests = ids.len() as u64;
    if left > 0 {
        let first = Place::default();
        report.skipped.push(Skipped { reason: "not-wanted", rows: left, first });
        report.skipped.sort_by_key(|skipped| skipped.reason);
    }
    let labels = |labels: &Option<Labels>| {
        labels.as_ref().map(|all| {
            let of = ids.iter().map(|id| all.of[*id as usize]).collect();
            Labels { names: all.names.clone(), of }
        })
    };
    let of = &imported.attributes;
    Imported {
        trace: gather(&imported.trace, ids),
        start: imported.start,
        attributes: Attributes {
            client: labels(&of.client),
            session: labels(&of.session),
            deployment: labels(&of.deployment),
            model: labels(&of.model),
            status: of.status.as_ref().map(|all| ids.iter().map(|id| all[*id as usize]).collect()),
        },
        report,
        warnings: imported.warnings.clone(),
    }
}

/// The requests of a trace by what they are split by: a name and its requests, in the order of the names.
///
/// # Errors
/// A trace that does not know it.
pub fn split(imported: &Imported, key: WhereKey) -> Result<Vec<(String, Imported)>, Diagnostic> {
    let of = &imported.attributes;
    let labels = match key {
        WhereKey::Deployment => &of.deployment,
        WhereKey::Model => &of.model,
        WhereKey::Client => &of.client,
        WhereKey::Session => &of.session,
    };
    let Some(labels) = labels else {
        let message = format!("the trace names no {}", key.as_str());
        let known = WhereKey::ALL.into_iter().filter(|key| match key {
            WhereKey::Deployment => of.deployment.is_some(),
            WhereKey::Model => of.model.is_some(),
            WhereKey::Client => of.client.is_some(),
            WhereKey::Session => of.session.is_some(),
        });
        let known: Vec<&str> = known.map(WhereKey::as_str).collect();
        let hint = if known.is_empty() {
            "it can only be split by what its log names".to_owned()
        } else {
            format!("it can be split by {}", known.join(", "))
        };
        return Err(Diagnostic::error("nothing-to-split-by", message).hint(hint));
    };
    let mut by: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (id, name) in (0_u32..).zip(&labels.of) {
        by.entry(labels.names[*name as usize].as_str()).or_default().push(id);
    }
    let part = |(name, ids): (&str, Vec<u32>)| {
        let mut part = pick(imported, &ids);
        part.report.skipped.clear();
        part.report.rows_read = part.report.requests;
        (name.to_owned(), part)
    };
    Ok(by.into_iter().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_of_one_key_and_all_keys_hold() {
        let wanted = Where::parse(["deployment=chat", "deployment=mini", "client=claims"]).unwrap();
        let facts = |deployment, client| Facts { client, deployment, ..Facts::default() };
        assert!(wanted.wants(&facts("chat", "claims")));
        assert!(wanted.wants(&facts("MINI", "claims")));
        assert!(!wanted.wants(&facts("chat", "sales")));
        assert!(!wanted.wants(&facts("", "claims")));
        assert!(Where::parse(["deploy=chat"]).is_err());
        let spelled = Where::parse(["Deployment=Chat", "USER=claims"]).unwrap();
        assert!(spelled.wants(&facts("chat", "claims")) && !spelled.wants(&facts("chat", "sales")));
        assert!(Where::parse(["chat"]).is_err());
    }
}
