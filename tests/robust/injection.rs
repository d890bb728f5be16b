//! Names that once drove what shows them.

use crate::{data, run, run_in};
use std::fs;
use std::process::Command;

/// The scenario of attacks, over five minutes and one candidate: what is shown is the same.
fn quick() -> String {
    let text = fs::read_to_string(data("name-attacks-markdown.toml")).unwrap();
    let short = text.replace("\"1 hour\"", "\"5 min\"").replace(
        "sku=[\"GlobalStandard\",\"GlobalProvisionedManaged\"]",
        "sku=[\"GlobalStandard\"]",
    );
    assert_ne!(short, text);
    short
}

/// A scenario under a name.
fn scenario(name: &str) -> String {
    let text = quick();
    let old = text.lines().next().unwrap().to_owned();
    text.replacen(&old, &format!("name={}", toml_string(name)), 1)
}

fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

#[test]
fn a_comment_shows_names_as_they_are() {
    let found = run(&[
        "diff",
        "embedded",
        "embedded",
        "name-attacks-markdown.toml",
        "--format",
        "markdown",
    ]);
    assert!(found.code < 2, "{}", found.err);
    for markup in
        ["](h", "![t]", "@org", " #1 ", "://", "</summary></d", "<b>", "\n# H", "\r", "`x`"]
    {
        assert!(!found.out.contains(markup), "{markup:?} in {}", found.out);
    }
    // Every row has as many cells as the head.
    let cells = |line: &str| line.matches('|').count();
    let rows: Vec<&str> = found.out.lines().filter(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 2 && rows.iter().all(|row| cells(row) == cells(rows[0])), "{}", found.out);
}

#[test]
fn a_summary_shows_names_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), scenario("[x](https://evil.example) @org/team |"))
        .unwrap();
    let found = run_in(folder.path(), &["simulate", "s.toml", "--out", "r", "--quiet"]);
    assert!(found.code < 2, "{}", found.err);
    let summary = fs::read_to_string(folder.path().join("r/summary.md")).unwrap();
    for markup in ["](h", "://evil", "@org"] {
        assert!(!summary.contains(markup), "{markup} in {summary}");
    }
}

#[test]
fn no_cell_of_a_written_trace_is_a_formula() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.csv");
    let found = run(&["trace", "import", "client-is-a-formula.csv", "-o", out.to_str().unwrap()]);
    assert_eq!(found.code, 0, "{}", found.err);
    let text = fs::read_to_string(&out).unwrap();
    let clients: Vec<&str> =
        text.lines().skip(1).map(|line| line.rsplitn(2, ',').next().unwrap()).collect();
    assert!(clients.iter().all(|client| client.trim_matches('"').starts_with('\'')), "{text}");
    // Read again and written again, it is the same file.
    let again = folder.path().join("y.csv");
    let found = run_in(folder.path(), &["trace", "import", "x.csv", "-o", "y.csv"]);
    assert_eq!(found.code, 0, "{}", found.err);
    assert_eq!(fs::read_to_string(again).unwrap(), text);
    fs::write(
        folder.path().join("w.csv"),
        "arrival_us,input_tokens,output_tokens,client\n0,1,1,\u{ff1d}1+1\n",
    )
    .unwrap();
    run_in(folder.path(), &["trace", "import", "w.csv", "-o", "v.csv"]);
    assert!(fs::read_to_string(folder.path().join("v.csv")).unwrap().contains(",'\u{ff1d}1+1"));
}

#[test]
fn messages_cannot_drive_a_terminal_and_fit_a_screen() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), "name = \"a\"\n\"\\u001b[2J\\u009b31m\" = 1\n")
        .unwrap();
    let found = run_in(folder.path(), &["simulate", "s.toml"]);
    assert_eq!(found.code, 2);
    assert!(!found.err.contains('\u{1b}') && !found.err.contains('\u{9b}'), "{:?}", found.err);
    // A hundred mistakes, and one of a hundred thousand characters.
    let wide: String = (0..5_000).map(|ix| format!("c{ix},")).collect();
    fs::write(folder.path().join("wide.csv"), format!("{wide}\n{}\n", "x".repeat(100_000)))
        .unwrap();
    let many: String = (0..500).map(|ix| format!("a{ix} = 1\n")).collect();
    fs::write(folder.path().join("many.toml"), many).unwrap();
    let header =
        "deployment,model,sku,region,workload,from,until,meter,count,billed_cost,currency\n";
    fs::write(
        folder.path().join("u.csv"),
        format!("{header}{}", "a,b,c,d,e,f,g,h,i,j,k\n".repeat(300)),
    )
    .unwrap();
    for arguments in [
        ["trace", "summarize", "wide.csv"].as_slice(),
        &["simulate", "many.toml"],
        &["price", "u.csv"],
    ] {
        let found = run_in(folder.path(), arguments);
        assert_eq!(found.code, 2, "{arguments:?}: {}", found.err);
        let lines: usize =
            found.err.lines().map(|line| line.chars().count().div_ceil(80).max(1)).sum();
        assert!(lines <= 24, "{arguments:?}: {lines} lines: {}", found.err);
    }
    let found = run_in(folder.path(), &["price", "u.csv"]);
    assert!(found.err.trim_end().ends_with("more"), "{}", found.err);
}

#[test]
fn a_test_report_is_well_formed() {
    let folder = tempfile::tempdir().unwrap();
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/billing");
    let first = fs::read_dir(case)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "toml"))
        .unwrap();
    let text = fs::read_to_string(first).unwrap();
    let named: Vec<String> = text
        .lines()
        .map(|line| {
            if line.starts_with("name") {
                "name = \"a\\u0000b\\u001b[1mc\\uFFFF\"".to_owned()
            } else {
                line.to_owned()
            }
        })
        .collect();
    fs::write(folder.path().join("c.toml"), named.join("\n")).unwrap();
    let found = run_in(folder.path(), &["regress", ".", "--junit", "j.xml"]);
    assert!(found.code < 2, "{}", found.err);
    let xml = fs::read_to_string(folder.path().join("j.xml")).unwrap();
    let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r') || c == '\u{ffff}';
    assert!(!xml.contains(forbidden), "{xml:?}");
}

#[test]
fn a_workload_named_as_an_address_is_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let text = scenario("plain").replace("name=\"w\"", "name=\"https://evil.example\"");
    assert!(text.contains("evil"));
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let found = run_in(folder.path(), &["simulate", "s.toml", "--out", "r", "--quiet"]);
    assert!(found.code < 2, "{}", found.err);
    let page = fs::read_to_string(folder.path().join("r/report.html")).unwrap();
    assert!(!page.contains("href=\"https://evil"), "a workload's name is a link");
    assert!(page.contains("evil.example"));
}

#[test]
fn help_is_read_as_far_as_wanted() {
    for arguments in ["--help", "recommend --help", "catalog --format json"] {
        let line = format!("\"$0\" {arguments} | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}");
        let ended =
            Command::new("bash").args(["-c", &line]).arg(crate::program()).status().unwrap();
        assert_eq!(ended.code(), Some(0), "{arguments}");
    }
}

#[test]
fn a_result_does_not_depend_on_where_one_stands() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/s.toml"), scenario("plain")).unwrap();
    let above = run_in(folder.path(), &["simulate", "deep/s.toml", "--out", "a", "--quiet"]);
    let inside =
        run_in(&folder.path().join("deep"), &["simulate", "s.toml", "--out", "../b", "--quiet"]);
    assert!(above.code < 2 && inside.code < 2, "{}{}", above.err, inside.err);
    let items = |name: &str| fs::read(folder.path().join(name).join("line_items.csv")).unwrap();
    assert_eq!(items("a"), items("b"));
}
