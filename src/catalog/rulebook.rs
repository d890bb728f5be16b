//! Reads the rules that are not tables: `skus.toml`, `parameters.toml`, `billing_rules.toml`, `limiters.toml`, `clients.toml`.

use crate::catalog::rules::{
    AppliesBy, AppliesTo, BilledShare, ClientPolicy, HeaderAbove, HeaderRead, LimiterProfile,
    Parameter, ParameterValue,
};
use crate::catalog::sku::{BillingMode, Scope, Sku};
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;
use toml::value::Datetime;

/// One rule on the billing of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingRule {
    /// The answer, as data files name it.
    pub answer: Arc<str>,
    /// The reading it belongs to: `default`, or the name of an alternative (S 47, S 48, X1).
    pub reading: Arc<str>,
    /// What is billed.
    pub share: BilledShare,
    /// Why, and what the documents say.
    pub about: Arc<str>,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}

/// All rules that are not tables.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    /// SKUs by name.
    pub skus: BTreeMap<Arc<str>, Sku>,
    /// Parameters by name.
    pub parameters: BTreeMap<Arc<str>, Parameter>,
    /// Billing rules, in the order of the file.
    pub billing: Vec<BillingRule>,
    /// Limiter profiles by name.
    pub limiters: BTreeMap<Arc<str>, LimiterProfile>,
    /// Retry policies by name.
    pub clients: BTreeMap<Arc<str>, ClientPolicy>,
    /// Other names of retry policies, with the policy's own.
    pub client_aliases: BTreeMap<Arc<str>, Arc<str>>,
}

impl Rulebook {
    /// Every piece of evidence with the name of what it supports.
    pub fn evidence(&self) -> impl Iterator<Item = (&Arc<Evidence>, &Arc<str>)> {
        let skus = self.skus.values().map(|sku| (&sku.evidence, &sku.name));
        let parameters = self.parameters.values().map(|p| (&p.evidence, &p.name));
        let billing = self.billing.iter().map(|rule| (&rule.evidence, &rule.answer));
        let limiters = self.limiters.values().map(|l| (&l.evidence, &l.name));
        let clients = self.clients.values().map(|c| (&c.evidence, &c.name));
        skus.chain(parameters).chain(billing).chain(limiters).chain(clients)
    }
}

/// Looks up a file of the catalogue: its path for messages and its text.
pub(crate) type Find<'a, 'f> =
    &'f mut dyn FnMut(&str, &mut Diagnostics) -> Option<(String, &'a str)>;

/// Reads all rule files; every entry that cannot be used is reported.
pub(crate) fn read(find: Find<'_, '_>, mistakes: &mut Diagnostics) -> Rulebook {
    let mut book = Rulebook::default();
    for (entry, place) in entries::<SkuEntry>("skus.toml", "sku", find, mistakes) {
        let evidence = entry.evidence.check(&place, mistakes);
        let (Some(scope), Some(billing), Some(evidence)) = (
            known(Scope::parse(&entry.scope), "scope", &entry.scope, &place, mistakes),
            known(
                BillingMode::parse(&entry.billing),
                "billing mode",
                &entry.billing,
                &place,
                mistakes,
            ),
            evidence,
        ) else {
            continue;
        };
        let name: Arc<str> = entry.name.as_str().into();
        let sku = Sku {
            name: name.clone(),
            title: entry.title.into(),
            scope,
            billing,
            processed_in: entry.processed_in.into(),
            at_rest_in: entry.at_rest_in.into(),
            not_for: shared(entry.not_for),
            sla: entry.sla.into(),
            lifetime_hours: entry.lifetime_hours,
            evidence,
        };
        unique(&mut book.skus, &name, sku, &place, mistakes);
    }
    for (entry, place) in entries::<ParameterEntry>("parameters.toml", "parameter", find, mistakes)
    {
        let Some(evidence) = entry.evidence.check(&place, mistakes) else { continue };
        if entry.decides.as_deref().is_some_and(|decides| decides != "admission") {
            let message = format!("parameter {} decides something unknown", entry.name);
            mistakes.push(Diagnostic::error("bad-value", message).at(place));
            continue;
        }
        let value = match entry.value.parse() {
            Ok(number) if entry.options.is_empty() => ParameterValue::Number(number),
            _ if entry.options.contains(&entry.value) => {
                ParameterValue::Choice(entry.value.as_str().into())
            }
            _ => {
                let message = format!(
                    "parameter {} is neither a number nor one of its options: `{}`",
                    entry.name, entry.value
                );
                mistakes.push(Diagnostic::error("bad-value", message).at(place));
                continue;
            }
        };
        let name: Arc<str> = entry.name.as_str().into();
        let parameter = Parameter {
            name: name.clone(),
            value,
            unit: entry.unit.into(),
            max: entry.max.as_ref().and_then(|most| most.parse().ok()),
            above_zero: entry.above_zero,
            options: shared(entry.options),
            readings: entry.readings,
            applies_to: entry.applies_to.map(|entry| AppliesTo {
                models: shared(entry.models),
                provider: entry.provider.map(Into::into),
                by: entry.by,
            }),
            decides_admission: entry.decides.as_deref() == Some("admission"),
            about: entry.about.into(),
            evidence,
        };
        unique(&mut book.parameters, &name, parameter, &place, mistakes);
    }
    for (entry, place) in entries::<BillingEntry>("billing_rules.toml", "rule", find, mistakes) {
        let Some(evidence) = entry.evidence.check(&place, mistakes) else { continue };
        book.billing.push(BillingRule {
            answer: entry.answer.as_str().into(),
            reading: entry.reading.as_deref().unwrap_or("default").into(),
            share: BilledShare { input: entry.input, output: entry.output },
            about: entry.about.into(),
            evidence,
        });
    }
    for (entry, place) in entries::<LimiterEntry>("limiters.toml", "limiter", find, mistakes) {
        let Some(evidence) = entry.evidence.check(&place, mistakes) else { continue };
        let words = [("reset", false), ("sliding", true)];
        let slides = entry.token_window.as_deref().and_then(|word| {
            let value = words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
            known(value, "token window", word, &place, mistakes)
        });
        let name: Arc<str> = entry.name.as_str().into();
        let limiter = LimiterProfile {
            name: name.clone(),
            counts_input: entry.counts_input,
            assumed_output_tokens: entry.assumed_output_tokens,
            request_window_seconds: entry.request_window_seconds,
            slides,
            admits_overshoot: entry.admits_overshoot,
            retry_after_step_ms: entry.retry_after_step_ms,
            counts_refused: entry.counts_refused,
            evidence,
        };
        unique(&mut book.limiters, &name, limiter, &place, mistakes);
    }
    for (entry, place) in entries::<ClientEntry>("clients.toml", "client", find, mistakes) {
        let Some(client) = client(entry, &place, mistakes) else { continue };
        let name = client.name.clone();
        for alias in &client.aliases {
            unique(&mut book.client_aliases, alias, name.clone(), &place, mistakes);
        }
        unique(&mut book.clients, &name, client, &place, mistakes);
    }
    book
}

/// Checks a retry policy.
fn client(entry: ClientEntry, place: &Place, mistakes: &mut Diagnostics) -> Option<ClientPolicy> {
    let reads = entry.reads.as_deref().unwrap_or("retry-after-ms");
    let reads = known(HeaderRead::parse(reads), "header", reads, place, mistakes);
    let above = entry.above.as_deref().unwrap_or("back-off");
    let above = known(HeaderAbove::parse(above), "behaviour", above, place, mistakes);
    let header = match &*entry.header {
        "replaces" => Some(true),
        "longer" => Some(false),
        _ => None,
    };
    let header = known(header, "use of a header", &entry.header, place, mistakes);
    let evidence = entry.evidence.check(place, mistakes);
    Some(ClientPolicy {
        name: entry.name.into(),
        aliases: shared(entry.aliases),
        max_retries: entry.max_retries,
        initial_delay_ms: entry.initial_delay_ms,
        max_delay_ms: entry.max_delay_ms,
        growth_percent: entry.growth_percent,
        first_retry_at_once: entry.first_retry_at_once,
        jitter_percent: entry.jitter_percent,
        jitter_up_percent: entry.jitter_up_percent,
        jitter_added_ms: entry.jitter_added_ms,
        reads: reads?,
        honours_retry_after_up_to_ms: entry.honours_retry_after_up_to_ms,
        above: above?,
        header_replaces: header?,
        needs_header_for_429: entry.needs_header_for_429,
        statuses: shared(entry.statuses),
        evidence: evidence?,
    })
}

/// The evidence of an entry, as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    effective_from: Datetime,
    effective_to: Option<Datetime>,
    status: String,
    source: String,
    verified_on: Datetime,
}

impl Proof {
    fn check(&self, place: &Place, mistakes: &mut Diagnostics) -> Option<Arc<Evidence>> {
        let mut date = |datetime: &Datetime| -> Option<Date> {
            let date = datetime.to_string().parse().ok();
            if date.is_none() {
                mistakes.push(
                    Diagnostic::error("bad-date", format!("not a date: `{datetime}`"))
                        .at(place.clone()),
                );
            }
            date
        };
        let effective_from = date(&self.effective_from)?;
        let effective_to = match &self.effective_to {
            Some(to) => Some(date(to)?),
            None => None,
        };
        let verified_on = date(&self.verified_on)?;
        let words = [Status::Documented, Status::Observed, Status::Assumed];
        let status = words.into_iter().find(|status| status.as_str() == self.status);
        if status.is_none() {
            mistakes.push(
                Diagnostic::error("bad-status", format!("unknown status: `{}`", self.status))
                    .at(place.clone())
                    .hint("statuses are documented, observed, assumed"),
            );
        }
        Some(Arc::new(Evidence {
            status: status?,
            effective_from,
            effective_to,
            source: self.source.as_str().into(),
            verified_on,
            place: place.clone(),
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SkuEntry {
    name: String,
    title: String,
    scope: String,
    billing: String,
    processed_in: String,
    at_rest_in: String,
    not_for: Vec<String>,
    sla: String,
    lifetime_hours: Option<u32>,
    evidence: Proof,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParameterEntry {
    name: String,
    value: String,
    #[serde(default)]
    unit: String,
    max: Option<String>,
    #[serde(default)]
    above_zero: bool,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    readings: Vec<u64>,
    decides: Option<String>,
    applies_to: Option<AppliesEntry>,
    about: String,
    evidence: Proof,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AppliesEntry {
    #[serde(default)]
    models: Vec<String>,
    provider: Option<String>,
    by: Option<AppliesBy>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BillingEntry {
    answer: String,
    reading: Option<String>,
    input: bool,
    output: bool,
    about: String,
    evidence: Proof,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimiterEntry {
    name: String,
    counts_input: bool,
    assumed_output_tokens: Option<u32>,
    request_window_seconds: Option<u32>,
    token_window: Option<String>,
    admits_overshoot: Option<bool>,
    retry_after_step_ms: Option<u64>,
    counts_refused: bool,
    evidence: Proof,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientEntry {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    max_retries: u32,
    initial_delay_ms: u64,
    max_delay_ms: u64,
    #[serde(default = "doubles")]
    growth_percent: u32,
    #[serde(default)]
    first_retry_at_once: bool,
    jitter_percent: u32,
    #[serde(default)]
    jitter_up_percent: u32,
    #[serde(default)]
    jitter_added_ms: u64,
    reads: Option<String>,
    honours_retry_after_up_to_ms: Option<u64>,
    above: Option<String>,
    header: String,
    #[serde(default)]
    needs_header_for_429: bool,
    statuses: Vec<String>,
    evidence: Proof,
}

const fn doubles() -> u32 {
    200
}

/// The entries of a rule file, an array of tables named `key`, each with its place.
fn entries<T: DeserializeOwned>(
    file: &str,
    key: &str,
    find: Find<'_, '_>,
    mistakes: &mut Diagnostics,
) -> Vec<(T, Place)> {
    let Some((path, text)) = find(file, mistakes) else { return Vec::new() };
    let path: Arc<str> = path.into();
    match toml::from_str::<BTreeMap<String, Vec<Spanned<T>>>>(text) {
        Ok(mut document) => {
            let entries = document.remove(key).unwrap_or_default();
            for other in document.keys() {
                mistakes.push(
                    Diagnostic::error("unknown-column", format!("unknown entry: {other}"))
                        .at(Place::new(path.clone(), 0, 0))
                        .hint(format!("entries of this file are [[{key}]]")),
                );
            }
            entries
                .into_iter()
                .map(|entry| {
                    let place = Place::at_offset(path.clone(), text, entry.span().start);
                    (entry.into_inner(), place)
                })
                .collect()
        }
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start);
            mistakes.push(
                Diagnostic::error("rules-unreadable", error.message())
                    .at(Place::at_offset(path, text, start)),
            );
            Vec::new()
        }
    }
}

fn shared(words: Vec<String>) -> Vec<Arc<str>> {
    words.into_iter().map(Into::into).collect()
}

fn known<T>(
    found: Option<T>,
    noun: &str,
    word: &str,
    place: &Place,
    mistakes: &mut Diagnostics,
) -> Option<T> {
    if found.is_none() {
        mistakes.push(
            Diagnostic::error("bad-value", format!("unknown {noun}: `{word}`")).at(place.clone()),
        );
    }
    found
}

fn unique<T>(
    map: &mut BTreeMap<Arc<str>, T>,
    name: &Arc<str>,
    entry: T,
    place: &Place,
    mistakes: &mut Diagnostics,
) {
    if map.insert(name.clone(), entry).is_some() {
        mistakes
            .push(Diagnostic::error("duplicate-row", format!("twice: {name}")).at(place.clone()));
    }
}
