//! Whom recorded usage belongs to: team and tags of a row's workload.

use crate::billing::allocation::{Owner, Owners};
use crate::billing::recorded::table::RowReader;
use std::sync::Arc;

/// Notes what a row says of the owner of its workload, or of its deployment. Rows of one of them that disagree are a mistake:
/// a bill is by workload.
pub(crate) fn note(
    row: &mut RowReader<'_>,
    column: &str,
    name: &Arc<str>,
    stated: Owner,
    owners: &mut Owners,
) {
    if stated == Owner::default() {
        return;
    }
    match owners.get(name) {
        None => {
            owners.insert(Arc::clone(name), stated);
        }
        Some(known) if *known == stated => {}
        Some(_) => row.mistake(
            "owner-differs",
            column,
            &format!("{column} `{name}` has another team or tags in an earlier row"),
        ),
    }
}

/// Team and tags of a FOCUS row's tags: a JSON object of texts. `team` is the team; `deployment` and `workload` are columns.
pub(crate) fn of_tags(text: &str) -> Option<Owner> {
    let mut owner = Owner::default();
    if text.is_empty() {
        return Some(owner);
    }
    let tags: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    for (tag, value) in &tags {
        let value: Arc<str> = match value {
            serde_json::Value::String(text) => text.as_str().into(),
            other => other.to_string().into(),
        };
        match tag.as_str() {
            "team" => owner.team = Some(value),
            "deployment" | "workload" => {}
            tag => {
                owner.tags.insert(tag.into(), value);
            }
        }
    }
    Some(owner)
}
