//! Azure regions: geography, cloud and data zone.

use std::sync::Arc;

/// A region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Name as the platform spells it in resource ids, such as `swedencentral`.
    pub name: Arc<str>,
    /// Country or group of countries whose data stays there.
    pub geography: Arc<str>,
    /// `public` or `us_government`.
    pub cloud: Arc<str>,
    /// The data zone the region belongs to (`us`, `eu`, `apac`, `us_gov`), none when it is in none.
    pub data_zone: Option<Arc<str>>,
}
