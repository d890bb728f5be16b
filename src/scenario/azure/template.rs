//! ARM templates, as they are written by hand and as the Bicep compiler writes them.

use crate::scenario::azure::deployment;
use crate::scenario::azure::document::{Node, SourceFile, documents};
use crate::scenario::azure::expression::{Context, LONGEST_LOOP, Room, is_open};
use crate::scenario::azure::inventory::{AccountKey, FoundAccount, FoundDeployment, Inventory};
use crate::scenario::azure::ordered::ORDER;
use crate::scenario::azure::words::{region, shown};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

const ACCOUNT: &str = "microsoft.cognitiveservices/accounts";
const DEPLOYMENT: &str = "microsoft.cognitiveservices/accounts/deployments";
const MODULE: &str = "microsoft.resources/deployments";
/// Modules within modules at most.
const DEEPEST: usize = 20;
/// Resources of a file at most, each turn of a loop counted: loops within loops multiply. The platform takes 800 a template.
const MOST: usize = 10_000;

/// Values for the parameters of templates.
#[derive(Clone, Debug, Default)]
pub struct Parameters(BTreeMap<String, Value>);

impl Parameters {
    /// Parameters of files and of `NAME=VALUE` pairs, the later ones winning.
    pub fn of(files: &[SourceFile], pairs: &[(String, String)]) -> Result<Self, Diagnostics> {
        let mut parameters = Self::default();
        for file in files {
            for value in documents(file)? {
                parameters.add(&Node::new(&file.name.as_str().into(), &value));
            }
        }
        for (name, text) in pairs {
            let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()));
            parameters.0.insert(name.to_lowercase(), value);
        }
        Ok(parameters)
    }

    /// Adds those of a parameters file. A reference to a vault is a secret and gives no value.
    pub(super) fn add(&mut self, node: &Node<'_>) {
        let parameters = node.get("parameters");
        for (name, parameter) in parameters.iter().flat_map(Node::entries) {
            if let Some(value) = parameter.get("value") {
                self.0.insert(name.to_lowercase(), value.value.clone());
            }
        }
    }
}

/// The deployments and accounts of a template.
pub(super) fn read(
    node: &Node<'_>,
    parameters: &Parameters,
    inventory: &mut Inventory,
) -> Result<(), Diagnostics> {
    let room = Room::new();
    let mut reader = Reader { inventory, wrong: Diagnostics::default(), room: &room, left: MOST };
    reader.template(node, (parameters.0.clone(), BTreeMap::new()), 0);
    reader.wrong.or_ok(())
}

/// Values of parameters by name in lower case.
type Values = BTreeMap<String, Value>;

struct Reader<'a> {
    inventory: &'a mut Inventory,
    wrong: Diagnostics,
    room: &'a Room,
    /// Resources that may still come.
    left: usize,
}

impl Reader<'_> {
    fn template(&mut self, node: &Node<'_>, (given, open): (Values, Values), depth: usize) {
        let version = node.text("languageVersion").unwrap_or_default();
        let mut context = Context {
            parameters: node.get("parameters"),
            given,
            open,
            variables: node.get("variables"),
            loops: RefCell::default(),
            inner_by_default: version.starts_with("2."),
            room: self.room,
            lenient: false,
        };
        self.resources(node, &mut context, depth);
    }

    /// The resources of a template, worked out with its own parameters and variables or with those
    /// of what it stands in.
    fn resources(&mut self, node: &Node<'_>, context: &mut Context<'_>, depth: usize) {
        if depth > DEEPEST {
            let message = "modules within modules without end";
            self.wrong.push(node.wrong("value-unknown", message, "simplify the template"));
            return;
        }
        let Some(resources) = node.get("resources") else { return };
        let listed = resources.items().into_iter();
        let mut named = resources.entries();
        let order = node.value.get(ORDER).and_then(Value::as_array);
        named.sort_by_key(|(name, _)| {
            order.and_then(|names| names.iter().position(|own| own.as_str() == Some(name)))
        });
        let named = named.into_iter().map(|(_, resource)| resource);
        for resource in listed.chain(named).collect::<Vec<_>>() {
            self.repeated(&resource, context, None, depth);
        }
    }

    /// A resource, as often as its loop says.
    fn repeated(
        &mut self,
        resource: &Node<'_>,
        context: &mut Context<'_>,
        account: Option<&str>,
        depth: usize,
    ) {
        let matters = resource.text("type").is_some_and(|kind| {
            let kind = kind.to_lowercase();
            [ACCOUNT, DEPLOYMENT, MODULE].contains(&kind.as_str())
                || account.is_some() && kind == "deployments"
        });
        if !matters {
            return;
        }
        let Some(count) = resource.at(&["copy", "count"]) else {
            return self.one(resource, context, account, depth);
        };
        let number =
            context.value(&count).map(|value| crate::scenario::azure::document::whole(&value));
        match number {
            Ok(Some(0)) => self.left_out(resource, context, "its loop has no turns"),
            Ok(Some(number)) if number <= LONGEST_LOOP => {
                let name = resource.at(&["copy", "name"]);
                let name = name.and_then(|name| name.value.as_str()).unwrap_or_default();
                for index in 0..number {
                    if self.left == 0 {
                        break;
                    }
                    context.loops.get_mut().push((name.to_owned(), index));
                    self.one(resource, context, account, depth);
                    context.loops.get_mut().pop();
                }
            }
            Ok(_) => self.wrong.push(count.wrong(
                "value-unknown",
                "a loop whose count is no number of at most 800",
                "write the resources out",
            )),
            Err(error) => self.wrong.push(error),
        }
    }

    fn one(
        &mut self,
        resource: &Node<'_>,
        context: &mut Context<'_>,
        account: Option<&str>,
        depth: usize,
    ) {
        // Counted once more than there may be, so that it is said once.
        match self.left {
            0 => return,
            1 => {
                let message = format!("more than {MOST} resources, turns of loops counted");
                self.wrong.push(resource.wrong("too-many-resources", message, "split the file"));
            }
            _ => {}
        }
        self.left -= 1;
        match self.try_one(resource, context, account, depth) {
            Ok(()) => {}
            Err(error) if self.wrong.0.contains(&error) => {}
            Err(error) => self.wrong.push(error),
        }
    }

    fn try_one(
        &mut self,
        resource: &Node<'_>,
        context: &mut Context<'_>,
        account: Option<&str>,
        depth: usize,
    ) -> Result<(), Diagnostic> {
        if let Some(condition) = resource.get("condition")
            && context.value(&condition)?.as_bool() == Some(false)
        {
            self.left_out(resource, context, "its condition is false");
            return Ok(());
        }
        let kind = resource.text("type").unwrap_or_default().to_lowercase();
        if kind == MODULE {
            self.module(resource, context, depth);
            return Ok(());
        }
        let name = name_of(resource, context)?;
        if kind != ACCOUNT {
            return self.deployment(resource, context, account, &name);
        }
        let existing = resource.get("existing").is_some_and(|e| e.value.as_bool() == Some(true));
        if !existing {
            let location = match resource.get("location") {
                Some(node) => match context.value(&node) {
                    Ok(value) => value.as_str().map(region),
                    // Only deploying can tell: an account of a list, or --region, may say it.
                    Err(_) => None,
                },
                None => None,
            };
            self.inventory.accounts.push(account_of(resource, &name, location));
        }
        let children = resource.get("resources");
        for child in children.iter().flat_map(Node::items) {
            self.repeated(&child, context, Some(&name), depth);
        }
        Ok(())
    }

    /// A note of a resource that is in the template and not deployed, or not in the file.
    fn left_out(&mut self, resource: &Node<'_>, context: &mut Context<'_>, why: &str) {
        let kind = resource.text("type").unwrap_or_default().to_lowercase();
        // An account alone is neither billed nor called.
        if kind == ACCOUNT && resource.get("resources").is_none() {
            return;
        }
        let name = name_of(resource, context).ok().filter(|name| !name.is_empty());
        let name = name.or_else(|| resource.text("name").map(ToOwned::to_owned));
        let what = if kind == MODULE { "module " } else { "" };
        let message = format!("left out: {what}{} ({why})", shown(&name.unwrap_or_default()));
        let note = Diagnostic::warning("left-out", message).at(resource.origin.place());
        if !self.inventory.notes.0.contains(&note) {
            self.inventory.notes.push(note);
        }
    }

    fn module(&mut self, resource: &Node<'_>, context: &mut Context<'_>, depth: usize) {
        let Some(template) = resource.at(&["properties", "template"]) else {
            let why = "a linked template: what it deploys is in another file; give that file too";
            self.left_out(resource, context, why);
            return;
        };
        let scope = resource.at(&["properties", "expressionEvaluationOptions", "scope"]);
        let scope = scope.and_then(|scope| scope.value.as_str()).unwrap_or_default();
        let inner = match scope.to_lowercase().as_str() {
            "inner" => true,
            "outer" => false,
            _ => context.inner_by_default,
        };
        if !inner {
            return self.resources(&template, context, depth + 1);
        }
        let (mut given, mut open) = (BTreeMap::new(), BTreeMap::new());
        let parameters = resource.at(&["properties", "parameters"]);
        for (name, parameter) in parameters.iter().flat_map(Node::entries) {
            let Some(value) = parameter.get("value") else { continue };
            // What cannot be told counts where it is used, and there alone.
            if let Ok(value) = context.value(&value) {
                given.insert(name.to_lowercase(), value);
            } else if let Ok(text @ Value::String(_)) = context.open_value(&value) {
                open.insert(name.to_lowercase(), text);
            }
        }
        self.template(&template, (given, open), depth + 1);
    }

    fn deployment(
        &mut self,
        resource: &Node<'_>,
        context: &Context<'_>,
        account: Option<&str>,
        name: &str,
    ) -> Result<(), Diagnostic> {
        let (own_account, name) = match name.rsplit_once('/') {
            Some((own, name)) => (own.rsplit('/').next().unwrap_or(own), name),
            None => (account.unwrap_or_default(), name),
        };
        if name.is_empty() {
            let message = "a deployment without name";
            let hint = "az bicep build --file main.bicep --stdout";
            return Err(resource.wrong("deployment-without-name", message, hint));
        }
        if resource.get("existing").is_some_and(|node| node.value.as_bool() == Some(true)) {
            return Ok(());
        }
        let body = body(resource, context)?;
        let mut found: FoundDeployment =
            deployment::body(&Node { value: &body, origin: resource.origin.clone() })?;
        name.clone_into(&mut found.name);
        if !own_account.is_empty() {
            found.account = Some(AccountKey::named(own_account));
            own_account.clone_into(&mut found.account_name);
        }
        self.inventory.deployments.push(found);
        Ok(())
    }
}

/// What a deployment says, its expressions worked out: only of what is read.
fn body(resource: &Node<'_>, context: &Context<'_>) -> Result<Value, Diagnostic> {
    let mut properties = Map::new();
    let written = whole_or_parts(resource, "properties", context)?;
    for key in ["spilloverDeploymentName", "serviceTier", "deploymentState"] {
        properties.insert(key.to_owned(), part(&written, resource, key, context)?);
    }
    let dynamic = part(&written, resource, "dynamicThrottlingEnabled", context)?;
    properties.insert("dynamicThrottlingEnabled".to_owned(), dynamic);
    if let Some(scale) = written.get("scaleSettings") {
        properties.insert("scaleSettings".to_owned(), context.value(&scale)?);
    }
    let mut model = Map::new();
    if let Some(node) = written.get("model") {
        let whole_model = resolved(&node, context)?;
        let node = Node { value: &whole_model, origin: node.origin.clone() };
        model.insert("name".to_owned(), worked(&node, "name", context)?);
        // The version moves no cost: one that cannot be told is none.
        model.insert("version".to_owned(), worked(&node, "version", context).unwrap_or_default());
    }
    properties.insert("model".to_owned(), Value::Object(model));
    let mut sku = Map::new();
    if let Some(node) = resource.get("sku") {
        let whole_sku = resolved(&node, context)?;
        let node = Node { value: &whole_sku, origin: node.origin.clone() };
        for key in ["name", "capacity"] {
            sku.insert(key.to_owned(), worked(&node, key, context)?);
        }
    }
    let sku = if sku.is_empty() { Value::Null } else { Value::Object(sku) };
    Ok(json!({ "sku": sku, "properties": properties }))
}

/// The properties as written, where they are no expression as a whole.
fn whole_or_parts<'a>(
    resource: &Node<'a>,
    key: &str,
    context: &Context<'_>,
) -> Result<Node<'a>, Diagnostic> {
    match resource.get(key) {
        Some(node) if node.value.is_object() => Ok(node),
        Some(node) => Err(match context.value(&node) {
            Err(error) => error,
            Ok(_) => node.wrong(
                "value-unknown",
                format!("{key} as one expression is not read"),
                "write its fields out",
            ),
        }),
        None => Ok(resource.clone()),
    }
}

/// A value that is an expression as a whole, worked out; else as it is.
fn resolved(node: &Node<'_>, context: &Context<'_>) -> Result<Value, Diagnostic> {
    if node.value.is_string() { context.value(node) } else { Ok(node.value.clone()) }
}

fn worked(node: &Node<'_>, key: &str, context: &Context<'_>) -> Result<Value, Diagnostic> {
    node.get(key).map_or(Ok(Value::Null), |found| context.value(&found))
}

fn part(
    properties: &Node<'_>,
    resource: &Node<'_>,
    key: &str,
    context: &Context<'_>,
) -> Result<Value, Diagnostic> {
    if properties.origin == resource.origin {
        return Ok(Value::Null);
    }
    worked(properties, key, context)
}

/// A resource's name. Which account it is moves no cost: an account that only deploying can name is named by what names it.
fn name_of(resource: &Node<'_>, context: &mut Context<'_>) -> Result<String, Diagnostic> {
    let Some(written) = resource.get("name") else { return Ok(String::new()) };
    let strict = match context.value(&written) {
        Ok(name) => return Ok(name.as_str().unwrap_or_default().to_owned()),
        Err(error) => error,
    };
    let lenient = context.open_value(&written)?;
    let name = lenient.as_str().unwrap_or_default();
    let account = resource.text("type").is_some_and(|kind| kind.eq_ignore_ascii_case(ACCOUNT));
    let own = name.rsplit('/').next().unwrap_or_default();
    if !account && (is_open(own) || !name.contains('/')) {
        Err(strict)
    } else {
        Ok(name.to_owned())
    }
}

fn account_of(resource: &Node<'_>, name: &str, region: Option<String>) -> FoundAccount {
    let properties = resource.get("properties");
    let disabled = properties.as_ref().and_then(|found| found.get("disableLocalAuth"));
    let public = properties.as_ref().and_then(|found| found.text("publicNetworkAccess"));
    FoundAccount {
        key: AccountKey::named(name),
        name: name.to_owned(),
        region,
        local_auth: disabled.and_then(|node| node.value.as_bool()).map(|disabled| !disabled),
        public_network: public.map(|word| !word.eq_ignore_ascii_case("Disabled")),
        origin: resource.origin.clone(),
        location: resource.origin.below("location"),
    }
}
