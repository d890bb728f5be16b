//! The models that a trace names, compared with those that its workload calls.

use crate::catalog::Catalog;
use crate::scenario::question::workload::Workload;
use crate::units::diagnostic::Diagnostic;
use crate::workload::import::Labels;
use std::collections::BTreeMap;

/// How many calls of a trace name each model.
pub type NamedModels = BTreeMap<String, u64>;

/// The names of a trace, each with its calls.
pub(crate) fn counted(labels: Option<&Labels>) -> NamedModels {
    let mut counts = NamedModels::new();
    let Some(labels) = labels else { return counts };
    for id in &labels.of {
        let name = usize::try_from(*id).ok().and_then(|id| labels.names.get(id));
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            match counts.get_mut(name) {
                Some(calls) => *calls += 1,
                None => {
                    counts.insert(name.clone(), 1);
                }
            }
        }
    }
    counts
}

/// Says which calls of a trace are of models that its workload neither calls nor may call: they are
/// played as calls of its own. Names that the catalogue does not know may be anybody's.
pub fn of_other_models(
    workload: &Workload,
    named: &NamedModels,
    catalog: &Catalog,
) -> Option<Diagnostic> {
    let id = |name: &str| catalog.model(name).ok().map(|model| model.id.to_string());
    let own = &workload.model.name;
    let alternatives = workload.alternatives.iter().map(|other| &*other.model.name);
    let may: Vec<String> =
        alternatives.chain([&**own]).map(|name| id(name).unwrap_or_else(|| name.into())).collect();
    let mut others: BTreeMap<String, u64> = BTreeMap::new();
    for (name, calls) in named {
        if let Some(other) = id(name).filter(|other| !may.contains(other)) {
            *others.entry(other).or_default() += calls;
        }
    }
    if others.is_empty() {
        return None;
    }
    let all: u64 = named.values().sum();
    let others: Vec<String> =
        others.iter().map(|(name, calls)| format!("{name} ({calls})")).collect();
    let message = format!(
        "calls of other models are played as calls of {own}: of the {all} calls that name a \
            model, {}, in workload {}",
        others.join(", "),
        workload.name
    );
    Some(
        Diagnostic::warning("calls-of-other-models", message)
            .at(workload.traffic.trace.place.clone())
            .hint(
                "if that is not meant, choose the workload's own calls, where = { model = \
                    \"…\" } or { deployment = \"…\" } in its `traffic`, and give the others \
                    workloads of their own",
            ),
    )
}
