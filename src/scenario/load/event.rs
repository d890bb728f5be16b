//! `[[event]]`: what it says is checked, and that each key means something for what happens.

use crate::engine::rules::{Change, ChangeKind};
use crate::scenario::load::Check;
use crate::scenario::load::duration_us;
use crate::scenario::load::price_change::price_change;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::event::Event;
use crate::scenario::question::named::Wrong;
use crate::scenario::question::price_change::PriceChange;
use crate::scenario::schema::ScenarioFile;
use crate::scenario::schema::event::EventTable;
use crate::units::diagnostic::nearest;
use crate::units::ptu::Ptu;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

impl Check<'_> {
    /// The names deployments have: those of `[today]`, and a candidate's, which is `SKU/model`.
    pub(in crate::scenario) fn deployment_names(
        written: &ScenarioFile,
        today: Option<&Candidate>,
    ) -> Vec<String> {
        let mut known: Vec<String> = today
            .iter()
            .flat_map(|today| today.deployments.iter().map(|d| d.name.to_string()))
            .collect();
        for sku in &written.allow.sku {
            let models =
                written.workload.iter().flat_map(|workload| workload.model.get_ref().all());
            known.extend(models.map(|model| format!("{}/{model}", sku.get_ref())));
        }
        known
    }

    pub(super) fn events(
        &mut self,
        written: &ScenarioFile,
        today: Option<&Candidate>,
    ) -> Vec<Event> {
        let known = Self::deployment_names(written, today);
        let mut events = Vec::new();
        for table in &written.event {
            if let Some(name) = &table.deployment
                && !known.contains(name.get_ref())
            {
                let hint = match nearest(name.get_ref(), known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("one of {}", known.join(", ")),
                };
                let message = format!("unknown deployment: event of {}", name.get_ref());
                self.wrong("unknown-deployment", name.span(), message, hint);
            }
            match event(table) {
                Ok(mut event) => {
                    if let Some(price) = &mut event.price {
                        price.place = self.place(table.what.span());
                    }
                    events.push(event);
                }
                Err((code, span, message, hint)) => self.wrong(code, span, message, hint),
            }
        }
        events
    }
}

/// What an event does, with all that its own keys say.
enum What {
    Outage { lasts_us: u64 },
    Resize { capacity_ptu: Ptu, available: bool },
    Limits { tokens_per_minute: Option<u64>, requests_per_minute: Option<u64> },
    Create,
    Delete,
    Retirement,
    Price(PriceChange),
    CancelBatch,
}

/// Keys that every event but a price change may have.
const PLACES: [&str; 4] = ["at", "deployment", "region", "model"];

/// Each event with the keys that mean something for it, beside [`PLACES`].
const KEYS: [(&str, &[&str]); 8] = [
    ("outage", &["lasts"]),
    ("resize", &["capacity_ptu", "available"]),
    ("limits", &["limit_tokens_per_minute", "limit_requests_per_minute"]),
    ("cancel-batch", &[]),
    ("create", &[]),
    ("delete", &[]),
    ("retirement", &[]),
    ("price", &["from", "sku", "meter", "factor", "price"]),
];

/// The keys that are written, each with its place where that is known.
fn written(table: &EventTable) -> Vec<(&'static str, Range<usize>)> {
    let whole = table.what.span();
    let text = |key, value: &Option<Spanned<String>>| Some((key, value.as_ref()?.span()));
    let plain = |key, is_there: bool| is_there.then(|| (key, whole.clone()));
    let keys = [
        text("at", &table.at),
        text("deployment", &table.deployment),
        plain("region", table.region.is_some()),
        plain("model", table.model.is_some()),
        text("lasts", &table.lasts),
        plain("capacity_ptu", table.capacity_ptu.is_some()),
        plain("available", table.available.is_some()),
        plain("limit_tokens_per_minute", table.limit_tokens_per_minute.is_some()),
        plain("limit_requests_per_minute", table.limit_requests_per_minute.is_some()),
        table.from.as_ref().map(|from| ("from", from.span())),
        text("sku", &table.sku),
        text("meter", &table.meter),
        text("factor", &table.factor),
        text("price", &table.price),
    ];
    keys.into_iter().flatten().collect()
}

/// That the event is known and every key of it means something.
fn known_keys(table: &EventTable) -> Result<(), Wrong> {
    let name = table.what.get_ref().as_str();
    let Some((_, own)) = KEYS.iter().find(|(known, _)| *known == name) else {
        let hint = "one of \"outage\", \"resize\", \"limits\", \"cancel-batch\", \
            \"create\", \"delete\", \"retirement\", \"price\"";
        return Err(("unknown-event", table.what.span(), format!("unknown event: {name}"), hint));
    };
    let means = |key: &str| own.contains(&key) || PLACES.contains(&key);
    match written(table).into_iter().find(|(key, _)| !means(key)) {
        None => Ok(()),
        Some((key, span)) => {
            let message = format!("`{key}` means nothing for an event of what = \"{name}\"");
            Err(("meaningless-key", span, message, "remove it, or give it an event of its own"))
        }
    }
}

/// When an event happens, microseconds; a price change has a day instead.
fn at_us(table: &EventTable) -> Result<u64, Wrong> {
    match (&table.at, table.what.get_ref().as_str()) {
        (Some(at), "price") => {
            let message = "incomplete event: a price change at a time of the window".to_owned();
            Err(("incomplete-event", at.span(), message, "write from = 2027-01-01 instead"))
        }
        (Some(at), _) => length_us(at),
        (None, "price") => Ok(0),
        (None, _) => Err(incomplete(table, "when it happens is missing", "add at = \"6 h\"")),
    }
}

fn length_us(written: &Spanned<String>) -> Result<u64, Wrong> {
    duration_us(written.get_ref()).ok_or_else(|| {
        let message = format!("not a duration: {}", written.get_ref());
        ("not-a-duration", written.span(), message, "write for example \"6 h\" or \"30 min\"")
    })
}

fn incomplete(table: &EventTable, what: &str, hint: &'static str) -> Wrong {
    ("incomplete-event", table.what.span(), format!("incomplete event: {what}"), hint)
}

/// What happens, by the keys of its kind.
fn what(table: &EventTable) -> Result<What, Wrong> {
    let needs = |what: &str, hint| incomplete(table, what, hint);
    Ok(match table.what.get_ref().as_str() {
        "outage" => {
            let lasts = table.lasts.as_ref();
            let hint = "add lasts = \"30 min\"";
            let lasts = lasts.ok_or_else(|| needs("an outage without its length", hint))?;
            What::Outage { lasts_us: length_us(lasts)? }
        }
        "resize" => {
            let capacity_ptu = table
                .capacity_ptu
                .ok_or_else(|| needs("a resize without its size", "add capacity_ptu = 300"))?;
            What::Resize { capacity_ptu, available: table.available.unwrap_or(true) }
        }
        "limits" => {
            let tokens_per_minute = table.limit_tokens_per_minute;
            let requests_per_minute = table.limit_requests_per_minute;
            if tokens_per_minute.is_none() && requests_per_minute.is_none() {
                return Err(needs("new limits without one", "add limit_tokens_per_minute"));
            }
            What::Limits { tokens_per_minute, requests_per_minute }
        }
        "create" => What::Create,
        "delete" => What::Delete,
        "retirement" if table.model.is_none() => {
            return Err(needs("a retirement without its model", "add model = \"gpt-4.1\""));
        }
        "retirement" => What::Retirement,
        "price" => What::Price(price_change(table)?),
        _ => What::CancelBatch,
    })
}

/// Checks an event.
pub(crate) fn event(table: &EventTable) -> Result<Event, Wrong> {
    known_keys(table)?;
    let at_us = at_us(table)?;
    let shared = |text: &String| Arc::<str>::from(text.as_str());
    let mut event = Event {
        deployment: table.deployment.as_ref().map(|name| shared(name.get_ref())),
        region: table.region.as_ref().map(shared),
        model: table.model.as_ref().map(shared),
        created_us: None,
        deleted_us: None,
        changes: Vec::new(),
        price: None,
    };
    let mut change = |at_us, what| event.changes.push(Change { at_us, what });
    match what(table)? {
        What::Outage { lasts_us } => {
            change(at_us, ChangeKind::Down);
            change(at_us.saturating_add(lasts_us), ChangeKind::Up);
        }
        What::Resize { capacity_ptu, available } => {
            change(at_us, ChangeKind::Resize { capacity_ptu, available });
        }
        What::Limits { tokens_per_minute, requests_per_minute } => {
            change(at_us, ChangeKind::Limits { tokens_per_minute, requests_per_minute });
        }
        What::Create => event.created_us = Some(at_us),
        What::Delete | What::Retirement => event.deleted_us = Some(at_us),
        What::Price(price) => event.price = Some(price),
        What::CancelBatch => change(at_us, ChangeKind::CancelBatch),
    }
    Ok(event)
}
