//! What a model can do and how long it stays: its longest input and its retirement.

use crate::catalog::Catalog;
use crate::catalog::lifecycle::{Lifecycle, Stage};
use crate::plan::constraints::asked::Asked;
use crate::plan::constraints::constraint::Constraint;
use crate::plan::evaluate::refusal::Refusal;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::require::ModelUntil;
use crate::scenario::question::scenario::Scenario;
use crate::units::calendar::utc_date;
use crate::units::dated::Evidence;
use jiff::ToSpan;
use jiff::civil::Date;

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

/// What to use instead, as the end of a sentence.
fn instead(life: &Lifecycle) -> String {
    match &life.replacement {
        Some(next) => format!("use {}, which the platform names as its replacement", next.value),
        None => "use a model that stays".to_owned(),
    }
}

fn gone(asked: &Asked<'_>, life: &Lifecycle) -> Option<Refusal> {
    let on = asked.scenario.period.first_date();
    let name = life.name();
    let source = |evidence: &Evidence| format!("{}, {}", evidence.source, evidence.place);
    if let Some(stage) = life.stage.as_ref().filter(|stage| stage.value == Stage::Retired) {
        let since =
            life.retires.as_ref().map_or_else(String::new, |day| format!(" since {}", day.value));
        return Some(Refusal::rule(
            Constraint::InServiceUntil(on),
            format!("retired: {name}{since} ({})", source(&stage.evidence)),
            instead(life),
        ));
    }
    let needed = last_day(asked.scenario)?;
    let retires = life.retires.as_ref()?;
    if retires.value >= needed {
        return None;
    }
    let days = needed.since(retires.value).map_or(0, |span| span.get_days());
    Some(Refusal::rule(
        Constraint::InServiceUntil(needed),
        format!(
            "retired: {name} after {}, {days} days before {needed} ({})",
            retires.value,
            source(&retires.evidence)
        ),
        if deprecated(asked, life).is_none() {
            format!(
                "end {days} days earlier, on {}; or {}; or set require.model_until = \"any\"",
                retires.value,
                instead(life)
            )
        } else {
            // Neither is enough by itself for a subscription that may not deploy the version.
            format!(
                "{}; or, where the subscription has deployed this version, add \
                 subscription.has_used = [\"{}\"] and end {days} days earlier, on {}, or set \
                 require.model_until = \"any\"",
                instead(life),
                life.model,
                retires.value
            )
        },
    ))
}

/// A Deprecated version in a subscription that does not run it.
fn deprecated(asked: &Asked<'_>, life: &Lifecycle) -> Option<Refusal> {
    let stage = life.stage.as_ref().filter(|stage| stage.value == Stage::Deprecated)?;
    if runs(asked.scenario, asked.catalog, life) {
        return None;
    }
    let until = life
        .retires
        .as_ref()
        .map_or_else(String::new, |day| format!(" and retires after {}", day.value));
    Some(Refusal::rule(
        Constraint::OpenToNewDeployments,
        format!(
            "Deprecated: {}{until}; only a subscription that has deployed this version may deploy it ({})",
            life.name(),
            stage.evidence.source
        ),
        format!(
            "{}; or add subscription.has_used = [\"{}\"] where the subscription runs it",
            instead(life),
            life.model
        ),
    ))
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
    let days = needed.since(retires).map_or(0, |span| span.get_days());
    Some(Refusal::rule(
        Constraint::InServiceUntil(needed),
        format!(
            "retired: {} after {retires}, {days} days before {needed} ({})",
            asked.model.id,
            row.source()
        ),
        format!(
            "end {days} days earlier, on {retires}; or use a model that stays; or set require.model_until = \"any\""
        ),
    ))
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
    Some(Refusal::rule(
        Constraint::ReadsImages(sends),
        format!("does not read images: {} reads {}", asked.model.id, inputs.join(", ")),
        "allow a model that reads images (`ptuplan catalog list --feature image`)",
    ))
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
        let mut longest: Option<(u64, String, &str)> = None;
        for planned in route.iter().filter_map(|index| candidate.deployments.get(*index)) {
            let Ok(model) = catalog.model(&planned.model.name) else { continue };
            let stated = catalog.longest_input(&planned.model.name, &planned.sku.name, on);
            let mut limit = None;
            let mut source = "models.csv".to_owned();
            if let Some(stated) = stated {
                limit = Some(stated.value);
                source = stated.evidence.source.to_string();
                let name = format!("longest input of {} as {}", model.id, planned.sku.name);
                facts.note(name, "tokens", stated);
            }
            // Not published: it cannot be refused for that, and the result says so.
            let limit = limit.unwrap_or(u64::MAX);
            if longest.as_ref().is_none_or(|(most, _, _)| limit > *most) {
                longest = Some((limit, source, &planned.model.name));
            }
        }
        let Some((most, source, model)) = longest.filter(|(most, _, _)| *most < wanted) else {
            continue;
        };
        refusals.push(Refusal {
            constraint: Constraint::InputTokens(wanted),
            message: format!(
                "input too long: {} takes {most} tokens, {} fewer than the {wanted} required ({source})",
                model,
                wanted - most
            ),
            relax: format!(
                "require {} tokens less: context_tokens = {most}; or a model that takes more",
                wanted - most
            ),
            excess: (wanted - most) as f64 / most.max(1) as f64,
        });
    }
    refusals.dedup();
    refusals
}
