//! Each file told by its shape, never by its name.

use crate::scenario::azure::document::{Node, SourceFile, documents, nodes};
use crate::scenario::azure::inventory::{Inventory, Side};
use crate::scenario::azure::template::Parameters;
use crate::scenario::azure::words::shown;
use crate::scenario::azure::{account, deployment, quota, reservation, template, terraform};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use serde_json::Value;
use std::sync::Arc;

/// What to run to get a list whole.
const LIST_HINT: &str = "az cognitiveservices account deployment list -g GROUP -n ACCOUNT -o json \
                         asks for every page; with az rest follow nextLink, with az graph query \
                         pass --skip-token, and join the files";

/// The shape of a document, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Template,
    Parameters,
    Terraform,
    List,
}

/// Reads all files. `parameters` are files and `NAME=VALUE` pairs for ARM templates. All that is wrong is told at once.
pub fn read(
    files: &[SourceFile],
    parameters: &Parameters,
    side: Side,
) -> Result<Inventory, Diagnostics> {
    let mut wrong = Diagnostics::default();
    let mut read: Vec<(Arc<str>, Vec<Value>)> = Vec::new();
    for file in files {
        match documents(file) {
            Ok(found) => read.push((file.name.as_str().into(), found)),
            Err(error) => wrong.push(error),
        }
    }
    // A parameters file among the others is for the templates among them, in whatever order they were named.
    let mut parameters = parameters.clone();
    for (name, values) in &read {
        for value in values.iter().filter(|value| is_parameters(value)) {
            parameters.add(&Node::new(name, value));
        }
    }
    let mut inventory = Inventory::default();
    for (name, values) in &read {
        for node in nodes(name, values) {
            if let Err(found) = one(&node, &parameters, side, &mut inventory) {
                wrong.0.extend(found.0);
            }
        }
    }
    wrong.or_ok(inventory)
}

fn one(
    node: &Node<'_>,
    parameters: &Parameters,
    side: Side,
    inventory: &mut Inventory,
) -> Result<(), Diagnostics> {
    match shape(node)? {
        Shape::Template => {
            inventory.seen.push(format!("{}: an ARM template", node.origin.file));
            inventory.states_deployments = true;
            template::read(node, parameters, inventory)
        }
        Shape::Parameters => {
            inventory.seen.push(format!("{}: parameters of an ARM template", node.origin.file));
            Ok(())
        }
        Shape::Terraform => {
            inventory.seen.push(format!("{}: a Terraform plan or state", node.origin.file));
            inventory.states_deployments = true;
            terraform::read(node, side, inventory)
        }
        Shape::List => list(node, inventory),
    }
}

fn is_parameters(value: &Value) -> bool {
    let schema = value.get("$schema").and_then(Value::as_str).unwrap_or_default();
    schema.to_lowercase().contains("deploymentparameters")
}

fn shape(node: &Node<'_>) -> Result<Shape, Diagnostic> {
    let has = |key: &str| node.value.get(key).is_some();
    let schema = node.text("$schema").unwrap_or_default().to_lowercase();
    if is_parameters(node.value) {
        return Ok(Shape::Parameters);
    }
    if schema.contains("deploymenttemplate") || has("contentVersion") && has("resources") {
        return Ok(Shape::Template);
    }
    if has("format_version") && (has("values") || has("planned_values") || has("prior_state")) {
        return Ok(Shape::Terraform);
    }
    if has("lineage") && has("resources") || has("serial") && has("terraform_version") {
        return Err(node.wrong(
            "terraform-state-unreadable",
            "Terraform's own state file is not read: its form is not promised to stay",
            "terraform show -json > state.json",
        ));
    }
    if has("@level") || has("@message") {
        return Err(node.wrong(
            "terraform-log",
            "this is what Terraform logs while it plans, not the plan",
            "terraform plan -out plan.tfplan && terraform show -json plan.tfplan > plan.json",
        ));
    }
    if has("format_version") {
        return Err(node.wrong(
            "nothing-found",
            "an empty Terraform state: no resources",
            "terraform show -json in the folder that manages the deployments",
        ));
    }
    Ok(Shape::List)
}

/// A list: an array, `{ value: […] }`, `{ data: […] }`, or one object.
fn list(node: &Node<'_>, inventory: &mut Inventory) -> Result<(), Diagnostics> {
    for key in ["nextLink", "skip_token", "skipToken", "$skipToken", "@odata.nextLink"] {
        let more = node.text(key).filter(|link| !link.is_empty());
        if let (Some(_), Some(found)) = (more, node.get(key)) {
            let message = "part of the list is missing: this page is not the last";
            return Err(found.wrong("page-not-last", message, LIST_HINT).into());
        }
    }
    let listed = ["value", "data"].iter().find_map(|key| node.get(key).filter(is_array));
    let items = match &listed {
        Some(list) => list.items(),
        None if is_array(node) => node.items(),
        None => vec![node.clone()],
    };
    let mut wrong = Diagnostics::default();
    let mut usage = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for item in &items {
        let kind = item.text("type").unwrap_or_default().to_lowercase();
        let read = match kind.as_str() {
            "microsoft.cognitiveservices/accounts/deployments" => {
                inventory.states_deployments = true;
                seen.insert("deployments".to_owned());
                deployment::read(item).map(|found| {
                    // What is left out has a note of its own.
                    let taken = found.idle.is_none();
                    let notes = if taken { deployment::unsettled(item) } else { Vec::new() };
                    for why in notes {
                        let message = format!("{}: {why}", shown(&found.name));
                        let warning = Diagnostic::warning("resize-running", message);
                        inventory.notes.push(warning.at(item.origin.place()));
                    }
                    inventory.deployments.push(found);
                })
            }
            "microsoft.cognitiveservices/accounts" => {
                seen.insert("accounts".to_owned());
                account::read(item).map(|found| inventory.accounts.push(found))
            }
            "microsoft.cognitiveservices/quotatiers" => {
                seen.insert("a quota tier".to_owned());
                quota::tier(item, inventory)
            }
            "microsoft.capacity/reservationorders/reservations" => {
                seen.insert("reservations".to_owned());
                reservation::read(item, inventory)
            }
            "microsoft.capacity/reservationorders" => {
                seen.insert("reservation orders".to_owned());
                reservation::order(item, inventory)
            }
            "" if quota::is_usage(item) => {
                seen.insert("a usage list".to_owned());
                quota::usage(item).map(|found| usage.push(found))
            }
            "" if quota::is_model(item) => {
                seen.insert("a model list".to_owned());
                quota::model(item, inventory);
                Ok(())
            }
            "" => {
                seen.insert("something that is none of the forms that are read".to_owned());
                Ok(())
            }
            other => {
                seen.insert(format!("resources of type {}", shown(other)));
                inventory.notes.push(left_out(item, other));
                Ok(())
            }
        };
        if let Err(error) = read {
            wrong.push(error);
        }
    }
    if !usage.is_empty() {
        inventory.usage.push(usage);
    }
    let what = if items.is_empty() {
        "an empty list".to_owned()
    } else {
        seen.into_iter().collect::<Vec<_>>().join(", ")
    };
    inventory.seen.push(format!("{}: {what}", node.origin.file));
    wrong.or_ok(())
}

fn is_array(node: &Node<'_>) -> bool {
    node.value.is_array()
}

/// A resource that is none of those that are read.
fn left_out(item: &Node<'_>, kind: &str) -> Diagnostic {
    let name = shown(item.text("name").unwrap_or("a resource without name"));
    let why = if kind.contains("managedcomputedeployment") {
        "managed compute: its machines are billed by the hour; state it by hand with [compute]"
    } else {
        "neither a deployment nor anything that tells about one"
    };
    Diagnostic::warning("left-out", format!("left out: {name} ({why})")).at(item.origin.place())
}

/// Whether a file is a Terraform plan that says what is there and what will be.
pub fn has_both_sides(source: &SourceFile) -> bool {
    documents(source).is_ok_and(|documents| documents.iter().any(terraform::is_plan))
}
