//! No fact row was lost on its way into the catalogue. `kept.csv` has the counts; where the fact base itself is beside the
//! project, every row of it is looked up.

use crate::catalog::files::difference;
use ptuplan::catalog::Catalog;
use ptuplan::catalog::table::{Row, Table};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

type Fact = BTreeMap<String, String>;

/// Fact rows that are not in a table, and where they went instead.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    (
        "ptu.csv",
        "Grok family",
        "no value was ever published: parameter ptu-sizing-of-other-families",
    ),
    (
        "ptu.csv",
        "Mistral family",
        "no value was ever published: parameter ptu-sizing-of-other-families",
    ),
    (
        "ptu.csv",
        "FLUX (BFL) family",
        "no value was ever published: parameter ptu-sizing-of-other-families",
    ),
    (
        "ptu_prices.csv",
        "Azure Baseten Models regional",
        "no region is published: parameter ptu-sizing-of-other-families",
    ),
    ("vm_prices.csv", "Azure reserved VM, any family", "cloud-level averages, not a list price"),
];

fn fact_base() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "shared", "facts"].iter().collect()
}

fn facts(file: &str) -> Option<Vec<Fact>> {
    let path = fact_base().join(file);
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        println!("SKIPPED: no fact base at {}, rows of {file} were not looked up", path.display());
        return None;
    };
    let header = reader.headers().unwrap().clone();
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        header.iter().zip(record.iter()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    });
    Some(rows.collect())
}

/// Rows of the first fact base that the catalogue does not have.
#[derive(Default)]
struct Lost(BTreeSet<String>);

impl Lost {
    fn unless(&mut self, found: bool, what: &str) {
        if !found {
            self.0.insert(what.to_owned());
        }
    }

    /// They are those that `overturned.txt` names below the name of the check, and no others.
    fn are_those_of(&self, check: &str) {
        if !fact_base().is_dir() {
            return println!("SKIPPED: no fact base at {}", fact_base().display());
        }
        let path: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "tests", "catalog", "overturned.txt"].iter().collect();
        let known = std::fs::read_to_string(&path).unwrap();
        let heading = format!("== {check}");
        let listed = known.lines().skip_while(|line| *line != heading).skip(1);
        let listed: BTreeSet<String> = listed
            .take_while(|line| !line.starts_with("== "))
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        let new: Vec<_> = self.0.difference(&listed).collect();
        let back: Vec<_> = listed.difference(&self.0).collect();
        assert!(new.is_empty(), "lost, and not in {}: {new:#?}", path.display());
        assert!(back.is_empty(), "listed in {} and there: {back:#?}", path.display());
    }
}

fn same(a: &str, b: &str) -> bool {
    let number = |text: &str| {
        text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text)).map(|n| n.normalize())
    };
    a == b || matches!((number(a), number(b)), (Ok(a), Ok(b)) if a == b)
}

fn id(catalog: &Catalog, model: &str) -> String {
    catalog.model(model).unwrap_or_else(|error| panic!("{error}")).id.to_string()
}

fn has(table: &Table, prefix: &[&str], matches: impl Fn(&Row) -> bool) -> bool {
    table.with_prefix(prefix).iter().any(matches)
}

/// Whether a price scope covers exactly the regions of a fact, or is one of the named zones.
fn scope_fits(catalog: &Catalog, fact: &Fact, scope: &str) -> bool {
    let named: &[&str] = match fact["sku_scope"].as_str() {
        "data_zone_us_eu" | "data_zone_eu_other_us" => &["data_zone_us", "data_zone_eu"],
        "data_zone_eu_apac" => &["data_zone_eu", "data_zone_apac"],
        "data_zone_eu_other" => &["data_zone_eu"],
        "data_zone_eu_other_us_us_gov" | "data_zone_eu_us_us_gov" => {
            &["data_zone_us", "data_zone_eu", "us_gov_data_zone"]
        }
        other => &[other],
    };
    let members = catalog.tables().price_scopes.with_prefix(&[scope]);
    named.contains(&scope) || members.iter().map(|row| row.key(1)).eq(sorted(&fact["regions"]))
}

fn sorted(words: &str) -> Vec<&str> {
    let mut words: Vec<&str> = words.split_whitespace().collect();
    words.sort_unstable();
    words
}

#[test]
fn counts_are_those_of_the_manifest() {
    let catalog = Catalog::embedded().unwrap();
    let mut found = String::from("table,rows\n");
    for table in catalog.tables().iter() {
        found += &format!("{},{}\n", table.schema().file, table.rows().len());
    }
    let path = format!("{}/tests/catalog/kept.csv", env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(path).unwrap();
    assert!(
        found == manifest,
        "rows came or went: check that none was lost, then change the lines of \
         tests/catalog/kept.csv so:\n{}",
        difference(&manifest, &found)
    );
}

#[test]
fn every_token_price_is_kept() {
    let mut lost = Lost::default();
    let catalog = Catalog::embedded().unwrap();
    let Some(facts) = facts("prices.csv") else { return };
    assert_eq!(facts.len(), 1_629);
    let classes = [
        ("input_usd_per_1m", "input"),
        ("cached_input_usd_per_1m", "cached_input"),
        ("cache_write_usd_per_1m", "cache_write"),
        ("cache_write_1h_usd_per_1m", "cache_write_1h"),
        ("output_usd_per_1m", "output"),
        ("audio_input_usd_per_1m", "audio_input"),
        ("audio_cached_input_usd_per_1m", "cached_audio_input"),
        ("audio_output_usd_per_1m", "audio_output"),
        ("image_input_usd_per_1m", "image_input"),
        ("image_cached_input_usd_per_1m", "cached_image_input"),
        ("image_output_usd_per_1m", "image_output"),
    ];
    let mut values = 0;
    for fact in &facts {
        let model = id(&catalog, &fact["model"]);
        let preferred = fact["preferred"] == "1";
        let table =
            if preferred { &catalog.tables().prices } else { &catalog.tables().price_observations };
        let mut look = |class: Option<&str>, value: &str| {
            let found = has(table, &[&model], |row| {
                row.key(2) == fact["service_tier"]
                    && row.key(3) == fact["context_tier"]
                    && class.is_none_or(|class| row.key(4) == class)
                    && same(row.value(), value)
                    && (preferred || row.key(5).starts_with(&fact["source_key"]))
                    && scope_fits(&catalog, fact, row.key(1))
            });
            lost.unless(found, &format!("{model} {class:?} {value} of {}", fact["source_key"]));
        };
        for (column, class) in classes {
            if !fact[column].is_empty() {
                look(Some(class), &fact[column]);
                values += 1;
            }
        }
        for other in fact["other_price"].split(';').map(str::trim).filter(|text| !text.is_empty()) {
            look(None, other.split(' ').next().unwrap());
            values += 1;
        }
    }
    println!("{values} token prices looked up");
    lost.are_those_of("token prices");
}

#[test]
fn every_ptu_fact_is_kept() {
    let mut lost = Lost::default();
    let catalog = Catalog::embedded().unwrap();
    let tables = catalog.tables();
    if let Some(facts) = facts("ptu.csv") {
        assert_eq!(facts.len(), 72);
        for fact in &facts {
            if left_out("ptu.csv", &fact["model"]) {
                continue;
            }
            let model = id(&catalog, &fact["model"]);
            let value = &fact["input_tpm_per_ptu"];
            let attribute = if value.is_empty() { "unpublished" } else { "input_tpm_per_ptu" };
            lost.unless(
                has(&tables.throughput, &[&model, attribute], |row| {
                    value.is_empty() || same(row.value(), value)
                }),
                &model,
            );
            if !fact["output_to_input_ratio"].is_empty() {
                assert!(has(&tables.throughput, &[&model, "weight", "default", "output"], |row| {
                    same(row.value(), &fact["output_to_input_ratio"])
                }));
            }
            for (column, sku) in [
                ("global", "GlobalProvisionedManaged"),
                ("datazone", "DataZoneProvisionedManaged"),
                ("regional", "ProvisionedManaged"),
            ] {
                for (end, attribute) in [("min", "min_ptu"), ("increment", "increment_ptu")] {
                    let value = fact[&format!("{column}_{end}")].replace(" (US only)", "");
                    if value.parse::<u32>().is_ok() {
                        lost.unless(
                            has(&tables.ptu_grid, &[&model, sku, attribute], |row| {
                                row.value() == value
                            }),
                            &format!("{model} {sku} {attribute} {value}"),
                        );
                    }
                }
            }
        }
    }
    if let Some(facts) = facts("ptu_prices.csv") {
        assert_eq!(facts.len(), 50);
        for fact in &facts {
            if left_out("ptu_prices.csv", &format!("{} {}", fact["product"], fact["scope"])) {
                continue;
            }
            for (column, payment) in [
                ("hourly_usd_per_ptu", "hourly"),
                ("reservation_1_month_usd_per_ptu", "one_month"),
                ("reservation_1_year_usd_per_ptu", "one_year"),
            ] {
                let value = &fact[column];
                if value.is_empty() || value.contains("per month") {
                    continue;
                }
                lost.unless(
                    has(&tables.ptu_prices, &[&fact["product"]], |row| {
                        row.key(3) == payment
                            && (row.key(1) == fact["deployment_sku"]
                                || fact["deployment_sku"].is_empty())
                            && same(row.value(), value)
                    }),
                    &format!("{} {} {payment} {value}", fact["product"], fact["scope"]),
                );
            }
        }
        for value in ["312", "390"] {
            assert!(has(&tables.ptu_prices, &["Azure OpenAI", "PTU-C"], |row| {
                row.key(3) == "commitment_month" && row.value() == value
            }));
        }
    }
    lost.are_those_of("PTUs");
}

#[test]
fn every_quota_and_region_is_kept() {
    let mut lost = Lost::default();
    let catalog = Catalog::embedded().unwrap();
    let tables = catalog.tables();
    if let Some(facts) = facts("quotas.csv") {
        assert_eq!(facts.len(), 767);
        for fact in &facts {
            let model = match fact["model"].as_str() {
                "all models"
                | "rest of models (not Azure OpenAI)"
                | "(any serverless / MaaS model, hub-era)" => "*".to_owned(),
                "o-series" => "o*".to_owned(),
                "gpt-5 (reasoning models)" => "gpt-5*".to_owned(),
                "speech-to-text audio API" => "*speech-to-text audio API".to_owned(),
                other => id(&catalog, other),
            };
            let sku = fact["deployment_type"].replace("unknown", "unspecified");
            let key = [&*model, &*fact["version"], &*sku, &*fact["tier"]];
            for (column, attribute) in [
                ("tpm", "tokens_per_minute"),
                ("rpm", "requests_per_minute"),
                ("itpm", "input_tokens_per_minute"),
                ("otpm", "output_tokens_per_minute"),
            ] {
                let value = &fact[column];
                lost.unless(
                    value.is_empty()
                        || has(&tables.quotas, &key, |row| {
                            row.key(4) == attribute && row.value() == value
                        }),
                    &format!("{key:?} {attribute} {value}"),
                );
            }
        }
    }
    for (file, tier, count) in
        [("region_matrix.csv", "standard", 4_225), ("priority_regions.csv", "priority", 110)]
    {
        let Some(facts) = facts(file) else { continue };
        assert_eq!(facts.len(), count);
        for fact in &facts {
            let model = id(&catalog, &fact["model"]);
            let key = [&*model, &*fact["version"], &*fact["sku_name"], tier, &*fact["region"]];
            lost.unless(has(&tables.availability, &key, |_| true), &format!("{key:?}"));
        }
    }
    if let Some(facts) = facts("usage_tiers.csv") {
        for fact in &facts {
            for model in fact["model"].split('+') {
                assert!(has(&tables.usage_tiers, &[&id(&catalog, model)], |row| {
                    row.value() == fact["tokens_per_month"]
                }));
            }
        }
    }
    if let Some(facts) = facts("priority_targets.csv") {
        for fact in &facts {
            assert!(has(&tables.priority_targets, &[&fact["model"], &fact["version"]], |row| {
                row.value() == fact["min_tokens_per_second"]
            }));
        }
    }
    if let Some(facts) = facts("batch_limits.csv") {
        assert_eq!(facts.len(), 150);
        for fact in &facts {
            let name = &fact["model_or_limit"];
            let value = fact["value"].replace("N/A", "not offered");
            for sku in fact["sku_name"].split('|') {
                let found = match fact["kind"].as_str() {
                    "fail_fast_region" => {
                        has(&tables.regions, &[name, "batch_fail_fast"], |row| row.value() == "yes")
                    }
                    "limit" => has(&tables.batch_limits, &["*", sku, "all", name], |row| {
                        row.value() == value
                    }),
                    _ => has(&tables.batch_limits, &[name, sku, &fact["tier"]], |row| {
                        row.value() == value
                    }),
                };
                lost.unless(found, &format!("{name} {sku} {value}"));
            }
        }
    }
    lost.are_those_of("quotas and regions");
}

#[test]
fn every_fine_tuning_and_machine_price_is_kept() {
    let mut lost = Lost::default();
    let catalog = Catalog::embedded().unwrap();
    let tables = catalog.tables();
    if let Some(facts) = facts("finetune_models.csv") {
        for fact in &facts {
            let model = id(&catalog, &fact["model"]);
            for method in fact["methods"].split('|') {
                let key = [&*model, &*fact["version"], "method", method];
                lost.unless(has(&tables.finetune_methods, &key, |_| true), &format!("{key:?}"));
            }
        }
    }
    if let Some(facts) = facts("finetune_prices.csv") {
        assert_eq!(facts.len(), 107);
        for fact in facts.iter().filter(|fact| fact["model"] != "*") {
            let model = id(&catalog, &fact["model"]);
            for (column, value) in fact
                .iter()
                .filter(|(column, value)| column.contains("_usd_per_") && !value.is_empty())
            {
                let found = has(&tables.finetune_prices, &[&model], |row| {
                    let members = tables.price_scopes.with_prefix(&[row.key(2)]);
                    same(row.value(), value)
                        && (members.iter().map(|m| m.key(1)).eq(sorted(&fact["regions"]))
                            || fact["regions"] == "unknown")
                });
                lost.unless(found, &format!("{model} {} {column} {value}", fact["scope"]));
            }
        }
    }
    if let Some(facts) = facts("vm_prices.csv") {
        assert_eq!(facts.len(), 40);
        for fact in &facts {
            if left_out("vm_prices.csv", &fact["sku"]) {
                continue;
            }
            let name = &fact["sku"];
            let found = tables.machines.rows().iter().any(|row| {
                let meter = has(&tables.machines, &[row.key(0), row.key(1), row.key(2)], |row| {
                    row.key(4) == "meter" && row.value() == name
                });
                (row.key(1) == name || meter)
                    && row.key(4) == "hourly"
                    && (row.key(2) == fact["region"] || row.key(2) == "*")
                    && same(row.value(), &fact["paygo_usd_per_hour"])
            });
            lost.unless(found, &format!("{name} {}", fact["region"]));
        }
    }
    lost.are_those_of("fine-tuning and machines");
}

fn left_out(file: &str, name: &str) -> bool {
    LEFT_OUT.iter().any(|(of, row, _)| *of == file && *row == name)
}

#[test]
fn look_ups_give_the_figures_of_the_fact_base() {
    let mut lost = Lost::default();
    use jiff::civil::date;
    use ptuplan::catalog::price::TokenPriceQuery;
    use ptuplan::ledger::usage::{ContextTier, ServiceTier};
    use ptuplan::units::tokens::TokenClass;
    let catalog = Catalog::embedded().unwrap();
    let Some(facts) = facts("prices.csv") else { return };
    let mut count = 0;
    for fact in facts.iter().filter(|fact| fact["preferred"] == "1") {
        let (sku, region) = match fact["sku_scope"].as_str() {
            "global" => ("GlobalStandard", "eastus2"),
            "data_zone_us" => ("DataZoneStandard", "eastus2"),
            "data_zone_eu" => ("DataZoneStandard", "swedencentral"),
            "data_zone_apac" => ("DataZoneStandard", "japaneast"),
            _ => continue,
        };
        let tiers =
            [ServiceTier::Standard, ServiceTier::Priority, ServiceTier::Flex, ServiceTier::Batch];
        let tier = tiers.into_iter().find(|tier| tier.as_str() == fact["service_tier"]).unwrap();
        let long = fact["context_tier"] == "long";
        let context = if long { ContextTier::Long } else { ContextTier::Default };
        for (column, class) in [
            ("input_usd_per_1m", TokenClass::Input),
            ("cached_input_usd_per_1m", TokenClass::CachedInput),
            ("output_usd_per_1m", TokenClass::Output),
        ] {
            if fact[column].is_empty() {
                continue;
            }
            let query =
                TokenPriceQuery { model: &fact["model"], sku, region, tier, context, class };
            let listed: Decimal = fact[column].parse().unwrap();
            let found = catalog.token_price(&query, date(2026, 12, 1)).ok().map(|own| own.value);
            let as_listed =
                found.is_some_and(|own| own.price.amount() == listed && own.per == 1_000_000);
            lost.unless(as_listed, &format!("{} {sku} {tier:?} {class} {listed}", fact["model"]));
            if long && class == TokenClass::Input && !fact["context_threshold_tokens"].is_empty() {
                let above = catalog
                    .long_context_above(&fact["model"], sku, region, tier, date(2026, 12, 1))
                    .ok()
                    .flatten();
                let threshold = &fact["context_threshold_tokens"];
                let same = above.is_some_and(|above| above.value.to_string() == *threshold);
                lost.unless(same, &format!("{} {sku} long above {threshold}", fact["model"]));
            }
            count += 1;
        }
    }
    assert!(count > 1_500, "{count}");
    lost.are_those_of("look-ups");
}
