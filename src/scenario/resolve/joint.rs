//! The joint of catalogue and engine that every part of the resolution shares.

use crate::catalog::Catalog;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::Diagnostics;
use jiff::civil::Date;
/// Everything one deployment is resolved from.
pub(crate) struct Joint<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) catalog: &'a Catalog,
    pub(crate) candidate: &'a Candidate,
    pub(crate) on: Date,
    pub(crate) facts: &'a mut Facts,
    /// What calls ask for and no deployment offers: they are answered 400.
    pub(crate) unserved: &'a mut Diagnostics,
}
