//! The list of formats: how each knows its records and reads them, and what is said of it in `docs/formats.md`.

use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::formats::{
    anthropic_usage, api_management, app_metrics, azure_diagnostics, azure_monitor, batch_output,
    benchmarks, claude_code, codex, cost, dependencies, helicone, langfuse, langfuse_daily,
    litellm, openai_usage, otel, portkey, research, usage_totals,
};
use crate::workload::import::record::Record;
use serde_json::Value;

/// An importer of logs: its name, how it knows its records, how it reads them.
pub(crate) struct Importer {
    pub(crate) name: &'static str,
    pub(crate) knows: fn(&Value) -> bool,
    pub(crate) read: fn(Vec<Record>, &mut Collector) -> Zero,
}

/// All importers; the first that knows a file's first records reads it.
pub(crate) const IMPORTERS: &[Importer] = &[
    Importer { name: "opentelemetry-genai", knows: otel::is_otel, read: otel::otel },
    Importer {
        name: "claude-code",
        knows: claude_code::is_claude_code,
        read: claude_code::claude_code,
    },
    Importer { name: "codex", knows: codex::is_codex, read: codex::codex },
    Importer { name: "mooncake", knows: research::is_mooncake, read: research::mooncake },
    Importer { name: "bailian", knows: research::is_bailian, read: research::bailian },
    Importer {
        name: "azure-api-management",
        knows: api_management::is_api_management,
        read: api_management::api_management,
    },
    Importer {
        name: "azure-diagnostics",
        knows: azure_diagnostics::is_azure_diagnostics,
        read: azure_diagnostics::azure_diagnostics,
    },
    Importer {
        name: "application-insights-metrics",
        knows: app_metrics::is_app_metrics,
        read: app_metrics::app_metrics,
    },
    Importer {
        name: "prometheus",
        knows: app_metrics::is_prometheus,
        read: app_metrics::prometheus,
    },
    Importer { name: "litellm", knows: litellm::is_litellm, read: litellm::litellm },
    Importer {
        name: "litellm-daily",
        knows: usage_totals::is_litellm_activity,
        read: usage_totals::litellm_activity,
    },
    Importer { name: "langfuse", knows: langfuse::is_langfuse, read: langfuse::langfuse },
    Importer {
        name: "langfuse-daily",
        knows: langfuse_daily::is_langfuse_daily,
        read: langfuse_daily::langfuse_daily,
    },
    Importer {
        name: "batch-output",
        knows: batch_output::is_batch_output,
        read: batch_output::batch_output,
    },
    Importer {
        name: "application-insights-dependencies",
        knows: dependencies::is_dependencies,
        read: dependencies::dependencies,
    },
    Importer { name: "helicone", knows: helicone::is_helicone, read: helicone::helicone },
    Importer { name: "portkey", knows: portkey::is_portkey, read: portkey::portkey },
    Importer { name: "vllm-bench", knows: benchmarks::is_vllm, read: benchmarks::vllm },
    Importer { name: "aiperf", knows: benchmarks::is_aiperf, read: benchmarks::aiperf },
    Importer { name: "guidellm", knows: benchmarks::is_guidellm, read: benchmarks::guidellm },
    Importer {
        name: "anthropic-usage",
        knows: anthropic_usage::is_anthropic_usage,
        read: anthropic_usage::anthropic_usage,
    },
    Importer {
        name: "openai-usage",
        knows: openai_usage::is_openai_usage,
        read: openai_usage::openai_usage,
    },
    Importer { name: "cost-export", knows: cost::is_cost, read: cost::cost },
    Importer {
        name: "azure-monitor-metrics",
        knows: azure_monitor::is_azure_monitor,
        read: azure_monitor::azure_monitor,
    },
];

/// The names of all log formats [`read`](crate::workload::import::read) knows, in addition to the tables of
/// [`Format`](crate::workload::import::Format).
pub fn log_formats() -> impl Iterator<Item = &'static str> {
    IMPORTERS.iter().map(|importer| importer.name)
}
