//! Model cards: who makes and sells a model, what it takes and gives, since when and until when.

use crate::catalog::table::Table;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use jiff::civil::Date;
use std::collections::BTreeMap;
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
    /// Subscriptions that cannot buy it (S 70, S 73).
    pub not_for: Vec<Arc<str>>,
    /// Longest input, tokens.
    pub max_input_tokens: Option<u64>,
    /// Longest output, tokens.
    pub max_output_tokens: Option<u64>,
    /// The first row of the card.
    pub place: Place,
}

/// The one model that answers nothing itself: it hands each call to another (S 76).
const ROUTER: &str = "model-router";

impl Model {
    /// Whether it is a router: what it costs depends on the models behind it.
    pub fn is_router(&self) -> bool {
        &*self.id == ROUTER
    }
}

/// Reads the cards of `models.csv`; an attribute that cannot be read is reported.
pub(crate) fn read(table: &Table, mistakes: &mut Diagnostics) -> BTreeMap<Arc<str>, Model> {
    let mut models: BTreeMap<Arc<str>, Model> = BTreeMap::new();
    for rows in table.rows().chunk_by(|a, b| a.key(0) == b.key(0)) {
        let id: Arc<str> = rows[0].key(0).into();
        let mut model = Model {
            id: id.clone(),
            aliases: Vec::new(),
            provider: "".into(),
            sold_by: Seller::Azure,
            mode: None,
            launched: None,
            retires: None,
            versions: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            deployments: Vec::new(),
            features: Vec::new(),
            not_for: Vec::new(),
            max_input_tokens: None,
            max_output_tokens: None,
            place: table.place(&rows[0]),
        };
        for row in rows {
            let item = || Arc::<str>::from(row.key(2));
            let good = match row.key(1) {
                "provider" => {
                    model.provider = row.value().into();
                    true
                }
                "sold_by" => {
                    model.sold_by =
                        if row.value() == "partner" { Seller::Partner } else { Seller::Azure };
                    matches!(row.value(), "partner" | "azure")
                }
                "mode" => {
                    model.mode = Some(row.value().into());
                    true
                }
                "launched" => {
                    model.launched = row.value().parse().ok();
                    model.launched.is_some()
                }
                "retires" => {
                    model.retires = row.value().parse().ok();
                    model.retires.is_some()
                }
                "max_input_tokens" => {
                    model.max_input_tokens = row.value().parse().ok();
                    model.max_input_tokens.is_some()
                }
                "max_output_tokens" => {
                    model.max_output_tokens = row.value().parse().ok();
                    model.max_output_tokens.is_some()
                }
                "alias" => {
                    model.aliases.push(item());
                    true
                }
                "version" => {
                    model.versions.push(item());
                    true
                }
                "input" => {
                    model.inputs.push(item());
                    true
                }
                "output" => {
                    model.outputs.push(item());
                    true
                }
                "deployment" => {
                    model.deployments.push(item());
                    true
                }
                "not_for" => {
                    model.not_for.push(item());
                    true
                }
                "feature" => {
                    model.features.push(item());
                    true
                }
                _ => false,
            };
            if !good {
                let message = format!(
                    "model card cannot be read: {} · {} = `{}`",
                    row.key(0),
                    row.key(1),
                    row.value()
                );
                mistakes.push(Diagnostic::error("bad-attribute", message).at(table.place(row)));
            }
        }
        models.insert(id, model);
    }
    models
}
