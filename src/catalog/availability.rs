//! Which model can be deployed as which SKU in which region, and how an answer is billed.

use crate::catalog::Catalog;
use crate::catalog::facts::name_of;
use crate::catalog::names::NamedModel;
use crate::catalog::pattern::matches;
use crate::catalog::region::Region;
use crate::catalog::rules::BilledShare;
use crate::catalog::sku::{BillingMode, Sku};
use crate::catalog::table::{Row, Table};
use crate::ledger::usage::Answer;
use crate::units::dated::{Dated, Evidence};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use jiff::civil::Date;
use std::sync::Arc;

/// Whether a model is sold as a SKU in a region on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    /// A table of the platform lists it; none where no table is needed.
    Listed(Option<Arc<Evidence>>),
    /// A table of the platform covers the model and does not list the region, or says that it is not offered.
    NotListed {
        /// What says so.
        why: String,
        /// The row or table that says so.
        evidence: Option<Arc<Evidence>>,
    },
    /// No table that was read says it. A price does not make it sold.
    Unknown {
        /// What is missing.
        why: String,
        /// How to find out.
        check: String,
        /// The row that says it is unknown, where one does.
        evidence: Option<Arc<Evidence>>,
    },
}

impl Availability {
    /// Whether nothing says that it cannot be had.
    pub const fn is_possible(&self) -> bool {
        !matches!(self, Self::NotListed { .. })
    }

    /// Whether a table of the platform lists it.
    pub const fn is_listed(&self) -> bool {
        matches!(self, Self::Listed(_))
    }
}

impl Catalog {
    /// Whether nothing says that a model cannot be deployed as a SKU in a region on a day.
    pub fn is_available(&self, model: &str, sku: &str, region: &str, on: Date) -> bool {
        self.availability(model, sku, region, on).is_possible()
    }

    /// Whether a model, or the version that its name states, is sold as a SKU in a region on a day. A model newer than the
    /// newest table of its SKU is unknown; a table that covers it and leaves the region out says no.
    pub fn availability(&self, model: &str, sku: &str, region: &str, on: Date) -> Availability {
        let no = |why: String| Availability::NotListed { why, evidence: None };
        let named = match self.named(model) {
            Ok(named) => named,
            Err(error) => return no(error.message),
        };
        let entry = match self.sku(sku) {
            Ok(entry) => entry,
            Err(error) => return no(error.message),
        };
        let place = match self.region(region) {
            Ok(place) => place,
            Err(error) => return no(error.message),
        };
        if let Some(why) = &named.model.not_sold {
            return no(format!("{} is not sold: {why}", named.model.id));
        }
        match entry.billing {
            BillingMode::ManagedCompute if &*place.cloud != "public" => {
                no(format!("managed compute is not offered in {region}"))
            }
            BillingMode::ManagedCompute => self.managed_compute(&named.model.id, sku, on),
            BillingMode::Developer
                if named.model.features.iter().any(|f| &**f == "fine_tuning") =>
            {
                Availability::Listed(None)
            }
            BillingMode::Developer => no(format!("{} cannot be fine-tuned", named.model.id)),
            BillingMode::Ptu => match self.in_tables(&named, entry, place, on) {
                // Nothing sells a size or a PTU there: that much is known.
                Availability::Unknown { .. } if !self.has_ptu_meter(&named, entry, place, on) => {
                    no(format!("no PTU size or price of {} in {region}", named.model.id))
                }
                found => found,
            },
            _ => self.in_tables(&named, entry, place, on),
        }
    }

    /// Whether the model has sizes as the SKU, and its PTUs a price in the region.
    fn has_ptu_meter(&self, named: &NamedModel<'_>, sku: &Sku, region: &Region, on: Date) -> bool {
        let model = &*named.model.id;
        let Ok(throughput) = self.throughput(model, on) else { return false };
        if self.grid(model, &sku.name, on).is_err() {
            return false;
        }
        if let Some(zones) = self.tables.ptu_grid.in_force(&[model, &sku.name, "data_zones"], on)
            && region.data_zone.as_deref() != Some(zones.value())
        {
            return false;
        }
        let Ok(scopes) = self.price_scopes(&sku.name, &region.name) else { return false };
        scopes.into_iter().any(|scope| {
            let keys = [&*throughput.price_product, &*sku.name, scope, "hourly"];
            self.tables.ptu_prices.in_force(&keys, on).is_some()
        })
    }

    /// What the region tables say.
    fn in_tables(
        &self,
        named: &NamedModel<'_>,
        sku: &Sku,
        region: &Region,
        on: Date,
    ) -> Availability {
        let table = &self.tables.availability;
        let model = &*named.model.id;
        let of_version = |row: &&Row| {
            let version = row.key(1);
            named.version.as_ref().is_none_or(|own| version.is_empty() || *version == **own)
        };
        let rows = table.with_prefix(&[model]).iter().filter(of_version);
        let own: Vec<&Row> =
            rows.filter(|row| row.key(2) == &*sku.name && row.key(3) == "standard").collect();
        if let Some(row) = best(&own, region, |row| row.in_force(on)) {
            return said(table, row, named, sku, region);
        }
        let general = self.availability_patterns.iter().map(|index| &table.rows()[*index]);
        let pattern: Vec<&Row> = general
            .filter(|row| row.key(2) == &*sku.name && matches(row.key(0), model))
            .filter(|row| row.in_force(on))
            .collect();
        if let Some(row) = best(&pattern, region, |_| true) {
            return said(table, row, named, sku, region);
        }
        let launched = named.model.launched.is_some_and(|day| day > on);
        if launched {
            let why = format!("{model} is launched after {on}");
            return Availability::NotListed { why, evidence: None };
        }
        if let Some(row) = best(&own, region, |row| row.from > on) {
            let why =
                format!("{} lists it from {}; no table of {on} was read", row.source(), row.from);
            return unknown(why, named, sku, region);
        }
        let covered = own
            .iter()
            .filter(|row| row.value() == "listed" && row.in_force(on))
            .max_by_key(|row| row.verified_on);
        if let Some(row) = covered {
            let why = format!("not in the table of {} ({})", dated(self, row), row.source());
            return Availability::NotListed { why, evidence: Some(table.evidence(row)) };
        }
        if own.iter().any(|row| row.from > on) {
            let why = format!("no table of {on} was read");
            return unknown(why, named, sku, region);
        }
        self.not_in_tables(named, sku, region, on)
    }

    /// A model that no table of a SKU names: older than the newest table it is not offered, else nobody who was read knows.
    fn not_in_tables(
        &self,
        named: &NamedModel<'_>,
        sku: &Sku,
        region: &Region,
        on: Date,
    ) -> Availability {
        let model = &*named.model.id;
        let newest = self.newest_table(sku);
        let newer = match (named.model.launched, newest) {
            (Some(day), Some((table, _))) => day > table,
            _ => false,
        };
        let elsewhere = self.tables.availability.with_prefix(&[model]).iter().any(|row| {
            let other = self.sku(row.key(2)).map(|other| other.billing);
            row.key(3) == "standard" && other.is_ok_and(|billing| billing == sku.billing)
        });
        let has_size = sku.billing == BillingMode::Ptu
            && !self.tables.ptu_grid.with_prefix(&[model]).is_empty();
        let priced = has_size || self.is_priced(model, sku, region, on);
        if priced && (newer || !elsewhere) && sku.billing != BillingMode::Batch {
            let why = match newest {
                Some((day, source)) if newer => {
                    format!("{model} is newer than the table of {day} ({source})")
                }
                _ => format!("no region table that was read names {model} as {}", sku.name),
            };
            return unknown(why, named, sku, region);
        }
        let why = match newest {
            Some((day, source)) => format!("not in the table of {day} ({source})"),
            None => format!("no table names {model} as {}", sku.name),
        };
        Availability::NotListed { why, evidence: None }
    }

    /// The day and the source of the newest region table of a SKU.
    fn newest_table(&self, sku: &Sku) -> Option<(Date, &str)> {
        let rows = self.tables.availability.rows().iter();
        let listed = rows.filter(|row| row.key(2) == &*sku.name && row.value() == "listed");
        let dated = listed.map(|row| (dated(self, row), row.source()));
        dated.max_by_key(|(day, _)| *day)
    }

    fn is_priced(&self, model: &str, sku: &Sku, region: &Region, on: Date) -> bool {
        let Ok(scopes) = self.price_scopes(&sku.name, &region.name) else { return false };
        let tier = if sku.billing == BillingMode::Batch { "batch" } else { "standard" };
        scopes.iter().any(|scope| {
            let rows = self.tables.prices.with_prefix(&[model, scope, tier]);
            rows.iter().any(|row| row.in_force(on))
        })
    }

    /// A word that is none of the three would read as "not sold".
    pub(crate) fn check_availability(&self, mistakes: &mut Diagnostics) {
        let table = &self.tables.availability;
        let known = ["listed", "not listed", "unknown"];
        for row in table.rows().iter().filter(|row| !known.contains(&row.value())) {
            let message = format!("not an availability: {} = `{}`", name_of(row), row.value());
            mistakes.push(
                Diagnostic::error("bad-value", message)
                    .at(table.place(row))
                    .hint(format!("one of {}", known.join(", "))),
            );
        }
    }

    /// The regions where a table lists a model as a SKU on a day, in order of name.
    pub fn regions_of(&self, model: &str, sku: &str, on: Date) -> Vec<&str> {
        self.regions()
            .map(|region| &*region.name)
            .filter(|region| self.availability(model, sku, region, on).is_listed())
            .collect()
    }

    /// What of an answer is billed on a day, by the default reading of the documents (S 45, S 47-49).
    pub fn billing_rule(&self, answer: Answer, on: Date) -> Result<Dated<BilledShare>, Diagnostic> {
        self.billing_rule_read_as(answer, "default", on)
    }

    /// What of an answer is billed on a day by a named reading, where the documents disagree (X1); answers the reading says nothing
    /// about follow the default one.
    pub fn billing_rule_read_as(
        &self,
        answer: Answer,
        reading: &str,
        on: Date,
    ) -> Result<Dated<BilledShare>, Diagnostic> {
        let rules = || self.rulebook.billing.iter().filter(|rule| &*rule.answer == answer.as_str());
        let in_force = |wanted: &str| {
            rules().find(|rule| {
                let evidence = &rule.evidence;
                &*rule.reading == wanted
                    && evidence.effective_from <= on
                    && evidence.effective_to.is_none_or(|to| on <= to)
            })
        };
        if let Some(rule) = in_force(reading).or_else(|| in_force("default")) {
            return Ok(Dated { value: rule.share, evidence: rule.evidence.clone() });
        }
        let first = rules().map(|rule| &rule.evidence).min_by_key(|e| e.effective_from);
        Err(match first {
            Some(first) => Diagnostic::error(
                "rule-not-in-force",
                format!(
                    "billing rule not in force: {} on {on} (first {}, {})",
                    answer.as_str(),
                    first.effective_from,
                    first.place
                ),
            )
            .hint(format!("start the scenario on or after {}", first.effective_from)),
            None => Diagnostic::error(
                "no-billing-rule",
                format!("no billing rule: {}", answer.as_str()),
            ),
        })
    }
}

/// The row that says most about a region: the region itself, its data zone, every region. Of one closeness, a listing first.
pub(super) fn best<'a>(
    rows: &[&'a Row],
    region: &Region,
    keep: impl Fn(&Row) -> bool,
) -> Option<&'a Row> {
    let zone = region.data_zone.as_ref().map(|zone| format!("data_zone/{zone}"));
    let closeness = |row: &Row| {
        let place = row.key(4);
        if place == &*region.name {
            return Some(2);
        }
        if Some(place) == zone.as_deref() {
            return Some(1);
        }
        (place == "*").then_some(0)
    };
    let fitting = rows.iter().filter(|row| keep(row));
    let ranked = fitting.filter_map(|row| Some((closeness(row)?, row.value() == "listed", *row)));
    ranked.max_by_key(|(close, listed, _)| (*close, *listed)).map(|(_, _, row)| row)
}

/// The day of the table that a row was read from.
pub(super) fn dated(catalog: &Catalog, row: &Row) -> Date {
    catalog.source(row.source()).map_or(row.verified_on, |source| source.dated)
}

/// What a row says.
fn said(
    table: &Table,
    row: &Row,
    named: &NamedModel<'_>,
    sku: &Sku,
    region: &Region,
) -> Availability {
    let evidence = Some(table.evidence(row));
    match row.value() {
        "listed" => Availability::Listed(evidence),
        "unknown" => {
            let why = format!("no region table names {} as {}", named.model.id, sku.name);
            Availability::Unknown { why, check: check(named, sku, region), evidence }
        }
        other => Availability::NotListed { why: format!("{other} ({})", row.source()), evidence },
    }
}

pub(super) fn unknown(
    why: String,
    named: &NamedModel<'_>,
    sku: &Sku,
    region: &Region,
) -> Availability {
    Availability::Unknown { why, check: check(named, sku, region), evidence: None }
}

/// How to find out: the portal's page and the call that lists what a subscription may deploy.
fn check(named: &NamedModel<'_>, sku: &Sku, region: &Region) -> String {
    let version = named.version.as_ref().map(|version| format!(" && model.version=='{version}'"));
    format!(
        "see the deployment page of {model} in the Foundry portal, or run \
         `az cognitiveservices model list --location {region} --query \
         \"[?model.name=='{model}'{}].model.skus[].name\"` and look for {sku}",
        version.unwrap_or_default(),
        model = named.model.id,
        region = region.name,
        sku = sku.name
    )
}
