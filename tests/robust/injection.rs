//! Names that once drove what shows them.

use crate::{data, run, run_in};
use std::fs;
use std::process::Command;

/// The scenario of attacks with little traffic and one candidate: what is shown is the same.
fn quick() -> String {
    let text = fs::read_to_string(data("name-attacks-markdown.toml")).unwrap();
    let short = text
        .replace("repeat=true}", "repeat=true,scale=0.02}")
        .replace("[\"GlobalStandard\",\"GlobalProvisionedManaged\"]", "[\"GlobalStandard\"]");
    assert!(short.contains("scale=0.02") && !short.contains("Managed\"]"), "{short}");
    short
}

/// A comment without its code spans: in them nothing is made of what they hold.
fn outside_code(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('`') {
        out.push_str(&rest[..open]);
        let fence = rest[open..].chars().take_while(|c| *c == '`').count();
        let inside = &rest[open + fence..];
        // The span ends at the next run of as many ticks.
        let mut at = 0;
        let end = loop {
            let Some(next) = inside[at..].find('`').map(|next| at + next) else { break None };
            let run = inside[next..].chars().take_while(|c| *c == '`').count();
            if run == fence {
                break Some(next + run);
            }
            at = next + run;
        };
        let Some(end) = end else { panic!("a code span without end in {text}") };
        assert!(!inside[..end].contains('\n'), "a code span of two lines in {text}");
        rest = &inside[end..];
    }
    out.push_str(rest);
    while let (Some(from), Some(to)) = (out.find("<code>"), out.find("</code>")) {
        assert!(!out[from + 6..to].contains('<'), "{out}");
        out.replace_range(from..to + 7, "");
    }
    out
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
    let plain = outside_code(&found.out);
    for markup in
        ["](h", "![t]", "@org", " #1 ", "://", "</summary></d", "<b>", "\n# H", "\r", "`x`"]
    {
        assert!(!plain.contains(markup), "{markup:?} in {plain}");
    }
    // Every row has as many cells as the head.
    let cells = |line: &str| line.matches('|').count();
    for table in found.out.split("\n\n").filter(|part| part.starts_with('|')) {
        let rows: Vec<&str> = table.lines().collect();
        assert!(rows.iter().all(|row| cells(row) == cells(rows[0])), "{table}");
    }
}

#[test]
fn a_summary_shows_names_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), scenario("[x](https://evil.example) @org/team |"))
        .unwrap();
    let found = run_in(folder.path(), &["simulate", "s.toml", "--out", "r", "--quiet"]);
    assert!(found.code < 2, "{}", found.err);
    let summary = fs::read_to_string(folder.path().join("r/summary.md")).unwrap();
    for markup in ["x](h", "://evil", "@org"] {
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
        text.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
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
    let mut cases: Vec<_> = fs::read_dir(case)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    cases.sort();
    let text = fs::read_to_string(&cases[0]).unwrap();
    let own = text.lines().find(|line| line.starts_with("name")).unwrap();
    let named = text.replacen(own, "name = \"a\\u0000b\\u001b[1mc\\uFFFF\"", 1);
    fs::write(folder.path().join("c.toml"), named).unwrap();
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
    for arguments in ["--help", "recommend --help", "catalog list --format json"] {
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

#[test]
fn a_changed_run_adds_nothing_to_the_code_that_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let run = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/azure/run.json");
    let text = fs::read_to_string(run).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    let own = whole.pointer("/choice/deployments/0/region").and_then(|own| own.as_str()).unwrap();
    for attack in ["x\\nrm -rf y", "x$(id)", "x`id`", "x'", "x\\u0022"] {
        let changed = text.replace(&format!("\"{own}\""), &format!("\"{attack}\""));
        assert_ne!(changed, text);
        fs::write(folder.path().join("run.json"), changed).unwrap();
        for form in ["az", "bicep", "terraform"] {
            let arguments = ["export", "run.json", "--form", form, "--model-version", "2025-04-14"];
            let found = run_in(folder.path(), &arguments);
            assert_eq!(found.code, 2, "{attack} as {form}: {}", found.out);
            assert!(found.err.contains("cannot be written into code"), "{}", found.err);
        }
    }
}
