//! What quota each way to serve needs, found by simulation: the least rate limits and PTUs with which every objective is
//! met, who has them, and what serving so would cost. A plan that only a quota stands in the way of is not impossible:
//! it is a request to make.

mod enqueued;
mod limits;
mod needs;
mod options;
mod over_months;
mod raises;

pub use needs::{QuotaKind, QuotaNeed};
pub use options::{QuotaOption, QuotaPlan};
pub(crate) use options::{ahead_of_quota, play_least_limits, quota_plan};
pub(crate) use raises::play_higher_limits;
