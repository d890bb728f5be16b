//! Workbooks that say more than they hold: where a cell lies, what a text is, what a part unpacks to.
//! The reader of workbooks trusts all three, so they are looked at before.

use crate::run_in;
use std::fs;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of one sheet with these rows, and these shared texts.
fn workbook(rows: &str, texts: &str) -> Vec<u8> {
    let package = "http://schemas.openxmlformats.org/package/2006";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" \
                 ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>\
                 <sheet name=\"log\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\">\
                 <Relationship Id=\"rId1\" Type=\"{RELATIONS}/worksheet\" \
                 Target=\"worksheets/sheet1.xml\"/>\
                 <Relationship Id=\"rId2\" Type=\"{RELATIONS}/sharedStrings\" \
                 Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\">{texts}</sst>")),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(format!("{HEAD}{text}").as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// How a summary of the workbook ends: code, stderr.
fn summary(bytes: &[u8], arguments: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.xlsx"), bytes).unwrap();
    let all = [&["trace", "summarize", "t.xlsx"], arguments].concat();
    let found = run_in(folder.path(), &all);
    (found.code, found.err)
}

const TITLES: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>timestamp</t></is></c>\
    <c r=\"B1\" t=\"inlineStr\"><is><t>model</t></is></c>\
    <c r=\"C1\" t=\"inlineStr\"><is><t>input_tokens</t></is></c>\
    <c r=\"D1\" t=\"inlineStr\"><is><t>output_tokens</t></is></c></row>";

fn row(number: u32, more: &str) -> String {
    format!(
        "<row r=\"{number}\"><c r=\"A{number}\" t=\"inlineStr\"><is><t>2026-11-02T09:00:0{}Z</t></is></c>\
         <c r=\"B{number}\" t=\"inlineStr\"><is><t>gpt-4.1</t></is></c>\
         <c r=\"C{number}\"><v>100</v></c><c r=\"D{number}\"><v>20</v></c>{more}</row>",
        number % 10
    )
}

#[test]
fn an_honest_one_is_read() {
    let rows: String = (2..6).map(|number| row(number, "")).collect();
    let (code, err) = summary(&workbook(&format!("{TITLES}{rows}"), ""), &[]);
    assert_eq!(code, 0, "{err}");
}

#[test]
fn a_cell_lies_where_no_sheet_has_one() {
    for beyond in ["XFE1", "B1048577", "B4294967302", "ZZZZZZZZZZ6"] {
        let odd = format!("<row r=\"2\"><c r=\"{beyond}\"><v>1</v></c></row>");
        let (code, err) = summary(&workbook(&format!("{TITLES}{odd}"), ""), &[]);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(&format!("no sheet has a cell {beyond}")), "{err}");
    }
}

#[test]
fn two_cells_span_a_table_that_nobody_can_hold() {
    for far in ["XFD1048576", "ALL20000"] {
        let number: String = far.chars().filter(char::is_ascii_digit).collect();
        let odd = format!("<row r=\"{number}\"><c r=\"{far}\"><v>1</v></c></row>");
        let (code, err) = summary(&workbook(&format!("{TITLES}{odd}"), ""), &[]);
        assert_eq!(code, 2, "{far}: {err}");
        assert!(err.contains("--max-memory"), "{far}: {err}");
    }
}

#[test]
fn one_long_text_is_named_by_many_cells() {
    let text = format!("<si><t>{}</t></si>", "x".repeat(1 << 20));
    let named = "<c t=\"s\"><v>0</v></c>".repeat(3_000);
    let rows = format!("{TITLES}<row r=\"2\">{named}</row>");
    let (code, err) = summary(&workbook(&rows, &text), &["--max-memory", "200MB"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("would take 3146 MB, more than the 200 MB allowed"), "{err}");
    assert!(err.contains("--max-memory"), "{err}");
}

#[test]
fn a_part_unpacks_to_more_than_it_may() {
    let rows = format!("{TITLES}<row r=\"2\">{}</row>", " ".repeat(120 << 20));
    let (code, err) = summary(&workbook(&rows, ""), &[]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("the unpacked workbook"), "{err}");
}
