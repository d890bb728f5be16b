//! Times as people's tools write them, and the sums that must stay whatever they are.

use crate::reading::lenient;
use ptuplan::workload::import::{Imported, ReadSpec, read};

/// Two calls, the second a second and a half after the first.
fn log(column: &str, times: [&str; 2]) -> Imported {
    let row = |at: &str| format!("\"{at}\",gpt-5,100,10\n");
    let head = format!("{column},model,input_tokens,output_tokens\n");
    lenient(times[0], &(head + &row(times[0]) + &row(times[1])))
}

#[test]
fn months_in_words_and_numbers_of_many_digits_are_times() {
    for [first, second] in [
        [
            "Fri Nov 20 2026 10:00:00.5 GMT+0100 (Central European Standard Time)",
            "Fri Nov 20 2026 09:00:02 GMT+0000 (Coordinated Universal Time)",
        ],
        ["Fri, 20 Nov 2026 09:00:00.5 GMT", "Fri, 20 Nov 2026 04:00:02 -0500"],
        ["20/Nov/2026:09:00:00.5 +0000", "20/Nov/2026:11:00:02 +0200"],
        ["Fri Nov 20 09:00:00.5 2026", "Fri Nov 20 09:00:02 2026"],
        ["Nov 20, 2026 @ 09:00:00.500", "Nov 20, 2026 @ 09:00:02.000"],
        ["20261120090000500", "20261120090002000"],
        ["1795165200500000000", "1795165202000000000"],
        ["639307620005000000", "639307620020000000"],
    ] {
        let read = log("timestamp", [first, second]);
        assert_eq!(read.start.unwrap().to_string(), "2026-11-20T09:00:00.5Z", "{first}");
        assert_eq!(read.trace.arrival_us, [0, 1_500_000], "{first}");
    }
    // Fourteen digits are no milliseconds of the year 2612.
    let read = log("time", ["20261120090000", "20261120090002"]);
    assert_eq!(read.start.unwrap().to_string(), "2026-11-20T09:00:00Z");
    assert!(read.report.assumed.iter().any(|said| said.contains("dates with their times of day")));
}

#[test]
fn months_without_a_sign_are_months_where_the_column_says_so() {
    let rows = "3000,3000000,30000\n";
    for (column, months) in
        [("usage_month", ["202609", "202610"]), ("month", ["Sep 2026", "Oct 2026"])]
    {
        let text = format!(
            "{column},model,requests,input_tokens,output_tokens\n\
             {},gpt-5,{rows}{},gpt-5,{rows}",
            months[0], months[1]
        );
        let read = lenient(column, &text);
        let sums = read.trace.token_sums();
        assert_eq!(
            (read.trace.len(), sums.input_tokens, sums.output_tokens),
            (6_000, 6_000_000, 60_000)
        );
        assert!(read.report.assumed.iter().any(|said| said.contains("the total of 1 month")));
        let days = read.trace.arrival_us.last().unwrap() / 86_400_000_000;
        assert!((55..61).contains(&days), "{days}");
    }
    let other = "offset,model,input_tokens,output_tokens\n202609,gpt-5,1,1\n202610,gpt-5,1,1\n";
    assert!(read("t.csv", other.as_bytes(), &ReadSpec::default()).is_err());
}
