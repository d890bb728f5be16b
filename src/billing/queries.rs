//! Calls that are charged once each, and calls whose charge nobody can tell from their tokens.

use crate::billing::prices::{Billed, PriceSource};
use crate::billing::terms::Terms;
use crate::billing::tokens::is_by_tokens;
use crate::catalog::charged_by::ChargedBy;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::{Amount, MeterKind, MeteredUsage};
use crate::ledger::usage::TokenUsage;
use crate::units::calendar::utc_date;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::tokens::{TokenClass, TokenCounts};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Usage by what it is charged by.
pub(crate) struct Charged {
    /// What is charged by tokens.
    pub(crate) tokens: Vec<TokenUsage>,
    /// The queries of the rest.
    pub(crate) queries: Vec<MeteredUsage>,
}

/// Tells apart what is charged by tokens and by queries. None where all is charged by tokens, so
/// that nothing is copied. What is charged by a meter that usage does not state is reported: it is
/// never free of charge.
pub(crate) fn charged(
    usage: &[TokenUsage],
    terms: &Terms,
    prices: &impl PriceSource,
    diagnostics: &mut Diagnostics,
) -> Option<Charged> {
    let mut stated: BTreeMap<&Arc<DeploymentRef>, TokenCounts> = BTreeMap::new();
    for records in usage.chunk_by(|one, next| Arc::ptr_eq(&one.deployment, &next.deployment)) {
        let Some(first) = records.first() else { continue };
        let seen = stated.entry(&first.deployment).or_default();
        for (class, _) in records.iter().flat_map(|record| record.tokens.iter()) {
            seen.set(class, 1);
        }
    }
    let by: BTreeMap<&Arc<DeploymentRef>, ChargedBy> = stated
        .into_iter()
        .filter(|(deployment, _)| is_by_tokens(&deployment.sku, prices))
        .map(|(deployment, tokens)| {
            let classes: Vec<TokenClass> = tokens.iter().map(|(class, _)| class).collect();
            (deployment, prices.charged_by(deployment, &classes))
        })
        .filter(|(_, by)| *by != ChargedBy::Tokens)
        .collect();
    if by.is_empty() {
        return None;
    }
    let mut parts = Charged { tokens: Vec::new(), queries: Vec::new() };
    let mut unasked: BTreeMap<&Arc<DeploymentRef>, u64> = BTreeMap::new();
    for record in usage {
        let Some(charged_by) = by.get(&record.deployment) else {
            parts.tokens.push(record.clone());
            continue;
        };
        let date = utc_date(record.hour);
        let rule = terms.answers.get(&record.answer).copied();
        let billed = rule.or_else(|| prices.billed(record.answer, date).ok().map(|b| b.value));
        if billed == Some(Billed::Nothing) {
            continue;
        }
        let counted = record.requests.max(u64::from(record.tokens.iter().next().is_some()));
        if *charged_by == ChargedBy::Queries && record.requests > 0 {
            parts.queries.push(queries(record, terms));
        } else if counted > 0 {
            let sum = unasked.entry(&record.deployment).or_default();
            *sum = sum.saturating_add(record.requests);
        }
    }
    for (deployment, requests) in unasked {
        if let Some(by) = by.get(deployment) {
            diagnostics.push(unstated(deployment, by, requests));
        }
    }
    Some(parts)
}

/// The queries of one record. An hour that began before the period is charged in it.
fn queries(record: &TokenUsage, terms: &Terms) -> MeteredUsage {
    let at = record.hour.max(terms.from);
    MeteredUsage {
        resource: Arc::clone(&record.deployment),
        workload: Arc::clone(&record.workload),
        kind: MeterKind::Queries,
        variant: None,
        from: at,
        until: at,
        amount: Amount::Count(record.requests),
    }
}

/// Why a cost is unknown.
fn unstated(deployment: &DeploymentRef, by: &ChargedBy, requests: u64) -> Diagnostic {
    let DeploymentRef { name, model, .. } = deployment;
    let meters = match by {
        ChargedBy::Unstated(meters) => meters.join(" and per "),
        ChargedBy::Tokens | ChargedBy::Queries => "query".to_owned(),
    };
    let of = if requests > 0 { format!(" of {requests} requests") } else { String::new() };
    Diagnostic::error(
        "meter-not-stated",
        format!(
            "cost unknown: deployment {name}: {model} is charged per {meters}, and the usage{of} \
             states tokens alone"
        ),
    )
    .hint(format!(
        "multiply your own counts by the prices that `ptuplan catalog show {model}` lists, or \
         choose a model that is charged by tokens"
    ))
}
