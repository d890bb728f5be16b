//! Which deployment should serve this traffic? The candidates, best first.
//!
//! ```text
//! cargo run --no-default-features --example recommend
//! ```
#![allow(clippy::print_stdout, reason = "an example prints its answer")]

use ptuplan::catalog::Catalog;
use ptuplan::plan::question::Question;
use ptuplan::plan::recommend::recommend;
use ptuplan::plan::workers::Serial;
use ptuplan::scenario::load::load;
use ptuplan::units::diagnostic::Diagnostics;
use ptuplan::workload::trace::Trace;

const SCENARIO: &str = r#"
name   = "An hour"
start  = 2026-12-01
length = "1 hour"
zone   = "UTC"
region = "swedencentral"

[[workload]]
name    = "chat"
model   = "gpt-4.1"
traffic = { trace = "made below" }
max_output_tokens = 200
client  = "openai-sdk"

[allow]
sku        = ["GlobalStandard", "GlobalProvisionedManaged"]
commitment = ["hourly", "1-month"]

[subscription]
quota_tier = "Tier 1"

[slo]
throttled_share = "0.1 %"

[uncertain]
replications = 1
"#;

fn main() -> Result<(), Diagnostics> {
    let catalog = Catalog::embedded()?;
    let scenario = load("hour.toml", SCENARIO)?;
    // Ten calls a second for an hour, each of 600 tokens in and 100 out.
    let calls = 36_000_usize;
    let arrivals = (0..calls as u64).map(|call| call * 100_000).collect();
    let traces = [Trace::new(arrivals, vec![600; calls], vec![100; calls])];
    let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
    let answer = recommend(question, &Serial)?;
    for (candidate, expected) in answer.candidates.iter().zip(&answer.expected).take(5) {
        let cost = expected.map_or_else(|| "infeasible".to_owned(), |cost| cost.to_exact_string());
        println!("{}: {cost}", candidate.candidate.name);
    }
    Ok(())
}
