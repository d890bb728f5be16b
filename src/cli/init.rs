//! `ptuplan init`: a commented scenario to start from, made from flags and checked before it is written.

use super::exit::{Failure, Verdict};
use super::output::{print, write_file};
use crate::scenario::load::load;
use crate::units::diagnostic::Diagnostic;
use clap::Args;
use std::path::PathBuf;

/// `ptuplan init`. Nothing that decides a cost has a default: model, region and quota tier must be said.
#[derive(Args, Clone, Debug)]
pub(super) struct InitCommand {
    /// Model, as the platform spells it
    #[arg(long, value_name = "MODEL")]
    model: String,
    /// Azure region of the deployments
    #[arg(long, value_name = "REGION")]
    region: String,
    /// Quota tier of the subscription, such as "Tier 1"
    #[arg(long, value_name = "TIER")]
    quota_tier: String,
    /// First day of the bill
    #[arg(long, value_name = "DATE")]
    start: jiff::civil::Date,
    /// Name for titles
    #[arg(long, default_value = "My scenario")]
    name: String,
    /// A bundled trace, or a file relative to the scenario
    #[arg(long, default_value = "azure-2023-conversation")]
    trace: String,
    /// Output limit that the client sets on every request
    #[arg(long, value_name = "N", default_value_t = 800)]
    max_output_tokens: u32,
    /// SKUs that may be bought, as the platform spells them
    #[arg(long, value_delimiter = ',', default_value = "GlobalStandard,GlobalProvisionedManaged")]
    sku: Vec<String>,
    /// File to write; stdout when absent. An existing file is not touched
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(command: &InitCommand) -> Result<Verdict, Failure> {
    let text = scenario(command);
    // What init writes must load; a value that breaks the file is the caller's mistake and is told as such.
    load("the new scenario", &text)?;
    let Some(path) = &command.output else {
        print(text.as_bytes())?;
        return Ok(Verdict::Yes);
    };
    if path.exists() {
        return Err(Diagnostic::error(
            "already-there",
            format!("already there: {}", path.display()),
        )
        .hint("name another file, or remove this one first")
        .into());
    }
    write_file(path, text.as_bytes())?;
    print(format!("Wrote {0}. Next: ptuplan recommend {0}\n", path.display()).as_bytes())?;
    Ok(Verdict::Yes)
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn scenario(command: &InitCommand) -> String {
    let skus: Vec<String> = command.sku.iter().map(|sku| quoted(sku)).collect();
    let standard = command.sku.iter().find(|sku| sku.ends_with("Standard"));
    let today = standard.map_or_else(String::new, |sku| {
        format!(
            "\n[today]                             # always a candidate, and what `simulate` runs\n\
             deployments = [{{ sku = {}, model = {} }}]\n",
            quoted(sku),
            quoted(&command.model)
        )
    });
    format!(
        r#"# What should this workload run on? Run: ptuplan recommend FILE

name   = {name}
start  = {start}                 # a civil date in `zone`
length = "1 month"                  # what the bill covers
zone   = "UTC"                      # IANA name, such as "Europe/Stockholm"
simulate = "1 day"                  # simulated request by request; stands for each day of the month
region = {region}

[[workload]]
name    = "chat"
model   = {model}
# model = ["gpt-4.1", "gpt-4.1-mini"]     # today's first, then what may serve instead
# model_share = {{ "gpt-4.1-mini" = "30 %" }} # or serve this share of the calls
traffic = {{ trace = {trace}, repeat = true }}   # a bundled trace, or a CSV or Parquet file beside this one
# traffic = {{ trace = "log.csv", columns = {{ arrival = "time", arrival_unit = "timestamp", input_tokens = "in", output_tokens = "out" }} }}
max_output_tokens = {limit}             # what the client sets; admission counts it
client  = "openai-sdk"              # or "azure-sdk", "none"

# [workload.calls]                  # how it calls beyond that
# timeout      = "60 s"
# service_tier = "priority"
# prompt_cache = {{ prefixes = 4, prefix_tokens = 1_152 }}

[slo]
throttled_share = "0.1 %"           # of calls, after the client's own retries
added_wait.p99  = "2 s"

[allow]
sku        = [{skus}]
commitment = ["hourly", "1-month", "1-year"]
# schedule = true                   # PTUs may be resized by the hour of the day
# region   = ["westeurope"]         # regions to deploy in instead, or to fail over to

[subscription]
quota_tier = {tier}
# ptu_quota = {{ GlobalProvisionedManaged = 300 }}
{today}
# [[event]]                         # what happens on the way
# at = "15 h"
# what = "outage"
# lasts = "20 min"
"#,
        name = quoted(&command.name),
        start = command.start,
        region = quoted(&command.region),
        model = quoted(&command.model),
        trace = quoted(&command.trace),
        limit = command.max_output_tokens,
        skus = skus.join(", "),
        tier = quoted(&command.quota_tier),
    )
}
