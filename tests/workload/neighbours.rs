//! What a row does not say, or says in a way that could be lost: cells of charts and totals, and what a call that was refused takes
//! from the calls beside it.

use crate::reading::{lenient, read_as, refused, says};
use ptuplan::workload::import::{Imported, ReadSpec, Where};

/// Requests, input and output.
fn sums(imported: &Imported) -> (usize, u64, u64) {
    let sums = imported.trace.token_sums();
    (imported.trace.len(), sums.input_tokens, sums.output_tokens)
}

fn chart(second: &str) -> String {
    format!(
        "\"Time\",\"Azure OpenAI Requests (Sum), aoai\",\"Processed Prompt Tokens (Sum), aoai\",\
         \"Generated Completion Tokens (Sum), aoai\"\n\"11/20/2026 9:00 AM\",10,10000,1000\n\
         \"11/20/2026 9:01 AM\",{second}\n"
    )
}

#[test]
fn a_cell_of_a_chart_that_is_no_number_is_told_and_its_row_left_out() {
    for (cells, told) in [
        ("58,176.31k,22.8k", "not a number: Processed Prompt Tokens (Sum), aoai is \"176.31k\""),
        ("58,error,22804", "is \"error\""),
        ("58,1,2.5 M", "is \"2.5 M\""),
        ("-10,-10000,1000", "negative total: Azure OpenAI Requests (Sum), aoai is -10"),
    ] {
        let said = refused("chart.csv", &chart(cells), &ReadSpec::strict());
        assert!(said.contains(told) && said.contains("chart.csv:3"), "{cells}: {said}");
        let read = lenient("chart.csv", &chart(cells));
        assert_eq!(sums(&read), (10, 10_000, 1_000), "{cells}");
        assert_eq!(read.report.skipped.iter().filter(|of| of.first.line == 3).count(), 1);
    }
}

#[test]
fn an_aggregation_in_another_language_is_no_sum() {
    for word in ["Moyenne", "Durchschnitt", "Promedio", "Anzahl", "Maximum", "?"] {
        let said =
            refused("chart.csv", &chart("9,9000,900").replace("Sum", word), &ReadSpec::strict());
        assert!(said.contains("not a Sum"), "{word}: {said}");
    }
    for word in ["Sum", "Summe", "Somme", "Suma", "Total", "Gesamt"] {
        let read = lenient("chart.csv", &chart("9,9000,900").replace("Sum", word));
        assert_eq!(sums(&read), (19, 19_000, 1_900), "{word}");
    }
}

#[test]
fn tokens_that_a_total_of_calls_does_not_state_are_not_zero() {
    let head =
        "hour,model,requests,input_tokens,output_tokens\n2026-11-20 09:00,gpt-5,100,150000,12000\n";
    for row in ["gpt-5,100,,12000", "gpt-5,100,150000,", "gpt-5,100,,"] {
        let said =
            refused("hours.csv", &format!("{head}2026-11-20 10:00,{row}\n"), &ReadSpec::strict());
        assert!(said.contains("tokens of a total not stated"), "{row}: {said}");
    }
    // Embeddings have no output, and hours without calls no tokens.
    let embeds = lenient(
        "hours.csv",
        &format!(
            "{head}2026-11-20 10:00,text-embedding-3-large,100,50000,\n2026-11-20 11:00,gpt-5,0,,\n"
        ),
    );
    assert_eq!(sums(&embeds), (200, 200_000, 12_000));
}

#[test]
fn a_refused_call_takes_its_size_from_a_call_of_its_model() {
    let text = "timestamp,model,status,input_tokens,output_tokens\n\
        2026-11-20T09:00:00Z,gpt-5,200,8000,800\n\
        2026-11-20T09:00:10Z,text-embedding-3-large,200,50,0\n\
        2026-11-20T09:00:11Z,gpt-5,429,0,0\n2026-11-20T09:00:20Z,gpt-5,200,8000,800\n";
    let all = lenient("models.csv", text);
    assert_eq!(sums(&all), (4, 24_050, 2_400));
    says(&all, "each was given those of the nearest answered call of the same model");
    // A part of the log has what the whole has of it.
    let keep = Where::parse(["model=gpt-5"]).unwrap();
    let spec = ReadSpec { keep, ..ReadSpec::default() };
    assert_eq!(sums(&read_as("models.csv", text, &spec)), (3, 24_000, 2_400));
}

#[test]
fn a_refused_call_of_bytes_keeps_what_it_asked_for_and_not_its_message() {
    let text = "timestamp,deployment,status,input_bytes,output_bytes\n\
        2026-11-20T09:00:00Z,chat,200,4000,800\n2026-11-20T09:00:01Z,chat,429,40000,120\n";
    let columns = ptuplan::workload::import::Columns {
        arrival: "timestamp".into(),
        deployment: Some("deployment".into()),
        status: Some("status".into()),
        input_bytes: Some("input_bytes".into()),
        output_bytes: Some("output_bytes".into()),
        ..Default::default()
    };
    let spec = ReadSpec { bytes_per_token: Some(4), columns: Some(columns), ..ReadSpec::default() };
    assert_eq!(sums(&read_as("bytes.csv", text, &spec)), (2, 11_000, 400));
    let row = |time: &str, id: &str, status: u16, asked: u32, answered: u32| {
        format!(
            "\"11/20/2026, 9:00:{time} AM\",RequestResponse,{id},{status},\"{{\"\"requestLength\"\":{asked},\
             \"\"responseLength\"\":{answered},\"\"modelDeploymentName\"\":\"\"chat\"\"}}\"\n"
        )
    };
    let text = format!(
        "\"TimeGenerated [UTC]\",Category,CorrelationId,ResultSignature,properties_s\n{}{}",
        row("03.118", "c1", 200, 4_000, 800),
        row("04.118", "c2", 429, 2_000, 120)
    );
    let spec = ReadSpec { bytes_per_token: Some(4), ..ReadSpec::default() };
    assert_eq!(sums(&read_as("diagnostics.csv", &text, &spec)), (2, 1_500, 400));
}

#[test]
fn a_column_of_months_has_the_first_days_of_months() {
    let rows = "9/1/2026,1000,1000000,100000\n10/1/2026,1000,1000000,100000\n11/1/2026,1000,1000000,100000\n";
    let months = lenient("m.csv", &format!("month,requests,input_tokens,output_tokens\n{rows}"));
    assert!(months.start.unwrap().to_string().starts_with("2026-09-01"));
    says(&months, "which makes them the first days of months");
    let days = lenient("d.csv", &format!("day,requests,input_tokens,output_tokens\n{rows}"));
    assert!(days.start.unwrap().to_string().starts_with("2026-01-09"));
}

#[test]
fn dots_of_thousands_beside_dates_with_dots() {
    let text = "time;requests;input_tokens;output_tokens\n\
        20.11.2026 09:00;1.000;150.000;12.000\n20.11.2026 10:00;2.000;200.000;25.000\n";
    assert_eq!(sums(&lenient("de.csv", text)), (3_000, 350_000, 37_000));
}

#[test]
fn cached_tokens_that_are_no_part_of_the_input_are_refused() {
    let text = "day,model,requests,input_tokens,cached_input_tokens,output_tokens\n\
        2026-11-20,claude-sonnet-5,100,10000,80000,5000\n2026-11-20,gpt-5,100,900000,100000,5000\n";
    let said = refused("daily.csv", text, &ReadSpec::strict());
    assert!(said.contains("more cached input tokens than input tokens: 80000 of 10000"), "{said}");
    assert!(said.contains("counts cached tokens apart"), "{said}");
}

#[test]
fn a_table_of_prompts_keeps_its_deployments_limits_and_statuses() {
    let text = "timestamp,deployment,model,prompt_tokens,completion_tokens,max_tokens,status\n\
        2026-11-20T09:00:00Z,a,gpt-5,800,80,500,200\n2026-11-20T09:00:05Z,b,gpt-5,900,90,500,200\n";
    let read = lenient("prompts.csv", text);
    assert_eq!(read.attributes.deployment.as_ref().unwrap().names, ["a", "b"]);
    assert_eq!(read.trace.max_output_tokens, Some(vec![500, 500]));
    let keep = Where::parse(["deployment=a"]).unwrap();
    let spec = ReadSpec { keep, ..ReadSpec::default() };
    assert_eq!(sums(&read_as("prompts.csv", text, &spec)), (1, 800, 80));
}

#[test]
fn a_refused_span_is_a_call_of_its_deployments_model() {
    let span = |id: &str, at: u32, more: &str| {
        format!(
            "{{\"spanId\":\"{id}\",\"startTimeUnixNano\":\"17951652{at}000000000\",\"attributes\":[\
             {{\"key\":\"gen_ai.operation.name\",\"value\":{{\"stringValue\":\"chat\"}}}},\
             {{\"key\":\"gen_ai.request.model\",\"value\":{{\"stringValue\":\"gpt-5\"}}}}{more}]}}"
        )
    };
    let answered = ",{\"key\":\"gen_ai.response.model\",\"value\":{\"stringValue\":\"gpt-5-2025-08-07\"}},\
        {\"key\":\"gen_ai.usage.input_tokens\",\"value\":{\"intValue\":\"900\"}},\
        {\"key\":\"gen_ai.usage.output_tokens\",\"value\":{\"intValue\":\"90\"}}";
    let refused = ",{\"key\":\"error.type\",\"value\":{\"stringValue\":\"429\"}}";
    let text = format!(
        "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{},{}]}}]}}]}}",
        span("a", 10, answered),
        span("b", 11, refused)
    );
    let keep = Where::parse(["model=gpt-5-2025-08-07"]).unwrap();
    let spec = ReadSpec { keep, ..ReadSpec::default() };
    assert_eq!(sums(&read_as("spans.json", &text, &spec)), (2, 1_800, 180));
}

#[test]
fn guidellm_files_before_the_times_of_requests() {
    let call = |at: &str, input: u32| {
        format!(
            "{{\"request_id\":\"{at}\",\"info\":{{\"timings\":{{\"request_start\":{at}}}}},\
             \"prompt_tokens\":{input},\"output_tokens\":8}}"
        )
    };
    let text = format!(
        "{{\"benchmarks\":[{{\"requests\":{{\"successful\":[{},{}],\"incomplete\":[],\"errored\":[]}}}}]}}",
        call("1795165200.25", 64),
        call("1795165201.25", 65)
    );
    assert_eq!(sums(&lenient("guidellm.json", &text)), (2, 129, 16));
}
