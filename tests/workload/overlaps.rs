//! Files whose times overlap, and rows that are there twice: each call is taken once, or it is said that it may be one.

use ptuplan::workload::import::{Imported, ReadSpec, read, read_all};

fn lenient(name: &str, text: &str) -> Imported {
    let imported = read(name, text.as_bytes(), &ReadSpec::default());
    imported.unwrap_or_else(|error| panic!("{name}: {error}"))
}

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
