//! `[[what_if]]`: the same question under other circumstances, each with a name. `compare` lays them beside the question, `--what-if` asks one.

use crate::scenario::load::{Check, quantity};
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::scenario::WhatIf;
use crate::scenario::question::traffic::TrafficChange;
use crate::scenario::question::workload::Workload;
use crate::scenario::schema::what_if::WhatIfTable;
use crate::units::diagnostic::{Diagnostic, nearest};
use std::collections::BTreeSet;

impl Scenario {
    /// The scenario under the what-if of that name.
    pub fn what_if(&self, name: &str) -> Result<Self, Diagnostic> {
        if let Some(found) = self.what_ifs.iter().find(|what_if| *what_if.name == *name) {
            return Ok(found.apply(self));
        }
        let known: Vec<&str> = self.what_ifs.iter().map(|what_if| &*what_if.name).collect();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if known.is_empty() => "the scenario has no [[what_if]] table".to_owned(),
            None => format!("the scenario has \"{}\"", known.join("\", \"")),
        };
        Err(Diagnostic::error("unknown-what-if", format!("unknown what-if: {name}")).hint(hint))
    }
}

impl Check<'_> {
    pub(in crate::scenario) fn what_ifs(
        &mut self,
        tables: &[WhatIfTable],
        workloads: &[Workload],
    ) -> Vec<WhatIf> {
        let mut seen = BTreeSet::new();
        let mut all = Vec::with_capacity(tables.len());
        for table in tables {
            let name = table.name.get_ref();
            if !seen.insert(name.clone()) {
                self.wrong(
                    "duplicate-name",
                    table.name.span(),
                    format!("two what-ifs of one name: {name}"),
                    "give each its own",
                );
            }
            if let Some(workload) = &table.workload {
                let known: Vec<&str> = workloads.iter().map(|workload| &*workload.name).collect();
                if !known.contains(&workload.get_ref().as_str()) {
                    let hint = match nearest(workload.get_ref(), known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("one of {}", known.join(", ")),
                    };
                    let message = format!("unknown workload: {}", workload.get_ref());
                    self.wrong("unknown-workload", workload.span(), message, hint);
                }
            }
            let growth = table.growth_per_month.as_ref().and_then(|written| {
                let growth = quantity(written.get_ref()).filter(|g| (-0.9..=1.0).contains(g));
                if growth.is_none() {
                    self.wrong(
                        "growth-out-of-range",
                        written.span(),
                        "growth out of range: growth_per_month".into(),
                        "write a share a month between \"-90 %\" and \"100 %\"",
                    );
                }
                growth
            });
            let cached = table.cached_share.as_ref();
            let cached = cached.and_then(|share| self.share("cached_share", share));
            all.push(WhatIf {
                name: name.as_str().into(),
                workload: table.workload.as_ref().map(|name| name.get_ref().as_str().into()),
                change: TrafficChange {
                    scale: self.factor("scale", table.scale.as_ref()),
                    input_length: self.factor("input_length", table.input_length.as_ref()),
                    output_length: self.factor("output_length", table.output_length.as_ref()),
                    cached_share: cached.map(|ppm| f64::from(ppm) / 1e6),
                    surges: table.surge.iter().filter_map(|surge| self.surge(surge)).collect(),
                },
                growth_per_month: growth,
            });
        }
        all
    }
}
