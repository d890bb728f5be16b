//! One file a format of logs, exports and traces; `recognise` chooses among them.

pub(crate) mod anthropic_usage;
pub(crate) mod api_management;
pub(crate) mod app_metrics;
pub(crate) mod azure_diagnostics;
pub(crate) mod azure_monitor;
pub(crate) mod batch_output;
pub(crate) mod benchmarks;
mod chart;
pub(crate) mod claude_code;
pub(crate) mod codex;
pub(crate) mod cost;
pub(crate) mod dependencies;
pub(crate) mod entries;
pub(crate) mod helicone;
pub(crate) mod langfuse;
pub(crate) mod langfuse_daily;
pub(crate) mod list;
pub(crate) mod litellm;
pub(crate) mod openai_usage;
pub(crate) mod otel;
mod otel_printed;
pub(crate) mod portkey;
pub(crate) mod request_log;
pub(crate) mod research;
pub(crate) mod usage_totals;
