//! The configuration of a Terraform plan: which account a deployment refers to, where the account has no id yet.

use crate::scenario::azure::document::Node;

/// References followed at most, from module to module.
const FARTHEST: usize = 20;
/// Resources that are accounts.
const ACCOUNTS: [&str; 3] = ["azurerm_cognitive_account", "azurerm_ai_services", "azapi_resource"];

/// `configuration` of a plan.
pub(super) struct Configuration<'a> {
    root: Option<Node<'a>>,
}

/// A module call on the way to a resource: its name, and its index as written, such as `["eu"]`.
type Step = (String, String);

impl<'a> Configuration<'a> {
    pub(super) fn of(plan: &Node<'a>) -> Self {
        Self { root: plan.at(&["configuration", "root_module"]) }
    }

    /// The address of the account that an argument of a resource refers to.
    pub(super) fn account_of(&self, address: &str, argument: &str) -> Option<String> {
        let (path, resource, index) = split(address);
        let module = self.module(&path)?;
        let resources = module.get("resources")?.items();
        let own = resources.into_iter().find(|node| node.text("address") == Some(&*resource))?;
        let expression = own.at(&["expressions", argument])?;
        self.follow(&expression, &path, &index, 0)
    }

    fn module(&self, path: &[Step]) -> Option<Node<'a>> {
        path.iter().try_fold(self.root.clone()?, |module, (name, _)| {
            module.get("module_calls")?.get(name)?.get("module")
        })
    }

    /// From an expression to an account: through variables to the module that gives them, through outputs to the module that
    /// has them.
    fn follow(
        &self,
        expression: &Node<'a>,
        path: &[Step],
        index: &str,
        steps: usize,
    ) -> Option<String> {
        if steps > FARTHEST {
            return None;
        }
        let references = expression.get("references")?.items();
        references.iter().find_map(|reference| {
            let reference = reference.value.as_str()?;
            if let Some(variable) = reference.strip_prefix("var.") {
                let ((name, module_index), above) = path.split_last()?;
                let call = self.module(above)?.get("module_calls")?.get(name)?;
                let variable = variable.split(['.', '[']).next()?;
                let given = call.at(&["expressions", variable])?;
                return self.follow(&given, above, module_index, steps + 1);
            }
            if let Some(output) = reference.strip_prefix("module.") {
                let (module, output) = output.split_once('.')?;
                let (name, module_index) = indexed(module);
                let mut below = path.to_vec();
                below.push((name.to_owned(), module_index.to_owned()));
                let outputs = self.module(&below)?.get("outputs")?;
                let output = output.split(['.', '[']).next()?;
                let value = outputs.get(output)?.get("expression")?;
                return self.follow(&value, &below, "", steps + 1);
            }
            let (kind, rest) = reference.split_once('.')?;
            if !ACCOUNTS.contains(&kind) {
                return None;
            }
            let (name, own_index) = indexed(rest);
            let name = name.split('.').next()?;
            let mut prefix = String::new();
            for (module, module_index) in path {
                prefix.extend(["module.", module, module_index, "."]);
            }
            // `account[each.key]` refers to the account of the same key.
            let index = if own_index.is_empty() {
                self.index_of(path, kind, name, index)
            } else {
                own_index
            };
            Some(format!("{prefix}{kind}.{name}{index}"))
        })
    }

    /// The index of an account that is made several times: that of the resource which refers to it.
    fn index_of<'i>(&self, path: &[Step], kind: &str, name: &str, index: &'i str) -> &'i str {
        let several = self.module(path).and_then(|module| {
            let resources = module.get("resources")?.items();
            let address = format!("{kind}.{name}");
            let own = resources.into_iter().find(|node| node.text("address") == Some(&*address))?;
            own.get("count_expression").or_else(|| own.get("for_each_expression"))
        });
        if several.is_some() { index } else { "" }
    }
}

/// A name and its index: `this["a.b"]` is `this` and `["a.b"]`.
fn indexed(text: &str) -> (&str, &str) {
    match text.find('[') {
        Some(open) => {
            let close = text[open..].find(']').map_or(text.len(), |close| open + close + 1);
            (&text[..open], &text[open..close])
        }
        None => (text, ""),
    }
}

/// An address as the modules on the way, the resource within its module, and its index.
fn split(address: &str) -> (Vec<Step>, String, String) {
    let mut path = Vec::new();
    let mut rest = address;
    while let Some(after) = rest.strip_prefix("module.") {
        let end = segment_end(after);
        let (name, index) = indexed(&after[..end]);
        path.push((name.to_owned(), index.to_owned()));
        rest = after[end..].trim_start_matches('.');
    }
    let (resource, index) = indexed(rest);
    (path, resource.to_owned(), index.to_owned())
}

/// Where a segment of an address ends: at a dot that is not within an index.
fn segment_end(text: &str) -> usize {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let (path, resource, index) = split("module.a[\"x.y\"].module.b.azurerm_x.this[\"k\"]");
        assert_eq!(path, [("a".into(), "[\"x.y\"]".into()), ("b".into(), String::new())]);
        assert_eq!((resource.as_str(), index.as_str()), ("azurerm_x.this", "[\"k\"]"));
    }
}
