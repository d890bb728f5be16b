//! Exports that are no log of online calls: batches, dependencies without tokens, daily metrics.

use ptuplan::workload::import::{Imported, ReadSpec, TokensStated, read};

fn read_as(name: &str, text: &str, spec: &ReadSpec) -> Imported {
    read(name, text.as_bytes(), spec).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn says(imported: &Imported, what: &str) {
    let assumed = &imported.report.assumed;
    assert!(assumed.iter().any(|said| said.contains(what)), "{what}: {assumed:#?}");
}

#[test]
fn the_output_of_a_batch_is_calls_that_may_wait() {
    let text = r#"{"id":"1","custom_id":"r1","response":{"status_code":200,"body":{"created":1795165200,"model":"gpt-5","usage":{"prompt_tokens":22,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":10}}}},"error":null}
{"id":"2","custom_id":"r2","response":{"status_code":200,"body":{"created_at":1795165201,"model":"gpt-5","usage":{"input_tokens":32,"output_tokens":4}}},"error":null}
{"id":"3","custom_id":"r3","response":null,"error":{"code":"batch_expired","message":"x"}}
{"id":"4","custom_id":"r4","response":{"status_code":429,"body":{"error":{"code":"rate"}}},"error":null}
"#;
    let read = read_as("output.jsonl", text, &ReadSpec::strict());
    assert_eq!(read.report.format, "batch-output");
    assert_eq!((read.trace.input_tokens, read.trace.output_tokens), (vec![22, 32], vec![2, 4]));
    let assumed = read.report.assumed.join("\n");
    assert!(
        assumed.contains("2 calls of a batch") && assumed.contains("no online traffic"),
        "{assumed}"
    );
    assert!(assumed.contains("2 calls of the batch failed or expired"), "{assumed}");
}

const DEPENDENCIES: &str = "\"timestamp [UTC]\",target,type,name,data,success,resultCode,duration,cloud_RoleName\n\
    \"11/20/2026, 9:00:03.118 AM\",aoai.openai.azure.com,HTTP,POST /openai/deployments/chat/chat/completions,https://aoai.openai.azure.com/openai/deployments/chat/chat/completions?api-version=1,True,200,1523.2,web\n\
    \"11/20/2026, 9:00:05.118 AM\",aoai.openai.azure.com,HTTP,POST /openai/deployments/chat/chat/completions,https://aoai.openai.azure.com/openai/deployments/chat/chat/completions?api-version=1,False,429,23.2,web\n\
    \"11/20/2026, 9:00:06.118 AM\",sql,SQL,select,select 1,True,0,23.2,web\n";

#[test]
fn dependencies_say_that_they_have_no_tokens_and_what_to_do() {
    let said =
        read("query.csv", DEPENDENCIES.as_bytes(), &ReadSpec::strict()).unwrap_err().to_string();
    assert!(said.contains("durations and result codes, and no tokens"), "{said}");
    assert!(said.contains("--tokens none") && said.contains("LLM log"), "{said}");
    let alone = ReadSpec { tokens: TokensStated::None, ..ReadSpec::strict() };
    let calls = read_as("query.csv", DEPENDENCIES, &alone);
    assert_eq!(calls.trace.len(), 2);
    assert_eq!(calls.attributes.deployment.unwrap().name(1), "chat");
    assert_eq!(calls.attributes.status.unwrap(), [200, 429]);
    let table = r#"{"tables":[{"columns":[{"name":"TimeGenerated"},{"name":"Target"},{"name":"Name"},{"name":"Data"},{"name":"Success"},{"name":"ResultCode"},{"name":"DurationMs"}],
        "rows":[["2026-11-20T09:00:00.5Z","x.openai.azure.com","POST /openai/deployments/chat/embeddings","https://x.openai.azure.com/openai/deployments/chat/embeddings",true,"200",12.5]]}]}"#;
    assert_eq!(read_as("answer.json", table, &alone).trace.len(), 1);
}

#[test]
fn the_daily_metrics_of_langfuse_keep_their_days() {
    let text = r#"{"data":[{"date":"2026-11-19","countTraces":10,"countObservations":20,"usage":[{"model":"gpt-5","inputUsage":20000,"outputUsage":1000,"countObservations":20}]},
        {"date":"2026-11-20","countTraces":10,"countObservations":32,"usage":[{"model":"gpt-5","inputUsage":40000,"outputUsage":2000,"countObservations":30},{"model":"gpt-5-mini","inputUsage":1000,"outputUsage":500,"countObservations":2}]}],"meta":{"page":1,"totalPages":1}}"#;
    let read = read_as("daily.json", text, &ReadSpec::strict());
    let sums = read.trace.token_sums();
    assert_eq!((read.trace.len(), sums.input_tokens, sums.output_tokens), (52, 61_000, 3_500));
    says(&read, "the total of 1 day");
    assert!(read.start.unwrap().to_string().starts_with("2026-11-19"));
}
