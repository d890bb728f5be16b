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
