//! Every log format: a realistic sample, its token-inclusion trap, and the account of its rows.

use ptuplan::workload::import::{
    BucketArrivals, BucketModel, Imported, ReadSpec, catalogue, log_formats, read, read_all,
};
use std::fs;

fn bytes(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/workload/samples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn sample(name: &str) -> Imported {
    sample_as(name, &ReadSpec::strict())
}

fn sample_as(name: &str, spec: &ReadSpec) -> Imported {
    let imported = read(name, &bytes(name), spec).unwrap_or_else(|error| panic!("{name}: {error}"));
    imported.trace.validate().unwrap();
    imported
}

/// Reason and rows of all that was left out.
fn left(imported: &Imported) -> Vec<(&str, u64)> {
    imported.report.skipped.iter().map(|skipped| (skipped.reason, skipped.rows)).collect()
}

/// Token sums of the requests with that status, and their number.
fn sums(imported: &Imported, deployment: &str, status: u16, from_us: u64) -> (u64, u64, u64, u64) {
    let trace = &imported.trace;
    let mut sums = (0, 0, 0, 0);
    for id in 0..trace.len() as u32 {
        let at = trace.arrival_us[id as usize];
        let start = imported.start.unwrap().as_microsecond() as u64;
        let minute = (start + at) / 60_000_000 * 60_000_000;
        let named = imported.attributes.deployment.as_ref().map_or("", |labels| labels.name(id));
        let code = imported.attributes.status.as_ref().map_or(200, |status| status[id as usize]);
        if named == deployment && code == status && minute == from_us {
            sums.0 += 1;
            sums.1 += u64::from(trace.input_tokens[id as usize]);
            sums.2 += u64::from(trace.cached(id));
            sums.3 += u64::from(trace.output_tokens[id as usize]);
        }
    }
    sums
}

const NINE: u64 = 1_795_165_200_000_000;

#[test]
fn azure_monitor_minutes_keep_their_sums_and_throttled_calls_stay_demand() {
    let imported = sample("azure-monitor-rest.json");
    assert_eq!(imported.report.format, "azure-monitor-metrics");
    // Both metric families state the same input: it counts once. Cached = TokenTransaction - ActiveTokens.
    assert_eq!(sums(&imported, "gpt-5-chat", 200, NINE), (61, 184_223, 60_000, 24_011));
    assert_eq!(
        sums(&imported, "gpt-5-chat", 200, NINE + 60_000_000),
        (58, 176_310, 60_000, 22_804)
    );
    assert_eq!(sums(&imported, "gpt-5-mini", 200, NINE), (12, 9_120, 0, 1_201));
    assert_eq!(sums(&imported, "gpt-5-mini", 200, NINE + 120_000_000), (7, 4_411, 0, 801));
    assert_eq!(sums(&imported, "gpt-5-chat", 429, NINE).0, 4);
    // 61 + 58 + 12 + 7 answered, 4 throttled; 2 refused with 400 are no demand.
    assert_eq!(imported.trace.len(), 142);
    assert!(imported.report.assumed.iter().any(|a| a.contains("peaks within a bucket")));
    assert_eq!(imported.attributes.model.unwrap().names, ["gpt-5", "gpt-5-mini"]);
}

#[test]
fn flattened_metrics_say_what_they_cannot_tell() {
    for name in ["azure-metrics-table.csv", "azure-portal-chart.csv"] {
        let imported = sample(name);
        let deployment = if name.starts_with("azure-m") { "AOAI-PROD-SWC" } else { "" };
        assert_eq!(sums(&imported, deployment, 200, NINE), (61, 184_223, 0, 24_011), "{name}");
        assert_eq!(imported.trace.len(), 119, "{name}");
        assert!(imported.report.assumed.iter().any(|a| a.contains("no dimensions")), "{name}");
    }
}

#[test]
fn the_model_of_a_bucket_changes_nothing_but_what_lies_below_it() {
    let model = BucketModel {
        arrivals: BucketArrivals::Even,
        input_variation: 0.0,
        ..BucketModel::default()
    };
    let spec = ReadSpec { model, ..ReadSpec::strict() };
    let even = sample_as("azure-portal-chart.csv", &spec);
    assert_eq!(sums(&even, "", 200, NINE), (61, 184_223, 0, 24_011));
    let first = &even.trace.input_tokens[..61];
    assert!(first.iter().max().unwrap() - first.iter().min().unwrap() <= 1);
    let gaps: Vec<u64> = even.trace.arrival_us[..61].windows(2).map(|w| w[1] - w[0]).collect();
    assert!(gaps.iter().max().unwrap() - gaps.iter().min().unwrap() <= 1);
}

#[test]
fn azure_diagnostics_ticks_become_instants_and_bytes_are_not_tokens() {
    let name = "azure-diagnostics-request-response.jsonl";
    let error = read(name, &bytes(name), &ReadSpec::strict()).unwrap_err().to_string();
    assert!(error.contains("tokens not stated: RequestResponse logs count bytes"), "{error}");
    let imported = sample_as(name, &ReadSpec { bytes_per_token: Some(4), ..ReadSpec::strict() });
    assert_eq!(imported.start.unwrap().to_string(), "2024-04-08T12:22:59.485461Z");
    // The throttled call has the size it asked for and the answer of the call before it; the assistants' call is no model call.
    assert_eq!(imported.trace.input_tokens, [32, 1_024, 128]);
    assert_eq!(imported.trace.output_tokens, [353, 201, 201]);
    assert_eq!(imported.attributes.status, Some(vec![200, 200, 429]));
    assert_eq!(left(&imported), [("not-a-model-call", 1)]);
    assert_eq!(imported.report.assumed.len(), 3, "{:?}", imported.report.assumed);
}

#[test]
fn request_usage_reads_lists_and_joins_its_byte_row() {
    let imported = sample("azure-diagnostics-request-usage.jsonl");
    assert_eq!(imported.trace.input_tokens, [512, 512]);
    assert_eq!(imported.trace.output_tokens, [88, 42]);
    assert_eq!(left(&imported), [("row-of-the-same-call", 1)]);
}

#[test]
fn api_management_joins_tokens_to_calls_and_keeps_the_throttled_one() {
    let (llm, gateway) = (bytes("apim-llm-log.csv"), bytes("apim-gateway-log.csv"));
    let files =
        [("apim-llm-log.csv", llm.as_slice()), ("apim-gateway-log.csv", gateway.as_slice())];
    let imported = read_all(&files, &ReadSpec::strict()).unwrap();
    assert_eq!(imported.trace.arrival_us, [0, 1_082_000, 2_384_000]);
    assert_eq!(imported.trace.input_tokens, [2_841, 2_841, 900]);
    assert_eq!(imported.trace.output_tokens, [412, 412, 55]);
    assert_eq!(imported.attributes.status, Some(vec![200, 429, 200]));
    assert_eq!(imported.attributes.client.as_ref().unwrap().names, ["claims", "sales"]);
    assert_eq!(
        left(&imported),
        [("joined-row", 2), ("not-a-model-call", 1), ("row-of-the-same-call", 2)]
    );
    assert_eq!(imported.report.rows_read, 8);
    // One table alone works too: tokens without status, or bodies where they were logged.
    let alone = sample("apim-llm-log.csv");
    assert_eq!(alone.trace.input_tokens, [2_841, 900]);
    let bodies = sample("apim-gateway-events.jsonl");
    assert_eq!(bodies.trace.offer(0).max_output_tokens, Some(300));
    assert_eq!(
        (bodies.trace.input_tokens[0], bodies.trace.cached(0), bodies.trace.output_tokens[0]),
        (14, 4, 8)
    );
    assert_eq!(bodies.attributes.deployment.unwrap().names, ["gpt-chat-pilot"]);
}

#[test]
fn otel_input_includes_cache_reads_and_wrapping_spans_count_once() {
    let imported = sample("otel-genai.jsonl");
    assert_eq!(imported.trace.arrival_us, [0, 500_000, 900_000]);
    assert_eq!(imported.trace.input_tokens, [2_841, 700, 700]);
    assert_eq!(imported.trace.cached_input_tokens.as_ref().unwrap()[..2], [1_920, 0]);
    assert_eq!(imported.trace.output_tokens, [412, 90, 90]);
    assert_eq!(imported.trace.max_output(0), Some(1_024));
    assert_eq!(imported.trace.max_output(1), None);
    assert_eq!(imported.attributes.status, Some(vec![200, 200, 429]));
    assert_eq!(left(&imported), [("not-a-model-call", 1), ("wrapping-span", 1)]);
}

#[test]
fn litellm_prompt_includes_cached_and_proxy_hits_are_left_out() {
    let imported = sample_as("litellm-spend-logs.csv", &ReadSpec::default());
    assert_eq!(imported.trace.input_tokens, [2_841, 2_841]);
    assert_eq!(imported.trace.cached(0), 1_920);
    assert_eq!(imported.trace.output_tokens, [412, 412]);
    assert_eq!(imported.attributes.status, Some(vec![200, 429]));
    assert_eq!(imported.attributes.deployment.as_ref().unwrap().names, ["gpt-5-chat"]);
    assert_eq!(left(&imported), [("duplicate-id", 1), ("proxy-cache-hit", 1)]);
    let strict = read("l.csv", &bytes("litellm-spend-logs.csv"), &ReadSpec::strict()).unwrap_err();
    assert_eq!(
        strict.to_string().lines().next().unwrap(),
        "error: duplicate id: chatcmpl-9gRL in row 4 (l.csv:5)"
    );
}

#[test]
fn langfuse_parts_are_added_back() {
    let imported = sample("langfuse-observations.jsonl");
    assert_eq!(imported.trace.input_tokens, [2_841, 2_841]);
    assert_eq!(imported.trace.cached(0), 1_920);
    assert_eq!(imported.trace.output_tokens, [412, 412]);
    assert_eq!(imported.trace.max_output(0), Some(1_024));
    assert_eq!(imported.attributes.status, Some(vec![200, 429]));
    assert_eq!(left(&imported), [("not-a-model-call", 1)]);
}

#[test]
fn helicone_totals_tell_whether_prompts_include_cache_reads() {
    let imported = sample("helicone-requests.json");
    assert_eq!(imported.trace.input_tokens, [2_841, 2_841, 2_841]);
    assert_eq!(imported.trace.cached_input_tokens.as_ref().unwrap()[..2], [1_920, 1_800]);
    assert_eq!(left(&imported), [("never-sent", 1)]);
}

#[test]
fn openai_usage_input_includes_cached() {
    let imported = sample("openai-usage.json");
    assert_eq!(sums(&imported, "gpt-5", 200, NINE), (61, 184_223, 60_000, 24_011));
}

#[test]
fn bills_need_the_size_of_a_request_and_count_cached_input_apart() {
    let error =
        read("c.csv", &bytes("cost-management.csv"), &ReadSpec::strict()).unwrap_err().to_string();
    assert!(error.contains("requests not stated: the number of calls of aoai-prod-swc"), "{error}");
    let model = BucketModel { input_tokens_per_request: Some(3_000.0), ..BucketModel::default() };
    let spec = ReadSpec { model, ..ReadSpec::strict() };
    let imported = sample_as("cost-management.csv", &spec);
    let sums = imported.trace.token_sums();
    assert_eq!((sums.input_tokens, sums.cached_input_tokens), (1_012_432, Some(200_000)));
    assert_eq!((sums.output_tokens, imported.trace.len()), (90_000, 337));
    assert_eq!(left(&imported), [("gathered-into-buckets", 3), ("not-a-token-meter", 1)]);
    let focus = sample_as("focus.csv", &spec);
    assert_eq!(focus.trace.token_sums().input_tokens, 812_432);
    assert_eq!(
        left(&focus),
        [("gathered-into-buckets", 2), ("not-a-token-meter", 1), ("not-usage", 1)]
    );
}

#[test]
fn block_ids_become_what_a_cache_would_hold() {
    let mooncake = sample("mooncake.jsonl");
    assert_eq!(mooncake.trace.arrival_us, [0, 3_000_000, 3_000_000]);
    assert_eq!(mooncake.trace.cached_input_tokens, Some(vec![0, 1_024, 1_024]));
    let bailian = sample("bailian.jsonl");
    assert_eq!(bailian.trace.arrival_us, [61_114_000, 62_500_000]);
    assert_eq!(bailian.trace.cached_input_tokens, Some(vec![0, 32]));
}

#[test]
fn every_row_is_accounted_for() {
    let mut formats = std::collections::BTreeSet::new();
    let model = BucketModel { input_tokens_per_request: Some(3_000.0), ..BucketModel::default() };
    let spec = ReadSpec { model, bytes_per_token: Some(4), ..ReadSpec::default() };
    let folder = format!("{}/tests/workload/samples", env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "apim-gateway-log.csv" {
            // Calls without bodies have no tokens of their own: alone, the log is no traffic.
            let error = read(&name, &bytes(&name), &spec).unwrap_err().to_string();
            assert!(error.contains("none of 4 rows could be used"), "{error}");
            continue;
        }
        let imported = sample_as(&name, &spec);
        let report = &imported.report;
        let made_of_buckets = report.assumed.iter().any(|a| a.contains("made from totals"));
        if !made_of_buckets {
            assert_eq!(report.rows_read, report.requests + report.rows_skipped(), "{name}");
        }
        assert_eq!(report.requests, imported.trace.len() as u64, "{name}");
        formats.insert(report.format.clone());
    }
    // The others have an example in the list of formats, which `formats.rs` reads.
    let listed = |name: &str| catalogue().iter().any(|entry| entry.name == name);
    let missing: Vec<&str> =
        log_formats().filter(|name| !formats.contains(*name) && !listed(name)).collect();
    assert!(missing.is_empty(), "no sample of {missing:?}");
}

#[test]
fn a_half_written_line_of_json_is_named() {
    let mut cut = bytes("langfuse-observations.jsonl");
    cut.truncate(cut.len() - 30);
    let error = read("l.jsonl", &cut, &ReadSpec::strict()).unwrap_err().to_string();
    assert!(error.starts_with("error: half-written last row: row 1 (l.jsonl:3:"), "{error}");
    let kept = read("l.jsonl", &cut, &ReadSpec::default()).unwrap();
    assert_eq!(kept.trace.len(), 1);
    assert_eq!(kept.report.skipped[0].reason, "half-written-row");
}
