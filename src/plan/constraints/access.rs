//! Who may buy a deployment and how it is reached (guide, "Authentication Methods" and "Network Security"; S 70, S 73).

use crate::catalog::access::Access;
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
    let way = wanted.as_str().replace('-', "_");
    let mut takes = offered(asked, &way);
    let by_reading = wanted != Authentication::ApiKey && on_resource(asked.sku);
    if by_reading && takes {
        takes = &*reading(asked, "entra-id-pay-per-token")? == "yes";
    }
    Ok((!takes).then(|| {
        let ways = [
            ("api_key", "api-key"),
            ("entra_id", "entra-id"),
            ("managed_identity", "managed-identity"),
        ];
        let offered = listed(asked, &ways);
        let switch = unless(by_reading, "entra-id-pay-per-token");
        Refusal::rule(
            Constraint::Authentication(wanted),
            format!("no authentication by {}: {} takes {offered}", wanted.as_str(), asked.sku.name),
            format!("allow authentication by {offered}{switch}"),
        )
    }))
}

/// A SKU that cannot be kept off the public network as required.
pub(super) fn network(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let Some(wanted) = asked.scenario.require.network else { return Ok(None) };
    let way = match wanted {
        Network::PrivateEndpoint => "private_endpoint",
        Network::VirtualNetwork => "vnet",
    };
    let mut takes = offered(asked, way);
    let parameter = match (wanted, asked.sku.billing) {
        (Network::PrivateEndpoint, _) if on_resource(asked.sku) => "private-endpoint-pay-per-token",
        (Network::VirtualNetwork, BillingMode::Ptu) => "virtual-network-provisioned",
        _ => "",
    };
    if takes && !parameter.is_empty() {
        takes = &*reading(asked, parameter)? != "no";
    }
    Ok((!takes).then(|| {
        let ways = [("private_endpoint", "private-endpoint"), ("vnet", "virtual-network")];
        let mut offered = listed(asked, &ways);
        if offered.is_empty() {
            "public access alone".clone_into(&mut offered);
        }
        let switch = unless(!parameter.is_empty(), parameter);
        Refusal::rule(
            Constraint::Network(wanted),
            format!("no {}: {} offers {offered}", wanted.as_str(), asked.sku.name),
            format!("allow the network {offered}{switch}"),
        )
    }))
}

/// Whether the SKU offers a way, noted with its evidence. What documents dispute, or do not say, is not refused but noted so.
fn offered(asked: &mut Asked<'_>, way: &str) -> bool {
    let on = asked.scenario.period.first_date();
    let name = format!("{} of {}", way.replace('_', " "), asked.sku.name);
    let Some(access) = asked.catalog.access(&asked.sku.name, way, on) else {
        let words = "unknown: no document that was read says".to_owned();
        asked.facts.note_words(name, words, asked.sku.evidence.clone());
        return true;
    };
    let (words, takes) = match &access.value {
        Access::Offered => ("offered".to_owned(), true),
        Access::NotOffered => ("not offered".to_owned(), false),
        Access::Disputed(words) => (format!("documents disagree ({words})"), true),
    };
    asked.facts.note_words(name, words, access.evidence);
    takes
}

/// The ways of a kind that the SKU offers, in words.
fn listed(asked: &Asked<'_>, ways: &[(&str, &str)]) -> String {
    let on = asked.scenario.period.first_date();
    let takes = |way: &str| {
        let access = asked.catalog.access(&asked.sku.name, way, on);
        access.is_some_and(|access| access.value != Access::NotOffered)
    };
    let found: Vec<&str> =
        ways.iter().filter(|(way, _)| takes(way)).map(|(_, word)| *word).collect();
    found.join(", ")
}

/// Whether a SKU is paid by the token on a Foundry or Azure OpenAI resource, of which two readings exist.
fn on_resource(sku: &Sku) -> bool {
    let by_token =
        matches!(sku.billing, BillingMode::Tokens | BillingMode::Batch | BillingMode::Developer);
    by_token && &*sku.name != SERVERLESS
}

/// The hub-era endpoint, which no reading gives more than keys.
const SERVERLESS: &str = "Standard (serverless API)";

fn unless(applies: bool, parameter: &str) -> String {
    if applies { format!(", or leave the parameter {parameter} at \"yes\"") } else { String::new() }
}
