//! The catalogue: all tables and rules, read, checked and frozen.

use crate::catalog::model::{self, Model};
use crate::catalog::names::{NamedModel, Names};
use crate::catalog::region::{self, Region};
use crate::catalog::rulebook::Rulebook;
use crate::catalog::rules::{ClientPolicy, LimiterProfile, Parameter};
use crate::catalog::sku::Sku;
use crate::catalog::source::{self, Source};
use crate::catalog::table::{Row, Schema, Table, ValueKind};
use crate::catalog::{embedded, rulebook, weight};
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, alike, did_you_mean, nearest};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $file:literal, [$($key:literal),*], $kind:ident, $noun:literal;)*) => {
        /// All tables of a catalogue.
        #[derive(Clone, Debug)]
        pub struct Tables { $($(#[$doc])* pub $field: Table,)* }

        /// The columns of all tables.
        pub const SCHEMAS: &[Schema] = &[$(Schema {
            file: $file, keys: &[$($key),*], value: ValueKind::$kind, noun: $noun,
        }),*];

        impl Tables {
            fn read(files: &Files<'_>, mistakes: &mut Diagnostics) -> Self {
                $(let $field = {
                    const SCHEMA: &Schema = &Schema {
                        file: $file, keys: &[$($key),*], value: ValueKind::$kind, noun: $noun,
                    };
                    files.get(SCHEMA.file, mistakes).map_or_else(
                        || Table::empty(SCHEMA),
                        |(name, text)| Table::parse(SCHEMA, &name, text, mistakes),
                    )
                };)*
                Self { $($field),* }
            }

            /// All tables, in the order of their file names.
            pub fn iter(&self) -> impl Iterator<Item = &Table> {
                [$(&self.$field),*].into_iter()
            }
        }
    };
}

tables! {
    /// How deployments are authenticated to and reached, by option and SKU.
    access: "access.csv", ["option", "sku", "attribute"], Text, "access";
    /// Which model can be deployed as which SKU where.
    availability: "availability.csv", ["model", "version", "sku", "tier", "region"], Text, "availability";
    /// Enqueued-token limits and other limits of batch jobs.
    batch_limits: "batch_limits.csv", ["model", "sku", "tier", "attribute"], Text, "batch limit";
    /// Requests and tokens a minute of one unit of capacity (S 3).
    capacity_units: "capacity_units.csv", ["model", "attribute"], Decimal, "capacity unit";
    /// Default content filters and what their thresholds block.
    content_filters: "content_filters.csv", ["kind", "category", "applies_to"], Text, "content filter";
    /// Input length above which a whole request is billed at long-context prices.
    context_thresholds: "context_thresholds.csv", ["model", "scope", "tier"], Decimal, "long-context threshold";
    /// How models can be fine-tuned, and where.
    finetune_methods: "finetune_methods.csv", ["model", "version", "attribute", "item"], Text, "fine-tuning method";
    /// Training, hosting, inference and grader prices of fine-tuned models.
    finetune_prices: "finetune_prices.csv", ["model", "training", "scope", "meter"], Decimal, "fine-tuning price";
    /// How images become input tokens, by model or pattern of models.
    image_tokens: "image_tokens.csv", ["model", "detail", "attribute"], Text, "image rule";
    /// Stage, retirement and replacement by version.
    lifecycle: "lifecycle.csv", ["model", "version", "sku", "kind", "attribute"], Text, "lifecycle";
    /// Accelerators and virtual machines.
    machines: "machines.csv", ["kind", "machine", "region", "os", "attribute"], Text, "machine";
    /// What managed compute can and cannot run, by model or pattern of models.
    managed_compute: "managed_compute.csv", ["model", "sku", "attribute", "item"], Text, "managed compute";
    /// Model cards.
    models: "models.csv", ["model", "attribute", "item"], Text, "model card";
    /// What other sources say about prices; never used to price.
    price_observations: "price_observations.csv",
        ["model", "scope", "tier", "context", "class", "item"], DecimalOrUnknown, "price observation";
    /// Which regions a price scope covers.
    price_scopes: "price_scopes.csv", ["scope", "region"], Text, "price scope";
    /// Token prices.
    prices: "prices.csv", ["model", "scope", "tier", "context", "class"], DecimalOrUnknown, "price";
    /// Speed targets of priority processing.
    priority_targets: "priority_targets.csv", ["model", "version", "attribute"], Decimal, "priority target";
    /// The list price that returns after a promotion; the first day is the first that is not promised.
    promotions: "promotions.csv", ["model", "scope", "tier", "context", "class"], Decimal, "promotion";
    /// Smallest sizes and steps of provisioned deployments.
    ptu_grid: "ptu_grid.csv", ["model", "sku", "attribute"], Text, "PTU grid";
    /// Hourly and reservation prices of PTUs.
    ptu_prices: "ptu_prices.csv", ["product", "sku", "scope", "payment"], DecimalOrUnknown, "PTU price";
    /// Rate limits by SKU and tier.
    quotas: "quotas.csv", ["model", "version", "sku", "tier", "attribute"], Text, "quota";
    /// Regions.
    regions: "regions.csv", ["region", "attribute"], Text, "region";
    /// What one PTU does.
    throughput: "throughput.csv", ["model", "attribute", "context", "class"], Text, "throughput";
    /// Monthly use above which latency may rise.
    usage_tiers: "usage_tiers.csv", ["model", "attribute"], Decimal, "usage tier";
}

/// The files a catalogue is read from, by file name.
struct Files<'a> {
    root: &'a str,
    by_name: BTreeMap<&'a str, (&'a str, &'a str)>,
}

impl<'a> Files<'a> {
    fn get(&self, file: &str, mistakes: &mut Diagnostics) -> Option<(String, &'a str)> {
        let Some((name, text)) = self.by_name.get(file) else {
            mistakes.push(Diagnostic::error("missing-table", format!("missing table: {file}")));
            return None;
        };
        let path =
            if self.root.is_empty() { (*name).to_owned() } else { format!("{}/{name}", self.root) };
        Some((path, text))
    }
}

/// Rules as data: immutable, ordered, every value with its evidence.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub(crate) tables: Tables,
    pub(crate) rulebook: Rulebook,
    models: BTreeMap<Arc<str>, Model>,
    names: Names,
    /// Rows of `availability` that are about a pattern of models.
    pub(crate) availability_patterns: Vec<usize>,
    /// Rows of `price_scopes` by the region they are about, `*` being every public one. Every price
    /// that is looked up asks for them.
    scopes_by_region: BTreeMap<Arc<str>, Vec<usize>>,
    /// The tiers that any quota is stated for: every candidate that is resolved asks for them.
    pub(crate) quota_tiers: BTreeSet<Arc<str>>,
    /// The days on which a row of any table begins to hold or no longer holds.
    days_of_change: BTreeSet<Date>,
    regions: BTreeMap<Arc<str>, Region>,
    sources: BTreeMap<Arc<str>, Source>,
    warnings: Vec<Diagnostic>,
}

impl Catalog {
    /// The rows of `price_scopes` that are about a region, in their order.
    pub(crate) fn scopes_about(&self, region: &Region) -> impl Iterator<Item = &Row> {
        let every = if &*region.cloud == "public" { "*" } else { "" };
        let of = |name: &str| self.scopes_by_region.get(name).map_or(&[][..], Vec::as_slice);
        let mut found = [of(&region.name), of(every)].concat();
        found.sort_unstable();
        found.into_iter().map(|index| &self.tables.price_scopes.rows()[index])
    }

    /// The last day until which every row that holds on a day does, and no other one.
    pub(crate) fn unchanged_until(&self, on: Date) -> Date {
        let later = (Bound::Excluded(on), Bound::Unbounded);
        let next = self.days_of_change.range(later).next();
        next.map_or(Date::MAX, |next| next.yesterday().unwrap_or(on))
    }

    /// The catalogue that is built into the program.
    pub fn embedded() -> Result<Self, Diagnostics> {
        let by_name = embedded::FILES.iter().map(|(name, text)| (*name, (*name, *text))).collect();
        Self::read(&Files { root: embedded::ROOT, by_name })
    }

    /// A catalogue from files given as path and text. Paths are used in messages. The folder of the first known table is the
    /// catalogue; every `.csv` and `.toml` in it must be a table, files elsewhere are passed over.
    pub fn from_files(files: &[(String, String)]) -> Result<Self, Diagnostics> {
        let name_of_file =
            |path: &str| -> String { path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned() };
        let known = || embedded::FILES.iter().map(|(name, _)| *name);
        let is_table = |name: &str| known().any(|known| known == name);
        let folder = |path: &str| path.rsplit_once(['/', '\\']).map_or("", |x| x.0).to_owned();
        // The catalogue is the folder that holds its tables; files beside or below it are somebody else's.
        let home = files.iter().find(|(path, _)| is_table(&name_of_file(path)));
        let home = home.map(|(path, _)| folder(path));
        let mut mistakes = Diagnostics::default();
        let mut by_name = BTreeMap::new();
        for (path, text) in files {
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            if !matches!(extension, "csv" | "toml") || home.as_ref() != Some(&folder(path)) {
                continue;
            }
            if !is_table(name) {
                let mut mistake =
                    Diagnostic::error("unknown-table", format!("unknown table: {name}"))
                        .at(Place::new(path.as_str(), 0, 0));
                if let Some(near) = nearest(name, known()) {
                    mistake = mistake.hint(format!("did you mean {near}?"));
                }
                mistakes.push(mistake);
            }
            by_name.insert(name, (path.as_str(), text.as_str()));
        }
        match Self::read(&Files { root: "", by_name }) {
            Ok(catalog) => mistakes.or_ok(catalog),
            Err(more) => {
                mistakes.0.extend(more.0);
                Err(mistakes)
            }
        }
    }

    fn read(files: &Files<'_>) -> Result<Self, Diagnostics> {
        let mut mistakes = Diagnostics::default();
        let tables = Tables::read(files, &mut mistakes);
        let rulebook =
            rulebook::read(&mut |name, mistakes| files.get(name, mistakes), &mut mistakes);
        let sources = files
            .get("sources.csv", &mut mistakes)
            .map(|(name, text)| source::parse(&name, text, &mut mistakes))
            .unwrap_or_default();
        let mut models = model::read(&tables.models, &mut mistakes);
        let regions = region::read(&tables.regions);
        model::retirements(&tables.lifecycle, &mut models);
        let names = Names::of(&models);
        let rows = tables.availability.rows().iter().enumerate();
        let patterns = rows.filter(|(_, row)| row.key(0).contains('*')).map(|(index, _)| index);
        let availability_patterns = patterns.collect();
        let mut scopes_by_region: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
        for (index, row) in tables.price_scopes.rows().iter().enumerate() {
            scopes_by_region.entry(row.key(1).into()).or_default().push(index);
        }
        let tiers: BTreeSet<&str> = tables.quotas.rows().iter().map(|row| row.key(3)).collect();
        let quota_tiers = tiers.into_iter().map(Arc::from).collect();
        let rows = tables.iter().flat_map(Table::rows);
        let ends = |row: &Row| row.to.and_then(|last| last.tomorrow().ok());
        let days_of_change = rows.flat_map(|row| [Some(row.from), ends(row)]).flatten().collect();
        let mut catalog = Self {
            tables,
            rulebook,
            models,
            names,
            availability_patterns,
            scopes_by_region,
            quota_tiers,
            days_of_change,
            regions,
            sources,
            warnings: Vec::new(),
        };
        catalog.check_references(&mut mistakes);
        catalog.check_numbers(&mut mistakes);
        catalog.check_availability(&mut mistakes);
        catalog.warnings = mistakes
            .0
            .iter()
            .filter(|m| m.severity > crate::units::diagnostic::Severity::Error)
            .cloned()
            .collect();
        mistakes.or_ok(catalog)
    }

    /// What is odd about the catalogue without making it unusable.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The model of an id, an alias, a dated version, or any of them in other case.
    pub fn model(&self, name: &str) -> Result<&Model, Diagnostic> {
        match self.models.get(name) {
            Some(model) => Ok(model),
            None => self.named(name).map(|named| named.model),
        }
    }

    /// The model of a name, and what the name says beyond it: a version, and how it was understood.
    pub fn named(&self, name: &str) -> Result<NamedModel<'_>, Diagnostic> {
        let found = self.names.find(name, &self.models);
        found.ok_or_else(|| {
            let known = self.models.keys().map(AsRef::as_ref);
            unknown("unknown-model", "model", name, known, "`ptuplan catalog list` lists them")
        })
    }

    /// Whether rows may be kept under a name: a model, or a version or variant of one.
    pub(crate) fn is_known_name(&self, name: &str) -> bool {
        self.models.contains_key(name) || self.names.is_alias(name)
    }

    /// All models that the platform sells or sold, by id.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.models.values().filter(|model| model.not_sold.is_none())
    }

    /// Every model that rows are about, also those that the platform does not sell, by id.
    pub(crate) fn every_model(&self) -> impl Iterator<Item = &Model> {
        self.models.values()
    }

    /// The SKU of a name.
    pub fn sku(&self, name: &str) -> Result<&Sku, Diagnostic> {
        self.rulebook.skus.get(name).ok_or_else(|| {
            let known = self.rulebook.skus.keys().map(AsRef::as_ref);
            unknown("unknown-sku", "SKU", name, known, "SKUs are spelled as the platform does")
        })
    }

    /// All SKUs, by name.
    pub fn skus(&self) -> impl Iterator<Item = &Sku> {
        self.rulebook.skus.values()
    }

    /// The region of a name.
    pub fn region(&self, name: &str) -> Result<&Region, Diagnostic> {
        self.regions.get(name).ok_or_else(|| {
            let known = self.regions.keys().map(AsRef::as_ref);
            unknown(
                "unknown-region",
                "region",
                name,
                known,
                "regions are spelled as the platform does, such as swedencentral",
            )
        })
    }

    /// All regions, by name.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.values()
    }

    /// A named parameter with its documented or assumed default.
    pub fn parameter(&self, name: &str) -> Result<&Parameter, Diagnostic> {
        self.rulebook.parameters.get(name).ok_or_else(|| {
            let known = self.rulebook.parameters.keys().map(AsRef::as_ref);
            let hint = "`ptuplan catalog show --assumptions` lists them";
            unknown("unknown-parameter", "parameter", name, known, hint)
        })
    }

    /// All named parameters, by name.
    pub fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.rulebook.parameters.values()
    }

    /// A limiter profile of Standard deployments.
    pub fn limiter_profile(&self, name: &str) -> Result<&LimiterProfile, Diagnostic> {
        self.rulebook.limiters.get(name).ok_or_else(|| {
            let known = self.rulebook.limiters.keys().map(AsRef::as_ref);
            unknown("unknown-limiter", "limiter profile", name, known, "they are in limiters.toml")
        })
    }

    /// A client's retry policy.
    pub fn client(&self, name: &str) -> Result<&ClientPolicy, Diagnostic> {
        let own = self.rulebook.client_aliases.get(name).map_or(name, |own| &**own);
        self.rulebook.clients.get(own).ok_or_else(|| {
            let clients = || self.rulebook.clients.keys().map(AsRef::as_ref);
            let aliases = self.rulebook.client_aliases.keys().map(AsRef::as_ref);
            let list: Vec<&str> = clients().collect();
            let hint = format!(
                "one of {}; or state it: client = {{ retries = 5, first_delay = \"30 ms\" }}",
                list.join(", ")
            );
            unknown("unknown-client", "client", name, clients().chain(aliases), &hint)
        })
    }

    /// All retry policies, by name.
    pub fn clients(&self) -> impl Iterator<Item = &ClientPolicy> {
        self.rulebook.clients.values()
    }

    /// The full text of a source id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// All sources, by id.
    pub fn sources(&self) -> impl Iterator<Item = (&Arc<str>, &Source)> {
        self.sources.iter()
    }

    /// The day the catalogue speaks of when none is asked for: the date of its newest source.
    pub fn as_of(&self) -> Date {
        self.sources.values().map(|source| source.dated).max().unwrap_or_default()
    }

    /// All tables.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Every parameter (unpublished, or a switch between documents that disagree) and every row with status `assumed`: what it is,
    /// its value and its evidence; parameters first, then rows in the order of the tables.
    pub fn assumptions(&self) -> impl Iterator<Item = Assumption> {
        let parameters = self.rulebook.parameters.values();
        let rules = parameters.map(|p| Assumption {
            what: p.name.clone(),
            value: match &p.value {
                crate::catalog::rules::ParameterValue::Number(n) => format!("{n} {}", p.unit),
                crate::catalog::rules::ParameterValue::Choice(c) => c.to_string(),
            },
            about: p.about.clone(),
            evidence: p.evidence.clone(),
        });
        let rows = self.tables.iter().flat_map(|table| {
            table.rows().iter().filter(|row| row.status == Status::Assumed).map(|row| {
                let about = self.sources.get(row.source()).map(|s| s.text.clone());
                Assumption {
                    what: name_of(row).into(),
                    value: format!("{} {}", row.value(), row.unit()).trim_end().to_owned(),
                    about: about.unwrap_or_else(|| "".into()),
                    evidence: table.evidence(row),
                }
            })
        });
        rules.chain(rows)
    }

    /// Values that are read as numbers in tables that hold words too.
    fn check_numbers(&self, mistakes: &mut Diagnostics) {
        let tables = &self.tables;
        let whole = |row: &Row| {
            let unstated = ["unknown", "not applicable"].contains(&row.value());
            unstated || row.value().parse::<u64>().is_ok()
        };
        let is_weight = |row: &Row| weight::exact(row.value()).is_some();
        let numbers: [(&Table, usize, &[&str]); 4] = [
            (
                &tables.throughput,
                1,
                &["input_tpm_per_ptu", "max_input_tokens", "latency_target_tokens_per_second"],
            ),
            (&tables.ptu_grid, 2, &["min_ptu", "increment_ptu"]),
            (
                &tables.quotas,
                4,
                &[
                    "tokens_per_minute",
                    "requests_per_minute",
                    "requests_limit",
                    "request_window",
                    "input_tokens_per_minute",
                    "output_tokens_per_minute",
                    "concurrent_requests",
                ],
            ),
            (&tables.image_tokens, 2, &["base", "per_tile", "budget", "longest_side", "patch"]),
        ];
        let wrong = |table: &Table, row: &Row, what: &str| {
            Diagnostic::error("bad-value", format!("{what}: {} = `{}`", name_of(row), row.value()))
                .at(table.place(row))
        };
        for (table, column, attributes) in numbers {
            let read = table.rows().iter().filter(|row| attributes.contains(&row.key(column)));
            for row in read.filter(|row| !whole(row)) {
                mistakes.push(wrong(table, row, "not a whole number"));
            }
        }
        let weights = tables.throughput.rows().iter().filter(|row| row.key(1) == "weight");
        for row in weights.filter(|row| !is_weight(row)) {
            let what = "not a weight of at least 0 with three decimals at most";
            mistakes.push(wrong(&tables.throughput, row, what));
        }
    }

    fn check_references(&self, mistakes: &mut Diagnostics) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let scopes: BTreeSet<&str> =
            self.tables.price_scopes.rows().iter().map(|row| row.key(0)).collect();
        for table in self.tables.iter() {
            let column = |name: &str| table.schema().keys.iter().position(|key| *key == name);
            let (model, sku, region, scope) =
                (column("model"), column("sku"), column("region"), column("scope"));
            // Rows of one model follow each other: its name is looked up once.
            let mut known: Option<&str> = None;
            for row in table.rows() {
                let mut orphan = |kind: &str, column: usize| {
                    let name = row.key(column);
                    mistakes.push(
                        Diagnostic::error("orphan", format!("unknown {kind}: {name}"))
                            .at(Place::new(table.file().clone(), row.line, 0)),
                    );
                };
                if let Some(c) = model
                    && known != Some(row.key(c))
                {
                    if self.is_known_name(row.key(c)) || row.key(c).contains('*') {
                        known = Some(row.key(c));
                    } else {
                        orphan("model", c);
                    }
                }
                if let Some(c) = sku
                    && !self.rulebook.skus.contains_key(row.key(c))
                    && !matches!(row.key(c), "unspecified" | "*")
                {
                    orphan("SKU", c);
                }
                if let Some(c) = region
                    && !self.regions.contains_key(row.key(c))
                    && row.key(c) != "*"
                    && !row.key(c).starts_with("data_zone/")
                {
                    orphan("region", c);
                }
                if let Some(c) = scope
                    && table.schema().file != "price_scopes.csv"
                    && !scopes.contains(row.key(c))
                {
                    orphan("price scope", c);
                }
                if !row.source().is_empty()
                    && seen.insert(row.source())
                    && !self.sources.contains_key(row.source())
                {
                    let mut mistake = Diagnostic::error(
                        "unknown-source",
                        format!("unknown source: {}", row.source()),
                    )
                    .at(table.place(row));
                    let known = self.sources.keys().map(AsRef::as_ref);
                    if let Some(near) = nearest(row.source(), known) {
                        mistake = mistake.hint(format!("did you mean {near}?"));
                    }
                    mistakes.push(mistake);
                }
            }
        }
        self.check_sources_of_rules(mistakes);
    }

    fn check_sources_of_rules(&self, mistakes: &mut Diagnostics) {
        for (evidence, what) in self.rulebook.evidence() {
            if !self.sources.contains_key(&evidence.source) {
                mistakes.push(
                    Diagnostic::error(
                        "unknown-source",
                        format!("unknown source of {what}: {}", evidence.source),
                    )
                    .at(evidence.place.clone()),
                );
            }
        }
    }
}

/// Something a result may depend on that nobody publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Name of the parameter, or the keys of the row.
    pub what: Arc<str>,
    /// Its value with its unit.
    pub value: String,
    /// What it is about.
    pub about: Arc<str>,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}

/// The keys of a row for people.
pub fn name_of(row: &Row) -> String {
    row.keys().filter(|key| !key.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn unknown<'a>(
    code: &'static str,
    noun: &str,
    asked: &str,
    known: impl Iterator<Item = &'a str>,
    otherwise: &str,
) -> Diagnostic {
    let near = did_you_mean(&alike(asked, known), "");
    let hint = near.unwrap_or_else(|| otherwise.to_owned());
    Diagnostic::error(code, format!("unknown {noun}: {asked}")).hint(hint)
}
