//! Exports that are no log of online calls: batches, dependencies without tokens, daily metrics.

use crate::reading::says;
use ptuplan::workload::import::{
    Imported, ReadSpec, TokensStated, WhereKey, read, read_all, split,
};

fn read_as(name: &str, text: &str, spec: &ReadSpec) -> Imported {
    read(name, text.as_bytes(), spec).unwrap_or_else(|error| panic!("{name}: {error}"))
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

fn sums(imported: &Imported) -> (usize, u64, u64, u64) {
    let sums = imported.trace.token_sums();
    let cached = imported.trace.cached_input_tokens.iter().flatten().copied().map(u64::from);
    (imported.trace.len(), sums.input_tokens, cached.sum(), sums.output_tokens)
}

/// Shapes of `api-evangelist/anthropic` (usage report) and of the console's download; values of our own.
#[test]
fn anthropics_usage_is_input_of_three_kinds() {
    let text = r#"{"data":[{"starting_at":"2026-11-20T00:00:00Z","ending_at":"2026-11-21T00:00:00Z","results":[
        {"uncached_input_tokens":1500,"cache_creation":{"ephemeral_1h_input_tokens":1000,"ephemeral_5m_input_tokens":500},"cache_read_input_tokens":200,"output_tokens":500,"model":"claude-opus-4-6","service_tier":"standard"},
        {"uncached_input_tokens":9000,"cache_creation":{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":0},"cache_read_input_tokens":0,"output_tokens":50,"model":"claude-opus-4-6","service_tier":"batch"}]},
        {"starting_at":"2026-11-21T00:00:00Z","ending_at":"2026-11-22T00:00:00Z","results":[]}],"has_more":false,"next_page":null}"#;
    let mut spec = ReadSpec::default();
    spec.model.input_tokens_per_request = Some(800.0);
    let report = read_as("usage.json", text, &spec);
    assert_eq!(sums(&report), (4, 3_200, 200, 500));
    says(&report, "1 row of batch calls left out");
    let said = read("usage.json", text.as_bytes(), &ReadSpec::default()).unwrap_err().to_string();
    assert!(said.contains("--input-tokens-per-request"), "{said}");
    let console = "usage_date_utc,model_version,workspace,usage_type,usage_input_tokens_no_cache,\
        usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens\n\
        2026-11-20,claude-sonnet-4-6,Default,standard,1500,500,1000,200,500\n\
        2026-11-21,claude-sonnet-4-6,Default,standard,3000,0,0,1000,700\n";
    assert_eq!(sums(&read_as("console.csv", console, &spec)), (9, 7_200, 1_200, 1_200));
}

/// Members as Bedrock's invocation log has them (`input.inputTokenCount` beside cache reads and
/// writes), in public readers of it.
#[test]
fn bedrocks_log_counts_what_the_cache_gave_beside_the_input() {
    let row = |at: &str, input: u32, read: u32, written: u32| {
        format!(
            "{{\"schemaType\":\"ModelInvocationLog\",\"timestamp\":\"2026-11-20T09:00:0{at}Z\",\"requestId\":\"{at}\",\
            \"modelId\":\"anthropic.claude\",\"input\":{{\"inputTokenCount\":{input},\"cacheReadInputTokenCount\":{read},\
            \"cacheWriteInputTokenCount\":{written}}},\"output\":{{\"outputTokenCount\":50,\"outputBodyJson\":{{\"usage\":{{\"inputTokens\":{input}}}}}}}}}\n"
        )
    };
    let text = row("0", 100, 900, 0) + &row("1", 200, 0, 800);
    let read = read_as("log.jsonl", &text, &ReadSpec::default());
    assert_eq!(sums(&read), (2, 2_000, 900, 100));
    says(&read, "input of 2 calls is the sum");
}

#[test]
fn what_wraps_a_call_is_no_call_and_neither_is_an_answer_of_a_cache() {
    let runs = "id,name,run_type,start_time,status,prompt_tokens,completion_tokens\n\
        1,ChatOpenAI,llm,2026-11-20T09:00:00.123456,success,1000,100\n\
        2,AgentExecutor,chain,2026-11-20T09:00:00.1,success,1000,100\n";
    assert_eq!(sums(&read_as("runs.csv", runs, &ReadSpec::default())), (1, 1_000, 0, 100));
    let gateway = r#"{"result":[{"id":"1","created_at":"2026-11-20 09:00:00","model":"gpt-5","tokens_in":100,"tokens_out":10,"status_code":200,"cached":false},
        {"id":"2","created_at":"2026-11-20 09:00:01","model":"gpt-5","tokens_in":100,"tokens_out":10,"status_code":200,"cached":true}],"success":true}"#;
    let read = read_as("logs.json", gateway, &ReadSpec::default());
    assert_eq!(sums(&read), (1, 100, 0, 10));
    says(&read, "1 row left out: a cache gave the answer, as cached says");
    let portkey = r#"{"id":"1","created_at":"Fri Nov 20 2026 09:00:00 GMT+0000 (Coordinated Universal Time)","ai_model":"gpt-5","req_units":120,"res_units":12,"response_status_code":200,"cache_status":"MISS"}
{"id":"2","created_at":"Fri Nov 20 2026 09:00:03 GMT+0000 (Coordinated Universal Time)","ai_model":"gpt-5","req_units":120,"res_units":12,"response_status_code":200,"cache_status":"SEMANTIC HIT"}
"#;
    let read = read_as("logs.jsonl", portkey, &ReadSpec::default());
    assert_eq!((sums(&read), read.report.format.as_str()), ((1, 120, 0, 12), "portkey"));
    // Beside counts of cached tokens it is the model's own cache.
    let own = "timestamp,prompt_tokens,cached_tokens,completion_tokens,cache_hit\n\
        2026-11-20T09:00:00.1Z,1000,800,10,true\n2026-11-20T09:00:01.1Z,1000,0,10,false\n";
    assert_eq!(sums(&read_as("log.csv", own, &ReadSpec::default())), (2, 2_000, 800, 20));
}

#[test]
fn spans_of_openinference_are_read_and_an_outer_call_is_not_counted_twice() {
    let span = |id: &str, parent: &str, attributes: &str| {
        format!(
            "{{\"spanId\":\"{id}\",\"parentSpanId\":\"{parent}\",\"startTimeUnixNano\":\"1795165200000000000\",\"attributes\":[{attributes}]}}"
        )
    };
    let text = |name: &str, value: &str| {
        format!("{{\"key\":\"{name}\",\"value\":{{\"stringValue\":\"{value}\"}}}}")
    };
    let count = |name: &str, value: u32| {
        format!("{{\"key\":\"{name}\",\"value\":{{\"intValue\":\"{value}\"}}}}")
    };
    let file = |spans: &[String]| {
        format!("{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{}]}}]}}]}}", spans.join(","))
    };
    let kind = |kind: &str| text("openinference.span.kind", kind);
    let tokens = [
        count("llm.token_count.prompt", 1_000),
        count("llm.token_count.completion", 100),
        count("llm.token_count.prompt_details.cache_read", 400),
    ]
    .join(",");
    let phoenix = file(&[
        span("a", "b", &format!("{},{},{tokens}", kind("LLM"), text("llm.model_name", "gpt-5"))),
        span("b", "", &format!("{},{tokens}", kind("CHAIN"))),
    ]);
    let read = read_as("spans.json", &phoenix, &ReadSpec::default());
    assert_eq!(sums(&read), (1, 1_000, 400, 100));
    assert_eq!(read.attributes.model.unwrap().name(0), "gpt-5");
    let call = [
        text("gen_ai.system", "Azure"),
        count("gen_ai.usage.input_tokens", 500),
        count("gen_ai.usage.output_tokens", 20),
    ]
    .join(",");
    let twice = file(&[
        span("a", "", &call),
        span("step", "a", &text("traceloop.span.kind", "task")),
        span("c", "step", &call),
        span("d", "", &call),
    ]);
    assert_eq!(sums(&read_as("spans.json", &twice, &ReadSpec::default())), (2, 1_000, 0, 40));
}

/// A line of `profile_export.jsonl` as the documentation of ai-dynamo/aiperf shows it.
#[test]
fn aiperfs_records_are_the_calls_of_its_benchmark() {
    let row = |at: &str, phase: &str, error: &str| {
        format!(
            "{{\"metadata\":{{\"request_start_ns\":17951652{at}000000000,\"conversation_id\":\"s\",\"benchmark_phase\":\"{phase}\",\
            \"was_cancelled\":false}},\"metrics\":{{\"input_sequence_length\":{{\"value\":550,\"unit\":\"tokens\"}},\
            \"output_token_count\":{{\"value\":90,\"unit\":\"tokens\"}},\"reasoning_token_count\":{{\"value\":7,\"unit\":\"tokens\"}}}},\"error\":{error}}}\n"
        )
    };
    let text = row("00", "warmup", "null")
        + &row("01", "profiling", "null")
        + &row("02", "profiling", "{\"code\":499}")
        + &row("03", "profiling", "null");
    let read = read_as("profile_export.jsonl", &text, &ReadSpec::default());
    assert_eq!(sums(&read), (2, 1_100, 0, 194));
    assert_eq!(read.trace.arrival_us, [0, 2_000_000]);
    assert_eq!(read.start.unwrap().to_string(), "2026-11-20T09:00:01Z");
}

/// Azure names no two deployments by the case of letters.
#[test]
fn deployments_that_differ_in_case_alone_are_one() {
    let text = "timestamp,deployment,input_tokens,output_tokens\n\
        2026-11-20T09:00:00.1Z,Chat,100,10\n2026-11-20T09:00:01.1Z,chat,200,20\n2026-11-20T09:00:02.1Z,CHAT,300,30\n";
    let names = read_as("log.csv", text, &ReadSpec::default()).attributes.deployment.unwrap();
    assert_eq!((&names.names[..], &names.of[..]), (&["Chat".to_owned()][..], &[0, 0, 0][..]));
}

/// The layout of `az monitor metrics list --output table`, as Microsoft's documents show it; values of our own.
#[test]
fn the_table_that_az_prints_is_its_metrics() {
    let text = "\
Timestamp            Name                         Modeldeploymentname      Total
-------------------  ---------------------------  ---------------------  -------
2026-11-20 09:00:00  Azure OpenAI Requests        chat                         4
2026-11-20 09:00:00  Azure OpenAI Requests        mini                         2
2026-11-20 09:01:00  Azure OpenAI Requests        chat                         1
2026-11-20 09:01:00  Azure OpenAI Requests        mini
2026-11-20 09:00:00  Processed Prompt Tokens      chat                      4000
2026-11-20 09:00:00  Processed Prompt Tokens      mini                      2000
2026-11-20 09:01:00  Processed Prompt Tokens      chat                       500
2026-11-20 09:00:00  Generated Completion Tokens  chat                       400
2026-11-20 09:00:00  Generated Completion Tokens  mini                       200
2026-11-20 09:01:00  Generated Completion Tokens  chat                        50
";
    let read = read_as("metrics.txt", text, &ReadSpec::default());
    assert_eq!(read.report.format, "azure-monitor-metrics");
    assert_eq!(sums(&read), (7, 6_500, 0, 650));
    let names = read.attributes.deployment.unwrap();
    assert_eq!(names.of.iter().filter(|of| names.names[**of as usize] == "chat").count(), 5);
    // What `--query value` leaves of its answer, and `Get-AzMetric` as JSON.
    let metric = |name: &str, total: f64| {
        format!(
            "{{\"Name\":{{\"Value\":\"{name}\"}},\"Timeseries\":[{{\"Metadatavalues\":[],\"Data\":[\
            {{\"TimeStamp\":\"2026-11-20T09:00:00Z\",\"Total\":{total}}},{{\"TimeStamp\":\"2026-11-20T09:01:00Z\",\"Total\":{total}}}]}}]}}"
        )
    };
    let metrics = [
        metric("AzureOpenAIRequests", 2.0),
        metric("ProcessedPromptTokens", 2_000.0),
        metric("GeneratedTokens", 200.0),
    ];
    let read = read_as("metrics.json", &format!("[{}]", metrics.join(",")), &ReadSpec::default());
    assert_eq!(sums(&read), (4, 4_000, 0, 400));
}

/// A call that a program logged as JSON comes as a text inside what the logger writes.
#[test]
fn what_a_logger_wraps_is_opened() {
    let docker = r#"{"log":"{\"timestamp\":\"2026-11-20T09:00:01Z\",\"model\":\"gpt-5\",\"prompt_tokens\":100,\"completion_tokens\":10}\n","stream":"stdout","time":"2026-11-20T09:00:01.5Z"}
{"log":"{\"timestamp\":\"2026-11-20T09:00:02Z\",\"model\":\"gpt-5\",\"prompt_tokens\":200,\"completion_tokens\":20}\n","stream":"stdout","time":"2026-11-20T09:00:02.5Z"}
"#;
    let docker = read_as("docker.jsonl", docker, &ReadSpec::default());
    assert_eq!(sums(&docker), (2, 300, 0, 30));
    assert_eq!(docker.start.unwrap().to_string(), "2026-11-20T09:00:01Z");
    let query = "@timestamp,@message\n\
        2026-11-20 09:00:00.123,\"{\"\"modelId\"\":\"\"claude\"\",\"\"input\"\":{\"\"inputTokenCount\"\":100},\"\"output\"\":{\"\"outputTokenCount\"\":10}}\"\n\
        2026-11-20 09:00:01.123,\"{\"\"modelId\"\":\"\"claude\"\",\"\"input\"\":{\"\"inputTokenCount\"\":200},\"\"output\"\":{\"\"outputTokenCount\"\":20}}\"\n";
    assert_eq!(sums(&read_as("query.csv", query, &ReadSpec::default())), (2, 300, 0, 30));
    let traces = "\"timestamp [UTC]\",message,customDimensions\n\
        \"11/20/2026, 9:00:03.118 AM\",chat,\"{\"\"gen_ai.request.model\"\":\"\"gpt-5\"\",\"\"gen_ai.usage.input_tokens\"\":\"\"100\"\",\"\"gen_ai.usage.output_tokens\"\":\"\"10\"\"}\"\n\
        \"11/20/2026, 9:00:04.118 AM\",chat,\"{\"\"gen_ai.request.model\"\":\"\"gpt-5\"\",\"\"gen_ai.usage.input_tokens\"\":\"\"200\"\",\"\"gen_ai.usage.output_tokens\"\":\"\"20\"\"}\"\n";
    assert_eq!(sums(&read_as("query.csv", traces, &ReadSpec::default())), (2, 300, 0, 30));
    let hits = r#"{"took":1,"hits":{"total":{"value":2},"hits":[
        {"_id":"1","_source":{"@timestamp":"2026-11-20T09:00:01Z","model":"gpt-5","usage":{"prompt_tokens":100,"completion_tokens":10}}},
        {"_id":"2","_source":{"@timestamp":"2026-11-20T09:00:02Z","model":"gpt-5","usage":{"prompt_tokens":200,"completion_tokens":20}}}]}}"#;
    assert_eq!(sums(&read_as("hits.json", hits, &ReadSpec::default())), (2, 300, 0, 30));
    for header in [
        "Time Generated (UTC),Prompt Tokens Count,Completion Tokens Count",
        "request_start_time,prompt_token_count,completion_token_count",
        "@timestamp,usage_prompt_tokens,usage_completion_tokens",
    ] {
        let rows = "2026-11-20 09:00:00.1,100,10\n2026-11-20 09:00:01.2,200,20\n";
        let read = read_as("log.csv", &format!("{header}\n{rows}"), &ReadSpec::default());
        assert_eq!(sums(&read), (2, 300, 0, 30), "{header}");
    }
}

/// A chart that is split by a dimension has a column for each of its values.
#[test]
fn a_split_chart_is_its_deployments() {
    let head = "\"Time\",\"Azure OpenAI Requests (Sum), ModelDeploymentName = chat\",\
        \"Azure OpenAI Requests (Sum), ModelDeploymentName = mini\",\
        \"Processed Prompt Tokens (Sum), ModelDeploymentName = chat\",\
        \"Processed Prompt Tokens (Sum), ModelDeploymentName = mini\",\
        \"Generated Completion Tokens (Sum), ModelDeploymentName = chat\",\
        \"Generated Completion Tokens (Sum), ModelDeploymentName = mini\"\n";
    let text = format!(
        "{head}\"11/20/2026 9:00 AM\",10,20,10000,2000,1000,200\n\
         \"11/20/2026 9:01 AM\",11,22,11000,2200,1100,220\n"
    );
    let imported = read("chart.csv", text.as_bytes(), &ReadSpec::default()).unwrap();
    let mut parts: Vec<(String, usize, u64, u64)> = split(&imported, WhereKey::Deployment)
        .unwrap()
        .into_iter()
        .map(|(name, part)| {
            let sums = part.trace.token_sums();
            (name, part.trace.len(), sums.input_tokens, sums.output_tokens)
        })
        .collect();
    parts.sort();
    assert_eq!(
        parts,
        [("chat".to_owned(), 21, 21_000, 2_100), ("mini".to_owned(), 42, 4_200, 420)]
    );
    let said = imported.report.assumed.join("\n");
    assert!(!said.contains("all deployments of the resource are one stream"), "{said}");
    // One metric a chart: the files join.
    let cut = |columns: [usize; 2]| -> String {
        let row = |line: &str| {
            let cells: Vec<&str> = if line.starts_with("\"Time") {
                line.split("\",\"").map(|cell| cell.trim_matches('"')).collect()
            } else {
                line.split(',').map(|cell| cell.trim_matches('"')).collect()
            };
            format!("\"{}\",\"{}\",\"{}\"\n", cells[0], cells[columns[0]], cells[columns[1]])
        };
        text.lines().map(row).collect()
    };
    let files = [cut([1, 2]), cut([3, 4]), cut([5, 6])];
    let files: Vec<(&str, &[u8])> = ["r.csv", "p.csv", "g.csv"]
        .into_iter()
        .zip(&files)
        .map(|(name, text)| (name, text.as_bytes()))
        .collect();
    let joined = read_all(&files, &ReadSpec::default()).unwrap();
    assert_eq!(joined.trace, imported.trace);
}
