//! What the files cannot say, and whoever joins them must.

use crate::catalog::Catalog;
use crate::scenario::azure::inventory::Inventory;
use jiff::civil::Date;

/// What the files cannot say.
#[derive(Clone, Copy, Debug)]
pub struct JoinOptions<'a> {
    /// Names are looked up in it.
    pub catalog: &'a Catalog,
    /// The day whose rules count.
    pub on: Date,
    /// Region of deployments whose account is in no file.
    pub region: Option<&'a str>,
    /// The scenario's region, which its deployments need not repeat; the one of most deployments where none.
    pub base_region: Option<&'a str>,
    /// The one subscription that is taken.
    pub subscription: Option<&'a str>,
    /// The other side of a change, where there is one: what has one name on both sides is one
    /// deployment.
    pub beside: Option<&'a Inventory>,
    /// Whether it may be that nothing is deployed, as before a first deployment.
    pub may_be_empty: bool,
}
