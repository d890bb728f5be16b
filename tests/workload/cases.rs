//! Files as people have them, and the right values. Each stands for a kind; where each was seen is said beside it.

use crate::reading::says;
use ptuplan::workload::import::{
    BucketModel, Columns, Imported, ReadSpec, TokensStated, Where, WhereKey, read, split,
};
use std::fs;

fn bytes(path: &str) -> Vec<u8> {
    let path = format!("{}/tests/workload/cases/{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn case(path: &str) -> Imported {
    case_as(path, &ReadSpec::strict())
}

fn case_as(path: &str, spec: &ReadSpec) -> Imported {
    text_as(path, &bytes(path), spec)
}

fn text(name: &str, text: &str) -> Imported {
    text_as(name, text.as_bytes(), &ReadSpec::strict())
}

fn text_as(name: &str, bytes: &[u8], spec: &ReadSpec) -> Imported {
    let imported = read(name, bytes, spec).unwrap_or_else(|error| panic!("{name}: {error}"));
    imported.trace.validate().unwrap();
    imported
}

fn per_request(mean: f64) -> ReadSpec {
    let model = BucketModel { input_tokens_per_request: Some(mean), ..BucketModel::default() };
    ReadSpec { model, ..ReadSpec::strict() }
}

/// Requests, input, cached input and output.
fn sums(imported: &Imported) -> (usize, u64, u64, u64) {
    let sums = imported.trace.token_sums();
    let trace = &imported.trace;
    (trace.len(), sums.input_tokens, sums.cached_input_tokens.unwrap_or(0), sums.output_tokens)
}

/// The same of the requests of one deployment.
fn of_deployment(imported: &Imported, name: &str) -> (usize, u64, u64, u64) {
    let parts = split(imported, WhereKey::Deployment).unwrap();
    sums(&parts.iter().find(|(of, _)| of == name).unwrap().1)
}

fn of_client(imported: &Imported, name: &str) -> (usize, u64, u64, u64) {
    let parts = split(imported, WhereKey::Client).unwrap();
    sums(&parts.iter().find(|(of, _)| of == name).unwrap().1)
}

fn error(name: &str, text: &str, spec: &ReadSpec) -> String {
    match read(name, text.as_bytes(), spec) {
        Ok(imported) => panic!("{name} was read: {:?}", imported.report),
        Err(error) => error.to_string(),
    }
}

// Kind: the plainest request log, in whatever words. A row is a call.

#[test]
fn the_plainest_request_log_is_calls() {
    let imported = case("timestamp-input-output-csv/usage-log.csv");
    assert_eq!(imported.report.format, "request-log");
    assert_eq!(imported.trace.input_tokens, [1_000, 2_000, 3_000, 500]);
    assert_eq!(imported.trace.output_tokens, [100, 50, 50, 20]);
    assert_eq!(imported.trace.arrival_us, [0, 1_180_000, 1_180_000, 299_880_000]);
    assert_eq!(imported.start.unwrap().to_string(), "2026-11-20T09:00:00.12Z");
    assert_eq!(imported.attributes.model.as_ref().unwrap().names, ["gpt-5"]);
    assert_eq!(imported.attributes.client.as_ref().unwrap().names, ["search", "mail"]);
}

/// The header of the Dev Proxy's usage log, pnp/proxy-samples#32: spaces in names, status, empty cells.
#[test]
fn a_proxy_log_with_spaces_and_refused_calls_is_calls() {
    let imported = text(
        "usage.csv",
        "time,status,retry-after,policy,prompt tokens,completion tokens,cached tokens,total tokens,remaining tokens,remaining requests\n\
         2026-10-28T10:15:30.123Z,200,,,150,75,20,225,9850,49\n\
         2026-10-28T10:15:31.000Z,429,7,,,,,,0,0\n\
         2026-10-28T10:15:40.500Z,200,,,900,10,,910,8940,48\n",
    );
    assert_eq!(imported.trace.arrival_us, [0, 877_000, 10_377_000]);
    assert_eq!(imported.trace.input_tokens, [150, 150, 900]);
    assert_eq!(imported.trace.cached_input_tokens.as_ref().unwrap()[0], 20);
    assert_eq!(imported.attributes.status, Some(vec![200, 429, 200]));
    says(&imported, "1 failed call without tokens");
}

/// The header of a cost logger, seen as `timestamp,model,prompt_tokens,completion_tokens,cost_rub` and a dozen variants.
#[test]
fn a_cost_log_in_unix_time_and_tabs_is_calls() {
    let imported = text(
        "llm_costs.tsv",
        "ts\tmodel\tprompt_tokens\tcompletion_tokens\tcost\n1795165200.5\tgpt-5\t700\t70\t0.1\n1795165200.75\tgpt-5\t800\t80\t0.1\n",
    );
    assert_eq!(imported.trace.arrival_us, [0, 250_000]);
    assert_eq!(sums(&imported), (2, 1_500, 0, 150));
    says(&imported, "the numbers of ts are read as seconds");
}

/// Answers kept line by line, as OpenAI's API gives them: `created` in seconds, tokens inside `usage`.
#[test]
fn answers_a_line_are_calls() {
    let imported = text(
        "answers.jsonl",
        "{\"id\":\"a\",\"created\":1795165200,\"model\":\"gpt-5\",\"usage\":{\"prompt_tokens\":300,\"completion_tokens\":30,\"prompt_tokens_details\":{\"cached_tokens\":128}}}\n\
         {\"id\":\"b\",\"created\":1795165207,\"model\":\"gpt-5\",\"usage\":{\"prompt_tokens\":500,\"completion_tokens\":50,\"prompt_tokens_details\":{\"cached_tokens\":0}}}\n",
    );
    assert_eq!(sums(&imported), (2, 800, 128, 80));
    assert_eq!(imported.trace.arrival_us, [0, 7_000_000]);
}

#[test]
fn rows_that_could_be_sums_are_questioned_with_both_readings() {
    let log = "time,input tokens,output tokens\n2026-11-20T09:00:00Z,5000,500\n2026-11-20T09:01:00Z,6000,600\n2026-11-20T09:02:00Z,7000,700\n";
    let said = error("minutes.csv", log, &ReadSpec::strict());
    assert!(
        said.contains("one call, or the total of many: there is one row every 1 minute"),
        "{said}"
    );
    assert!(said.contains("--read-as request-log") && said.contains("requests=…"), "{said}");
    let calls = ReadSpec { format: Some("request-log".into()), ..ReadSpec::strict() };
    assert_eq!(sums(&text_as("minutes.csv", log.as_bytes(), &calls)), (3, 18_000, 0, 1_800));
    let totals = text_as("minutes.csv", log.as_bytes(), &per_request(1_000.0));
    assert_eq!(sums(&totals), (18, 18_000, 0, 1_800));
}

// Kind: totals by minute, hour or day.

#[test]
fn litellms_daily_tables_keep_their_sums() {
    for name in ["LiteLLM_DailyTeamSpend.csv", "usage-export.csv", "activity.json"] {
        let imported = case(&format!("litellm-daily-activity/{name}"));
        assert_eq!(sums(&imported), (605, 3_000_000, 1_200_000, 150_000), "{name}");
        says(&imported, "each row is taken for the total of 1 day");
        let day = 86_400_000_000;
        let start = imported.start.unwrap().as_microsecond().rem_euclid(day) as u64;
        let first = imported.trace.arrival_us.iter().filter(|at| *at + start < day as u64).count();
        assert_eq!(first, 205, "{name}");
        if name != "activity.json" {
            says(&imported, "5 calls failed at the source");
        }
    }
    let team = case("litellm-daily-activity/usage-export.csv");
    assert_eq!(team.attributes.client.unwrap().names, ["Claims"]);
}

#[test]
fn totals_can_be_named_and_are_questioned_when_named_as_calls() {
    let columns = |requests: Option<&str>| Columns {
        arrival: "date".into(),
        input_tokens: Some("prompt_tokens".into()),
        output_tokens: Some("completion_tokens".into()),
        cached_input_tokens: Some("cache_read_input_tokens".into()),
        requests: requests.map(str::to_owned),
        ..Columns::default()
    };
    let path = "litellm-daily-activity/LiteLLM_DailyTeamSpend.csv";
    let named = ReadSpec { columns: Some(columns(Some("api_requests"))), ..ReadSpec::strict() };
    assert_eq!(sums(&case_as(path, &named)), (605, 3_000_000, 1_200_000, 150_000));
    let as_calls = ReadSpec { columns: Some(columns(None)), ..ReadSpec::strict() };
    let said = read("daily.csv", &bytes(path), &as_calls).unwrap_err().to_string();
    assert!(said.contains("every time is a date without a time of day"), "{said}");
    assert!(said.contains("requests=api_requests"), "{said}");
}

/// Hourly usage in a SQL export of a gateway; header of mindroom's and librefang's usage tables: calls, tokens, model.
#[test]
fn hourly_totals_by_model_keep_their_sums() {
    let imported = text(
        "usage.csv",
        "hour;model;calls;input tokens;output tokens\n\
         20.11.2026 09:00;gpt-5;120;1.200.000;60.000\n\
         20.11.2026 09:00;gpt-5-mini;30;30.000;3.000\n\
         20.11.2026 10:00;gpt-5;80;800.000;40.000\n",
    );
    assert_eq!(sums(&imported), (230, 2_030_000, 0, 103_000));
    says(&imported, "each row is taken for the total of 1 hour");
    assert_eq!(imported.attributes.model.as_ref().unwrap().names.len(), 2);
}

/// OpenAI's usage page, grouped by batch: these calls never reach an online deployment.
#[test]
fn batch_rows_are_no_online_calls() {
    let imported = text(
        "usage.json",
        "{\"object\":\"page\",\"data\":[{\"object\":\"bucket\",\"start_time\":1795132800,\"end_time\":1795219200,\"results\":[\
         {\"object\":\"organization.usage.completions.result\",\"input_tokens\":9000,\"output_tokens\":900,\"num_model_requests\":9,\"model\":\"gpt-5\",\"batch\":false},\
         {\"object\":\"organization.usage.completions.result\",\"input_tokens\":70000,\"output_tokens\":7000,\"num_model_requests\":7,\"model\":\"gpt-5\",\"batch\":true}]}],\"has_more\":false}",
    );
    assert_eq!(sums(&imported), (9, 9_000, 0, 900));
    says(&imported, "batch");
}

// Kind: bills.

#[test]
fn cache_writes_are_input_that_was_not_cached() {
    let imported = case_as("cost-export-cache-writes/usage.csv", &per_request(10_000.0));
    let parts = split(&imported, WhereKey::Model).unwrap();
    let sol = &parts.iter().find(|(name, _)| name == "5.6 sol").unwrap().1;
    assert_eq!(sums(sol), (2_000, 20_000_000, 16_000_000, 1_000_000));
    says(&imported, "2000000 tokens written to the prompt cache are input that was not cached");
    let embedding = &parts.iter().find(|(name, _)| name.contains("embedding")).unwrap().1;
    assert_eq!(sums(embedding).1, 500_000);
}

/// Claude's meters say it in other words; the same classes. Meter names as in public price tables.
#[test]
fn cache_writes_of_other_models_are_read_alike() {
    for write in ["6 nova Cd Wr Gl 1M Tokens", "6 nova cache write glbl 1M Tokens"] {
        let bill = format!(
            "Date,MeterCategory,MeterName,ResourceId,Quantity,UnitOfMeasure,ChargeType\n\
             11/20/2026,Foundry Models,6 nova Inp Gl 1M Tokens,/a/acc,1,1M,Usage\n\
             11/20/2026,Foundry Models,6 nova cached Inp glbl 1M Tokens,/a/acc,3,1M,Usage\n\
             11/20/2026,Foundry Models,{write},/a/acc,2,1M,Usage\n\
             11/20/2026,Foundry Models,6 nova Opt Gl 1M Tokens,/a/acc,0.5,1M,Usage\n\
             11/20/2026,Storage,Hot LRS Write Operations,/a/st,500,10K,Usage\n"
        );
        let imported = text_as("bill.csv", bill.as_bytes(), &per_request(6_000.0));
        assert_eq!(sums(&imported), (1_000, 6_000_000, 3_000_000, 500_000), "{write}");
    }
}

#[test]
fn cost_management_queries_are_read_whole_and_by_their_properties() {
    for name in ["query.json", "query-properties.json"] {
        let imported = case_as(&format!("cost-query-api-json/{name}"), &per_request(1_000.0));
        assert_eq!(sums(&imported), (3_000, 3_000_000, 1_000_000, 500_000), "{name}");
        assert_eq!(imported.start.unwrap().strftime("%F").to_string(), "2026-11-20", "{name}");
    }
}

/// Log Analytics answers `az monitor log-analytics query` with tables; columns as in Azure's query interface.
#[test]
fn log_analytics_answers_are_tables() {
    let imported = text(
        "answer.json",
        "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"TimeGenerated\",\"type\":\"datetime\"},{\"name\":\"CorrelationId\",\"type\":\"string\"},{\"name\":\"DeploymentName\",\"type\":\"string\"},{\"name\":\"PromptTokens\",\"type\":\"int\"},{\"name\":\"CompletionTokens\",\"type\":\"int\"},{\"name\":\"TotalTokens\",\"type\":\"int\"}],\"rows\":[[\"2026-11-20T09:00:00Z\",\"a\",\"chat\",100,10,110],[\"2026-11-20T09:00:05Z\",\"b\",\"chat\",200,20,220]]}]}",
    );
    assert_eq!(imported.report.format, "azure-api-management");
    assert_eq!(sums(&imported), (2, 300, 0, 30));
}

/// A query by month and resource, one page of two; the request of PR#4541 of models.dev with another grouping.
#[test]
fn a_page_of_a_longer_answer_says_so() {
    let answer = "{\"properties\":{\"nextLink\":\"https://management.azure.com/…\",\"columns\":[{\"name\":\"PreTaxCost\",\"type\":\"Number\"},{\"name\":\"UsageQuantity\",\"type\":\"Number\"},{\"name\":\"BillingMonth\",\"type\":\"Datetime\"},{\"name\":\"Meter\",\"type\":\"String\"},{\"name\":\"ResourceId\",\"type\":\"String\"}],\"rows\":[[1.25,1.0,\"2026-10-01T00:00:00\",\"GPT 5 Inpt Glbl 1M Tokens\",\"/s/accounts/aoai\"],[1.0,0.1,\"2026-10-01T00:00:00\",\"GPT 5 Outpt Glbl 1M Tokens\",\"/s/accounts/aoai\"]]}}";
    let imported = text_as("page.json", answer.as_bytes(), &per_request(1_000.0));
    assert_eq!(of_deployment(&imported, "aoai"), (1_000, 1_000_000, 0, 100_000));
    let warned = imported.warnings.to_string();
    assert!(warned.contains("one page of several"), "{warned}");
    let last = *imported.trace.arrival_us.last().unwrap();
    assert!(last > 20 * 86_400_000_000, "a month's calls lie in the month");
}

#[test]
fn focus_as_microsoft_writes_it_is_traffic() {
    for name in ["focus-1.0.csv", "focus-1.2-preview.csv"] {
        let imported = case_as(&format!("focus-microsoft-export/{name}"), &per_request(1_000.0));
        assert_eq!(sums(&imported), (2_000, 2_000_000, 0, 250_000), "{name}");
    }
}

/// Pay-as-you-go (MOSA) names, as in kubecost's and koku's test exports: `UsageDateTime`, `UsageQuantity`, `InstanceId`, `PreTaxCost`.
#[test]
fn pay_as_you_go_exports_have_names_of_their_own() {
    let imported = text_as(
        "mosa.csv",
        b"SubscriptionGuid,ResourceGroup,ResourceLocation,UsageDateTime,MeterCategory,MeterSubCategory,MeterId,MeterName,MeterRegion,UsageQuantity,ResourceRate,PreTaxCost,ConsumedService,ResourceType,InstanceId,Tags,Currency,UnitOfMeasure\n\
          s1,rg,EU West,2026-11-18,Foundry Models,Azure OpenAI,m1,gpt 4.1 Inp glbl Tokens,,2500,0.002,5,microsoft.cognitiveservices,x,/subscriptions/s1/accounts/aoai,\"{\"\"deployment\"\":\"\"chat\"\"}\",USD,1K\n\
          s1,rg,EU West,2026-11-18,Foundry Models,Azure OpenAI,m2,gpt 4.1 Outp glbl Tokens,,100,0.008,0.8,microsoft.cognitiveservices,x,/subscriptions/s1/accounts/aoai,\"{\"\"deployment\"\":\"\"chat\"\"}\",USD,1K\n\
          s1,rg,EU West,2026-11-18,Storage,Tables,m3,Read Operations,,8,0.1,0.8,microsoft.storage,x,/subscriptions/s1/st,,USD,10K\n",
        &per_request(1_000.0),
    );
    assert_eq!(of_deployment(&imported, "chat"), (2_500, 2_500_000, 0, 100_000));
}

/// Older EA exports call the quantity `ConsumedQuantity`; that of FOCUS is in another unit than the
/// one that is priced, so it is read with its own.
#[test]
fn older_exports_have_a_consumed_quantity() {
    let imported = text_as(
        "old-ea.csv",
        b"Date,MeterCategory,MeterName,ConsumedQuantity,UnitOfMeasure,InstanceId\n\
          2026-11-18,Foundry Models,gpt 4.1 Inp glbl Tokens,2500,1K,/a/aoai\n\
          2026-11-18,Foundry Models,gpt 4.1 Outp glbl Tokens,100,1K,/a/aoai\n",
        &per_request(1_000.0),
    );
    assert_eq!(sums(&imported), (2_500, 2_500_000, 0, 100_000));
}

/// A localised EA export keeps the English name in brackets: koku's `test_normalize_header`.
#[test]
fn localised_headers_keep_the_english_name_in_brackets() {
    let imported = text_as(
        "ea.csv",
        "Fecha (Date),Categoría del medidor (MeterCategory),Nombre del medidor (MeterName),Cantidad (Quantity),Unidad de medida (UnitOfMeasure),Id. de recurso (ResourceId)\n\
         2026-11-18,Foundry Models,gpt 4.1 Inp glbl Tokens,2500,1K,/a/aoai\n\
         2026-11-18,Foundry Models,gpt 4.1 Outp glbl Tokens,100,1K,/a/aoai\n".as_bytes(),
        &per_request(1_000.0),
    );
    assert_eq!(sums(&imported), (2_500, 2_500_000, 0, 100_000));
}

/// The portal's cost analysis has no quantity: the message says what to export instead.
#[test]
fn cost_analysis_without_quantities_says_what_to_export() {
    let said = error(
        "cost-analysis.csv",
        "UsageDate,Meter,CostUSD,Cost,Currency\n2026-11-18,gpt 4.1 Inp glbl Tokens,5.00,5.00,USD\n",
        &ReadSpec::default(),
    );
    assert!(said.contains("quantity not stated"), "{said}");
    assert!(said.contains("Cost Management, Exports"), "{said}");
}

// Kind: metrics in long form, and answers of several resources.

#[test]
fn emitted_token_metrics_count_calls_by_client() {
    let imported = case("emit-token-metric/AppMetrics.csv");
    assert_eq!(sums(&imported), (4, 5_541, 0, 577));
    assert_eq!(of_client(&imported, "claims"), (1, 2_841, 0, 412));
    assert_eq!(of_client(&imported, "sales"), (3, 2_700, 0, 165));
}

/// The classic resource's table has other names for the same columns: timestamp, name, valueSum, valueCount.
#[test]
fn classic_custom_metrics_are_read_alike() {
    let imported = text(
        "customMetrics.csv",
        "\"timestamp [UTC]\",name,value,valueCount,valueSum,valueMin,valueMax,customDimensions\n\
         \"11/20/2026, 9:00:00.000 AM\",Prompt Tokens,900,2,900,400,500,\"{\"\"User ID\"\":\"\"u1\"\",\"\"API ID\"\":\"\"a\"\"}\"\n\
         \"11/20/2026, 9:00:00.000 AM\",Completion Tokens,90,2,90,40,50,\"{\"\"User ID\"\":\"\"u1\"\",\"\"API ID\"\":\"\"a\"\"}\"\n",
    );
    assert_eq!(of_client(&imported, "u1"), (2, 900, 0, 90));
}

/// A range of Prometheus counters: names as vLLM's server writes them.
#[test]
fn prometheus_counters_become_what_they_gained() {
    let series = |name: &str, values: &str| {
        format!(
            "{{\"metric\":{{\"__name__\":\"{name}\",\"model_name\":\"llama\"}},\"values\":[{values}]}}"
        )
    };
    let answer = format!(
        "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{},{},{}]}}}}",
        series(
            "vllm:prompt_tokens_total",
            "[1795165200,\"1000\"],[1795165260,\"5000\"],[1795165320,\"600\"]"
        ),
        series(
            "vllm:generation_tokens_total",
            "[1795165200,\"100\"],[1795165260,\"300\"],[1795165320,\"50\"]"
        ),
        series(
            "vllm:request_success_total",
            "[1795165200,\"10\"],[1795165260,\"14\"],[1795165320,\"2\"]"
        ),
    );
    let imported = text("range.json", &answer);
    assert_eq!(sums(&imported), (6, 4_600, 0, 250));
    says(&imported, "begun again at 0");
}

#[test]
fn metrics_of_one_resource_and_of_a_batch_are_the_same() {
    for name in ["az-cli.json", "batch.json"] {
        let imported = case(&format!("metrics-batch-empty-deployment/{name}"));
        assert_eq!(sums(&imported).0, 8, "{name}");
        assert_eq!(of_deployment(&imported, "chat"), (6, 6_000, 0, 900), "{name}");
        assert_eq!(of_deployment(&imported, "__Empty"), (2, 500, 0, 0), "{name}");
    }
}

/// Two resources in one batch, each with a deployment of the same name: they are two.
#[test]
fn deployments_of_one_name_in_two_accounts_stay_apart() {
    let resource = |name: &str, tokens: u32| {
        let metric = |name: &str, total: u32| {
            format!(
                "{{\"name\":{{\"value\":\"{name}\"}},\"timeseries\":[{{\"metadatavalues\":[{{\"name\":{{\"value\":\"ModelDeploymentName\"}},\"value\":\"chat\"}}],\"data\":[{{\"timeStamp\":\"2026-11-20T09:00:00Z\",\"total\":{total}}}]}}]}}"
            )
        };
        format!(
            "{{\"starttime\":\"x\",\"interval\":\"PT1M\",\"resourceid\":\"/s/accounts/{name}\",\"value\":[{},{},{}]}}",
            metric("ProcessedPromptTokens", tokens),
            metric("GeneratedTokens", 10),
            metric("AzureOpenAIRequests", 2)
        )
    };
    let imported = text(
        "two.json",
        &format!("{{\"values\":[{},{}]}}", resource("a", 100), resource("b", 300)),
    );
    assert_eq!(of_deployment(&imported, "a/chat"), (2, 100, 0, 10));
    assert_eq!(of_deployment(&imported, "b/chat"), (2, 300, 0, 10));
}

/// A chart of requests alone, as the portal downloads it, would read as traffic without tokens.
#[test]
fn a_chart_without_tokens_stops_unless_that_is_said() {
    let chart = "\"Chart Title\",\"Sum Azure OpenAI Requests for aoai\"\n\"Time\",\"Azure OpenAI Requests (Sum), aoai\"\n\"11/20/2026 9:00 AM\",5\n\"11/20/2026 9:01 AM\",7\n";
    let said = error("chart.csv", chart, &ReadSpec::default());
    assert!(said.contains("no input tokens: they are absent or 0 in all 12 requests"), "{said}");
    assert!(said.contains("--tokens none"), "{said}");
    let spec = ReadSpec { tokens: TokensStated::None, ..ReadSpec::default() };
    assert_eq!(text_as("chart.csv", chart.as_bytes(), &spec).trace.len(), 12);
}

// Kind: what the portal's region does to a table.

#[test]
fn portal_exports_are_read_in_every_layout() {
    for name in ["query_data.csv", "query_data-slash-ymd.csv"] {
        let imported = case(&format!("portal-llm-log-csv/{name}"));
        assert_eq!(imported.trace.input_tokens, [2_841, 900, 100], "{name}");
        assert_eq!(imported.trace.output_tokens, [412, 55, 5], "{name}");
        assert_eq!(imported.start.unwrap().to_string(), "2026-11-20T09:00:03.118Z", "{name}");
        assert_eq!(imported.trace.arrival_us[2], 14_996_882_000, "{name}");
    }
}

/// The same table where the browser's region is British, German or French; MicrosoftDocs/azure-docs#66181 tells of such changes.
#[test]
fn other_regions_write_the_day_first() {
    let british = "\"TimeGenerated [UTC]\",CorrelationId,DeploymentName,PromptTokens,CompletionTokens\n\
         \"05/11/2026, 09:00:03.118\",a,chat,100,10\n\"20/11/2026, 21:00:03.118\",b,chat,200,20\n";
    let imported = text("british.csv", british);
    assert_eq!(imported.start.unwrap().to_string(), "2026-11-05T09:00:03.118Z");
    assert_eq!(imported.trace.arrival_us[1], (15 * 24 + 12) * 3_600_000_000);
    says(
        &imported,
        "read as day/month/year: \"20/11/2026, 21:00:03.118\" in line 3 fits no other order",
    );
    let german = "TimeGenerated [UTC];CorrelationId;DeploymentName;PromptTokens;CompletionTokens\n\
         05.11.2026, 09:00:03,118;a;chat;100;10\n06.11.2026, 09:00:03,118;b;chat;200;20\n";
    let imported = text("german.csv", german);
    assert_eq!(imported.start.unwrap().to_string(), "2026-11-05T09:00:03.118Z");
    assert_eq!(imported.trace.arrival_us[1], 86_400_000_000);
}

/// Custom tables of Log Analytics put the type at the end of each name.
#[test]
fn type_suffixes_of_log_analytics_are_no_part_of_a_name() {
    let imported = text(
        "custom.csv",
        "\"TimeGenerated [UTC]\",CorrelationId_g,DeploymentName_s,PromptTokens_d,CompletionTokens_d\n\
         \"11/20/2026, 9:00:03.118 AM\",aaaa,chat,2841,412\n",
    );
    assert_eq!(sums(&imported), (1, 2_841, 0, 412));
}

#[test]
fn dates_in_two_orders_are_an_error_that_shows_both() {
    let log = "time,model,input_tokens,output_tokens\n13/11/2026 09:00:01,m,1,1\n11/14/2026 09:00:02,m,1,1\n";
    let said = error("log.csv", log, &ReadSpec::default());
    assert!(said.contains("dates in two orders"), "{said}");
    assert!(
        said.contains("line 3") && said.contains("line 2") && said.contains("--dates"),
        "{said}"
    );
}

#[test]
fn utf_16_and_zstandard_are_read_as_they_are() {
    let plain = bytes("timestamp-input-output-csv/usage-log.csv");
    let wanted = case("timestamp-input-output-csv/usage-log.csv").trace;
    let text = String::from_utf8(plain).unwrap().replace(',', "\t");
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(text_as("excel.txt", &wide, &ReadSpec::strict()).trace, wanted);
    // A frame of one raw block, which needs no compressor to write.
    let content = text.as_bytes();
    let size = u32::try_from(content.len()).unwrap();
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x60];
    frame.extend(u16::try_from(size - 256).unwrap().to_le_bytes());
    frame.extend(&(size << 3 | 1).to_le_bytes()[..3]);
    frame.extend(content);
    assert_eq!(text_as("log.csv.zst", &frame, &ReadSpec::strict()).trace, wanted);
}

// Filters.

#[test]
fn one_export_serves_several_workloads() {
    let log = "timestamp,deployment,model,input_tokens,output_tokens\n\
         2026-11-20T09:00:00.1Z,chat,gpt-5,100,10\n2026-11-20T09:00:00.2Z,mini,gpt-5-mini,200,20\n\
         2026-11-20T09:00:00.3Z,chat,gpt-5,300,30\n";
    let only = |condition: &str| ReadSpec {
        keep: Where::parse([condition]).unwrap(),
        ..ReadSpec::strict()
    };
    let chat = text_as("log.csv", log.as_bytes(), &only("deployment=chat"));
    assert_eq!(sums(&chat), (2, 400, 0, 40));
    assert_eq!(chat.report.skipped[0].reason, "not-wanted");
    let said = error("log.csv", log, &only("deployment=chta"));
    assert!(said.contains("no request with deployment=chta"), "{said}");
    assert!(said.contains("did you mean deployment=chat?"), "{said}");
    let said = error("log.csv", log, &only("client=a"));
    assert!(said.contains("names no client"), "{said}");
    let parts = split(&text("log.csv", log), WhereKey::Deployment).unwrap();
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["chat", "mini"]);
    assert_eq!(parts[1].1.trace.arrival_us, [100_000], "times stay those of the whole");
}

// Nothing is invented, nothing is lost in silence.

#[test]
fn a_row_with_two_mistakes_is_left_out_once_and_the_first_three_are_shown() {
    let mut log = "arrival_us,input_tokens,output_tokens\n0,10,1\n".to_owned();
    for row in 0..5 {
        log = format!("{log}{row},x{row},y\n");
    }
    let imported = text_as("log.csv", log.as_bytes(), &ReadSpec::default());
    assert_eq!(imported.report.rows_skipped(), 5);
    let warned = imported.warnings.to_string();
    for shown in ["x0", "\"x1\" in row 3 (line 4)", "\"x2\" in row 4 (line 5)"] {
        assert!(warned.contains(shown), "{shown}: {warned}");
    }
    assert!(!warned.contains("x3"), "{warned}");
}

#[test]
fn a_file_of_which_nothing_is_used_says_why_by_kind() {
    let said = error(
        "bill.csv",
        "Date,MeterCategory,MeterName,Quantity,UnitOfMeasure,ChargeType\n\
         11/20/2026,Storage,Hot LRS,5,10K,Usage\n11/20/2026,Storage,Hot LRS,5,10K,Usage\n11/20/2026,Foundry Models,PTU,5,1 Hour,Purchase\n",
        &ReadSpec::default(),
    );
    assert!(said.contains("none of 3 rows could be used"), "{said}");
    assert!(
        said.contains("1 not usage (first in line 4); 2 other service (first in line 2)"),
        "{said}"
    );
}

#[test]
fn streamed_answers_without_usage_say_what_to_ask_for() {
    let log = "{\"created\":1795165200,\"stream\":true,\"model\":\"m\",\"usage\":{\"prompt_tokens\":null,\"completion_tokens\":null}}\n\
               {\"created\":1795165201,\"stream\":false,\"model\":\"m\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1}}\n";
    let said = error("answers.jsonl", log, &ReadSpec::strict());
    assert!(said.contains("streamed answer without usage"), "{said}");
    assert!(said.contains("include_usage"), "{said}");
}

#[test]
fn logs_of_bytes_need_a_stated_size_of_a_token() {
    let log = "timestamp,deployment,status,request_bytes,response_bytes\n2026-11-20T09:00:00.5Z,chat,200,4000,401\n";
    let columns = Columns {
        arrival: "timestamp".into(),
        input_bytes: Some("request_bytes".into()),
        output_bytes: Some("response_bytes".into()),
        ..Columns::default()
    };
    let spec = ReadSpec { columns: Some(columns), bytes_per_token: Some(4), ..ReadSpec::strict() };
    let imported = text_as("bytes.csv", log.as_bytes(), &spec);
    assert_eq!(sums(&imported), (1, 1_000, 0, 101));
    says(&imported, "bytes divided by the stated bytes_per_token");
}

/// Load generators: vLLM's `--save-detailed` result and guidellm's report.
#[test]
fn benchmarks_are_the_calls_they_made() {
    let vllm = text(
        "vllm.json",
        "{\"date\":\"20261120-090000\",\"model_id\":\"llama\",\"completed\":2,\"input_lens\":[100,200,300],\"output_lens\":[10,20,0],\"start_times\":[5021.5,5020.0,5022.0],\"errors\":[\"\",\"\",\"timeout\"],\"ttfts\":[0.1,0.2,0.0]}",
    );
    assert_eq!(vllm.trace.arrival_us, [0, 1_500_000]);
    assert_eq!(vllm.trace.input_tokens, [200, 100]);
    let guidellm = text(
        "benchmarks.json",
        "{\"benchmarks\":[{\"requests\":{\"successful\":[{\"request_start_time\":1795165200.25,\"prompt_tokens\":64,\"output_tokens\":8},{\"request_start_time\":1795165201.0,\"prompt_tokens\":32,\"output_tokens\":4}],\"incomplete\":[{}],\"errored\":[]}}]}",
    );
    assert_eq!(guidellm.trace.arrival_us, [0, 750_000]);
    assert_eq!(sums(&guidellm), (2, 96, 0, 12));
}

/// Portkey's export fields, named in its interface: `req_units`, `res_units`, `response_status_code`.
#[test]
fn portkey_units_are_tokens() {
    let imported = text(
        "portkey.jsonl",
        "{\"id\":\"1\",\"created_at\":\"2026-11-20T09:00:00.000Z\",\"ai_model\":\"gpt-5\",\"req_units\":120,\"res_units\":12,\"response_status_code\":200}\n\
         {\"id\":\"2\",\"created_at\":\"2026-11-20T09:00:01.000Z\",\"ai_model\":\"gpt-5\",\"req_units\":0,\"res_units\":0,\"response_status_code\":429}\n",
    );
    assert_eq!(imported.report.format, "portkey");
    assert_eq!(sums(&imported), (2, 240, 0, 24));
    assert_eq!(imported.attributes.status, Some(vec![200, 429]));
}

#[test]
fn refused_calls_borrow_from_their_own_client() {
    let log = "timestamp,client,deployment,status,input_tokens,output_tokens\n\
         2026-11-20T09:00:00.1Z,a,chat,200,100,10\n2026-11-20T09:00:00.2Z,b,chat,200,900,90\n\
         2026-11-20T09:00:00.3Z,a,chat,429,,\n2026-11-20T09:00:00.4Z,c,chat,429,,\n2026-11-20T09:00:00.5Z,a,chat,400,,\n";
    let imported = text("log.csv", log);
    // Client a's own call; for c, which has none, the nearest of the deployment.
    assert_eq!(imported.trace.input_tokens, [100, 900, 100, 900]);
    assert_eq!(imported.report.skipped[0].reason, "client-error");
}

/// A table of time series as `OpenCost` joins it is no log: what it has is said, and that rows are no records.
#[test]
fn what_is_no_log_is_called_so() {
    let said = error("list.json", "[1, 2, 3]", &ReadSpec::default());
    assert!(said.contains("no records with named members"), "{said}");
    let spec = ReadSpec { format: Some("litelm".into()), ..ReadSpec::default() };
    assert!(error("a.csv", "a,b\n1,2\n", &spec).contains("did you mean litellm?"));
}

/// The portal's chart as a workbook: a title, a resource, then times as Excel keeps them.
#[cfg(feature = "workbooks")]
#[test]
fn a_chart_as_a_workbook_is_read_as_its_csv_is() {
    let imported = case("portal-chart-xlsx/chart.xlsx");
    assert_eq!(imported.report.format, "azure-monitor-metrics");
    assert_eq!(sums(&imported), (10, 9_000, 0, 1_400));
    assert_eq!(imported.start.unwrap().strftime("%F %H:%M").to_string(), "2026-11-20 09:00");
}

/// A day in one column and its hour or time in another are one instant; counts are whole, so what three digits follow is a thousand.
#[test]
fn days_with_hours_and_grouped_counts_are_read() {
    let totals = "Date;Hour;Requests;Prompt tokens;Completion tokens\n\
        2026-11-02;0;120;241.000;36.100\n2026-11-02;1;80;160.250;24.000\n2026-11-02;2;1.100;200.000;30.000\n";
    let read = text("totals.csv", totals);
    assert_eq!(read.trace.len(), 1_300);
    let sum = |tokens: &[u32]| tokens.iter().map(|n| u64::from(*n)).sum::<u64>();
    assert_eq!(sum(&read.trace.input_tokens), 601_250);
    assert_eq!(sum(&read.trace.output_tokens), 90_100);
    let last = read.trace.arrival_us.last().unwrap() - read.trace.arrival_us[0];
    assert!(last < 3 * 3_600_000_000, "three hours, not three days: {last}");
    let said = |words: &str| read.report.assumed.iter().any(|one| one.contains(words));
    assert!(said("times are those of Date and Hour together"), "{:?}", read.report.assumed);
    assert!(said("1 hour"), "{:?}", read.report.assumed);

    let calls = "Date,Time,Model,Prompt Tokens,Completion Tokens\n\
        11/2/2026,8:00:01 AM,gpt-4.1,\"1,200\",300\n11/13/2026,1:10:05 PM,gpt-4.1,800,200\n";
    let read = text("calls.csv", calls);
    assert_eq!(read.trace.input_tokens, [1_200, 800]);
    let gap = read.trace.arrival_us[1] - read.trace.arrival_us[0];
    assert_eq!(gap, ((11 * 24 + 5) * 3_600 + 604) * 1_000_000);
}
