//! `[[event]]`.

use crate::engine::rules::{Change, ChangeKind};
use crate::scenario::load::Check;
use crate::scenario::load::duration_us;
use crate::scenario::load::price_change::price_change;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::event::Event;
use crate::scenario::question::named::Wrong;
use crate::scenario::schema::ScenarioFile;
use crate::scenario::schema::event::EventTable;
use crate::units::diagnostic::nearest;
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

/// Checks an event.
pub(crate) fn event(table: &EventTable) -> Result<Event, Wrong> {
    let time = |written: &Spanned<String>| {
        duration_us(written.get_ref()).ok_or((
            "not-a-duration",
            written.span(),
            format!("not a duration: {}", written.get_ref()),
            "write for example \"6 h\" or \"30 min\"",
        ))
    };
    let needs = |what: &str, key: &'static str| -> Wrong {
        ("incomplete-event", table.what.span(), format!("incomplete event: {what}"), key)
    };
    let prices = table.what.get_ref() == "price";
    let at_us = match &table.at {
        Some(at) if prices => {
            let message = "incomplete event: a price change at a time of the window".to_owned();
            return Err((
                "incomplete-event",
                at.span(),
                message,
                "write from = 2027-01-01 instead",
            ));
        }
        Some(at) => time(at)?,
        None if prices => 0,
        None => return Err(needs("when it happens is missing", "add at = \"6 h\"")),
    };
    let mut price = None;
    let (mut created_us, mut deleted_us) = (None, None);
    let changes = match table.what.get_ref().as_str() {
        "outage" => {
            let lasts = table
                .lasts
                .as_ref()
                .ok_or_else(|| needs("an outage without its length", "add lasts = \"30 min\""))?;
            let until_us = at_us.saturating_add(time(lasts)?);
            vec![
                Change { at_us, what: ChangeKind::Down },
                Change { at_us: until_us, what: ChangeKind::Up },
            ]
        }
        "resize" => {
            let capacity_ptu = table
                .capacity_ptu
                .ok_or_else(|| needs("a resize without its size", "add capacity_ptu = 300"))?;
            let available = table.available.unwrap_or(true);
            vec![Change { at_us, what: ChangeKind::Resize { capacity_ptu, available } }]
        }
        "limits" => {
            let (tokens_per_minute, requests_per_minute) =
                (table.limit_tokens_per_minute, table.limit_requests_per_minute);
            if tokens_per_minute.is_none() && requests_per_minute.is_none() {
                return Err(needs("new limits without one", "add limit_tokens_per_minute"));
            }
            vec![Change {
                at_us,
                what: ChangeKind::Limits { tokens_per_minute, requests_per_minute },
            }]
        }
        "create" => {
            created_us = Some(at_us);
            Vec::new()
        }
        "delete" => {
            deleted_us = Some(at_us);
            Vec::new()
        }
        "retirement" => {
            if table.model.is_none() {
                return Err(needs("a retirement without its model", "add model = \"gpt-4.1\""));
            }
            deleted_us = Some(at_us);
            Vec::new()
        }
        "price" => {
            price = Some(price_change(table)?);
            Vec::new()
        }
        "cancel-batch" => vec![Change { at_us, what: ChangeKind::CancelBatch }],
        other => {
            return Err((
                "unknown-event",
                table.what.span(),
                format!("unknown event: {other}"),
                "one of \"outage\", \"resize\", \"limits\", \"cancel-batch\", \"create\", \"delete\", \"retirement\", \"price\"",
            ));
        }
    };
    let shared = |text: &String| Arc::<str>::from(text.as_str());
    Ok(Event {
        deployment: table.deployment.as_ref().map(|name| shared(name.get_ref())),
        region: table.region.as_ref().map(shared),
        model: table.model.as_ref().map(shared),
        created_us,
        deleted_us,
        changes,
        price,
    })
}
