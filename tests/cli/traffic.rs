//! Traffic from the command line: synthetic workloads, what-ifs, and the trace commands.

use super::{ptuplan, root};
use std::fs;
use std::path::{Path, PathBuf};

/// Exit code, stdout, stderr.
pub(crate) fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let run = ptuplan().args(arguments).output().unwrap();
    let [out, err] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (run.status.code(), out, err)
}

const CLIENTS: [&str; 2] = ["staff", "bots"];

fn client(name: &str, table: &str) -> String {
    format!(
        "[[{table}]]\nname = \"{name}\"\nusers = 3000\ncalls_per_user_per_day = 12\ninput_tokens = {{ p50 = 800, p99 = 6000 }}\n\
         output_tokens = 200\n\n"
    )
}

/// The small scenario with other traffic and more at its end.
fn scenario(folder: &Path, traffic: &str, inline: &str, rest: &str) -> PathBuf {
    let text = fs::read_to_string(root().join("tests/cli/small.toml")).unwrap();
    let old = "traffic = { trace = \"azure-2023-conversation\", repeat = true, scale = 0.3 }\n";
    assert!(text.contains(old));
    let text = text.replace(old, traffic).replace("[slo]\n", &format!("{inline}[slo]\n"));
    let path = folder.join("scenario.toml");
    fs::write(&path, text + rest).unwrap();
    path
}

fn requests(json: &str) -> u64 {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    value["scenario"]["workloads"][0]["requests"].as_u64().unwrap()
}

#[test]
fn a_spec_in_the_scenario_and_beside_it_are_the_same_traffic() {
    let scratch = tempfile::tempdir().unwrap();
    let all: String =
        CLIENTS.iter().map(|name| client(name, "workload.traffic.synth.client")).collect();
    let inline = scenario(scratch.path(), "", &all, "");
    let simulate = |path: &Path, more: &[&str]| {
        let arguments = [&["simulate", path.to_str().unwrap(), "--format", "json"], more].concat();
        let (code, out, err) = run(&arguments);
        assert!(code.is_some_and(|code| code < 2), "{err}");
        out
    };
    let written_here = simulate(&inline, &[]);
    let file: String = CLIENTS.iter().map(|name| client(name, "client")).collect();
    fs::write(scratch.path().join("spec.toml"), &file).unwrap();
    let beside = scenario(scratch.path(), "traffic = { synth = \"spec.toml\" }\n", "", "");
    let from_file = simulate(&beside, &[]);
    let name = |text: &str| text.replace("\"synthetic\"", "\"spec.toml\"");
    assert_eq!(name(&written_here), from_file);
    // Two hours of 72,000 calls a day.
    let expected = 6_000.0;
    assert!((requests(&from_file) as f64 - expected).abs() < 6.0 * f64::sqrt(expected));
    assert_ne!(requests(&simulate(&beside, &["--seed", "8"])), requests(&from_file));
    // The same requests as `synth` makes, given the scenario's period and seed.
    let period = "start = 2026-12-01\nlength = \"2 hours\"\nzone = \"UTC\"\nseed = 7\n";
    let alone = scratch.path().join("alone.toml");
    fs::write(&alone, format!("{period}{file}")).unwrap();
    let (code, out, err) = run(&["synth", alone.to_str().unwrap(), "--format", "json"]);
    assert_eq!(code, Some(0), "{err}");
    let summary: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(summary["requests"], requests(&from_file));
    // On its own a spec states its period.
    let (code, _, err) = run(&["synth", scratch.path().join("spec.toml").to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(err.contains("period not stated: start, length, zone"), "{err}");
}

#[test]
fn what_ifs_are_asked_one_by_one_and_laid_side_by_side() {
    let scratch = tempfile::tempdir().unwrap();
    let traffic = "traffic = { trace = \"azure-2023-conversation\", repeat = true, scale = 0.3 }\n";
    let what_ifs = "\n[[what_if]]\nname = \"twice\"\nscale = 2\n\n[[what_if]]\nname = \"short answers\"\noutput_length = 0.5\n\
                    surge = [{ at = \"10 min\", length = \"5 min\", factor = 3 }]\n";
    let path = scenario(scratch.path(), traffic, "", what_ifs);
    let path = path.to_str().unwrap();
    let ask = |more: &[&str]| {
        let arguments = [&["simulate", path, "--format", "json"], more].concat();
        let (code, out, err) = run(&arguments);
        assert!(code.is_some_and(|code| code < 2), "{err}");
        serde_json::from_str::<serde_json::Value>(&out).unwrap()
    };
    let of = |view: &serde_json::Value, key: &str| {
        view["scenario"]["workloads"][0][key].as_f64().unwrap()
    };
    let (plain, twice) = (ask(&[]), ask(&["--what-if", "twice"]));
    assert!((of(&twice, "requests") / of(&plain, "requests") - 2.0).abs() < 0.01);
    assert_eq!(twice["scenario"]["name"], "Small: twice");
    let short = ask(&["--what-if", "short answers"]);
    let ratio = of(&short, "mean_output_tokens") / of(&plain, "mean_output_tokens");
    assert!((ratio - 0.5).abs() < 0.02, "{ratio}");
    assert!(of(&short, "peak_requests_per_minute") > 2.0 * of(&plain, "peak_requests_per_minute"));
    let (code, _, err) = run(&["simulate", path, "--what-if", "twcie"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("unknown what-if: twcie") && err.contains("did you mean \"twice\"?"),
        "{err}"
    );
}
