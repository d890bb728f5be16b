//! Who may buy a deployment and how it is reached (guide, "Authentication Methods" and "Network Security"; S 70, S 73).

use crate::catalog::access::Access;
use crate::catalog::sku::{BillingMode, Sku};
use crate::plan::constraints::asked::{Asked, reading};
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::constraints::grounds::access::AccessGrounds;
use crate::plan::evaluate::refusal::Refusal;
use crate::scenario::question::require::{Authentication, Network, SubscriptionType};
use crate::units::diagnostic::Diagnostic;

/// Whether Cloud Solution Providers sell what is paid by the token.
const CSP: &str = "csp-pay-per-token";
/// Whether what is paid by the token takes tokens of Entra ID.
const ENTRA_ID: &str = "entra-id-pay-per-token";

/// A subscription that cannot buy the model, or by one reading of the documents the SKU.
pub(super) fn not_sold(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let Some(kind) = asked.scenario.require.subscription else { return Ok(None) };
    let word = kind.as_str();
    let constraint = Constraint::SoldTo(kind);
    if asked.model.not_for.iter().any(|who| &**who == word) {
        let rows = asked.catalog.tables().models.with_prefix(&[&asked.model.id, "not_for", word]);
        let source = rows.first().map_or("models.csv", |row| row.source()).into();
        let grounds =
            AccessGrounds::ModelNotSold { to: kind, model: asked.model.id.clone(), source };
        return Ok(Some(Refusal::rule(constraint, Grounds::Access(grounds))));
    }
    if kind == SubscriptionType::Csp && asked.sku.not_for.iter().any(|who| &**who == word) {
        // The guide excludes CSP from all pay-per-token SKUs, newer documents from third-party offers alone (S 70).
        let taken = reading(asked, CSP)?;
        if &*taken == "no" {
            let sku = asked.sku.name.clone();
            let grounds = AccessGrounds::SkuNotSold { to: kind, sku, parameter: CSP };
            return Ok(Some(Refusal::rule(constraint, Grounds::Access(grounds))));
        }
    }
    Ok(None)
}

/// A SKU that does not take the way to authenticate.
pub(super) fn authentication(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let Some(wanted) = asked.scenario.require.authentication else { return Ok(None) };
    let mut takes = offered(asked, key_of(wanted));
    let by_reading = wanted != Authentication::ApiKey && on_resource(asked.sku);
    if by_reading && takes {
        takes = &*reading(asked, ENTRA_ID)? == "yes";
    }
    Ok((!takes).then(|| {
        let all = Authentication::ALL.into_iter();
        let grounds = AccessGrounds::NotAuthenticated {
            by: wanted,
            sku: asked.sku.name.clone(),
            takes: all.filter(|way| may_take(asked, key_of(*way))).collect(),
            parameter: by_reading.then_some(ENTRA_ID),
        };
        Refusal::rule(Constraint::Authentication(wanted), Grounds::Access(grounds))
    }))
}

/// The key of a way to authenticate in the catalogue.
const fn key_of(way: Authentication) -> &'static str {
    match way {
        Authentication::ApiKey => "api_key",
        Authentication::EntraId => "entra_id",
        Authentication::ManagedIdentity => "managed_identity",
    }
}

/// The key of a way to keep traffic off the public network in the catalogue.
const fn network_key(way: Network) -> &'static str {
    match way {
        Network::PrivateEndpoint => "private_endpoint",
        Network::VirtualNetwork => "vnet",
    }
}

/// A SKU that cannot be kept off the public network as required.
pub(super) fn network(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let Some(wanted) = asked.scenario.require.network else { return Ok(None) };
    let mut takes = offered(asked, network_key(wanted));
    let parameter = match (wanted, asked.sku.billing) {
        (Network::PrivateEndpoint, _) if on_resource(asked.sku) => {
            Some("private-endpoint-pay-per-token")
        }
        (Network::VirtualNetwork, BillingMode::Ptu) => Some("virtual-network-provisioned"),
        _ => None,
    };
    if let Some(parameter) = parameter.filter(|_| takes) {
        takes = &*reading(asked, parameter)? != "no";
    }
    Ok((!takes).then(|| {
        let all = Network::ALL.into_iter();
        let grounds = AccessGrounds::NotPrivate {
            by: wanted,
            sku: asked.sku.name.clone(),
            offers: all.filter(|way| may_take(asked, network_key(*way))).collect(),
            parameter,
        };
        Refusal::rule(Constraint::Network(wanted), Grounds::Access(grounds))
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

/// Whether nothing says that the SKU does not offer a way.
fn may_take(asked: &Asked<'_>, way: &str) -> bool {
    let on = asked.scenario.period.first_date();
    let access = asked.catalog.access(&asked.sku.name, way, on);
    access.is_some_and(|access| access.value != Access::NotOffered)
}

/// Whether a SKU is paid by the token on a Foundry or Azure OpenAI resource, of which two readings exist.
fn on_resource(sku: &Sku) -> bool {
    let by_token =
        matches!(sku.billing, BillingMode::Tokens | BillingMode::Batch | BillingMode::Developer);
    by_token && &*sku.name != SERVERLESS
}

/// The hub-era endpoint, which no reading gives more than keys.
const SERVERLESS: &str = "Standard (serverless API)";
