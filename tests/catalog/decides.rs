//! The rows that decide a plan: where a model is sold, until when, at what list price, under which name.

use crate::catalog::embedded;
use jiff::civil::{Date, date};
use ptuplan::catalog::availability::Availability;
use ptuplan::catalog::image::Picture;
use ptuplan::catalog::lifecycle::Stage;
use ptuplan::catalog::price::TokenPriceQuery;
use ptuplan::catalog::promotion::Promotions;
use ptuplan::ledger::usage::{ContextTier, ServiceTier};
use ptuplan::units::tokens::TokenClass;

const DECEMBER: Date = date(2026, 12, 1);

fn query<'a>(model: &'a str, sku: &'a str, class: TokenClass) -> TokenPriceQuery<'a> {
    TokenPriceQuery {
        model,
        sku,
        region: "swedencentral",
        tier: ServiceTier::Standard,
        context: ContextTier::Default,
        class,
    }
}

fn price(model: &str, sku: &str, class: TokenClass, on: Date) -> String {
    let price = embedded().token_price(&query(model, sku, class), on);
    price.unwrap_or_else(|e| panic!("{e}")).value.price.amount().normalize().to_string()
}

#[test]
fn a_cut_is_dated_by_the_day_it_was_in_force() {
    let global = |on| price("gpt-5.6-luna", "GlobalStandard", TokenClass::Input, on);
    assert_eq!(global(date(2026, 7, 31)), "1");
    assert_eq!(global(date(2026, 8, 1)), "0.2");
    let zone = |on| price("gpt-5.6-luna", "DataZoneStandard", TokenClass::CachedInput, on);
    assert_eq!(zone(date(2026, 7, 31)), "0.11");
    assert_eq!(zone(date(2026, 8, 1)), "0.022");
    assert_eq!(price("gpt-5.6-sol", "GlobalStandard", TokenClass::Input, date(2026, 9, 10)), "4");
}

#[test]
fn a_promotion_ends_at_its_promise_and_the_list_price_returns() {
    let catalog = embedded();
    let asked = query("gpt-5.6-sol", "GlobalStandard", TokenClass::Output);
    let promotion = catalog.promotion(&asked).unwrap();
    assert_eq!(promotion.until_at_least, date(2026, 11, 30));
    assert_eq!(promotion.list_price.value.price.amount().normalize().to_string(), "30");
    let on = |day| price("gpt-5.6-sol", "GlobalStandard", TokenClass::Output, day);
    assert_eq!((on(date(2026, 11, 30)), on(DECEMBER)), ("20".to_owned(), "30".to_owned()));
    let read = |reading| {
        let price = catalog.token_price_read_as(&asked, reading, DECEMBER).unwrap();
        price.value.price.amount().normalize().to_string()
    };
    assert_eq!(read(Promotions::Continue), "20");
    assert_eq!(read(Promotions::ListPrice), "30");
    assert!(catalog.promotion(&query("gpt-5.4", "GlobalStandard", TokenClass::Input)).is_none());
}

#[test]
fn one_model_has_one_price_whatever_name_it_is_called_by() {
    let july = date(2026, 7, 20);
    for name in
        ["gpt-5.6-luna", "gpt-5.6-luna-2026-07-09", "gpt-5.6-luna (2026-07-09)", "GPT-5.6-Luna"]
    {
        assert_eq!(price(name, "GlobalStandard", TokenClass::Input, july), "1", "{name}");
    }
    // A version that has prices of its own keeps them.
    let old = price("gpt-4o-2024-05-13", "GlobalStandard", TokenClass::Input, DECEMBER);
    assert_ne!(old, price("gpt-4o", "GlobalStandard", TokenClass::Input, DECEMBER));
    let named = embedded().named("gpt-4o-0513").unwrap();
    assert_eq!((&*named.model.id, named.version.as_deref()), ("gpt-4o", Some("2024-05-13")));
    assert!(named.note.unwrap().contains("version 2024-05-13"));
    assert!(embedded().named("gpt-4o-2023-01-01").is_err(), "no such version");
}

#[test]
fn the_list_has_what_the_platform_sells() {
    let models: Vec<&str> = embedded().models().map(|model| &*model.id).collect();
    assert!(models.len() < 290, "{}", models.len());
    for gone in
        ["gpt-5.6", "gpt-5.6-sol-2026-07-09", "container", "speech/azure-tts", "model_router"]
    {
        assert!(!models.contains(&gone), "{gone}");
    }
    assert_eq!(&*embedded().model("gpt-5.6").unwrap().id, "gpt-5.6-sol");
}

#[test]
fn provisioned_regions_come_from_the_matrix() {
    let of = |model: &str, sku: &str, region: &str| {
        embedded().availability(model, sku, region, DECEMBER)
    };
    let (global, zone, regional) =
        ("GlobalProvisionedManaged", "DataZoneProvisionedManaged", "ProvisionedManaged");
    assert!(of("gpt-5.4", regional, "swedencentral").is_listed());
    assert!(of("gpt-5.5", zone, "swedencentral").is_listed());
    for (model, sku, region) in [
        ("gpt-5.6-sol", regional, "swedencentral"),
        ("gpt-5.6-luna", zone, "swedencentral"),
        ("gpt-6-astra", regional, "westus"),
        ("gpt-5-nano", global, "swedencentral"),
        ("gpt-5.4", zone, "australiaeast"),
        ("gpt-5.1", zone, "usgovvirginia"),
        ("gpt-5.1", "GlobalStandard", "usgovvirginia"),
    ] {
        let found = of(model, sku, region);
        assert!(
            matches!(found, Availability::NotListed { .. }),
            "{model} {sku} {region}: {found:?}"
        );
    }
    let regions = embedded().regions_of("gpt-5.6-sol", regional, DECEMBER);
    assert_eq!(regions, ["uksouth", "westus"]);
}

#[test]
fn what_no_table_says_is_unknown_and_tells_how_to_check() {
    for (model, sku) in [
        ("gpt-6.1-terra", "GlobalStandard"),
        ("gpt-oss-120b", "GlobalProvisionedManaged"),
        ("FW-GLM-5", "GlobalProvisionedManaged"),
    ] {
        match embedded().availability(model, sku, "swedencentral", DECEMBER) {
            Availability::Unknown { check, .. } => {
                assert!(check.contains("az cognitiveservices model list"), "{check}");
                assert!(check.contains("--location swedencentral"), "{check}");
            }
            other => panic!("{model} {sku}: {other:?}"),
        }
        let regions = embedded().regions_of(model, sku, DECEMBER);
        assert!(regions.is_empty(), "a price does not make it sold: {model}");
    }
}

#[test]
fn managed_compute_runs_open_weights_alone() {
    let of =
        |model: &str, sku: &str| embedded().availability(model, sku, "swedencentral", DECEMBER);
    for model in [
        "gpt-5.6-sol",
        "gpt-4.1",
        "o3",
        "codex-mini",
        "claude-sonnet-5",
        "grok-4",
        "FLUX.1-Kontext-pro",
        "model-router",
        "whisper",
        "text-embedding-3-large",
    ] {
        for sku in ["GlobalManagedCompute", "Managed compute (VM)"] {
            let found = of(model, sku);
            let refused = matches!(found, Availability::NotListed { .. });
            assert!(refused, "{model} {sku}: {found:?}");
        }
    }
    // It can be run; in which regions no document that was read says.
    let oss = of("gpt-oss-120b", "GlobalManagedCompute");
    assert!(matches!(oss, Availability::Unknown { .. }), "{oss:?}");
    let llama = of("Llama-3.3-70B-Instruct", "GlobalManagedCompute");
    assert!(matches!(llama, Availability::Unknown { .. }), "{llama:?}");
}

#[test]
fn a_version_has_its_stage_its_last_day_and_its_replacement() {
    let life = |model: &str, on| embedded().lifecycle(model, "GlobalStandard", false, on).unwrap();
    let stage = |model: &str, on| life(model, on).stage.map(|stage| stage.value);
    assert_eq!(stage("gpt-4.1", DECEMBER), Some(Stage::Deprecated));
    assert_eq!(stage("gpt-4.1", date(2026, 8, 1)), None, "no schedule of that day was read");
    assert_eq!(stage("gpt-4o", DECEMBER), Some(Stage::Legacy), "its newest version");
    assert_eq!(stage("gpt-4o-2024-05-13", DECEMBER), Some(Stage::Deprecated));
    assert_eq!(stage("gpt-4o-2024-05-13", date(2027, 1, 1)), Some(Stage::Retired));
    assert_eq!(stage("o3", date(2026, 11, 19)), Some(Stage::Deprecated));
    assert_eq!(stage("o3", date(2026, 11, 20)), Some(Stage::Retired));
    assert_eq!(stage("gpt-6-sol", DECEMBER), None, "unknown is not GA");
    let next = life("o3", DECEMBER).replacement.unwrap().value;
    assert_eq!(&*next, "gpt-5.6-sol");
    assert_eq!(life("gpt-4.1-nano", DECEMBER).retires.unwrap().value, date(2027, 4, 14));
    let tuned = embedded().lifecycle("gpt-4.1", "GlobalStandard", true, DECEMBER).unwrap();
    assert_eq!(tuned.retires.unwrap().value, date(2027, 10, 14));
}

#[test]
fn an_input_may_be_as_long_as_its_way_to_deploy_takes() {
    let longest = |model: &str, sku: &str| {
        embedded().longest_input(model, sku, DECEMBER).map(|tokens| tokens.value)
    };
    assert_eq!(longest("gpt-4.1", "GlobalStandard"), Some(300_000));
    assert_eq!(longest("gpt-4.1", "GlobalProvisionedManaged"), Some(128_000));
    assert_eq!(longest("gpt-4.1", "GlobalBatch"), Some(128_000));
    assert_eq!(longest("gpt-5.4", "GlobalStandard"), Some(922_000));
    assert_eq!(longest("gpt-4o", "GlobalStandard"), Some(128_000));
    assert_eq!(longest("grok-3", "GlobalStandard"), None, "nobody publishes one");
}

/// The worked examples of the guide, and its table.
#[test]
fn images_are_tokens_by_the_formula_of_the_family() {
    let tokens = |model: &str, detail: &str, width: u32, height: u32| {
        embedded().image_tokens(model, &Picture { detail, width, height }).unwrap().value
    };
    for (model, detail, width, height, expected) in [
        ("gpt-4o", "high", 1_024, 1_024, 765),
        ("gpt-4o", "high", 2_048, 4_096, 1_105),
        ("gpt-4o", "low", 4_000, 100, 85),
        ("gpt-4.1", "high", 1_800, 2_400, 765),
        ("gpt-4o-mini", "high", 1_024, 1_024, 25_501),
        ("gpt-5", "auto", 2_048, 4_096, 910),
        ("o3", "high", 512, 512, 225),
        ("o4-mini", "high", 1_024, 1_024, 1_762),
        ("gpt-5-mini", "high", 1_800, 2_400, 2_353),
        ("gpt-5-mini", "auto", 4_032, 3_024, 2_353),
        ("gpt-5-mini", "auto", 2_048, 4_096, 2_362),
        ("gpt-4.1-nano", "high", 1_800, 2_400, 3_572),
        ("gpt-5.2", "high", 2_048, 4_096, 1_458),
        ("gpt-5.4", "high", 4_032, 3_024, 2_451),
        ("gpt-5.4", "auto", 2_048, 4_096, 2_048),
        ("gpt-5.4", "original", 4_032, 3_024, 9_890),
        ("gpt-5.5", "auto", 1_800, 2_400, 4_275),
        ("gpt-5.6-sol", "auto", 4_032, 3_024, 11_970),
        ("gpt-5.6-sol", "high", 4_032, 3_024, 2_451),
        ("gpt-6-sol", "auto", 4_032, 3_024, 11_970),
        ("gpt-5.6-luna", "low", 4_032, 3_024, 256),
        ("gpt-image-1", "low", 1_800, 2_400, 323),
        ("claude-sonnet-5", "auto", 1_024, 1_024, 1_399),
        ("claude-sonnet-5", "auto", 4_032, 3_024, 1_600),
    ] {
        let found = tokens(model, detail, width, height);
        assert_eq!(found, expected, "{model} {detail} {width}x{height}");
    }
    let missing =
        embedded().image_tokens("Phi-4", &Picture { detail: "high", width: 1, height: 1 });
    assert_eq!(missing.unwrap_err().code.as_str(), "no-image-rule");
    let detail =
        embedded().image_tokens("gpt-4o", &Picture { detail: "original", width: 1, height: 1 });
    assert_eq!(detail.unwrap_err().code.as_str(), "no-image-detail");
}

/// S 40: a price of flex does not make it offered, and its promotion ends as that of Standard does.
#[test]
fn flex_is_offered_where_a_list_names_the_model() {
    let flex = |model: &str, sku: &str| embedded().flex(model, sku, "swedencentral", DECEMBER);
    assert!(flex("gpt-5.6-sol", "GlobalStandard").is_listed());
    for (model, sku) in [
        ("gpt-5.4", "GlobalStandard"),
        ("gpt-6-sol", "GlobalStandard"),
        ("gpt-5.6-sol", "DataZoneStandard"),
    ] {
        let found = flex(model, sku);
        assert!(matches!(found, Availability::NotListed { .. }), "{model} {sku}: {found:?}");
    }
    let newer = flex("gpt-6.1-sol", "GlobalStandard");
    assert!(matches!(newer, Availability::Unknown { .. }), "{newer:?}");
    for class in
        [TokenClass::Input, TokenClass::CachedInput, TokenClass::CacheWrite, TokenClass::Output]
    {
        let of = |tier| {
            let asked = TokenPriceQuery { tier, ..query("gpt-5.6-sol", "GlobalStandard", class) };
            embedded().token_price(&asked, DECEMBER).unwrap().value.price.amount()
        };
        let [standard, flex] = [ServiceTier::Standard, ServiceTier::Flex].map(of);
        assert_eq!(flex + flex, standard, "{class}");
    }
}

#[test]
fn partners_versions_have_their_life_and_a_retired_model_is_told() {
    let lives = embedded().lifecycles("claude-haiku-4-5", DECEMBER);
    assert_eq!(lives.len(), 2, "{lives:?}");
    assert!(embedded().is_retired("claude-haiku-4-5", DECEMBER));
    assert!(embedded().is_retired("o3", DECEMBER));
    assert!(!embedded().is_retired("gpt-4o", DECEMBER));
}
