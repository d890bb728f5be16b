//! Large traces: trace files, and traces played in pieces.

use super::root;
use super::traffic::run;
use std::fs;
use std::path::Path;

/// The small scenario over another trace.
fn scenario(folder: &Path, name: &str, trace: &str) -> String {
    let text = fs::read_to_string(root().join("tests/cli/small.toml")).unwrap();
    let text = text.replace("trace = \"azure-2023-conversation\"", &format!("trace = \"{trace}\""));
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_trace_file_stands_for_the_log_it_was_made_from() {
    let scratch = tempfile::tempdir().unwrap();
    let of = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let (code, _, err) = run(&["trace", "import", "azure-2023-conversation", "-o", &of("a.trace")]);
    assert_eq!(code, Some(0), "{err}");
    let named = |text: &str| text.replace("azure-2023-conversation", "a.trace");
    let simulate = |path: &str| {
        let (code, out, err) = run(&["simulate", path, "--format", "json"]);
        assert!(code.is_some_and(|code| code < 2), "{err}");
        out
    };
    let log = simulate(&scenario(scratch.path(), "log.toml", "azure-2023-conversation"));
    let file = simulate(&scenario(scratch.path(), "file.toml", "a.trace"));
    let parsed = |text: &str| -> serde_json::Value {
        let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
        // Whom to credit is known of the bundled trace alone.
        value["attributions"] = serde_json::Value::Null;
        value
    };
    assert_eq!(parsed(&named(&log)), parsed(&file));
    // It is summarized as the log is, and becomes CSV again.
    let (_, summary, _) = run(&["trace", "summarize", &of("a.trace"), "--format", "json"]);
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(
        (&summary["format"], &summary["requests"]),
        (&"ptuplan-trace".into(), &9_739.into())
    );
    assert_eq!(summary["start"], "2023-11-16T18:15:46.68059Z");
    let (code, ..) = run(&["trace", "import", &of("a.trace"), "-o", &of("a.csv")]);
    assert_eq!(code, Some(0));
    let csv = fs::read_to_string(of("a.csv")).unwrap();
    assert_eq!(csv.lines().count(), 9_740);
    // A damaged one is refused by name.
    let mut bytes = fs::read(of("a.trace")).unwrap();
    bytes[100] ^= 1;
    fs::write(of("a.trace"), bytes).unwrap();
    let path = scenario(scratch.path(), "damaged.toml", "a.trace");
    let (code, out, err) = run(&["simulate", &path]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("damaged trace file: requests 0 to 9739"), "{err}");
}

#[test]
fn a_trace_in_pieces_gives_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let of = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let forms = if cfg!(feature = "tables") { &["a.trace", "a.parquet"][..] } else { &["a.trace"] };
    let simulate = |path: &str, more: &[&str]| {
        let arguments = [&["simulate", path, "--format", "json"], more].concat();
        let (code, out, err) = run(&arguments);
        assert!(code.is_some_and(|code| code < 2), "{err}");
        out
    };
    for form in forms {
        let (code, _, err) = run(&["trace", "import", "azure-2023-conversation", "-o", &of(form)]);
        assert_eq!(code, Some(0), "{err}");
        let path = scenario(scratch.path(), "file.toml", form);
        // A scale of a trace on disk needs the whole of it.
        let (code, _, err) = run(&["simulate", &path, "--stream"]);
        assert_eq!(code, Some(2));
        assert!(
            err.contains("cannot be played in pieces: chat: scale needs the whole trace"),
            "{err}"
        );
        let text = fs::read_to_string(&path).unwrap().replace(", scale = 0.3", "");
        fs::write(&path, text).unwrap();
        assert_eq!(simulate(&path, &["--stream"]), simulate(&path, &[]), "{form}");
    }
    // A trace in memory is repeated piece by piece, scaled or not.
    let path = scenario(scratch.path(), "bundled.toml", "azure-2023-conversation");
    assert_eq!(simulate(&path, &["--stream"]), simulate(&path, &[]));
}

#[test]
fn a_table_becomes_a_trace_file_piece_by_piece_or_as_a_whole() {
    let scratch = tempfile::tempdir().unwrap();
    let of = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let row = |id: u64, at: u64| {
        let cached = if id.is_multiple_of(5) { String::new() } else { (id % 90).to_string() };
        format!("{at},{},{cached},{},app-{}\n", 100 + id % 3_000, id % 400, id % 3)
    };
    let header = "arrival_us,input_tokens,cached_input_tokens,output_tokens,client\n";
    let count = 300_000;
    let rows: Vec<String> = (0..count).map(|id| row(id, id / 2 * 20_000)).collect();
    let summary = |name: &str| {
        let (code, out, err) = run(&["trace", "summarize", &of(name), "--format", "json"]);
        assert_eq!(code, Some(0), "{err}");
        let mut value: serde_json::Value = serde_json::from_str(&out).unwrap();
        for member in ["name", "format", "import"] {
            value[member] = serde_json::Value::Null;
        }
        value
    };
    let import = |name: &str, more: &[&str]| {
        let (from, to) = (of(name), of("t.trace"));
        let arguments = [&["trace", "import", &from, "-o", &to, "--format", "json"], more].concat();
        run(&arguments)
    };
    fs::write(of("t.csv"), format!("{header}{}", rows.concat())).unwrap();
    let (code, out, err) = import("t.csv", &[]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["rows_read"], &report["requests"]), (&count.into(), &count.into()));
    assert_eq!(
        report["assumed"][0],
        "cached input tokens are not stated in 60000 of 300000 rows: taken as 0"
    );
    assert_eq!(summary("t.trace"), summary("t.csv"));
    assert_eq!(summary("t.trace")["clients"], serde_json::json!([3, 1.0 / 3.0]));
    // Mistakes are counted over all pieces, and refused where asked.
    fs::write(of("m.csv"), format!("{header}{}1,-5,,7,app-0\n9,9\n", rows.concat())).unwrap();
    let (code, out, err) = import("m.csv", &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("negative-number") && err.contains("half-written last row"), "{out}{err}");
    assert_eq!(import("m.csv", &["--strict"]).0, Some(2));
    // What is out of order, here between two pieces, is sorted as a whole.
    let swapped = [&rows[1..], &rows[..1]].concat().concat();
    fs::write(of("u.csv"), format!("{header}{swapped}")).unwrap();
    let (code, _, err) = import("u.csv", &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("the rows were sorted"), "{err}");
    assert_eq!(summary("t.trace"), summary("u.csv"));
    // Nothing is left of what did not become a file.
    let left = fs::read_dir(scratch.path()).unwrap().count();
    assert_eq!(left, 4);
}
