//! A checked scenario: what is asked, in the product's own types.

use crate::engine::rules::{ChangeKind, StreamRules};
use crate::metrics::slo::{Slo, seconds};
use crate::scenario::calls::CallsTable;
use crate::scenario::candidate::Candidate;
use crate::scenario::events::Event;
use crate::scenario::kinds::Kinds;
use crate::scenario::models::Alternative;
use crate::scenario::require::Require;
use crate::scenario::terms::Commercial;
use crate::scenario::uncertain::Uncertain;
use crate::scenario::waits::Waits;
use crate::scenario::what_if::{TrafficChange, WhatIf};
use crate::units::calendar::Period;
use crate::units::diagnostic::Place;
use crate::units::ptu::Ptu;
use crate::workload::import::{BucketModel, Columns};
use crate::workload::synth::SynthSpec;
use crate::workload::transform::Surge;
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
    /// Seed of all luck.
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
    /// Overridden catalogue parameters, as text.
    pub parameters: BTreeMap<String, (String, Place)>,
}

/// A name and the place it was written, for messages.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name.
    pub name: Arc<str>,
    /// Where it stands.
    pub place: Place,
}

/// The simulated window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its length, microseconds.
    pub length_us: u64,
    /// How many such windows the period holds, exactly.
    pub repetitions: u64,
}

/// One workload.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its name.
    pub name: Arc<str>,
    /// The model it calls today.
    pub model: Named,
    /// Models that may serve it instead, or serve a share of its calls.
    pub alternatives: Vec<Alternative>,
    /// Those of its models that are fine-tuned: every deployment of them serves the fine-tuned version.
    pub fine_tuned: Vec<Named>,
    /// Which of its calls may wait; none when all must be answered at once.
    pub waits: Option<Waits>,
    /// Its requests.
    pub traffic: Traffic,
    /// Output limit the client sets on every request.
    pub max_output_tokens: Option<u32>,
    /// Client policy of the catalogue.
    pub client: Named,
    /// Deployments of `[today]` it calls, in order; the default route when none.
    pub route: Option<Vec<Named>>,
    /// How it calls beyond that.
    pub calls: CallsTable,
    /// The same for the engine; the prompt cache is still to be resolved.
    pub rules: StreamRules,
    /// Its objectives: its own, and those of all where it states none.
    pub slo: Slo,
}

/// An outage of one region that must not break an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// How long, at the busiest time; the whole window when none.
    pub lasts_us: Option<u64>,
}

impl Scenario {
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

impl Workload {
    /// Whether the model, or an alternative to it, has this name.
    pub fn may_call(&self, model: &str) -> bool {
        *self.model.name == *model || self.alternatives.iter().any(|a| *a.model.name == *model)
    }
}

/// Where requests come from. The caller reads the trace: the library opens no file.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// A bundled trace's name or a file.
    pub trace: Named,
    /// What to make the requests from, instead of a trace.
    pub synthetic: Option<Synthetic>,
    /// Part of the trace to play, microseconds from its start.
    pub slice_us: Option<(u64, u64)>,
    /// Factor on the time between requests.
    pub stretch: f64,
    /// Factor on the rate of requests.
    pub scale: f64,
    /// Whether to play it again until the window ends.
    pub repeat: bool,
    /// Stretches of the window with more or less traffic.
    pub surges: Vec<Surge>,
    /// Share of input assumed cached where the trace does not say, in 1/1,000,000.
    pub cached_share_ppm: Option<u32>,
    /// Names of the columns.
    pub columns: Option<Columns>,
    /// How totals become requests.
    pub totals: BucketModel,
    /// A log of past requests whose growth is to go on; none where growth is stated, or there is none.
    pub forecast: Option<Named>,
    /// What was taken from elsewhere to make it, one sentence each: results repeat it.
    pub notes: Vec<String>,
    /// What a what-if changes about it; none when the question is asked as written.
    pub change: Option<TrafficChange>,
}

/// Synthetic traffic.
#[derive(Clone, Debug)]
pub enum Synthetic {
    /// Of a spec in a file, which is the workload's [`Traffic::trace`].
    File,
    /// Of a spec in the scenario.
    Spec(Box<SynthSpec>),
}

/// How provisioned capacity is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payment {
    /// By the hour, at the list price.
    Hourly,
    /// A 1-month reservation of all PTUs.
    OneMonth,
    /// A 1-year reservation of all PTUs, paid monthly.
    OneYear,
    /// Each PTU in the way that is cheapest for the hours it is deployed: part reserved, the rest by the hour.
    Mixed,
}

impl Payment {
    /// All that can be asked for, cheapest promise first.
    pub const ALL: [Self; 3] = [Self::Hourly, Self::OneMonth, Self::OneYear];

    /// The word used in scenarios and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::OneMonth => "1-month",
            Self::OneYear => "1-year",
            Self::Mixed => "mixed",
        }
    }

    /// The payment of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|payment| payment.as_str() == word)
    }
}

/// What may be bought.
#[derive(Clone, Debug)]
pub struct Allow {
    /// SKU names.
    pub skus: Vec<Named>,
    /// Ways to pay for PTUs.
    pub payments: Vec<Payment>,
    /// Whether provisioned deployments may spill over.
    pub spillover: bool,
    /// Whether provisioned deployments may be resized by the hour of the day.
    pub schedule: bool,
    /// Regions to deploy in instead of the scenario's.
    pub regions: Vec<Named>,
    /// Service tiers, queues, machines and routers.
    pub kinds: Kinds,
}
