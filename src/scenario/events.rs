//! What happens while the scenario runs: `[[event]]` tables become changes on the engine's timeline.

use crate::engine::rules::{Change, ChangeKind};
use crate::scenario::calls::Wrong;
use crate::scenario::candidate::PlannedDeployment;
use crate::scenario::load::duration_us;
use crate::scenario::price_change::{PriceChange, price_change};
use crate::units::ptu::Ptu;
use serde::Deserialize;
use std::sync::Arc;
use toml::Spanned;
use toml::value::Datetime;

/// One event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventTable {
    /// When, from the start of the simulated window, such as `"6 h"`. A price change has a day instead: `from`.
    pub at: Option<Spanned<String>>,
    /// The deployment it happens to; all of them when absent.
    pub deployment: Option<Spanned<String>>,
    /// Only the deployments in this region, as in a region's outage.
    pub region: Option<String>,
    /// Only the deployments of this model, as in its retirement.
    pub model: Option<String>,
    /// `"outage"`, `"resize"`, `"limits"`, `"cancel-batch"`, `"create"`, `"delete"`, `"retirement"` or `"price"`.
    pub what: Spanned<String>,
    /// How long an outage lasts.
    pub lasts: Option<Spanned<String>>,
    /// The size a resize asks for.
    pub capacity_ptu: Option<Ptu>,
    /// Whether the platform has the capacity for a resize upwards (P R33: it can fail); true when absent.
    pub available: Option<bool>,
    /// Token limit from then on: a granted quota increase, or a temporary cut (S 18c).
    pub limit_tokens_per_minute: Option<u64>,
    /// Request limit from then on.
    pub limit_requests_per_minute: Option<u64>,
    /// First day of a price change; it is billed from then on.
    pub from: Option<Spanned<Datetime>>,
    /// Only prices of this SKU.
    pub sku: Option<Spanned<String>>,
    /// Only this meter: `"tokens"`, a class of tokens such as `"input"`, `"ptu-hour"`, `"1-month"`, `"1-year"` or another meter; all when absent.
    pub meter: Option<Spanned<String>>,
    /// The new price as a share of the list's, such as `"80 %"`.
    pub factor: Option<Spanned<String>>,
    /// The new price itself, in the currency and unit of the list's.
    pub price: Option<Spanned<String>>,
}

/// A checked event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The deployment, none for all.
    pub deployment: Option<Arc<str>>,
    /// Only in this region.
    pub region: Option<Arc<str>>,
    /// Only of this model.
    pub model: Option<Arc<str>>,
    /// The deployments exist from this time on, microseconds.
    pub created_us: Option<u64>,
    /// They are deleted at this time: they answer 503, and what runs while they exist is billed no longer.
    pub deleted_us: Option<u64>,
    /// What changes, in order of time.
    pub changes: Vec<Change>,
    /// Which prices change.
    pub price: Option<PriceChange>,
}

impl Event {
    /// Whether it happens to a deployment.
    pub fn is_of(&self, deployment: &PlannedDeployment) -> bool {
        self.is_about(&deployment.name, &deployment.region.name, &deployment.model.name)
    }

    /// Whether it happens to the deployment of this name, region and model.
    pub fn is_about(&self, name: &str, region: &str, model: &str) -> bool {
        let is = |asked: &Option<Arc<str>>, own: &str| asked.as_deref().is_none_or(|a| a == own);
        is(&self.deployment, name) && is(&self.region, region) && is(&self.model, model)
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
