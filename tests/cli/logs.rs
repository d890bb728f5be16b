//! A log on its way into a scenario: `init --traffic` plays all of it, for each of its deployments.

use super::traffic::run;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A chart of whole days, by the hour: as many calls an hour as `calls` says of the day.
fn chart(folder: &Path, calls: &[u32]) -> String {
    let mut text = "Time,\"Azure OpenAI Requests (Sum), a\",\"Processed Prompt Tokens (Sum), a\",\
                    \"Generated Completion Tokens (Sum), a\"\n"
        .to_owned();
    for (day, calls) in calls.iter().enumerate() {
        for hour in 0..24 {
            let at = format!("2026-11-{:02} {hour:02}:00:00", 2 + day);
            let _ = writeln!(text, "{at},{calls},{},{}", calls * 1_000, calls * 100);
        }
    }
    let path = folder.join("metrics.csv");
    fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

/// What `init` writes and says of a log.
fn init(folder: &Path, log: &str, more: &[&str]) -> (String, String) {
    let file = folder.join("scenario.toml");
    let _ = fs::remove_file(&file);
    let flags = ["init", "--traffic", log, "--start", "2026-12-01", "--region", "swedencentral"];
    let rest = ["--quota-tier", "Tier 1", "-o", file.to_str().unwrap()];
    let (code, _, err) = run(&[&flags[..], &rest, more].concat());
    assert_eq!(code, Some(0), "{err}");
    (fs::read_to_string(file).unwrap(), err)
}

/// Calls of each workload that `simulate` simulates, by its name, and what it says.
fn simulated(folder: &Path) -> (Vec<(String, u64)>, String) {
    let file = folder.join("scenario.toml");
    let (code, out, err) = run(&["simulate", file.to_str().unwrap(), "--format", "json"]);
    assert!(code.is_some_and(|code| code < 2), "{err}");
    let view: serde_json::Value = serde_json::from_str(&out).unwrap();
    let all = view["scenario"]["workloads"].as_array().unwrap().iter().map(|workload| {
        (workload["name"].as_str().unwrap().to_owned(), workload["requests"].as_u64().unwrap())
    });
    (all.collect(), err)
}

#[test]
fn a_week_of_metrics_is_simulated_whole_whatever_its_first_day() {
    let scratch = tempfile::tempdir().unwrap();
    for days in [[20, 20, 20, 20, 20, 2, 2], [2, 2, 20, 20, 20, 20, 20]] {
        let log = chart(scratch.path(), &days);
        let (text, said) = init(scratch.path(), &log, &["--model", "gpt-5"]);
        assert!(text.contains("repeat = \"weeks\"") && !text.contains("\nsimulate"), "{text}");
        assert!(
            said.contains("the log lasts 7.0 days") && said.contains("(0 rows left out)"),
            "{said}"
        );
        let (calls, _) = simulated(scratch.path());
        // Four weeks of 104 x 24 calls, and the three days after them.
        let rest: u32 = days[..3].iter().sum();
        // The instant of a call within its hour is made up, so one more or less fits the last hour.
        assert!(calls[0].1.abs_diff(u64::from((4 * 104 + rest) * 24)) <= 20, "{calls:?}");
    }
    // A shorter window is played as asked, with what it leaves out.
    let file = scratch.path().join("scenario.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("# simulate = \"1 day\"", "simulate = \"1 day\" #")).unwrap();
    let (_, said) = simulated(scratch.path());
    assert!(
        said.contains("plays the first 1 day of the 7 days of")
            && said.contains("6 days are left out"),
        "{said}"
    );
    // Ten days are no weeks: all ten are played.
    let log = chart(scratch.path(), &[1; 10]);
    let (text, _) = init(scratch.path(), &log, &["--model", "gpt-5"]);
    assert!(text.contains("repeat = true") && !text.contains("\nsimulate"), "{text}");
    // A day stands for each.
    let log = chart(scratch.path(), &[5]);
    let (text, _) = init(scratch.path(), &log, &["--model", "gpt-5"]);
    assert!(text.contains("repeat = true") && text.contains("\nsimulate = \"1 day\""), "{text}");
}

/// A log of some days: its whole days fill the month, and no answer is cut by a limit that nobody set.
#[test]
fn some_days_are_played_every_day_and_no_answer_is_cut() {
    let scratch = tempfile::tempdir().unwrap();
    let log = chart(scratch.path(), &[1, 20, 20]);
    let (text, said) = init(scratch.path(), &log, &["--model", "gpt-5"]);
    assert!(text.contains("repeat = \"days\"") && !text.contains("\nsimulate"), "{text}");
    assert!(text.contains("# max_output_tokens = 800") && !text.contains("\nmax_output"), "{text}");
    assert!(said.contains("its whole days are played again and again"), "{said}");
    let (calls, said) = simulated(scratch.path());
    // 31 days: ten times all three, and the first day again.
    assert!(calls[0].1.abs_diff(10 * 41 * 24 + 24) <= 20, "{calls:?}");
    assert!(!said.contains("are cut"), "{said}");
    let (text, _) = init(scratch.path(), &log, &["--model", "gpt-5", "--max-output-tokens", "300"]);
    assert!(text.contains("\nmax_output_tokens = 300"), "{text}");
}

#[test]
fn a_log_of_several_deployments_has_a_workload_for_each() {
    let scratch = tempfile::tempdir().unwrap();
    let mut text = "timestamp,deployment,model,input_tokens,output_tokens\n".to_owned();
    for second in 0..40 {
        let (deployment, model) = match second % 4 {
            0 => ("rag", "gpt-4.1-2025-04-14"),
            1 => ("mini", "gpt-4.1-mini"),
            _ => ("chat", "gpt-5"),
        };
        let _ = writeln!(text, "2026-11-20T09:00:{second:02}.5Z,{deployment},{model},1000,100");
    }
    let log = scratch.path().join("query_data.csv");
    fs::write(&log, text).unwrap();
    let log = log.to_str().unwrap();
    let (text, _) = init(scratch.path(), log, &[]);
    assert_eq!(text.matches("[[workload]]").count(), 3, "{text}");
    assert!(text.contains("where = { deployment = \"rag\" }"), "{text}");
    let (calls, said) = simulated(scratch.path());
    let names: Vec<&str> = calls.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["rag", "mini", "chat"]);
    assert!(calls[0].1 == calls[1].1 && calls[0].1.abs_diff(calls[2].1 / 2) < 2, "{calls:?}");
    assert!(!said.contains("other models"), "{said}");
    // A deployment that was called in one hour of the day is silent in the others.
    let mut text = "timestamp,deployment,model,input_tokens,output_tokens\n".to_owned();
    for minute in 0..1_440 {
        let deployment = if minute / 60 == 9 { "rag" } else { "chat" };
        let (hour, minute) = (minute / 60, minute % 60);
        let _ =
            writeln!(text, "2026-11-20T{hour:02}:{minute:02}:07.5Z,{deployment},gpt-5,1000,100");
    }
    fs::write(scratch.path().join("day.csv"), text).unwrap();
    init(scratch.path(), scratch.path().join("day.csv").to_str().unwrap(), &[]);
    let (calls, _) = simulated(scratch.path());
    assert_eq!(calls.iter().map(|(_, calls)| calls).collect::<Vec<_>>(), [&1_380, &60]);
    // One model for all of them is said to be another than most of the calls name.
    init(
        scratch.path(),
        log,
        &["--model", "gpt-5", "--where", "deployment=rag", "--where", "deployment=chat"],
    );
    let (_, said) = simulated(scratch.path());
    assert!(said.contains("calls of other models are played as calls of gpt-5"), "{said}");
    assert!(said.contains("gpt-4.1 (10)"), "{said}");
}

/// A bill states no calls: what is assumed instead goes into the scenario.
#[test]
fn a_bill_becomes_a_scenario_with_the_mean_size_of_a_call() {
    let scratch = tempfile::tempdir().unwrap();
    let log = scratch.path().join("bill.csv");
    let bill = "Date,MeterCategory,MeterName,ResourceId,Quantity,UnitOfMeasure,ChargeType\n\
                11/20/2026,Foundry Models,GPT 5 Inpt Glbl 1M Tokens,/accounts/aoai,2,1M,Usage\n\
                11/20/2026,Foundry Models,GPT 5 Outpt Glbl 1M Tokens,/accounts/aoai,0.25,1M,Usage\n";
    fs::write(&log, bill).unwrap();
    let more = ["--model", "gpt-5", "--input-tokens-per-request", "1000"];
    let (text, _) = init(scratch.path(), log.to_str().unwrap(), &more);
    assert!(text.contains("totals = { input_tokens_per_request = 1000.0 }"), "{text}");
    let (calls, _) = simulated(scratch.path());
    assert!(calls[0].1 >= 2_000, "{calls:?}");
}

#[test]
fn columns_whose_names_have_commas_can_be_named() {
    let scratch = tempfile::tempdir().unwrap();
    let log = scratch.path().join("chart.csv");
    let text = "Klockan;\"Calls (Sum), aoai\";\"In (Sum), aoai\";\"Out (Sum), aoai\"\n\
                2026-11-20 09:00;2;2000;200\n2026-11-20 09:01;3;4500;300\n";
    fs::write(&log, text).unwrap();
    let columns = "arrival=Klockan,requests=Calls (Sum), aoai,input_tokens=In (Sum), aoai,output_tokens=Out (Sum), aoai";
    let (code, out, err) = run(&["trace", "import", log.to_str().unwrap(), "--columns", columns]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("5 requests"), "{out}");
}
