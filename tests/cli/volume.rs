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
