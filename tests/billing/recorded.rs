//! Recorded usage billed again.

use super::support::{SmallBook, at, billed, capacity, deployment, tokens};
use ptuplan::billing::allocation::{Allocated, AllocationKey, Owners, Work};
use ptuplan::billing::bill::{Bill, bill};
use ptuplan::billing::focus::{Account, to_csv};
use ptuplan::billing::recorded::reconcile::{Recorded, reconcile};
use ptuplan::billing::recorded::{focus_file, usage_file};
use ptuplan::billing::terms::{ExchangeRate, Terms};
use ptuplan::catalog::Catalog;
use ptuplan::catalog::metered::MeterNames;
use ptuplan::ledger::usage::{Answer, Usage};
use ptuplan::scenario::run::allocation::{Belongs, splits};
use ptuplan::units::money::Currency;
use ptuplan::units::tokens::{TokenClass, TokenCounts};
use ptuplan::workload::import::plain_text;

fn again(recorded: &Recorded, catalog: &Catalog) -> Bill {
    let (from, until) = recorded.period().unwrap();
    bill(&recorded.usage, &[], &Terms::list(from, until), catalog).unwrap()
}

/// What meters call the models of the embedded catalogue.
fn names() -> MeterNames {
    MeterNames::of(&Catalog::embedded().unwrap())
}

/// A meter of a version is billed at that version's price, whatever separates its words; `R1` is a model of DeepSeek's meters.
#[test]
fn a_meter_of_a_version_is_billed_at_its_price() {
    let head = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,PricingQuantity,PricingUnit,SkuMeter,x_SkuMeterSubcategory,RegionId";
    let row = |meter: &str, family: &str| {
        format!(
            "{head}\n1,USD,Usage,2026-11-02T00:00:00Z,2026-11-03T00:00:00Z,1,1M,{meter},{family},swedencentral\n"
        )
    };
    for (meter, family, model, cost) in [
        ("gpt 4o 0513 Input global Tokens", "Azure OpenAI", "gpt-4o-2024-05-13", "5"),
        ("gpt-4o-0806-Inp-glbl Tokens", "Azure OpenAI", "gpt-4o-2024-08-06", "2.5"),
        ("gpt 4o 1120 Inp glbl Tokens", "Azure OpenAI", "gpt-4o", "2.5"),
        ("chat-latest 08062026 opt Gl 1M Tokens", "Azure OpenAI", "gpt-chat-latest", "30"),
        ("R1 Outp glbl Tokens", "Azure Deepseek Models", "DeepSeek-R1", "5.4"),
        ("Phi-4-Input Tokens", "Azure Phi Models", "Phi-4", "0.125"),
    ] {
        let file = row(meter, family);
        let recorded = focus_file::read("focus.csv", file.as_bytes(), &names()).unwrap();
        assert!(recorded.skipped.is_empty(), "{meter}: {:?}", recorded.skipped);
        let bill = again(&recorded, &Catalog::embedded().unwrap());
        let line = &bill.line_items[0];
        assert_eq!(&*line.deployment.as_ref().unwrap().model, model, "{meter}");
        assert_eq!(line.list_cost.amount().normalize().to_string(), cost, "{meter}");
    }
    // A version that nobody knows of a model with versions of other prices, and a name of another family.
    for (meter, family) in
        [("gpt 4o 0101 Inp glbl Tokens", "Azure OpenAI"), ("R1 Inp glbl Tokens", "Azure OpenAI")]
    {
        let recorded = focus_file::read("focus.csv", row(meter, family).as_bytes(), &names());
        assert_eq!(recorded.unwrap().skipped.len(), 1, "{meter}");
    }
}

#[test]
fn a_usage_file_is_billed_and_set_beside_its_amounts() {
    let file = "deployment,model,sku,region,workload,from,until,meter,count,billed_cost,currency\n\
        chat,gpt-4.1,GlobalStandard,eastus2,support,2026-12-01T09:00:00Z,,input,1200000,2.40,USD\n\
        chat,gpt-4.1,GlobalStandard,eastus2,support,2026-12-01T09:30:00Z,,output,100000,0.90,USD\n\
        base,gpt-4.1,GlobalProvisionedManaged,eastus2,,2026-12-01,2026-12-02,ptu,100,2400,USD\n";
    let recorded = usage_file::read("usage.csv", file.as_bytes()).unwrap();
    let bill = again(&recorded, &Catalog::embedded().unwrap());
    let found = reconcile(&bill, &recorded.billed).unwrap();
    let texts: Vec<String> = found
        .iter()
        .map(|found| format!("{} {}", found.key.meter, found.difference.to_exact_string()))
        .collect();
    assert_eq!(texts, ["PTU-hours 0", "input tokens 0", "output tokens -0.1"]);
}

#[test]
fn every_mistake_of_a_usage_file_has_its_place() {
    let file = "deployment,model,sku,region,from,meter,count\n\
        chat,gpt-4.1,GlobalStandard,eastus2,yesterday,input,12\n\
        chat,gpt-4.1,GlobalStandard,eastus2,2026-12-01,inputt,12\n\
        base,gpt-4.1,GlobalProvisionedManaged,eastus2,2026-12-01,ptu,-5\n\
        ,gpt-4.1,GlobalStandard,eastus2,2026-12-01,input,12\n";
    let mistakes = usage_file::read("usage.csv", file.as_bytes()).unwrap_err();
    let texts: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "error: from cannot be `yesterday` (usage.csv:2:5)\n hint: write 2026-12-01 or 2026-12-01T09:00:00Z",
            "error: meter cannot be `inputt` (usage.csv:3:6)\n hint: one of input, cached_input, cache_write, \
             cache_write_1h, output, audio_input, cached_audio_input, audio_output, image_input, cached_image_input, \
             image_output, ptu, training_tokens, training_time, grader_input, grader_cached_input, grader_output, prefill, \
             cached_prefill, sampling, interactive_training, hosting, accelerators, vm_cores, routed_input, queries",
            "error: count cannot be `-5` (usage.csv:4:7)\n hint: write digits only, 0 or more, such as 1200000; \
             take a correction off the row that it corrects",
            "error: deployment is empty (usage.csv:5:1)",
        ]
    );
    let framed = file.lines().next().unwrap().to_owned()
        + "\nchat,gpt-4.1,GlobalStandard,eastus2,2026-12-01,input,1200000.0\n";
    let framed = usage_file::read("usage.csv", framed.as_bytes()).unwrap();
    assert_eq!(framed.usage.tokens[0].tokens.get(TokenClass::Input), 1_200_000);
    let missing = usage_file::read("usage.csv", b"deployment,model\n").unwrap_err();
    assert!(missing.0[0].message.contains("columns missing: sku, region, from, meter, count"));
}

/// A row of a month is of all its days, and a resource without a name has that of its id.
#[test]
fn a_row_of_a_month_lasts_a_month() {
    let file = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodEnd,ChargePeriodStart,PricingQuantity,PricingUnit,RegionId,ResourceId,ResourceName,SkuMeter\n\
        2.5,USD,Usage,2026-12-01T00:00:00Z,2026-11-01T00:00:00Z,2.0,1M,swedencentral,/subscriptions/s/accounts/aoai,,GPT 5 Inpt Glbl 1M Tokens\n";
    let recorded = focus_file::read("focus.csv", file.as_bytes(), &names()).unwrap();
    let (from, until) = recorded.period().unwrap();
    assert_eq!(from.to_string(), "2026-11-01T00:00:00Z");
    assert_eq!(until.to_string(), "2026-12-01T00:00:00Z");
    assert_eq!(&*recorded.usage.tokens[0].deployment.name, "aoai");
}

/// Claude's models bill consumption units: a row of them states no tokens, and is listed with its
/// amount.
#[test]
fn consumption_units_are_listed_as_what_they_are() {
    let file = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodEnd,ChargePeriodStart,PricingQuantity,PricingUnit,RegionId,ResourceName,SkuMeter\n\
        1200,USD,Usage,2026-11-21T00:00:00Z,2026-11-20T00:00:00Z,120000,Units,eastus2,aoai,Claude Consumption Units\n\
        2.5,USD,Usage,2026-11-21T00:00:00Z,2026-11-20T00:00:00Z,2.0,1M,eastus2,aoai,GPT 5 Inpt Glbl 1M Tokens\n";
    let recorded = focus_file::read("focus.csv", file.as_bytes(), &names()).unwrap();
    assert_eq!(recorded.usage.tokens.len(), 1);
    let [skipped] = recorded.skipped.as_slice() else { panic!("{:?}", recorded.skipped) };
    assert!(
        skipped.reason.contains("states consumption units and no tokens"),
        "{}",
        skipped.reason
    );
    assert_eq!(skipped.billed.unwrap().to_exact_string(), "1200");
}

/// Exports are compressed, in UTF-16, with semicolons and commas, with American dates, with the
/// lines of Windows: what is in them is the same.
#[test]
fn a_focus_file_is_read_however_it_is_written() {
    let plain = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodEnd,ChargePeriodStart,PricingQuantity,PricingUnit,RegionId,ResourceName,SkuMeter\n\
        2.5,USD,Usage,2026-11-21T00:00:00Z,2026-11-20T00:00:00Z,2.0,1M,swedencentral,aoai,GPT 5 Inpt Glbl 1M Tokens\n\
        0.5,USD,Usage,2026-11-21T00:00:00Z,2026-11-20T00:00:00Z,0.05,1M,swedencentral,aoai,GPT 5 Outpt Glbl 1M Tokens\n";
    let counted = |bytes: &[u8]| {
        let bytes = plain_text("focus.csv", bytes).unwrap();
        let recorded = focus_file::read("focus.csv", &bytes, &names()).unwrap();
        assert!(recorded.skipped.is_empty());
        let tokens = recorded.usage.tokens.iter().map(|usage| usage.tokens);
        tokens
            .map(|tokens| [TokenClass::Input, TokenClass::Output].map(|of| tokens.get(of)))
            .collect::<Vec<_>>()
    };
    let wanted = counted(plain.as_bytes());
    assert_eq!(wanted.iter().flatten().sum::<u64>(), 2_050_000);
    let semicolons = plain.replace(',', ";").replace("2.5;", "2,5;").replace("0.05;", "0,05;");
    assert_eq!(counted(semicolons.as_bytes()), wanted);
    let american = plain
        .replace("2026-11-21T00:00:00Z", "11/21/2026 00:00:00")
        .replace("2026-11-20T00:00:00Z", "11/20/2026 00:00:00");
    assert_eq!(counted(american.as_bytes()), wanted);
    assert_eq!(counted(american.replace('\n', "\r\n").as_bytes()), wanted);
    let utf_16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(plain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(counted(&utf_16), wanted);
    let line = |text: &str| {
        let wrong = text.replace("0.05", "x");
        focus_file::read("focus.csv", wrong.as_bytes(), &names()).unwrap_err().to_string()
    };
    assert!(line(plain).contains("focus.csv:3:6"), "{}", line(plain));
    assert_eq!(line(plain), line(&plain.replace('\n', "\r\n")));
    // Of an export that is no FOCUS, where FOCUS is.
    let other = "Date,MeterName,Quantity,UnitOfMeasure,ChargeType\n";
    let said = usage_file::read("cost.csv", other.as_bytes()).unwrap_err().to_string();
    assert!(said.contains("Cost and usage details (FOCUS)"), "{said}");
}

#[test]
fn our_own_focus_rows_come_back_to_the_same_bill() {
    let day = ["2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"];
    let usage = Usage {
        tokens: vec![tokens(day[0], Answer::Completed, TokenCounts::text(123_457, 10_000, 777))],
        capacity: vec![
            capacity(
                deployment("base", "GlobalProvisionedManaged", "eastus2"),
                "2026-12-01T10:00:00Z",
                "2026-12-01T10:07:00Z",
                45,
            ),
            capacity(
                deployment("base", "GlobalProvisionedManaged", "eastus2"),
                "2026-12-01T10:07:00Z",
                day[1],
                50,
            ),
        ],
        ..Usage::default()
    };
    let before = billed(&usage, &[], day[0], day[1]);
    let account = Account {
        billing_account_id: "1".into(),
        billing_account_name: "Contoso".into(),
        subscription_id: "s".into(),
        subscription_name: "AI".into(),
        resource_id: "/r".into(),
        marketplace_publisher: "Anthropic".into(),
        owners: Owners::new(),
        work: Work::new(),
        figures_of: String::new(),
    };
    let bytes = to_csv(&before, &account).unwrap();
    assert!(focus_file::is_focus(&bytes));
    let recorded = focus_file::read("focus.csv", &bytes, &names()).unwrap();
    assert_eq!(recorded.skipped, []);
    let after =
        bill(&recorded.usage, &[], &Terms::list(at(day[0]), at(day[1])), &SmallBook).unwrap();
    assert_eq!(after.totals(), before.totals());
    let found = reconcile(&after, &recorded.billed).unwrap();
    assert!(found.iter().all(|found| found.difference.amount().is_zero()), "{found:?}");
}

#[test]
fn a_microsoft_export_is_billed_by_its_meter_names() {
    let file = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,CommitmentDiscountStatus,\
        PricingQuantity,PricingUnit,RegionId,ResourceName,SkuMeter,x_PricingBlockSize\n\
        2.4,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,1200,Units,eastus2,foundry,gpt 4.1 Inp glbl Tokens,1000\n\
        9,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,1000,Units,eastus2,foundry,gpt 4.1 Outp glbl Tokens,1000\n\
        2400,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,2400,Units/Hour,eastus2,foundry,Provisioned Managed Global Unit,1\n\
        0,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Used,2400,Units/Hour,eastus2,foundry,Provisioned Managed Global Unit,1\n\
        5,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,10,Units,eastus2,foundry,Image Hd glbl,1\n\
        26000,USD,Purchase,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,100,Units,,,Provisioned Managed Global,1\n";
    let catalog = Catalog::embedded().unwrap();
    let recorded = focus_file::read("export.csv", file.as_bytes(), &names()).unwrap();
    let reasons: Vec<&str> = recorded.skipped.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "covered by a commitment",
            "meter `Image Hd glbl` is not understood",
            "Purchase is no usage"
        ]
    );
    let bill = again(&recorded, &catalog);
    let found = reconcile(&bill, &recorded.billed).unwrap();
    let texts: Vec<String> = found
        .iter()
        .map(|found| format!("{} {}", found.key.meter, found.difference.to_exact_string()))
        .collect();
    assert_eq!(texts, ["PTU-hours 0", "input tokens 0", "output tokens -1"]);
}

/// 120 blocks of 10,000 input tokens and 25 of output: 1,200,000 and 250,000, whatever the columns' names are spelled like and
/// whoever says the size of the block.
#[test]
fn blocks_of_any_size_and_names_of_databases_are_read() {
    let row = "2.4,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,120,UNIT,eastus2,foundry,gpt 4.1 Inp glbl Tokens,BLOCK\n\
        2,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,25,UNIT,eastus2,foundry,gpt 4.1 Outp glbl Tokens,BLOCK\n";
    let focus = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,CommitmentDiscountStatus,\
        PricingQuantity,PricingUnit,RegionId,ResourceName,SkuMeter,x_PricingBlockSize\n";
    let snake = "billed_cost,billing_currency,charge_category,charge_period_start,charge_period_end,commitment_discount_status,\
        pricing_quantity,pricing_unit,region_id,resource_name,sku_meter,x_pricing_block_size\n";
    let lower = focus.to_lowercase();
    for header in [focus, snake, &lower] {
        for (unit, block) in [("Units", "10000"), ("10K", ""), ("10K Tokens", ""), ("10000", "")] {
            let file = format!("{header}{}", row.replace("UNIT", unit).replace("BLOCK", block));
            assert!(focus_file::is_focus(file.as_bytes()));
            let recorded = focus_file::read("export.csv", file.as_bytes(), &names()).unwrap();
            let tokens = recorded.usage.tokens.iter().map(|usage| {
                usage.tokens.get(TokenClass::Input) + usage.tokens.get(TokenClass::Output)
            });
            let mut tokens: Vec<u64> = tokens.collect();
            tokens.sort_unstable();
            assert_eq!(tokens, [250_000, 1_200_000], "{unit} {header}");
        }
    }
}

/// Microsoft's `Units` without the size of a block: what was consumed counts, and is asked for where it is missing. A correction of
/// an amount has no quantity and is listed with it.
#[test]
fn units_of_no_stated_size_are_what_was_consumed() {
    let header = "BilledCost,BillingCurrency,ChargeCategory,ChargeClass,ChargePeriodStart,ChargePeriodEnd,\
        CommitmentDiscountStatus,ConsumedQuantity,ConsumedUnit,PricingQuantity,PricingUnit,RegionId,ResourceName,SkuMeter\n";
    let row = |cost: &str, class: &str, consumed: &str, priced: &str, meter: &str| {
        format!(
            "{cost},USD,Usage,{class},2026-11-20T00:00:00Z,2026-11-21T00:00:00Z,,{consumed},Units,\
             {priced},Units,swedencentral,aoai,{meter}\n"
        )
    };
    let (input, output) = ("GPT 5 Inpt Glbl 1M Tokens", "GPT 5 Outpt Glbl 1M Tokens");
    let read =
        |rows: &str| focus_file::read("export.csv", format!("{header}{rows}").as_bytes(), &names());
    let rows = row("2.5", "", "2000000", "2", input)
        + &row("2.5", "", "250000", "0.25", output)
        + &row("-0.5", "Correction", "", "", input);
    let recorded = read(&rows).unwrap();
    let bill = again(&recorded, &Catalog::embedded().unwrap());
    assert_eq!(bill.totals().billed.to_exact_string(), "5");
    let [listed] = recorded.skipped.as_slice() else { panic!("{:?}", recorded.skipped) };
    assert_eq!(listed.reason, "a correction of an amount, without a quantity");
    assert_eq!(listed.billed.unwrap().to_exact_string(), "-0.5");
    for (rows, told) in [
        (row("2.5", "", "", "2", input), "PricingUnit is `Units`, whose size is not stated"),
        (row("2.5", "", "2000000", "", input), "PricingQuantity is empty"),
    ] {
        let said = read(&rows).unwrap_err().to_string();
        assert!(
            said.contains(told) && said.contains("export.csv:2") && said.contains("hint"),
            "{said}"
        );
    }
}

const COLUMNS: &str =
    "deployment,model,sku,region,workload,from,until,tier,context,meter,count,billed_cost,currency";

#[test]
fn cached_input_of_batches_costs_what_a_simulation_takes_it_to_cost() {
    let row = |model: &str, meter: &str, count: u64, cost: &str| {
        format!(
            "jobs,{model},GlobalBatch,swedencentral,w,2026-11-20T09:00:00Z,,batch,default,{meter},{count},{cost},USD"
        )
    };
    let catalog = Catalog::embedded().unwrap();
    for (model, rows, total) in [
        (
            "gpt-5.2",
            [
                ("input", 6_000_000, "5.25"),
                ("cached_input", 4_000_000, "0.35"),
                ("output", 1_000_000, "7.00"),
            ],
            "12.6",
        ),
        // No price of cached batch input is published: by `without-cached-price` it is billed as batch input.
        (
            "gpt-4.1",
            [
                ("input", 6_000_000, "6.00"),
                ("cached_input", 4_000_000, "4.00"),
                ("output", 0, "0.00"),
            ],
            "10",
        ),
    ] {
        let rows = rows.map(|(meter, count, cost)| row(model, meter, count, cost)).join("\n");
        let recorded =
            usage_file::read("u.csv", format!("{COLUMNS}\n{rows}\n").as_bytes()).unwrap();
        let bill = again(&recorded, &catalog);
        assert_eq!(bill.totals().billed.to_exact_string(), total, "{model}");
        let differences = reconcile(&bill, &recorded.billed).unwrap();
        assert!(differences.iter().all(|found| found.difference.amount().is_zero()), "{model}");
        let cached =
            bill.line_items.iter().find(|line| line.meter.to_string().starts_with("cached"));
        let source = &cached.unwrap().rate.as_ref().unwrap().evidence.source;
        assert_eq!(source.contains("without-cached-price"), model == "gpt-4.1", "{source}");
    }
}

#[test]
fn what_an_invoice_rounds_is_no_difference() {
    let file = format!(
        "{COLUMNS}\n\
         chat,gpt-4.1,GlobalStandard,japaneast,w,2026-11-20T09:00:00Z,,,,input,1234567,373,JPY\n\
         chat,gpt-4.1,GlobalStandard,japaneast,w,2026-11-20T09:00:00Z,,,,output,100001,119,JPY\n"
    );
    let recorded = usage_file::read("u.csv", file.as_bytes()).unwrap();
    let (from, until) = recorded.period().unwrap();
    let rate = ExchangeRate {
        of: Currency::USD,
        from: jiff::civil::date(2026, 1, 1),
        rate: "151.37".parse().unwrap(),
    };
    let yen = Terms {
        currency: "JPY".parse().unwrap(),
        exchange_rates: vec![rate],
        ..Terms::list(from, until)
    };
    let bill = bill(&recorded.usage, &[], &yen, &Catalog::embedded().unwrap()).unwrap();
    assert_eq!(bill.totals().billed.to_display_string(), "495 JPY");
    let told: Vec<_> = reconcile(&bill, &recorded.billed)
        .unwrap()
        .iter()
        .map(|found| (found.difference.to_display_string(), found.is_rounding))
        .collect();
    // 373.75 cut to 373 is the invoice's rounding; 119 instead of 121 is not.
    assert_eq!(told, [("0.75 JPY".to_owned(), true), ("2 JPY".to_owned(), false)]);
}

#[test]
fn the_team_of_a_row_of_ptus_holds_the_deployment() {
    let file = "deployment,model,sku,region,workload,from,until,meter,count,team\n\
        base,gpt-4.1,GlobalProvisionedManaged,eastus2,,2026-12-01,2026-12-02,ptu,100,Platform\n\
        spare,gpt-4.1,GlobalProvisionedManaged,eastus2,,2026-12-01,2026-12-02,ptu,15,Research\n\
        base,gpt-4.1,GlobalProvisionedManaged,eastus2,support,2026-12-01T09:00:00Z,,input,1200000,Care\n";
    let recorded = usage_file::read("usage.csv", file.as_bytes()).unwrap();
    let catalog = Catalog::embedded().unwrap();
    let bill = again(&recorded, &catalog);
    let belongs = Belongs {
        workloads: &recorded.owners,
        capacity: &recorded.capacity_owners,
        work: &recorded.work,
    };
    let keys = [AllocationKey::Team, AllocationKey::Deployment, AllocationKey::Workload];
    let told: Vec<Vec<String>> = splits(&keys, belongs, &bill, &recorded.usage, &catalog)
        .unwrap()
        .iter()
        .map(|split| {
            let part = |part: &Allocated| {
                format!("{} {}", part.owner, part.totals.billed.to_exact_string())
            };
            split.parts.iter().map(part).collect()
        })
        .collect();
    assert_eq!(told[0], ["Platform 2400", "Research 360"]);
    assert_eq!(told[1], ["base 2400", "spare 360"]);
    assert_eq!(told[2], ["(unallocated) 360", "support 2400"]);
}
