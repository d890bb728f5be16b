//! Figures of the embedded catalogue, and the errors of asking for what it does not have.

use jiff::civil::{Date, date};
use ptuplan::catalog::Catalog;
use ptuplan::catalog::price::TokenPriceQuery;
use ptuplan::catalog::ptu::{Generation, PtuPayment};
use ptuplan::ledger::usage::{Answer, ContextTier, ServiceTier};
use ptuplan::units::ptu::Grid;
use ptuplan::units::tokens::TokenClass;

fn catalog() -> Catalog {
    Catalog::embedded().unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

const TODAY: Date = date(2026, 12, 1);

fn query<'a>(
    model: &'a str,
    sku: &'a str,
    region: &'a str,
    class: TokenClass,
) -> TokenPriceQuery<'a> {
    let (tier, context) = (ServiceTier::Standard, ContextTier::Default);
    TokenPriceQuery { model, sku, region, tier, context, class }
}

fn price(catalog: &Catalog, query: TokenPriceQuery<'_>, on: Date) -> String {
    match catalog.token_price(&query, on) {
        Ok(price) => format!("{} per {}", price.value.price.to_exact_string(), price.value.per),
        Err(error) => error.to_string(),
    }
}

#[test]
fn token_prices_follow_the_scope_of_sku_and_region() {
    let c = catalog();
    let ask = |sku, region| price(&c, query("gpt-4.1", sku, region, TokenClass::Output), TODAY);
    assert_eq!(ask("GlobalStandard", "swedencentral"), "8 per 1000000");
    assert_eq!(ask("DataZoneStandard", "swedencentral"), "8.8 per 1000000");
    assert_eq!(ask("Standard", "swedencentral"), "9.68 per 1000000");
    assert_eq!(ask("Standard", "eastus2"), "8.8 per 1000000");
    assert_eq!(ask("GlobalBatch", "eastus2"), "4 per 1000000");
}

/// A bill may name no region: where none decides the price there is one, and elsewhere none is taken for granted.
#[test]
fn without_a_region_only_prices_that_no_region_decides_are_known() {
    let c = catalog();
    let ask = |sku| price(&c, query("gpt-4.1", sku, "", TokenClass::Output), TODAY);
    assert_eq!(ask("GlobalStandard"), "8 per 1000000");
    for sku in ["DataZoneStandard", "Standard"] {
        let said = format!("error: no region is stated, and prices of {sku} differ by region");
        assert!(ask(sku).starts_with(&said), "{}", ask(sku));
    }
}

#[test]
fn a_price_before_its_first_day_names_the_day_and_the_row() {
    let c = catalog();
    let asked = query("gpt-5.2", "DataZoneStandard", "swedencentral", TokenClass::Input);
    let error = c.token_price(&asked, date(2025, 1, 1)).unwrap_err();
    assert_eq!(error.code, "price-not-in-force");
    let text = error.to_string();
    let (before, rest) = text.split_once("data/azure/prices.csv:").unwrap();
    assert_eq!(
        before,
        "error: price not in force: gpt-5.2 · DataZoneStandard · input on 2025-01-01 (first 2025-12-11, "
    );
    assert!(rest.ends_with(
        ")\n hint: start the scenario on or after 2025-12-11, or add the earlier price"
    ));
}

#[test]
fn unknown_names_come_with_the_nearest_known_one() {
    let c = catalog();
    assert_eq!(
        c.model("gpt-4.1-mimi").unwrap_err().to_string(),
        "error: unknown model: gpt-4.1-mimi\n hint: did you mean gpt-4.1-mini?"
    );
    assert_eq!(
        c.sku("GlobalStandrad").unwrap_err().to_string(),
        "error: unknown SKU: GlobalStandrad\n hint: did you mean GlobalStandard?"
    );
    assert_eq!(c.region("swedncentral").unwrap_err().code, "unknown-region");
    assert_eq!(&*c.model("GLM 5").unwrap().id, "FW-GLM-5");
    assert_eq!(&*c.model("deepseek-r1").unwrap().id, "DeepSeek-R1");
}

#[test]
fn a_missing_price_is_not_zero() {
    let c = catalog();
    let asked = query("gpt-4.1", "GlobalStandard", "eastus", TokenClass::ImageOutput);
    assert_eq!(c.token_price(&asked, TODAY).unwrap_err().code, "no-price");
}

#[test]
fn a_price_that_changed_is_told_by_date() {
    let c = catalog();
    let ask =
        |on| price(&c, query("gpt-5.6-sol", "GlobalStandard", "eastus2", TokenClass::Output), on);
    assert_eq!(ask(date(2026, 7, 15)), "30 per 1000000");
    assert_eq!(ask(date(2026, 9, 1)), "20 per 1000000");
    assert_eq!(ask(TODAY), "30 per 1000000", "the promotion is promised until the day before");
}

#[test]
fn ptu_prices_follow_region_and_date() {
    let c = catalog();
    let ask = |sku, region, payment, on| match c.ptu_price("gpt-5.2", sku, region, payment, on) {
        Ok(price) => price.value.price.to_exact_string(),
        Err(error) => error.code.as_str().to_owned(),
    };
    let hourly = PtuPayment::Hourly;
    assert_eq!(ask("GlobalProvisionedManaged", "eastus", hourly, TODAY), "1");
    assert_eq!(ask("GlobalProvisionedManaged", "eastus", PtuPayment::OneMonth, TODAY), "260");
    assert_eq!(ask("GlobalProvisionedManaged", "eastus", PtuPayment::OneYear, TODAY), "2652");
    assert_eq!(ask("DataZoneProvisionedManaged", "eastus2", hourly, TODAY), "1.1");
    assert_eq!(ask("DataZoneProvisionedManaged", "swedencentral", hourly, TODAY), "1.2");
    assert_eq!(
        ask("DataZoneProvisionedManaged", "swedencentral", hourly, date(2026, 8, 31)),
        "1.1"
    );
    assert_eq!(ask("ProvisionedManaged", "swedencentral", hourly, TODAY), "2.36");
    assert_eq!(ask("ProvisionedManaged", "swedencentral", hourly, date(2025, 12, 31)), "2.2");
    assert_eq!(
        ask("ProvisionedManaged", "swedencentral", PtuPayment::OneYear, date(2025, 12, 31)),
        "price-unknown"
    );
    assert_eq!(
        ask("ProvisionedManaged", "swedencentral", hourly, date(2024, 3, 31)),
        "price-not-in-force"
    );
}

#[test]
fn throughput_and_grid_are_dated() {
    let c = catalog();
    let t = c.throughput("gpt-5.2", TODAY).unwrap();
    assert_eq!((t.generation.value, t.input_tpm_per_ptu.value), (Generation::A, 3_400));
    let output = |t: &ptuplan::catalog::ptu::Throughput| {
        t.weight(ContextTier::Default, TokenClass::Output).unwrap().value
    };
    assert_eq!(output(&t), 8_000);
    assert_eq!(t.weight(ContextTier::Long, TokenClass::CachedInput).unwrap().value, 0);
    assert_eq!(output(&c.throughput("gpt-4o-mini", date(2026, 4, 6)).unwrap()), 3_000);
    assert_eq!(output(&c.throughput("gpt-4o-mini", date(2026, 4, 7)).unwrap()), 4_000);
    let b = c.throughput("gpt-6.1-sol", TODAY).unwrap();
    assert_eq!(b.weight(ContextTier::Long, TokenClass::CachedInput).unwrap().value, 100);
    assert_eq!(c.throughput("gpt-4-32k", TODAY).unwrap_err().code, "throughput-unpublished");
    assert_eq!(c.throughput("gpt-4.1", TODAY).unwrap().max_input_tokens.unwrap().value, 128_000);
    let grid = c.grid("gpt-4.1", "ProvisionedManaged", TODAY).unwrap();
    assert_eq!(grid.value, Grid { min_ptu: 50, increment_ptu: 50 });
    assert_eq!(c.grid("DeepSeek-R1", "ProvisionedManaged", TODAY).unwrap_err().code, "no-grid");
    let old = c.grid("GLM 5", "GlobalProvisionedManaged", date(2026, 6, 1)).unwrap();
    assert_eq!(old.value, Grid { min_ptu: 700, increment_ptu: 350 });
}

#[test]
fn quotas_know_tier_window_and_pool() {
    let c = catalog();
    let q = c.quota("gpt-4.1", "DataZoneStandard", "Tier 1", TODAY).unwrap();
    assert_eq!(q.tokens_per_minute.unwrap().value, 300_000);
    assert_eq!(q.requests_per_minute.unwrap().value, 300);
    let legacy = "Enterprise and MCA-E (legacy)";
    let old = c.quota("gpt-4.1", "GlobalStandard", legacy, date(2026, 1, 31)).unwrap();
    assert_eq!(old.tokens_per_minute.unwrap().value, 5_000_000);
    assert_eq!(
        c.quota("gpt-4.1", "GlobalStandard", legacy, TODAY).unwrap_err().code,
        "value-not-in-force"
    );
    let ten = c.quota("gpt-4o", "DataZoneStandard", "Tier 1", TODAY).unwrap();
    let (count, seconds) = ten.requests_per_window.unwrap();
    assert_eq!((count.value, seconds), (300, 10));
    let claude = c.quota("claude-opus-5", "GlobalStandard", "Pay-as-you-go", TODAY).unwrap();
    assert_eq!(claude.output_tokens_per_minute.unwrap().value, 8_000);
    assert_eq!(claude.pool, ptuplan::catalog::quota::QuotaPool::Subscription);
}

#[test]
fn availability_covers_standard_and_provisioned() {
    let c = catalog();
    assert!(c.is_available("gpt-4.1", "DataZoneStandard", "swedencentral", TODAY));
    assert!(!c.is_available("computer-use-preview", "GlobalStandard", "norwayeast", TODAY));
    assert!(c.is_available("gpt-4.1", "ProvisionedManaged", "swedencentral", TODAY));
    assert!(c.is_available("FW-GLM-5", "DataZoneProvisionedManaged", "eastus2", TODAY));
    assert!(!c.is_available("FW-GLM-5", "DataZoneProvisionedManaged", "swedencentral", TODAY));
}

#[test]
fn every_answer_has_a_billing_rule_and_contradictions_have_a_switch() {
    let c = catalog();
    for answer in Answer::ALL {
        assert!(c.billing_rule(answer, TODAY).is_ok(), "{}", answer.as_str());
    }
    let long =
        |reading| c.billing_rule_read_as(Answer::InputTooLong, reading, TODAY).unwrap().value;
    assert!(long("default").input && !long("faq-2026").input);
}

#[test]
fn parameters_clients_and_limiters_are_named() {
    let c = catalog();
    let burst = c.parameter("provisioned-burst").unwrap().number().unwrap();
    assert_eq!(burst.value.to_string(), "60");
    assert_eq!(c.client("openai-sdk").unwrap().max_retries, 2);
    assert_eq!(c.client("openai-python").unwrap().name, c.client("openai-sdk").unwrap().name);
    let documented = c.limiter_profile("documented").unwrap();
    assert_eq!((documented.assumed_output_tokens, documented.counts_refused), (None, true));
    let window = c.parameter("standard-request-window").unwrap();
    assert_eq!(
        (window.number().unwrap().value.to_string(), &window.readings[..]),
        ("60".to_owned(), &[1, 10][..])
    );
    assert!(c.assumptions().any(|a| &*a.what == "provisioned-burst"));
}
