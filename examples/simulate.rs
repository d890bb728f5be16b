//! One deployment, an hour of traffic: who is throttled, and what does it cost?
//!
//! ```text
//! cargo run --no-default-features --example simulate
//! ```
#![allow(clippy::print_stdout, reason = "an example prints its answer")]

use ptuplan::catalog::Catalog;
use ptuplan::scenario::load::load;
use ptuplan::scenario::run::evaluate::{price, simulate};
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

[today]
deployments = [{ name = "ptu", sku = "GlobalProvisionedManaged", model = "gpt-4.1", capacity_ptu = 50 }]
"#;

fn main() -> Result<(), Diagnostics> {
    let catalog = Catalog::embedded()?;
    let scenario = load("hour.toml", SCENARIO)?;
    // Ten calls a second for an hour, each of 600 tokens in and 100 out.
    let calls = 36_000_usize;
    let arrivals = (0..calls as u64).map(|call| call * 100_000).collect();
    let trace = Trace::new(arrivals, vec![600; calls], vec![100; calls]);
    let Some(today) = &scenario.today else { return Ok(()) };
    let simulated = simulate(&scenario, &catalog, &[trace], today)?;
    let bill = price(&scenario, &catalog, &simulated, today.payment)?;
    println!("{:#?}", simulated.outcome.streams[0]);
    println!("{}", bill.totals().billed.to_exact_string());
    Ok(())
}
