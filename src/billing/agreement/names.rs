//! Names in the terms that mean something elsewhere: a discount on a SKU that does not exist would be silently void.

use std::ops::Range;
use std::sync::Arc;

/// What a name must be a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A SKU of the catalogue.
    Sku,
    /// A model of the catalogue.
    Model,
    /// A region of the catalogue.
    Region,
    /// A workload.
    Workload,
    /// A deployment.
    Deployment,
    /// A team that owns a workload or a deployment's capacity.
    Team,
}

/// A name and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameUse {
    /// What it must be a name of.
    pub kind: NameKind,
    /// The name.
    pub name: Arc<str>,
    /// Its bytes in the file.
    pub span: Range<usize>,
}
