//! `[terms]` of a scenario, and a file of terms alone: what was agreed, what is owned, who is to pay.
//!
//! What the words mean is `billing::agreement`'s; here are the names that only the rest of the file and the catalogue can
//! judge, and the owners of workloads.

use crate::billing::agreement::names::NameKind;
use crate::billing::agreement::read::{Agreement, Mistake, read};
use crate::billing::agreement::table::TermsTable;
use crate::billing::allocation::{AllocationKey, Owner, Owners};
use crate::billing::terms::{CoverageOrder, Terms};
use crate::catalog::Catalog;
use crate::catalog::sku::{BillingMode, Scope};
use crate::scenario::load::{Check, parse};
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Named;
use crate::scenario::schema::{ScenarioFile, WorkloadTable};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, nearest};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// A file of terms alone, as `price` takes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsFile {
    /// The terms.
    pub terms: TermsTable,
    /// Whom the workloads of the usage belong to.
    #[serde(default)]
    pub workload: Vec<OwnerTable>,
}

/// Whom a workload belongs to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerTable {
    /// The workload.
    pub name: Spanned<String>,
    /// Its team.
    pub team: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// Checked terms. Names of the catalogue are still to be looked up by [`Commercial::check`].
#[derive(Clone, Debug, Default)]
pub struct Commercial {
    /// What was agreed.
    pub agreement: Agreement,
    /// Whether the file says which deployments a reservation covers first.
    pub orders_coverage: bool,
    /// Owners of the workloads.
    pub owners: Owners,
    /// Where the exchange rates are stated, or the currency that needs them.
    rates_at: Option<Place>,
    /// Names with their places.
    names: Vec<(NameKind, Named)>,
}

impl Commercial {
    /// The terms of a bill over a period.
    pub fn over(
        &self,
        from: Timestamp,
        until: Timestamp,
        catalog: &Catalog,
    ) -> Result<Terms, Diagnostic> {
        let mut terms = self.agreement.over(from, until);
        terms.rates_at.clone_from(&self.rates_at);
        if !self.orders_coverage {
            let order = catalog.parameter("reservation-overlap-order")?.choice();
            if order.is_some_and(|order| &*order.value == "largest-rate-first") {
                terms.coverage_order = CoverageOrder::DearestFirst;
            }
        }
        Ok(terms)
    }

    /// Looks the names of SKUs, models and regions up, and whether reservations are for what can be reserved.
    pub fn check(&self, catalog: &Catalog) -> Result<(), Diagnostics> {
        let mut wrong = Diagnostics::default();
        for (kind, named) in &self.names {
            let found = match kind {
                NameKind::Sku => catalog.sku(&named.name).map(|_| ()),
                NameKind::Model => catalog.model(&named.name).map(|_| ()),
                NameKind::Region => catalog.region(&named.name).map(|_| ()),
                NameKind::Workload | NameKind::Deployment | NameKind::Team => Ok(()),
            };
            if let Err(diagnostic) = found {
                wrong.push(diagnostic.at(named.place.clone()));
            }
        }
        for reservation in &self.agreement.reservations {
            let Ok(sku) = catalog.sku(&reservation.sku) else { continue };
            let id = &reservation.id;
            let found = match (sku.billing, sku.scope, &reservation.region) {
                (BillingMode::Ptu, Scope::Global, None)
                | (BillingMode::Ptu, Scope::DataZone | Scope::Regional, Some(_)) => continue,
                (BillingMode::Ptu, Scope::Global, Some(_)) => Diagnostic::error(
                    "reservation-needs-no-region",
                    format!("reservation {id}: a reservation of {} names no region", sku.name),
                )
                .hint("Global reservations cover every region (P R36): leave `region` out"),
                (BillingMode::Ptu, ..) => Diagnostic::error(
                    "reservation-needs-a-region",
                    format!("reservation {id}: a reservation of {} is for one region", sku.name),
                )
                .hint("add region = \"…\""),
                _ => Diagnostic::error(
                    "sku-not-reserved",
                    format!("reservation {id}: {} cannot be reserved", sku.name),
                )
                .hint("only provisioned SKUs are (P R36)"),
            };
            wrong.push(match self.place_of(NameKind::Sku, &reservation.sku) {
                Some(place) => found.at(place),
                None => found,
            });
        }
        wrong.or_ok(())
    }

    fn place_of(&self, kind: NameKind, name: &str) -> Option<Place> {
        let mut names =
            self.names.iter().filter(|(own, named)| *own == kind && *named.name == *name);
        names.next_back().map(|(_, named)| named.place.clone())
    }

    /// Whether every name of a kind is among those there are.
    pub fn check_known(&self, kind: NameKind, word: &str, known: &[&str]) -> Diagnostics {
        let mut wrong = Diagnostics::default();
        for (_, named) in self.names.iter().filter(|(own, _)| *own == kind) {
            if known.contains(&&*named.name) {
                continue;
            }
            let hint = match nearest(&named.name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of {}", known.join(", ")),
            };
            wrong.push(
                Diagnostic::error("name-unknown", format!("unknown {word}: {}", named.name))
                    .at(named.place.clone())
                    .hint(hint),
            );
        }
        wrong
    }

    /// Refuses keys by which nobody owns anything: everything would be untagged.
    pub fn ownerless(owners: &Owners, keys: &[AllocationKey]) -> Diagnostics {
        let mut wrong = Diagnostics::default();
        for key in keys {
            let owned = match key {
                AllocationKey::Workload | AllocationKey::Deployment => true,
                AllocationKey::Team => owners.values().any(|owner| owner.team.is_some()),
                AllocationKey::Tag(tag) => {
                    owners.values().any(|owner| owner.tags.contains_key(tag))
                }
            };
            if !owned {
                wrong.push(
                    Diagnostic::error(
                        "nobody-owns",
                        format!("no workload has what is allocated by: {key}"),
                    )
                    .hint(match key {
                        AllocationKey::Tag(tag) => {
                            format!("add tags = {{ \"{tag}\" = \"…\" }} to the workloads")
                        }
                        _ => "add team = \"…\" to the workloads".to_owned(),
                    }),
                );
            }
        }
        wrong
    }
}

/// Reads a file of terms alone.
pub fn load_terms(file: &str, text: &str) -> Result<Commercial, Diagnostics> {
    let written: TermsFile = parse(file, text)?;
    let mut check = Check::new(file, text);
    let owned_by = owners(written.workload.iter().map(|w| (&w.name, &w.team, &w.tags)));
    let commercial = check.commercial(&written.terms, owned_by);
    check.into_result(commercial)
}

impl Check<'_> {
    /// Checks the terms of a scenario.
    pub(crate) fn terms(
        &mut self,
        written: &ScenarioFile,
        today: Option<&Candidate>,
    ) -> Commercial {
        let owned_by = owners(
            written
                .workload
                .iter()
                .map(|WorkloadTable { name, team, tags, .. }| (name, team, tags)),
        );
        let commercial = self.commercial(&written.terms, owned_by);
        let workloads: Vec<&str> =
            written.workload.iter().map(|w| w.name.get_ref().as_str()).collect();
        let deployments = Self::deployment_names(written, today);
        let deployments: Vec<&str> = deployments.iter().map(String::as_str).collect();
        self.add(commercial.check_known(NameKind::Workload, "workload", &workloads));
        let teams: Vec<&str> =
            commercial.owners.values().filter_map(|owner| owner.team.as_deref()).collect();
        self.add(commercial.check_known(NameKind::Team, "team", &teams));
        self.add(commercial.check_known(NameKind::Deployment, "deployment", &deployments));
        self.add(Commercial::ownerless(&commercial.owners, &commercial.agreement.allocate_by));
        commercial
    }

    fn commercial(&mut self, table: &TermsTable, owners: Owners) -> Commercial {
        match read(table) {
            Ok((agreement, names)) => Commercial {
                agreement,
                orders_coverage: table.coverage_order.is_some(),
                owners,
                rates_at: rates_span(table).map(|span| self.place(span)),
                names: names
                    .into_iter()
                    .map(|name| {
                        let place = self.place(name.span);
                        (name.kind, Named { name: name.name, place })
                    })
                    .collect(),
            },
            Err(mistakes) => {
                for Mistake { code, span, message, hint } in mistakes {
                    self.wrong(code, span, message, hint);
                }
                Commercial { owners, ..Commercial::default() }
            }
        }
    }
}

/// The last exchange rate of a file, or the currency of its bill.
fn rates_span(table: &TermsTable) -> Option<Range<usize>> {
    let last = table.exchange.last().map(|rate| rate.of.span());
    last.or_else(|| table.currency.as_ref().map(Spanned::span))
}

/// The owners of workloads as written.
fn owners<'t>(
    tables: impl Iterator<
        Item = (&'t Spanned<String>, &'t Option<String>, &'t BTreeMap<String, String>),
    >,
) -> Owners {
    let mut owners = Owners::new();
    for (name, team, tags) in tables {
        let tags = tags.iter().map(|(tag, value)| (tag.as_str().into(), value.as_str().into()));
        let owner = Owner { team: team.as_deref().map(Into::into), tags: tags.collect() };
        owners.insert(name.get_ref().as_str().into(), owner);
    }
    owners
}
