//! Model cards: who makes and sells a model, what it takes and gives, since when and until when.

use crate::catalog::table::{Row, Table};
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

/// Another spelling of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The spelling.
    pub name: Arc<str>,
    /// What it stands for: a version, a part or size, or `same model`.
    pub says: Arc<str>,
}

/// How long an input may be at most, for one way to deploy a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputLimit {
    /// `standard`, `provisioned` or `batch`; empty for every deployment.
    pub deployment: Arc<str>,
    /// Longest input, tokens.
    pub tokens: u64,
}

/// A model card. Everything that can be unknown is optional; its rows are in `models.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Id, as the platform spells the model.
    pub id: Arc<str>,
    /// Other spellings: of the platform's documents, of meters, of other lists.
    pub aliases: Vec<Alias>,
    /// Who makes it.
    pub provider: Arc<str>,
    /// Who sells it.
    pub sold_by: Seller,
    /// What it does: `chat`, `embedding`, `image_generation`, ...
    pub mode: Option<Arc<str>>,
    /// Whether it answers nothing itself and hands each call to another, so that what it costs
    /// depends on the models behind it (S 76).
    pub is_router: bool,
    /// Day of the first version.
    pub launched: Option<Date>,
    /// Day after which its newest version is gone, as announced.
    pub retires: Option<Date>,
    /// Why nobody can deploy it, where it is a name of another service or of another seller.
    pub not_sold: Option<Arc<str>>,
    /// Dated versions.
    pub versions: Vec<Arc<str>>,
    /// Kinds of input: `text`, `audio`, `image`.
    pub inputs: Vec<Arc<str>>,
    /// Kinds of output: `text`, `audio`, `image`, `video`, `embedding`.
    pub outputs: Vec<Arc<str>>,
    /// Deployment options: `serverless`, `provisioned`, `managed_compute`.
    pub deployments: Vec<Arc<str>>,
    /// Features such as `fine_tuning`, `tools` or `structured_outputs`.
    pub features: Vec<Arc<str>>,
    /// Features that the platform's documents deny.
    pub lacks: Vec<Arc<str>>,
    /// Interfaces: `chat`, `responses`, `realtime`, ...
    pub apis: Vec<Arc<str>>,
    /// Subscriptions that cannot buy it (S 70, S 73).
    pub not_for: Vec<Arc<str>>,
    /// Longest input, tokens.
    pub max_input_tokens: Option<u64>,
    /// Longest input by way to deploy, where the platform states another than the model's.
    pub input_limits: Vec<InputLimit>,
    /// Longest output, tokens.
    pub max_output_tokens: Option<u64>,
    /// Input and output together, tokens.
    pub context_window: Option<u64>,
    /// The first row of the card.
    pub place: Place,
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
            is_router: false,
            launched: None,
            retires: None,
            not_sold: None,
            versions: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            deployments: Vec::new(),
            features: Vec::new(),
            lacks: Vec::new(),
            apis: Vec::new(),
            not_for: Vec::new(),
            max_input_tokens: None,
            input_limits: Vec::new(),
            max_output_tokens: None,
            context_window: None,
            place: table.place(&rows[0]),
        };
        for row in rows {
            let good = read_row(&mut model, row);
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

/// Takes one row of a card; whether it can be read. An item after a stroke is a version's own, which the card passes over.
fn read_row(model: &mut Model, row: &Row) -> bool {
    let item = || Arc::<str>::from(row.key(2));
    let text = || Some(Arc::<str>::from(row.value()));
    let of_model = row.key(2).is_empty();
    match row.key(1) {
        "provider" => model.provider = row.value().into(),
        "sold_by" => {
            model.sold_by = if row.value() == "partner" { Seller::Partner } else { Seller::Azure };
            return matches!(row.value(), "partner" | "azure");
        }
        "mode" => model.mode = text(),
        "not_sold" => model.not_sold = text(),
        "routes" => model.is_router = row.value() == "yes",
        "launched" => return parsed(row, &mut model.launched),
        "retires" => return parsed(row, &mut model.retires),
        "max_input_tokens" if of_model => return parsed(row, &mut model.max_input_tokens),
        "max_input_tokens" => {
            let Ok(tokens) = row.value().parse() else { return false };
            model.input_limits.push(InputLimit { deployment: item(), tokens });
        }
        "max_output_tokens" if of_model => return parsed(row, &mut model.max_output_tokens),
        "max_output_tokens" => return row.value().parse::<u64>().is_ok(),
        "context_window" => return parsed(row, &mut model.context_window),
        "limit" => {}
        "alias" => model.aliases.push(Alias { name: item(), says: row.value().into() }),
        "version" => model.versions.push(item()),
        "input" => model.inputs.push(item()),
        "output" => model.outputs.push(item()),
        "deployment" => model.deployments.push(item()),
        "not_for" => model.not_for.push(item()),
        "api" => model.apis.push(item()),
        "feature" if row.key(2).contains('/') => {}
        "feature" if row.value().starts_with("no") => model.lacks.push(item()),
        "feature" => model.features.push(item()),
        _ => return false,
    }
    true
}

/// A value that must be readable.
fn parsed<T: std::str::FromStr>(row: &Row, to: &mut Option<T>) -> bool {
    *to = row.value().parse().ok();
    to.is_some()
}

/// The retirement of each model's newest version, where the schedule states it; dates of other lists give way.
pub(crate) fn retirements(table: &Table, models: &mut BTreeMap<Arc<str>, Model>) {
    for model in models.values_mut() {
        let rows = table.with_prefix(&[&model.id]);
        let base = rows.iter().filter(|row| row.key(3) == "base");
        let Some(version) = base.map(|row| row.key(1)).max() else { continue };
        let row = rows
            .iter()
            .rfind(|row| row.key(1) == version && row.key(3) == "base" && row.key(4) == "retires");
        if let Some(row) = row {
            model.retires = row.value().parse().ok();
        }
    }
}
