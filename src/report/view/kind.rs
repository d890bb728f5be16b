//! What a deployment is, where that is neither plain PTUs nor plain pay-as-you-go.

use serde::Serialize;

/// How a deployment serves, where that is neither PTUs nor all calls of a model at the standard tier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct KindView {
    /// `machines`, `batch`, `flex`, `priority`, `standard and flex`; `alone` for a standard deployment beside PTUs that nothing
    /// spills over to; `plain` where the rest says what is special.
    pub serves: String,
    /// Instances of managed compute; where they scale by themselves, those at the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<u32>,
    /// Fewest instances, where they scale by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances_min: Option<u32>,
    /// Most instances, where they scale by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances_max: Option<u32>,
    /// One instance of it, such as `2 x H100_80GB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// Whether it serves a fine-tuned version of its model.
    pub fine_tuned: bool,
    /// The model id of the router in front of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub router: Option<String>,
}
