//! `catalog list` and `catalog show`: model cards, assumptions.

use crate::catalog::Catalog;
use crate::catalog::facts::name_of;
use crate::catalog::model::Model;
use crate::catalog::pattern::matches;
use crate::catalog::ptu::PtuPayment;
use crate::catalog::sku::BillingMode;
use crate::catalog::table::{Row, Table};
use crate::report::catalog::size::{fact, fact_row};
use crate::report::catalog::summary::{SummaryLine, summary};
use crate::report::text::layout::{
    Ink, Tone, bullet, figures, paragraph, table, table_within, words,
};
use crate::report::view::FactView;
use crate::units::diagnostic::{Diagnostic, nearest};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// Which models `catalog list` shows. What is none does not restrict.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Provider, in any case.
    pub provider: Option<String>,
    /// Deployable as this SKU.
    pub sku: Option<String>,
    /// Deployable in this region (as `sku`, where given).
    pub region: Option<String>,
    /// Feature, mode, kind of input or output, or deployment option.
    pub feature: Option<String>,
    /// Highest Global input price, USD per million tokens.
    pub max_input_price: Option<Decimal>,
}

/// A model in a list.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ModelView {
    /// Id.
    pub model: String,
    /// Maker.
    pub provider: String,
    /// `azure` or `partner`.
    pub sold_by: String,
    /// What it does.
    pub mode: Option<String>,
    /// First day of its first version.
    pub launched: Option<String>,
    /// Announced last day.
    pub retires: Option<String>,
    /// Longest input, tokens.
    pub max_input_tokens: Option<u64>,
    /// Input price, Global Standard, per million tokens, decimal.
    pub input_price: Option<String>,
    /// Output price, Global Standard, per million tokens, decimal.
    pub output_price: Option<String>,
    /// Whether it has provisioned sizes.
    pub provisioned: bool,
    /// As the SKU or in the region asked for: `listed`, or `unknown` where no table that was read
    /// says it; none where none was asked for.
    pub offered: Option<String>,
}

/// A model card on a day.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CardView {
    /// The list's facts.
    #[serde(flatten)]
    pub model: ModelView,
    /// The day.
    pub as_of: String,
    /// One screen about it.
    pub summary: Vec<SummaryLine>,
    /// Stage, retirement and replacement of every version.
    pub lifecycle: Vec<FactView>,
    /// List prices that return after a promotion.
    pub promotions: Vec<FactView>,
    /// How an image becomes tokens.
    pub images: Vec<FactView>,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Dated versions.
    pub versions: Vec<String>,
    /// Kinds of input.
    pub inputs: Vec<String>,
    /// Kinds of output.
    pub outputs: Vec<String>,
    /// Deployment options.
    pub deployments: Vec<String>,
    /// Features.
    pub features: Vec<String>,
    /// Subscriptions that cannot buy it.
    pub not_for: Vec<String>,
    /// Longest output, tokens.
    pub max_output_tokens: Option<u64>,
    /// PTU sizes by SKU.
    pub grid: Vec<FactView>,
    /// What a PTU does.
    pub throughput: Vec<FactView>,
    /// Hourly and reservation prices of its PTUs.
    pub ptu_prices: Vec<FactView>,
    /// Token prices in force.
    pub prices: Vec<FactView>,
    /// Quotas in force.
    pub quotas: Vec<FactView>,
    /// Fine-tuning methods and prices in force.
    pub fine_tuning: Vec<FactView>,
    /// Regions by SKU.
    pub regions: BTreeMap<String, Vec<String>>,
    /// Other sources that give another price than the one used.
    pub disputed: Vec<FactView>,
    /// Full text of every source named above.
    pub sources: BTreeMap<String, String>,
}

/// The models that pass a filter, by id.
pub fn list(catalog: &Catalog, filter: &Filter, on: Date) -> Vec<ModelView> {
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    catalog
        .models()
        .filter(|model| filter.provider.as_ref().is_none_or(|wanted| same(&model.provider, wanted)))
        .filter(|model| {
            filter
                .feature
                .as_ref()
                .is_none_or(|wanted| words_of(model).any(|word| same(word, wanted)))
        })
        .filter_map(|model| {
            let Offered::As(offered) = offered(catalog, model, filter, on) else { return None };
            let offered = offered.map(ToOwned::to_owned);
            Some(ModelView { offered, ..model_view(catalog, model, on) })
        })
        .filter(|view| {
            filter.max_input_price.is_none_or(|most| {
                let price = view.input_price.as_ref().and_then(|text| text.parse::<Decimal>().ok());
                price.is_some_and(|price| price <= most)
            })
        })
        .collect()
}

/// What can be asked of a model as a feature: also its mode, kinds of input and output, and
/// deployment options.
fn words_of(model: &Model) -> impl Iterator<Item = &str> {
    let lists = [&model.features, &model.inputs, &model.outputs, &model.deployments];
    lists.into_iter().flatten().chain(&model.mode).map(AsRef::as_ref)
}

/// Whether any model has a feature of this name: a misspelt one is a mistake, not an empty list.
pub fn is_feature(catalog: &Catalog, name: &str) -> Result<(), Diagnostic> {
    let known: std::collections::BTreeSet<&str> = catalog.models().flat_map(words_of).collect();
    if known.iter().any(|word| word.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("one of {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    };
    Err(Diagnostic::error("unknown-feature", format!("unknown feature: {name}")).hint(hint))
}

/// How a model can be had as the SKU in the region asked for.
enum Offered {
    /// A table lists it, or no table says; empty where neither SKU nor region was asked for.
    As(Option<&'static str>),
    /// It cannot be deployed.
    Not,
}

fn offered(catalog: &Catalog, model: &Model, filter: &Filter, on: Date) -> Offered {
    if filter.sku.is_none() && filter.region.is_none() {
        return Offered::As(None);
    }
    // What every table still lists by its last reading cannot be deployed once it is retired.
    if catalog.is_retired(&model.id, on) {
        return Offered::Not;
    }
    let skus = catalog.skus().map(|sku| &*sku.name);
    let skus = skus.filter(|sku| filter.sku.as_deref().is_none_or(|wanted| wanted == *sku));
    let mut found = Offered::Not;
    for sku in skus {
        for region in catalog.regions().map(|region| &*region.name) {
            if filter.region.as_deref().is_some_and(|wanted| wanted != region) {
                continue;
            }
            let availability = catalog.availability(&model.id, sku, region, on);
            if availability.is_listed() {
                return Offered::As(Some("listed"));
            }
            if availability.is_possible() {
                found = Offered::As(Some("unknown"));
            }
        }
    }
    found
}

fn model_view(catalog: &Catalog, model: &Model, on: Date) -> ModelView {
    let price = |class: &str| {
        let keys = [&*model.id, "global", "standard", "default", class];
        let row = catalog.billed_row(catalog.tables().prices.in_force(&keys, on)?, on);
        (row.unit() == "USD/1M tokens").then(|| row.value().to_owned())
    };
    ModelView {
        model: model.id.to_string(),
        provider: model.provider.to_string(),
        sold_by: model.sold_by.as_str().to_owned(),
        mode: model.mode.as_ref().map(ToString::to_string),
        launched: model.launched.map(|date| date.to_string()),
        retires: model.retires.map(|date| date.to_string()),
        max_input_tokens: model.max_input_tokens,
        input_price: price("input"),
        output_price: price("output"),
        provisioned: !catalog.tables().ptu_grid.with_prefix(&[&model.id]).is_empty(),
        offered: None,
    }
}

/// The card of a model on a day.
pub fn card(catalog: &Catalog, name: &str, on: Date) -> Result<CardView, Diagnostic> {
    let model = catalog.model(name)?;
    let tables = catalog.tables();
    let id = &*model.id;
    let all = |words: &[std::sync::Arc<str>]| words.iter().map(ToString::to_string).collect();
    let mut fine_tuning = rows_on(&tables.finetune_methods, &[id], on);
    fine_tuning.append(&mut rows_on(&tables.finetune_prices, &[id], on));
    let mut view = CardView {
        model: model_view(catalog, model, on),
        as_of: on.to_string(),
        summary: summary(catalog, model, on),
        lifecycle: rows_on(&tables.lifecycle, &[id], on),
        promotions: rows_of(&tables.promotions, &[id]),
        images: patterned(&tables.image_tokens, id),
        aliases: model.aliases.iter().map(|alias| alias.name.to_string()).collect(),
        versions: all(&model.versions),
        inputs: all(&model.inputs),
        outputs: all(&model.outputs),
        deployments: all(&model.deployments),
        features: all(&model.features),
        not_for: all(&model.not_for),
        max_output_tokens: model.max_output_tokens,
        grid: rows_on(&tables.ptu_grid, &[id], on),
        throughput: rows_on(&tables.throughput, &[id], on),
        ptu_prices: ptu_prices(catalog, id, on),
        prices: rows_on(&tables.prices, &[id], on),
        quotas: rows_on(&tables.quotas, &[id], on),
        fine_tuning,
        regions: regions(catalog, id, on),
        disputed: disputed(catalog, id, on),
        sources: BTreeMap::new(),
    };
    let parts = [
        &view.grid,
        &view.throughput,
        &view.ptu_prices,
        &view.prices,
        &view.quotas,
        &view.fine_tuning,
        &view.disputed,
        &view.lifecycle,
        &view.promotions,
        &view.images,
    ];
    let named = parts.into_iter().flatten().map(|basis| basis.source.clone());
    view.sources = named
        .filter_map(|id| {
            let source = catalog.source(&id)?;
            let text = format!("{} {}", source.text, source.address);
            Some((id, text.trim_end().to_owned()))
        })
        .collect();
    Ok(view)
}

/// The rows of a table under a key that are in force on a day, named by their other keys.
fn rows_on(table: &Table, prefix: &[&str], on: Date) -> Vec<FactView> {
    let rows = table.with_prefix(prefix).iter().filter(|row| row.in_force(on));
    rows.map(|row| {
        let keys = row.keys().skip(prefix.len()).filter(|key| !key.is_empty());
        basis(table, row, &keys.collect::<Vec<_>>().join(" · "))
    })
    .collect()
}

/// All rows of a table under a key, in force or not.
fn rows_of(table: &Table, prefix: &[&str]) -> Vec<FactView> {
    let rows = table.with_prefix(prefix).iter();
    rows.map(|row| {
        let keys = row.keys().skip(prefix.len()).filter(|key| !key.is_empty());
        basis(table, row, &keys.collect::<Vec<_>>().join(" · "))
    })
    .collect()
}

/// The rows whose pattern fits a model.
fn patterned(table: &Table, model: &str) -> Vec<FactView> {
    let rows = table.rows().iter().filter(|row| matches(row.key(0), model));
    rows.map(|row| basis(table, row, &name_of(row))).collect()
}

fn basis(table: &Table, row: &Row, what: &str) -> FactView {
    let value = format!("{} {}", row.value(), row.unit());
    fact(what, value.trim_end(), &table.evidence(row))
}

fn ptu_prices(catalog: &Catalog, id: &str, on: Date) -> Vec<FactView> {
    let mut prices = Vec::new();
    for sku in catalog.skus().filter(|sku| sku.billing == BillingMode::Ptu) {
        for payment in [PtuPayment::Hourly, PtuPayment::OneMonth, PtuPayment::OneYear] {
            let mut seen: BTreeMap<String, (Vec<&str>, FactView)> = BTreeMap::new();
            for region in catalog.regions() {
                let price = catalog.ptu_price(id, &sku.name, &region.name, payment, on);
                let Ok(price) = price else { continue };
                if !catalog.is_available(id, &sku.name, &region.name, on) {
                    continue;
                }
                let value = price.value.price.to_exact_string();
                let view = fact("", &value, &price.evidence);
                seen.entry(value).or_insert_with(|| (Vec::new(), view)).0.push(&region.name);
            }
            let only = seen.len() == 1;
            prices.extend(seen.into_values().map(|(regions, mut view)| {
                let place = if only { "all regions".to_owned() } else { regions.join(" ") };
                view.name = format!("{} · {} · {place}", sku.name, payment.as_str());
                view.value = format!("{} {} per PTU", view.value, "USD");
                view
            }));
        }
    }
    prices
}

fn regions(catalog: &Catalog, id: &str, on: Date) -> BTreeMap<String, Vec<String>> {
    catalog
        .skus()
        .filter_map(|sku| {
            let regions = catalog.regions_of(id, &sku.name, on);
            let regions: Vec<String> = regions.into_iter().map(ToOwned::to_owned).collect();
            (!regions.is_empty()).then(|| (sku.name.to_string(), regions))
        })
        .collect()
}

/// Observations that give another value than the row that prices, on the day they were made or later.
fn disputed(catalog: &Catalog, id: &str, on: Date) -> Vec<FactView> {
    let tables = catalog.tables();
    let table = &tables.price_observations;
    let rows = table.with_prefix(&[id]).iter().filter(|row| row.from <= on);
    rows.filter(|row| {
        let keys: Vec<&str> = row.keys().take(5).collect();
        let priced = tables.prices.with_prefix(&keys);
        let then = priced.iter().find(|price| price.in_force(row.from));
        then.is_some_and(|price| price.value() != row.value())
    })
    .map(|row| basis(table, row, &name_of(row)))
    .collect()
}

/// The list as text.
pub fn list_text(models: &[ModelView], ink: Ink) -> String {
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let rows: Vec<_> = models
        .iter()
        .map(|model| {
            let mut cells = vec![
                model.model.clone(),
                model.provider.clone(),
                model.sold_by.clone(),
                dash(&model.mode),
                dash(&model.launched),
                dash(&model.input_price),
                dash(&model.output_price),
                if model.provisioned { "yes" } else { "-" }.to_owned(),
            ];
            cells.extend(model.offered.clone());
            (Tone::Plain, cells)
        })
        .collect();
    let mut columns = vec![
        words("model", 36),
        words("provider", 18),
        words("sold by", 8),
        words("mode", 16),
        words("launched", 10),
        figures("input"),
        figures("output"),
        words("PTU", 3),
    ];
    if models.iter().any(|model| model.offered.is_some()) {
        columns.push(words("offered", 8));
    }
    let mut out = table(ink, &columns, &rows);
    out += &ink.line(
        Tone::Dim,
        &format!("{} models; prices are Global Standard, USD per million tokens", models.len()),
    );
    out
}

/// A part of a card in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Token prices, with what returns after a promotion.
    Prices,
    /// PTU sizes, throughput and prices.
    Ptu,
    /// Quotas.
    Quotas,
    /// Regions by SKU.
    Regions,
    /// Stages, retirements, replacements.
    Lifecycle,
    /// Fine-tuning.
    FineTuning,
    /// Images as tokens.
    Images,
    /// Versions and other names.
    Names,
    /// Prices of other sources that differ.
    Disputed,
    /// The sources named.
    Sources,
}

impl Section {
    /// All sections, in the order of a card.
    pub const ALL: [Self; 10] = [
        Self::Prices,
        Self::Ptu,
        Self::Quotas,
        Self::Regions,
        Self::Lifecycle,
        Self::FineTuning,
        Self::Images,
        Self::Names,
        Self::Disputed,
        Self::Sources,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prices => "prices",
            Self::Ptu => "ptu",
            Self::Quotas => "quotas",
            Self::Regions => "regions",
            Self::Lifecycle => "lifecycle",
            Self::FineTuning => "fine-tuning",
            Self::Images => "images",
            Self::Names => "names",
            Self::Disputed => "disputed",
            Self::Sources => "sources",
        }
    }
}

impl std::str::FromStr for Section {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let word = if word == "price" { "prices" } else { word };
        Self::ALL.into_iter().find(|section| section.as_str() == word).ok_or_else(|| {
            let all: Vec<&str> = Self::ALL.iter().map(|section| section.as_str()).collect();
            format!("sections are {}", all.join(", "))
        })
    }
}

impl CardView {
    /// The dated values of a section.
    fn facts(&self, section: Section) -> Vec<(&'static str, &[FactView])> {
        match section {
            Section::Prices => vec![
                ("token prices", &self.prices[..]),
                ("list price that returns", &self.promotions[..]),
            ],
            Section::Ptu => vec![
                ("PTU sizes", &self.grid[..]),
                ("throughput", &self.throughput[..]),
                ("PTU prices", &self.ptu_prices[..]),
            ],
            Section::Quotas => vec![("quotas", &self.quotas[..])],
            Section::Lifecycle => vec![("lifecycle", &self.lifecycle[..])],
            Section::FineTuning => vec![("fine-tuning", &self.fine_tuning[..])],
            Section::Images => vec![("images as tokens", &self.images[..])],
            Section::Disputed => vec![("other sources say otherwise", &self.disputed[..])],
            Section::Regions | Section::Names | Section::Sources => Vec::new(),
        }
    }
}

/// The card as text of `width` columns: one screen of summary, or the sections asked for in full.
pub fn card_text(card: &CardView, sections: &[Section], ink: Ink, width: usize) -> String {
    let model = &card.model;
    let sold = if model.sold_by == "partner" { "sold by a partner" } else { "sold by Azure" };
    let title = format!("{} ({}, {sold}), values of {}", model.model, model.provider, card.as_of);
    let mut out = ink.line(Tone::Heading, &title);
    if sections.is_empty() {
        for line in &card.summary {
            let text = format!("{:<16}{}", line.about, line.says);
            out += &hanging(ink, &text, 16, width);
        }
        let all: Vec<&str> = Section::ALL.iter().map(|section| section.as_str()).collect();
        let more =
            format!("In full: --section {}; where a figure is from: --why price", all.join(" | "));
        out += &ink.line(Tone::Plain, "");
        return out + &paragraph(ink, Tone::Dim, &more, width);
    }
    for section in sections {
        for (name, rows) in card.facts(*section).into_iter().filter(|(_, rows)| !rows.is_empty()) {
            out += &ink.line(Tone::Plain, "");
            out += &table_within(
                ink,
                width,
                &[
                    words(name, 60),
                    words("value", 40),
                    words("since", 10),
                    words("status", 10),
                    words("source", 40),
                ],
                &rows.iter().map(fact_row).collect::<Vec<_>>(),
            );
        }
        out += &listed(card, *section, ink, width);
    }
    out
}

/// The sections that are lists.
fn listed(card: &CardView, section: Section, ink: Ink, width: usize) -> String {
    let mut out = String::new();
    match section {
        Section::Regions => {
            for (sku, regions) in &card.regions {
                out += &bullet(ink, Tone::Plain, &format!("{sku}: {}", regions.join(", ")), width);
            }
        }
        Section::Names => {
            for (name, all) in [("versions", &card.versions), ("other names", &card.aliases)] {
                out += &bullet(ink, Tone::Plain, &format!("{name}: {}", all.join(", ")), width);
            }
        }
        Section::Sources => {
            for (id, text) in &card.sources {
                out += &bullet(ink, Tone::Plain, &format!("{id}: {text}"), width);
            }
        }
        _ => {}
    }
    out
}

/// A paragraph whose further lines stand under its text.
fn hanging(ink: Ink, text: &str, indent: usize, width: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    let (head, rest) = text.split_at(indent.min(text.len()));
    line.push_str(head);
    for word in rest.split(' ') {
        let long = line.chars().count() + word.chars().count() + 1;
        if long > width && line.chars().count() > indent {
            out += &ink.line(Tone::Plain, line.trim_end());
            line = " ".repeat(indent);
        }
        line.push_str(word);
        line.push(' ');
    }
    out + &ink.line(Tone::Plain, line.trim_end())
}

/// From every figure of a section to its row, its document and the day somebody looked.
pub fn why_text(card: &CardView, section: Section, ink: Ink, width: usize) -> String {
    let mut out = String::new();
    for (name, rows) in card.facts(section) {
        for row in rows {
            out += &ink.line(Tone::Heading, &format!("{name}: {} = {}", row.name, row.value));
            let from =
                format!("{}, in force since {}, row {}", row.status, row.effective_from, row.place);
            out += &bullet(ink, Tone::Plain, &from, width);
            let text = card.sources.get(&row.source).map_or("", String::as_str);
            out += &bullet(ink, Tone::Dim, &format!("{}: {text}", row.source), width);
        }
    }
    if out.is_empty() {
        out = ink.line(Tone::Plain, &format!("no figures of this kind: {}", section.as_str()));
    }
    out
}

/// Everything assumed, and every switch between readings.
pub fn assumptions(catalog: &Catalog) -> Vec<AssumptionView> {
    catalog
        .assumptions()
        .map(|assumption| AssumptionView {
            what: assumption.what.to_string(),
            value: assumption.value.trim_end().to_owned(),
            about: assumption.about.to_string(),
            status: assumption.evidence.status.as_str().to_owned(),
            source: assumption.evidence.source.to_string(),
            place: assumption.evidence.place.to_string(),
        })
        .collect()
}

/// Something a result may depend on.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct AssumptionView {
    /// Name of the parameter, or the keys of the row.
    pub what: String,
    /// Its value with its unit.
    pub value: String,
    /// What it is about.
    pub about: String,
    /// `assumed`, or `documented` for a switch between documents that disagree.
    pub status: String,
    /// Id of the source.
    pub source: String,
    /// Row of the data file.
    pub place: String,
}

/// The assumptions as text of `width` columns.
pub fn assumptions_text(assumptions: &[AssumptionView], ink: Ink, width: usize) -> String {
    let mut out = String::new();
    for assumption in assumptions {
        let AssumptionView { what, value, about, status, .. } = assumption;
        out += &paragraph(ink, Tone::Plain, &format!("{what} = {value} ({status})"), width);
        out += &bullet(ink, Tone::Dim, about, width);
    }
    out += &ink.line(Tone::Dim, &format!("{} assumptions and switches", assumptions.len()));
    out
}
