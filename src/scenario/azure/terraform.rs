//! Terraform's plans and states, as `terraform show -json` writes them.

use crate::scenario::azure::account::segment;
use crate::scenario::azure::deployment;
use crate::scenario::azure::document::Node;
use crate::scenario::azure::inventory::{
    AccountKey, FoundAccount, FoundDeployment, Inventory, Side,
};
use crate::scenario::azure::terraform_config::Configuration;
use crate::scenario::azure::words::{region, shown};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use serde_json::Value;

const ACCOUNT: &str = "azurerm_cognitive_account";
/// The name that azurerm gives the same resource from 4.5x on for Foundry's accounts.
const FOUNDRY_ACCOUNT: &str = "azurerm_ai_services";
const DEPLOYMENT: &str = "azurerm_cognitive_deployment";
const AZAPI: &str = "azapi_resource";
const AZAPI_UPDATE: &str = "azapi_update_resource";
const DEPLOYMENT_TYPE: &str = "microsoft.cognitiveservices/accounts/deployments@";
const ACCOUNT_TYPE: &str = "microsoft.cognitiveservices/accounts@";
/// Modules within modules at most.
const DEEPEST: usize = 40;
/// What to run where a value is only known after apply.
const AFTER_APPLY: &str = "give the value to the plan: terraform plan -var NAME=VALUE; or apply and \
                           read the state: terraform show -json";

/// Whether a document is a plan, which has both sides.
pub(super) fn is_plan(value: &Value) -> bool {
    value.get("format_version").is_some() && value.get("planned_values").is_some()
}

/// The deployments and accounts of one side of a plan, or of a state.
pub(super) fn read(
    node: &Node<'_>,
    side: Side,
    inventory: &mut Inventory,
) -> Result<(), Diagnostics> {
    let mut reader = Reader {
        configuration: Configuration::of(node),
        changes: node.get("resource_changes").map_or_else(Vec::new, |node| node.items()),
        planned: is_plan(node.value) && side == Side::After,
        inventory,
        updates: Vec::new(),
        wrong: Diagnostics::default(),
        first: 0,
    };
    reader.first = reader.inventory.deployments.len();
    let root = if reader.planned {
        node.at(&["planned_values", "root_module"])
    } else if is_plan(node.value) {
        node.at(&["prior_state", "values", "root_module"])
    } else {
        node.at(&["values", "root_module"])
    };
    match root {
        Some(root) => reader.module(&root, 0),
        None if is_plan(node.value) && side == Side::Before => reader.before_of_changes(),
        None => {}
    }
    reader.update();
    if node.get("errored").is_some_and(|node| node.value.as_bool() == Some(true)) {
        let message = "Terraform could not finish this plan: part of it may be missing";
        let hint =
            "terraform plan -out plan.tfplan && terraform show -json plan.tfplan > plan.json";
        reader.wrong.push(node.wrong("plan-unfinished", message, hint));
    }
    if node.get("complete").is_some_and(|node| node.value.as_bool() == Some(false)) {
        let message =
            "the plan is not complete: it was made for part of the resources, or defers some";
        let warning = Diagnostic::warning("plan-partial", message).at(node.origin.place());
        reader.inventory.notes.push(warning);
    }
    reader.wrong.or_ok(())
}

struct Reader<'a, 'b> {
    configuration: Configuration<'a>,
    changes: Vec<Node<'a>>,
    planned: bool,
    inventory: &'b mut Inventory,
    updates: Vec<(Option<AccountKey>, String, Value, Node<'a>)>,
    wrong: Diagnostics,
    first: usize,
}

impl<'a> Reader<'a, '_> {
    fn module(&mut self, module: &Node<'a>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for resource in module.get("resources").iter().flat_map(Node::items).collect::<Vec<_>>() {
            let Some(values) = resource.get("values") else { continue };
            self.resource(&resource, &values);
        }
        for child in module.get("child_modules").iter().flat_map(Node::items).collect::<Vec<_>>() {
            self.module(&child, depth + 1);
        }
    }

    /// The side before of a plan without `prior_state`.
    fn before_of_changes(&mut self) {
        for change in self.changes.clone() {
            let Some(before) = change.at(&["change", "before"]) else { continue };
            self.resource(&change, &before);
        }
    }

    fn resource(&mut self, resource: &Node<'a>, values: &Node<'a>) {
        if resource.text("mode") != Some("managed") {
            return;
        }
        let read = match resource.text("type").unwrap_or_default() {
            ACCOUNT | FOUNDRY_ACCOUNT => {
                self.account(resource, values);
                Ok(())
            }
            DEPLOYMENT => self.azurerm(resource, values),
            kind @ (AZAPI | AZAPI_UPDATE) => self.azapi(kind, resource, values),
            _ => Ok(()),
        };
        if let Err(error) = read {
            self.wrong.push(error);
        }
    }

    fn account(&mut self, resource: &Node<'a>, values: &Node<'a>) {
        let name = values.text("name").unwrap_or_default();
        let address = resource.text("address").unwrap_or_default();
        let key = values.text("id").and_then(AccountKey::of_id);
        let key = key.unwrap_or_else(|| named(name, address, values.text("resource_group_name")));
        let flag = |key: &str| values.get(key).and_then(|node| node.value.as_bool());
        self.inventory.accounts.push(FoundAccount {
            key,
            name: if name.is_empty() { address.to_owned() } else { name.to_owned() },
            region: values.text("location").map(region),
            local_auth: flag("local_auth_enabled"),
            public_network: flag("public_network_access_enabled"),
            origin: resource.origin.clone(),
        });
    }

    fn azurerm(&mut self, resource: &Node<'a>, values: &Node<'a>) -> Result<(), Diagnostic> {
        let unknown = self.unknown_of(resource);
        let mut found =
            FoundDeployment { origin: resource.origin.clone(), ..FoundDeployment::default() };
        known(resource, unknown.as_ref(), &["name"], values.text("name").is_some())?;
        values.text("name").unwrap_or_default().clone_into(&mut found.name);
        let block = |key: &str| values.get(key).and_then(|list| list.items().into_iter().next());
        if let Some(model) = block("model") {
            known(resource, unknown.as_ref(), &["model", "name"], model.text("name").is_some())?;
            model.text("name").unwrap_or_default().clone_into(&mut found.model);
            model.text("version").unwrap_or_default().clone_into(&mut found.version);
        } else {
            known(resource, unknown.as_ref(), &["model"], false)?;
        }
        // azurerm 3 has `scale`, whose `type` is the SKU.
        let (sku, block_name, name_key) = match block("sku") {
            Some(sku) => (Some(sku), "sku", "name"),
            None => (block("scale"), "scale", "type"),
        };
        if let Some(sku) = sku {
            known(
                resource,
                unknown.as_ref(),
                &[block_name, name_key],
                sku.text(name_key).is_some(),
            )?;
            sku.text(name_key).unwrap_or_default().clone_into(&mut found.sku);
            let capacity = sku.whole("capacity")?;
            known(resource, unknown.as_ref(), &[block_name, "capacity"], capacity.is_some())?;
            // The provider's own default.
            found.capacity = Some(capacity.unwrap_or(1));
        } else {
            known(resource, unknown.as_ref(), &["sku"], false)?;
        }
        let flag = values.get("dynamic_throttling_enabled");
        found.dynamic_quota = flag.is_some_and(|node| node.value.as_bool() == Some(true));
        let spill = values.text("spillover_deployment_name").filter(|name| !name.is_empty());
        known(resource, unknown.as_ref(), &["spillover_deployment_name"], spill.is_some())?;
        found.spillover = spill.map(ToOwned::to_owned);
        let id = values.text("cognitive_account_id");
        self.place(&mut found, resource, id, "cognitive_account_id");
        self.inventory.deployments.push(found);
        Ok(())
    }

    fn azapi(
        &mut self,
        kind: &str,
        resource: &Node<'a>,
        values: &Node<'a>,
    ) -> Result<(), Diagnostic> {
        let of = values.text("type").unwrap_or_default().to_lowercase();
        if of.starts_with(ACCOUNT_TYPE) && kind == AZAPI {
            self.azapi_account(resource, values);
            return Ok(());
        }
        if !of.starts_with(DEPLOYMENT_TYPE) {
            return Ok(());
        }
        let unknown = self.unknown_of(resource);
        let Some(body) = values.get("body") else {
            known(resource, unknown.as_ref(), &["body"], false)?;
            return Ok(());
        };
        let parsed = Self::body(&body)?;
        if kind == AZAPI_UPDATE {
            let id = values.text("resource_id").unwrap_or_default();
            let parent = values.text("parent_id").unwrap_or(id);
            let name = segment(id, "deployments").or_else(|| values.text("name"));
            let name = name.unwrap_or_default().to_owned();
            self.updates.push((AccountKey::of_id(parent), name, parsed, resource.clone()));
            return Ok(());
        }
        for path in [
            &["body", "sku", "name"][..],
            &["body", "sku", "capacity"],
            &["body", "properties", "model", "name"],
            &["body", "properties", "spilloverDeploymentName"],
        ] {
            let stated = path[1..].iter().try_fold(&parsed, |value, key| value.get(*key));
            known(resource, unknown.as_ref(), path, stated.is_some_and(|value| !value.is_null()))?;
        }
        let mut found = deployment::body(&Node {
            value: &parsed,
            origin: resource.origin.below("values.body"),
        })?;
        found.origin = resource.origin.clone();
        known(resource, unknown.as_ref(), &["name"], values.text("name").is_some())?;
        values.text("name").unwrap_or_default().clone_into(&mut found.name);
        self.place(&mut found, resource, values.text("parent_id"), "parent_id");
        self.inventory.deployments.push(found);
        Ok(())
    }

    fn azapi_account(&mut self, resource: &Node<'a>, values: &Node<'a>) {
        let name = values.text("name").unwrap_or_default();
        let address = resource.text("address").unwrap_or_default();
        let key = values.text("id").and_then(AccountKey::of_id);
        self.inventory.accounts.push(FoundAccount {
            key: key.unwrap_or_else(|| named(name, address, None)),
            name: name.to_owned(),
            region: values.text("location").map(region),
            local_auth: None,
            public_network: None,
            origin: resource.origin.clone(),
        });
    }

    /// The body of azapi: an object from 2.x on, a text of JSON before.
    fn body(body: &Node<'a>) -> Result<Value, Diagnostic> {
        let Some(text) = body.value.as_str() else { return Ok(body.value.clone()) };
        serde_json::from_str(text).map_err(|_| {
            let hint = "terraform show -json again; azapi 1.x writes the body as one text";
            body.wrong("not-json", "a body that is no JSON", hint)
        })
    }

    /// Which account a deployment belongs to: by id, or by what its configuration refers to where the account is new.
    fn place(
        &self,
        found: &mut FoundDeployment,
        resource: &Node<'a>,
        id: Option<&str>,
        argument: &str,
    ) {
        found.unordered = true;
        if let Some(key) = id.and_then(AccountKey::of_id) {
            segment(id.unwrap_or_default(), "accounts")
                .unwrap_or(&key.name)
                .clone_into(&mut found.account_name);
            found.account = Some(key);
            return;
        }
        let address = resource.text("address").unwrap_or_default();
        let Some(account) = self.configuration.account_of(address, argument) else { return };
        let of_address = self.inventory_account(&account);
        found.account = Some(of_address.unwrap_or_else(|| named("", &account, None)));
    }

    fn inventory_account(&self, address: &str) -> Option<AccountKey> {
        let change = self.changes.iter().find(|change| change.text("address") == Some(address))?;
        let after = change.at(&["change", "after"])?;
        let id = after.text("id").and_then(AccountKey::of_id);
        let group = after.text("resource_group_name");
        Some(id.unwrap_or_else(|| named(after.text("name").unwrap_or_default(), address, group)))
    }

    /// What is only known after apply.
    fn unknown_of(&self, resource: &Node<'a>) -> Option<Node<'a>> {
        if !self.planned {
            return None;
        }
        let address = resource.text("address")?;
        let change = self.changes.iter().find(|change| change.text("address") == Some(address))?;
        change.at(&["change", "after_unknown"])
    }

    /// `azapi_update_resource` adds its body to a deployment that something else made.
    fn update(&mut self) {
        for (account, name, body, resource) in std::mem::take(&mut self.updates) {
            let all = &mut self.inventory.deployments[self.first..];
            let same = |found: &&mut FoundDeployment| {
                let place = match (&found.account, &account) {
                    (Some(own), Some(asked)) => own.may_be(asked),
                    _ => true,
                };
                place && found.name.eq_ignore_ascii_case(&name)
            };
            let Some(found) = all.iter_mut().find(same) else {
                let message =
                    format!("left out: an update of {}, which is not in the file", shown(&name));
                let note = Diagnostic::warning("left-out", message).at(resource.origin.place());
                self.inventory.notes.push(note);
                continue;
            };
            match deployment::body(&Node { value: &body, origin: resource.origin.clone() }) {
                Ok(more) => merge(found, more, &body),
                Err(error) => self.wrong.push(error),
            }
        }
    }
}

/// What an update states wins; what it does not state stays.
fn merge(found: &mut FoundDeployment, more: FoundDeployment, body: &Value) {
    let stated = |path: &[&str]| {
        let at = path.iter().try_fold(body, |value, key| value.get(*key));
        at.is_some_and(|value| !value.is_null())
    };
    if !more.sku.is_empty() {
        found.sku = more.sku;
    }
    found.capacity = more.capacity.or(found.capacity);
    if !more.model.is_empty() {
        found.model = more.model;
    }
    if !more.version.is_empty() {
        found.version = more.version;
    }
    found.spillover = more.spillover.or_else(|| found.spillover.take());
    if stated(&["properties", "serviceTier"]) {
        found.priority = more.priority;
    }
    if stated(&["properties", "dynamicThrottlingEnabled"]) {
        found.dynamic_quota = more.dynamic_quota;
    }
    if stated(&["properties", "deploymentState"]) {
        found.idle = more.idle;
    }
}

/// The key of an account that has no id yet. Without a name its address stands for it.
fn named(name: &str, address: &str, group: Option<&str>) -> AccountKey {
    let name = if name.is_empty() { address } else { name };
    AccountKey { group: group.unwrap_or_default().to_lowercase(), ..AccountKey::named(name) }
}

/// That a value which matters is not one of those that only applying can tell.
fn known(
    resource: &Node<'_>,
    unknown: Option<&Node<'_>>,
    path: &[&str],
    stated: bool,
) -> Result<(), Diagnostic> {
    if stated || !unknown.is_some_and(|node| is_unknown(node.value, path)) {
        return Ok(());
    }
    let what = path.join(".");
    Err(Diagnostic::error(
        "value-unknown",
        format!(
            "{what} is only known after apply: {}",
            shown(resource.text("address").unwrap_or(""))
        ),
    )
    .at(resource.origin.below(&format!("values.{what}")).place())
    .hint(AFTER_APPLY))
}

/// Whether `after_unknown` marks a path: `true` stands for all below it, and blocks are lists.
fn is_unknown(value: &Value, path: &[&str]) -> bool {
    if value.as_bool() == Some(true) {
        return true;
    }
    if let Some(items) = value.as_array() {
        return items.first().is_some_and(|item| is_unknown(item, path));
    }
    let Some((key, rest)) = path.split_first() else { return false };
    value.get(*key).is_some_and(|value| is_unknown(value, rest))
}
