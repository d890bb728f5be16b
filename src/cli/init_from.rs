//! `ptuplan init --from`: a scenario that starts from what runs.

use crate::cli::azure::FileArguments;
use crate::cli::common::Common;
use crate::cli::exit::{Failure, show_with};
use crate::cli::init_arguments::{InitCommand, output_limit, quoted};
use crate::cli::input;
use crate::scenario::azure::{Imported, ImportedDeployment, Side};
use crate::scenario::load::load;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use jiff::civil::Date;
use std::fmt::Write;

/// The text of a scenario with what the files say. What they cannot say is marked, and comes from flags.
pub(super) fn scenario(command: &InitCommand, common: &Common) -> Result<String, Failure> {
    let Some(start) = command.start else {
        return Err(Diagnostic::error("not-said", "not said: --start")
            .hint("the first day of the bill, such as --start 2026-12-01; no file of Azure has it")
            .into());
    };
    let catalog = input::catalog(common)?;
    let files: &FileArguments = &command.files;
    let inventory = files.inventory(&command.from, Side::After)?;
    let mut imported = files.imported(&inventory, &catalog, start, command.region.as_deref())?;
    imported.note_unsold();
    if !common.quiet {
        show_with(&imported.notes, "; the scenario has all of them");
    }
    let text = text(command, start, &imported)?;
    load(UNWRITTEN, &text).map_err(|wrong| in_its_files(wrong, &text, &imported))?;
    Ok(text)
}

/// What the scenario is called before it is written, which it never is where it is wrong.
const UNWRITTEN: &str = "the new scenario";

/// What a deployment has that no scenario takes is told with the place it stands at in the files
/// that were given.
fn in_its_files(mut wrong: Diagnostics, text: &str, imported: &Imported) -> Diagnostics {
    for own in &mut wrong.0 {
        let Some(place) = own.place.as_ref().filter(|place| &*place.file == UNWRITTEN) else {
            continue;
        };
        let line = usize::try_from(place.line).unwrap_or(0).checked_sub(1);
        let line = line.and_then(|line| text.lines().nth(line));
        if let Some(origin) = line.and_then(|line| imported.place_of(line)) {
            own.place = Some(origin);
        }
    }
    wrong
}

fn text(command: &InitCommand, start: Date, imported: &Imported) -> Result<String, Failure> {
    let Some(tier) = command.quota_tier.as_ref().or(imported.quota_tier.as_ref()) else {
        return Err(Diagnostic::error("not-said", "not said: --quota-tier")
            .hint(
                "az rest --method get --url https://management.azure.com/subscriptions/ID/providers/\
                 Microsoft.CognitiveServices/quotaTiers/default?api-version=2025-10-01-preview \
                 prints it: give that file too, or the flag",
            )
            .into());
    };
    let first = first_called(command, imported)?;
    let mut skus = command.sku.clone();
    if skus.is_empty() {
        let spill = imported.deployments.iter();
        let spill = spill.filter(|other| Some(&other.name) == first.spillover_to.as_ref());
        skus = spill.chain([first]).map(|own| own.sku.clone()).collect();
        skus.dedup();
    }
    let skus: Vec<String> = skus.iter().map(|sku| quoted(sku)).collect();
    let mut out = format!(
        r#"# What runs in Azure, as its files say it. What is marked "not from Azure" no file can say: check it first.
# Run: ptuplan simulate FILE, then ptuplan recommend FILE

name     = {name}
start    = {start}                # not from Azure: a civil date in `zone`
length   = "1 month"                 # not from Azure: what the bill covers
zone     = "UTC"                     # not from Azure
simulate = "1 day"                   # not from Azure: stands for each day of the month
region   = {region}

[[workload]]                         # not from Azure: no file of Azure Resource Manager has traffic
name    = "chat"
model   = {model}
traffic = {{ trace = {trace}, repeat = true }}   # a bundled trace: put your own log here (docs/traffic.md)
{limit}
client  = "openai-sdk"
route   = [{route}]                  # not from Azure: the deployment it calls first

[slo]                                # not from Azure
throttled_share = "0.1 %"

[allow]                              # not from Azure: what may be bought instead
sku        = [{skus}]
commitment = ["hourly", "1-month", "1-year"]

[subscription]
quota_tier = {tier}
"#,
        name = quoted(command.name.as_deref().unwrap_or("Imported from Azure")),
        region = quoted(&imported.region),
        model = quoted(&first.model),
        trace = quoted(&command.trace),
        limit = output_limit(command.max_output_tokens, &command.trace),
        route = quoted(&first.name),
        skus = skus.join(", "),
        tier = quoted(tier),
    );
    agreement(&mut out, command, imported);
    if let Some(quotas) = imported.ptu_quota_table() {
        let _ = writeln!(out, "ptu_quota  = {quotas}   # in each region");
    }
    if let Some(quotas) = imported.quota_array() {
        let _ = writeln!(out, "quota = {quotas}");
    }
    let _ = write!(out, "\n{}", imported.tables());
    if !imported.proposals.is_empty() {
        out += "\n# [require]                          # what the accounts are set to already\n";
        for proposal in &imported.proposals {
            let _ = writeln!(out, "# {proposal}");
        }
    }
    Ok(out)
}

/// The agreement, which decides how many tokens may be enqueued for batches.
fn agreement(out: &mut String, command: &InitCommand, imported: &Imported) {
    let batch = imported.deployments.iter().find(|own| own.batch);
    match (&command.agreement, batch) {
        (Some(agreement), _) => {
            let _ = writeln!(out, "agreement  = {}   # not from Azure", quoted(agreement));
        }
        (None, Some(batch)) => {
            let _ = writeln!(
                out,
                "# agreement = \"Enterprise and MCA-E\"   # not from Azure: the batch quota of {} depends \
                 on it; state yours",
                quoted(&batch.name)
            );
        }
        (None, None) => {}
    }
}

/// The deployment that calls go to first: of the model asked for where one is, that nothing spills over to, answering at once.
/// One of PTUs goes before others: it is paid for whether it is called or not.
fn first_called<'a>(
    command: &InitCommand,
    imported: &'a Imported,
) -> Result<&'a ImportedDeployment, Failure> {
    let all = &imported.deployments;
    let asked = |own: &&ImportedDeployment| {
        command.model.as_ref().is_none_or(|model| model.eq_ignore_ascii_case(&own.model))
    };
    let spilled_to = |own: &ImportedDeployment| {
        all.iter().any(|other| other.spillover_to.as_ref() == Some(&own.name))
    };
    let mut of_model = all.iter().filter(asked);
    let at_once = |own: &&ImportedDeployment| !own.batch && !spilled_to(own);
    let sold = |own: &&ImportedDeployment| at_once(own) && own.unsold.is_none();
    let first = of_model.clone().find(|own| sold(own) && own.capacity_ptu.is_some());
    let first = first.or_else(|| of_model.clone().find(sold));
    let first = first.or_else(|| of_model.clone().find(at_once));
    first.or_else(|| of_model.next()).ok_or_else(|| {
        let models: Vec<&str> = all.iter().map(|own| own.model.as_str()).collect();
        Diagnostic::error("model-not-deployed", "no deployment of this model: --model")
            .hint(format!("deployed are {}", models.join(", ")))
            .into()
    })
}
