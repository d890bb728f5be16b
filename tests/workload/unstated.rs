//! What a file does not say: how long its totals are, cells that say that nobody knows, rows of nothing, and refused calls.

use crate::reading::{lenient, refused, says};
use ptuplan::workload::import::{BucketModel, Imported, ReadSpec, read};

/// From the first to the last call, in hours, rounded up.
fn hours(imported: &Imported) -> u64 {
    imported.trace.last_arrival_us().div_ceil(3_600_000_000)
}

#[test]
fn the_length_of_totals_is_not_that_of_their_first_gap() {
    let rows = |column: &str, times: &[&str]| {
        let rows = times.iter().map(|time| format!("{time},60,60000,6000\n"));
        format!("{column},requests,input_tokens,output_tokens\n{}", rows.collect::<String>())
    };
    let gap = ["2026-11-02T09:00:00Z", "2026-11-02T12:00:00Z", "2026-11-02T13:00:00Z"];
    says(&lenient("gap.csv", &rows("time", &gap)), "the total of 1 hour (the most common step");
    for times in [&gap[..2], &gap[..1], &["2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"]] {
        let read = lenient("hours.csv", &rows("hour", times));
        says(&read, "the total of 1 hour (as the column hour is called)");
    }
    assert_eq!(hours(&lenient("one.csv", &rows("hour", &gap[..1]))), 1);
    // A chart of one hour: what its only row is of is said, and not a minute.
    let chart = "\"Time\",\"Azure OpenAI Requests (Sum), aoai\",\"Processed Prompt Tokens (Sum), aoai\",\
        \"Generated Completion Tokens (Sum), aoai\"\n\"11/20/2026 9:00 AM\",61,184223,24011\n";
    let chart = lenient("chart.csv", chart);
    says(&chart, "the total of 1 hour (its times are too far apart");
    assert!(chart.trace.last_arrival_us() > 60 * 1_000_000);
    // Buckets that state no end.
    let usage = "start_time,model,num_model_requests,input_tokens,output_tokens\n\
        1795165200,gpt-5,9,9000,900\n1795168800,gpt-5,9,9000,900\n";
    says(&lenient("usage.csv", usage), "the total of 1 hour");
}

#[test]
fn months_are_civil_months() {
    let text = "month,model,requests,input_tokens,output_tokens\n\
        2026-09,gpt-5,6000,6000000,600000\n2026-10,gpt-5,6000,6000000,600000\n";
    let read = lenient("months.csv", text);
    says(&read, "the total of 1 month");
    assert!(read.start.unwrap().to_string().starts_with("2026-09-01"));
    // 30 days of September and 31 of October, filled to their last hours.
    assert!((60 * 24..=61 * 24).contains(&hours(&read)), "{}", hours(&read));
    assert_eq!(read.trace.len(), 12_000);
    assert!(lenient("one.csv", &text[..text.rfind("2026-10").unwrap()]).trace.len() == 6_000);
}

const HEAD: &str = "timestamp,model,input_tokens,output_tokens,status\n\
    2026-11-02T09:00:00.1Z,gpt-4.1,1000,100,200\n2026-11-02T09:00:01.4Z,gpt-4.1,2000,200,200\n";

#[test]
fn cells_that_say_that_nobody_knows_are_counted_and_no_zeros() {
    for word in ["n/a", "NaN", "-", "null", "None", "#N/A"] {
        let text = format!(
            "{HEAD}2026-11-02T09:00:02.9Z,gpt-4.1,{word},{word},200\n\
             2026-11-02T09:00:03.9Z,gpt-4.1,500,{word},200\n2026-11-02T09:00:04Z,gpt-4.1,{word},{word},429\n"
        );
        let read = lenient("log.csv", &text);
        // The third and the fifth call are like the second, the fourth has the second's answer.
        assert_eq!(read.trace.input_tokens, [1000, 2000, 2000, 500, 2000], "{word}");
        assert_eq!(read.trace.output_tokens, [100, 200, 200, 200, 200], "{word}");
        says(
            &read,
            &format!("5 cells say \"{word}\" where a number of tokens is wanted (first in line 4)"),
        );
        says(&read, "1 call with input tokens and without output tokens");
        let json = format!(
            "{{\"timestamp\":\"2026-11-02T09:00:00.1Z\",\"model\":\"m\",\"input_tokens\":1000,\"output_tokens\":100}}\n\
             {{\"timestamp\":\"2026-11-02T09:00:01.1Z\",\"model\":\"m\",\"input_tokens\":\"{word}\",\"output_tokens\":\"{word}\"}}\n"
        );
        let read = lenient("log.jsonl", &json);
        assert_eq!(read.trace.input_tokens, [1000, 1000], "{word}");
    }
    let text = format!("{HEAD}2026-11-02T09:00:02.9Z,gpt-4.1,n/a,n/a,200\n");
    let said = refused("log.csv", &text, &ReadSpec::strict());
    assert!(said.contains("tokens not stated in row 3"), "{said}");
}

#[test]
fn a_total_that_lacks_its_tokens_is_left_out_and_not_zero() {
    let read = lenient(
        "daily.csv",
        "date,requests,input_tokens,output_tokens\n2026-11-02,60,n/a,6000\n2026-11-03,60,60000,6000\n",
    );
    assert_eq!(read.trace.len(), 60);
    assert!(read.warnings.to_string().contains("tokens of a total not stated"));
}

/// What a refused call would have been answered is not nothing, also where its log says 0.
#[test]
fn a_refused_call_has_the_size_of_a_neighbour() {
    let text = "timestamp,deployment,input_tokens,output_tokens,status\n\
        2026-11-02T09:00:00.1Z,chat,1000,100,200\n2026-11-02T09:00:01.1Z,mini,10,20,200\n\
        2026-11-02T09:00:02.7Z,chat,900,0,429\n2026-11-02T09:00:03.7Z,mini,0,0,429\n\
        2026-11-02T09:00:04.7Z,chat,,,429\n";
    let read = lenient("log.csv", text);
    assert_eq!(read.trace.input_tokens, [1000, 10, 900, 10, 1000]);
    assert_eq!(read.trace.output_tokens, [100, 20, 100, 20, 100]);
    // An embedding has no answer in tokens.
    let text = "timestamp,model,input_tokens,output_tokens,status\n\
        2026-11-02T09:00:00.1Z,gpt-4.1,1000,100,200\n2026-11-02T09:00:01.1Z,text-embedding-3-large,10,,200\n";
    assert_eq!(lenient("log.csv", text).trace.output_tokens, [100, 0]);
}

#[test]
fn rows_of_nothing_are_no_requests() {
    let read = lenient(
        "hours.csv",
        "hour,requests,input_tokens,output_tokens\n2026-11-02T09:00:00Z,60,60000,6000\n\
         2026-11-02T10:00:00Z,0,0,0\n2026-11-02T11:00:00Z,0,0,0\n2026-11-02T12:00:00Z,30,60000,6000\n",
    );
    assert_eq!((read.trace.len(), read.report.rows_left_out()), (90, 2));
    says(&read, "2 rows of no calls and no tokens left out: they are no requests");
    // A bill's day of nothing is no call of the assumed size.
    let model = BucketModel { input_tokens_per_request: Some(1_000.0), ..BucketModel::default() };
    let spec = ReadSpec { model, ..ReadSpec::default() };
    let text = "date,input_tokens,output_tokens\n2026-11-02,60000,6000\n2026-11-03,0,0\n";
    assert_eq!(read_as("daily.csv", text, &spec).trace.len(), 60);
    // A log that counts each of its calls as one, and one that was none.
    let text = "timestamp,model,requests,input_tokens,output_tokens\n\
        2026-11-02T09:00:00.1Z,gpt-4.1,1,1000,100\n2026-11-02T09:00:01.4Z,gpt-4.1,0,0,0\n\
        2026-11-02T09:00:01.6Z,gpt-4.1,1,500,5\n";
    assert_eq!(lenient("log.csv", text).trace.input_tokens, [1000, 500]);
}

fn read_as(name: &str, text: &str, spec: &ReadSpec) -> Imported {
    read(name, text.as_bytes(), spec).unwrap_or_else(|error| panic!("{name}: {error}"))
}
