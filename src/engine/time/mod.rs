//! What happens when: the queue of events, completions in order, and changes of a deployment over time.

pub(crate) mod arrivals;
pub(crate) mod completions;
pub(crate) mod queue;
pub(crate) mod timeline;
