//! Why a deployment cannot be had where it is planned, or processes or keeps data elsewhere than
//! required.

use std::sync::Arc;

/// What is wrong with the place of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceGrounds {
    /// The model is not sold as the SKU in the region.
    NotAvailable {
        /// The model.
        model: Arc<str>,
        /// The SKU.
        sku: Arc<str>,
        /// The region.
        region: Arc<str>,
        /// What the catalogue says of it.
        why: String,
        /// Regions where it could be had, the nearest first.
        near: Vec<Arc<str>>,
        /// SKUs that list the model in the region; empty where another region is near.
        sold_as: Vec<Arc<str>>,
    },
    /// It processes outside the place that is required.
    ProcessedElsewhere {
        /// The SKU.
        sku: Arc<str>,
        /// Where it processes.
        processed: Whereabouts,
        /// SKUs paid for in the same way that keep to the place.
        skus: Vec<Arc<str>>,
        /// Regions that are within the place.
        regions: Vec<Arc<str>>,
        /// What would have to be given up otherwise.
        concession: Concession,
        /// The source that says so.
        source: Arc<str>,
    },
    /// Its data rests elsewhere than required.
    RestsElsewhere {
        /// The SKU.
        sku: Arc<str>,
        /// Where data rests: a region, or the SKU's place in the platform's words.
        rests_in: Arc<str>,
        /// Regions where it would rest as required, the nearest first.
        near: Vec<Arc<str>>,
        /// The source that says so.
        source: Arc<str>,
    },
}

impl PlaceGrounds {
    /// Regions where it could be had as required, the nearest first.
    pub(crate) fn regions_near(&self) -> &[Arc<str>] {
        match self {
            Self::NotAvailable { near, .. } | Self::RestsElsewhere { near, .. } => near,
            Self::ProcessedElsewhere { regions, .. } => regions,
        }
    }
}

/// Where a deployment processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// Where its SKU does, in the platform's words.
    OfSku(Arc<str>),
    /// The same where it is so by one reading of the documents.
    OfSkuByReading {
        /// Where the SKU processes, in the platform's words.
        place: Arc<str>,
        /// The parameter that holds the reading.
        parameter: &'static str,
        /// The reading.
        reading: &'static str,
    },
    /// In the data zone of its region.
    Zone {
        /// The region.
        region: Arc<str>,
        /// The zone; none where it is in none.
        zone: Option<Arc<str>>,
    },
    /// In the geography of its region.
    Geography {
        /// The region.
        region: Arc<str>,
        /// The geography.
        geography: Arc<str>,
    },
    /// In its region.
    Region(Arc<str>),
}

/// What to give up where no deployment is within the place that is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concession {
    /// The data zone.
    Zone,
    /// The geography.
    Geography,
    /// The region, for its whole geography.
    GeographyInstead(Arc<str>),
}
