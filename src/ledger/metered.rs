//! What is billed by something else than a deployment's tokens or PTUs: fine-tuning, hosting,
//! machines, routing, queries.

use crate::ledger::deployment::DeploymentRef;
use jiff::Timestamp;
use std::sync::Arc;

/// What is counted, and in which whole-number unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeterKind {
    /// Training tokens times epochs of supervised and preference tuning (S 50). Validation tokens are free.
    TrainingTokens,
    /// Core training time of reinforcement tuning, hundredths of an hour (S 52).
    TrainingTime,
    /// Input tokens of a model grader (S 52).
    GraderInput,
    /// Cached input tokens of a model grader.
    GraderCachedInput,
    /// Output tokens of a model grader.
    GraderOutput,
    /// Prefill tokens of interactive training (S 56).
    Prefill,
    /// Cached prefill tokens of interactive training (S 56).
    CachedPrefill,
    /// Sampled tokens of interactive training (S 56).
    Sampling,
    /// Trained tokens of interactive training (S 56).
    InteractiveTraining,
    /// Hosting of a fine-tuned deployment, minutes, used or not (S 57).
    Hosting,
    /// Accelerators of managed compute, accelerator-minutes, used or not (S 74).
    Accelerators,
    /// Cores of virtual machines, core-minutes (S 74: the older managed compute).
    VmCores,
    /// Input tokens that went through a model router (S 77).
    RoutedInput,
    /// Calls of a model that is charged by the query: rerankers.
    Queries,
}

impl MeterKind {
    /// All kinds, in the order of the declaration.
    pub const ALL: [Self; 14] = [
        Self::TrainingTokens,
        Self::TrainingTime,
        Self::GraderInput,
        Self::GraderCachedInput,
        Self::GraderOutput,
        Self::Prefill,
        Self::CachedPrefill,
        Self::Sampling,
        Self::InteractiveTraining,
        Self::Hosting,
        Self::Accelerators,
        Self::VmCores,
        Self::RoutedInput,
        Self::Queries,
    ];

    /// The name used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TrainingTokens => "training_tokens",
            Self::TrainingTime => "training_time",
            Self::GraderInput => "grader_input",
            Self::GraderCachedInput => "grader_cached_input",
            Self::GraderOutput => "grader_output",
            Self::Prefill => "prefill",
            Self::CachedPrefill => "cached_prefill",
            Self::Sampling => "sampling",
            Self::InteractiveTraining => "interactive_training",
            Self::Hosting => "hosting",
            Self::Accelerators => "accelerators",
            Self::VmCores => "vm_cores",
            Self::RoutedInput => "routed_input",
            Self::Queries => "queries",
        }
    }

    /// The kind of a name, none when there is no such kind.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A count in the kind's unit, charged at the start.
    Count(u64),
    /// So many units running from start to end, whatever their use; counted by the minute.
    Running(u32),
}

/// One stretch of such usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeteredUsage {
    /// The job or deployment.
    pub resource: Arc<DeploymentRef>,
    /// The workload that asked for it.
    pub workload: Arc<str>,
    /// What is counted.
    pub kind: MeterKind,
    /// What the price depends on beside model, SKU and region: accelerator family, VM size or grader model.
    pub variant: Option<Arc<str>>,
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
    /// How much.
    pub amount: Amount,
}
