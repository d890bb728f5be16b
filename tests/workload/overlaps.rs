//! Files whose times overlap, and rows that are there twice: each call is taken once, or it is said that it may be one.

use crate::reading::lenient;
use ptuplan::workload::import::{Imported, ReadSpec, read_all};

const FIRST: &str = "timestamp,request_id,model,input_tokens,output_tokens\n\
    2026-11-02T09:00:00.1Z,a,gpt-4.1,1000,100\n2026-11-02T09:00:01.1Z,b,gpt-4.1,1000,100\n\
    2026-11-02T09:00:02.7Z,c,gpt-4.1,1000,100\n";
const REST: &str =
    "2026-11-02T09:00:02.7Z,c,gpt-4.1,1000,100\n2026-11-02T09:00:03.1Z,d,gpt-4.1,1000,100\n";

/// A text without its second column.
fn without_ids(text: &str) -> String {
    let row = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        format!("{},{}\n", cells[0], cells[2..].join(","))
    };
    text.lines().map(row).collect()
}

#[test]
fn two_files_of_one_log_count_each_call_once() {
    let (head, _) = FIRST.split_once('\n').unwrap();
    let second = format!("{head}\n{REST}");
    for (a, b) in [(FIRST.to_owned(), second.clone()), (without_ids(FIRST), without_ids(&second))] {
        let files = [("a.csv", a.as_bytes()), ("b.csv", b.as_bytes())];
        let read = read_all(&files, &ReadSpec::default()).unwrap();
        assert_eq!(read.trace.len(), 4);
        let said = read.warnings.to_string();
        assert!(said.contains("1 row of one file in another too (first in line 2)"), "{said}");
        assert!(said.contains("import each file on its own and merge"), "{said}");
    }
    // Totals of two exports: 20 calls of the day that both have.
    let daily = "date,model,requests,input_tokens,output_tokens\n";
    let a = format!("{daily}2026-11-02,gpt-5,10,1000,100\n2026-11-03,gpt-5,20,2000,200\n");
    let b = format!("{daily}2026-11-03,gpt-5,20,2000,200\n2026-11-04,gpt-5,30,3000,300\n");
    let files = [("a.csv", a.as_bytes()), ("b.csv", b.as_bytes())];
    assert_eq!(read_all(&files, &ReadSpec::default()).unwrap().trace.len(), 60);
}

#[test]
fn parts_of_one_file_that_overlap_count_each_call_once_by_its_id() {
    let text = format!("{FIRST}{REST}");
    let read = lenient("log.csv", &text);
    assert_eq!((read.trace.len(), read.report.rows_left_out()), (4, 1));
    assert!(read.warnings.to_string().contains("1 row with the id and time of another"));
    let strict = ptuplan::workload::import::read("log.csv", text.as_bytes(), &ReadSpec::strict());
    assert!(strict.unwrap_err().to_string().contains("1 row with the id and time of another"));
}

#[test]
fn rows_without_ids_that_are_alike_are_said_and_left_out_where_asked() {
    let text = without_ids(&format!("{FIRST}{REST}"));
    let read = lenient("log.csv", &text);
    assert_eq!(read.trace.len(), 5);
    let said = read.warnings.to_string();
    assert!(said.contains("1 row like another to the microsecond: kept"), "{said}");
    assert!(said.contains("--drop-identical"), "{said}");
    let spec = ReadSpec { drop_identical: true, ..ReadSpec::default() };
    let dropped = ptuplan::workload::import::read("log.csv", text.as_bytes(), &spec).unwrap();
    assert_eq!(dropped.trace.len(), 4);
    // Calls of one whole second may be alike.
    let seconds = text.replace(".1Z", "Z").replace(".7Z", "Z");
    assert!(lenient("log.csv", &seconds).warnings.0.iter().all(|found| found.code != "rows-alike"));
    let totals =
        "date,requests,input_tokens,output_tokens\n2026-11-02,5,1000,100\n2026-11-02,5,1000,100\n";
    assert!(
        lenient("daily.csv", totals)
            .warnings
            .to_string()
            .contains("1 row like another in every column")
    );
}

/// Pieces are cut by rows, also between two rows of one call.
#[test]
fn a_call_on_both_sides_of_a_cut_counts_once() {
    let rows = 3 << 16;
    let mut text = "timestamp,request_id,model,input_tokens,output_tokens\n".to_owned();
    let at = |row: u32| format!("2026-11-20T09:{:02}:{:02}.5Z", row / 60 % 60, row % 60);
    text.push_str(&format!("{},first,gpt-5,100,10\n", at(0)));
    for row in 1..rows {
        let line = format!("{},r{row},gpt-5,100,10\n", at(row * 1_000 / rows));
        // From here on every row comes twice, and so one of them on each side of the cut.
        text.push_str(&line);
        text.push_str(&line);
    }
    let mut requests = 0;
    let mut sink = |piece: Imported| {
        requests += u64::try_from(piece.trace.len()).unwrap();
        Ok(())
    };
    let spec = ReadSpec::default();
    let known =
        ptuplan::workload::import::pieces_from("log.csv", text.as_bytes(), &spec, &mut sink)
            .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((known.report.requests, requests), (u64::from(rows), u64::from(rows)));
    assert_eq!(lenient("log.csv", &text).trace.len(), rows as usize);
}

/// The last day of a table that was fetched before the day was over.
#[test]
fn a_day_in_part_and_the_same_day_whole_are_the_whole_day() {
    let head = "date,model,requests,input_tokens,output_tokens\n";
    let row = |day: u32, calls: u32| {
        format!("2026-11-{day},gpt-5,{calls},{},{}\n", calls * 1_000, calls * 10)
    };
    let first = head.to_owned() + &row(18, 100) + &row(19, 100) + &row(20, 50);
    let next = head.to_owned() + &row(20, 100) + &row(21, 100);
    let both = |a: &str, b: &str| {
        let files = [("a.csv", a.as_bytes()), ("b.csv", b.as_bytes())];
        let read = read_all(&files, &ReadSpec::default()).unwrap();
        let sums = read.trace.token_sums();
        (read.trace.len(), sums.input_tokens, sums.output_tokens, read.warnings.to_string())
    };
    let (calls, input, output, said) = both(&first, &next);
    assert_eq!((calls, input, output), (400, 400_000, 4_000));
    assert!(said.contains("1 row of the last time of a file left out"), "{said}");
    // The same whatever order the files are given in.
    assert_eq!(both(&next, &first).0, 400);
    // Fewer calls in what comes later are others.
    let fewer = head.to_owned() + &row(20, 20) + &row(21, 100);
    let (calls, .., said) = both(&first, &fewer);
    assert_eq!(calls, 370);
    assert!(said.contains("totals of 1 time are in several files: they are added up"), "{said}");
}
