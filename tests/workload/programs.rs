//! What programs write of their calls: transcripts of coding agents, spans that an SDK prints, lines of a logger. Each has lines that are
//! no calls, and calls on several lines.

use crate::reading::{lenient, says};
use ptuplan::workload::import::{Imported, ReadSpec, read};
use std::fs;

fn sample(name: &str) -> Imported {
    let path = format!("{}/tests/workload/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    read(name, &fs::read(path).unwrap(), &ReadSpec::strict()).unwrap()
}

/// Rows passed over, by reason.
fn left(imported: &Imported) -> Vec<(String, u64)> {
    let skipped = imported.report.skipped.iter();
    skipped.map(|skipped| (skipped.reason.to_string(), skipped.rows)).collect()
}

/// Times since the first in milliseconds, input, cached input, output.
fn calls(imported: &Imported) -> Vec<(u64, u32, u32, u32)> {
    let trace = &imported.trace;
    let cached = |ix: usize| trace.cached_input_tokens.as_ref().map_or(0, |all| all[ix]);
    let of = |ix: usize| {
        let at = trace.arrival_us[ix] / 1_000;
        (at, trace.input_tokens[ix], cached(ix), trace.output_tokens[ix])
    };
    (0..trace.len()).map(of).collect()
}

#[test]
fn an_answer_of_claude_code_counts_once_with_the_output_of_its_last_line() {
    let imported = sample("claude-code.jsonl");
    assert_eq!(imported.report.format, "claude-code");
    assert_eq!(calls(&imported), [(0, 21_004, 1_000, 250), (6_000, 21_506, 21_000, 80)]);
    says(&imported, "2 lines repeated the usage of an answer that was counted");
    assert_eq!(imported.attributes.session.unwrap().names, ["s1"]);
    assert_eq!(imported.attributes.model.unwrap().names, ["claude-opus-4-6"]);
}

#[test]
fn a_call_of_codex_is_the_last_one_of_an_event_whose_total_has_grown() {
    let imported = sample("codex.jsonl");
    assert_eq!(calls(&imported), [(0, 9_000, 3_000, 500), (7_000, 10_000, 9_000, 300)]);
    says(&imported, "1 event repeated the usage of a call");
    assert_eq!(imported.attributes.model.unwrap().names, ["gpt-5-codex"]);
}

/// The names of the protocol instead of those of its JSON, as some exporters keep them.
#[test]
fn otlp_is_read_in_both_of_its_spellings() {
    let imported = sample("otel-genai-snake.json");
    assert_eq!(calls(&imported), [(0, 900, 0, 55), (4_000, 700, 0, 45)]);
    assert_eq!(imported.attributes.deployment.unwrap().names[0], "chat");
    assert_eq!(imported.attributes.client.unwrap().names, ["web"]);
    let tempo = fs::read_to_string(format!(
        "{}/tests/workload/samples/otel-genai-snake.json",
        env!("CARGO_MANIFEST_DIR")
    ));
    let tempo = tempo.unwrap().replace("resource_spans", "batches");
    assert_eq!(lenient("tempo.json", &tempo).trace.len(), 2);
}

/// An agent's span has the sum of its calls, and other spans have no tokens at all: three of these
/// four were calls with made-up tokens once.
#[test]
fn spans_that_the_sdk_prints_are_calls_of_models_only() {
    let imported = sample("otel-console.json");
    assert_eq!(imported.report.format, "opentelemetry-genai");
    assert_eq!(calls(&imported), [(0, 900, 0, 55), (4_000, 700, 0, 45)]);
    assert_eq!(
        left(&imported),
        [("not-a-model-call".to_owned(), 1), ("wrapping-span".to_owned(), 1)]
    );
    says(&imported, "1 failed call (408, 429 or 5xx)");
}

#[test]
fn a_trace_of_jaeger_is_its_calls_of_models() {
    let imported = lenient(
        "jaeger.json",
        r#"{"data":[{"traceID":"aa","spans":[
        {"traceID":"aa","spanID":"01","references":[],"startTime":1795165200000000,"tags":[
        {"key":"gen_ai.operation.name","value":"invoke_agent"},
        {"key":"gen_ai.usage.input_tokens","value":1600}],"processID":"p1"},
        {"traceID":"aa","spanID":"02","references":[{"refType":"CHILD_OF","spanID":"01"}],
        "startTime":1795165201118000,"tags":[{"key":"gen_ai.operation.name","value":"chat"},
        {"key":"gen_ai.usage.input_tokens","value":1600},
        {"key":"gen_ai.usage.output_tokens","value":100}],"processID":"p1"}],
        "processes":{"p1":{"serviceName":"web"}}}],"errors":null}"#,
    );
    assert_eq!(calls(&imported), [(0, 1_600, 0, 100)]);
    assert_eq!(imported.start.unwrap().to_string(), "2026-11-20T09:00:01.118Z");
    assert_eq!(imported.attributes.client.unwrap().names, ["web"]);
}

/// Each piece of a stream may have the usage so far, or only the last one has any.
#[test]
fn the_pieces_of_a_streamed_answer_are_one_call() {
    let piece = |id: &str, at: u32, usage: &str| {
        format!(
            "{{\"id\":\"{id}\",\"object\":\"chat.completion.chunk\",\"created\":17951652{at},\
             \"model\":\"gpt-5\",\"usage\":{usage}}}\n"
        )
    };
    let usage = |input: u32, output: u32| {
        format!("{{\"prompt_tokens\":{input},\"completion_tokens\":{output}}}")
    };
    let text = [
        piece("c1", 10, "null"),
        piece("c1", 10, "null"),
        piece("c1", 10, &usage(900, 55)),
        piece("c2", 20, "null"),
        piece("c2", 20, &usage(800, 45)),
        piece("c3", 30, &usage(700, 1)),
        piece("c3", 30, &usage(700, 35)),
    ];
    let imported = lenient("chunks.jsonl", &text.concat());
    assert_eq!(calls(&imported), [(0, 900, 0, 55), (10_000, 800, 0, 45), (20_000, 700, 0, 35)]);
    assert_eq!(left(&imported), [("piece-of-an-answer".to_owned(), 4)]);
}

/// A program's log has other lines than its calls; none of them is a call that states no tokens.
#[test]
fn a_line_that_says_nothing_of_a_call_is_none() {
    let docker = lenient(
        "docker.jsonl",
        r#"{"log":"{\"model\":\"gpt-5\",\"prompt_tokens\":900,\"completion_tokens\":55}\n","time":"2026-11-20T09:00:03.119Z"}
{"log":"starting\n","time":"2026-11-20T09:00:05.119Z"}
{"log":"{\"model\":\"gpt-5\",\"prompt_tokens\":800,\"completion_tokens\":45}\n","time":"2026-11-20T09:00:07.119Z"}
"#,
    );
    assert_eq!(calls(&docker), [(0, 900, 0, 55), (4_000, 800, 0, 45)]);
    assert_eq!(left(&docker), [("nothing-of-a-call".to_owned(), 1)]);
    let traces = lenient(
        "traces.csv",
        "timestamp [UTC],message,customDimensions\n\
         \"11/20/2026, 9:00:03.118 AM\",chat,\"{\"\"prompt_tokens\"\":900,\"\"completion_tokens\"\":55}\"\n\
         \"11/20/2026, 9:00:04.118 AM\",startup,\"{\"\"Version\"\":1}\"\n",
    );
    assert_eq!(calls(&traces), [(0, 900, 0, 55)]);
    // A gateway's log has its probes too, and its refusals.
    let gateway = lenient(
        "access.jsonl",
        "{\"start_time\":\"2026-11-20T09:00:03Z\",\"response_code\":200,\"gen_ai.request.model\":\"gpt-5\",\"gen_ai.usage.input_tokens\":900,\"gen_ai.usage.output_tokens\":55}\n\
         {\"start_time\":\"2026-11-20T09:00:04Z\",\"path\":\"/healthz\",\"response_code\":200}\n\
         {\"start_time\":\"2026-11-20T09:00:05Z\",\"response_code\":429}\n",
    );
    assert_eq!(calls(&gateway), [(0, 900, 0, 55), (2_000, 900, 0, 55)]);
    // Steps of a trace are no calls, unless they have tokens.
    let steps = lenient(
        "observations.csv",
        "id,startTime,type,model,promptTokens,completionTokens\n\
         a,2026-11-20T09:00:02Z,SPAN,,0,0\n\
         b,2026-11-20T09:00:03Z,GENERATION,gpt-5,900,55\n\
         c,2026-11-20T09:00:04Z,EVENT,,,\n",
    );
    assert_eq!(calls(&steps), [(0, 900, 0, 55)]);
    // A call that states no tokens has its model all the same.
    let unstated = lenient(
        "log.jsonl",
        "{\"time\":\"2026-11-20T09:00:03Z\",\"model\":\"gpt-5\",\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":55}}\n\
         {\"time\":\"2026-11-20T09:00:04Z\",\"model\":\"gpt-5\",\"usage\":{\"prompt_tokens\":800,\"completion_tokens\":45}}\n\
         {\"time\":\"2026-11-20T09:00:05Z\",\"model\":\"gpt-5\"}\n",
    );
    assert_eq!(unstated.trace.len(), 3);
}

#[test]
fn lines_of_loggers_are_read_by_their_json_or_their_pairs() {
    let wanted = [(0, 900, 0, 55), (1_000, 800, 0, 45)];
    let python = "2026-11-20 09:00:03,118 INFO llm {\"prompt_tokens\": 900, \"completion_tokens\": 55}\n\
                  2026-11-20 09:00:03,500 INFO starting\n\
                  2026-11-20 09:00:04,118 INFO llm {\"prompt_tokens\": 800, \"completion_tokens\": 45}\n";
    let imported = lenient("app.log", python);
    assert_eq!(calls(&imported), wanted);
    assert_eq!(imported.start.unwrap().to_string(), "2026-11-20T09:00:03.118Z");
    let logfmt = "time=2026-11-20T09:00:03.118Z level=info msg=\"chat done\" prompt_tokens=900 completion_tokens=55\n\
                  time=2026-11-20T09:00:04.118Z level=info msg=\"chat done\" prompt_tokens=800 completion_tokens=45\n";
    assert_eq!(calls(&lenient("app.log", logfmt)), wanted);
    // The line of a mistake is the file's.
    let wrong = python.replace("800", "\"many\"");
    let error = read("app.log", wrong.as_bytes(), &ReadSpec::strict()).unwrap_err().to_string();
    assert!(error.contains("app.log:3"), "{error}");
}

/// Bedrock's log names the error instead of a status.
#[test]
fn a_refused_call_may_be_told_by_its_error_alone() {
    let imported = lenient(
        "bedrock.jsonl",
        r#"{"timestamp":"2026-11-20T09:00:03Z","requestId":"r1","modelId":"m","input":{"inputTokenCount":900},"output":{"outputTokenCount":55}}
{"timestamp":"2026-11-20T09:00:05Z","requestId":"r2","modelId":"m","errorCode":"ThrottlingException","input":{"inputTokenCount":0}}
"#,
    );
    assert_eq!(calls(&imported), [(0, 900, 0, 55), (2_000, 900, 0, 55)]);
    says(&imported, "1 failed call without tokens");
}

#[test]
fn calls_that_are_of_no_model_are_none_in_the_logs_of_litellm() {
    let imported = lenient(
        "spend.csv",
        "request_id,call_type,startTime,model,prompt_tokens,completion_tokens,spend,status\n\
         c1,acompletion,2026-11-20 09:00:03.118,gpt-5,2841,412,0.01,success\n\
         c2,/v1/models,2026-11-20 09:00:04.118,,0,0,0,success\n",
    );
    assert_eq!(calls(&imported), [(0, 2_841, 0, 412)]);
}

#[test]
fn a_row_named_total_is_that_of_the_others() {
    let imported = lenient(
        "daily.csv",
        "date,model,requests,input_tokens,output_tokens\n\
         2026-11-18,gpt-5,100,100000,5000\n\
         2026-11-18,gpt-5-mini,50,50000,500\n\
         2026-11-18,Grand total,150,150000,5500\n\
         2026-11-19,gpt-5,110,110000,5500\n\
         2026-11-19,Grand total,110,110000,5500\n",
    );
    assert_eq!(imported.trace.len(), 260);
    assert_eq!(imported.trace.token_sums().input_tokens, 260_000);
    says(&imported, "2 rows left out: they are named as the total of the others");
    // A table of totals alone has nothing else.
    let alone = lenient(
        "daily.csv",
        "date,model,requests,input_tokens,output_tokens\n\
         2026-11-18,Total,100,100000,5000\n2026-11-19,Total,110,110000,5500\n",
    );
    assert_eq!(alone.trace.len(), 210);
}

/// Databases of logs wrap their records and their values in ways of their own.
#[test]
fn what_databases_export_is_the_same_log() {
    let wanted = [(0, 900, 0, 55), (1_000, 800, 0, 45)];
    for (name, text) in [
        (
            "mongo.jsonl",
            r#"{"_id":{"$oid":"a"},"createdAt":{"$date":"2026-11-20T09:00:03.118Z"},"usage":{"prompt_tokens":{"$numberInt":"900"},"completion_tokens":{"$numberLong":"55"}}}
{"_id":{"$oid":"b"},"createdAt":{"$date":"2026-11-20T09:00:04.118Z"},"usage":{"prompt_tokens":800,"completion_tokens":{"$numberLong":"45"}}}"#,
        ),
        (
            "mongo2.jsonl",
            r#"{"_id":{"$oid":"a"},"createdAt":{"$date":{"$numberLong":"1795165203118"}},"promptTokens":900,"completionTokens":55}
{"_id":{"$oid":"b"},"createdAt":{"$date":{"$numberLong":"1795165204118"}},"promptTokens":800,"completionTokens":45}"#,
        ),
        (
            "dynamo.jsonl",
            r#"{"Item":{"ts":{"S":"2026-11-20T09:00:03.118Z"},"prompt_tokens":{"N":"900"},"completion_tokens":{"N":"55"}}}
{"Item":{"ts":{"S":"2026-11-20T09:00:04.118Z"},"prompt_tokens":{"N":"800"},"completion_tokens":{"N":"45"}}}"#,
        ),
        (
            "loki.json",
            r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"web"},"values":[
["1795165203118000000","{\"prompt_tokens\":900,\"completion_tokens\":55}"],
["1795165204118000000","{\"prompt_tokens\":800,\"completion_tokens\":45}"]]}]}}"#,
        ),
        (
            "newrelic.json",
            r#"{"results":[{"events":[{"timestamp":1795165203118,"prompt_tokens":900,"completion_tokens":55},
{"timestamp":1795165204118,"prompt_tokens":800,"completion_tokens":45}]}],"performanceStats":{}}"#,
        ),
        (
            "kusto.json",
            r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"TimeGenerated"},{"ColumnName":"PromptTokens"},{"ColumnName":"CompletionTokens"}],
"Rows":[["2026-11-20T09:00:03.118Z",900,55],["2026-11-20T09:00:04.118Z",800,45]]},
{"TableName":"Table_1","Columns":[{"ColumnName":"Value"}],"Rows":[["{}"]]}]}"#,
        ),
    ] {
        let imported = lenient(name, text);
        assert_eq!(calls(&imported), wanted, "{name}");
        assert_eq!(imported.start.unwrap().to_string(), "2026-11-20T09:00:03.118Z", "{name}");
    }
}

/// Names of columns that services write, and bills of other clouds, which are named as such.
#[test]
fn a_log_of_another_service_is_read_or_named() {
    let wanted = [(0, 900, 0, 55), (1_000, 800, 0, 45)];
    for (name, text) in [
        (
            "ollama.jsonl",
            r#"{"model":"llama3","created_at":"2026-11-20T09:00:03.118Z","prompt_eval_count":900,"eval_count":55}
{"model":"llama3","created_at":"2026-11-20T09:00:04.118Z","prompt_eval_count":800,"eval_count":45}"#,
        ),
        (
            "cortex.csv",
            "QUERY_ID,USAGE_TIME,MODEL_NAME,TOKENS_GRANULAR\n\
             q1,2026-11-20 01:00:03.118 -0800,m,\"{\"\"input\"\":900,\"\"output\"\":55}\"\n\
             q2,2026-11-20 01:00:04.118 -0800,m,\"{\"\"input\"\":800,\"\"output\"\":45}\"\n",
        ),
        (
            "databricks.csv",
            "databricks_request_id,requester,status_code,request_time,input_token_count,output_token_count,served_entity_id\n\
             r1,alice,200,2026-11-20T09:00:03.118+00:00,900,55,se1\n\
             r2,bob,200,2026-11-20T09:00:04.118+00:00,800,45,se1\n",
        ),
    ] {
        assert_eq!(calls(&lenient(name, text)), wanted, "{name}");
    }
    for (columns, cloud) in [
        ("line_item_usage_start_date,line_item_usage_type,line_item_usage_amount", "bill of AWS"),
        ("sku.description,usage.amount,usage.unit", "bill of Google Cloud"),
    ] {
        let text = format!("{columns}\na,b,1\n");
        let error = read("bill.csv", text.as_bytes(), &ReadSpec::default()).unwrap_err();
        assert!(error.to_string().contains(cloud), "{error}");
    }
}

/// Consumption units are a price and no count: what they are of is missing, and that is said.
#[test]
fn consumption_units_of_a_bill_are_said_to_be_missing() {
    let bill = |rows: &str| {
        let text = format!(
            "Date,MeterCategory,MeterName,ResourceId,Quantity,UnitOfMeasure,ChargeType\n{rows}"
        );
        let model = ptuplan::workload::import::BucketModel {
            input_tokens_per_request: Some(1_000.0),
            ..Default::default()
        };
        let spec = ReadSpec { model, ..ReadSpec::default() };
        read("bill.csv", text.as_bytes(), &spec)
    };
    let units = "11/20/2026,Foundry Models,Claude Consumption Units,/a,120000,1,Usage\n";
    let tokens = "11/20/2026,Foundry Models,GPT 5 Inpt Glbl 1M Tokens,/a,2,1M,Usage\n\
                  11/20/2026,Foundry Models,GPT 5 Outpt Glbl 1M Tokens,/a,0.25,1M,Usage\n";
    let imported = bill(&format!("{units}{tokens}")).unwrap();
    let said = imported.warnings.to_string();
    assert!(said.contains("1 row of consumption units left out"), "{said}");
    assert_eq!(imported.trace.token_sums().input_tokens, 2_000_000);
    let error = bill(units).unwrap_err().to_string();
    assert!(error.contains("1 row of consumption units left out"), "{error}");
}
