//! Every row of the fact tables of November 2026 is in the catalogue, or listed with the reason why not.

use crate::catalog::embedded;
use ptuplan::catalog::Catalog;
use ptuplan::catalog::table::Table;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Rows of each fact table.
const ROWS: [(&str, usize); 9] = [
    ("authentication", 21),
    ("image_tokens", 22),
    ("lifecycle", 215),
    ("managed_compute", 22),
    ("modalities", 222),
    ("names", 198),
    ("price_corrections", 684),
    ("ptu_regions", 1_446),
    ("regions_claude", 414),
];

fn table<'a>(catalog: &'a Catalog, file: &str) -> &'a Table {
    let mut tables = catalog.tables().iter();
    tables.find(|table| table.schema().file == file).unwrap_or_else(|| panic!("no table {file}"))
}

#[test]
fn every_fact_of_november_is_in_the_catalogue_or_has_a_reason_not_to() {
    let catalog = embedded();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalog/facts_2026_11.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    let (mut kept, mut lost) = (0, Vec::new());
    for record in reader.records() {
        let record = record.unwrap();
        let field = |index: usize| record.get(index).unwrap();
        *counted.entry(field(0).to_owned()).or_default() += 1;
        let (file, keys, value, reason) = (field(3), field(4), field(5), field(6));
        if file.is_empty() {
            assert!(reason.len() > 10, "neither a row nor a reason: {record:?}");
            continue;
        }
        let keys: Vec<&str> = keys.split('|').collect();
        let (value, from) = value.split_once('@').unwrap_or((value, ""));
        let rows = table(catalog, file).with_prefix(&keys);
        let says = rows.iter().any(|row| {
            (value.is_empty() || row.value() == value)
                && (from.is_empty() || row.from.to_string() == from)
        });
        if says {
            kept += 1;
        } else {
            lost.push(format!("{record:?}"));
        }
    }
    assert!(lost.is_empty(), "{} lost, such as {:#?}", lost.len(), &lost[..lost.len().min(5)]);
    let expected: BTreeMap<String, usize> =
        ROWS.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(counted, expected);
    assert_eq!(kept, 3_162, "rows that are in the catalogue");
}

/// The ways to authenticate and the networks of every option and SKU that pays by the token, by PTUs
/// or by the machine, as the table of options has them: the serverless endpoint of the hub alone
/// refuses Entra ID.
#[test]
fn every_option_has_its_ways_to_authenticate() {
    let catalog = embedded();
    let access = table(catalog, "access.csv");
    let said = |option: &str, sku: &str, attribute: &str| {
        let rows = access.with_prefix(&[option, sku, attribute]);
        assert_eq!(rows.len(), 1, "{option} {sku} {attribute}");
        rows[0].value().to_owned()
    };
    let standard = "standard deployment (pay per token)";
    for (option, sku) in [
        (standard, "Standard"),
        (standard, "GlobalStandard"),
        (standard, "DataZoneStandard"),
        ("provisioned", "GlobalProvisionedManaged"),
        ("provisioned", "DataZoneProvisionedManaged"),
        ("provisioned", "ProvisionedManaged"),
        ("provisioned", "PTU-C"),
        ("batch", "GlobalBatch"),
        ("batch", "DataZoneBatch"),
        ("fine-tuned hosting", "DeveloperTier"),
        ("flex (service_tier)", "GlobalStandard"),
        ("priority (service_tier)", "GlobalStandard"),
        ("priority (service_tier)", "DataZoneStandard"),
        ("Claude in Foundry", "GlobalStandard"),
        ("Claude in Foundry", "DataZoneStandard"),
        ("partner models on a Foundry resource", "GlobalStandard"),
        ("managed compute (preview)", "GlobalManagedCompute"),
    ] {
        for attribute in ["api_key", "entra_id", "managed_identity", "private_endpoint"] {
            assert_eq!(said(option, sku, attribute), "yes", "{option} {sku} {attribute}");
        }
        let open = said(option, sku, "public_access");
        assert!(open.starts_with("yes"), "{option} {sku}: {open}");
    }
    let (hub, serverless) = ("serverless API endpoint (hub era)", "Standard (serverless API)");
    let hub_era: Vec<String> = ["api_key", "entra_id", "managed_identity", "private_endpoint"]
        .map(|attribute| said(hub, serverless, attribute))
        .into();
    assert_eq!(hub_era, ["yes", "no", "no", "yes (hub private link)"]);
    let machines = said("managed compute on VMs (hub era)", "Managed compute (VM)", "entra_id");
    assert_eq!(machines, "contradicted: no / yes");
    let agents = said("agents service, evaluations, toolbox", "unspecified", "api_key");
    assert_eq!(agents, "no");
}

/// Every price of Claude in the US data zone is 1.1 times that of Global, class by class.
#[test]
fn claude_in_the_data_zone_costs_a_tenth_more() {
    let catalog = embedded();
    let prices = table(catalog, "prices.csv");
    let open = || prices.rows().iter().filter(|row| row.to.is_none());
    let claude = || open().filter(|row| row.key(0).starts_with("claude-"));
    let mut compared = 0;
    for zone in claude().filter(|row| row.key(1) == "data_zone_us") {
        let key = [zone.key(0), "global", zone.key(2), zone.key(3), zone.key(4)];
        let global = prices.with_prefix(&key).iter().find(|row| row.to.is_none());
        let price = |text: &str| text.parse::<Decimal>().unwrap();
        let expected = price(global.unwrap().value()) * Decimal::new(11, 1);
        assert_eq!(price(zone.value()), expected, "{key:?}");
        compared += 1;
    }
    assert_eq!(compared, 40);
}
