//! What is said of each format. Every example is read as the format it stands for, by a test.

/// What is said of a format in `docs/formats.md` and by `ptuplan trace formats`.
#[derive(Clone, Copy, Debug)]
pub struct FormatEntry {
    /// Its name, as `--format` takes it.
    pub name: &'static str,
    /// What it is and where it comes from.
    pub title: &'static str,
    /// How it is recognised.
    pub recognised: &'static str,
    /// What it states of each request or total.
    pub has: &'static str,
    /// What is assumed because it does not state it.
    pub assumed: &'static str,
    /// A few lines that are read as this format.
    pub example: &'static str,
}

/// All formats, in the order of the page.
pub fn catalogue() -> &'static [FormatEntry] {
    ENTRIES
}

const ENTRIES: &[FormatEntry] = &[
    FormatEntry {
        name: "ptuplan",
        title: "the program's own table of requests (CSV or Parquet)",
        recognised: "columns `arrival_us` or `arrival`, `input_tokens`, `output_tokens`",
        has: "arrival, input, cached input, output, output limit, client, session, deployment, model",
        assumed: "nothing; an `arrival` without zone is UTC",
        example: "arrival_us,input_tokens,cached_input_tokens,output_tokens\n0,1200,1024,80\n250000,300,0,40",
    },
    FormatEntry {
        name: "prompt-completion",
        title: "converted public traces, one request a row",
        recognised: "columns `timestamp` or `offset_s`, `prompt_tokens`, `completion_tokens`",
        has: "arrival, input, cached input, output, client, session, model",
        assumed: "times without zone are UTC",
        example: "timestamp,prompt_tokens,completion_tokens\n2026-11-20T09:00:00.120Z,1200,80\n2026-11-20T09:00:01.300Z,300,40",
    },
    FormatEntry {
        name: "azure-llm-inference",
        title: "Azure's public traces of 2023 and 2024",
        recognised: "columns `TIMESTAMP`, `ContextTokens`, `GeneratedTokens`",
        has: "arrival, input, output",
        assumed: "times without zone are UTC",
        example: "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109",
    },
    FormatEntry {
        name: "azure-multimodal-inference",
        title: "Azure's public multimodal trace of 2025",
        recognised: "the same with `NumImages`",
        has: "arrival, input with the images' tokens, output",
        assumed: "context tokens include those of the images",
        example: "TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\n2024-10-15T12:00:00.269Z,1,2155,104\n2024-10-15T12:00:00.501Z,0,340,12",
    },
    FormatEntry {
        name: "burstgpt",
        title: "the public BurstGPT trace",
        recognised: "columns `Timestamp`, `Request tokens`, `Response tokens`",
        has: "arrival in seconds from midnight of its first day, input, output, session, model",
        assumed: "0 response tokens are a call that failed: kept as demand, with output 0",
        example: "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,GPT-4,1087,230,1317,API log",
    },
    FormatEntry {
        name: "request-log",
        title: "a request log of any tool, one call a row or JSON record; ServeGen's generated workloads",
        recognised: "a time, input and output tokens under any usual name (`timestamp`, `created`, `prompt_tokens`, `tokens_out`, `usage.completion_tokens` ...), and values that are calls: several in a minute, or a status",
        has: "whatever of client, session, deployment, model, status, cached input and output limit it names",
        assumed: "calls with 429, 408 or 5xx are demand, with the tokens of the nearest answered call of the same client and deployment; numbers from 1970 on are Unix time; rows with `batch` true, the id of a batch or `service_tier` batch are left out; an answered call without tokens is warned of and takes those of the nearest call",
        example: "timestamp,model,input_tokens,output_tokens,caller\n2026-11-20T09:00:00.120Z,gpt-5,1000,100,search\n2026-11-20T09:00:01.300Z,gpt-5,2000,50,mail",
    },
    FormatEntry {
        name: "usage-totals",
        title: "totals by minute, hour or day of any tool; LiteLLM's daily tables and its usage export",
        recognised: "a time, a count of calls (`requests`, `api_requests`, `calls` ...) and \
                     tokens, also in thousands or millions (`prompt_tokens_k`, `Input tokens \
                     (M)`) and as means of the calls (`avg_prompt_tokens`)",
        has: "calls, input, cached input and output of each total, by deployment, model and client",
        assumed: "peaks within a total, lengths of calls and their correlations are made up and said; sums are kept",
        example: "date,model,prompt_tokens,completion_tokens,cache_read_input_tokens,api_requests,failed_requests\n2026-11-19,gpt-5,1000000,50000,400000,205,5\n2026-11-20,gpt-5,2000000,100000,800000,400,0",
    },
    FormatEntry {
        name: "opentelemetry-genai",
        title: "OpenTelemetry spans with the GenAI conventions: OTLP JSON in both of its \
                spellings, what the Python SDK prints, exports of Jaeger and Tempo",
        recognised: "`resourceSpans` or `resource_spans`; `context` with a `span_id` and \
                     `attributes`; `spans` with `tags`",
        has: "arrival, input, cached input, output, output limit, client, session, deployment, model, status",
        assumed: "spans of agents and tools are left out; a timeout is status 408, another error 500",
        example: r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"claims"}}]},"scopeSpans":[{"spans":[{"spanId":"a1","startTimeUnixNano":"1795165200000000000","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"1200"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"80"}}]}]}]}]}"#,
    },
    FormatEntry {
        name: "claude-code",
        title: "transcripts of Claude Code (`~/.claude/projects`), JSON lines",
        recognised: "`sessionId`, `uuid` and `message` with a `role`",
        has: "time of the answer, input with cache writes, cached input, output, session, model",
        assumed: "an answer is written on several lines, each with its usage: it counts once, with \
                  the largest output of its lines",
        example: concat!(
            r#"{"sessionId":"s1","type":"assistant","uuid":"u1","requestId":"req_1","timestamp""#,
            r#":"2026-11-20T09:00:03.000Z","message":{"id":"msg_1","role":"assistant","model":""#,
            r#"claude-opus-4-6","usage":{"input_tokens":4,"cache_creation_input_tokens":2000,"c"#,
            r#"ache_read_input_tokens":900,"output_tokens":55}}}"#,
        ),
    },
    FormatEntry {
        name: "codex",
        title: "rollouts of Codex (`~/.codex/sessions`), JSON lines",
        recognised: "`type` (`session_meta`, `turn_context`, `event_msg`) and `payload`",
        has: "time of the answer, input, cached input, output, session, model",
        assumed: "an event states the total of its session and the usage of its last call: the \
                  last call counts, and an event whose total has not grown is none",
        example: concat!(
            r#"{"timestamp":"2026-11-20T09:00:03.118Z","type":"event_msg","payload":{"type":"toke"#,
            r#"n_count","info":{"total_token_usage":{"input_tokens":900,"cached_input_tokens":600"#,
            r#","output_tokens":55,"total_tokens":955},"last_token_usage":{"input_tokens":900,"ca"#,
            r#"ched_input_tokens":600,"output_tokens":55,"total_tokens":955}}}}"#,
        ),
    },
    FormatEntry {
        name: "mooncake",
        title: "the public Mooncake traces",
        recognised: "members `input_length`, `output_length`, `hash_ids`",
        has: "arrival in milliseconds, input, output",
        assumed: "cached input is what one unlimited cache shared by all would hold: an upper bound",
        example: r#"{"timestamp": 0, "input_length": 1200, "output_length": 80, "hash_ids": [0, 1, 2]}
{"timestamp": 3000, "input_length": 1300, "output_length": 40, "hash_ids": [0, 1, 3]}"#,
    },
    FormatEntry {
        name: "bailian",
        title: "the public Qwen Bailian traces",
        recognised: "members `input_length`, `chat_id`",
        has: "arrival in seconds, input, output, session",
        assumed: "cached input as in `mooncake`, with blocks of 16 tokens",
        example: r#"{"chat_id": 1, "timestamp": 61.1, "input_length": 40, "output_length": 80, "type": "text", "hash_ids": [1, 2, 3]}
{"chat_id": 1, "timestamp": 62.5, "input_length": 48, "output_length": 20, "type": "text", "hash_ids": [1, 2, 4]}"#,
    },
    FormatEntry {
        name: "azure-api-management",
        title: "API Management's tables `ApiManagementGatewayLlmLog` and `ApiManagementGatewayLogs`, together or alone",
        recognised: "`CorrelationId` and `PromptTokens` or `BackendResponseCode`; portal exports, queries and Event Hub records",
        has: "arrival, input, output, deployment, model; with the gateway's log status, subscription, cached input and output limit",
        assumed: "token rows without a gateway row were answered; \
                  a refused call is of the model that its deployment names elsewhere",
        example: r#""TimeGenerated [UTC]",CorrelationId,DeploymentName,ModelName,PromptTokens,CompletionTokens
"11/20/2026, 9:00:03.118 AM",aaaa-01,gpt-5-chat,gpt-5,2841,412
"11/20/2026, 9:00:05.502 AM",aaaa-02,gpt-5-chat,gpt-5,900,55"#,
    },
    FormatEntry {
        name: "azure-diagnostics",
        title: "diagnostic logs of a Foundry resource: `RequestResponse` and `AzureOpenAIRequestUsage`",
        recognised: "`category`, or the table's `properties_s`",
        has: "arrival, deployment, model, caller's address, status, tokens or bytes",
        assumed: "`RequestResponse` has bytes only: `--bytes-per-token` states how many make a token",
        example: r#"{"time":"2026-11-20T09:00:00Z","category":"AzureOpenAIRequestUsage","correlationId":"a","properties":{"modelDeploymentName":"chat","promptTokens":512,"generatedTokens":88}}"#,
    },
    FormatEntry {
        name: "application-insights-metrics",
        title: "`AppMetrics` and `customMetrics` of Application Insights, as API Management's emit-token-metric policy writes them",
        recognised: "`Name`, `Sum` or `valueSum`, `ItemCount` or `valueCount`, `Properties` or `customDimensions`",
        has: "calls, input and output by minute, client (subscription, user, product), deployment and model where they are dimensions",
        assumed: "peaks within a total, lengths of calls and their correlations are made up and said; sums are kept",
        example: r#"TimeGenerated,Name,ItemCount,Sum,Properties
2026-11-20T09:00:00Z,Prompt Tokens,3,2700,"{""Subscription ID"":""sales""}"
2026-11-20T09:00:00Z,Completion Tokens,3,165,"{""Subscription ID"":""sales""}""#,
    },
    FormatEntry {
        name: "prometheus",
        title: "a range of Prometheus counters (`query_range`): vLLM's, LiteLLM's, the GenAI conventions'",
        recognised: "series with `metric` and `values`",
        has: "what calls and tokens gained from sample to sample, by model and client labels",
        assumed: "a counter that falls began again at 0; peaks within a total, lengths of calls and their correlations are made up and said; sums are kept",
        example: r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"vllm:prompt_tokens_total"},"values":[[1795165200,"1000"],[1795165260,"5000"]]},{"metric":{"__name__":"vllm:generation_tokens_total"},"values":[[1795165200,"100"],[1795165260,"300"]]},{"metric":{"__name__":"vllm:request_success_total"},"values":[[1795165200,"10"],[1795165260,"14"]]}]}}"#,
    },
    FormatEntry {
        name: "litellm",
        title: "LiteLLM's spend logs (`LiteLLM_SpendLogs`), CSV or JSON",
        recognised: "`startTime`, `prompt_tokens` and `call_type` or `spend`",
        has: "arrival, input, cached input, output, team, session, deployment, model, status",
        assumed: "answers of the proxy's own cache are left out; rows of batches are left out; a failure without a code is status 500",
        example: "request_id,call_type,startTime,model,model_group,prompt_tokens,completion_tokens,spend,cache_hit,status,team_id\nc1,acompletion,2026-11-20 09:00:03.118,azure/gpt-5-chat,gpt-5,2841,412,0.0078,False,success,claims\nc2,acompletion,2026-11-20 09:00:04.000,azure/gpt-5-chat,gpt-5,900,55,0.0018,False,success,claims",
    },
    FormatEntry {
        name: "litellm-daily",
        title: "LiteLLM's `/user/daily/activity` and its siblings",
        recognised: "`date` and `metrics` with `api_requests`",
        has: "calls, failed calls, input, cached input and output of each day, by model where the models make up the day",
        assumed: "failed calls are kept as demand, the day's tokens spread over all its calls; peaks within a total, lengths of calls and their correlations are made up and said; sums are kept",
        example: r#"{"results":[{"date":"2026-11-19","metrics":{"prompt_tokens":1000000,"completion_tokens":50000,"cache_read_input_tokens":400000,"api_requests":205,"failed_requests":5},"breakdown":{"models":{}}}]}"#,
    },
    FormatEntry {
        name: "langfuse",
        title: "Langfuse's observations, CSV or JSON",
        recognised: "`usage_details` and `type`",
        has: "arrival, input, cached input, output, output limit, user, session, model, status",
        assumed: "only generations and embeddings are calls; the `input_*` parts are added to `input`, and \
                  Anthropic's cache tokens where the total has them beside it",
        example: r#"{"id":"a","type":"GENERATION","start_time":"2026-11-20T09:00:00Z","provided_model_name":"gpt-5","usage_details":{"input":921,"input_cached_tokens":1920,"output":412}}"#,
    },
    FormatEntry {
        name: "langfuse-daily",
        title: "Langfuse's daily metrics (`/api/public/metrics/daily`)",
        recognised: "`date`, `countObservations` and `usage`",
        has: "calls, input and output of each day by model",
        assumed: "observations of a model are taken for calls; peaks within a total, lengths of \
                  calls and their correlations are made up and said; sums are kept",
        example: concat!(
            r#"{"data":[{"date":"2026-11-19","countTraces":10,"countObservations":20,"usage":[{"#,
            r#""model":"gpt-5","inputUsage":20000,"outputUsage":1000,"countObservations":20}]}]"#,
            r#"}"#,
        ),
    },
    FormatEntry {
        name: "batch-output",
        title: "the output files of OpenAI's and Azure's batches",
        recognised: "`custom_id` and `response`",
        has: "time of the answer, input, cached input, output, model",
        assumed: "calls may wait and are no online traffic: they belong to a workload with \
                  `calls = { batch = … }`; those that failed or expired are counted and left out",
        example: concat!(
            r#"{"id":"b1","custom_id":"r1","response":{"status_code":200,"body":{"created":1795"#,
            r#"165200,"model":"gpt-5","usage":{"prompt_tokens":22,"completion_tokens":2}}},"err"#,
            r#"or":null}"#,
            "\n",
            r#"{"id":"b2","custom_id":"r2","response":null,"error":{"code":"batch_expired"}}"#,
        ),
    },
    FormatEntry {
        name: "application-insights-dependencies",
        title: "the table `dependencies` (`AppDependencies`) of Application Insights: an \
                application's calls of Azure's models",
        recognised: "`target`, `resultCode` and `duration` or `DurationMs`",
        has: "arrival, role that called, deployment of the URL, result code; tokens where \
              `customDimensions` has `gen_ai.usage.*`",
        assumed: "without tokens it is refused, unless `--tokens none` says that calls alone \
                  matter; calls of other targets are left out",
        example: concat!(
            r#"timestamp,target,data,success,resultCode,duration,cloud_RoleName,customDimension"#,
            r#"s"#,
            "\n",
            r#"2026-11-20T09:00:03.118Z,aoai.openai.azure.com,https://aoai.openai.azure.com/ope"#,
            r#"nai/deployments/chat/chat/completions,True,200,1523.2,web,"{""gen_ai.usage.input"#,
            r#"_tokens"":""900"",""gen_ai.usage.output_tokens"":""55""}""#,
            "\n",
            r#"2026-11-20T09:00:05.118Z,aoai.openai.azure.com,https://aoai.openai.azure.com/ope"#,
            r#"nai/deployments/chat/chat/completions,False,429,23.2,web,"#,
        ),
    },
    FormatEntry {
        name: "helicone",
        title: "Helicone's requests, CSV or JSON",
        recognised: "`request_created_at`, `prompt_tokens`",
        has: "arrival, input, cached input, output, output limit, user, deployment, model, status",
        assumed: "whether the prompt includes cache reads is told by the row's total",
        example: "request_id,request_created_at,response_status,prompt_tokens,completion_tokens,total_tokens,request_model\nr1,2026-11-20T09:00:00.000Z,200,2841,412,3253,gpt-5\nr2,2026-11-20T09:00:02.000Z,200,900,55,955,gpt-5",
    },
    FormatEntry {
        name: "portkey",
        title: "Portkey's log export, JSON lines",
        recognised: "`req_units`, `res_units`",
        has: "arrival, input, output, cached input where answers are kept, user, trace, model, status",
        assumed: "units are tokens; answers of the gateway's own cache are left out",
        example: r#"{"id":"1","created_at":"2026-11-20T09:00:00.000Z","ai_model":"gpt-5","req_units":120,"res_units":12,"response_status_code":200}"#,
    },
    FormatEntry {
        name: "vllm-bench",
        title: "the result of vLLM's `bench serve --save-result --save-detailed`",
        recognised: "`input_lens`, `output_lens`",
        has: "start, input and output of each answered call, model",
        assumed: "calls that failed are left out; times count from the first call",
        example: r#"{"model_id":"llama","input_lens":[100,200],"output_lens":[10,20],"start_times":[5020.0,5021.5],"errors":["",""]}"#,
    },
    FormatEntry {
        name: "aiperf",
        title: "AIPerf's `profile_export.jsonl`, a call a line",
        recognised: "`metadata.request_start_ns` and `metrics`",
        has: "start, input and output of each answered call, session",
        assumed: "calls of the warm-up, and those that failed or were cancelled, are left out",
        example: r#"{"metadata":{"request_start_ns":1795165200000000000,"conversation_id":"s1",
"benchmark_phase":"profiling"},"metrics":{"input_sequence_length":{"value":550},
"output_sequence_length":{"value":97}},"error":null}"#,
    },
    FormatEntry {
        name: "guidellm",
        title: "guidellm's `benchmarks.json`",
        recognised: "`benchmarks` with `requests.successful`",
        has: "start, input and output of each answered call",
        assumed: "calls that were not finished or failed are left out",
        example: r#"{"benchmarks":[{"requests":{"successful":[{"request_start_time":1795165200.25,"prompt_tokens":64,"output_tokens":8}],"incomplete":[],"errored":[]}}]}"#,
    },
    FormatEntry {
        name: "anthropic-usage",
        title: "Anthropic's usage report (`/organizations/usage_report/messages`) and its \
            console's CSV",
        recognised: "`starting_at` with `results`, `uncached_input_tokens` or \
            `usage_input_tokens_no_cache`",
        has: "input, input read from the cache and output by minute, hour or day, model and \
            workspace",
        assumed: "no calls: `--input-tokens-per-request` states their mean size; input is what was \
            read from the cache, written to it and neither; batch calls are left out; peaks within \
            a total, lengths of calls and their correlations are made up and said; sums are kept",
        example: r#"{"data":[{"starting_at":"2026-11-20T09:00:00Z",
"ending_at":"2026-11-20T10:00:00Z","results":[{"uncached_input_tokens":1500,
"cache_creation":{"ephemeral_1h_input_tokens":1000,"ephemeral_5m_input_tokens":500},
"cache_read_input_tokens":7000,"output_tokens":500,"model":"claude-opus-4-6"}]}]}"#,
    },
    FormatEntry {
        name: "openai-usage",
        title: "OpenAI's usage export (`/organization/usage/completions`)",
        recognised: "`num_model_requests`, or `start_time` with `results`",
        has: "calls, input, cached input and output by minute, hour or day and model",
        assumed: "batch calls are left out; peaks within a total, lengths of calls and their correlations are made up and said; sums are kept",
        example: r#"{"object":"page","data":[{"start_time":1795165200,"end_time":1795165260,"results":[{"input_tokens":9000,"input_cached_tokens":4000,"output_tokens":900,"num_model_requests":9,"model":"gpt-5"}]}]}"#,
    },
    FormatEntry {
        name: "cost-export",
        title: "Azure bills: Cost Management exports (EA, MCA, CSP, pay-as-you-go), its query answers, FOCUS files",
        recognised: "a meter's name with a quantity, or `ChargePeriodStart` with `BilledCost`",
        has: "input, cached input and output by day, model and deployment (its tag) or resource",
        assumed: "no calls: `--input-tokens-per-request` states their mean size; no times of day; tokens written to the cache are input that was not cached; batch meters are left out; peaks within a total, lengths of calls and their correlations are made up and said; sums are kept",
        example: "Date,MeterCategory,MeterName,ResourceId,Quantity,UnitOfMeasure,ChargeType\n11/20/2026,Foundry Models,GPT 5 Inpt Glbl 1M Tokens,/accounts/aoai,2,1M,Usage\n11/20/2026,Foundry Models,GPT 5 Outpt Glbl 1M Tokens,/accounts/aoai,0.25,1M,Usage",
    },
    FormatEntry {
        name: "azure-monitor-metrics",
        title: "Azure Monitor metrics: `az monitor metrics list`, `metrics:getBatch`, the table `AzureMetrics`, the portal's chart as CSV or workbook",
        recognised: "`timeseries`, `metricName`, or a column of times and one a metric (`Processed Prompt Tokens (Sum)`)",
        has: "calls, input, cached input and output by minute, deployment, model and status where they are dimensions",
        assumed: "a chart that is not split has no dimensions: all deployments are one stream; its aggregation is Sum; peaks within a total, lengths of calls and their correlations are made up and said; sums are kept",
        example: r#""Time","Azure OpenAI Requests (Sum), aoai","Processed Prompt Tokens (Sum), aoai","Generated Completion Tokens (Sum), aoai"
"11/20/2026 9:00 AM",61,184223,24011
"11/20/2026 9:01 AM",58,176310,22804"#,
    },
];
