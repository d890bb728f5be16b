//! One broken copy of the catalogue per mistake, and the exact words about it.

use crate::catalog::files::{edited, files, line_of};
use jiff::civil::date;
use ptuplan::catalog::Catalog;
use ptuplan::catalog::price::TokenPriceQuery;
use ptuplan::ledger::usage::{ContextTier, ServiceTier};
use ptuplan::units::tokens::TokenClass;

/// A row of `prices.csv` without an end, which tests break. Once its price changes, take another.
const ROW: &str = "gpt-4.1,global,standard,default,output,8,USD/1M tokens,2025-04-14,,observed,";

fn line() -> usize {
    line_of("prices.csv", ROW)
}

/// What reading a copy of `prices.csv` says when the row of gpt-4.1's output price is replaced.
fn with_row(replace: &str, by: &str) -> String {
    let row = ROW.replace(replace, by);
    edited("prices.csv", |text| text.replacen(ROW, &row, 1)).unwrap_err().to_string()
}

#[test]
fn the_embedded_catalogue_is_clean() {
    let catalog = Catalog::embedded().unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let found = catalog.check(date(2026, 11, 22));
    assert!(!found.has_errors(), "{found}");
    assert!(found.0.iter().all(|warning| warning.code == "unverified"), "{found}");
}

#[test]
fn a_copy_of_the_files_says_the_same() {
    let copy = Catalog::from_files(&files()).unwrap();
    let embedded = Catalog::embedded().unwrap();
    assert!(ptuplan::catalog::diff::diff(&embedded, &copy).is_empty());
}

#[test]
fn a_bad_date_is_named_with_line_and_column() {
    let text = with_row("2025-04-14", "2025-4-14");
    let line = line();
    assert_eq!(
        text,
        format!(
            "error: not a date: `2025-4-14` (mine/prices.csv:{line}:56)\n hint: write dates as YYYY-MM-DD"
        )
    );
}

#[test]
fn a_bad_number_is_named() {
    let line = line();
    assert_eq!(
        with_row(",8,", ",eight,"),
        format!("error: not a number of at least 0: `eight` (mine/prices.csv:{line}:40)")
    );
    assert_eq!(
        with_row(",8,", ",-8,"),
        format!("error: not a number of at least 0: `-8` (mine/prices.csv:{line}:40)")
    );
}

#[test]
fn an_unknown_status_is_named() {
    let line = line();
    assert_eq!(
        with_row("observed", "guessed"),
        format!(
            "error: unknown status: `guessed` (mine/prices.csv:{line}:68)\n hint: statuses are documented, observed, assumed"
        )
    );
}

#[test]
fn a_missing_field_is_counted() {
    let line = line();
    assert_eq!(
        with_row(",standard", ""),
        format!("error: wrong number of fields: 11 instead of 12 (mine/prices.csv:{line}:1)")
    );
}

#[test]
fn a_row_without_a_source_is_refused() {
    let error = edited("regions.csv", |text| {
        text.replacen(
            "australiaeast,cloud,public,,2024-01-01,,observed,azure-regions,",
            "australiaeast,cloud,public,,2024-01-01,,observed,,",
            1,
        )
    })
    .unwrap_err();
    let line = line_of("regions.csv", "australiaeast,cloud,");
    assert_eq!(
        error.to_string(),
        format!("error: row without a source (mine/regions.csv:{line}:50)")
    );
}

#[test]
fn an_unknown_source_is_refused() {
    let error = edited("sources.csv", |text| text.replacen("\nopenai-java,", "\nopenai-jawa,", 1))
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("error: unknown source of openai-java: openai-java (mine/clients.toml:")
    );
}

#[test]
fn an_unknown_column_is_refused() {
    let error = edited("prices.csv", |text| text.replacen(",unit,", ",units,", 1)).unwrap_err();
    assert!(
        error.to_string().starts_with(
            "error: unknown column: units (mine/prices.csv:1:38)\n hint: columns are model,scope,tier,context,class,value,unit,effective_from,effective_to,status,source,verified_on\nerror: missing column: unit (mine/prices.csv:1:1)"
        ),
        "{error}"
    );
}

#[test]
fn an_overlap_names_the_other_row_and_the_fix() {
    let error = edited("prices.csv", |text| {
        let row = text.lines().find(|line| line.starts_with(ROW)).expect(ROW);
        let later = row.replace(",8,", ",7,").replace("2025-04-14", "2026-10-01");
        text.replacen(row, &format!("{row}\n{later}"), 1)
    })
    .unwrap_err();
    let line = line();
    assert_eq!(
        error.to_string(),
        format!(
            "error: overlap: gpt-4.1 · global · standard · default · output from 2026-10-01 while line {line} has no end (mine/prices.csv:{}:1)\n hint: set effective_to of line {line} to 2026-09-30",
            line + 1
        )
    );
}

#[test]
fn a_gap_names_its_days() {
    let error = edited("prices.csv", |text| {
        let row = text.lines().find(|line| line.starts_with(ROW)).expect(ROW);
        let closed = row.replace("2025-04-14,,", "2025-04-14,2026-06-30,");
        let later = row.replace(",8,", ",7,").replace("2025-04-14", "2026-10-01");
        text.replacen(row, &format!("{closed}\n{later}"), 1)
    })
    .unwrap_err();
    let line = line();
    assert_eq!(
        error.to_string(),
        format!(
            "error: gap: gpt-4.1 · global · standard · default · output has no value between 2026-06-30 and 2026-10-01 (line {line}) (mine/prices.csv:{}:1)\n hint: state what held in between, `unknown` if nobody knows",
            line + 1
        )
    );
}

#[test]
fn a_duplicate_names_the_other_line() {
    let error = edited("prices.csv", |text| {
        let row = text.lines().find(|line| line.starts_with(ROW)).expect(ROW);
        text.replacen(row, &format!("{row}\n{row}"), 1)
    })
    .unwrap_err();
    let line = line();
    assert_eq!(
        error.to_string(),
        format!(
            "error: twice on 2025-04-14: gpt-4.1 · global · standard · default · output (also line {line}) (mine/prices.csv:{}:1)",
            line + 1
        )
    );
}

#[test]
fn an_unsorted_row_is_refused() {
    let error = edited("regions.csv", |text| {
        let (first, second) = ("australiaeast,batch_fail_fast", "australiaeast,cloud");
        let row = text.lines().find(|line| line.starts_with(first)).unwrap();
        let next = text.lines().find(|line| line.starts_with(second)).unwrap();
        text.replacen(&format!("{row}\n{next}"), &format!("{next}\n{row}"), 1)
    })
    .unwrap_err();
    let line = line_of("regions.csv", "australiaeast,cloud");
    assert_eq!(
        error.to_string(),
        format!(
            "error: out of order: australiaeast · batch_fail_fast (mine/regions.csv:{line}:1)\n hint: rows are sorted by region, attribute and first day"
        )
    );
}

#[test]
fn orphans_are_named() {
    let error = edited("ptu_grid.csv", |text| {
        text.replace(
            "gpt-4.1-nano,DataZoneProvisionedManaged,m",
            "gpt-4.1-nano,DataZoneProvisionedManager,m",
        )
    })
    .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("error: unknown SKU: DataZoneProvisionedManager (mine/ptu_grid.csv:")
    );
    let error =
        edited("prices.csv", |text| text.replace("\ncodex-mini,", "\ncodex-mino,")).unwrap_err();
    assert!(error.to_string().contains("error: unknown model: codex-mino (mine/prices.csv:"));
    let error = edited("prices.csv", |text| {
        text.replacen(
            "gpt-4.1,global,standard,default,output",
            "gpt-4.1,globule,standard,default,output",
            1,
        )
    })
    .unwrap_err();
    assert!(error.to_string().contains("error: unknown price scope: globule (mine/prices.csv:"));
}

#[test]
fn a_missing_and_an_unknown_table_are_named() {
    let mut files = files();
    files.iter_mut().find(|(path, _)| path == "mine/prices.csv").unwrap().0 =
        "mine/price.csv".into();
    let error = Catalog::from_files(&files).unwrap_err().to_string();
    assert!(
        error.starts_with(
            "error: unknown table: price.csv (mine/price.csv)\n hint: did you mean prices.csv?\nerror: missing table: prices.csv"
        ),
        "{error}"
    );
}

#[test]
fn a_mistake_in_a_rule_file_has_its_place() {
    let error =
        edited("clients.toml", |text| text.replacen("max_retries = 2", "max_retrys = 2", 1))
            .unwrap_err()
            .to_string();
    let line = line_of("clients.toml", "max_retries = 2");
    assert!(
        error.contains("unknown field `max_retrys`")
            && error.contains(&format!("(mine/clients.toml:{line}:1)")),
        "{error}"
    );
    let error =
        edited("skus.toml", |text| text.replacen("\"data_zone\"", "\"datazone\"", 1)).unwrap_err();
    assert!(
        error.to_string().contains("error: unknown scope: `datazone` (mine/skus.toml:"),
        "{error}"
    );
}

#[test]
fn all_mistakes_of_a_file_come_at_once() {
    let error =
        edited("prices.csv", |text| text.replace("2025-04-14,,observed", "2025-04-14,,seen"))
            .unwrap_err();
    assert!(error.0.iter().filter(|m| m.code == "bad-status").count() > 20);
}

/// Two scopes that cover a region at one price leave no question which price holds; at two prices
/// they do.
#[test]
fn rows_that_state_the_same_price_are_not_ambiguous() {
    let both = |text: &str| {
        let row = "data_zone_us,eastus2,data_zone,,2024-01-01,,observed,azure-regions,2026-10-05\n";
        let twin = row.replace("data_zone_us", "data_zone_eu");
        let first = text.find("data_zone_eu,francecentral").unwrap();
        format!("{}{twin}{}", &text[..first], &text[first..])
    };
    let catalog = edited("price_scopes.csv", both).unwrap();
    let price = |model| {
        let (sku, region) = ("DataZoneStandard", "eastus2");
        let (tier, context) = (ServiceTier::Standard, ContextTier::Default);
        let class = TokenClass::Input;
        let query = TokenPriceQuery { model, sku, region, tier, context, class };
        catalog.token_price(&query, date(2026, 11, 22))
    };
    assert!(price("gpt-4.1").is_ok(), "{:?}", price("gpt-4.1"));
    // 11 USD in the zone of the United States, 12 in that of the European Union.
    assert_eq!(price("gpt-6-astra").unwrap_err().code, "price-ambiguous");
}

#[test]
fn ambiguous_scopes_and_stale_rows_are_found_by_check() {
    let catalog = edited("price_scopes.csv", |text| {
        let row = "data_zone_us,eastus2,data_zone,,2024-01-01,,observed,azure-regions,2026-10-05\n";
        assert!(text.contains(row));
        let twin = row.replace("data_zone_us", "data_zone_eu");
        let first = text.find("data_zone_eu,francecentral").unwrap();
        format!("{}{twin}{}", &text[..first], &text[first..])
    })
    .unwrap();
    let found = catalog.check(date(2026, 11, 22));
    assert!(found.0.iter().any(|m| {
        m.code == "price-ambiguous"
            && m.message.starts_with("two prices for eastus2: gpt-4.1 · data_zone_us · ")
    }));
    let later = Catalog::embedded().unwrap().check(date(2028, 1, 1));
    let stale = later
        .0
        .iter()
        .find(|m| m.code == "unverified" && m.message.contains("prices.csv from litellm"))
        .unwrap();
    assert!(stale.message.contains("not verified for 180 days: "));
}

#[test]
fn a_price_a_model_and_a_sku_need_no_rust() {
    let mut files = files();
    let mut add = |name: &str, after: &str, row: &str| {
        let file = files.iter_mut().find(|(path, _)| path.ends_with(name)).unwrap();
        let position = file.1.find(after).unwrap();
        file.1.insert_str(position, row);
    };
    let proof = "2026-12-01,,documented,sizing-2026-09-23,2026-12-01\n";
    for attribute in ["provider,,Example", "sold_by,,azure"] {
        add("models.csv", "gpt-audio,a", &format!("gpt-7-example,{attribute},,{proof}"));
    }
    for class in ["cached_input,1", "input,10", "output,60"] {
        add(
            "/prices.csv",
            "gpt-audio,",
            &format!("gpt-7-example,global,standard,default,{class},USD/1M tokens,{proof}"),
        );
    }
    let sku = "[[sku]]\nname = \"GlobalExample\"\ntitle = \"Example\"\nscope = \"global\"\nbilling = \"tokens\"\nprocessed_in = \"any Azure region\"\nat_rest_in = \"customer region\"\nnot_for = []\nsla = \"none\"\nevidence = { effective_from = 2026-12-01, status = \"documented\", source = \"sizing-2026-09-23\", verified_on = 2026-12-01 }\n\n";
    add("skus.toml", "[[sku]]", sku);
    let catalog = Catalog::from_files(&files).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let price = catalog
        .token_price(
            &ptuplan::catalog::price::TokenPriceQuery {
                model: "gpt-7-example",
                sku: "GlobalExample",
                region: "eastus",
                tier: ptuplan::ledger::usage::ServiceTier::Standard,
                context: ptuplan::ledger::usage::ContextTier::Default,
                class: ptuplan::units::tokens::TokenClass::Output,
            },
            date(2026, 12, 1),
        )
        .unwrap();
    assert_eq!(price.value.price.to_exact_string(), "60");
}

#[test]
fn an_availability_that_is_no_word_is_a_mistake() {
    let row = "gpt-5.6-sol,,GlobalStandard,flex,*,listed,";
    let by = row.replace("listed", "lsited");
    let wrong = edited("availability.csv", |text| text.replacen(row, &by, 1)).unwrap_err();
    assert!(wrong.to_string().contains("not an availability: gpt-5.6-sol"), "{wrong}");
}
