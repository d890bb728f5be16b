//! What a model can do and how long it stays: its longest input and its retirement.

use crate::catalog::Catalog;
use crate::catalog::lifecycle::{Lifecycle, Stage};
use crate::plan::constraints::asked::Asked;
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::constraints::grounds::model::{Cited, ModelGrounds};
use crate::plan::evaluate::refusal::Refusal;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::require::ModelUntil;
use crate::scenario::question::scenario::Scenario;
use crate::units::calendar::utc_date;
use crate::units::dated::Evidence;
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::Arc;

/// The last day a model must be there.
fn last_day(scenario: &Scenario) -> Option<Date> {
    let first = scenario.period.first_date();
    let last = utc_date(scenario.period.until()).checked_sub(1.day()).ok()?;
    match scenario.require.model_until {
        ModelUntil::Any => None,
        ModelUntil::Period => Some(last),
        ModelUntil::Horizon => {
            let months = i64::from(scenario.horizon_months).months();
            let planned =
                first.checked_add(months).and_then(|day| day.checked_sub(1.day())).ok()?;
            Some(planned.max(last))
        }
    }
}

/// A version that is gone before the scenario ends, or that only subscriptions that run it may still deploy.
pub(super) fn lifecycle(asked: &mut Asked<'_>) -> Option<Refusal> {
    let on = asked.scenario.period.first_date();
    let planned = asked.planned;
    let (sku, tuned) = (&*asked.sku.name, planned.options.fine_tuned);
    let Some(life) = asked.catalog.lifecycle(&planned.model.name, sku, tuned, on) else {
        return retired_by_its_card(asked);
    };
    let name = life.name();
    if let Some(stage) = &life.stage {
        let words = stage.value.as_str().to_owned();
        asked.facts.note_words(format!("stage of {name}"), words, stage.evidence.clone());
    }
    if let Some(day) = &life.retires {
        let words = day.value.to_string();
        asked.facts.note_words(format!("retirement of {name}"), words, day.evidence.clone());
    }
    gone(asked, &life).or_else(|| deprecated(asked, &life))
}

fn gone(asked: &Asked<'_>, life: &Lifecycle) -> Option<Refusal> {
    let on = asked.scenario.period.first_date();
    let replacement = life.replacement.as_ref().map(|next| next.value.clone());
    let cited = |evidence: &Evidence| Cited {
        source: evidence.source.clone(),
        row: Some(evidence.place.clone()),
    };
    if let Some(stage) = life.stage.as_ref().filter(|stage| stage.value == Stage::Retired) {
        let grounds = ModelGrounds::Retired {
            name: life.name(),
            since: life.retires.as_ref().map(|day| day.value),
            cited: cited(&stage.evidence),
            replacement,
        };
        return Some(Refusal::rule(Constraint::InServiceUntil(on), Grounds::Model(grounds)));
    }
    let needed = last_day(asked.scenario)?;
    let retires = life.retires.as_ref().filter(|day| day.value < needed)?;
    let grounds = ModelGrounds::RetiresEarly {
        name: life.name(),
        last: retires.value,
        needed,
        days: days_between(retires.value, needed),
        cited: cited(&retires.evidence),
        replacement,
        closed: deprecated(asked, life).map(|_| life.model.clone()),
    };
    Some(Refusal::rule(Constraint::InServiceUntil(needed), Grounds::Model(grounds)))
}

/// Days from a model's last day to the last that it is needed.
fn days_between(last: Date, needed: Date) -> i32 {
    needed.since(last).map_or(0, |span| span.get_days())
}

/// A Deprecated version in a subscription that does not run it.
fn deprecated(asked: &Asked<'_>, life: &Lifecycle) -> Option<Refusal> {
    let stage = life.stage.as_ref().filter(|stage| stage.value == Stage::Deprecated)?;
    if runs(asked.scenario, asked.catalog, life) {
        return None;
    }
    let grounds = ModelGrounds::Deprecated {
        name: life.name(),
        model: life.model.clone(),
        until: life.retires.as_ref().map(|day| day.value),
        source: stage.evidence.source.clone(),
        replacement: life.replacement.as_ref().map(|next| next.value.clone()),
    };
    Some(Refusal::rule(Constraint::OpenToNewDeployments, Grounds::Model(grounds)))
}

/// Whether the subscription has deployed a version: by its own word, or by what is deployed today.
fn runs(scenario: &Scenario, catalog: &Catalog, life: &Lifecycle) -> bool {
    let stated = scenario.require.has_used.iter().map(|named| &named.name);
    let today = scenario.today.iter().flat_map(|today| &today.deployments);
    let mut used = stated.chain(today.map(|planned| &planned.model.name));
    used.any(|name| {
        catalog.named(name).is_ok_and(|named| {
            let version = named.version.as_ref();
            named.model.id == life.model && version.is_none_or(|own| *own == life.version)
        })
    })
}

/// A model without a row in any schedule, by the date that its card has from another list.
fn retired_by_its_card(asked: &mut Asked<'_>) -> Option<Refusal> {
    let needed = last_day(asked.scenario)?;
    let retires = asked.model.retires?;
    let models = &asked.catalog.tables().models;
    let row = models.with_prefix(&[&asked.model.id, "retires"]).last()?;
    let name = format!("retirement of {}", asked.model.id);
    asked.facts.note_words(name, retires.to_string(), models.evidence(row));
    if retires >= needed {
        return None;
    }
    let grounds = ModelGrounds::RetiresEarly {
        name: asked.model.id.to_string(),
        last: retires,
        needed,
        days: days_between(retires, needed),
        cited: Cited { source: row.source().into(), row: None },
        replacement: None,
        closed: None,
    };
    Some(Refusal::rule(Constraint::InServiceUntil(needed), Grounds::Model(grounds)))
}

/// A model that reads no images, called by a workload that sends some. A card without inputs refuses nothing.
pub(super) fn reads_no_images(
    asked: &Asked<'_>,
    candidate: &Candidate,
    deployment: usize,
) -> Option<Refusal> {
    let inputs = &asked.model.inputs;
    if inputs.is_empty() || inputs.iter().any(|input| &**input == "image") {
        return None;
    }
    let routes = candidate.routes.iter().enumerate();
    let splits = candidate.splits.iter().map(|split| (split.workload, &split.route));
    let mut called = routes.chain(splits).filter(|(_, route)| route.contains(&deployment));
    let sends = called.find_map(|(workload, _)| {
        let workload = asked.scenario.workloads.get(workload)?;
        workload.calls.images.as_ref().map(|_| workload.name.clone())
    })?;
    let grounds =
        ModelGrounds::ReadsNoImages { model: asked.model.id.clone(), reads: inputs.clone() };
    Some(Refusal::rule(Constraint::ReadsImages(sends), Grounds::Model(grounds)))
}

/// A route on which no deployment takes the longest input. A provisioned deployment passes longer ones on (P R25).
pub(super) fn context_too_short(
    scenario: &Scenario,
    catalog: &Catalog,
    candidate: &Candidate,
    facts: &mut Facts,
) -> Vec<Refusal> {
    let Some(wanted) = scenario.require.context_tokens else { return Vec::new() };
    let on = scenario.period.first_date();
    let mut refusals = Vec::new();
    let routes = candidate.routes.iter().chain(candidate.splits.iter().map(|split| &split.route));
    for route in routes {
        let mut longest: Option<(u64, Arc<str>, &Arc<str>)> = None;
        for planned in route.iter().filter_map(|index| candidate.deployments.get(*index)) {
            let Ok(model) = catalog.model(&planned.model.name) else { continue };
            let stated = catalog.longest_input(&planned.model.name, &planned.sku.name, on);
            let mut limit = None;
            let mut source: Arc<str> = "models.csv".into();
            if let Some(stated) = stated {
                limit = Some(stated.value);
                source = stated.evidence.source.clone();
                let name = format!("longest input of {} as {}", model.id, planned.sku.name);
                facts.note(name, "tokens", stated);
            }
            // Not published: it cannot be refused for that, and the result says so.
            let limit = limit.unwrap_or(u64::MAX);
            if longest.as_ref().is_none_or(|(most, _, _)| limit > *most) {
                longest = Some((limit, source, &planned.model.name));
            }
        }
        let Some((takes, source, model)) = longest.filter(|(most, _, _)| *most < wanted) else {
            continue;
        };
        let model = model.clone();
        let grounds = ModelGrounds::InputTooLong { model, takes, required: wanted, source };
        refusals.push(Refusal {
            constraint: Constraint::InputTokens(wanted),
            grounds: Grounds::Model(grounds),
            excess: (wanted - takes) as f64 / takes.max(1) as f64,
        });
    }
    refusals.dedup();
    refusals
}
