//! One file a format of logs, exports and traces; `reader` recognises them.

pub(crate) mod api_management;
pub(crate) mod azure_diagnostics;
pub(crate) mod azure_monitor;
pub(crate) mod cost;
pub(crate) mod helicone;
pub(crate) mod langfuse;
pub(crate) mod litellm;
pub(crate) mod openai_usage;
pub(crate) mod otel;
pub(crate) mod research;
