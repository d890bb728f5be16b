//! Quota in words.

use crate::report::answer::when;
use crate::report::view::{QuotaNeedView, RecommendationView};
use crate::report::words::{answer, numbers};

/// An amount of quota, such as `1M TPM` or `160 PTU`.
pub fn quantity(need: &QuotaNeedView) -> String {
    format!("{} {}", amount(need.needed), unit(&need.kind))
}

/// What a kind of quota counts, as people abbreviate it.
pub(super) fn unit(kind: &str) -> &'static str {
    match kind {
        "tokens_per_minute" => "TPM",
        "requests_per_minute" => "RPM",
        "input_tokens_per_minute" => "input TPM",
        "output_tokens_per_minute" => "output TPM",
        "enqueued_tokens" => "enqueued tokens",
        _ => "PTU",
    }
}

/// The same with the month of the greatest need, where several are planned.
pub fn quantity_when(need: &QuotaNeedView) -> String {
    match &need.month {
        Some(month) => format!("{} ({})", quantity(need), when::named(month)),
        None => quantity(need),
    }
}

pub(super) fn amount(value: u64) -> String {
    if value < 10_000 { numbers::count(value) } else { numbers::short(value as f64) }
}

/// What there is of it.
pub fn held(need: &QuotaNeedView) -> String {
    need.held.map_or_else(|| "unknown".to_owned(), amount)
}

/// What to do about a need.
pub fn ask(need: &QuotaNeedView, own_tier: &str) -> String {
    let unit = unit(&need.kind);
    match (need.held, &need.tier) {
        (Some(held), _) if held >= need.needed => "enough".to_owned(),
        (None, _) if need.kind == "ptu" => {
            format!("not stated: check that {} {unit} are free", numbers::count(need.needed))
        }
        (None, Some(tier)) if tier == own_tier => "enough".to_owned(),
        // The scenario states less than its tier gives.
        (Some(_), Some(tier)) if tier == own_tier => {
            format!("{tier} has it: raise the quota stated")
        }
        (Some(_), Some(tier)) => format!("{tier} has it; or ask for an increase"),
        (Some(_), None) if need.kind == "ptu" => "ask for an increase".to_owned(),
        (Some(_), None) => "no tier has it: ask for an increase".to_owned(),
        (None, Some(tier)) => format!("not known for {own_tier}; {tier} has it"),
        (None, None) => format!("not known for {own_tier}: check the portal, then ask for it"),
    }
}

/// The needs that are short or unknown.
pub(super) fn missing(needs: &[QuotaNeedView]) -> impl Iterator<Item = &QuotaNeedView> {
    needs.iter().filter(|need| need.held.is_none_or(|held| held < need.needed))
}

/// What must be asked for in few words, such as `1M TPM and 900 RPM of DataZoneStandard`; the model
/// is named where the answer shows several.
pub(super) fn short(view: &RecommendationView, needs: &[QuotaNeedView]) -> String {
    amounts(needs, names_models(view, needs))
}

/// Whether a model must be named with what is asked for it.
pub(super) fn names_models(view: &RecommendationView, needs: &[QuotaNeedView]) -> bool {
    several_models(needs) || answer::shows_models(view)
}

/// Whether what is missing is of several models.
pub(super) fn several_models(needs: &[QuotaNeedView]) -> bool {
    let mut models = missing(needs).filter_map(|need| need.model.as_ref());
    models.next().is_some_and(|first| models.any(|other| other != first))
}

/// What a quota is of, such as `GlobalStandard for gpt-5.4`.
pub(super) fn subject(need: &QuotaNeedView, names_models: bool) -> String {
    match need.model.as_ref().filter(|_| names_models) {
        Some(model) => format!("{} for {model}", need.sku),
        None => need.sku.clone(),
    }
}

/// What must be asked for in few words, with its models or without.
pub(super) fn amounts(needs: &[QuotaNeedView], names_models: bool) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for need in missing(needs) {
        let of = subject(need, names_models);
        let what = quantity(need);
        match groups.iter_mut().find(|(known, _)| *known == of) {
            Some((_, all)) if !all.contains(&what) => all.push(what),
            Some(_) => {}
            None => groups.push((of, vec![what])),
        }
    }
    let each = groups.into_iter().map(|(of, what)| format!("{} of {of}", what.join(" and ")));
    numbers::list(each)
}
