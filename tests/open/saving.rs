//! What is saved replaces nothing that nobody agreed to, and what is edited keeps its bytes.

use crate::server::{SMALL, Server};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};

/// A log of calls, of some hours.
pub(crate) fn log(calls: u64, seconds: u64) -> String {
    let head = "TimeGenerated,DeploymentName,ModelName,PromptTokens,CompletionTokens\n".to_owned();
    (0..calls).fold(head, |text, call| {
        let at = call * seconds / calls;
        let (day, hour, minute, second) = (2 + at / 86_400, at / 3_600 % 24, at / 60 % 60, at % 60);
        let time = format!("2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        text + &format!("{time},chat,gpt-4.1,{},90\n", 300 + call % 50)
    })
}

/// Drops a log and gives what is known of it.
fn dropped(server: &Server, name: &str, text: &str) -> Value {
    let sent = server.upload(name, text).json();
    server.post("/api/log", &json!({ "upload": sent["upload"], "beside": "small.toml" })).json()
}

fn answered(server: &Server, text: &str) -> Value {
    let asked = json!({ "file": "small.toml", "text": text });
    server.post("/api/answer", &asked).lines().pop().unwrap()
}

#[test]
fn only_what_was_listed_is_replaced_and_only_as_it_was_then() {
    let server = Server::start();
    let folder = server.folder.path();
    let there = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let known = dropped(&server, "mine.csv", &log(2_000, 86_000));
    assert_eq!(known["trace"], "mine.trace", "{known}");
    let text = SMALL.replace("azure-2023-conversation", "mine.trace");
    for name in ["mine.trace", "third.toml"] {
        fs::write(folder.join(name), "of somebody else").unwrap();
    }
    fs::write(folder.join("small.toml"), format!("{SMALL}# changed\n")).unwrap();
    let base = json!({ "file": "small.toml", "text": SMALL });
    let save = |file: &str, replace: &Value, only_ask: bool| {
        let body = json!({ "file": file, "text": text, "base": base, "replace": replace,
            "only_ask": only_ask });
        server.post("/api/save", &body)
    };
    let refused = save("small.toml", &json!([]), true);
    assert_eq!(refused.status, 409);
    let others = refused.json()["others"].clone();
    let names: Vec<&Value> = others.as_array().unwrap().iter().map(|own| &own["file"]).collect();
    assert_eq!(names, ["small.toml", "mine.trace"], "all of them at once");
    // Another name is another question, and so is a file that was changed meanwhile.
    let third = save("third.toml", &others, false).json();
    assert_eq!(third["others"][0]["file"], "third.toml", "{third}");
    fs::write(folder.join("small.toml"), format!("{SMALL}# changed again\n")).unwrap();
    assert_eq!(save("small.toml", &others, false).status, 409);
    assert_eq!(there("mine.trace"), "of somebody else");
    let others = save("small.toml", &json!([]), true).json()["others"].clone();
    assert_eq!(save("small.toml", &others, true).status, 200, "agreed to");
    assert!(there("small.toml").ends_with("again\n"), "it was only asked");
    let saved = save("small.toml", &others, false).json();
    assert_eq!(saved["written"], json!(["small.toml", "mine.trace"]));
    assert_eq!((there("small.toml").as_str(), there("third.toml").len()), (text.as_str(), 16));
    // From now on it is the saved trace that is played, as the command line plays it.
    fs::write(folder.join("mine.trace"), "of somebody else").unwrap();
    assert_eq!(answered(&server, &text)["stage"], "wrong");
}

#[test]
fn what_was_read_is_the_base_of_its_own_file_alone() {
    let server = Server::start();
    fs::write(server.folder.path().join("copy.toml"), SMALL).unwrap();
    let text = SMALL.replace("Small", "Other");
    let base = json!({ "file": "small.toml", "text": SMALL });
    let body = json!({ "file": "copy.toml", "text": text, "base": base });
    let refused = server.post("/api/save", &body);
    assert_eq!(refused.status, 409, "a copy is another file");
    let own = json!({ "file": "small.toml", "text": text, "base": base });
    assert_eq!(server.post("/api/save", &own).status, 200);
    let file = |name: &str| server.post("/api/file", &json!({ "file": name }));
    assert_eq!(file("small.toml").json()["text"], text, "what it has now");
    assert_eq!(file("none.toml").json()["text"], Value::Null);
    assert_eq!((file("../small.toml").status, file("log.csv").status), (400, 400));
}

fn changed(server: &Server, text: &str, path: Value, value: Value) -> Value {
    let changes = json!([{ "path": path, "value": value }]);
    let body = json!({ "file": "small.toml", "text": text, "changes": changes });
    server.post("/api/edit", &body).json()
}

#[test]
fn a_change_leaves_all_other_bytes_as_they_were() {
    let server = Server::start();
    let windows = SMALL.replace('\n', "\r\n");
    for text in [windows.clone(), format!("\u{feff}{windows}"), SMALL.trim_end().to_owned()] {
        let same = server.post("/api/edit", &json!({ "file": "small.toml", "text": text })).json();
        assert_eq!(same["text"], text);
        let more = changed(&server, &text, json!(["region"]), json!("westeurope"));
        assert_eq!(more["text"], text.replace("swedencentral", "westeurope"));
    }
    let commented = SMALL.replace("[\"GlobalStandard\", ", "[\n  \"GlobalStandard\", # today\n  ");
    let all = ["GlobalStandard", "GlobalProvisionedManaged", "GlobalBatch"];
    let ticked = changed(&server, &commented, json!(["allow", "sku"]), json!(all));
    let ticked = ticked["text"].as_str().unwrap();
    assert!(ticked.contains("\"GlobalStandard\", # today\n"), "{ticked}");
    assert!(ticked.contains("\n  \"GlobalBatch\"]"), "{ticked}");
}

#[test]
fn a_day_that_was_half_written_is_a_day_once_it_is_whole() {
    let server = Server::start();
    let half = changed(&server, SMALL, json!(["start"]), json!("2026-12-1"));
    let message = "`start` must be a date, such as 2026-12-14, not \"2026-12-1\"";
    assert_eq!(half["problems"][0]["message"], message, "{half}");
    let whole =
        changed(&server, half["text"].as_str().unwrap(), json!(["start"]), json!("2026-12-14"));
    assert_eq!(whole["text"], SMALL.replace("2026-12-01", "2026-12-14"));
}

#[test]
fn mistakes_that_stand_at_no_place_are_shown_at_their_field() {
    let server = Server::start();
    let path = |text: &str| answered(&server, text)["problems"][0]["path"].clone();
    let none = SMALL.replace("[\"GlobalStandard\", \"GlobalProvisionedManaged\"]", "[]");
    assert_eq!(path(&none), json!(["allow", "sku"]));
    let aimless = SMALL.replace("throttled_share = \"0.1 %\"", "");
    assert_eq!(path(&aimless), json!(["slo", "throttled_share"]));
    let known = dropped(&server, "mine.csv", &log(2_000, 86_000));
    assert_eq!(known["names"]["model"][0]["name"], "gpt-4.1");
    let text =
        SMALL.replace("azure-2023-conversation\"", "mine.trace\", where = { model = \"x\" }");
    assert_eq!(path(&text), json!(["workload", 0, "traffic", "where"]));
    let start = json!({ "model": "gpt-4.1", "region": "swedencentral", "quota_tier": "Tier 1",
        "start": "2026-12-01", "sku": [], "trace": "azure-2023-conversation" });
    let told = server.post("/api/start", &start).json()["problems"][0].clone();
    assert_eq!((&told["path"], &told["message"]), (&json!(["sku"]), &json!("no SKU is ticked")));
    let gone = json!({ "path": "logs/none.csv", "beside": "small.toml" });
    let told = server.post("/api/log", &gone).json()["problems"][0].clone();
    assert_eq!(told["hint"], "check the path; it is relative to the scenario's folder", "{told}");
}

#[test]
fn a_log_says_how_long_it_is_and_what_of_it_is_played() {
    let server = Server::start();
    let played = |name: &str, hours: u64| {
        let known = dropped(&server, name, &log(4_000, hours * 3_600));
        (known["lasts"].clone(), known["played"][0].as_str().unwrap_or_default().to_owned())
    };
    let (lasts, part) = played("a.csv", 38);
    assert_eq!(lasts, "38.0 hours");
    assert!(part.contains("and the last 14.0 hours are left out"), "{part}");
    let (_, part) = played("b.csv", 5);
    assert!(part.contains("the rest of each day has no traffic"), "{part}");
    assert_eq!(played("c.csv", 24).1, "");
}

/// Whoever moves a slider asks many questions; the log is not read for those that are given up.
#[test]
fn a_question_that_is_given_up_reads_no_log() {
    let server = Server::start();
    let known = dropped(&server, "mine.csv", &log(150_000, 86_000));
    let trace = server.temporary.read_dir().unwrap().next().unwrap().unwrap().path();
    // As text it takes some time to be read.
    fs::copy(trace.join("log-0/mine.csv"), server.folder.path().join("slow.csv")).unwrap();
    assert_eq!(known["summary"]["requests"], 150_000);
    let ask = |scale: usize| {
        let scale = format!("slow.csv\", repeat = true, scale = 0.{scale:03}");
        let text = SMALL.replace("azure-2023-conversation\", repeat = true, scale = 0.05", &scale);
        let body = json!({ "file": "small.toml", "text": text }).to_string();
        let mut stream = server.connect();
        let head = server.head("/api/answer", "application/json", "", body.len());
        std::io::Write::write_all(&mut stream, (head + &body).as_bytes()).unwrap();
        stream
    };
    let until_read = |scale: usize| {
        let began = Instant::now();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(ask(scale)));
        assert!(lines.any(|line| line.unwrap().contains("\"stage\":\"warnings\"")));
        began.elapsed()
    };
    let once = until_read(50);
    for scale in 51..151 {
        drop(ask(scale));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(server.is_alive(), "they hold no connection");
    let (again, most) = (until_read(151), once * 8 + Duration::from_secs(2));
    assert!(again < most, "{again:?} after a hundred that were given up, {once:?} alone");
}
