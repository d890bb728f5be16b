//! `[[workload]]`.

use crate::engine::rules::StreamRules;
use crate::metrics::slo::Slo;
use crate::scenario::load::Check;
use crate::scenario::question::named::Named;
use crate::scenario::question::workload::Workload;
use crate::scenario::schema::calls::CallsTable;
use crate::scenario::schema::{ScenarioFile, WorkloadTable};
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn workloads(&mut self, written: &ScenarioFile, slo: &Slo) -> Vec<Workload> {
        if written.workload.is_empty() {
            self.wrong("no-workload", 0..0, "no workload".into(), "add a [[workload]] table");
        }
        let mut seen = BTreeSet::new();
        let mut workloads = Vec::new();
        for table in &written.workload {
            if !seen.insert(table.name.get_ref()) {
                self.wrong(
                    "duplicate-name",
                    table.name.span(),
                    format!("two workloads of one name: {}", table.name.get_ref()),
                    "give each its own",
                );
            }
            let Some((model, alternatives)) = self.models(table) else { continue };
            let mut rules = self.calls(table.calls.as_ref());
            let waits = self.waits(table.calls.as_ref(), &mut rules);
            let all_wait = waits.is_some_and(|waits| waits.is_all());
            let inherited = if all_wait { slo.for_waiting() } else { slo.clone() };
            workloads.push(Workload {
                name: table.name.get_ref().as_str().into(),
                model,
                alternatives,
                fine_tuned: self.fine_tuned(table),
                waits,
                traffic: self.traffic(&table.traffic, &table.name),
                max_output_tokens: table.max_output_tokens,
                client: self.client(table),
                route: table
                    .route
                    .as_ref()
                    .map(|names| names.iter().map(|name| self.named(name)).collect()),
                rules,
                calls: table.calls.clone().unwrap_or_default(),
                slo: self.own_slo(table.slo.as_ref(), &inherited),
            });
        }
        workloads
    }

    /// The models that are fine-tuned; each must be one that the workload calls.
    fn fine_tuned(&mut self, table: &WorkloadTable) -> Vec<Named> {
        let known = table.model.get_ref().all();
        for named in table.fine_tuned.iter().filter(|named| !known.contains(named.get_ref())) {
            let message = format!("fine-tuned model that is not called: {}", named.get_ref());
            self.wrong("tuned-without-model", named.span(), message, "list it in `model`");
        }
        table.fine_tuned.iter().map(|named| self.named(named)).collect()
    }

    pub(super) fn calls(&mut self, table: Option<&CallsTable>) -> StreamRules {
        let Some(table) = table else { return StreamRules::default() };
        crate::scenario::load::calls::stream_rules(table, None).unwrap_or_else(|mistakes| {
            self.all_wrong(mistakes);
            StreamRules::default()
        })
    }
}
