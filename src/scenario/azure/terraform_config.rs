//! The configuration of a Terraform plan: what an argument refers to, where its value is only known
//! after apply.

use crate::scenario::azure::document::Node;

/// References followed at most in a row, from module to module.
const FARTHEST: usize = 20;
/// References followed at most in all, as each may name several.
const MOST: usize = 1_000;
/// Kinds of resources that are accounts or deployments.
const KINDS: [&str; 4] = [
    "azurerm_cognitive_account",
    "azurerm_ai_services",
    "azurerm_cognitive_deployment",
    "azapi_resource",
];

/// `configuration` of a plan.
pub(super) struct Configuration<'a> {
    root: Option<Node<'a>>,
}

/// A module call on the way to a resource: its name, and its index as written, such as `["eu"]`.
type Step = (String, String);

/// Which of several instances is meant. A plan names what an index is made of, and not how.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Instance {
    /// The one of this index, by `each.key` or `count.index` alone.
    Own {
        /// The index of the resource that refers to it.
        index: String,
        /// Whether it is counted: numbers can be reckoned with.
        counted: bool,
    },
    /// Any.
    Open,
}

/// A resource, or all resources of a module, that an argument refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Its address, without index where the reference states none.
    base: String,
    instance: Instance,
}

impl Target {
    /// Whether it may be the resource of an address.
    pub(super) fn may_be(&self, address: &str) -> bool {
        let Some(rest) = address.strip_prefix(&self.base) else { return false };
        let begins = |rest: &str| rest.is_empty() || rest.starts_with('.');
        match &self.instance {
            _ if begins(rest) => true,
            Instance::Own { index, .. } => rest.strip_prefix(index.as_str()).is_some_and(begins),
            Instance::Open => rest.starts_with('['),
        }
    }

    /// Whether an address is an instance beside the one that is chosen by a counted index.
    pub(super) fn has_sibling(&self, address: &str) -> bool {
        let counted = matches!(self.instance, Instance::Own { counted: true, .. });
        let beside = address.strip_prefix(&self.base).is_some_and(|rest| rest.starts_with('['));
        counted && beside && !self.may_be(address)
    }
}

/// An expression and where it stands.
struct Expression<'a, 'p> {
    node: Node<'a>,
    path: &'p [Step],
    /// The index of the resource or module that it belongs to.
    index: &'p str,
    /// How many references led to it.
    steps: usize,
}

/// What was found, and how many references may still be followed.
struct Search {
    found: Vec<Target>,
    left: usize,
}

impl<'a> Configuration<'a> {
    pub(super) fn of(plan: &Node<'a>) -> Self {
        Self { root: plan.at(&["configuration", "root_module"]) }
    }

    /// Everything that an argument of a resource refers to, each once.
    pub(super) fn targets(&self, address: &str, argument: &str) -> Vec<Target> {
        let (path, resource, index) = split(address);
        let mut search = Search { found: Vec::new(), left: MOST };
        let node = self.module(&path).and_then(|module| {
            let resources = module.get("resources")?.items();
            let own = resources.into_iter().find(|node| node.text("address") == Some(&*resource));
            own?.at(&["expressions", argument])
        });
        if let Some(node) = node {
            let expression = Expression { node, path: &path, index: &index, steps: 0 };
            self.follow(&expression, &mut search);
        }
        search.found
    }

    fn module(&self, path: &[Step]) -> Option<Node<'a>> {
        path.iter().try_fold(self.root.clone()?, |module, (name, _)| {
            module.get("module_calls")?.get(name)?.get("module")
        })
    }

    /// From an expression to what it refers to: through variables to the module that gives them,
    /// through outputs to the module that has them.
    fn follow(&self, expression: &Expression<'a, '_>, search: &mut Search) {
        if expression.steps > FARTHEST {
            return;
        }
        let references = references(&expression.node);
        let instance = instance(&references, expression.index);
        for reference in references {
            let Some(left) = search.left.checked_sub(1) else { return };
            search.left = left;
            let followed = match reference.split_once('.') {
                Some(("var", variable)) => self.given(variable, expression, search),
                Some(("module", output)) => self.put_out(output, expression, search),
                _ => None,
            };
            let kind = reference.split('.').next().unwrap_or_default();
            if followed.is_some() || !(KINDS.contains(&kind) || kind == "module") {
                continue;
            }
            let base = format!("{}{}", prefix(expression.path), resource_of(reference));
            let target = Target { base, instance: instance.clone() };
            if !search.found.contains(&target) {
                search.found.push(target);
            }
        }
    }

    /// What the call of a module gives to a variable of it.
    fn given(
        &self,
        variable: &str,
        expression: &Expression<'a, '_>,
        search: &mut Search,
    ) -> Option<()> {
        let ((name, index), above) = expression.path.split_last()?;
        let call = self.module(above)?.get("module_calls")?.get(name)?;
        let node = call.at(&["expressions", variable.split(['.', '[']).next()?])?;
        let steps = expression.steps + 1;
        self.follow(&Expression { node, path: above, index, steps }, search);
        Some(())
    }

    /// What an output of a module is.
    fn put_out(
        &self,
        output: &str,
        expression: &Expression<'a, '_>,
        search: &mut Search,
    ) -> Option<()> {
        let (module, output) = output.split_at(segment_end(output));
        let output = output.strip_prefix('.')?;
        let (name, index) = indexed(module);
        let mut below = expression.path.to_vec();
        below.push((name.to_owned(), index.to_owned()));
        let outputs = self.module(&below)?.get("outputs")?;
        let node = outputs.get(output.split(['.', '[']).next()?)?.get("expression")?;
        let steps = expression.steps + 1;
        self.follow(&Expression { node, path: &below, index: "", steps }, search);
        Some(())
    }
}

/// The references of an expression, less those that another states more exactly: `a.b.id` is
/// followed by `a.b`.
fn references<'a>(expression: &Node<'a>) -> Vec<&'a str> {
    let listed = expression.get("references");
    let listed = listed.iter().flat_map(Node::items).take(MOST);
    let all: Vec<&str> = listed.filter_map(|node| node.value.as_str()).collect();
    let more_exact = |own: &str| {
        all.iter()
            .any(|other| other.strip_prefix(own).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    all.iter().copied().filter(|own| !more_exact(own)).collect()
}

/// Which instance is meant: that of the same index where nothing else makes the index.
fn instance(references: &[&str], index: &str) -> Instance {
    let mut others = references.iter().filter(|reference| {
        let kind = reference.split('.').next().unwrap_or_default();
        !KINDS.contains(&kind) && kind != "module"
    });
    let mut first = others.clone();
    let counted = first.any(|other| *other == "count.index");
    let own = others.clone().count() > 0
        && others.all(|other| ["each.key", "count.index"].contains(other));
    if own { Instance::Own { index: index.to_owned(), counted } } else { Instance::Open }
}

/// The modules on the way to an address.
fn prefix(path: &[Step]) -> String {
    let steps: Vec<String> =
        path.iter().map(|(module, index)| format!("module.{module}{index}.")).collect();
    steps.concat()
}

/// The kind, name and index of a resource, or a module and its index, less the attributes of it.
fn resource_of(reference: &str) -> &str {
    let first = segment_end(reference);
    let name = reference.get(first + 1..).unwrap_or_default();
    &reference[..(first + 1 + segment_end(name)).min(reference.len())]
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
        assert_eq!(resource_of("azurerm_x.this[\"a.b\"].id"), "azurerm_x.this[\"a.b\"]");
        assert_eq!([resource_of("module.a"), resource_of("a.b.c.d")], ["module.a", "a.b"]);
    }

    #[test]
    fn an_index_is_ones_own_where_nothing_else_makes_it() {
        let own = |references: &[&str], address: &str| {
            let base = "azurerm_x.this".to_owned();
            Target { base, instance: instance(references, "[\"k\"]") }.may_be(address)
        };
        assert!(own(&["each.key"], "azurerm_x.this[\"k\"]"));
        assert!(own(&["each.key"], "azurerm_x.this"));
        assert!(!own(&["each.key"], "azurerm_x.this[\"l\"]"));
        assert!(own(&["each.key", "local.of"], "azurerm_x.this[\"l\"]"));
        assert!(!own(&[], "azurerm_x.this2"));
    }
}
