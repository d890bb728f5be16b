//! Pages of the Azure Retail Prices API: real rows of the feed, and rows that must not be guessed.

use jiff::civil::date;
use ptuplan::catalog::Catalog;
use ptuplan::catalog::retail::merge::merge;
use ptuplan::catalog::retail::page::read;
use ptuplan::catalog::retail::propose::{Import, Standing, propose};

fn item(meter: &str, price: &str, unit: &str, region: &str) -> String {
    format!(
        r#"{{"currencyCode":"USD","retailPrice":{price},"unitPrice":{price},"armRegionName":"{region}","effectiveStartDate":"2026-09-01T00:00:00Z","meterName":"{meter}","productName":"Azure OpenAI","armSkuName":"x","unitOfMeasure":"{unit}","type":"Consumption"}}"#
    )
}

fn import(items: &[String]) -> Import {
    let page = format!(
        r#"{{"BillingCurrency":"USD","Items":[{}],"NextPageLink":null,"Count":{}}}"#,
        items.join(","),
        items.len()
    );
    propose(&Catalog::embedded().unwrap(), &read("page.json", &page).unwrap())
}

fn line(import: &Import) -> String {
    let p = &import.proposals[0];
    format!("{} {} {} {}", p.table, p.keys.join("·"), p.value, p.unit)
}

#[test]
fn real_meters_are_placed() {
    let cases = [
        (
            ("gpt 4.1 Inp glbl Tokens", "0.002", "1K", "eastus2"),
            "prices.csv gpt-4.1·global·standard·default·input 2 USD/1M tokens",
        ),
        (
            ("56luna ShCo Opt Fl Gl 1M Tokens", "0.6", "1M", "australiaeast"),
            "prices.csv gpt-5.6-luna·global·flex·default·output 0.6 USD/1M tokens",
        ),
        (
            ("54 opt Dz Tokens", "16.5", "1M", "swedencentral"),
            "prices.csv gpt-5.4·data_zone_eu·standard·default·output 16.5 USD/1M tokens",
        ),
        (
            ("gpt 4.1 mini cached Inp regnl Tokens", "0.00011", "1K", "eastus"),
            "prices.csv gpt-4.1-mini·regional/australiaeast+8·standard·default·cached_input 0.11 USD/1M tokens",
        ),
        (
            ("56 sol LongCo Cd Wr Gl Tokens", "10", "1M", "eastus2"),
            "prices.csv gpt-5.6-sol·global·standard·long·cache_write 10 USD/1M tokens",
        ),
        (
            ("gpt 5.2 BatchOutp glbl Tokens", "7", "1M", "eastus2"),
            "prices.csv gpt-5.2·global·batch·default·output 7 USD/1M tokens",
        ),
        (
            ("Provisioned Managed Regional Unit", "2.36", "1/Hour", "swedencentral"),
            "ptu_prices.csv Azure OpenAI·ProvisionedManaged·ptu_regional/canadacentral+7·hourly 2.36 USD/PTU/hour",
        ),
    ];
    for ((meter, price, unit, region), expected) in cases {
        let found = import(&[item(meter, price, unit, region)]);
        assert!(found.unclassified.is_empty(), "{meter}: {:?}", found.unclassified);
        assert_eq!(line(&found), expected, "{meter}");
    }
}

#[test]
fn a_reservation_is_priced_for_its_whole_term() {
    let row = r#"{"currencyCode":"USD","tierMinimumUnits":0.0,"reservationTerm":"1 Month","retailPrice":326.0,"unitPrice":326.0,"armRegionName":"southindia","location":"IN South","effectiveStartDate":"2026-09-01T00:00:00Z","meterId":"3d88d985-8c79-57ed-a250-b958bb10c3a8","meterName":"Provisioned Managed Regional Unit","productId":"DZH318Z0H7CB","skuId":"DZH318Z0H7CB/002C","productName":"Azure AI Foundry Provisioned Throughput Reservation","skuName":"Provisioned Managed Regional","serviceName":"Foundry Models","serviceFamily":"AI + Machine Learning","unitOfMeasure":"1/Hour","type":"Reservation","isPrimaryMeterRegion":false,"armSkuName":"OpenAI_Provisioned_Throughput"}"#;
    let found = import(&[row.to_owned()]);
    assert_eq!(
        line(&found),
        "ptu_prices.csv Azure OpenAI·ProvisionedManaged·ptu_regional/australiaeast+1·one_month 326 USD/PTU/month"
    );
    assert_eq!(found.proposals[0].standing, Standing::Known);
}

#[test]
fn what_cannot_be_placed_is_listed_with_its_reason() {
    let items = [
        item("gpt 4.1 Inp Tokens", "0.002", "1K", "eastus2"),
        item("gpt 99 Inp glbl Tokens", "0.002", "1K", "eastus2"),
        item("gpt-4.1-ft input regional Tokens", "0.002", "1K", "eastus2"),
        item("56 luna ShCo Opt Fl Gl Tokens", "0.01", "1M", "eastus2"),
        item("gpt 4.1 glbl Tokens", "0.002", "1K", "eastus2"),
        item("Sora 2 glbl", "0.1", "1 Second", "eastus2"),
        item("gpt 4.1 Inp glbl Tokens", "0.002", "1K", "atlantis"),
        item("gpt 4.1 Inp glbl Tokens", "-0.002", "1K", "eastus2"),
        item("gpt 4.1 Inp glbl Tokens", "0.002", "1K", "eastus2"),
    ];
    let found = import(&items);
    let reasons: Vec<&str> = found.unclassified.iter().map(|u| u.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "the name has no scope word",
            "no model of the catalogue is called `gpt-99`",
            "fine-tuning meter (`ft`): add it to finetune_prices.csv by hand",
            "placeholder price of 0.01, as the feed has had on new Flex meters",
            "the name has no clear direction (input, cached, output)",
            "unit `1 Second` is not tokens",
            "unknown region: atlantis",
            "a price below 0: a fault of the feed, never a price to bill by",
        ]
    );
    let placed: usize = found.proposals.iter().map(|proposal| proposal.regions.len()).sum();
    assert_eq!(found.items, placed + found.unclassified.len());
}

#[test]
fn known_prices_are_told_from_new_ones() {
    let items = [
        item("gpt 4.1 Inp glbl Tokens", "0.002", "1K", "eastus2"),
        item("gpt 4.1 Inp glbl Tokens", "0.002", "1K", "eastus"),
        item("gpt 4.1 Outp glbl Tokens", "0.007", "1K", "eastus"),
    ];
    let found = import(&items);
    assert_eq!(found.proposals[0].standing, Standing::Known);
    assert_eq!(found.proposals[0].regions, ["eastus2", "eastus"]);
    assert!(matches!(&found.proposals[1].standing, Standing::Differs { was, .. } if was == "8"));
    assert_eq!(
        found.to_csv("azure-retail-2026-12-01", date(2026, 12, 1)),
        "# prices.csv\ngpt-4.1,global,standard,default,output,7,USD/1M tokens,2026-09-01,,observed,azure-retail-2026-12-01,2026-12-01\n"
    );
}

#[test]
fn a_page_that_is_none_has_a_place() {
    let error = read("page.json", "{\n \"Items\": 3 }").unwrap_err().to_string();
    assert!(error.starts_with("error: not a page: "), "{error}");
    assert!(error.ends_with("hint: save the answer of the Azure Retail Prices API as it comes"));
    let lines = format!("{}\n{}\n", item("a", "1", "1M", "eastus"), item("b", "1", "1M", "eastus"));
    assert_eq!(read("items.ndjson", &lines).unwrap().len(), 2);
}

#[test]
fn an_item_that_is_no_price_is_named_by_its_number_and_meter() {
    let good = item("gpt 4.1 Inp glbl Tokens", "0.002", "1K", "eastus2");
    let bad = item("gpt 4.1 Outp glbl Tokens", "\"abc\"", "1K", "eastus2");
    for page in [
        format!("{{\"Items\":[\n{good},\n{bad}\n],\"NextPageLink\":null}}"),
        format!("[{{\"Items\":[{good}]}},\n{{\"Items\":[{bad}]}}]"),
        format!("[{good},\n{bad}]"),
    ] {
        let wrong = read("page.json", &page).unwrap_err();
        let said = wrong.to_string();
        assert_eq!(said.lines().count(), 1, "{said}");
        let begins = "error: not a retail price: item 2 (gpt 4.1 Outp glbl Tokens): ";
        assert!(said.starts_with(begins), "{said}");
    }
}

#[test]
fn a_price_in_another_currency_is_shown_and_never_put_in_place_of_one() {
    let catalog = Catalog::embedded().unwrap();
    let aud = item("gpt 4.1 Inp glbl Tokens", "0.003", "1K", "eastus2").replace("USD", "AUD");
    let found = propose(&catalog, &read("page.json", &format!("[{aud}]")).unwrap());
    assert!(found.to_csv("feed", date(2026, 12, 1)).contains(",3,AUD/1M tokens,"));
    let merged = merge(&catalog, &found, "feed", date(2026, 12, 1));
    assert!(merged.files.is_empty(), "{:?}", merged.changes);
    assert_eq!(
        merged.left,
        ["gpt-4.1 · global · standard · default · input from 2026-09-01: a price of another \
          currency would be billed as it stands (AUD)"]
    );
}

/// A price by volume has a row a tier, and only the first is the list price.
#[test]
fn a_further_tier_of_a_price_is_no_list_price() {
    let tier = item("gpt 5 Inp glbl 1M Tokens", "1.0", "1M", "swedencentral")
        .replace("\"retailPrice\"", "\"tierMinimumUnits\":1000.0,\"retailPrice\"");
    let first = tier.replace("1000.0", "0.0").replace(":1.0,", ":1.25,");
    let found = import(&[first, tier]);
    assert_eq!(found.proposals.len(), 1);
    assert_eq!(found.proposals[0].standing, Standing::Known);
    assert!(found.unclassified[0].reason.starts_with("a price from 1000.0 units on"));
}

/// One region's price beside another's of the same row: the one that the catalogue has is no
/// better than the other.
#[test]
fn regions_that_contradict_each_other_change_nothing() {
    let meter = "gpt 5 Inp glbl 1M Tokens";
    let found =
        import(&[item(meter, "1.25", "1M", "swedencentral"), item(meter, "1.45", "1M", "westus")]);
    assert_eq!(found.proposals.len(), 2);
    let said = found.warnings.join("\n");
    assert!(said.contains("different values (1.25 in swedencentral; 1.45 in westus)"), "{said}");
    let catalog = Catalog::embedded().unwrap();
    let merged = merge(&catalog, &found, "azure-retail-prices", date(2026, 11, 30));
    assert!(merged.files.is_empty() && merged.changes.is_empty(), "{:?}", merged.changes);
    assert!(merged.left[0].contains("regions give different values"), "{:?}", merged.left);
}

fn dated(item: &str, from: &str) -> String {
    item.replace("2026-09-01T", &format!("{from}T"))
}

fn of_product(item: &str, product: &str) -> String {
    item.replace("Azure OpenAI", product)
}

/// The row that a feed of one meter proposes, or why it proposes none.
fn one(item: String) -> String {
    let found = import(&[item]);
    match found.unclassified.first() {
        Some(left) => left.reason.clone(),
        None => {
            format!("{} ({})", line(&found), matches!(found.proposals[0].standing, Standing::Known))
        }
    }
}

/// A version that the catalogue prices apart keeps its price to itself; one that it does not price apart is not the model's.
#[test]
fn a_meter_of_a_version_says_nothing_of_another() {
    let at = |meter: &str, price: &str| item(meter, price, "1K", "swedencentral");
    for (meter, price, expected) in [
        (
            "gpt 4o 0513 Input global Tokens",
            "0.005",
            "prices.csv gpt-4o-2024-05-13·global·standard·default·input 5 USD/1M tokens (true)",
        ),
        (
            "gpt 4o 0513 Output Data Zone Tokens",
            "0.02",
            "prices.csv gpt-4o-2024-05-13·data_zone_eu·standard·default·output 20 USD/1M tokens (false)",
        ),
        (
            "gpt-4o-0806-Inp-glbl Tokens",
            "0.0025",
            "prices.csv gpt-4o-2024-08-06·global·standard·default·input 2.5 USD/1M tokens (true)",
        ),
        // The catalogue has no regional price of that version apart, and says the same of the model.
        (
            "gpt-4o-0806-Inp-regnl Tokens",
            "0.00275",
            "prices.csv gpt-4o·regional/swedencentral·standard·default·input 2.75 USD/1M tokens (true)",
        ),
        (
            "gpt 4o 1120 Inp glbl",
            "0.0026",
            "prices.csv gpt-4o·global·standard·default·input 2.6 USD/1M tokens (false)",
        ),
        ("gpt 4o 0101 Inp glbl", "0.0026", "no model of the catalogue is called `gpt-4o-0101`"),
        (
            "chat-latest-05282026 opt Gl",
            "0.029",
            "a price of version 2026-05-28: the catalogue has none of that version apart, and the \
             price of gpt-chat-latest stands for version 2026-08-06",
        ),
    ] {
        assert_eq!(one(at(meter, price)), expected, "{meter}");
    }
}

/// Spellings of the feed that separate otherwise than the catalogue does, and units of its old meters.
#[test]
fn meters_are_read_however_they_separate_their_words() {
    for (item, expected) in [
        (
            item("chat-latest 08062026 opt Gl", "31", "1M", "swedencentral"),
            "prices.csv gpt-chat-latest·global·standard·default·output 31 USD/1M tokens (false)",
        ),
        (
            item("gpt 4o mini0718 BatchOutp DataZone Tokens", "0.00033", "1K", "swedencentral"),
            "prices.csv gpt-4o-mini·data_zone_eu·batch·default·output 0.33 USD/1M tokens (false)",
        ),
        (
            item("GPT 5 Inpt Glbl 1M Tokens", "0.0125", "10K", "swedencentral"),
            "prices.csv gpt-5·global·standard·default·input 1.25 USD/1M tokens (true)",
        ),
        (item("GPT 5 Inpt Glbl 1M Tokens", "0.0125", "1", "eastus"), "unit `1` is not tokens"),
        (
            of_product(
                &item("R1 Inp glbl Tokens", "0.00135", "1K", "eastus"),
                "Azure Deepseek Models",
            ),
            "prices.csv DeepSeek-R1·global·standard·default·input 1.35 USD/1M tokens (true)",
        ),
        (
            item("R1 Inp glbl Tokens", "0.00135", "1K", "eastus"),
            "no model of the catalogue is called `r1`",
        ),
        (
            of_product(&item("Phi-4-Input Tokens", "0.00013", "1K", "eastus"), "Azure Phi Models"),
            "prices.csv Phi-4·global·standard·default·input 0.13 USD/1M tokens (false)",
        ),
        (
            item("embedding-ada-regional Tokens", "0.00011", "1K", "eastus"),
            "prices.csv text-embedding-ada-002·regional/australiaeast+6·standard·default·input 0.11 USD/1M tokens (true)",
        ),
    ] {
        assert_eq!(one(item.clone()), expected, "{item}");
    }
}

/// Eight regions are one scope because their prices were equal: one of them that changes says nothing of the other seven.
#[test]
fn a_region_does_not_change_the_price_of_others() {
    let catalog = Catalog::embedded().unwrap();
    let scopes = &catalog.tables().price_scopes;
    let scope = "ptu_regional/canadacentral+7";
    let regions: Vec<&str> = scopes.with_prefix(&[scope]).iter().map(|row| row.key(1)).collect();
    let new = |region: &str| {
        dated(&item("Provisioned Managed Regional Unit", "2.05", "1 Hour", region), "2026-11-25")
    };
    let found = import(&[new("swedencentral")]);
    let merged = merge(&catalog, &found, "feed", date(2026, 11, 30));
    assert!(merged.files.is_empty(), "{:?}", merged.changes);
    assert_eq!(merged.left.len(), 1);
    for region in regions.iter().filter(|region| **region != "swedencentral") {
        assert!(merged.left[0].contains(region), "{region}: {}", merged.left[0]);
    }
    assert!(merged.left[0].contains("without a filter by region"), "{}", merged.left[0]);
    assert_eq!(found.to_csv("feed", date(2026, 11, 30)), "");
    // Where all of them say so, all change.
    let found = import(&regions.iter().map(|region| new(region)).collect::<Vec<_>>());
    let merged = merge(&catalog, &found, "feed", date(2026, 11, 30));
    assert_eq!(merged.changes.len(), 1, "{:?}", merged.left);
    // A zone has one price: any of its regions states it.
    let zone = dated(&item("54 opt Dz Tokens", "17", "1M", "swedencentral"), "2026-11-25");
    let merged = merge(&catalog, &import(&[zone]), "feed", date(2026, 11, 30));
    assert_eq!(merged.changes.len(), 1, "{:?}", merged.left);
}

fn until(item: &str, last: &str) -> String {
    item.replace(
        "\"meterName\"",
        &format!("\"effectiveEndDate\":\"{last}T23:59:59Z\",\"meterName\""),
    )
}

/// The embedded catalogue with the files that a merge changes.
fn with(files: &std::collections::BTreeMap<String, String>) -> Catalog {
    let mut all: std::collections::BTreeMap<String, String> =
        ptuplan::catalog::embedded::FILES.iter().map(|(n, t)| ((*n).into(), (*t).into())).collect();
    all.extend(files.clone());
    Catalog::from_files(&all.into_iter().collect::<Vec<_>>()).unwrap()
}

/// A price that ends without another is said where it is written, and found where it stands.
#[test]
fn a_price_that_ends_with_nothing_after_it_is_said() {
    let catalog = Catalog::embedded().unwrap();
    let meter = item("gpt 4.1 Inp glbl Tokens", "0.0021", "1K", "swedencentral");
    let first = until(&dated(&meter, "2026-11-25"), "2026-11-27");
    let merged = merge(&catalog, &import(std::slice::from_ref(&first)), "feed", date(2026, 11, 30));
    assert_eq!(
        merged.changes,
        ["gpt-4.1 · global · standard · default · input from 2026-11-25: 2 USD/1M tokens -> \
          2.1 USD/1M tokens, ends on 2026-11-27, nothing follows"]
    );
    let warns = |catalog: &Catalog| {
        catalog.check(date(2026, 11, 30)).0.iter().filter(|w| w.code == "price-ends").count()
    };
    assert_eq!((warns(&catalog), warns(&with(&merged.files))), (0, 1));
    // With the price that follows, each row ends where the next begins.
    let next = dated(&meter.replace("0.0021", "0.0022"), "2026-11-28");
    let merged = merge(&catalog, &import(&[first, next]), "feed", date(2026, 11, 30));
    assert!(merged.ends.is_empty() && merged.changes.len() == 2, "{:?}", merged.changes);
    let prices = &merged.files["prices.csv"];
    for row in [
        "gpt-4.1,global,standard,default,input,2.1,USD/1M tokens,2026-11-25,2026-11-27,",
        "gpt-4.1,global,standard,default,input,2.2,USD/1M tokens,2026-11-28,,",
    ] {
        assert!(prices.contains(row), "{row}");
    }
    assert_eq!(warns(&with(&merged.files)), 0);
}

/// A region that no scope has is added to the scopes with its price, in the proposal as in what is written.
#[test]
fn a_region_without_a_scope_gets_one() {
    let catalog = Catalog::embedded().unwrap();
    let meter = item("gpt 4.1 Outp regnl Tokens", "0.0125", "1K", "germanywestcentral");
    let found = import(&[meter]);
    let row = "regional/germanywestcentral,germanywestcentral,regional,,2026-09-01,,observed,\
               azure-retail-prices,2026-11-30\n";
    let proposed = found.to_csv("azure-retail-prices", date(2026, 11, 30));
    assert!(proposed.ends_with(&format!("# price_scopes.csv\n{row}")), "{proposed}");
    let merged = merge(&catalog, &found, "azure-retail-prices", date(2026, 11, 30));
    assert!(merged.files["price_scopes.csv"].contains(row));
    let price = with(&merged.files).token_price(
        &ptuplan::catalog::price::TokenPriceQuery {
            model: "gpt-4.1",
            sku: "Standard",
            region: "germanywestcentral",
            tier: ptuplan::ledger::usage::ServiceTier::Standard,
            context: ptuplan::ledger::usage::ContextTier::Default,
            class: ptuplan::units::tokens::TokenClass::Output,
        },
        date(2026, 11, 30),
    );
    assert_eq!(price.unwrap().value.price.amount(), "12.5".parse().unwrap());
}
