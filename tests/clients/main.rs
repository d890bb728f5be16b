//! The retry policies of the catalogue against the real clients: the public packages, installed into a virtual environment,
//! call a loopback server that refuses them, and their attempts come when the engine says.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot do its work has failed")]

use ptuplan::catalog::Catalog;
use ptuplan::engine::rules::{LogScope, MoreLimits};
use ptuplan::engine::run;
use ptuplan::engine::setup::{
    Admission, Client, Deployment, DeploymentIx, Limiter, RetryHeader, Setup, Stream,
};
use ptuplan::engine::work::ServiceTime;
use ptuplan::scenario::resolve::engine_client;
use ptuplan::workload::trace::Trace;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The packages whose behaviour the catalogue states.
const PACKAGES: [&str; 3] = ["openai==3.57.0", "azure-ai-inference==1.0.0b9", "azure-core==1.41.0"];
/// The client of the script and the policy of the catalogue.
const POLICIES: [(&str, &str); 2] =
    [("openai", "openai-python-3.57"), ("azure-ai-inference", "azure-core-python-1.41")];
/// What a process on a busy machine is late by, seconds; and what clocks differ by.
const LATE_S: f64 = 0.45;
const EARLY_S: f64 = 0.02;
/// Requests whose jitter is drawn, to know its range.
const DRAWS: u32 = 400;

/// What the script prints for a case.
#[derive(serde::Deserialize)]
struct Measured {
    client: String,
    case: String,
    attempts: usize,
    gaps_s: Vec<f64>,
    error: String,
}

/// A virtual environment with the packages; none where they cannot be had.
fn environment() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients-venv");
    let python = home.join("bin/python");
    let ready = home.join("ready");
    let wanted = PACKAGES.join(" ");
    if std::fs::read_to_string(&ready).is_ok_and(|text| text == wanted) {
        return Some(python);
    }
    let done = |command: &mut Command| command.output().is_ok_and(|out| out.status.success());
    if !done(Command::new("python3").arg("-m").arg("venv").arg(&home)) {
        return None;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
    if !done(&mut pip) {
        return None;
    }
    std::fs::write(&ready, wanted).unwrap();
    Some(python)
}

/// A deployment that answers every call as a case says, and the rules of its caller.
fn refusing(case: &str) -> (Deployment, Option<u64>) {
    let service = ServiceTime { first_token_us: 1_000_000, per_output_token_us: 0 };
    let after = |us: u64, header: RetryHeader| Limiter {
        limit_tokens_per_minute: Some(1),
        too_large_after_us: us,
        header,
        ..Limiter::documented(16)
    };
    let limiter = match case {
        "429" => after(0, RetryHeader::Both),
        "429 retry-after 1" => after(1_000_000, RetryHeader::Seconds),
        "429 retry-after-ms 700" => after(700_000, RetryHeader::Milliseconds),
        "429 both" => after(1_700_000, RetryHeader::Both),
        "429 retry-after 121" => after(121_000_000, RetryHeader::Seconds),
        "503" | "408" => Limiter::documented(16),
        other => panic!("unknown case: {other}"),
    };
    let mut deployment = Deployment::new(Admission::Standard(limiter), service);
    deployment.rules.limits = MoreLimits { retry_after_step_us: 1_000, ..MoreLimits::default() };
    match case {
        "503" => deployment.rules.lifetime.created_us = u64::MAX >> 14,
        "408" => return (deployment, Some(1)),
        _ => {}
    }
    (deployment, None)
}

/// Least and greatest time between attempts, seconds, over many draws of the jitter.
fn scheduled(client: Client, case: &str) -> Vec<[f64; 2]> {
    let (deployment, timeout_us) = refusing(case);
    let mut stream = Stream::new(vec![DeploymentIx(0)], client);
    stream.rules.timeout_us = timeout_us;
    let setup = Setup {
        deployments: vec![deployment],
        streams: vec![stream],
        log: LogScope::All,
        ..Setup::new(3_600_000_000)
    };
    let count = DRAWS as usize;
    let trace = Trace::new(vec![0; count], vec![10; count], vec![10; count]);
    let outcome = run(&setup, &[&trace]).unwrap();
    let mut gaps: Vec<[f64; 2]> = Vec::new();
    for request in 0..DRAWS {
        let times: Vec<u64> =
            outcome.log.iter().filter(|e| e.request == request).map(|e| e.at_us).collect();
        for (index, pair) in times.windows(2).enumerate() {
            let gap = (pair[1] - pair[0]) as f64 / 1e6;
            match gaps.get_mut(index) {
                Some([least, most]) => (*least, *most) = (least.min(gap), most.max(gap)),
                None => gaps.push([gap, gap]),
            }
        }
    }
    gaps
}

#[test]
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
#[ignore = "installs Python packages: run by .ci/run, or with --ignored"]
fn clients_try_again_when_the_engine_says() {
    let Some(python) = environment() else {
        eprintln!(
            "SKIPPED: {} cannot be installed; the clients are not compared",
            PACKAGES.join(", ")
        );
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/attempts.py");
    let out = Command::new(python)
        .arg(script)
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let measured: Vec<Measured> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(measured.len(), 13, "{text}");
    let catalog = Catalog::embedded().unwrap();
    let mut wrong = Vec::new();
    for found in &measured {
        let (_, name) = POLICIES.iter().find(|(client, _)| *client == found.client).unwrap();
        let gaps = scheduled(engine_client(catalog.client(name).unwrap()), &found.case);
        assert_ne!(found.error, "the call succeeded");
        let alike = found.attempts == gaps.len() + 1
            && found
                .gaps_s
                .iter()
                .zip(&gaps)
                .all(|(gap, [least, most])| (*least - EARLY_S..=most + LATE_S).contains(gap));
        if !alike {
            wrong.push(format!(
                "{name}, {}: {} attempts after {:?}, the engine has {gaps:?}",
                found.case, found.attempts, found.gaps_s
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
