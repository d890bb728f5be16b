//! `ptuplan init`: a commented scenario to start from, made from answers or flags and checked before it is written.

use crate::catalog::Catalog;
use crate::cli::ask::{Question, ask};
use crate::cli::common::Common;
use crate::cli::exit::{Failure, Verdict};
use crate::cli::file::write_file;
use crate::cli::input;
use crate::cli::output::print;
use crate::scenario::load::load;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use clap::Args;
use jiff::civil::Date;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

/// SKUs taken when none is named.
const SKUS: &str = "GlobalStandard,GlobalProvisionedManaged";
/// Trace taken when none is named.
const TRACE: &str = "azure-2023-conversation";

/// `ptuplan init`. Nothing that decides a cost has a default: model, region and quota tier must be said.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitCommand {
    /// Ask for every value, as happens at a terminal when no flag is given
    #[arg(long)]
    ask: bool,
    /// Model, as the platform spells it
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Azure region of the deployments
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Quota tier of the subscription, such as "Tier 1"
    #[arg(long, value_name = "TIER")]
    quota_tier: Option<String>,
    /// First day of the bill
    #[arg(long, value_name = "DATE")]
    start: Option<Date>,
    /// Name for titles
    #[arg(long, default_value = "My scenario")]
    name: String,
    /// A bundled trace, or a file relative to the scenario
    #[arg(long, default_value = TRACE)]
    trace: String,
    /// Output limit that the client sets on every request
    #[arg(long, value_name = "N", default_value_t = 800)]
    max_output_tokens: u32,
    /// SKUs that may be bought, as the platform spells them
    #[arg(long, value_delimiter = ',', default_value = SKUS)]
    sku: Vec<String>,
    /// File to write; stdout when absent. An existing file is not touched
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  ptuplan init                       asks, at a terminal
  ptuplan init --model gpt-4.1 --region swedencentral --quota-tier \"Tier 1\" \\
      --start 2026-12-01 -o scenario.toml";

/// Everything a scenario to start from needs.
struct Answers {
    name: String,
    model: String,
    region: String,
    quota_tier: String,
    start: Date,
    trace: String,
    max_output_tokens: u32,
    sku: Vec<String>,
    output: Option<PathBuf>,
}

pub(super) fn run(command: &InitCommand, common: &Common) -> Result<Verdict, Failure> {
    let nothing_said = command.model.is_none()
        && command.region.is_none()
        && command.quota_tier.is_none()
        && command.start.is_none();
    let start = if command.ask || nothing_said && std::io::stdin().is_terminal() {
        let catalog = input::catalog(common)?;
        asked(command, &catalog, &mut std::io::stdin().lock(), &mut std::io::stderr().lock())?
    } else {
        said(command)?
    };
    let text = scenario(&start);
    // What init writes must load; a value that breaks the file is the caller's mistake and is told as such.
    load("the new scenario", &text)?;
    let Some(path) = &start.output else {
        print(text.as_bytes())?;
        return Ok(Verdict::Yes);
    };
    if path.exists() {
        return Err(already_there(path).into());
    }
    write_file(path, text.as_bytes())?;
    print(format!("Wrote {0}. Next: ptuplan recommend {0}\n", path.display()).as_bytes())?;
    Ok(Verdict::Yes)
}

fn already_there(path: &std::path::Path) -> Diagnostic {
    Diagnostic::error("already-there", format!("already there: {}", path.display()))
        .hint("name another file, or remove this one first")
}

/// The flags; what has no default must be among them.
fn said(command: &InitCommand) -> Result<Answers, Failure> {
    let InitCommand { model, region, quota_tier, start, .. } = command.clone();
    let (Some(model), Some(region), Some(quota_tier), Some(start)) =
        (model, region, quota_tier, start)
    else {
        let missing: Vec<&str> = [
            ("--model", command.model.is_none()),
            ("--region", command.region.is_none()),
            ("--quota-tier", command.quota_tier.is_none()),
            ("--start", command.start.is_none()),
        ]
        .into_iter()
        .filter_map(|(flag, missing)| missing.then_some(flag))
        .collect();
        return Err(Diagnostic::error("not-said", format!("not said: {}", missing.join(", ")))
            .hint("nothing that decides a cost has a default; `ptuplan init --ask` asks for each")
            .into());
    };
    Ok(Answers {
        name: command.name.clone(),
        model,
        region,
        quota_tier,
        start,
        trace: command.trace.clone(),
        max_output_tokens: command.max_output_tokens,
        sku: command.sku.clone(),
        output: command.output.clone(),
    })
}

/// What a person answers. Names are looked up in the catalogue at once; flags given beside `--ask` are the defaults.
fn asked(
    command: &InitCommand,
    catalog: &Catalog,
    answers: &mut impl BufRead,
    prompts: &mut impl Write,
) -> Result<Answers, Failure> {
    let mut put = |text: &str,
                   example: &str,
                   default: Option<&str>,
                   check: &dyn Fn(&str) -> Result<(), Diagnostics>| {
        ask(&Question { text, example, default, check }, answers, prompts)
    };
    let any = |_: &str| Ok(());
    let found = |found: Result<(), Diagnostic>| found.map_err(Diagnostics::from);
    let tiers: Vec<&str> = catalog.quota_tiers().collect();
    let name = put("Name for titles", "", Some(&command.name), &any)?;
    let model = put("Model", "gpt-4.1", command.model.as_deref(), &|answer| {
        found(catalog.model(answer).map(drop))
    })?;
    let region = put("Azure region", "swedencentral", command.region.as_deref(), &|answer| {
        found(catalog.region(answer).map(drop))
    })?;
    let start = command.start.map(|start| start.to_string());
    let start = put("First day of the bill", "2026-12-01", start.as_deref(), &|answer| {
        date(answer).map(drop)
    })?;
    let tier = format!("one of {}", tiers.join(", "));
    let quota_tier =
        put("Quota tier of the subscription", &tier, command.quota_tier.as_deref(), &|answer| {
            if tiers.contains(&answer) {
                return Ok(());
            }
            Err(Diagnostic::error("unknown-quota-tier", format!("unknown quota tier: {answer}"))
                .hint(format!("one of {}", tiers.join(", ")))
                .into())
        })?;
    let sku = command.sku.join(",");
    let sku = put("SKUs that may be bought, with commas", SKUS, Some(&sku), &|answer| {
        found(list(answer).iter().try_for_each(|sku| catalog.sku(sku).map(drop)))
    })?;
    let trace = "Traffic: a bundled trace, or a CSV or Parquet file beside the scenario";
    let trace = put(trace, TRACE, Some(&command.trace), &any)?;
    let limit = command.max_output_tokens.to_string();
    let limit = put("Output limit a client sets on a request", "800", Some(&limit), &|answer| {
        whole(answer).map(drop)
    })?;
    let file = command.output.as_deref().unwrap_or(std::path::Path::new("scenario.toml"));
    let output = put("File to write", "scenario.toml", Some(&file.to_string_lossy()), &|answer| {
        let path = std::path::Path::new(answer);
        if path.exists() { Err(already_there(path).into()) } else { Ok(()) }
    })?;
    Ok(Answers {
        name,
        model,
        region,
        quota_tier,
        start: date(&start)?,
        trace,
        max_output_tokens: whole(&limit)?,
        sku: list(&sku),
        output: Some(output.into()),
    })
}

fn date(answer: &str) -> Result<Date, Diagnostics> {
    answer.parse().map_err(|_| {
        Diagnostic::error("not-a-date", format!("not a date: {answer}"))
            .hint("write it as 2026-12-01")
            .into()
    })
}

fn whole(answer: &str) -> Result<u32, Diagnostics> {
    answer.parse().map_err(|_| {
        Diagnostic::error("not-a-number", format!("not a whole number: {answer}")).into()
    })
}

fn list(answer: &str) -> Vec<String> {
    answer.split(',').map(|item| item.trim().to_owned()).collect()
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn scenario(command: &Answers) -> String {
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
# batch        = {{ within = "24 h", share = "40 %" }}   # the share that can wait: batch or flex may serve it
# prompt_cache = {{ prefixes = 4, prefix_tokens = 1_152 }}

[slo]
throttled_share = "0.1 %"           # of calls, after the client's own retries
added_wait.p99  = "2 s"

[allow]
sku        = [{skus}]
commitment = ["hourly", "1-month", "1-year"]
# every deployment type may be listed: "GlobalBatch" for calls that can wait, "DeveloperTier" for fine-tuned models,
# "GlobalManagedCompute" with the machines it may run on (docs/kinds.md has them all)
# compute = [{{ machine = "H100_80GB", requests_per_instance = 16, latency = {{ tokens_per_second = 50 }} }}]
# service_tier = ["priority", "flex"]     # tried on standard deployments
# schedule = true                   # PTUs may be resized by the hour of the day
# region   = ["westeurope"]         # regions to deploy in instead, or to fail over to

[subscription]
quota_tier = {tier}
# agreement = "Enterprise and MCA-E" # batch quotas depend on it
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
