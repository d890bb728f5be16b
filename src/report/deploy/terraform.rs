//! The plan as a Terraform module, in the form that `terraform fmt` gives it.

use crate::report::deploy::bicep::refuse_schedules;
use crate::report::deploy::plan::{Capacity, DeployPlan, Unit};
use crate::report::deploy::words::{beyond, head, unit_comment};
use crate::units::diagnostic::Diagnostic;
use std::fmt::Write;

/// The oldest version that knows spillover, and the oldest that knows service tiers.
const VERSIONS: [&str; 2] = ["2025-06-01", "2025-12-01"];

/// Whether a deployment needs azapi: azurerm knows spillover from 5.10 on, and no service tiers.
fn needs_azapi(unit: &Unit, newest: bool) -> bool {
    unit.priority || unit.spill.is_some() && !newest
}

pub(super) fn write(plan: &DeployPlan, newest: bool) -> Result<String, Diagnostic> {
    refuse_schedules(plan)?;
    let azapi = plan.units.iter().any(|unit| needs_azapi(unit, newest));
    let mut out = String::new();
    for line in comment(plan, newest, azapi) {
        let _ = writeln!(out, "{}", format!("# {line}").trim_end());
    }
    providers(&mut out, plan, newest, azapi);
    let _ = write!(
        out,
        "\nvariable \"cognitive_account_id\" {{\n  description = \"Id of the Foundry or Azure OpenAI \
         resource that serves the model. It must be in {}.\"\n  type        = string\n}}\n",
        plan.region
    );
    for unit in &plan.units {
        variables(&mut out, unit);
    }
    for index in 0..plan.units.len() {
        if needs_azapi(&plan.units[index], newest) {
            by_azapi(&mut out, plan, newest, index);
        } else {
            by_azurerm(&mut out, plan, newest, index);
        }
    }
    Ok(out)
}

fn comment(plan: &DeployPlan, newest: bool, azapi: bool) -> Vec<String> {
    let spills = plan.units.iter().any(|unit| unit.spill.is_some());
    if newest && spills {
        let mut lines = vec![
            "Written by ptuplan: the same plan as plan.tf for azurerm 5.10 and later, which know \
             spillover. A module, called with"
                .to_owned(),
            "`source = \"./plan\"`. What comes before and after is said there and done by plan.sh."
                .to_owned(),
        ];
        lines.extend(head(plan).into_iter().filter(|line| line.starts_with("Expected cost")));
        lines.extend(plan.remarks.iter().cloned());
        return lines;
    }
    let mut lines = head(plan);
    lines.push(String::new());
    let call = "A module: call it with `source = \"./plan\"` and the id of your \
                azurerm_cognitive_account.";
    if spills && azapi {
        lines.push(format!("{call} For azurerm 4.15 to 5.9, which do"));
        lines.push(
            "not know spillover: the provisioned deployment is an azapi_resource. From azurerm 5.10 \
             on see plan-azurerm5.tf."
                .to_owned(),
        );
    } else {
        lines.push(call.to_owned());
    }
    lines.push(String::new());
    let cannot = "Terraform can neither ask for quota nor buy a reservation:";
    lines.push(if plan.provisioned().next().is_some() {
        format!("Billing of the PTUs begins with `terraform apply`, used or not. {cannot}")
    } else {
        format!("Nothing is billed until calls come. {cannot}")
    });
    lines.extend(beyond(plan));
    lines
}

fn providers(out: &mut String, plan: &DeployPlan, newest: bool, azapi: bool) {
    let spills = plan.units.iter().any(|unit| unit.spill.is_some());
    let version = match (newest, spills) {
        (true, _) => ">= 5.10, < 6.0",
        (false, true) => ">= 4.15, < 5.10",
        (false, false) => ">= 4.15, < 6.0",
    };
    let _ = write!(
        out,
        "\nterraform {{\n  required_version = \">= 1.5\"\n\n  required_providers {{\n    azurerm = {{\n      \
         source  = \"hashicorp/azurerm\"\n      version = \"{version}\"\n    }}\n"
    );
    if azapi {
        *out +=
            "    azapi = {\n      source  = \"Azure/azapi\"\n      version = \"~> 2.0\"\n    }\n";
    }
    *out += "  }\n}\n";
}

fn variables(out: &mut String, unit: &Unit) {
    let name = &unit.label;
    if unit.capacity == Capacity::Unknown {
        let _ = write!(
            out,
            "\nvariable \"{name}_capacity\" {{\n  description = \"Capacity of {} on {}: what a unit is \
             is not published.\"\n  type        = number\n}}\n",
            unit.model, unit.sku
        );
    }
    if unit.fine_tuned {
        let _ = write!(
            out,
            "\nvariable \"{name}_model\" {{\n  description = \"Name of the fine-tuned model, such as \
             {}-VERSION.ft-ID.\"\n  type        = string\n}}\n",
            unit.model
        );
    }
}

fn capacity(unit: &Unit) -> String {
    match unit.capacity {
        Capacity::Ptu(ptu, grid) => {
            format!("{ptu} # PTUs: at least {}, in steps of {}", grid.min_ptu, grid.increment_ptu)
        }
        Capacity::Units(units, of) => format!("{units} # {}", unit_comment(of)),
        Capacity::Unknown => format!("var.{}_capacity", unit.label),
    }
}

fn model(unit: &Unit) -> String {
    if unit.fine_tuned {
        format!("var.{}_model", unit.label)
    } else {
        format!("\"{}\"", unit.model)
    }
}

/// The address of a deployment.
fn address(unit: &Unit, newest: bool) -> String {
    let kind =
        if needs_azapi(unit, newest) { "azapi_resource" } else { "azurerm_cognitive_deployment" };
    format!("{kind}.{}", unit.label)
}

/// What a deployment waits for, as deployments of one resource go one by one, unless it names it anyway.
fn waits_for(plan: &DeployPlan, newest: bool, index: usize) -> Option<String> {
    let before = index.checked_sub(1)?;
    let named = plan.units[index].spill == Some(before);
    (!named).then(|| format!("[{}]", address(&plan.units[before], newest)))
}

/// Lines of `key = value`, their signs below each other.
fn aligned(out: &mut String, indent: &str, pairs: &[(&str, String)]) {
    let widest = pairs.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    for (key, value) in pairs {
        let _ = writeln!(out, "{indent}{key:widest$} = {value}");
    }
}

fn by_azurerm(out: &mut String, plan: &DeployPlan, newest: bool, index: usize) {
    let unit = &plan.units[index];
    let _ = write!(out, "\nresource \"azurerm_cognitive_deployment\" \"{}\" {{\n", unit.label);
    let mut pairs = vec![
        ("name", format!("\"{}\"", unit.name)),
        ("cognitive_account_id", "var.cognitive_account_id".to_owned()),
    ];
    if let Some(spill) = unit.spill {
        let target = format!("{}.name", address(&plan.units[spill], newest));
        pairs.push(("spillover_deployment_name", target));
    }
    pairs.push(("version_upgrade_option", "\"OnceCurrentVersionExpired\"".to_owned()));
    if let Some(before) = waits_for(plan, newest, index) {
        pairs.push(("depends_on", before));
    }
    aligned(out, "  ", &pairs);
    *out += "\n  model {\n";
    let format = ("format", format!("\"{}\"", unit.format));
    let version = ("version", format!("\"{}\"", unit.version));
    aligned(out, "    ", &[format, ("name", model(unit)), version]);
    *out += "  }\n\n  sku {\n";
    aligned(out, "    ", &[("name", format!("\"{}\"", unit.sku)), ("capacity", capacity(unit))]);
    *out += "  }\n}\n";
}

fn by_azapi(out: &mut String, plan: &DeployPlan, newest: bool, index: usize) {
    let unit = &plan.units[index];
    let version = VERSIONS[usize::from(unit.priority)];
    let _ = write!(out, "\nresource \"azapi_resource\" \"{}\" {{\n", unit.label);
    let kind = format!("\"Microsoft.CognitiveServices/accounts/deployments@{version}\"");
    let mut pairs = vec![
        ("type", kind),
        ("name", format!("\"{}\"", unit.name)),
        ("parent_id", "var.cognitive_account_id".to_owned()),
        ("locks", "[var.cognitive_account_id]".to_owned()),
    ];
    if let Some(before) = waits_for(plan, newest, index) {
        pairs.push(("depends_on", before));
    }
    aligned(out, "  ", &pairs);
    *out += "\n  body = {\n    sku = {\n";
    let sku = [("name", format!("\"{}\"", unit.sku)), ("capacity", capacity(unit))];
    aligned(out, "      ", &sku);
    *out += "    }\n    properties = {\n      model = {\n";
    let format = ("format", format!("\"{}\"", unit.format));
    let version = ("version", format!("\"{}\"", unit.version));
    aligned(out, "        ", &[format, ("name", model(unit)), version]);
    *out += "      }\n";
    let mut pairs = vec![("versionUpgradeOption", "\"OnceCurrentVersionExpired\"".to_owned())];
    if unit.priority {
        pairs.push(("serviceTier", "\"Priority\"".to_owned()));
    }
    if let Some(spill) = unit.spill {
        let target = format!("{}.name", address(&plan.units[spill], newest));
        pairs.push(("spilloverDeploymentName", target));
    }
    aligned(out, "      ", &pairs);
    *out += "    }\n  }\n}\n";
}
