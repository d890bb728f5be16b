//! `[[what_if]]`: the same question under other circumstances, each with a name. `compare` lays them beside the question, `--what-if` asks one.

use crate::scenario::load::{Check, quantity};
use crate::scenario::question::{Scenario, Workload};
use crate::scenario::schema::Quantity;
use crate::scenario::traffic_table::SurgeTable;
use crate::scenario::uncertain::{Triangular, Uncertain};
use crate::units::diagnostic::{Diagnostic, nearest};
use crate::workload::transform::Surge;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Spanned;

/// One what-if. What is absent stays as the scenario says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIfTable {
    /// Its name, unique in the file.
    pub name: Spanned<String>,
    /// The workload whose traffic changes; all of them when absent.
    pub workload: Option<Spanned<String>>,
    /// Factor on the rate of requests.
    pub scale: Option<Spanned<f64>>,
    /// Factor on input tokens.
    pub input_length: Option<Spanned<f64>>,
    /// Factor on output tokens.
    pub output_length: Option<Spanned<f64>>,
    /// Share of the input that is cached, in place of the traffic's own.
    pub cached_share: Option<Spanned<String>>,
    /// A launch or a spike inside the simulated window.
    #[serde(default)]
    pub surge: Vec<SurgeTable>,
    /// Growth from month to month, for certain, in place of `[uncertain]`'s; of all workloads.
    pub growth_per_month: Option<Spanned<Quantity>>,
}

/// A checked what-if.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// Its name.
    pub name: Arc<str>,
    workload: Option<Arc<str>>,
    change: TrafficChange,
    growth_per_month: Option<f64>,
}

/// What is done to a workload's requests after everything its `traffic` asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct TrafficChange {
    /// Factor on the rate of requests.
    pub scale: f64,
    /// Factor on input tokens.
    pub input_length: f64,
    /// Factor on output tokens.
    pub output_length: f64,
    /// Share of the input that is cached, in place of the traffic's own.
    pub cached_share: Option<f64>,
    /// Launches and spikes.
    pub surges: Vec<Surge>,
}

impl Default for TrafficChange {
    fn default() -> Self {
        Self {
            scale: 1.0,
            input_length: 1.0,
            output_length: 1.0,
            cached_share: None,
            surges: Vec::new(),
        }
    }
}

impl WhatIf {
    /// The scenario as it would be. Its name says which what-if it is.
    pub fn apply(&self, scenario: &Scenario) -> Scenario {
        let mut changed = scenario.clone();
        changed.name = format!("{}: {}", scenario.name, self.name);
        changed.what_ifs.clear();
        let concerned = |workload: &&mut Workload| {
            self.workload.as_ref().is_none_or(|name| *name == workload.name)
        };
        for workload in changed.workloads.iter_mut().filter(concerned) {
            workload.traffic.change = Some(self.change.clone());
        }
        if let Some(growth) = self.growth_per_month {
            let uncertain = changed.uncertain.get_or_insert_with(Uncertain::default);
            uncertain.growth_per_month = Triangular::certain(growth);
        }
        changed
    }
}

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
