//! The whole question: workloads, window, terms, requirements, what-ifs.

use crate::catalog::promotion::Promotions;
use crate::engine::rules::ChangeKind;
use crate::metrics::slo::{Slo, seconds};
use crate::scenario::load::terms::Commercial;
use crate::scenario::question::allow::Allow;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::event::Event;
use crate::scenario::question::named::Named;
use crate::scenario::question::quota::{OwnQuota, own_quota};
use crate::scenario::question::require::Require;
use crate::scenario::question::stated::StatedParameters;
use crate::scenario::question::traffic::{Repeat, TrafficChange};
use crate::scenario::question::uncertain::{Triangular, Uncertain};
use crate::scenario::question::workload::Workload;
use crate::units::calendar::Period;
use crate::units::ptu::Ptu;
use std::collections::BTreeMap;
use std::sync::Arc;
/// A checked scenario. Names of models, SKUs and regions are still to be looked up by `resolve`.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// A name for titles.
    pub name: String,
    /// The billed period.
    pub period: Period,
    /// The simulated window, from the period's start.
    pub window: Window,
    /// Azure region of the deployments.
    pub region: Named,
    /// Seed of all random draws.
    pub seed: u64,
    /// The workloads, in file order; at least one.
    pub workloads: Vec<Workload>,
    /// Service-level objectives of all workloads; each workload has them with its own.
    pub slo: Slo,
    /// The outage that must not break an objective.
    pub survives: Option<Outage>,
    /// What may be bought.
    pub allow: Allow,
    /// Quota tier of the subscription.
    pub quota_tier: Named,
    /// The agreement that batch quotas and those of some partners depend on.
    pub agreement: Option<Named>,
    /// PTU quota by provisioned SKU, in each region.
    pub ptu_quota: BTreeMap<String, Ptu>,
    /// Token quotas of the subscription's own.
    pub quotas: Vec<OwnQuota>,
    /// What every deployment must keep to.
    pub require: Require,
    /// What is deployed now.
    pub today: Option<Candidate>,
    /// What happens while it runs.
    pub events: Vec<Event>,
    /// What is not known for certain; none when nothing was stated to be.
    pub uncertain: Option<Uncertain>,
    /// The same question under other circumstances, by name.
    pub what_ifs: Vec<WhatIf>,
    /// Months the plan looks ahead, from the period's start; at least 1.
    pub horizon_months: u32,
    /// What was agreed with the platform, what is owned, and who is to pay.
    pub commercial: Commercial,
    /// Factor on how long answers take, in 1/1,000; 1,000 where it is not uncertain.
    pub service_time_per_mille: u64,
    /// How promotional prices are read, where a plan commits for longer than they are promised; as the parameter says when none.
    pub promotions: Option<Promotions>,
    /// Overridden catalogue parameters, as text.
    pub parameters: StatedParameters,
    /// Spellings of models that were not their own, as written; none before the catalogue was
    /// asked.
    pub spelled: Vec<Named>,
}

/// The simulated window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its length, microseconds.
    pub length_us: u64,
    /// How many such windows the period holds, exactly.
    pub repetitions: u64,
}

/// An outage of one region that must not break an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// How long, at the busiest time; the whole window when none.
    pub lasts_us: Option<u64>,
}

impl Scenario {
    /// The quota that the subscription has for itself of a model as a SKU in a region.
    pub fn own_quota(&self, model: &str, sku: &str, region: &str) -> Option<&OwnQuota> {
        own_quota(&self.quotas, model, sku, region)
    }

    /// Lets traces of less than a day be played once where nothing says what comes after them:
    /// whoever asks what some calls meet has no more of them, and the result warns of it.
    pub fn plays_samples_once(&mut self) {
        for workload in &mut self.workloads {
            if workload.traffic.repeat == Repeat::Unstated {
                workload.traffic.repeat = Repeat::Sample;
            }
        }
    }

    /// The objectives of every workload in words; with its name where there are several.
    pub fn objectives(&self) -> Vec<String> {
        let mut words = Vec::new();
        for workload in &self.workloads {
            words.extend(workload.slo.words().into_iter().map(
                |words| match self.workloads.len() {
                    1 => words,
                    _ => format!("{}: {words}", workload.name),
                },
            ));
        }
        words.extend(self.survives.map(|outage| outage.words()));
        words
    }
}

impl Outage {
    /// The objective in words.
    pub fn words(&self) -> String {
        match self.lasts_us {
            Some(us) => format!("every objective holds while a region is out for {}", seconds(us)),
            None => "every objective holds while a region is out".to_owned(),
        }
    }
}

impl Scenario {
    /// Whether an event changes the size of a deployment.
    pub fn is_resized(&self) -> bool {
        let mut changes = self.events.iter().flat_map(|event| &event.changes);
        changes.any(|change| matches!(change.what, ChangeKind::Resize { .. }))
    }
}

/// A checked what-if.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// Its name.
    pub name: Arc<str>,
    pub(crate) workload: Option<Arc<str>>,
    pub(crate) change: TrafficChange,
    pub(crate) growth_per_month: Option<f64>,
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
