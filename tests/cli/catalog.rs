//! `ptuplan size` and `ptuplan catalog` as a user meets them.

use super::ptuplan;
use serde_json::Value;

fn stdout(arguments: &[&str], code: i32) -> String {
    let output = ptuplan().args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--format", "json"]);
    serde_json::from_str(&stdout(&arguments, 0)).unwrap()
}

fn stderr(arguments: &[&str]) -> String {
    let output = ptuplan().args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

const SHAPE: [&str; 6] = ["--rpm", "1000", "--input", "200", "--output", "20"];

#[test]
fn size_answers_in_words_and_in_json() {
    let mut arguments = vec!["size", "--model", "gpt-5.2", "--sku", "DataZoneProvisionedManaged"];
    arguments.extend(SHAPE);
    let text = stdout(&arguments, 0);
    assert!(text.contains("  raw         105.88 PTU\n  deployable  110 PTU\n"), "{text}");
    let view = json(&arguments);
    assert_eq!(view["model"], "gpt-5.2");
    assert_eq!(view["sku"], "DataZoneProvisionedManaged");
    assert_eq!(view["normalized_tokens_per_minute"], 360_000);
    assert!((view["raw_ptu"].as_f64().unwrap() - 105.882_352_9).abs() < 1e-6);
    assert_eq!(view["deployable_ptu"], 110);
    assert_eq!(view["as_of"], "2026-11-28");
    assert_eq!(view["basis"][0]["status"], "documented");
    arguments.extend(["--cache-rate", "50%"]);
    assert_eq!(json(&arguments)["deployable_ptu"], 80);
}

#[test]
fn size_before_the_first_day_names_it() {
    let mut arguments = vec!["size", "--model", "gpt-5.2", "--sku", "ProvisionedManaged"];
    arguments.extend(SHAPE);
    arguments.extend(["--as-of", "2025-01-01"]);
    let text = stderr(&arguments);
    assert!(
        text.starts_with(
            "error: PTU grid not in force: gpt-5.2 · ProvisionedManaged on 2025-01-01 (first 2025-12-11, data/azure/ptu_grid.csv:"
        ),
        "{text}"
    );
}

#[test]
fn list_filters() {
    let claude = json(&["catalog", "list", "--provider", "anthropic"]);
    assert_eq!(claude.as_array().unwrap().len(), 17);
    let names = |view: &Value| -> Vec<String> {
        let models = view.as_array().unwrap().iter();
        models.map(|model| model["model"].as_str().unwrap().to_owned()).collect()
    };
    let provisioned = json(&[
        "catalog",
        "list",
        "--sku",
        "DataZoneProvisionedManaged",
        "--region",
        "swedencentral",
    ]);
    assert!(names(&provisioned).contains(&"gpt-4.1".to_owned()));
    assert!(!names(&provisioned).contains(&"FW-GLM-5".to_owned()));
    let cheap = json(&["catalog", "list", "--feature", "fine_tuning", "--max-input-price", "0.5"]);
    assert!(names(&cheap).contains(&"gpt-4.1-mini".to_owned()));
    assert!(!names(&cheap).contains(&"gpt-4.1".to_owned()));
    assert!(
        stderr(&["catalog", "list", "--region", "swedncentral"])
            .contains("did you mean swedencentral?")
    );
}

#[test]
fn show_gives_the_card_with_its_sources() {
    let card = json(&["catalog", "show", "gpt-4.1"]);
    assert_eq!(card["provider"], "OpenAI");
    assert_eq!(card["input_price"], "2");
    assert!(card["regions"]["Standard"].as_array().unwrap().iter().any(|r| r == "swedencentral"));
    let price =
        card["prices"].as_array().unwrap().iter().find(|price| {
            price["name"] == "regional/swedencentral+1 · standard · default · output"
        });
    let price = price.unwrap();
    assert_eq!(price["value"], "9.68 USD/1M tokens");
    let source = price["source"].as_str().unwrap();
    assert!(card["sources"][source].as_str().unwrap().contains("Azure Retail Prices API"));
    let earlier = json(&["catalog", "show", "gpt-4o", "--as-of", "2026-04-06"]);
    let weights = earlier["throughput"].as_array().unwrap();
    assert!(
        weights
            .iter()
            .any(|w| w["name"] == "weight · default · output" && w["value"] == "3 input tokens")
    );
    let text = stdout(&["catalog", "show", "--assumptions"], 0);
    assert!(text.contains("provisioned-burst = 60 seconds (assumed)"));
    for mark in (1..=16).map(|n| format!("C{n}")).chain((1..=20).map(|n| format!("X{n}"))) {
        let named = text.split(|c: char| !c.is_alphanumeric()).any(|word| word == mark);
        assert!(named, "{mark} is not listed");
    }
}

#[test]
fn check_and_diff_of_the_embedded_catalogue_find_nothing_wrong() {
    let view = json(&["catalog", "check"]);
    assert_eq!(view["errors"], 0);
    assert_eq!(json(&["catalog", "check", "--data", "data"])["errors"], 0);
    assert!(json(&["catalog", "diff", "embedded", "data/azure"]).as_array().unwrap().is_empty());
}

#[test]
fn import_proposes_rows_and_lists_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.json");
    let item = |meter: &str, price: &str| {
        format!(
            r#"{{"currencyCode":"USD","retailPrice":{price},"armRegionName":"eastus2","effectiveStartDate":"2026-12-01T00:00:00Z","meterName":"{meter}","productName":"Azure OpenAI","unitOfMeasure":"1K","type":"Consumption"}}"#
        )
    };
    let items = [item("gpt 4.1 Inp glbl Tokens", "0.0015"), item("gpt 4.1 Whatever glbl", "1")];
    std::fs::write(&file, format!(r#"{{"Items":[{}]}}"#, items.join(","))).unwrap();
    let path = file.to_str().unwrap();
    let arguments = ["catalog", "import", "retail-prices", path, "--verified-on", "2026-12-01"];
    let text = stdout(&arguments, 0);
    assert_eq!(
        text,
        "# prices.csv\ngpt-4.1,global,standard,default,input,1.5,USD/1M tokens,2026-12-01,,observed,azure-retail-prices,2026-12-01\n# unclassified: Azure OpenAI · gpt 4.1 Whatever glbl in eastus2, 1 USD per 1K: no model of the catalogue is called `gpt-4.1-whatever`\n# 2 items: 0 rows known, 1 proposed, 1 meters unclassified\n"
    );
    let view = json(&arguments);
    assert_eq!(view["proposals"][0]["was"], "2");
    assert_eq!(view["unclassified"][0]["meter"], "gpt 4.1 Whatever glbl");
}

/// What `--write` leaves as it is, adds to the scopes or ends is said by the proposal too, and by the check afterwards.
#[test]
fn a_proposal_and_what_is_written_agree() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    stdout(&["catalog", "export", data, "--quiet"], 0);
    let item = |meter: &str, price: &str, unit: &str, region: &str| {
        format!(
            r#"{{"currencyCode":"USD","retailPrice":{price},"armRegionName":"{region}","effectiveStartDate":"2026-11-25T00:00:00Z","meterName":"{meter}","productName":"Azure OpenAI","unitOfMeasure":"{unit}","type":"Consumption"}}"#
        )
    };
    let ends = item("gpt 4.1 Inp glbl Tokens", "0.0021", "1K", "eastus2")
        .replace("\"meterName\"", "\"effectiveEndDate\":\"2026-11-27T23:59:59Z\",\"meterName\"");
    let items = [
        item("Provisioned Managed Regional Unit", "2.05", "1 Hour", "swedencentral"),
        item("gpt 4.1 Outp regnl Tokens", "0.0125", "1K", "germanywestcentral"),
        item("gpt 4o 0513 Output Data Zone Tokens", "0.02", "1K", "swedencentral"),
        ends,
    ];
    let page = folder.path().join("page.json");
    std::fs::write(&page, format!(r#"{{"Items":[{}]}}"#, items.join(","))).unwrap();
    let import =
        ["--data", data, "catalog", "import", "retail-prices", page.to_str().unwrap()].to_vec();
    let proposed = stdout(&import, 0);
    let written = stdout(&[&import[..], &["--write"]].concat(), 0);
    let left = "ptu_regional/canadacentral+7 · hourly from 2026-11-25: ";
    let ends = "ends on 2026-11-27, nothing follows";
    for said in [&proposed, &written] {
        assert!(said.contains(left) && said.contains(ends), "{said}");
    }
    assert!(proposed.contains("regional/germanywestcentral,germanywestcentral,regional,"));
    assert!(proposed.contains("3 proposed, 0 meters unclassified, 1 left as they are"));
    assert!(written.contains("gpt-4o-2024-05-13 · data_zone_eu"), "{written}");
    assert!(written.contains("3 rows written in 3 files"), "{written}");
    let check = stdout(&["--data", data, "catalog", "check"], 0);
    assert!(check.contains("a price ends on 2026-11-27 and nothing follows"), "{check}");
}

fn feed(file: &str) -> String {
    format!("{}/tests/data/feed/{file}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_feed_of_one_direction_zeros_and_currencies_is_read_or_named() {
    let import = |file: &str| stdout(&["catalog", "import", "retail-prices", &feed(file)], 0);
    let embedding = import("embedding.json");
    assert!(embedding.contains("1 rows known, 0 proposed, 0 meters unclassified"), "{embedding}");
    let zero = import("zero.json");
    assert!(zero.contains("0 proposed, 1 meters unclassified"), "{zero}");
    assert!(zero.contains("a price of 0"), "{zero}");
    let aud = import("aud.json");
    assert!(aud.contains("0.55 to 0.65 per 1M tokens"), "{aud}");
    assert!(aud.contains("prices in AUD") && !aud.contains(",0,AUD/1M"), "{aud}");
    let usd = import("usd.json");
    assert!(usd.contains("4 rows known, 0 proposed"), "{usd}");
    assert!(usd.contains("not the whole feed"), "{usd}");
}

#[test]
fn bills_of_gpt_5_6_have_the_price_of_their_day() {
    let total = |file: &str| {
        let view = json(&["price", &feed(file)]);
        let text = view["comparison"]["recomputed"].as_str().or(view["total"].as_str());
        text.map_or_else(|| view.to_string(), ToOwned::to_owned)
    };
    for (file, expected) in [
        ("usage-luna-august.csv", "8.4"),
        ("usage-sol-september.csv", "64"),
        ("usage-two-names.csv", "2"),
        ("usage-priority-long.csv", "6.6"),
    ] {
        let found = total(file);
        assert!(found.contains(expected), "{file}: {found}");
    }
}

#[test]
fn a_catalogue_is_exported_changed_by_a_feed_and_compared() {
    let folder = std::env::temp_dir().join(format!("ptuplan-export-{}", std::process::id()));
    let data = folder.to_str().unwrap();
    stdout(&["catalog", "export", data], 0);
    let again = stderr(&["catalog", "export", data]);
    assert!(again.contains("already there"), "{again}");
    let same = stdout(&["catalog", "diff", "embedded", data], 0);
    assert!(same.contains("0 differences"), "{same}");
    let page = folder.with_extension("json");
    let text = std::fs::read_to_string(feed("usd.json")).unwrap();
    std::fs::write(&page, text.replace("\"retailPrice\": 1.25", "\"retailPrice\": 1.75")).unwrap();
    let arguments = [
        "--data",
        data,
        "catalog",
        "import",
        "retail-prices",
        page.to_str().unwrap(),
        "--write",
        "--verified-on",
        "2026-11-28",
    ];
    let written = stdout(&arguments, 0);
    assert!(written.contains("1.25 USD/1M tokens -> 1.75 USD/1M tokens"), "{written}");
    // A rule counts as much as a row.
    let rules = folder.join("clients.toml");
    let clients = std::fs::read_to_string(&rules).unwrap();
    std::fs::write(&rules, clients.replacen("max_retries = 2", "max_retries = 5", 1)).unwrap();
    let differs = stdout(&["catalog", "diff", "embedded", data], 0);
    assert!(differs.contains("prices.csv") && differs.contains("clients.toml"), "{differs}");
    let check = stdout(&["--data", data, "catalog", "check"], 0);
    assert!(check.contains("0 errors"), "{check}");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::remove_file(&page).unwrap();
}

/// A copy of `data` has its tables in a folder of it: what is written there is read there, and nothing is written beside it.
#[test]
fn a_feed_is_written_where_the_catalogue_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("azure");
    stdout(&["catalog", "export", tables.to_str().unwrap()], 0);
    let page = folder.path().join("page.json");
    let text = std::fs::read_to_string(feed("usd.json")).unwrap();
    std::fs::write(&page, text.replace("\"retailPrice\": 1.25", "\"retailPrice\": 1.75")).unwrap();
    let data = folder.path().to_str().unwrap();
    let import = ["catalog", "import", "retail-prices", page.to_str().unwrap(), "--write"];
    let written = stdout(&[&["--data", data], &import[..]].concat(), 0);
    assert!(written.contains("1.25 USD/1M tokens -> 1.75 USD/1M tokens"), "{written}");
    assert!(!folder.path().join("prices.csv").exists(), "written beside the catalogue");
    let differs = stdout(&["catalog", "diff", "embedded", data], 0);
    assert!(differs.contains("1.75 USD/1M tokens"), "{differs}");
}

/// What would be no catalogue is not written: the tables are as they were.
#[test]
fn tables_that_are_no_catalogue_are_not_written() {
    use ptuplan::files::catalog::{catalog_at, replace_tables};
    let folder = tempfile::tempdir().unwrap();
    stdout(&["catalog", "export", folder.path().to_str().unwrap(), "--quiet"], 0);
    let path = folder.path().join("prices.csv");
    let before = std::fs::read_to_string(&path).unwrap();
    let broken =
        before.replacen(",global,standard,default,input,", ",global,standard,default,in,", 1);
    let sources = std::fs::read_to_string(folder.path().join("sources.csv")).unwrap();
    let new = [("prices.csv".to_owned(), broken), ("sources.csv".to_owned(), sources + "x,y,z,\n")];
    assert!(replace_tables(folder.path(), &new.into_iter().collect()).is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    assert!(catalog_at(folder.path()).is_ok());
}

/// Words of a card, whatever the width it was broken to.
fn card(model: &str) -> String {
    let text = stdout(&["catalog", "show", model], 0);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an architect reads on a card is about that model: no SKU that it was never sold as, figures with their units, requests
/// where tokens are not counted, and a range where regions differ.
#[test]
fn a_card_says_nothing_that_is_not_about_its_model() {
    for model in ["gpt-5.4", "claude-sonnet-5", "text-embedding-3-large", "model-router"] {
        let text = card(model);
        assert!(!text.contains("PTU-C") && !text.contains("FoundryLocal"), "{text}");
    }
    let rerank = card("Cohere-rerank-v4.0-fast");
    assert!(rerank.contains("query 0.002 USD/query"), "{rerank}");
    let image = card("gpt-image-2");
    assert!(image.contains("GlobalStandard: Tier 1 6 requests, Tier 2 12 requests"), "{image}");
    assert!(!image.contains("not applicable"), "{image}");
    let regional = card("gpt-4.1-mini");
    assert!(regional.contains("regional standard: input 0.44 to 0.528,"), "{regional}");
}

/// A price does not make a tier or a place sold, and one charge is said once, in the words of what it counts.
#[test]
fn a_card_tells_what_is_priced_from_what_is_sold() {
    for (model, says) in [
        ("gpt-5.6-luna", "data_zone_eu, data_zone_us priority (priced, not offered): input 0.44"),
        ("gpt-5.6-luna", "global flex (priced, not offered): input 0.1,"),
        ("gpt-5.6-luna", "USD per 1M data_zone_eu, data_zone_us standard: input 0.22,"),
        ("gpt-5.6-sol", "global priority: input 8,"),
        ("DeepSeek-V3.2", "us_gov_global standard (priced, not offered): input 0.73"),
        ("Llama-3.3-70B-Instruct", "regional standard: input 0.781 to 0.937"),
        ("whisper", "standard (priced, not offered): 0.0001 USD a second"),
        ("gpt-image-2", "GlobalProvisionedManaged in 1 region: australiaeast"),
        ("gpt-image-2", "calls a minute DataZoneStandard: Tier 1 2 requests"),
        ("model-router", "global standard: input 0.14 tokens a minute"),
    ] {
        let card = card(model);
        assert!(card.contains(says), "{says}: {card}");
    }
    for (model, says) in [
        ("text-embedding-3-large", "output 0"),
        ("whisper", "output second"),
        ("grok-4", "Managed compute (VM)"),
        ("FLUX.1-Kontext-pro", "Managed compute (VM)"),
    ] {
        let card = card(model);
        assert!(!card.contains(says), "{says}: {card}");
    }
    assert!(card("DeepSeek-V3.2").contains("Managed compute (VM): regions unknown"));
}

/// A card has the prices that a bill of the day takes, and the others beside them.
#[test]
fn a_card_has_the_list_price_once_a_promotion_is_over() {
    let of = |day: &str| {
        let text = stdout(&["catalog", "show", "gpt-5.6-sol", "--as-of", day], 0);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let promoted = "global standard: input 4, cached input 0.4, cache write 5, output 20";
    let list = "global standard: input 5, cached input 0.5, cache write 6.25, output 30";
    for (day, first, then, says) in [
        ("2026-11-30", promoted, list, "promised until 2026-11-30; afterwards the list price"),
        ("2026-12-01", list, promoted, "promised until 2026-11-30 and taken to be over"),
    ] {
        let card = of(day);
        let (prices, other) = card.split_once(says).unwrap_or_else(|| panic!("{card}"));
        assert!(prices.contains(first) && !prices.contains(then), "{day}: {card}");
        assert!(other.contains(then) && !other.contains(first), "{day}: {card}");
    }
    let listed = |day: &str| {
        let models = json(&["catalog", "list", "--provider", "OpenAI", "--as-of", day]);
        let sol = models.as_array().unwrap().iter().find(|m| m["model"] == "gpt-5.6-sol").cloned();
        sol.unwrap()["input_price"].as_str().unwrap().to_owned()
    };
    assert_eq!([listed("2026-11-30"), listed("2026-12-01")], ["4", "5"]);
}

/// Prices that differ by region are one thing to do, said once, with the regions to choose from.
#[test]
fn size_says_once_that_the_region_is_missing() {
    let of = |model: &str, sku: &str| {
        let (out, _) = sized(&["--model", model, "--sku", sku, "--input", "1000"]);
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let sol = of("gpt-5.6-sol", "ProvisionedManaged");
    assert_eq!(sol.matches("add --region REGION").count(), 1, "{sol}");
    assert!(sol.contains("sold in uksouth, westus."), "{sol}");
    assert!(sol.contains("gpt-5.6-sol as Standard is offered in no region."), "{sol}");
    let zone = of("gpt-4.1", "DataZoneProvisionedManaged");
    assert_eq!(zone.matches("differ by region").count(), 1, "{zone}");
}

#[test]
fn a_card_is_one_screen_and_leads_from_a_figure_to_its_document() {
    for model in [
        "gpt-4.1",
        "o3",
        "text-embedding-3-large",
        "gpt-image-2",
        "gpt-audio",
        "gpt-oss-120b",
        "claude-sonnet-5",
        "gpt-4o",
        "model-router",
        "gpt-5.6-sol",
    ] {
        let card = stdout(&["catalog", "show", model], 0);
        let lines = card.lines().count();
        assert!((5..=50).contains(&lines), "{model}: {lines} lines\n{card}");
        assert!(card.lines().all(|line| line.chars().count() <= 120), "{card}");
    }
    let why = stdout(&["catalog", "show", "gpt-5.6-sol", "--why", "price"], 0);
    assert!(why.contains("https://github.com/"), "{why}");
    assert!(why.contains("prices.csv:"), "{why}");
    let regions = stdout(&["catalog", "show", "gpt-5.4", "--section", "regions"], 0);
    assert!(regions.contains("ProvisionedManaged: "), "{regions}");
    let named = stdout(&["catalog", "show", "gpt-5.6-luna-2026-07-09"], 0);
    assert!(named.starts_with("gpt-5.6-luna-2026-07-09 is a name of gpt-5.6-luna"), "{named}");
}

#[test]
fn what_to_verify_again_begins_with_the_models_in_use() {
    let scenario = format!("{}/scenarios/quickstart.toml", env!("CARGO_MANIFEST_DIR"));
    let text = stdout(&["catalog", "check", "--stale", "90", "--scenario", &scenario], 0);
    let first = text.lines().next().unwrap();
    assert!(first.contains("of models in use"), "{first}");
    assert!(text.contains("rows were not verified within 90 days"), "{text}");
}

/// What `size` says of a model as a SKU: exit code, answer and error.
fn sized(rest: &[&str]) -> (String, String) {
    let mut size = ptuplan();
    let run = size.arg("size").args(rest).args(["--rpm", "100", "--output", "100"]);
    let run = run.output().unwrap();
    let [out, err] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (out, err)
}

#[test]
fn size_asks_whether_it_is_sold_in_service_and_long_enough() {
    let of = |model: &'static str, sku: &'static str| ["--model", model, "--sku", sku];
    let short = ["--input", "1000"];
    let region = ["--region", "swedencentral"];
    let sol = of("gpt-5.6-sol", "ProvisionedManaged");
    let (_, wrong) = sized(&[&sol[..], &short[..], &region[..]].concat());
    assert!(wrong.contains("not available: gpt-5.6-sol"), "{wrong}");
    assert!(wrong.contains("uksouth"), "{wrong}");
    let (_, wrong) = sized(&[&of("o3", "GlobalProvisionedManaged")[..], &short[..]].concat());
    assert!(wrong.contains("retired: o3"), "{wrong}");
    let (_, wrong) =
        sized(&[&of("DeepSeek-R1", "GlobalProvisionedManaged")[..], &short[..]].concat());
    assert!(wrong.contains("retired: DeepSeek-R1"), "{wrong}");
    let long = of("gpt-4.1", "GlobalProvisionedManaged");
    let (_, wrong) = sized(&[&long[..], &["--input", "150000"][..]].concat());
    assert!(wrong.contains("no call is served"), "{wrong}");
    // Of several SKUs the headline has the one that costs least.
    let (told, _) = sized(&[&["--model", "gpt-4.1"][..], &short[..], &region[..]].concat());
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "of gpt-4.1 on GlobalProvisionedManaged: ";
    assert!(told.contains(said) && told.contains("(1-year), the least of 3 SKUs."), "{told}");
    let (told, _) = sized(&[&long[..], &short[..]].concat());
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("is Deprecated"), "{told}");
    assert!(told.contains("outlives gpt-4.1"), "{told}");
}

#[test]
fn a_feature_that_no_model_has_is_a_mistake_and_a_retired_model_is_not_listed() {
    assert!(stderr(&["catalog", "list", "--feature", "visoin"]).contains("unknown feature"));
    let sku = ["catalog", "list", "--sku", "GlobalProvisionedManaged"];
    let sold = stdout(&[&sku[..], &["--region", "swedencentral"][..]].concat(), 0);
    assert!(sold.contains("gpt-4.1"), "{sold}");
    assert!(!sold.contains("o4-mini"), "{sold}");
    let managed = json(&["catalog", "list", "--sku", "GlobalManagedCompute"]);
    let managed = managed.as_array().unwrap();
    assert!(!managed.is_empty());
    assert!(managed.iter().all(|model| model["offered"] == "unknown"), "no document has regions");
    let card = stdout(&["catalog", "show", "gpt-6-sol"], 0);
    let card = card.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(card.contains("from 1.1 an hour"), "{card}");
    let card = stdout(&["catalog", "show", "claude-haiku-4-5"], 0);
    assert!(card.contains("Retired"), "{card}");
}
