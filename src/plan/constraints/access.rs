//! Who may buy a deployment and how it is reached (guide, "Authentication Methods" and "Network Security"; S 70, S 73).

use crate::catalog::sku::{BillingMode, Sku};
use crate::plan::constraints::asked::{Asked, reading};
use crate::plan::constraints::constraint::Constraint;
use crate::plan::evaluate::refusal::Refusal;
use crate::scenario::question::require::{Authentication, Network, SubscriptionType};
use crate::units::diagnostic::Diagnostic;

/// A subscription that cannot buy the model, or by one reading of the documents the SKU.
pub(super) fn not_sold(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let Some(kind) = asked.scenario.require.subscription else { return Ok(None) };
    let word = kind.as_str();
    let constraint = Constraint::SoldTo(kind);
    if asked.model.not_for.iter().any(|who| &**who == word) {
        let rows = asked.catalog.tables().models.with_prefix(&[&asked.model.id, "not_for", word]);
        let source = rows.first().map_or("models.csv", |row| row.source());
        return Ok(Some(Refusal::rule(
            constraint,
            format!("not sold to {word}: {} ({source})", asked.model.id),
            "use another subscription type, or a model sold by Azure",
        )));
    }
    if kind == SubscriptionType::Csp && asked.sku.not_for.iter().any(|who| &**who == word) {
        // The guide excludes CSP from all pay-per-token SKUs, newer documents from third-party offers alone (S 70).
        let taken = reading(asked, "csp-pay-per-token")?;
        if &*taken == "no" {
            return Ok(Some(Refusal::rule(
                constraint,
                format!("not sold to {word}: {} (csp-pay-per-token = no)", asked.sku.name),
                "use another subscription type, or set the parameter csp-pay-per-token = \"azure-sold\"",
            )));
        }
    }
    Ok(None)
}

/// A SKU that does not take the way to authenticate.
pub(super) fn authentication(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let Some(wanted) = asked.scenario.require.authentication else { return Ok(None) };
    let sku = asked.sku;
    let offered = sku.authentication.join(", ");
    let note = format!("authentication of {}", sku.name);
    asked.facts.note_words(note, offered.clone(), sku.evidence.clone());
    let mut takes = sku.authentication.iter().any(|way| &**way == wanted.as_str());
    if !takes && by_token(sku) && wanted != Authentication::ApiKey {
        takes = &*reading(asked, "entra-id-pay-per-token")? == "yes";
    }
    Ok((!takes).then(|| {
        Refusal::rule(
            Constraint::Authentication(wanted),
            format!(
                "no authentication by {}: {} takes {offered} ({})",
                wanted.as_str(),
                sku.name,
                sku.evidence.source
            ),
            format!("allow authentication by {offered}{}", unless(sku, "entra-id-pay-per-token")),
        )
    }))
}

/// A SKU that cannot be kept off the public network as required.
pub(super) fn network(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let Some(wanted) = asked.scenario.require.network else { return Ok(None) };
    let sku = asked.sku;
    let offered = sku.network.join(", ");
    let note = format!("network of {}", sku.name);
    asked.facts.note_words(note, offered.clone(), sku.evidence.clone());
    let (takes, parameter) = match (wanted, sku.billing) {
        // The guide has one column for compute, where networks are managed and endpoints configurable.
        (_, BillingMode::ManagedCompute) => (true, ""),
        (Network::PrivateEndpoint, _) if sku.network.iter().any(|n| &**n == wanted.as_str()) => {
            (true, "")
        }
        (Network::PrivateEndpoint, _) => {
            let parameter = "private-endpoint-pay-per-token";
            (&*reading(asked, parameter)? == "via-hub", parameter)
        }
        (Network::VirtualNetwork, BillingMode::Ptu) => {
            let parameter = "virtual-network-provisioned";
            (&*reading(asked, parameter)? == "yes", parameter)
        }
        // Pay-per-token SKUs have the hub's public-access flag and nothing else.
        (Network::VirtualNetwork, _) => (false, ""),
    };
    Ok((!takes).then(|| {
        let switch = if parameter.is_empty() {
            String::new()
        } else {
            format!(", or set the parameter {parameter} once you know better")
        };
        Refusal::rule(
            Constraint::Network(wanted),
            format!("no {}: {} offers {offered}", wanted.as_str(), sku.name),
            format!("allow the network {offered}{switch}"),
        )
    }))
}

const fn by_token(sku: &Sku) -> bool {
    matches!(sku.billing, BillingMode::Tokens | BillingMode::Batch | BillingMode::Developer)
}

fn unless(sku: &Sku, parameter: &str) -> String {
    if by_token(sku) {
        format!(", or set the parameter {parameter} = \"yes\" once you know better")
    } else {
        String::new()
    }
}
