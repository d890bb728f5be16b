//! A month of traffic as large as asked: made, imported, summarized and replayed by the program itself, process by process.
//!
//! ```text
//! PTUPLAN_VOLUME_REQUESTS=100000000 cargo bench --bench month
//! ```
//!
//! The default is a million requests. The files go to `PTUPLAN_VOLUME_DIR` or the system's folder for scratch files, about 30 bytes a request, and
//! are removed. Budgets: at most 24 bytes of memory a request where a trace is held; memory that does not grow with the trace where it is
//! played, imported or summarized in pieces. Times are processor time, which other work on the machine stretches least.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use ptuplan::units::luck::splitmix64;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const MONTH_US: f64 = 30.0 * 86_400e6;

const SCENARIO: &str = r#"name   = "A month"
start  = 2026-12-01
length = "1 month"
zone   = "UTC"
region = "swedencentral"

[[workload]]
name    = "calls"
model   = "gpt-4.1"
traffic = { trace = "TRACE" }
max_output_tokens = 800
client  = "openai-sdk"

[allow]
sku        = ["GlobalProvisionedManaged", "GlobalStandard"]
commitment = ["hourly"]

[subscription]
quota_tier = "Tier 1"
has_used = ["gpt-4.1", "gpt-4.1-mini", "gpt-4o-mini"]

[today]
deployments = [
  { name = "ptu", sku = "GlobalProvisionedManaged", model = "gpt-4.1", capacity_ptu = PTU, spillover_to = "spill" },
  { name = "spill", sku = "GlobalStandard", model = "gpt-4.1", limit_tokens_per_minute = 1_000_000 },
]
"#;

/// Rows as of a gateway's log: Poisson arrivals over 30 days, log-normal lengths.
fn make(path: &Path, requests: u64) {
    let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(path).unwrap());
    out.write_all(b"arrival_us,input_tokens,output_tokens\n").unwrap();
    let mut state = 42_u64;
    let mut uniform = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        (splitmix64(state) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mean_us = MONTH_US / requests as f64;
    let mut at = 0.0;
    for _ in 0..requests {
        at -= (1.0 - uniform()).ln() * mean_us;
        let radius = (-2.0 * (1.0 - uniform()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * uniform()).sin_cos();
        let input = (1_000.0 * (radius * cos).exp()).clamp(1.0, 128_000.0) as u32;
        let output = (200.0 * (0.8 * radius * sin).exp()).clamp(1.0, 800.0) as u32;
        writeln!(out, "{},{input},{output}", at as u64).unwrap();
    }
    out.flush().unwrap();
}

/// Runs the program: seconds of processor time, of the wall clock, and the most memory it held, bytes; and what it said.
fn run(arguments: &[&str]) -> (f64, f64, f64, Vec<u8>) {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%U %S %e %M", env!("CARGO_BIN_EXE_ptuplan")])
        .args(arguments)
        .arg("--quiet")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {said}");
    let last = said.lines().last().unwrap();
    let figures: Vec<f64> = last.split(' ').map(|figure| figure.parse().unwrap()).collect();
    (figures[0] + figures[1], figures[2], figures[3] * 1024.0, output.stdout)
}

fn main() {
    if !Path::new("/usr/bin/time").exists() {
        println!("SKIPPED: no /usr/bin/time to tell the memory of a process");
        return;
    }
    let requests: u64 = std::env::var("PTUPLAN_VOLUME_REQUESTS")
        .map_or(1_000_000, |text| text.replace('_', "").parse().unwrap());
    let root =
        std::env::var_os("PTUPLAN_VOLUME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = root.join(format!("ptuplan-volume-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let of = |name: &str| folder.join(name).to_string_lossy().into_owned();
    make(Path::new(&of("t.csv")), requests);
    // So many PTUs that some requests spill over.
    let ptu = (requests * 16 / 1_000_000).div_ceil(5).max(3) * 5;
    for form in ["trace", "parquet"] {
        let text = SCENARIO.replace("TRACE", &format!("t.{form}")).replace("PTU", &ptu.to_string());
        fs::write(of(&format!("{form}.toml")), text).unwrap();
    }
    println!("\n{requests} requests of a month; {ptu} PTU\n");
    println!("| what | processor s | million requests/s | wall s | peak MiB | bytes a request |");
    println!("|---|---:|---:|---:|---:|---:|");
    let show = |what: &str, arguments: &[&str]| {
        let (processor, wall, peak, said) = run(arguments);
        println!(
            "| {what} | {processor:.2} | {:.1} | {wall:.1} | {:.0} | {:.1} |",
            requests as f64 / processor.max(0.01) / 1e6,
            peak / f64::from(1 << 20),
            peak / requests as f64
        );
        said
    };
    let json = ["--format", "json"];
    show(
        "import CSV to .trace, in pieces",
        &["trace", "import", &of("t.csv"), "-o", &of("t.trace")],
    );
    let summary = show(
        "summarize .trace, in pieces",
        &[&["trace", "summarize", &of("t.trace")][..], &json].concat(),
    );
    let held =
        show("simulate .trace, held", &[&["simulate", &of("trace.toml")][..], &json].concat());
    let pieces = show(
        "simulate .trace, in pieces",
        &[&["simulate", &of("trace.toml"), "--stream"][..], &json].concat(),
    );
    assert!(held == pieces, "pieces give another result");
    assert!(summary.len() > 100);
    if cfg!(feature = "tables") {
        let parquet = of("t.parquet");
        show(
            "import .trace to Parquet, held",
            &["trace", "import", &of("t.trace"), "-o", &parquet],
        );
        fs::remove_file(of("t.csv")).unwrap();
        show(
            "import Parquet to .trace, in pieces",
            &["trace", "import", &parquet, "-o", &of("u.trace")],
        );
        // Blocks may end elsewhere, so that the bytes differ; the calls do not.
        let copy = show(
            "summarize it, in pieces",
            &[&["trace", "summarize", &of("u.trace")][..], &json].concat(),
        );
        let text = |said: &[u8]| String::from_utf8_lossy(said).replace("u.trace", "t.trace");
        assert!(text(&copy) == text(&summary), "the copy has other calls");
        show("simulate Parquet, held", &[&["simulate", &of("parquet.toml")][..], &json].concat());
        let again = show(
            "simulate Parquet, in pieces",
            &[&["simulate", &of("parquet.toml"), "--stream"][..], &json].concat(),
        );
        let text = String::from_utf8_lossy(&again).replace("t.parquet", "t.trace");
        assert!(text.as_bytes() == pieces, "Parquet gives another result");
    }
    let bytes = |name: &str| fs::metadata(of(name)).map_or(0.0, |file| file.len() as f64);
    for name in ["t.trace", "t.parquet"] {
        println!(
            "| {name}: bytes a request on disk | | | | | {:.1} |",
            bytes(name) / requests as f64
        );
    }
    fs::remove_dir_all(&folder).unwrap();
}
