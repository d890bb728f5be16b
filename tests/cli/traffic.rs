//! Traffic from the command line: synthetic workloads, what-ifs, and the trace commands.

use super::{ptuplan, root};
#[cfg(feature = "forecast")]
use std::fmt::Write;
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

/// Five calls in 25 minutes: what they meet is a question, what a month of them costs is not.
#[test]
fn simulate_plays_a_few_calls_once_and_says_so_where_a_plan_asks_what_follows() {
    let scratch = tempfile::tempdir().unwrap();
    let rows: String = (0..5).map(|call| format!("{},600,60\n", call * 300_000_000)).collect();
    let header = "arrival_us,input_tokens,output_tokens\n";
    fs::write(scratch.path().join("calls.csv"), format!("{header}{rows}")).unwrap();
    let path = scenario(scratch.path(), "traffic = { trace = \"calls.csv\" }\n", "", "");
    let path = path.to_str().unwrap();
    let (code, out, err) = run(&["simulate", path, "--format", "json"]);
    assert!(code.is_some_and(|code| code < 2), "{err}");
    assert_eq!(requests(&out), 5);
    assert!(err.contains("warning: trace shorter than the window"), "{err}");
    assert!(err.contains("lasts 25 minutes of"), "{err}");
    let (code, _, err) = run(&["recommend", path]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("error: trace shorter than the window"), "{err}");
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

/// Reads a table of the summary that `--format json` prints.
fn summary(arguments: &[&str]) -> serde_json::Value {
    let (code, out, err) = run(&[arguments, &["--format", "json", "--quiet"]].concat());
    assert_eq!(code, Some(0), "{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn transforms_are_done_in_the_order_given() {
    let scratch = tempfile::tempdir().unwrap();
    let path = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let transform = |name: &str, steps: &[&str]| {
        let output = path(name);
        let head = ["trace", "transform", "azure-2023-conversation"];
        summary(&[&head[..], steps, &["-o", &output]].concat())
    };
    let cut = transform("cut.csv", &["slice=5min..10min", "scale=2"]);
    assert!(cut["span_s"].as_f64().unwrap() <= 300.0);
    let first_twice = transform("twice.csv", &["scale=2", "slice=5min..10min"]);
    // Both keep the rate, but copies that cross the cut are lost or gained only when the rate is doubled first.
    let count = |view: &serde_json::Value| view["requests"].as_f64().unwrap();
    assert!((count(&cut) / count(&first_twice) - 1.0).abs() < 0.1);
    assert_ne!(cut["requests"], first_twice["requests"]);
    let cut_file = path("cut.csv");
    let both = summary(&[
        "trace",
        "transform",
        &cut_file,
        "thin=0.5",
        "stretch=2",
        "surge=2min+1min*3",
        &format!("merge={cut_file}"),
        "anonymise",
        "-o",
        &path("both.csv"),
    ]);
    assert!(count(&both) > 1.5 * count(&cut) && both["start"].is_null());
    let (code, _, err) =
        run(&["trace", "transform", &cut_file, "scale=big", "shrink=2", "-o", &path("no.csv")]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("\"scale=big\" is not understood")
            && err.contains("no such step: \"shrink=2\""),
        "{err}"
    );
    assert!(!scratch.path().join("no.csv").exists());
}

/// Minute totals of a gateway: what they were is kept, what they cannot say is told with the result.
#[test]
fn results_say_what_leans_on_requests_made_from_totals() {
    let scratch = tempfile::tempdir().unwrap();
    let sample = root().join("tests/workload/samples/azure-portal-chart.csv");
    fs::copy(sample, scratch.path().join("chart.csv")).unwrap();
    let traffic = "traffic = { trace = \"chart.csv\", repeat = true, totals = { arrivals = \"even\", input_variation = 0.5 } }\n";
    let path = scenario(scratch.path(), traffic, "", "");
    let (code, out, err) =
        run(&["simulate", path.to_str().unwrap(), "--format", "json", "--quiet"]);
    assert!(code.is_some_and(|code| code < 2), "{err}");
    let view: serde_json::Value = serde_json::from_str(&out).unwrap();
    let assumed = view["scenario"]["workloads"][0]["assumed"].to_string();
    for part in
        ["at even distances", "variation 0.5 input", "PTU sizes, spillover", "pay-as-you-go cost"]
    {
        assert!(assumed.contains(part), "{part}: {assumed}");
    }
    let (_, text, _) = run(&["simulate", path.to_str().unwrap(), "--quiet"]);
    assert!(text.contains("Assumed of the traffic of chat"), "{text}");
}

#[test]
fn columns_of_no_known_format_are_named_on_the_command_line() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("own.csv");
    fs::write(
        &file,
        "when,in,out,team\n2026-01-01T00:00:00Z,10,5,red\n2026-01-01T00:00:09Z,20,6,blue\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let (code, _, err) = run(&["trace", "summarize", file]);
    assert_eq!(code, Some(2));
    assert!(err.contains("--columns arrival="), "{err}");
    let named = "arrival=when,arrival_unit=timestamp,input_tokens=in,output_tokens=out,client=team";
    let view = summary(&["trace", "summarize", file, "--columns", named]);
    assert_eq!(view["requests"], 2);
    assert_eq!(view["clients"][0], 2);
    let (code, _, err) = run(&["trace", "summarize", file, "--columns", "arrival=when,output=out"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("columns not understood"), "{err}");
    let (code, text, _) = run(&["trace", "import", file, "--columns", named]);
    assert_eq!((code, text.trim()), (Some(0), "2 rows read, 2 requests"));
}

#[cfg(feature = "forecast")]
#[test]
fn a_forecast_has_months_a_back_test_and_a_block_for_the_scenario() {
    let scratch = tempfile::tempdir().unwrap();
    let mut csv = String::from("arrival,input_tokens,output_tokens\n");
    for day in 0..90_i64 {
        let date = jiff::civil::date(2026, 1, 1).saturating_add(jiff::ToSpan::days(day));
        let weekend =
            matches!(date.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        let calls = (if weekend { 20.0 } else { 60.0 }) * 1.1_f64.powf(day as f64 / 30.44)
            + (day * 7 % 5) as f64;
        for call in 0..calls as i64 {
            let minute = call * 1_439 / (calls as i64 - 1);
            writeln!(csv, "{date}T{:02}:{:02}:00Z,900,100", minute / 60, minute % 60).unwrap();
        }
    }
    let file = scratch.path().join("history.csv");
    fs::write(&file, csv).unwrap();
    let out = scratch.path().join("plots");
    let arguments = ["trace", "forecast", file.to_str().unwrap(), "--horizon", "6 months"];
    let view = summary(&[&arguments[..], &["--out", out.to_str().unwrap()]].concat());
    assert_eq!(view["months"].as_array().unwrap().len(), 6);
    assert_eq!(view["months"][0]["month"], "2026-04-01");
    let growth = view["growth_per_month"]["p50"].as_f64().unwrap();
    assert!((growth - 0.1).abs() < 0.05, "{growth}");
    assert!(out.join("forecast.svg").exists() && out.join("forecast.png").exists());
    let (code, text, _) = run(&arguments);
    assert_eq!(code, Some(0));
    assert!(text.contains("Back-test") && text.contains("growth_per_month = { low"), "{text}");
    // The block is one a scenario takes.
    let traffic = "traffic = { trace = \"azure-2023-conversation\", repeat = true, scale = 0.3 }\n";
    let block = view["scenario"].as_str().unwrap();
    let path = scenario(scratch.path(), traffic, "", &format!("\n{block}"));
    let (code, _, err) = run(&["simulate", path.to_str().unwrap(), "--quiet"]);
    assert!(code.is_some_and(|code| code < 2), "{err}");
    // Or the scenario names the history itself.
    let named = "traffic = { trace = \"azure-2023-conversation\", repeat = true, scale = 0.3, forecast = \"history.csv\" }\n";
    let path = scenario(scratch.path(), named, "", "\n[horizon]\nmonths = 6\n");
    let (code, text, err) = run(&["simulate", path.to_str().unwrap(), "--quiet"]);
    assert!(code.is_some_and(|code| code < 2), "{err}");
    assert!(text.contains("forecast from 90 days of history.csv"), "{text}");
    let path = scenario(scratch.path(), named, "", &format!("\n{block}"));
    let (code, _, err) = run(&["simulate", path.to_str().unwrap(), "--quiet"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("growth stated twice"), "{err}");
    let short = named.replace("history.csv", "azure-2023-conversation");
    let path = scenario(scratch.path(), &short, "", "");
    let (_, _, err) = run(&["simulate", path.to_str().unwrap(), "--quiet"]);
    assert!(err.contains("cannot read trace") || err.contains("0 whole days"), "{err}");
    let (code, _, err) = run(&["trace", "forecast", "azure-2023-conversation"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("0 whole days of history"), "{err}");
}

/// Office hours of one day, 9:00 to 17:00, a call each five minutes: 96 calls. `simulate = "1 day"` stands for every day.
#[test]
fn office_hours_of_a_day_are_played_once_a_day() {
    let scratch = tempfile::tempdir().unwrap();
    let mut log = String::from("timestamp,model,input_tokens,output_tokens,status\n");
    for call in 0..96 {
        let minute = 9 * 60 + call * 5;
        log += &format!(
            "2026-11-02T{:02}:{:02}:07.5Z,gpt-4.1,1000,100,200\n",
            minute / 60,
            minute % 60
        );
    }
    fs::write(scratch.path().join("office.csv"), log).unwrap();
    let ask = |repeat: &str, command: &str| {
        let traffic = format!("traffic = {{ trace = \"office.csv\", repeat = {repeat} }}\n");
        let path = scenario(scratch.path(), &traffic, "", "");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("simulate = \"2 hours\"", "simulate = \"1 day\"")).unwrap();
        run(&[command, path.to_str().unwrap(), "--format", "json"])
    };
    let (_, json, said) = ask("true", "simulate");
    assert_eq!(requests(&json), 96);
    assert!(said.contains("lasts 8 hours of a day: it is played once a day"), "{said}");
    assert!(json.contains("the rest of each day has no traffic"));
    let (_, json, said) = ask("\"days\"", "simulate");
    assert_eq!((requests(&json), said.contains("warning")), (96, false), "{said}");
    // Three times eight hours.
    assert_eq!(requests(&ask("\"end-to-end\"", "simulate").1), 288);
    let (_, _, said) = ask("true", "compare");
    assert!(said.contains("lasts 8 hours of a day: it is played once a day"), "{said}");
}
