//! Exports with a catch: the file has what is needed, and an obvious reading of it is wrong.

use crate::reading::{lenient, refused, says};
use ptuplan::workload::import::WhereKey;
use ptuplan::workload::import::{BucketModel, Imported, ReadSpec, Where, read, read_all, split};

fn bill() -> ReadSpec {
    let model = BucketModel { input_tokens_per_request: Some(1_000.0), ..BucketModel::default() };
    ReadSpec { model, ..ReadSpec::default() }
}

/// Requests, input, cached input and output.
fn sums(imported: &Imported) -> (usize, u64, u64, u64) {
    let (sums, trace) = (imported.trace.token_sums(), &imported.trace);
    (trace.len(), sums.input_tokens, sums.cached_input_tokens.unwrap_or(0), sums.output_tokens)
}

fn warned(imported: &Imported, what: &str) {
    let said = imported.warnings.to_string();
    assert!(said.contains(what), "{what}: {said}");
}

/// `LiteLLM_DailyUserSpend` as the database has it: when a row was written is not its day.
#[test]
fn a_daily_table_with_the_times_its_rows_were_written_is_by_the_day() {
    let imported = lenient(
        "daily.csv",
        "date,model,prompt_tokens,completion_tokens,api_requests,created_at,updated_at\n\
         2026-11-18,gpt-5,100000,5000,20,2026-11-18 07:12:45.123,2026-11-18 23:59:12.001\n\
         2026-11-18,gpt-5,200000,9000,40,2026-11-18 09:31:02.500,2026-11-18 22:11:00.000\n\
         2026-11-19,gpt-5,100000,5000,20,2026-11-19 07:15:45.123,2026-11-19 23:59:12.001\n",
    );
    assert_eq!(sums(&imported), (80, 400_000, 0, 19_000));
    says(&imported, "the total of 1 day");
    assert!(*imported.start.unwrap().to_string() < *"2026-11-18T06");
    // Where nothing else says how long a total is, the doubt is said.
    let odd = lenient(
        "odd.csv",
        "created_at,api_requests,prompt_tokens,completion_tokens\n\
         2026-11-18 07:12:45,20,1000,100\n2026-11-18 09:31:02,40,1000,100\n2026-11-19 07:15:45,20,1000,100\n",
    );
    warned(&odd, "totals of no known length");
}

#[test]
fn answered_calls_without_tokens_take_a_neighbours_and_are_counted() {
    let log = "timestamp,model,input_tokens,output_tokens\n\
               2026-11-20T09:00:00.1Z,gpt-5,1000,50\n\
               2026-11-20T09:00:01.1Z,gpt-5,0,0\n\
               2026-11-20T09:00:02.7Z,gpt-5,0,0\n";
    let empty = log.replace("0,0\n", ",\n");
    for text in [log, &empty] {
        let imported = lenient("streamed.csv", text);
        assert_eq!(sums(&imported), (3, 3_000, 0, 150));
        warned(&imported, "no tokens stated in 2 of 3 answered calls");
    }
    let said = refused("streamed.csv", log, &ReadSpec::strict());
    assert!(
        said.contains("no tokens stated in 2 of 3") && said.contains("include_usage"),
        "{said}"
    );
    // A refusal for its own fault is no demand, whether it has zeros or nothing.
    let faulty = lenient(
        "faulty.csv",
        "timestamp,model,input_tokens,output_tokens,status\n\
         2026-11-20T09:00:00.1Z,gpt-5,1000,50,200\n2026-11-20T09:00:01.1Z,gpt-5,0,0,400\n",
    );
    assert_eq!(sums(&faulty), (1, 1_000, 0, 50));
}

/// LiteLLM's activity, Langfuse's public API, LiteLLM's page of logs.
#[test]
fn one_page_of_many_is_said_wherever_the_answer_says_it() {
    let day = r#"{"results":[{"date":"2026-11-19","metrics":{"prompt_tokens":1000,"completion_tokens":100,"api_requests":2,"failed_requests":0},"breakdown":{"models":{}}}],"metadata":{"page":1,"total_pages":7,"has_more":true}}"#;
    warned(&lenient("activity.json", day), "page 1 of 7");
    let spans = r#"{"data":[{"id":"1","type":"GENERATION","startTime":"2026-11-20T09:00:00.000Z","model":"gpt-5","usageDetails":{"input":10,"output":50}}],"meta":{"page":1,"limit":1,"totalItems":500,"totalPages":500}}"#;
    warned(&lenient("observations.json", spans), "page 1 of 500");
    let logs = r#"{"data":[{"request_id":"c1","call_type":"acompletion","spend":0.1,"prompt_tokens":28,"completion_tokens":4,"startTime":"2026-11-20T09:00:03Z","model":"gpt-5"}],"total":3,"page":PAGE,"page_size":1,"total_pages":3}"#;
    let page = |number: &str, id: &str| logs.replace("PAGE", number).replace("c1", id);
    let pages = [page("1", "c1"), page("2", "c2"), page("3", "c3")];
    warned(&lenient("logs.json", &pages[2]), "page 3 of 3");
    let all: Vec<(&str, &[u8])> =
        ["1", "2", "3"].into_iter().zip(pages.iter().map(String::as_bytes)).collect();
    let whole = read_all(&all, &ReadSpec::default()).unwrap();
    assert_eq!((whole.trace.len(), whole.warnings.0.len()), (3, 0));
    let part = read_all(&all[..2], &ReadSpec::default()).unwrap();
    warned(&part, "page 1 of 3");
}

/// A policy's own limit answers before any backend is called.
#[test]
fn calls_that_the_gateway_refuses_itself_are_demand_of_their_deployment() {
    let llm = "TimeGenerated,CorrelationId,SequenceNumber,DeploymentName,ModelName,PromptTokens,CompletionTokens,TotalTokens\n\
               2026-11-20T09:00:05Z,a,0,chat,gpt-5,2841,412,3253\n";
    let gateway = "TimeGenerated,CorrelationId,Url,ResponseCode,BackendResponseCode,BackendUrl,ApimSubscriptionId\n\
                   2026-11-20T09:00:03Z,a,https://x/openai/deployments/chat/chat/completions,200,200,https://y/openai/deployments/chat/chat/completions,claims\n\
                   2026-11-20T09:00:04Z,b,https://x/openai/deployments/chat/chat/completions,429,429,https://y/openai/deployments/chat/chat/completions,claims\n\
                   2026-11-20T09:00:05Z,c,https://x/health,200,200,https://y/health,claims\n\
                   2026-11-20T09:00:06Z,d,https://x/openai/deployments/chat/chat/completions,429,,,claims\n";
    let files: [(&str, &[u8]); 2] = [("llm.csv", llm.as_bytes()), ("gw.csv", gateway.as_bytes())];
    let imported = read_all(&files, &ReadSpec::default()).unwrap();
    assert_eq!(sums(&imported), (3, 3 * 2_841, 0, 3 * 412));
    assert_eq!(split(&imported, WhereKey::Model).unwrap().len(), 1);
    let keep = Where::parse(["model=gpt-5"]).unwrap();
    let kept = read_all(&files, &ReadSpec { keep, ..ReadSpec::default() }).unwrap();
    assert_eq!(kept.trace.len(), 3);
}

#[test]
fn words_for_refused_calls_are_refused_calls() {
    let imported = lenient(
        "status.csv",
        "timestamp,model,input_tokens,output_tokens,status\n\
         2026-11-20T09:00:00.1Z,gpt-5,1000,100,success\n\
         2026-11-20T09:00:01.3Z,gpt-5,0,0,rate_limit_exceeded\n\
         2026-11-20T09:00:02.3Z,gpt-5,,,RateLimitError\n\
         2026-11-20T09:00:03.3Z,gpt-5,,,Too Many Requests\n",
    );
    assert_eq!(sums(&imported), (4, 4_000, 0, 400));
    assert_eq!(imported.attributes.status, Some(vec![200, 429, 429, 429]));
}

#[test]
fn calls_of_batches_are_no_online_calls_however_they_are_marked() {
    for (column, batch, online) in [
        ("is_batch", "1", "0"),
        ("batch", "batch_abc123", ""),
        ("service_tier", "batch", "default"),
    ] {
        let log = format!(
            "timestamp,model,{column},input_tokens,output_tokens\n\
             2026-11-20T09:00:00.1Z,gpt-5,{batch},1000,100\n2026-11-20T09:00:01.3Z,gpt-5,{online},2000,50\n"
        );
        let imported = lenient("batch.csv", &log);
        assert_eq!(sums(&imported), (1, 2_000, 0, 50), "{column}");
        says(&imported, "1 batch call left out");
    }
    let spend = lenient(
        "spend.csv",
        "request_id,call_type,spend,prompt_tokens,completion_tokens,startTime,model,status\n\
         c1,acompletion,0.1,2841,412,2026-11-20 09:00:03.118,azure/gpt-5,success\n\
         c4,aretrieve_batch,0.1,8000,1000,2026-11-20 09:00:06.000,azure/gpt-5,success\n",
    );
    assert_eq!(sums(&spend), (1, 2_841, 0, 412));
    says(&spend, "1 row of batch calls left out");
}

/// `metrics:getBatch` of an account by the hour and one by the minute.
#[test]
fn totals_of_two_lengths_keep_each_its_own() {
    let account = |name: &str, interval: &str, value: u32| {
        let metric = |metric: &str, total: u32| {
            format!(
                r#"{{"name":{{"value":"{metric}"}},"timeseries":[{{"metadatavalues":[{{"name":{{"value":"modeldeploymentname"}},"value":"chat"}}],"data":[{{"timeStamp":"2026-11-20T08:00:00Z","total":{total}}}]}}]}}"#
            )
        };
        let (requests, input) =
            (metric("AzureOpenAIRequests", value), metric("ProcessedPromptTokens", value * 100));
        let output = metric("GeneratedTokens", value * 10);
        format!(
            r#"{{"starttime":"2026-11-20T08:00:00Z","endtime":"2026-11-20T09:00:00Z","interval":"{interval}","resourceid":"/accounts/{name}","value":[{requests},{input},{output}]}}"#
        )
    };
    let both =
        format!(r#"{{"values":[{},{}]}}"#, account("a1", "PT1H", 60), account("a2", "PT1M", 5));
    let imported = lenient("metrics.json", &both);
    assert_eq!(sums(&imported), (65, 6_500, 0, 650));
    let late = imported.trace.arrival_us.iter().filter(|at| **at > 120_000_000).count();
    assert!(late > 40, "{late} calls come after the second minute");
    let twice =
        format!(r#"{{"values":[{},{}]}}"#, account("a1", "PT1H", 60), account("a1", "PT1M", 5));
    assert!(
        refused("metrics.json", &twice, &ReadSpec::default()).contains("totals of two lengths")
    );
    let pages = r#"{"data":[{"start_time":1795132800,"end_time":1795219200,"results":[{"input_tokens":24000,"output_tokens":240,"num_model_requests":24,"model":"a"}]},{"start_time":1795132800,"end_time":1795136400,"results":[{"input_tokens":1000,"output_tokens":10,"num_model_requests":1,"model":"b"}]}]}"#;
    let imported = lenient("usage.json", pages);
    let last = imported.trace.arrival_us.last().unwrap() - imported.trace.arrival_us[0];
    assert!(last > 6 * 3_600_000_000, "{last} us");
}

/// Requests by status and tokens by deployment, each asked for with its own dimension.
#[test]
fn requests_without_a_deployment_are_those_of_the_only_one_with_tokens() {
    let chart = |deployments: &[&str]| {
        let point = |total: u32| {
            format!(r#""data":[{{"timeStamp":"2026-11-20T08:00:00Z","total":{total}}}]"#)
        };
        let series: Vec<String> = deployments
            .iter()
            .map(|name| format!(r#"{{"metadatavalues":[{{"name":{{"value":"modeldeploymentname"}},"value":"{name}"}}],{}}}"#, point(8_000)))
            .collect();
        let metric = |name: &str, series: &str| {
            format!(r#"{{"name":{{"value":"{name}"}},"timeseries":[{series}]}}"#)
        };
        let status = format!(
            r#"{{"metadatavalues":[{{"name":{{"value":"statuscode"}},"value":"200"}}],{}}}"#,
            point(10)
        );
        let all = [
            metric("AzureOpenAIRequests", &status),
            metric("ProcessedPromptTokens", &series.join(",")),
            metric("GeneratedTokens", &series.join(",")),
        ];
        format!(r#"{{"interval":"PT1M","timespan":"x","value":[{}]}}"#, all.join(","))
    };
    assert_eq!(sums(&lenient("metrics.json", &chart(&["chat"]))), (10, 8_000, 0, 8_000));
    let said = refused("metrics.json", &chart(&["chat", "rag"]), &ReadSpec::default());
    assert!(said.contains("requests without deployments"), "{said}");
}

#[test]
fn a_chart_of_averages_is_no_chart_of_sums() {
    let chart = |aggregate: &str| {
        format!(
            "Time,\"Azure OpenAI Requests (Sum), aoai\",\"Processed Prompt Tokens ({aggregate}), aoai\",\"Generated Completion Tokens (Sum), aoai\"\n\
             11/20/2026 9:00 AM,20,1000,100\n11/20/2026 9:01 AM,10,1500,100\n"
        )
    };
    assert_eq!(sums(&lenient("chart.csv", &chart("Sum"))), (30, 2_500, 0, 200));
    for aggregate in ["Avg", "Max", "Count"] {
        let said = refused("chart.csv", &chart(aggregate), &ReadSpec::default());
        assert!(said.contains("not a Sum: the chart's column"), "{said}");
        assert!(said.contains("choose Sum"), "{said}");
    }
    // A chart in German, as Excel there saves it.
    let german = lenient(
        "diagramm.csv",
        "\"Zeit\";\"Azure OpenAI Requests (Sum), aoai\";\"Processed Prompt Tokens (Sum), aoai\";\"Generated Completion Tokens (Sum), aoai\"\r\n\
         \"20.11.2026 09:00\";2;2.000,5;200\r\n\"20.11.2026 09:01\";3;4.500;300\r\n",
    );
    assert_eq!(german.trace.len(), 5);
}

#[test]
fn langfuses_anthropic_usage_counts_what_the_cache_gave() {
    let row = |usage: &str| {
        format!(
            r#"{{"id":"a","type":"GENERATION","start_time":"2026-11-20T09:00:00Z","model":"claude","usageDetails":{usage}}}"#
        )
    };
    let beside = row(
        r#"{"input":10,"cache_read_input_tokens":1000,"cache_creation_input_tokens":200,"output":50,"total":1260}"#,
    );
    assert_eq!(sums(&lenient("langfuse.json", &beside)), (1, 1_210, 1_000, 50));
    let inside = row(r#"{"input":1210,"cache_read_input_tokens":1000,"output":50,"total":1260}"#);
    assert_eq!(sums(&lenient("langfuse.json", &inside)), (1, 1_210, 1_000, 50));
}

#[test]
fn output_of_another_model_is_not_given_to_the_largest() {
    let text = |other: &str| {
        format!(
            "Date,MeterCategory,MeterName,ResourceId,Quantity,UnitOfMeasure,ChargeType\n\
             11/20/2026,Foundry Models,GPT 5 Inpt Glbl 1M Tokens,/accounts/aoai,2,1M,Usage\n\
             11/20/2026,Foundry Models,GPT 5 Outpt Glbl 1M Tokens,/accounts/aoai,0.25,1M,Usage\n\
             11/20/2026,Foundry Models,{other} Outp glbl Tokens,/accounts/aoai,30,1K,Usage\n"
        )
    };
    let imported = read("bill.csv", text("gpt image 1 Image").as_bytes(), &bill()).unwrap();
    assert_eq!(sums(&imported), (2_000, 2_000_000, 0, 250_000));
    warned(&imported, "30000 output tokens of gpt image 1");
    // A version's date is no other model.
    let imported = read("bill.csv", text("gpt 5 0807").as_bytes(), &bill()).unwrap();
    assert_eq!(sums(&imported), (2_000, 2_000_000, 0, 280_000));
}

/// Partner Center's daily rated usage.
#[test]
fn a_csp_bill_is_usage() {
    let text = "UsageDate,MeterCategory,MeterName,Unit,ResourceURI,ChargeType,Quantity\n\
                2026-11-20T00:00:00Z,Foundry Models,gpt 4.1 Inp glbl Tokens,1K,/s/accounts/aoai,new,1000\n\
                2026-11-20T00:00:00Z,Foundry Models,gpt 4.1 Outp glbl Tokens,1K,/s/accounts/aoai,new,100\n";
    let imported = read("csp.csv", text.as_bytes(), &bill()).unwrap();
    assert_eq!(sums(&imported), (1_000, 1_000_000, 0, 100_000));
    assert_eq!(imported.attributes.deployment.unwrap().names, ["aoai"]);
}

/// ServeGen's generated workloads, and a spreadsheet's days.
#[test]
fn seconds_from_the_start_are_no_dates_and_days_are_no_seconds() {
    let imported = lenient(
        "servegen.csv",
        "client_id,request_id,timestamp,input_tokens,output_tokens\n3,0,0.52,100,10\n4,1,0.71,200,20\n",
    );
    assert_eq!(imported.trace.arrival_us, [520_000, 710_000]);
    let days = "ts,model,prompt_tokens,completion_tokens\n46346.375,gpt-5,1000,100\n46346.3751,gpt-5,2000,50\n";
    for format in [None, Some("request-log".to_owned())] {
        let said = refused("days.csv", days, &ReadSpec { format, ..ReadSpec::default() });
        assert!(said.contains("a spreadsheet's days or seconds"), "{said}");
    }
}

#[test]
fn names_in_windows_1252_are_read() {
    let text: Vec<u8> = "timestamp,client,input_tokens,output_tokens\n\
         2026-11-20T09:00:00.1Z,Vertrieb S\u{fc}d,10,1\n2026-11-20T09:00:01.3Z,Bureau \u{152},20,2\n"
        .chars()
        .map(|sign| if sign == '\u{152}' { 0x8c } else { u8::try_from(u32::from(sign)).unwrap() })
        .collect();
    let imported = read("log.csv", &text, &ReadSpec::default()).unwrap();
    assert_eq!(
        imported.attributes.client.as_ref().unwrap().names,
        ["Vertrieb S\u{fc}d", "Bureau \u{152}"]
    );
    says(&imported, "Windows-1252");
}

#[test]
fn lines_are_counted_in_files_of_windows_too() {
    let text = "timestamp,model,input_tokens,output_tokens\n\
                2026-11-20T09:00:00.1Z,gpt-5,1000,50\n2026-11-20T09:00:01.1Z,gpt-5,x,50\n";
    let unix = refused("log.csv", text, &ReadSpec::strict());
    let windows = refused("log.csv", &text.replace('\n', "\r\n"), &ReadSpec::strict());
    assert!(unix.contains("log.csv:3:"), "{unix}");
    assert_eq!(unix, windows);
}

#[test]
fn a_query_that_sums_and_documents_in_a_row_are_read() {
    let query = lenient(
        "query_data.csv",
        "TimeGenerated,DeploymentName,sum_PromptTokens,sum_CompletionTokens,count_\n\
         2026-11-20T09:00:00Z,chat,20000,2000,10\n2026-11-20T09:01:00Z,chat,3000,300,3\n",
    );
    assert_eq!(sums(&query), (13, 23_000, 0, 2_300));
    let irregular = lenient(
        "hours.csv",
        "start_time,model,n_requests,prompt_tokens,completion_tokens\n\
         2026-11-20T09:13:00Z,gpt-5,10,20000,2000\n2026-11-20T10:27:00Z,gpt-5,3,3000,300\n",
    );
    assert_eq!(irregular.trace.len(), 13);
    let one = "{\n \"created\": 1795165200,\n \"model\": \"m\",\n \"usage\": {\"prompt_tokens\": 5, \"completion_tokens\": 1}\n}\n";
    let two = format!("{one}{}", one.replace("200,", "207,"));
    assert_eq!(sums(&lenient("answers.json", &two)), (2, 10, 0, 2));
}

/// Eight characters are a date only where all of them are the digits of one.
#[test]
fn numbers_of_eight_characters_are_times_and_dates_are_dates() {
    let log = |times: &[&str]| {
        let rows = times.iter().map(|at| format!("{at},100,10\n"));
        format!("arrival,input_tokens,output_tokens\n{}", rows.collect::<String>())
    };
    let seconds = lenient("s.csv", &log(&["0.000000", "12.000000", "24.500000"]));
    assert_eq!(seconds.trace.arrival_us, [0, 12_000_000, 24_500_000]);
    says(&seconds, "the numbers of arrival are read as seconds");
    let said = refused("ms.csv", &log(&["0", "9000000", "86399000"]), &ReadSpec::default());
    assert!(said.contains("could be seconds or milliseconds"), "{said}");
}
