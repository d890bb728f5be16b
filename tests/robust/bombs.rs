//! Small inputs that once took the machine: each is refused within the bounds of `run_in`, with the limit and the flag that raises it.

use crate::{data, refused, run, run_in};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;

/// Runs the program on a file made here.
fn with_file(name: &str, bytes: &[u8], arguments: &[&str]) -> crate::Run {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    run_in(folder.path(), arguments)
}

fn gzip_of(piece: &[u8], times: usize) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    (0..times).for_each(|_| out.write_all(piece).unwrap());
    out.finish().unwrap()
}

fn is_refused(found: &crate::Run, says: &str) {
    assert_eq!(found.code, 2, "{}{}", found.out, found.err);
    assert!(found.err.contains(says), "{}", found.err);
    assert!(found.err.lines().count() <= 24, "{}", found.err);
}

#[test]
fn a_trace_file_says_more_than_it_holds() {
    let error = refused(&["trace", "summarize", "bomb.trace.gz"]);
    assert!(error.contains("--max-memory"), "{error}");
    // What is allowed is tried: the flag is no ornament.
    let error = refused(&["trace", "summarize", "bomb.trace.gz", "--max-memory", "1MB"]);
    assert!(error.contains("--max-memory"), "{error}");
}

#[test]
fn text_that_never_ends() {
    let megabyte = vec![b'0'; 1 << 20];
    is_refused(
        &with_file("l.gz", &gzip_of(&megabyte, 600), &["trace", "summarize", "l.gz"]),
        "--max-memory",
    );
    let mut row = b"arrival_us,input_tokens,output_tokens\n".to_vec();
    row.extend(vec![b'1'; 40 << 20]);
    is_refused(&with_file("t.csv", &row, &["trace", "summarize", "t.csv"]), "row of more than");
    let list = gzip_of(&b"0,".repeat(1 << 19), 120);
    let mut open = gzip_of(b"[", 1);
    open.extend(list);
    is_refused(&with_file("j.gz", &open, &["trace", "summarize", "j.gz"]), "--max-memory");
}

#[test]
fn totals_of_more_requests_than_there_ever_were() {
    let text = fs::read_to_string(data("totals-cut-to-32-bits.json")).unwrap();
    for requests in ["1000000000000", "1e300", "500000000"] {
        let text =
            text.replace("\"num_model_requests\":1", &format!("\"num_model_requests\":{requests}"));
        let found = with_file("t.json", text.as_bytes(), &["trace", "summarize", "t.json"]);
        is_refused(&found, "requests");
    }
}

#[test]
fn transforms_stay_within_memory_and_years() {
    let folder = tempfile::tempdir().unwrap();
    let rows = data("two-rows.csv");
    for step in
        ["stretch=1e15", "scale=2000000000", "repeat=90000h", "surge=0h+1h*2e9", "repeat=9000000h"]
    {
        let out = folder.path().join("x.trace");
        let found =
            run(&["trace", "transform", rows.to_str().unwrap(), step, "-o", out.to_str().unwrap()]);
        assert_eq!(found.code, 2, "{step}: {}{}", found.out, found.err);
        assert!(!out.exists(), "{step}");
    }
}

#[test]
fn the_calendar_ends() {
    let columns = "arrival=time,arrival_unit=timestamp,input_tokens=in,output_tokens=out";
    for zone in ["Pacific/Kiritimati", "UTC"] {
        let error = refused(&[
            "trace",
            "forecast",
            "end-of-calendar.csv",
            "--columns",
            columns,
            "--zone",
            zone,
        ]);
        assert!(error.contains("calendar"), "{error}");
    }
}

#[test]
fn specs_and_sweeps_are_bounded() {
    let spec = |arrivals: &str, length: &str| {
        format!(
            "start = 2026-12-01\nlength = \"{length}\"\nzone = \"UTC\"\n[[client]]\nname = \"c\"\nrate_per_minute = 1\narrivals = {arrivals}\ninput_tokens = 10\noutput_tokens = 5\n"
        )
    };
    for (arrivals, length, says) in [
        ("{ process = \"gamma\", variation = 1e19 }", "1 hour", "variation"),
        (
            "{ process = \"mmpp\", burst_factor = 2, burst_share = 0.5, burst_arrivals = 1e-300 }",
            "1 hour",
            "burst_arrivals",
        ),
        ("{ process = \"poisson\" }", "100 years", "years"),
    ] {
        let text = spec(arrivals, length);
        is_refused(&with_file("s.toml", text.as_bytes(), &["synth", "s.toml"]), says);
    }
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/quickstart.toml");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("p.json");
    let out = out.to_str().unwrap();
    let error = refused(&["sweep", scenario, "--replications", "4294967295", "-o", out]);
    assert!(error.contains("too many tasks"), "{error}");
    let text = fs::read_to_string(scenario).unwrap();
    let long = text.replace("\"4 weeks\"", "\"100 years\"");
    assert_ne!(text, long);
    is_refused(&with_file("s.toml", long.as_bytes(), &["recommend", "s.toml"]), "too long");
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_are_followed_once() {
    let folder = tempfile::tempdir().unwrap();
    let cases = folder.path().join("cases");
    fs::create_dir(&cases).unwrap();
    std::os::unix::fs::symlink(&cases, cases.join("again")).unwrap();
    std::os::unix::fs::symlink("..", cases.join("up")).unwrap();
    let found = run_in(folder.path(), &["regress", "cases"]);
    is_refused(&found, "nothing to check");
    let found = run_in(folder.path(), &["catalog", "check", "--data", "cases"]);
    assert_eq!(found.code, 2, "{}", found.out);
}

#[test]
fn a_template_is_no_program_without_end() {
    let template = |resources: serde_json::Value, variables: serde_json::Value| {
        serde_json::json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0", "variables": variables, "resources": resources,
        })
        .to_string()
    };
    let account = |name: &str| {
        serde_json::json!({
            "type": "Microsoft.CognitiveServices/accounts", "name": name, "location": "swedencentral",
        })
    };
    let mut variables = serde_json::Map::new();
    variables.insert("v0".into(), "aaaaaaaaaaaaaaaa".into());
    for level in 1..9 {
        let before = format!("variables('v{}')", level - 1);
        let all = vec![before; 60].join(",");
        variables.insert(format!("v{level}"), format!("[concat({all})]").into());
    }
    let doubling = template(serde_json::json!([account("[variables('v8')]")]), variables.into());
    let mut inner = account("a");
    for _ in 0..12 {
        inner = serde_json::json!({
            "type": "Microsoft.Resources/deployments", "name": "m",
            "copy": { "name": "c", "count": 800 },
            "properties": { "template": { "resources": [inner] } },
        });
    }
    let loops = template(serde_json::json!([inner]), serde_json::json!({}));
    for (text, says) in [(doubling, "values too large"), (loops, "more than 10000 resources")] {
        let arguments = ["init", "--from", "a.json", "--start", "2026-12-01"];
        is_refused(&with_file("a.json", text.as_bytes(), &arguments), says);
    }
}
