//! `ptuplan init`: a commented scenario to start from, made from answers or flags and checked before it is written.

use crate::catalog::Catalog;
use crate::cli::ask::{Question, ask};
use crate::cli::common::Common;
use crate::cli::exit::{Failure, Verdict};
use crate::cli::init_arguments::{InitCommand, TRACE, output_limit, quoted};
use crate::cli::init_choices as choices;
use crate::cli::init_traffic::{self, Part, Playing};
use crate::cli::input;
use crate::cli::output::print;
use crate::files::file::write_file;
use crate::files::trace::read_files;
use crate::scenario::load::load;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::bundled;
use crate::workload::import::{Imported, ReadSpec};
use jiff::civil::Date;
use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// SKUs taken when none is named.
const SKUS: &str = "GlobalStandard,GlobalProvisionedManaged";
/// Everything a scenario to start from needs.
pub(super) struct Answers {
    pub(super) name: String,
    pub(super) model: String,
    pub(super) region: String,
    pub(super) quota_tier: String,
    pub(super) start: Date,
    pub(super) trace: String,
    /// Its workloads, each with its model.
    pub(super) parts: Vec<Part>,
    pub(super) playing: Playing,
    /// As stated; none where nobody did.
    pub(super) max_output_tokens: Option<u32>,
    pub(super) sku: Vec<String>,
    pub(super) output: Option<PathBuf>,
}

pub(super) fn run(command: &InitCommand, common: &Common) -> Result<Verdict, Failure> {
    if !command.from.is_empty() {
        let text = crate::cli::init_from::scenario(command, common)?;
        return written(&text, command.output.as_deref());
    }
    let nothing_said = command.model.is_none()
        && command.region.is_none()
        && command.quota_tier.is_none()
        && command.start.is_none();
    let catalog = input::catalog(common)?;
    let spec = ReadSpec { strict: true, ..command.reading.spec()? };
    let log = command.traffic.as_ref().map(|path| read_files(std::slice::from_ref(path), &spec));
    let log = log.transpose()?;
    let (parts, unnamed) = init_traffic::parts(command, log.as_ref(), &catalog)?;
    if let Some(log) = log.as_ref().filter(|_| !common.quiet) {
        for line in choices::found(log) {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
    let mut start = if command.ask || nothing_said && std::io::stdin().is_terminal() {
        let (mut answers, mut prompts) = (std::io::stdin().lock(), std::io::stderr().lock());
        asked(command, log.as_ref(), &catalog, &mut answers, &mut prompts)?
    } else {
        said(command, log.as_ref(), &catalog)?
    };
    start.trace = from_folder_of(start.output.as_deref(), &start.trace);
    // What a person states is the model of all; what the log says, that of its own part.
    let of_log = log.as_ref().and_then(|log| choices::model_of(log, &catalog));
    let stated =
        command.model.is_some() || parts.len() < 2 || of_log.as_ref() != Some(&start.model);
    for mut part in parts {
        let said = stated.then_some(start.model.as_str());
        part.model = Some(init_traffic::model_of(&part, said)?.to_owned());
        start.parts.push(part);
    }
    if let Some(log) = &log {
        start.playing = Playing::of(log);
        let said = init_traffic::said_of(start.playing, log, Some(start.start));
        for line in said.into_iter().chain(init_traffic::left_out(unnamed)) {
            if !common.quiet {
                let _ = writeln!(std::io::stderr(), "{line}");
            }
        }
    }
    let text = scenario(&start);
    // What init writes must load; a value that breaks the file is the caller's mistake and is told as such.
    load("the new scenario", &text)?;
    written(&text, start.output.as_deref())
}

/// Writes a scenario where it is to go.
fn written(text: &str, output: Option<&Path>) -> Result<Verdict, Failure> {
    let Some(path) = output else {
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

/// A trace's path as the scenario writes it: from the scenario's folder. Bundled traces and full paths stay.
fn from_folder_of(scenario: Option<&Path>, trace: &str) -> String {
    let folder = scenario.and_then(Path::parent).filter(|parent| !parent.as_os_str().is_empty());
    let path = Path::new(trace);
    let Some(folder) = folder.filter(|_| bundled::get(trace).is_none() && path.exists()) else {
        return trace.to_owned();
    };
    match path.strip_prefix(folder) {
        Ok(inside) => inside.to_string_lossy().into_owned(),
        Err(_) => std::path::absolute(path)
            .map_or_else(|_| trace.to_owned(), |full| full.to_string_lossy().into_owned()),
    }
}

/// The flags; what has no default must be among them.
fn said(
    command: &InitCommand,
    log: Option<&Imported>,
    catalog: &Catalog,
) -> Result<Answers, Failure> {
    let InitCommand { model, region, quota_tier, start, .. } = command.clone();
    let model = model.or_else(|| log.and_then(|log| choices::model_of(log, catalog)));
    let without_model = model.is_none();
    let (Some(model), Some(region), Some(quota_tier), Some(start)) =
        (model, region, quota_tier, start)
    else {
        let missing: Vec<&str> = [
            ("--model", without_model),
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
        name: command.name.clone().unwrap_or_else(|| "My scenario".to_owned()),
        model,
        region,
        quota_tier,
        start,
        trace: match &command.traffic {
            Some(path) => path.to_string_lossy().into_owned(),
            None => command.trace.clone(),
        },
        parts: Vec::new(),
        playing: Playing::ONE_DAY,
        max_output_tokens: command.max_output_tokens,
        sku: if command.sku.is_empty() { list(SKUS) } else { command.sku.clone() },
        output: command.output.clone(),
    })
}

/// What a person answers: six short questions, each with the choices there are after the answers before. Flags given with
/// `--ask` are the defaults; what has a harmless default is not asked.
fn asked(
    command: &InitCommand,
    log: Option<&Imported>,
    catalog: &Catalog,
    answers: &mut impl BufRead,
    prompts: &mut impl Write,
) -> Result<Answers, Failure> {
    let mut put = |text: &str,
                   expects: &str,
                   default: Option<&str>,
                   check: &dyn Fn(&str) -> Result<(), Diagnostics>| {
        ask(&Question { text, expects, default, check }, answers, prompts)
    };
    let found = |found: Result<(), Diagnostic>| found.map_err(Diagnostics::from);
    let of_log = log.and_then(|log| choices::model_of(log, catalog));
    let model = command.model.as_deref().or(of_log.as_deref());
    let model =
        put("Model", "such as gpt-4.1", model, &|answer| found(catalog.model(answer).map(drop)))?;
    let start = command.start.map(|start| start.to_string());
    let start = put("First day of the bill", "such as 2026-12-01", start.as_deref(), &|answer| {
        date(answer).map(drop)
    })?;
    let day = date(&start)?;
    let regions = choices::regions(catalog, &model, day);
    let region = command.region.as_deref();
    let region = put("Azure region", &choices::expected(&regions), region, &|answer| {
        found(catalog.region(answer).map(drop))?;
        if regions.is_empty() {
            return Ok(());
        }
        choices::one_of("not-offered-there", "region of this model", &regions, answer)
    })?;
    let offered = choices::skus(catalog, &model, &region, day);
    let stated = if command.sku.is_empty() { offered.clone() } else { command.sku.clone() };
    let stated = stated.join(",");
    let sku = put("SKUs that may be bought, with commas", SKUS, Some(&stated), &|answer| {
        found(list(answer).iter().try_for_each(|sku| catalog.sku(sku).map(drop)))?;
        list(answer).iter().filter(|_| !offered.is_empty()).try_for_each(|sku| {
            choices::one_of("not-offered-there", "SKU of this model in this region", &offered, sku)
        })
    })?;
    let sku = list(&sku);
    let tiers = choices::tiers(catalog, &model, &sku, day);
    let tier = command.quota_tier.as_deref();
    let quota_tier = put("Quota tier", &choices::expected(&tiers), tier, &|answer| {
        choices::one_of("unknown-quota-tier", "quota tier", &tiers, answer)
    })?;
    let trace = if let Some(path) = &command.traffic {
        path.to_string_lossy().into_owned()
    } else {
        let text = "Traffic: a bundled trace, or a log or table (CSV, Parquet)";
        put(text, TRACE, Some(&command.trace), &|answer| {
            let known = bundled::get(answer).is_some() || std::path::Path::new(answer).exists();
            let missing = Diagnostic::error("no-traffic", format!("no such trace: {answer}"));
            known.then_some(()).ok_or_else(|| missing.hint("a path from this folder").into())
        })?
    };
    let output = command.output.clone().unwrap_or_else(|| PathBuf::from("scenario.toml"));
    Ok(Answers {
        name: command.name.clone().unwrap_or_else(|| format!("Chat on {model}")),
        model,
        region,
        quota_tier,
        start: day,
        trace,
        parts: Vec::new(),
        playing: Playing::ONE_DAY,
        max_output_tokens: command.max_output_tokens,
        sku,
        output: Some(output),
    })
}

fn date(answer: &str) -> Result<Date, Diagnostics> {
    answer.parse().map_err(|_| {
        Diagnostic::error("not-a-date", format!("not a date: {answer}"))
            .hint("write it as 2026-12-01")
            .into()
    })
}

fn list(answer: &str) -> Vec<String> {
    answer.split(',').map(|item| item.trim().to_owned()).collect()
}

/// The SKU of what is deployed today.
fn standard(command: &Answers) -> Option<&String> {
    command.sku.iter().find(|sku| sku.ends_with("Standard"))
}

/// What is deployed today: one standard deployment of each workload's model.
fn today_of(command: &Answers) -> String {
    let Some(sku) = standard(command) else { return String::new() };
    let head =
        "\n[today]                             # always a candidate, and what `simulate` runs\n";
    let several = command.parts.len() > 1;
    let deployed = command.parts.iter().map(|part| {
        let name = if several { format!("name = {}, ", quoted(&part.name)) } else { String::new() };
        let model = part.model.as_deref().unwrap_or(&command.model);
        format!("{{ {name}sku = {}, model = {} }}", quoted(sku), quoted(model))
    });
    let deployed: Vec<String> = deployed.collect();
    if several {
        return format!("{head}deployments = [\n    {},\n]\n", deployed.join(",\n    "));
    }
    format!("{head}deployments = [{}]\n", deployed.join(", "))
}

/// The workloads, the first of them with what else one may say.
fn workloads_of(command: &Answers) -> String {
    let several = command.parts.len() > 1;
    let mut text = String::new();
    for (index, part) in command.parts.iter().enumerate() {
        let first = index == 0;
        let model = quoted(part.model.as_deref().unwrap_or(&command.model));
        let (trace, keys) = (quoted(&command.trace), &part.keys);
        let repeat = command.playing.repeat;
        let _ = writeln!(text, "[[workload]]\nname    = {}\nmodel   = {model}", quoted(&part.name));
        if first {
            text += MORE_OF_MODEL;
        }
        let _ = write!(text, "traffic = {{ trace = {trace}{keys}, repeat = {repeat} }}");
        text += if first {
            "   # a bundled trace, or a CSV or Parquet file beside this one\n"
        } else {
            "\n"
        };
        if first {
            text += MORE_OF_TRAFFIC;
        }
        let limit = output_limit(command.max_output_tokens, &command.trace);
        let said = if first { "  # what the client sets; admission counts it" } else { "" };
        let _ = writeln!(text, "{}", format!("{limit:<34}{said}").trim_end());
        text += "client  = \"openai-sdk\"";
        text += if first { "              # or \"azure-sdk\", \"none\"\n" } else { "\n" };
        if several && standard(command).is_some() {
            let _ = writeln!(text, "route   = [{}]", quoted(&part.name));
        }
        text.push('\n');
        if first {
            text += MORE_OF_CALLS;
        }
    }
    text
}

const MORE_OF_MODEL: &str = r#"# model = ["gpt-4.1", "gpt-4.1-mini"]     # today's first, then what may serve instead
# model_share = { "gpt-4.1-mini" = "30 %" } # or serve this share of the calls
"#;

const MORE_OF_TRAFFIC: &str = r#"# traffic = { trace = "log.csv", columns = { arrival = "time", arrival_unit = "timestamp", input_tokens = "in", output_tokens = "out" } }
"#;

const MORE_OF_CALLS: &str = r#"# [workload.calls]                  # how it calls beyond that
# timeout      = "60 s"
# service_tier = "priority"
# batch        = { within = "24 h", share = "40 %" }   # the share that can wait: batch or flex may serve it
# prompt_cache = { prefixes = 4, prefix_tokens = 1_152 }

"#;

/// The text of a scenario to start from.
pub(super) fn scenario(command: &Answers) -> String {
    let skus: Vec<String> = command.sku.iter().map(|sku| quoted(sku)).collect();
    let (today, workloads) = (today_of(command), workloads_of(command));
    let simulate = if command.playing.one_day {
        "simulate = \"1 day\"                  # simulated request by request; stands for each \
            day of the month"
    } else {
        "# simulate = \"1 day\"                # every request of the month is simulated; \
            this: the first day stands for each"
    };
    format!(
        r#"# What should this workload run on? Run: ptuplan recommend FILE

name   = {name}
start  = {start}                 # a civil date in `zone`
length = "1 month"                  # what the bill covers
zone   = "UTC"                      # IANA name, such as "Europe/Stockholm"
{simulate}
region = {region}

{workloads}[slo]
throttled_share = "0.1 %"           # of calls, after the client's own retries
added_wait.p99  = "2 s"
# survives_outage = {{ of = "region", lasts = "1 h" }}   # the objectives hold while any one region is down

# [uncertain]                       # least, most likely, greatest: the candidates are replayed in futures drawn from these
# traffic          = {{ low = 0.8, mode = 1, high = 1.4 }}
# growth_per_month = {{ low = "0 %", mode = "2 %", high = "5 %" }}
# cached_share     = {{ low = "10 %", mode = "30 %", high = "50 %" }}

# [horizon]                         # how far the purchases are planned, month by month
# months = 12

[allow]
sku        = [{skus}]
commitment = ["hourly", "1-month", "1-year"]
# every deployment type may be listed: "GlobalBatch" for calls that can wait, "DeveloperTier" for fine-tuned models,
# "GlobalManagedCompute" with the machines it may run on (docs/kinds.md has them all)
# compute = [{{ machine = "H100_80GB", requests_per_instance = 16, latency = {{ tokens_per_second = 50 }} }}]
# service_tier = ["priority", "flex"]     # tried on standard deployments
# schedule = true                   # PTUs may be resized by the hour of the day
# region   = ["westeurope"]         # regions to deploy in instead, or to fail over to

# [require]                         # what a candidate must keep, however cheap
# data_zone      = "eu"             # or geography = "Sweden", region = "swedencentral", at_rest = "eu"
# authentication = "entra-id"       # or "api-key", "managed-identity"
# budget         = "40000 USD a month"
# model_until    = "horizon"        # the model must be there until the end of the period (default) or of the horizon

[subscription]
quota_tier = {tier}
# has_used  = ["gpt-4.1"]           # deprecated models that the subscription has deployed, so may deploy again
# agreement = "Enterprise and MCA-E" # batch quotas depend on it
# ptu_quota = {{ GlobalProvisionedManaged = 300 }}      # in each region; not limited when absent
# quota_request = [{{ sku = "GlobalProvisionedManaged", ptu = 500, asked = 2026-12-01 }}]   # an increase on its way
{today}
# [[event]]                         # what happens on the way
# at = "15 h"
# what = "outage"
# lasts = "20 min"
"#,
        name = quoted(&command.name),
        start = command.start,
        region = quoted(&command.region),
        skus = skus.join(", "),
        tier = quoted(&command.quota_tier),
    )
}
