//! What the page is told is what the command line says: the same words, the same bytes.

use crate::server::{SMALL, Server};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

fn asked(text: &str) -> Value {
    json!({ "file": "small.toml", "text": text })
}

fn edited(server: &Server, text: &str, path: Value, value: Value) -> Value {
    let changes = json!([{ "path": path, "value": value }]);
    let body = json!({ "file": "small.toml", "text": text, "changes": changes });
    server.post("/api/edit", &body).json()
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_first_answer_comes_before_the_whole_one_and_both_are_of_the_question() {
    let server = Server::start();
    let lines = server.post("/api/answer", &asked(SMALL)).lines();
    let stages: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["stage"].as_str())
        .filter(|stage| *stage != "working")
        .collect();
    assert_eq!(stages, ["warnings", "first", "whole"]);
    for stage in ["first", "whole"] {
        let line = lines.iter().find(|line| line["stage"] == stage).unwrap();
        assert_eq!(line["page"]["title"], "Small");
        assert!(line["page"]["headline"].as_str().unwrap().len() > 20);
        assert_eq!(line["glance"]["answered"], true);
        assert!(line["data"]["glance"].is_object(), "a picture");
        assert_eq!(line["page"]["glance"]["lines"].as_array().unwrap().len(), 3, "{stage}");
    }
    let line = |stage: &str| lines.iter().find(|line| line["stage"] == stage).unwrap();
    // The first answer is its first screen; what stands below it comes with the whole one.
    assert_eq!(line("first")["page"]["sections"], json!([]));
    assert_eq!(line("first")["data"].as_object().unwrap().len(), 1);
    let [first, whole] = ["first", "whole"].map(|stage| line(stage).to_string().len());
    assert!(first * 5 < whole, "{first} of {whole} bytes");
    let sections = line("whole")["page"]["sections"].as_array().unwrap();
    for id in ["options", "cost", "load", "bill", "facts"] {
        assert!(sections.iter().any(|section| section["id"] == id), "{id}");
    }
    let band = |stage: &str| {
        let line = lines.iter().find(|line| line["stage"] == stage).unwrap();
        line["glance"]["figure"]["band"].as_str().unwrap().to_owned()
    };
    let quick = "a month (December 2026), one simulation of the most likely future";
    assert_eq!(band("first"), quick);
    assert_ne!(band("whole"), band("first"));
}

#[test]
fn what_is_saved_is_what_the_command_line_makes_byte_by_byte() {
    let server = Server::start();
    let text = edited(&server, SMALL, json!(["slo", "throttled_share"]), json!("0.5 %"));
    let text = text["text"].as_str().unwrap();
    assert_eq!(text, SMALL.replace("\"0.1 %\"", "\"0.5 %\""), "comments and order stay");
    let lines = server.post("/api/answer", &asked(text)).lines();
    let whole = lines.last().unwrap();
    let save = |base: &str| {
        let base = json!({ "file": "small.toml", "text": base });
        let body = json!({ "file": "small.toml", "text": text, "base": base });
        server.post("/api/save", &body)
    };
    assert_eq!(save("another text").status, 409, "it was changed since");
    let saved = save(SMALL).json();
    assert_eq!(saved["command"], "ptuplan recommend small.toml");
    let folder = server.folder.path();
    assert_eq!(fs::read_to_string(folder.join("small.toml")).unwrap(), text);
    let program = env!("CARGO_BIN_EXE_ptuplan");
    let run = Command::new(program)
        .current_dir(folder)
        .args(["recommend", "small.toml", "--out", "again", "--format", "json", "--quiet"])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let (kept, again) = (contents(&folder.join("reports/small")), contents(&folder.join("again")));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|f| f.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&kept), names(&again));
    for (kept, again) in kept.iter().zip(&again) {
        assert!(kept == again, "{}: other bytes", kept.0);
    }
    let printed: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(whole["glance"], printed["glance"], "and what the page shows");
}

#[test]
fn mistakes_are_told_at_their_field_in_the_words_of_the_command_line() {
    let server = Server::start();
    let after = edited(&server, SMALL, json!(["slo", "throttled_share"]), json!("often"));
    let problem = &after["problems"][0];
    assert_eq!(problem["path"], json!(["slo", "throttled_share"]));
    let text = after["text"].as_str().unwrap();
    let folder = server.folder.path();
    fs::write(folder.join("wrong.toml"), text).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_ptuplan"))
        .current_dir(folder)
        .args(["recommend", "wrong.toml"])
        .output()
        .unwrap();
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2));
    for part in ["message", "hint"] {
        assert!(told.contains(problem[part].as_str().unwrap()), "{part}: {told}");
    }
    let after = edited(&server, SMALL, json!(["workload", 0, "traffic", "scale"]), json!("1,5"));
    let problem = &after["problems"][0];
    assert_eq!(problem["path"], json!(["workload", 0, "traffic", "scale"]), "{after}");
    assert_eq!(problem["message"], "`scale` must be a number, such as 1.5, not \"1,5\"");
    // What only the catalogue knows is told with the answer.
    let text = SMALL.replace("model   = \"gpt-4.1\"", "model   = \"gpt-none\"");
    let lines = server.post("/api/answer", &asked(&text)).lines();
    let wrong = lines.last().unwrap();
    assert_eq!(wrong["stage"], "wrong");
    assert_eq!(wrong["problems"][0]["path"], json!(["workload", 0, "model"]));
    let broken =
        server.post("/api/edit", &json!({ "file": "small.toml", "text": "name = " })).json();
    assert!(broken["text"].is_null() && broken["problems"][0]["message"].is_string());
    assert_eq!(broken["problems"][0]["line"], 1, "{broken}");
}

#[test]
fn a_log_is_recognised_filtered_and_played_and_gone_in_the_end() {
    let mut server = Server::start();
    let log: String = (0..4_000).fold(
        "TimeGenerated,DeploymentName,PromptTokens,CompletionTokens\n".to_owned(),
        |text, call: u64| {
            let (hour, minute, second) = (call / 170, call / 3 % 57, call % 60);
            let name = if call.is_multiple_of(4) { "batch" } else { "chat" };
            text + &format!(
                "2026-11-02T{hour:02}:{minute:02}:{second:02}Z,{name},{},90\n",
                300 + call % 50
            )
        },
    );
    let sent = server.upload("portal.csv", &log).json();
    let read = json!({ "upload": sent["upload"], "beside": "small.toml" });
    let known = server.post("/api/log", &read).json();
    assert_eq!(known["summary"]["requests"], 4_000, "{known}");
    assert_eq!(known["trace"], "portal.trace");
    assert_eq!(known["names"]["deployment"][0], json!({ "name": "chat", "requests": 3_000 }));
    let traffic =
        json!({ "trace": "portal.trace", "repeat": true, "where": { "deployment": "chat" } });
    let after = edited(&server, SMALL, json!(["workload", 0, "traffic"]), traffic);
    let text = after["text"].as_str().unwrap();
    let whole = server.post("/api/answer", &asked(text)).lines().pop().unwrap();
    assert_eq!(whole["stage"], "whole", "{whole}");
    let saved = server.post("/api/save", &json!({ "file": "log.toml", "text": text })).json();
    assert_eq!(saved["written"][1], "portal.trace", "the trace is saved beside it");
    let run = Command::new(env!("CARGO_BIN_EXE_ptuplan"))
        .current_dir(server.folder.path())
        .args(["recommend", "log.toml", "--format", "json", "--quiet"])
        .output()
        .unwrap();
    let printed: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(whole["glance"], printed["glance"]);
    let wrong = server.upload("notes.txt", "nothing that is a log\n").json();
    let read = json!({ "upload": wrong["upload"], "beside": "small.toml" });
    let told = server.post("/api/log", &read).json();
    let told = told["problems"][0].clone();
    assert!(told["message"].as_str().is_some_and(|text| !text.contains("log-")), "{told}");
    assert_eq!(server.interrupt(), Some(0));
    assert_eq!(fs::read_dir(&server.temporary).unwrap().count(), 0);
}

#[test]
fn a_new_scenario_asks_for_all_that_decides_a_cost() {
    let server = Server::with(None);
    let state = server.get("/api/state").json();
    assert_eq!((&state["file"], &state["text"]), (&json!("scenario.toml"), &Value::Null));
    for key in ["model", "region", "sku", "quota_tier", "commitment", "client", "zone"] {
        assert!(!state["choices"][key].as_array().unwrap().is_empty(), "{key}");
    }
    let sold = |model: &str, region: &str| {
        let body = json!({ "model": model, "region": region, "start": "2026-12-01" });
        server.post("/api/sold", &body).json()["sku"].clone()
    };
    let names = sold("gpt-5.4", "swedencentral");
    let names: Vec<&str> = names.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(names.contains(&"GlobalStandard") && names.contains(&"GlobalProvisionedManaged"));
    assert!(!names.contains(&"GlobalManagedCompute"), "{names:?}");
    let anywhere = sold("gpt-5.4", "");
    assert!(anywhere.as_array().unwrap().len() >= names.len(), "{anywhere}");
    assert_eq!(sold("gpt-none", "swedencentral"), json!([]));
    let start = |model: &str, day: &str, tier: &str| {
        let body = json!({ "model": model, "region": "swedencentral", "quota_tier": tier,
            "start": day, "sku": ["GlobalStandard"], "trace": "azure-2023-conversation" });
        server.post("/api/start", &body).json()
    };
    let body = json!({ "model": "gpt-5.4", "region": "sweden", "quota_tier": "Tier 1",
        "start": "2026-12-01", "sku": ["GlobalStandard"], "trace": "azure-2023-conversation" });
    let near = server.post("/api/start", &body).json()["problems"][0].clone();
    assert_eq!(near["path"], json!(["region"]), "{near}");
    assert_eq!(near["hint"], "did you mean swedencentral?");
    let untold = start("gpt-5.4", "2026-12-01", "Tier 9");
    assert_eq!(untold["problems"][0]["path"], json!(["quota_tier"]), "{untold}");
    let hint = untold["problems"][0]["hint"].as_str().unwrap();
    assert!(hint.starts_with("the nearest are Tier 1, Tier 2, Tier 3; "), "{hint}");
    assert!(hint.contains("has all 2"), "{hint}");
    let wrong = start("", "soon", "Tier 1");
    let paths: Vec<&Value> =
        wrong["problems"].as_array().unwrap().iter().map(|problem| &problem["path"]).collect();
    assert_eq!(paths, [&json!(["model"]), &json!(["start"])], "{wrong}");
    let text = start("gpt-5.4", "2026-12-01", "Tier 1")["text"].as_str().unwrap().to_owned();
    // Its name says nothing that a field of the form changes.
    assert!(text.contains("name   = \"Traffic of azure-2023-conversation\""), "{text}");
    let text = text
        .replace("\"1 day\"", "\"1 hour\"")
        .replace("repeat = true", "scale = 0.05, repeat = true");
    let whole = server.post("/api/answer", &asked(&text)).lines().pop().unwrap();
    assert_eq!(whole["stage"], "whole", "{whole}");
}

#[test]
fn an_answer_that_nobody_waits_for_is_given_up() {
    let server = Server::start();
    // Many futures: with all the pages that leave, minutes of work.
    let text = SMALL.replace("scale = 0.05", "scale = 0.5")
        + "\n[uncertain]\ntraffic = { low = 0.5, mode = 1, high = 2 }\n";
    let body = asked(&text).to_string();
    for _ in 0..80 {
        let mut stream = server.connect();
        let head = server.head("/api/answer", "application/json", "", body.len());
        std::io::Write::write_all(&mut stream, (head + &body).as_bytes()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // Each would hold its connection for as long as it works: more than there are.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while server.get("/api/alive").status != 200 {
        assert!(std::time::Instant::now() < until, "the plans of pages that left have ended");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}
