//! Terraform's plans and states, as `terraform show -json` writes them.

use crate::scenario::azure::account::segment;
use crate::scenario::azure::deployment;
use crate::scenario::azure::document::Node;
use crate::scenario::azure::inventory::{
    AccountKey, FoundDeployment, Inventory, NoAccount, PartPlaces, Side,
};
use crate::scenario::azure::terraform_accounts::{
    ACCOUNT, ACCOUNT_TYPE, FOUNDRY_ACCOUNT, NewAccounts, of_azapi, of_azurerm,
};
use crate::scenario::azure::terraform_config::Configuration;
use crate::scenario::azure::terraform_unknown::{after_apply, known};
use crate::scenario::azure::terraform_update::{Update, apply};
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use serde_json::Value;

const DEPLOYMENT: &str = "azurerm_cognitive_deployment";
const AZAPI: &str = "azapi_resource";
const AZAPI_UPDATE: &str = "azapi_update_resource";
const DEPLOYMENT_TYPE: &str = "microsoft.cognitiveservices/accounts/deployments@";
/// Modules within modules at most.
const DEEPEST: usize = 40;
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
    let changes = node.get("resource_changes").map_or_else(Vec::new, |node| node.items());
    let mut reader = Reader {
        configuration: Configuration::of(node),
        new_accounts: NewAccounts::of(&changes),
        changes,
        planned: is_plan(node.value) && side == Side::After,
        data_alone: false,
        first: inventory.deployments.len(),
        inventory,
        addresses: Vec::new(),
        updates: Vec::new(),
        wrong: Diagnostics::default(),
    };
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
    if reader.planned {
        reader.beside_planned(node);
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
    new_accounts: NewAccounts,
    changes: Vec<Node<'a>>,
    planned: bool,
    /// Whether only accounts of data sources are taken.
    data_alone: bool,
    inventory: &'b mut Inventory,
    /// Deployments of this document are those of the inventory from here on.
    first: usize,
    /// Their addresses.
    addresses: Vec<String>,
    updates: Vec<Update<'a>>,
    wrong: Diagnostics,
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

    /// What a plan does not list among its planned values and is there all the same: data sources,
    /// and what leaves the state without being destroyed.
    fn beside_planned(&mut self, plan: &Node<'a>) {
        self.planned = false;
        self.data_alone = true;
        if let Some(prior) = plan.at(&["prior_state", "values", "root_module"]) {
            self.module(&prior, 0);
        }
        self.data_alone = false;
        for change in self.changes.clone() {
            let actions = change.at(&["change", "actions"]);
            let mut actions = actions.iter().flat_map(Node::items);
            if !actions.any(|action| action.value.as_str() == Some("forget")) {
                continue;
            }
            let Some(before) = change.at(&["change", "before"]) else { continue };
            let planned = self.inventory.deployments.len();
            self.resource(&change, &before);
            self.keep_forgotten(planned);
        }
        self.planned = true;
    }

    /// Keeps what was just read of a change that forgets, unless the plan makes the same deployment
    /// again.
    fn keep_forgotten(&mut self, planned: usize) {
        let Some(kept) = self.inventory.deployments.get(planned) else { return };
        let mut others = self.inventory.deployments[self.first..planned].iter();
        if others.any(|other| other.is(kept.account.as_ref(), &kept.name)) {
            self.inventory.deployments.truncate(planned);
            self.addresses.truncate(planned - self.first);
            return;
        }
        let message = format!(
            "{}: Terraform forgets it without destroying it, so it stays in Azure and is billed",
            shown(&kept.name)
        );
        let note = Diagnostic::warning("forgotten", message).at(kept.origin.place());
        self.inventory.notes.push(note);
    }

    fn resource(&mut self, resource: &Node<'a>, values: &Node<'a>) {
        match resource.text("mode") {
            Some("managed") if !self.data_alone => {}
            // An account that something else made has a region all the same.
            Some("data") => return self.data(resource, values),
            _ => return,
        }
        let read = match resource.text("type").unwrap_or_default() {
            ACCOUNT | FOUNDRY_ACCOUNT => {
                self.inventory.accounts.push(of_azurerm(resource, values));
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

    fn data(&mut self, resource: &Node<'a>, values: &Node<'a>) {
        let of = values.text("type").unwrap_or_default().to_lowercase();
        match resource.text("type").unwrap_or_default() {
            ACCOUNT | FOUNDRY_ACCOUNT => self.inventory.accounts.push(of_azurerm(resource, values)),
            AZAPI if of.starts_with(ACCOUNT_TYPE) => {
                self.inventory.accounts.push(of_azapi(resource, values));
            }
            _ => {}
        }
    }

    fn azurerm(&mut self, resource: &Node<'a>, values: &Node<'a>) -> Result<(), Diagnostic> {
        let unknown = self.unknown_of(resource);
        let mut found = FoundDeployment {
            origin: resource.origin.clone(),
            parts: PartPlaces {
                sku: values.origin.below("sku"),
                capacity: values.origin.below("sku"),
                limits: values.origin.clone(),
                model: values.origin.below("model"),
                spillover: values.origin.below("spillover_deployment_name"),
            },
            ..FoundDeployment::default()
        };
        known(resource, unknown.as_ref(), &["name"], values.text("name").is_some())?;
        values.text("name").unwrap_or_default().clone_into(&mut found.name);
        let block = |key: &str| values.get(key).and_then(|list| list.items().into_iter().next());
        if let Some(model) = block("model") {
            known(resource, unknown.as_ref(), &["model", "name"], model.text("name").is_some())?;
            model.text("name").unwrap_or_default().clone_into(&mut found.model);
            model.text("version").unwrap_or_default().clone_into(&mut found.version);
            found.parts.model = model.origin.below("name");
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
            found.parts.sku = sku.origin.below(name_key);
            found.parts.capacity = sku.origin.below("capacity");
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
        self.place(&mut found, resource, id, "cognitive_account_id")?;
        self.add(resource, found);
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
            self.inventory.accounts.push(of_azapi(resource, values));
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
        for path in [
            &["body", "sku", "name"][..],
            &["body", "sku", "capacity"],
            &["body", "properties", "model", "name"],
            &["body", "properties", "spilloverDeploymentName"],
        ] {
            let stated = path[1..].iter().try_fold(&parsed, |value, key| value.get(*key));
            known(resource, unknown.as_ref(), path, stated.is_some_and(|value| !value.is_null()))?;
        }
        if kind == AZAPI_UPDATE {
            self.updates.push(self.update_of(resource, values, parsed)?);
            return Ok(());
        }
        let mut found = deployment::body(&Node {
            value: &parsed,
            origin: resource.origin.below("values.body"),
        })?;
        found.origin = resource.origin.clone();
        known(resource, unknown.as_ref(), &["name"], values.text("name").is_some())?;
        values.text("name").unwrap_or_default().clone_into(&mut found.name);
        self.place(&mut found, resource, values.text("parent_id"), "parent_id")?;
        self.add(resource, found);
        Ok(())
    }

    /// The body of azapi: an object from 2.x on, a text of JSON before.
    fn body(body: &Node<'a>) -> Result<Value, Diagnostic> {
        let Some(text) = body.value.as_str() else { return Ok(body.value.clone()) };
        serde_json::from_str(text).map_err(|_| {
            let hint = "terraform show -json again; azapi 1.x writes the body as one text";
            body.wrong("not-json", "a body that is no JSON", hint)
        })
    }

    fn add(&mut self, resource: &Node<'a>, found: FoundDeployment) {
        self.addresses.push(resource.text("address").unwrap_or_default().to_owned());
        self.inventory.deployments.push(found);
    }

    /// Which account a deployment belongs to: by id, or by what its configuration refers to where the account is new.
    fn place(
        &mut self,
        found: &mut FoundDeployment,
        resource: &Node<'a>,
        id: Option<&str>,
        argument: &str,
    ) -> Result<(), Diagnostic> {
        found.unordered = true;
        if let Some(key) = id.and_then(AccountKey::of_id) {
            segment(id.unwrap_or_default(), "accounts")
                .unwrap_or(&key.name)
                .clone_into(&mut found.account_name);
            found.account = Some(key);
            return Ok(());
        }
        let address = resource.text("address").unwrap_or_default();
        let targets = self.configuration.targets(address, argument);
        let account = self.new_accounts.the_one(resource, &targets)?;
        if let Some(note) = self.new_accounts.by_index_alone(resource, &targets, &found.name) {
            self.inventory.notes.push(note);
        }
        if let Some(account) = account {
            found.account = Some(account.key.clone());
            found.account_name.clone_from(&account.name);
        }
        let unknown = self.unknown_of(resource);
        if after_apply(unknown.as_ref(), &[argument]) {
            found.no_account = NoAccount::AfterApply;
        }
        Ok(())
    }

    /// What an update changes: a deployment of an id, of an account and a name, or one that its
    /// configuration refers to.
    fn update_of(
        &self,
        resource: &Node<'a>,
        values: &Node<'a>,
        body: Value,
    ) -> Result<Update<'a>, Diagnostic> {
        let unknown = self.unknown_of(resource);
        let id = values.text("resource_id").unwrap_or_default();
        let parent = values.text("parent_id").unwrap_or(id);
        let name = segment(id, "deployments").or_else(|| values.text("name"));
        let address = resource.text("address").unwrap_or_default();
        let targets = self.configuration.targets(address, "resource_id");
        if name.is_none() && targets.is_empty() {
            known(resource, unknown.as_ref(), &["resource_id"], false)?;
            known(resource, unknown.as_ref(), &["name"], false)?;
        }
        Ok(Update {
            account: AccountKey::of_id(parent),
            name: name.map(ToOwned::to_owned),
            targets,
            body,
            resource: resource.clone(),
        })
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
        for update in std::mem::take(&mut self.updates) {
            let all = &mut self.inventory.deployments[self.first..];
            match apply(&update, all, &self.addresses) {
                Ok(note) => self.inventory.notes.0.extend(note),
                Err(error) => self.wrong.push(error),
            }
        }
    }
}
