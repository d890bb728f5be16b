//! One thing in several spellings: units of a bill, names of columns, statuses, conditions; and answers that say they lack rows.

use crate::reading::{lenient, read_as, refused, says};
use ptuplan::workload::import::{BucketModel, Imported, ReadSpec, Where};

fn bill() -> ReadSpec {
    let model = BucketModel { input_tokens_per_request: Some(1_000.0), ..BucketModel::default() };
    ReadSpec { model, ..ReadSpec::default() }
}

/// Input and output tokens.
fn sums(imported: &Imported) -> (u64, u64) {
    let sums = imported.trace.token_sums();
    (sums.input_tokens, sums.output_tokens)
}

#[test]
fn a_unit_is_a_block_of_any_size() {
    for (unit, tokens) in [
        ("1K", 1_000),
        ("10K", 10_000),
        ("100", 100),
        ("10000", 10_000),
        ("1M", 1_000_000),
        ("10K Tokens", 10_000),
        ("1,000 Tokens", 1_000),
        ("1", 1),
    ] {
        // 300 units of input and 30 of output.
        let text = format!(
            "Date;MeterCategory;MeterName;ResourceId;Quantity;UnitOfMeasure;ChargeType\n\
             11/20/2026;Foundry Models;GPT 5 Inpt Glbl Tokens;/a;300;{unit};Usage\n\
             11/20/2026;Foundry Models;GPT 5 Outpt Glbl Tokens;/a;30;{unit};Usage\n"
        );
        let read = read_as("bill.csv", &text, &bill());
        assert_eq!(sums(&read), (300 * tokens, 30 * tokens), "{unit}");
    }
}

#[test]
fn focus_is_known_in_the_names_of_databases() {
    let names = "BilledCost,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,PricingQuantity,PricingUnit,\
        x_PricingBlockSize,SkuMeter,ServiceName,ResourceId";
    let snake = "billed_cost,charge_category,charge_period_start,charge_period_end,pricing_quantity,pricing_unit,\
        x_pricing_block_size,sku_meter,service_name,resource_id";
    for header in [names.to_owned(), names.to_lowercase(), snake.to_owned()] {
        let text = format!(
            "{header}\n2.0,Usage,2026-11-20T00:00:00Z,2026-11-21T00:00:00Z,30,Units,10000,gpt 4.1 Inp glbl Tokens,Foundry Models,/a\n\
             2.0,Usage,2026-11-20T00:00:00Z,2026-11-21T00:00:00Z,5,Units,10000,gpt 4.1 Outp glbl Tokens,Foundry Models,/a\n"
        );
        let read = read_as("focus.csv", &text, &bill());
        assert_eq!(sums(&read), (300_000, 50_000), "{header}");
    }
}

#[test]
fn an_answer_with_an_error_beside_its_rows_is_incomplete() {
    let text = r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"ModelName"},{"name":"PromptTokens"},{"name":"CompletionTokens"},{"name":"CorrelationId"}],
        "rows":[["2026-11-20T09:00:00.5Z","gpt-5",100,50,"a"],["2026-11-20T09:00:03Z","gpt-5",100,50,"b"]]}],
        "error":{"code":"PartialError","message":"There were some errors when processing your query."}}"#;
    let read = lenient("answer.json", text);
    assert_eq!(read.trace.len(), 2);
    let said = read.warnings.to_string();
    assert!(said.contains("incomplete answer: PartialError: There were some errors"), "{said}");
    let strict = refused("answer.json", text, &ReadSpec::strict());
    assert!(strict.contains("incomplete answer: PartialError"), "{strict}");
    let whole = text.replace(r#""error":{"code":"PartialError","message":"There were some errors when processing your query."}"#, r#""error":null"#);
    assert!(lenient("answer.json", &whole).warnings.0.is_empty());
}

#[test]
fn statuses_are_numbers_or_words_and_others_are_said() {
    let rows = [
        "HTTP 200",
        "Success",
        "HTTP 503",
        "503 Service Unavailable",
        "Failed",
        "HTTP/1.1 429",
        "ClientError",
        "flummoxed",
    ];
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(at, status)| {
            let tokens = if at < 2 || at == 7 { "10,5" } else { "0,0" };
            format!("2026-11-02T09:00:0{at}.1Z,gpt-4.1,{tokens},{status}\n")
        })
        .collect();
    let read =
        lenient("log.csv", &format!("timestamp,model,input_tokens,output_tokens,status\n{rows}"));
    // Four failed calls are demand; the client's own mistake is none.
    assert_eq!(read.trace.len(), 7);
    assert_eq!(read.attributes.status.as_deref(), Some(&[200, 200, 503, 503, 500, 429, 0][..]));
    says(&read, "4 failed calls (408, 429 or 5xx) kept as demand");
    says(
        &read,
        "the status of 1 call is no number and no known word, first \"flummoxed\" in line 9",
    );
}

#[test]
fn conditions_do_not_mind_case_and_say_what_there_is() {
    let text = "timestamp,deployment,input_tokens,output_tokens\n2026-11-02T09:00:00.1Z,chat,10,5\n2026-11-02T09:00:01.1Z,mini,20,5\n";
    for condition in ["Deployment=CHAT", "deploymentName=chat", "deployment=chat"] {
        let keep = Where::parse([condition]).unwrap();
        let read = read_as("log.csv", text, &ReadSpec { keep, ..ReadSpec::default() });
        assert_eq!(read.trace.input_tokens, [10], "{condition}");
    }
    for name in ["none", "chats"] {
        let keep = Where::parse([format!("deployment={name}").as_str()]).unwrap();
        let said = refused("log.csv", text, &ReadSpec { keep, ..ReadSpec::default() });
        assert!(said.contains("the source has deployment: chat, mini"), "{said}");
    }
}
