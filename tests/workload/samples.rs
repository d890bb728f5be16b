//! A realistic sample of every format, and what must come out of it.

use ptuplan::workload::import::{ArrivalUnit, Columns, Imported, ReadSpec, read};
use ptuplan::workload::trace::Trace;
use std::fs;

fn sample(name: &str) -> Imported {
    let path = format!("{}/tests/workload/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    read(name, &fs::read(path).unwrap(), &ReadSpec::strict()).unwrap()
}

#[test]
fn azure_2023_and_2024_keep_their_microseconds() {
    let mut trace = sample("azure-2023.csv").trace;
    assert_eq!(std::mem::take(&mut trace.assumed), ["times state no zone: read as UTC"]);
    // 18:15:46.680590 of its day.
    assert_eq!(std::mem::take(&mut trace.clock_us), 65_746_680_590);
    assert_eq!(
        trace,
        Trace::new(vec![0, 4_314_579, 4_541_877], vec![374, 396, 879], vec![44, 109, 55])
    );
    let imported = sample("azure-2024.csv");
    assert_eq!(imported.trace.arrival_us, [0, 7_405, 10_384]);
    assert_eq!(imported.start.unwrap().to_string(), "2024-05-10T00:00:00.00993Z");
    assert_eq!(imported.report.format, "azure-llm-inference");
    assert!(imported.report.assumed.is_empty());
}

#[test]
fn azure_multimodal_says_what_it_takes_context_tokens_to_be() {
    let imported = sample("azure-multimodal.csv");
    assert_eq!(imported.trace.input_tokens, [2_155, 340, 5_120]);
    assert_eq!(imported.trace.arrival_us, [0, 232_000, 733_000]);
    assert_eq!(imported.report.assumed.len(), 1);
}

#[test]
fn burstgpt_failures_stay_in_the_demand() {
    let imported = sample("burstgpt.csv");
    assert_eq!(imported.trace.arrival_us, [5_000_000, 45_000_000, 118_000_000]);
    assert_eq!(imported.trace.output_tokens, [18, 230, 0]);
    assert!(imported.report.assumed[0].starts_with("1 call without response tokens"));
    assert_eq!(imported.attributes.session.unwrap().of, [0, 1, 0]);
    assert_eq!(imported.attributes.model.unwrap().names, ["ChatGPT", "GPT-4"]);
    assert_eq!(imported.start, None);
}

#[test]
fn columns_can_be_named() {
    let columns = Columns {
        arrival: "when".into(),
        arrival_unit: Some(ArrivalUnit::Ms),
        input_tokens: Some("in".into()),
        cached_input_tokens: Some("hit".into()),
        output_tokens: Some("out".into()),
        client: Some("team".into()),
        ..Columns::default()
    };
    let spec = ReadSpec { columns: Some(columns), seed: 9, ..ReadSpec::strict() };
    let text = b"\xef\xbb\xbfTeam,Out,In,Hit,When\r\nred,7,100,,1.5\r\nblue,8,200,50,\"2\"\r\n";
    let imported = read("named.csv", text, &spec).unwrap();
    assert_eq!(imported.trace.arrival_us, [1_500, 2_000]);
    assert_eq!(imported.trace.cached_input_tokens, Some(vec![0, 50]));
    assert_eq!(imported.trace.seed, 9);
    assert_eq!(imported.attributes.client.unwrap().names, ["red", "blue"]);
    assert_eq!(
        imported.report.assumed,
        ["cached input tokens are not stated in 1 of 2 rows: taken as 0"]
    );
}

#[test]
fn a_missing_named_column_gets_the_nearest_name() {
    let columns = toml::from_str::<Columns>(
        "arrival = \"tme\"\narrival_unit = \"s\"\ninput_tokens = \"prompt\"\noutput_tokens = \"completion\"",
    )
    .unwrap();
    let spec = ReadSpec { columns: Some(columns), ..ReadSpec::strict() };
    let error = read("log.csv", b"time,prompt,answer\n1,2,3\n", &spec).unwrap_err().to_string();
    assert_eq!(
        error,
        "error: missing column: tme (log.csv:1)\n hint: did you mean \"time\"?\n\
         error: missing column: completion (log.csv:1)\n hint: the file has time, prompt, answer"
    );
}

#[test]
fn gzip_is_read_as_it_is_and_a_cut_one_is_named() {
    use std::io::Write;
    let header = "arrival_us,input_tokens,output_tokens".to_owned();
    let rows = (0..50_000_u64).map(|at| format!("{},{},{}", at * 1_000, at % 977, at * 7 % 313));
    let text = std::iter::once(header).chain(rows).collect::<Vec<_>>().join("\n");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let whole = read("log.csv.gz", &packed, &ReadSpec::strict()).unwrap().trace;
    assert_eq!(whole, read("log.csv", text.as_bytes(), &ReadSpec::strict()).unwrap().trace);
    let cut = &packed[..packed.len() / 2];
    let error = read("log.csv.gz", cut, &ReadSpec::strict()).unwrap_err().to_string();
    assert!(error.contains("compressed file cut short"), "{error}");
    let error = read("log.csv.gz", &packed[..40], &ReadSpec::default()).unwrap_err().to_string();
    assert!(error.contains("compressed file cut short"), "{error}");
    let kept = read("log.csv.gz", cut, &ReadSpec::default()).unwrap();
    assert!(kept.trace.len() > 10_000 && kept.trace.len() < 50_000);
    assert_eq!(kept.trace.input_tokens, whole.input_tokens[..kept.trace.len()]);
    assert_eq!(kept.report.skipped[0].reason, "gzip-cut-short");
}

#[test]
fn anthropics_report_states_sums_and_no_calls() {
    let path =
        format!("{}/tests/workload/samples/anthropic-usage.json", env!("CARGO_MANIFEST_DIR"));
    let mut spec = ReadSpec::strict();
    spec.model.input_tokens_per_request = Some(800.0);
    let imported = read("usage.json", &fs::read(path).unwrap(), &spec).unwrap();
    let sums = imported.trace.token_sums();
    assert_eq!(imported.report.format, "anthropic-usage");
    assert_eq!((imported.trace.len(), sums.input_tokens, sums.output_tokens), (5, 4_000, 580));
    assert_eq!(imported.attributes.client.unwrap().name(0), "wrkspc_1");
}

#[test]
fn aiperfs_warm_up_is_no_traffic() {
    let imported = sample("aiperf.jsonl");
    assert_eq!(imported.report.format, "aiperf");
    assert_eq!(imported.trace.arrival_us, [0, 1_000_000]);
    assert_eq!(
        (imported.trace.input_tokens, imported.trace.output_tokens),
        (vec![550, 450], vec![97, 103])
    );
    assert_eq!(imported.start.unwrap().to_string(), "2026-11-20T09:00:01.25Z");
}
