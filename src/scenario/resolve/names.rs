//! One model, one name: every spelling of a scenario becomes the model's own before anything is
//! planned, so that quotas, plans and what is deployed are of the model that the platform sells.

use crate::catalog::Catalog;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::named::{Named, REPLACEMENT};
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::workload::Workload;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use jiff::civil::Date;
use std::sync::Arc;

/// The scenario with every model by its own name. Names that no model has stay as written:
/// `resolve` refuses them, with their place.
pub fn by_own_names(mut scenario: Scenario, catalog: &Catalog) -> Scenario {
    let mut names = Names { catalog, spelled: Vec::new() };
    for workload in &mut scenario.workloads {
        names.of_workload(workload);
    }
    for (model, _) in &mut scenario.allow.kinds.router {
        names.of(model);
    }
    for offer in &mut scenario.allow.kinds.machines {
        if let Some(model) = &mut Arc::make_mut(offer).model {
            names.of(model);
        }
    }
    if let Some(today) = &mut scenario.today {
        names.of_candidate(today);
    }
    let own = |model: &mut Option<Arc<str>>| {
        if let Some(id) = model.as_deref().and_then(|name| catalog.own_name(name)) {
            *model = Some(id);
        }
    };
    for event in &mut scenario.events {
        own(&mut event.model);
    }
    for discount in &mut scenario.commercial.agreement.discounts {
        own(&mut discount.model);
    }
    scenario.spelled.extend(names.spelled);
    scenario
}

/// How the spellings of a scenario were understood, for whoever wrote them.
pub fn notes(scenario: &Scenario, catalog: &Catalog) -> Diagnostics {
    let mut notes = Diagnostics::default();
    for spelled in &scenario.spelled {
        if let Some((note, _)) = catalog.naming(&spelled.name) {
            let own = catalog.own_name(&spelled.name).unwrap_or_default();
            notes.push(
                Diagnostic::warning("model-by-another-name", note)
                    .at(spelled.place.clone())
                    .hint(format!("the plan names it {own}")),
            );
        }
    }
    notes.0.extend(without_replacement(scenario, catalog).0);
    notes
}

/// What the platform names to take a model's place, by the name of a model that it has.
pub(crate) fn replacement(catalog: &Catalog, model: &str, on: Date) -> Option<Arc<str>> {
    let next = catalog.lifecycle(model, "*", false, on)?.replacement?;
    Some(catalog.model(&next.value).ok()?.id.clone())
}

/// The models that may be replaced by what the platform names, and for which it names nothing.
fn without_replacement(scenario: &Scenario, catalog: &Catalog) -> Diagnostics {
    let mut notes = Diagnostics::default();
    let on = scenario.period.first_date();
    for workload in &scenario.workloads {
        let mut others = workload.alternatives.iter();
        let Some(asked) = others.find(|other| &*other.model.name == REPLACEMENT) else { continue };
        let model = &workload.model.name;
        if replacement(catalog, model, on).is_none() {
            let message = format!("nothing replaces {model}: no replacement is named on {on}");
            notes.push(
                Diagnostic::warning("no-replacement", message)
                    .at(asked.model.place.clone())
                    .hint("name the models that may serve instead, or leave \"replacement\" out"),
            );
        }
    }
    notes
}

/// The same among the dated values of a result.
pub(super) fn note_spellings(scenario: &Scenario, catalog: &Catalog, facts: &mut Facts) {
    for spelled in &scenario.spelled {
        if let Some((note, evidence)) = catalog.naming(&spelled.name) {
            facts.note_words(format!("name {}", spelled.name), note, evidence);
        }
    }
}

/// Names on their way, and the spellings met.
struct Names<'a> {
    catalog: &'a Catalog,
    spelled: Vec<Named>,
}

impl Names<'_> {
    fn of(&mut self, named: &mut Named) {
        let Some(own) = self.catalog.own_name(&named.name) else { return };
        if own == named.name {
            return;
        }
        let written = std::mem::replace(&mut named.name, own);
        if !self.spelled.iter().any(|known| known.name == written) {
            self.spelled.push(Named { name: written, place: named.place.clone() });
        }
    }

    /// A model that is spelled in two ways is one alternative, and none to itself.
    fn of_workload(&mut self, workload: &mut Workload) {
        self.of(&mut workload.model);
        workload.fine_tuned.iter_mut().for_each(|model| self.of(model));
        for other in std::mem::take(&mut workload.alternatives) {
            let mut other = other;
            self.of(&mut other.model);
            if !workload.may_call(&other.model.name) {
                workload.alternatives.push(other);
            }
        }
    }

    fn of_candidate(&mut self, candidate: &mut Candidate) {
        for planned in &mut candidate.deployments {
            self.of(&mut planned.model);
            if let Some(routed) = &mut planned.options.routed {
                self.of(&mut routed.model);
            }
        }
    }
}
