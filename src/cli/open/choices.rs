//! What a field can be: the names that the catalogue has, by the key they are values of.

use crate::catalog::Catalog;
use crate::catalog::sku::{BillingMode, Sku};
use crate::scenario::question::named::Payment;
use crate::workload::bundled;
use serde_json::{Value, json};

/// SKUs that can be bought, those by the token first.
fn bought(catalog: &Catalog) -> Vec<&Sku> {
    let gone = |sku: &&Sku| matches!(sku.billing, BillingMode::Commitment | BillingMode::Local);
    let mut skus: Vec<&Sku> = catalog.skus().filter(|sku| !gone(sku)).collect();
    skus.sort_by_key(|sku| BillingMode::ALL.iter().position(|mode| *mode == sku.billing));
    skus
}

fn skus(catalog: &Catalog) -> Vec<Value> {
    let one = |sku: &Sku| json!({ "value": &*sku.name, "words": &*sku.title });
    bought(catalog).into_iter().map(one).collect()
}

fn plain(names: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<Value> {
    let mut names: Vec<String> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
    names.sort();
    names.dedup();
    names.into_iter().map(|name| json!({ "value": name, "words": "" })).collect()
}

/// What a form asks of a model before there is a scenario.
#[derive(Debug, serde::Deserialize)]
pub(super) struct AskedModel {
    model: String,
    region: String,
    start: String,
}

/// The SKUs that tables list a model under, in a region or anywhere where none is chosen; none
/// where the model is not known. What nobody states is no reason to show a SKU first.
pub(super) fn sold(catalog: &Catalog, asked: &AskedModel) -> Value {
    let on = asked.start.parse().unwrap_or_else(|_| catalog.as_of());
    let known = catalog.region(&asked.region).is_ok();
    let in_it = |name: &str| !known || name == asked.region;
    let listed = |sku: &&Sku| {
        let mut regions = catalog.regions().filter(|region| in_it(&region.name));
        regions.any(|region| {
            catalog.availability(&asked.model, &sku.name, &region.name, on).is_listed()
        })
    };
    let names: Vec<&str> =
        bought(catalog).into_iter().filter(listed).map(|sku| &*sku.name).collect();
    json!({ "sku": names })
}

/// The choices of every key that has some.
pub(super) fn choices(catalog: &Catalog) -> Value {
    let models = catalog.models().filter(|model| model.not_sold.is_none());
    let models: Vec<Value> = models
        .map(|model| {
            let ends = model.retires.map(|day| format!(", until {day}")).unwrap_or_default();
            json!({ "value": &*model.id, "words": format!("{}{ends}", model.provider) })
        })
        .collect();
    let regions: Vec<Value> = catalog
        .regions()
        .map(|region| json!({ "value": &*region.name, "words": &*region.geography }))
        .collect();
    let traces: Vec<Value> = bundled::ALL
        .iter()
        .map(|trace| json!({ "value": trace.name, "words": trace.title }))
        .collect();
    let payments = Payment::ALL.map(Payment::as_str);
    json!({
        "model": models,
        "region": regions,
        "sku": skus(catalog),
        "commitment": plain(payments),
        "quota_tier": plain(catalog.quota_tiers()),
        "client": plain(catalog.clients().map(|client| &*client.name)),
        "service_tier": plain(["flex", "priority"]),
        "trace": traces,
        "zone": plain(jiff::tz::db().available().map(|name| name.to_string())),
        "parameters": plain(catalog.parameters().map(|own| &*own.name)),
    })
}
