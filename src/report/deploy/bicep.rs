//! The plan as a Bicep file for an account that exists.

use crate::report::deploy::naming::{camel, once};
use crate::report::deploy::plan::{Capacity, DeployPlan, Unit};
use crate::report::deploy::words::{beyond, head};
use crate::report::words::numbers as format;
use crate::units::diagnostic::Diagnostic;
use std::fmt::Write;

/// The oldest version that knows spillover, and the oldest that knows service tiers.
const VERSIONS: [&str; 2] = ["2025-06-01", "2025-12-01"];

/// Symbols of a deployment: its resource, and the parameter of its capacity.
struct Symbols {
    resource: String,
    parameter: String,
}

pub(super) fn write(plan: &DeployPlan) -> Result<String, Diagnostic> {
    refuse_schedules(plan)?;
    let version = VERSIONS[usize::from(plan.units.iter().any(|unit| unit.priority))];
    let mut taken = vec!["account".to_owned(), "accountName".to_owned()];
    let each = plan.units.iter().map(|unit| {
        let own = symbols(plan, unit);
        let resource = once(&mut taken, &own.resource);
        Symbols { resource, parameter: once(&mut taken, &own.parameter) }
    });
    let symbols: Vec<Symbols> = each.collect();
    let mut out = String::new();
    for line in comment(plan) {
        let _ = writeln!(out, "{}", format!("// {line}").trim_end());
    }
    let _ = write!(
        out,
        "\ntargetScope = 'resourceGroup'\n\n\
         @description('The Foundry or Azure OpenAI resource that serves the model. It must be in {}.')\n\
         @minLength(2)\n@maxLength(64)\nparam accountName string\n",
        plan.region
    );
    // PTUs first: they are what is decided.
    let is_ptu = |unit: &Unit| matches!(unit.capacity, Capacity::Ptu(..));
    let (first, then): (Vec<_>, Vec<_>) =
        plan.units.iter().zip(&symbols).partition(|(unit, _)| is_ptu(unit));
    for (unit, symbols) in first.into_iter().chain(then) {
        parameters(&mut out, unit, symbols);
    }
    let _ = write!(
        out,
        "\nresource account 'Microsoft.CognitiveServices/accounts@{version}' existing = {{\n  \
         name: accountName\n}}\n"
    );
    for index in 0..plan.units.len() {
        resource(&mut out, plan, &symbols, index, version);
    }
    outputs(&mut out, plan, &symbols);
    Ok(out)
}

/// A file of Bicep or Terraform holds one size.
pub(super) fn refuse_schedules(plan: &DeployPlan) -> Result<(), Diagnostic> {
    let Some(unit) = plan.units.iter().find(|unit| unit.schedule.is_some()) else { return Ok(()) };
    let message = format!("{} is resized by the hour, and this form holds one size", unit.name);
    Err(Diagnostic::error("schedule-not-exported", message)
        .hint("--form az writes both sizes with their hours"))
}

fn comment(plan: &DeployPlan) -> Vec<String> {
    let mut lines = head(plan);
    lines.push(String::new());
    lines.push(
        "  az deployment group create --resource-group NAME --template-file plan.bicep --parameters \
         accountName=NAME"
            .to_owned(),
    );
    lines.push(String::new());
    lines.push(if plan.provisioned().next().is_some() {
        "Billing of the PTUs begins when this succeeds, used or not. Not in this file, because Bicep \
         cannot do it:"
            .to_owned()
    } else {
        "Nothing is billed until calls come. Not in this file, because Bicep cannot do it:".to_owned()
    });
    lines.extend(beyond(plan));
    lines
}

fn symbols(plan: &DeployPlan, unit: &Unit) -> Symbols {
    let is_ptu = matches!(unit.capacity, Capacity::Ptu(..));
    let alike = |other: &&Unit| matches!(other.capacity, Capacity::Ptu(..)) == is_ptu;
    if plan.units.iter().filter(alike).count() > 1 {
        let name = camel(&unit.name);
        let suffix = if is_ptu { "Size" } else { "Capacity" };
        return Symbols { parameter: format!("{name}{suffix}"), resource: name };
    }
    let (resource, parameter) = match unit.capacity {
        Capacity::Ptu(..) => ("provisioned", "ptu"),
        Capacity::Units(_, 1_000) if unit.takes_spill => ("spill", "spillThousandTokens"),
        Capacity::Units(_, 1_000) => ("standard", "thousandTokens"),
        Capacity::Units(..) if unit.takes_spill => ("spill", "spillUnits"),
        Capacity::Units(..) | Capacity::Unknown => ("standard", "units"),
    };
    Symbols { resource: resource.to_owned(), parameter: parameter.to_owned() }
}

fn parameters(out: &mut String, unit: &Unit, symbols: &Symbols) {
    let (description, least, value) = match unit.capacity {
        Capacity::Ptu(ptu, grid) => (
            format!("PTUs: at least {}, in steps of {}.", grid.min_ptu, grid.increment_ptu),
            grid.min_ptu,
            Some(u64::from(ptu)),
        ),
        Capacity::Units(units, of) => {
            let what = if unit.takes_spill {
                "Tokens a minute that may spill over"
            } else {
                "Tokens a minute"
            };
            let unit = if of == 1_000 {
                "in thousands".to_owned()
            } else {
                format!("in units of {}", format::count(of))
            };
            (format!("{what}, {unit}."), 1, Some(units))
        }
        Capacity::Unknown => (
            format!("Capacity of {} on {}: what a unit is is not published.", unit.model, unit.sku),
            1,
            None,
        ),
    };
    let default = value.map(|value| format!(" = {value}")).unwrap_or_default();
    let _ = write!(
        out,
        "\n@description('{description}')\n@minValue({least})\nparam {} int{default}\n",
        symbols.parameter
    );
    if unit.fine_tuned {
        let (model, resource) = (&unit.model, &symbols.resource);
        let _ = write!(
            out,
            "\n@description('Name of the fine-tuned model, such as {model}-VERSION.ft-ID.')\n\
             param {resource}Model string\n"
        );
    }
}

fn resource(out: &mut String, plan: &DeployPlan, symbols: &[Symbols], index: usize, version: &str) {
    let (unit, own) = (&plan.units[index], &symbols[index]);
    let _ = write!(
        out,
        "\nresource {} 'Microsoft.CognitiveServices/accounts/deployments@{version}' = {{\n  \
         parent: account\n  name: '{}'\n  sku: {{\n    name: '{}'\n    capacity: {}\n  }}\n  \
         properties: {{\n    model: {{\n      format: '{}'\n      name: {}\n      version: '{}'\n    }}\n    \
         versionUpgradeOption: 'OnceCurrentVersionExpired'\n",
        own.resource,
        unit.name,
        unit.sku,
        own.parameter,
        unit.format,
        if unit.fine_tuned {
            format!("{}Model", own.resource)
        } else {
            format!("'{}'", unit.model)
        },
        unit.version
    );
    if unit.priority {
        *out += "    serviceTier: 'Priority'\n";
    }
    if let Some(spill) = unit.spill {
        let _ = writeln!(
            out,
            "    spilloverDeploymentName: {}.name // names it, and waits for it: deployments of one \
             resource go one by one",
            symbols[spill].resource
        );
    }
    *out += "  }\n";
    // One at a time: the resource refuses a second change while the first runs.
    if let Some(before) = index.checked_sub(1).filter(|before| unit.spill != Some(*before)) {
        let _ = write!(out, "  dependsOn: [\n    {}\n  ]\n", symbols[before].resource);
    }
    *out += "}\n";
}

fn outputs(out: &mut String, plan: &DeployPlan, symbols: &[Symbols]) {
    let called: Vec<&Symbols> = plan
        .units
        .iter()
        .zip(symbols)
        .filter(|(unit, _)| !unit.takes_spill)
        .map(|(_, symbols)| symbols)
        .collect();
    if let [one] = called.as_slice() {
        let _ = write!(out, "\noutput deployment string = {}.name\n", one.resource);
        return;
    }
    *out += "\noutput deployments array = [\n";
    for own in called {
        let _ = writeln!(out, "  {}.name", own.resource);
    }
    *out += "]\n";
}
