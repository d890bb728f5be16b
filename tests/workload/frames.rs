//! Tables of data frames: every way to write one as JSON, archives, and what is no text.

use ptuplan::workload::import::{Imported, ReadSpec, read};

fn lenient(name: &str, bytes: &[u8]) -> Imported {
    let imported = read(name, bytes, &ReadSpec::default());
    imported.unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn refused(name: &str, bytes: &[u8]) -> String {
    read(name, bytes, &ReadSpec::default()).unwrap_err().to_string()
}

const LOG: &str = "timestamp,model,prompt_tokens,completion_tokens\n\
    2026-11-20T09:00:00.000,gpt-5,1000,100\n2026-11-20T09:00:00.500,gpt-5,2000,50\n";

fn is_the_log(name: &str, bytes: &[u8]) {
    let read = lenient(name, bytes);
    let trace = &read.trace;
    assert_eq!(trace.arrival_us, [0, 500_000], "{name}");
    assert_eq!(
        (&trace.input_tokens[..], &trace.output_tokens[..]),
        (&[1_000, 2_000][..], &[100, 50][..])
    );
    assert_eq!(read.start.unwrap().to_string(), "2026-11-20T09:00:00Z", "{name}");
}

#[test]
fn a_data_frame_is_the_same_log_in_every_form_of_json() {
    for (name, text) in [
        (
            "split",
            r#"{"columns":["timestamp","model","prompt_tokens","completion_tokens"],"index":[0,1],"data":[["2026-11-20T09:00:00.000","gpt-5",1000,100],["2026-11-20T09:00:00.500","gpt-5",2000,50]]}"#,
        ),
        (
            "columns",
            r#"{"timestamp":{"0":"2026-11-20T09:00:00.000","1":"2026-11-20T09:00:00.500"},"model":{"0":"gpt-5","1":"gpt-5"},"prompt_tokens":{"0":1000,"1":2000},"completion_tokens":{"0":100,"1":50}}"#,
        ),
        (
            "index",
            r#"{"0":{"timestamp":"2026-11-20T09:00:00.000","model":"gpt-5","prompt_tokens":1000,"completion_tokens":100},"1":{"timestamp":"2026-11-20T09:00:00.500","model":"gpt-5","prompt_tokens":2000,"completion_tokens":50}}"#,
        ),
        (
            "list",
            r#"{"timestamp":["2026-11-20T09:00:00.000","2026-11-20T09:00:00.500"],"model":["gpt-5","gpt-5"],"prompt_tokens":[1000,2000],"completion_tokens":[100,50]}"#,
        ),
    ] {
        is_the_log(name, text.as_bytes());
    }
}

#[cfg(feature = "workbooks")]
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[cfg(feature = "workbooks")]
#[test]
fn an_archive_with_one_file_is_that_file() {
    let more: &[u8] = b"x";
    is_the_log("t.zip", &zipped(&[("folder/", b""), ("folder/log.csv", LOG.as_bytes())]));
    is_the_log("t.zip", &zipped(&[("__MACOSX/._log.csv", more), ("log.csv", LOG.as_bytes())]));
    let said = refused("t.zip", &zipped(&[("a.csv", LOG.as_bytes()), ("b.csv", more)]));
    assert!(said.contains("an archive of 2 files: a.csv, b.csv"), "{said}");
    let inner = zipped(&[("a.csv", LOG.as_bytes())]);
    let said = refused("t.zip", &zipped(&[("a.zip", &inner)]));
    assert!(said.contains("packed once more"), "{said}");
}

#[test]
fn text_in_two_bytes_needs_no_mark_and_what_is_no_text_is_named() {
    let low: Vec<u8> = LOG.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let high: Vec<u8> = LOG.encode_utf16().flat_map(u16::to_be_bytes).collect();
    is_the_log("low.csv", &low);
    is_the_log("high.csv", &high);
    let mut archive = vec![b'a'; 257];
    archive.extend(b"ustar\0\x30\x30");
    archive.extend([0; 300]);
    for (bytes, kind) in [
        (&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"[..], "an old workbook (.xls)"),
        (b"SQLite format 3\0\x10\0", "an SQLite database"),
        (b"ARROW1\0\0\x10\0", "an Arrow file (Feather)"),
        (b"BZh91AY&SY\xe0", "compressed with bzip2"),
        (&archive, "an archive (.tar)"),
        (b"\x80\x05\x95\0\0\0\0\0", "binary, of a kind that is not known"),
    ] {
        let said = refused("t.bin", bytes);
        assert!(said.contains(&format!("no text: the file is {kind}")), "{said}");
    }
}

/// One sheet a month, and one of words before them.
#[cfg(all(feature = "workbooks", feature = "report"))]
#[test]
fn sheets_of_one_header_are_one_table_and_others_are_named() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let mut sheet = |name: &str, rows: &[&[&str]]| {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in (0_u32..).zip(rows) {
            for (column, cell) in (0_u16..).zip(*cells) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, *cell).unwrap(),
                };
            }
        }
    };
    let header: &[&str] = &["timestamp", "model", "input_tokens", "output_tokens"];
    sheet("About", &[&["by", "nobody"], &["on", "Friday"]]);
    let november: &[&str] = &["2026-11-20T09:00:00.5Z", "gpt-5", "1000", "100"];
    sheet("November", &[header, november, &["2026-11-20T09:00:01.5Z", "gpt-5", "2000", "50"]]);
    sheet("December", &[header, &["2026-12-01T09:00:01.5Z", "gpt-5", "500", "5"]]);
    let read = lenient("log.xlsx", &workbook.save_to_buffer().unwrap());
    assert_eq!(read.trace.input_tokens, [1_000, 2_000, 500]);
    let said = read.report.assumed.join("\n");
    assert!(said.contains("the sheets \"November\", \"December\" of the workbook are read as one"));
    assert!(said.contains("table; not \"About\""), "{said}");
}
