//! What the client does: when it retries, how many calls it has open, and which deployment it tries next.

pub(crate) mod concurrency;
pub(crate) mod retry;
pub(crate) mod route;
