//! The choices `init` offers: of the catalogue, narrowed by what has been answered already.

use crate::catalog::Catalog;
use crate::catalog::sku::BillingMode;
use crate::cli::init_traffic::lasting;
use crate::scenario::run::repetition::length_of;
use crate::units::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::workload::import::Imported;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Choices named in a prompt at most; what is typed is checked against all of them.
const NAMED: usize = 8;

/// The SKUs a model is sold as in a region: by the token and provisioned.
pub(super) fn skus(catalog: &Catalog, model: &str, region: &str, on: Date) -> Vec<String> {
    let common = |billing: BillingMode| matches!(billing, BillingMode::Tokens | BillingMode::Ptu);
    catalog
        .skus()
        .filter(|sku| common(sku.billing))
        .filter(|sku| catalog.is_available(model, &sku.name, region, on))
        .map(|sku| sku.name.to_string())
        .collect()
}

/// The regions a model is sold in by the token or provisioned, each once.
pub(super) fn regions(catalog: &Catalog, model: &str, on: Date) -> Vec<String> {
    let mut found: Vec<String> = catalog
        .regions()
        .map(|region| region.name.to_string())
        .filter(|region| !skus(catalog, model, region, on).is_empty())
        .collect();
    found.sort();
    found
}

/// The quota tiers, each once: those that have a quota of the model as one of the SKUs, or all of them where none has.
pub(super) fn tiers(catalog: &Catalog, model: &str, skus: &[String], on: Date) -> Vec<String> {
    let all: Vec<String> = catalog.quota_tiers().map(ToOwned::to_owned).collect();
    let has = |tier: &&String| skus.iter().any(|sku| catalog.quota(model, sku, tier, on).is_ok());
    let own: Vec<String> = all.iter().filter(has).cloned().collect();
    if own.is_empty() { all } else { own }
}

/// Choices in few words, such as `Tier 1, Tier 2 or Tier 3`, or `swedencentral, westeurope … (24 in all)`.
pub(super) fn in_words(choices: &[String]) -> String {
    if choices.len() > NAMED {
        return format!("{} … ({} in all)", choices[..NAMED].join(", "), choices.len());
    }
    crate::report::words::numbers::choice(choices)
}

/// What answers there are, in a prompt: whether the choices named are all of them is said.
pub(super) fn expected(choices: &[String]) -> String {
    let named = in_words(choices);
    match choices.len() {
        0 => "as the platform spells it".to_owned(),
        1 => format!("only {named}"),
        all if all > NAMED => format!("such as {named}"),
        _ => format!("one of {named}"),
    }
}

/// Whether an answer is one of the choices; the error names the nearest.
pub(super) fn one_of(
    code: &'static str,
    what: &str,
    choices: &[String],
    answer: &str,
) -> Result<(), Diagnostics> {
    if choices.iter().any(|choice| choice == answer) {
        return Ok(());
    }
    let near = nearest(answer, choices.iter().map(String::as_str));
    let hint = near.map_or_else(
        || format!("one of {}", in_words(choices)),
        |near| format!("did you mean {near}?"),
    );
    Err(Diagnostic::error(code, format!("unknown {what}: {answer}")).hint(hint).into())
}

/// What was found in a log: its format, its requests and days, and which deployments and models were called.
pub(super) fn found(imported: &Imported) -> Vec<String> {
    let report = &imported.report;
    let mut lines = vec![format!(
        "found {} requests of {} over {} ({} rows left out)",
        report.requests,
        report.format,
        lasting(length_of(&imported.trace)),
        report.rows_left_out()
    )];
    for (what, labels) in
        [("deployments", &imported.attributes.deployment), ("models", &imported.attributes.model)]
    {
        let Some(labels) = labels else { continue };
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for name in &labels.of {
            let name = labels.names.get(*name as usize).map_or("", String::as_str);
            *counts.entry(name).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let named = counts.iter().take(NAMED).map(|(name, count)| format!("{name} ({count})"));
        let named: Vec<String> = named.collect();
        if !named.is_empty() {
            lines.push(format!("{what}: {}", named.join(", ")));
        }
    }
    lines.extend(report.assumed.iter().map(|assumed| format!("assumed: {assumed}")));
    lines
}

/// The model that a log names most, where the catalogue knows it.
pub(super) fn model_of(imported: &Imported, catalog: &Catalog) -> Option<String> {
    let labels = imported.attributes.model.as_ref()?;
    let mut counts = vec![0_u64; labels.names.len()];
    for name in &labels.of {
        if let Some(count) = counts.get_mut(*name as usize) {
            *count += 1;
        }
    }
    let most = counts.iter().enumerate().max_by_key(|(index, count)| (**count, usize::MAX - index));
    let name = labels.names.get(most?.0)?;
    catalog.model(name).ok().map(|model| model.id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_says_whether_it_names_every_choice() {
        let choices = |count: usize| -> Vec<String> {
            (1..=count).map(|number| format!("Tier {number}")).collect()
        };
        assert_eq!(expected(&choices(1)), "only Tier 1");
        assert_eq!(expected(&choices(3)), "one of Tier 1, Tier 2 or Tier 3");
        let many = expected(&choices(NAMED + 1));
        assert!(many.starts_with("such as Tier 1") && many.ends_with("… (9 in all)"), "{many}");
    }
}
