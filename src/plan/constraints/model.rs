//! What a model can do and how long it stays: its longest input and its retirement.

use crate::catalog::Catalog;
use crate::plan::constraints::asked::Asked;
use crate::plan::constraints::constraint::Constraint;
use crate::plan::evaluate::refusal::Refusal;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::require::ModelUntil;
use crate::scenario::question::scenario::Scenario;
use crate::units::calendar::utc_date;
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

/// A model that is gone before the scenario ends.
pub(super) fn retired(asked: &mut Asked<'_>) -> Option<Refusal> {
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
            let models = &catalog.tables().models;
            let row = models.with_prefix(&[&model.id, "max_input_tokens"]).last();
            let mut limit = model.max_input_tokens;
            let mut source = row.map_or("models.csv", |row| row.source()).to_owned();
            if let (Some(tokens), Some(row)) = (limit, row) {
                let name = format!("longest input of {}", model.id);
                facts.note_words(name, format!("{tokens} tokens"), models.evidence(row));
            }
            if planned.capacity_ptu.is_some()
                && let Ok(throughput) = catalog.throughput(&model.id, on)
                && let Some(provisioned) = throughput.max_input_tokens
            {
                let own = u64::from(provisioned.value);
                limit = Some(limit.map_or(own, |limit| limit.min(own)));
                source = provisioned.evidence.source.to_string();
                let name = format!("longest input of {} on PTUs", model.id);
                facts.note(name, "tokens", provisioned);
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
