//! A cost over futures: mean, percentiles and the confidence interval of each.

use crate::units::money::Money;
/// A monthly cost over the futures.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// 10th percentile.
    pub p10: Money,
    /// Median.
    pub p50: Money,
    /// 90th percentile.
    pub p90: Money,
    /// Mean: what contenders are ranked by.
    pub mean: Money,
    /// The dearest future.
    pub worst: Money,
    /// Futures behind it.
    pub replications: u32,
    /// Share of the futures in which every objective and constraint held.
    pub hold_share: f64,
    /// Where the 10th percentile, the median and the 90th percentile of all possible futures lie, in about 95 of 100 cases;
    /// the least and the greatest future drawn where these are too few to say more.
    pub between: [[Money; 2]; 3],
    /// The same for `hold_share`.
    pub hold_between: [f64; 2],
}
