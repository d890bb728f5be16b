//! The comment of a pull request, against a stand-in of the comment APIs on loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// What was asked of the stand-in: method and path, the token, the body.
type Asked = Arc<Mutex<Vec<(String, String, String)>>>;

/// A stand-in that answers `list` to every GET, and takes everything else.
fn stand_in(list: &str) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked: Asked = Arc::default();
    let (kept, list) = (Arc::clone(&asked), list.to_owned());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&stream.unwrap(), &kept, &list);
        }
    });
    (address, asked)
}

fn answer(stream: &TcpStream, asked: &Asked, list: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    let (mut length, mut token) = (0_usize, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_owned();
        if line.is_empty() {
            break;
        }
        let (key, value) = line.split_once(':').unwrap();
        match key.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap(),
            "authorization" => value.trim().clone_into(&mut token),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let request: Vec<&str> = first.split(' ').take(2).collect();
    let text = String::from_utf8(body).unwrap();
    asked.lock().unwrap().push((request.join(" "), token, text));
    let reply = if first.starts_with("GET") { list } else { "{}" };
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", reply.len());
    let mut stream = stream;
    stream.write_all((head + reply).as_bytes()).unwrap();
}

/// Runs the script on a report; what it printed.
fn comment(settings: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.md");
    std::fs::write(&report, "### Monthly cost will rise\n").unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/ci/comment.sh");
    let mut command = Command::new("bash");
    command.arg(script).arg(&report).env_clear().env("PATH", std::env::var("PATH").unwrap());
    let output = command.envs(settings.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn github(address: &str) -> String {
    comment(&[
        ("GITHUB_API_URL", address),
        ("GITHUB_REPOSITORY", "team/bills"),
        ("PULL_REQUEST", "7"),
        ("GITHUB_TOKEN", "secret-token"),
    ])
}

#[test]
#[ignore = "needs bash, curl and jq"]
fn github_gets_one_comment_that_is_updated() {
    let (address, asked) = stand_in("[{\"id\": 3, \"body\": \"<b>other</b>\"}]");
    assert_eq!(github(&address), "posted a comment\n");
    let requests = asked.lock().unwrap().clone();
    assert_eq!(requests[0].0, "GET /repos/team/bills/issues/7/comments?per_page=100&page=1");
    assert_eq!(requests[1].0, "POST /repos/team/bills/issues/7/comments");
    assert!(requests.iter().all(|(_, token, _)| token == "Bearer secret-token"));
    let body: serde_json::Value = serde_json::from_str(&requests[1].2).unwrap();
    let text = body["body"].as_str().unwrap();
    assert_eq!(text, "<!-- ptuplan: review -->\n### Monthly cost will rise");

    let own = serde_json::json!([{ "id": 3, "body": "x" }, { "id": 42, "body": text }]).to_string();
    let (address, asked) = stand_in(&own);
    assert_eq!(github(&address), "updated the comment\n");
    assert_eq!(asked.lock().unwrap()[1].0, "PATCH /repos/team/bills/issues/comments/42");
}

#[test]
#[ignore = "needs bash, curl and jq"]
fn azure_devops_gets_one_thread_that_is_updated() {
    let settings = |address: &'static str| {
        comment(&[
            ("SYSTEM_COLLECTIONURI", address),
            ("SYSTEM_TEAMPROJECT", "My Team"),
            ("BUILD_REPOSITORY_ID", "r"),
            ("SYSTEM_PULLREQUEST_PULLREQUESTID", "7"),
            ("SYSTEM_ACCESSTOKEN", "secret-token"),
        ])
    };
    let (address, asked) = stand_in("{\"value\": []}");
    assert_eq!(settings(address.leak()), "posted a comment\n");
    let path = "/My%20Team/_apis/git/repositories/r/pullRequests/7/threads";
    assert_eq!(asked.lock().unwrap()[1].0, format!("POST {path}?api-version=7.1"));
    let mark = "<!-- ptuplan: review -->\nold";
    let own = serde_json::json!({ "value": [
        { "id": 1, "comments": [{ "id": 1, "content": null }] },
        { "id": 5, "comments": [{ "id": 2, "content": mark }] },
    ] });
    let (address, asked) = stand_in(&own.to_string());
    assert_eq!(settings(address.leak()), "updated the comment\n");
    assert_eq!(asked.lock().unwrap()[1].0, format!("PATCH {path}/5/comments/2?api-version=7.1"));
}

/// A stand-in for `az`, which keeps what is deployed in a folder and logs what it is asked for.
const AZ: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "$*" >>"$STATE/log"
case "$*" in
"account set"*) ;;
*"account show"*) echo swedencentral ;;
*"usage list"*) cat "$SAMPLES/usage-list.json" ;;
*"model list"*) cat "$SAMPLES/models-list.json" ;;
*"--method get"*"deployments?api"*)
    cat "$STATE"/deployed-* 2>/dev/null | jq --slurp '{value: .}' || true ;;
*"--method put"*"/deployments/"*)
    name=$(sed 's#.*/deployments/\([^?]*\)?.*#\1#' <<<"$*" | head -1)
    while [[ $1 != --body ]]; do shift; done
    jq --arg name "$name" '. + {name: $name}' <<<"$2" >"$STATE/deployed-$name" ;;
*"--query properties.provisioningState"*) echo Succeeded ;;
*"Microsoft.Capacity/catalogs"*) echo '[{"name": "OpenAI_Provisioned_Managed_DataZone"}]' ;;
*"calculatePrice"*) echo '{"properties": {"reservationOrderId": "order-1", "billingCurrencyTotal": {"amount": 1}}}' ;;
*"reservationOrders/order-1"*) ;;
*) echo "unexpected: $*" >&2; exit 9 ;;
esac
"#;

#[test]
#[ignore = "needs bash and jq"]
fn the_script_deploys_in_order_and_buys_last() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let az = state.join("az");
    std::fs::write(&az, AZ).unwrap();
    Command::new("chmod").arg("+x").arg(&az).status().unwrap();
    let samples = super::support::file("");
    let path = format!("{}:{}", state.display(), std::env::var("PATH").unwrap());
    let run = |argument: &str, buy: &str| {
        let output = Command::new("bash")
            .arg(super::support::file("plan.sh"))
            .arg(argument)
            .envs([("PATH", path.as_str()), ("SAMPLES", &samples), ("BUY", buy)])
            .envs([("SUBSCRIPTION_ID", "s"), ("RESOURCE_GROUP", "g"), ("ACCOUNT", "a")])
            .env("STATE", state)
            .output()
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let log = || std::fs::read_to_string(state.join("log")).unwrap_or_default();
    // Nothing is bought before it is deployed, nor without being told to.
    let (code, err) = run("buy", "yes");
    assert!(code == 1 && err.contains("deploy first"), "{err}");
    assert!(run("buy", "").1.contains("BUY=yes"));
    // The usage list has 50 of 100 PTU in use and 500 of 1,000 thousand tokens: both fit.
    let (code, err) = run("deploy", "");
    assert_eq!(code, 0, "{err}");
    let puts = |log: &str| -> Vec<String> {
        let lines = log.lines().filter(|line| line.contains("--method put"));
        lines
            .map(|line| {
                line.split("/deployments/").last().unwrap().split('?').next().unwrap().to_owned()
            })
            .collect()
    };
    assert_eq!(puts(&log()), ["chat-spill", "chat-ptu"]);
    let (code, err) = run("buy", "yes");
    assert_eq!(code, 0, "{err}");
    let last = log().lines().rfind(|line| line.starts_with("rest")).unwrap().to_owned();
    assert!(last.contains("--method put") && last.contains("reservationOrders/order-1"), "{last}");
    // Idempotent: once more puts the same, and deletes nothing.
    assert_eq!(run("deploy", "").0, 0);
    assert_eq!(puts(&log()).iter().filter(|name| *name == "chat-ptu").count(), 2);
    assert!(!log().contains("delete"));
}
