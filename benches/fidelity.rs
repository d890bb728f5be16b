//! How near traffic made from a fit comes to the trace it was fitted to, in the figures of `trace summarize` and in the recommendation.
//! `cargo bench --bench fidelity [-- NAME…]` prints the tables of `docs/fidelity.md` for the public traces in `../shared/traces` (Parquet, or the same
//! as CSV where the feature `tables` is off); `--figures` leaves the recommendations out, `TRACES` names another folder. It says so where a trace is
//! missing.

#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use figures::FIGURES;
use ptuplan::catalog::Catalog;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::decide;
use ptuplan::plan::workers::Serial;
use ptuplan::scenario::load::load;
use ptuplan::workload::fit::{Fit, fit};
use ptuplan::workload::import::{Imported, ReadSpec, read};
use ptuplan::workload::synth::{Arrivals, generate};
use ptuplan::workload::trace::Trace;
use ptuplan::workload::transform::{Seam, repeat};
use std::path::{Path, PathBuf};

#[path = "../tests/workload/figures.rs"]
mod figures;

/// Name, and the window that is planned for: the trace is played again until it is full.
const TRACES: [(&str, &str); 7] = [
    ("azure_2023_code", "1 h"),
    ("azure_2023_conv_first_half", "1 h"),
    ("mooncake_arxiv_first1000", "1 h"),
    ("mooncake_synthetic", "1 h"),
    ("servegen_deepseek_r1_24h", "24 h"),
    ("servegen_m_large_24h", "24 h"),
    ("servegen_mm_image_24h", "24 h"),
];

/// The trace of that name; none, and loudly so, where there is none to read.
fn open(folder: &Path, name: &str) -> Option<Imported> {
    let [parquet, csv] = ["parquet", "csv"].map(|end| folder.join(format!("{name}.{end}")));
    #[cfg(feature = "tables")]
    if parquet.exists() {
        let spec = ReadSpec::default();
        return ptuplan::workload::tables::read_parquet_file(name, &parquet, &spec).ok();
    }
    let Ok(bytes) = std::fs::read(&csv) else {
        println!("SKIPPED {name}: neither {} nor {}", parquet.display(), csv.display());
        return None;
    };
    read(name, &bytes, &ReadSpec::default()).ok()
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--b")).collect();
    let figures_only = asked.iter().any(|argument| argument == "--figures");
    let names: Vec<&String> = asked.iter().filter(|a| !a.starts_with("--")).collect();
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    let folder = std::env::var_os("TRACES").map_or(beside, PathBuf::from);
    let mut found = Vec::new();
    for (name, window) in TRACES {
        if !names.is_empty() && !names.iter().any(|wanted| name.contains(wanted.as_str())) {
            continue;
        }
        let Some(real) = open(&folder, name) else { continue };
        let fitted = fit(&real).expect("long enough");
        let made = generate(&fitted.spec("fitted", &real, 0)).expect("a sound spec");
        found.push((name, window, real, fitted, made));
    }
    let names = FIGURES.map(|figure| figure.0).join(" | ");
    println!("| trace | {names} |\n|---|{}", "---:|".repeat(FIGURES.len()));
    let mut spread = Vec::new();
    for (name, _, real, fitted, _) in &found {
        let figures = figures::figures(real, fitted);
        let cells = FIGURES.map(|(figure, _)| {
            let found = figures.iter().find(|found| found.name == figure);
            found.map_or_else(|| "–".to_owned(), |found| format!("{:.2}", found.median))
        });
        println!("| {name} | {} |", cells.join(" | "));
        spread.push((name, figures));
    }
    for (name, figures) in spread {
        for found in figures.iter().filter(|found| {
            ["fullest second", "tokens in the fullest minute"].contains(&found.name)
        }) {
            println!("{name}: {} {:.2} to {:.2}", found.name, found.least, found.greatest);
        }
    }
    for (name, _, _, fitted, _) in &found {
        println!("{name}: {}", model(fitted));
    }
    if figures_only {
        return;
    }
    println!(
        "\n| trace | real: choice | USD a month | fitted: choice | USD a month | difference |\n|---|---|---:|---|---:|---:|"
    );
    for (name, window, real, _, made) in found {
        let [real, made] = [real.trace, made.trace].map(|trace| answer(trace, window));
        let change = (made.1 / real.1 - 1.0) * 100.0;
        println!(
            "| {name} | {} | {:.0} | {} | {:.0} | {change:+.1} % |",
            real.0, real.1, made.0, made.1
        );
    }
}

fn model(fitted: &Fit) -> String {
    let of = |process: &Arrivals| match process {
        Arrivals::Measured { memory, .. } => format!("measured, {memory:?}"),
        other => format!("{other:?}"),
    };
    let all: Vec<String> = fitted
        .arrivals
        .iter()
        .map(|f| {
            format!(
                "{} (KS {:.3}, dispersion {:.2})",
                of(&f.process),
                f.standing.distance,
                f.standing.dispersion
            )
        })
        .collect();
    format!(
        "{}; batch {:?}; shape {} bins of {} min",
        all.join(" > "),
        fitted.batch.as_ref().map(|b| b.data.mean),
        fitted.shape.len(),
        fitted.bin_us / 60_000_000
    )
}

/// What is recommended for a trace played over the window, and its monthly cost.
fn answer(mut trace: Trace, window: &str) -> (String, f64) {
    let text = format!(
        "name = \"fidelity\"\nstart = 2026-12-01\nlength = \"1 month\"\nzone = \"UTC\"\nregion = \"swedencentral\"\nsimulate = \"{window}\"\n\
         [[workload]]\nname = \"w\"\nmodel = \"gpt-4.1\"\ntraffic = {{ trace = \"given\" }}\nclient = \"openai-sdk\"\n\
         [slo]\nthrottled_share = \"0.1 %\"\nadded_wait.p99 = \"2 s\"\n\
         [allow]\nsku = [\"GlobalStandard\", \"GlobalProvisionedManaged\"]\ncommitment = [\"hourly\", \"1-month\", \"1-year\"]\n\
         [subscription]\nquota_tier = \"Tier 5\"\nhas_used = [\"gpt-4.1\", \"gpt-4.1-mini\", \"gpt-4o-mini\"]\n"
    );
    let scenario = load("fidelity", &text).expect("a sound scenario");
    let catalog = Catalog::embedded().expect("sound tables");
    trace.seed = 0;
    let trace = repeat(&trace, scenario.window.length_us, Seam::MeanGap).expect("a trace");
    let traces = [trace];
    let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
    let answer = decide(question, &Serial).expect("an answer");
    let Some(choice) = answer.choice.map(|choice| &answer.candidates[choice]) else {
        return ("nothing is feasible".to_owned(), f64::NAN);
    };
    let cost = choice
        .spread
        .as_ref()
        .map_or(f64::NAN, |spread| spread.p50.amount().to_string().parse().unwrap_or(f64::NAN));
    (choice.candidate.name.to_string(), cost)
}
