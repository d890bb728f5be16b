//! What the header says of the numbers under it: thousands, means of calls, names in two lines; and
//! rows with more cells than it has.

use crate::reading::{lenient, says};
use ptuplan::workload::import::{Columns, Imported, ReadSpec, read};

/// Requests, input, cached input and output.
fn sums(imported: &Imported) -> (usize, u64, u64, u64) {
    let (sums, trace) = (imported.trace.token_sums(), &imported.trace);
    (trace.len(), sums.input_tokens, sums.cached_input_tokens.unwrap_or(0), sums.output_tokens)
}

/// 10 calls of 1,000 and 100 tokens, 20 of 500 and 50.
#[test]
fn means_of_a_totals_calls_are_multiplied_by_the_calls() {
    for [requests, input, output] in [
        ["requests", "avg_prompt_tokens", "avg_completion_tokens"],
        ["count_", "avg_PromptTokens", "avg_CompletionTokens"],
        ["calls", "Mean input tokens", "Average output tokens"],
        ["Requests", "input_tokens_per_request", "output tokens per call"],
    ] {
        let text = format!(
            "timestamp,{requests},{input},{output}\n2026-11-20T09:00:00Z,10,1000,100\n\
             2026-11-20T09:01:00Z,20,500,50\n2026-11-20T09:02:00Z,0,0,0\n"
        );
        let read = lenient("means.csv", &text);
        assert_eq!(sums(&read), (30, 20_000, 0, 2_000), "{text}");
        says(&read, "the mean of a row's calls");
    }
    // Means have decimals, which are no thousands: 3 calls of 850.125 and 100.5 tokens, 5 of 900.25.
    let text = "hour,requests,avg_prompt_tokens,avg_completion_tokens\n\
                2026-11-20T09:00:00Z,3,850.125,100.5\n2026-11-20T10:00:00Z,5,900.250,20.125\n";
    assert_eq!(sums(&lenient("decimals.csv", text)), (8, 7_051, 0, 403));
}

#[test]
fn named_columns_of_means_and_thousands_are_what_they_are_called() {
    let columns = Columns {
        arrival: "at".into(),
        requests: Some("n".into()),
        input_tokens: Some("avg_in".into()),
        output_tokens: Some("out (thousands)".into()),
        ..Columns::default()
    };
    let spec = ReadSpec { columns: Some(columns), ..ReadSpec::default() };
    let text = "at,n,avg_in,out (thousands)\n2026-11-20T09:00:00Z,10,1000,1.5\n\
                2026-11-20T10:00:00Z,20,500,2\n";
    let read = read("named.csv", text.as_bytes(), &spec).unwrap();
    assert_eq!(sums(&read), (30, 20_000, 0, 3_500));
}

#[test]
fn thousands_and_millions_are_told_by_the_name_of_their_column() {
    for (input, output, rows) in [
        ("prompt_tokens_k", "completion_tokens_k", ["10,1", "10.500,1.25"]),
        ("input tokens (thousands)", "output tokens (thousands)", ["10,1", "10.5,1.25"]),
        ("tokens_in_k", "tokens_out_k", ["10,1", "10.5,1.25"]),
        ("Input tokens (M)", "Output tokens (millions)", ["0.01,0.001", "0.0105,0.00125"]),
        ("input_ktokens", "output_tokens", ["10,1000", "10.5,1250"]),
    ] {
        let [first, second] = rows;
        let text = format!(
            "hour,requests,{input},{output}\n2026-11-20T09:00:00Z,10,{first}\n\
             2026-11-20T10:00:00Z,20,{second}\n"
        );
        let read = lenient("thousands.csv", &text);
        assert_eq!(sums(&read), (30, 20_500, 0, 2_250), "{text}");
        says(&read, "of tokens, as it is called");
    }
    // A log of calls may have them too.
    let log = "timestamp,model,input_tokens_k,output_tokens\n\
               2026-11-20T09:00:00.120Z,gpt-5,1.25,100\n2026-11-20T09:00:01.300Z,gpt-5,0.3,20\n";
    assert_eq!(sums(&lenient("log.csv", log)), (2, 1_550, 0, 120));
    // A mean of nobody knows how many calls is no call.
    let text = "timestamp,model,avg_prompt_tokens,avg_completion_tokens\n\
                2026-11-20T09:00:00.5Z,a,10,1\n2026-11-20T09:00:01.5Z,a,10,1\n";
    assert!(read("means.csv", text.as_bytes(), &ReadSpec::default()).is_err());
}

#[test]
fn a_header_in_two_lines_is_read_as_one() {
    let rows = "2026-11-20T09:00:00Z,10,10000,1000\n2026-11-20T10:00:00Z,20,10500,1250\n";
    for header in [
        "Time,Requests,Tokens,\n,,Input,Output\n",
        ",,Tokens,\nTime,Requests,Input,Output\n",
        "Usage of November,,,\n,,Tokens,\nHour,Requests,Input,Output\n",
    ] {
        let read = lenient("two.csv", &format!("{header}{rows}"));
        assert_eq!(sums(&read), (30, 20_500, 0, 2_250), "{header}");
        says(&read, "two lines are read together");
    }
    // A unit in the second line.
    let units = "Hour,Requests,Prompt tokens,Completion tokens\n,,(thousands),(thousands)\n\
                 2026-11-20T09:00:00Z,10,10,1\n2026-11-20T10:00:00Z,20,10.5,1.25\n";
    assert_eq!(sums(&lenient("units.csv", units)), (30, 20_500, 0, 2_250));
}

#[cfg(all(feature = "workbooks", feature = "report"))]
#[test]
fn merged_cells_of_a_workbook_are_a_header_in_two_lines() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let format = rust_xlsxwriter::Format::new();
    sheet.merge_range(0, 0, 1, 0, "Time", &format).unwrap();
    sheet.merge_range(0, 1, 1, 1, "Requests", &format).unwrap();
    sheet.merge_range(0, 2, 0, 4, "Tokens", &format).unwrap();
    for (column, name) in (2..).zip(["Input", "Cached", "Output"]) {
        sheet.write(1, column, name).unwrap();
    }
    for (row, hour) in (2..).zip(["09", "10"]) {
        sheet.write(row, 0, format!("2026-11-20T{hour}:00:00Z")).unwrap();
        for (column, number) in (1..).zip([10, 10_000, 4_000, 1_000]) {
            sheet.write(row, column, number).unwrap();
        }
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let read = read("totals.xlsx", &bytes, &ReadSpec::default()).unwrap();
    assert_eq!(sums(&read), (20, 20_000, 8_000, 2_000));
}

/// One row too long took the header's place, and all rows before it were lost.
#[test]
fn a_row_with_a_cell_too_many_is_that_rows_mistake() {
    let row = |second: u32| format!("2026-11-20T09:00:{second:02}Z,gpt-5,100,10\n");
    let rows = |from, to| (from..to).map(row).collect::<String>();
    let header = "timestamp,model,input_tokens,output_tokens\n";
    let text = |bad: &str| format!("{header}{}{bad}\n{}", rows(0, 5), rows(10, 15));
    for bad in ["2026-11-20T09:00:08Z,gpt-5,1,000,10", "2026-11-20T09:00:08Z,gpt-5,throttled,,x"] {
        let read = lenient("long.csv", &text(bad));
        assert_eq!(sums(&read), (10, 1_000, 0, 100), "{bad}");
        let warned = read.warnings.to_string();
        assert!(warned.contains("too many columns in row 6") && warned.contains("(long.csv:7)"));
    }
    // Beyond the rows that are looked at first, as records and as a table.
    for more in ["", ",user"] {
        let many: String = (0..200)
            .map(|ix| row(ix % 60).replace('\n', &more.replace("user", "u")) + "\n")
            .collect();
        let header = header.replace('\n', more) + "\n";
        let text = format!("{header}{many}2026-11-20T09:01:08Z,gpt-5,1,000,10{more}\n");
        let read = lenient("later.csv", &text);
        assert_eq!(sums(&read), (200, 20_000, 0, 2_000), "{more}");
        assert!(read.warnings.to_string().contains("too many columns in row 201"));
    }
    // A sign at the end of every row is no cell.
    let ended = format!("{header}{}", rows(0, 5).replace('\n', ",\n"));
    assert_eq!(sums(&lenient("ended.csv", &ended)), (5, 500, 0, 50));
    let totals = "date;model;requests;prompt_tokens;completion_tokens\n\
                  2026-11-19;gpt-5;10;100;10;\n2026-11-20;gpt-5;10;100;10;\n";
    assert_eq!(sums(&lenient("totals.csv", totals)), (20, 200, 0, 20));
}

/// Answers of two interfaces in one log: `created` and `created_at`.
#[test]
fn calls_of_one_log_may_call_their_time_in_two_ways() {
    let text = r#"{"created":1795165200,"model":"gpt-5","usage":{"prompt_tokens":100,"completion_tokens":10}}
{"created":1795165201,"model":"gpt-5","usage":{"prompt_tokens":200,"completion_tokens":20}}
{"created_at":1795165202,"model":"gpt-5","usage":{"input_tokens":300,"output_tokens":30,"input_tokens_details":{"cached_tokens":128}}}
"#;
    assert_eq!(sums(&lenient("both.jsonl", text)), (3, 600, 128, 60));
}
