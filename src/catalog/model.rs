//! Model cards: who makes and sells a model, what it takes and gives, since when and until when.

use crate::units::diagnostic::Place;
use jiff::civil::Date;
use std::sync::Arc;

/// Who sells a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seller {
    /// Microsoft, under its own product terms.
    Azure,
    /// The provider, through the Azure Marketplace.
    Partner,
}

impl Seller {
    /// The word used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Azure => "azure",
            Self::Partner => "partner",
        }
    }
}

/// A model card. Everything that can be unknown is optional; its rows are in `models.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Id, as the platform spells the model.
    pub id: Arc<str>,
    /// Other spellings in the platform's documents.
    pub aliases: Vec<Arc<str>>,
    /// Who makes it.
    pub provider: Arc<str>,
    /// Who sells it.
    pub sold_by: Seller,
    /// What it does: `chat`, `embedding`, `image_generation`, ...
    pub mode: Option<Arc<str>>,
    /// Day of the first version.
    pub launched: Option<Date>,
    /// Day after which it is gone, as announced.
    pub retires: Option<Date>,
    /// Dated versions.
    pub versions: Vec<Arc<str>>,
    /// Kinds of input: `text`, `audio`, `image`.
    pub inputs: Vec<Arc<str>>,
    /// Kinds of output: `text`, `audio`, `image`, `video`, `embedding`.
    pub outputs: Vec<Arc<str>>,
    /// Deployment options: `serverless`, `provisioned`, `managed_compute`.
    pub deployments: Vec<Arc<str>>,
    /// Features such as `fine_tuning`.
    pub features: Vec<Arc<str>>,
    /// Longest input, tokens.
    pub max_input_tokens: Option<u64>,
    /// Longest output, tokens.
    pub max_output_tokens: Option<u64>,
    /// The first row of the card.
    pub place: Place,
}
