//! Recorded usage to a bill: no simulation.

use crate::billing::agreement::names::NameKind;
use crate::billing::allocation::{AllocationKey, Owners};
use crate::billing::bill::{Bill, bill};
use crate::billing::prices::PriceSource;
use crate::billing::recorded::reconcile::Recorded;
use crate::billing::recorded::table::{LONGEST, LONGEST_YEARS};
use crate::billing::recorded::{focus_file, usage_file};
use crate::catalog::Catalog;
use crate::catalog::metered::MeterNames;
use crate::files::read::read_bytes;
use crate::files::trace::as_text;
use crate::report;
use crate::report::view::TermsView;
use crate::scenario::load::terms::Commercial;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::allocation::{Belongs, shares_by, splits};
use crate::scenario::run::month_bills::cut_between;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::import::plain_text;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::Path;

/// Why none of the rows can be billed again: the first of them, with what was billed for it.
fn unbilled(recorded: &Recorded) -> String {
    let rows = recorded.skipped.len();
    let Some(first) = recorded.skipped.first() else {
        return "it has no rows of usage".to_owned();
    };
    let billed = first.billed.map(|money| format!(", {}", money.to_display_string()));
    let billed = billed.unwrap_or_default();
    format!(
        "{rows} rows were read and none can be billed again; the first: {}{billed} ({})",
        first.reason, first.place
    )
}

/// Recorded usage and its bill under the terms, at the prices of the list.
pub fn billed(
    path: &Path,
    commercial: &Commercial,
    catalog: &Catalog,
) -> Result<(Recorded, Bill), Diagnostics> {
    billed_at(path, commercial, catalog, catalog)
}

/// [`billed`] at the prices of a scenario: its price changes and parameters laid over the list.
pub fn billed_of(
    path: &Path,
    scenario: &Scenario,
    catalog: &Catalog,
) -> Result<(Recorded, Bill), Diagnostics> {
    billed_at(path, &scenario.commercial, catalog, &ScenarioPrices { scenario, catalog })
}

fn billed_at(
    path: &Path,
    commercial: &Commercial,
    catalog: &Catalog,
    prices: &impl PriceSource,
) -> Result<(Recorded, Bill), Diagnostics> {
    let file = path.to_string_lossy();
    let bytes = as_text(&file, read_bytes("usage", path)?)?;
    let bytes = plain_text(&file, &bytes)?;
    let recorded = if focus_file::is_focus(&bytes) {
        focus_file::read(&file, &bytes, &MeterNames::of(catalog))?
    } else {
        usage_file::read(&file, &bytes)?
    };
    let Some((from, until)) = recorded.period() else {
        return Err(Diagnostic::error(
            "nothing-to-bill",
            format!("nothing to bill: {file} has no usage"),
        )
        .hint(unbilled(&recorded))
        .into());
    };
    if until.duration_since(from) > LONGEST {
        let message = format!("{file} has usage from {from} until {until}: too long for one bill");
        return Err(Diagnostic::error("period-too-long", message)
            .hint(format!(
                "a bill covers at most {LONGEST_YEARS} years: check the dates, or split the file"
            ))
            .into());
    }
    commercial.check(catalog)?;
    let (workloads, deployments) = names(&recorded);
    let mut unknown = commercial.check_known(NameKind::Workload, "workload", &workloads);
    let owners = all_owners(commercial, &recorded);
    let owners = owners.values().chain(recorded.capacity_owners.values());
    let teams: Vec<&str> = owners.filter_map(|owner| owner.team.as_deref()).collect();
    unknown.0.extend(commercial.check_known(NameKind::Team, "team", &teams).0);
    let deployments = commercial.check_known(NameKind::Deployment, "deployment", &deployments);
    unknown.0.extend(deployments.0);
    unknown.or_ok(())?;
    let bill = bill_of(&recorded, commercial, (catalog, prices), [from, until]);
    let bill = bill.map_err(|wrong| with_places(wrong, &recorded, catalog))?;
    Ok((recorded, bill))
}

/// What is wrong with a bill, where names that nobody knows are told at the row that has them.
fn with_places(wrong: Diagnostics, recorded: &Recorded, catalog: &Catalog) -> Diagnostics {
    let unknown = recorded.names.iter().filter_map(|((column, name), place)| {
        let found = match *column {
            "model" => catalog.model(name).map(|_| ()),
            "sku" => catalog.sku(name).map(|_| ()),
            _ => catalog.region(name).map(|_| ()),
        };
        found.err().map(|error| error.at(place.clone()))
    });
    let mut unknown: Vec<Diagnostic> = unknown.collect();
    unknown.sort_by(|a, b| a.place.cmp(&b.place));
    let told: Vec<_> = unknown.iter().map(|error| error.code).collect();
    let rest = wrong.0.into_iter().filter(|error| !told.contains(&error.code));
    Diagnostics(unknown.iter().cloned().chain(rest).collect())
}

/// The bill of recorded usage over a period. Our own export is billed by the months of the terms'
/// zone, as its report was, and its reservations are those that it states.
fn bill_of(
    recorded: &Recorded,
    commercial: &Commercial,
    (catalog, prices): (&Catalog, &impl PriceSource),
    [from, until]: [Timestamp; 2],
) -> Result<Bill, Diagnostics> {
    let owned = &commercial.agreement.reservations;
    if recorded.charged_over.is_none() {
        let agreed = commercial.over(from, until, catalog)?;
        return bill(&recorded.usage, owned, &agreed, prices);
    }
    let stated = recorded.carried.iter().any(|line| line.commitment.is_some());
    let owned: &[_] = if stated { &[] } else { owned };
    let mut bills = Vec::new();
    let mut start = from;
    while start < until {
        let next = month_after(start, &commercial.agreement.zone).min(until);
        let own = cut_between(&recorded.usage, from, start, next);
        bills.push(bill(&own, owned, &commercial.over(start, next, catalog)?, prices)?);
        start = next;
    }
    Ok(Bill::joined(bills)?.with(recorded.carried.clone())?)
}

/// The first instant of the calendar month after an instant, in a zone.
fn month_after(at: Timestamp, zone: &TimeZone) -> Timestamp {
    let date = at.to_zoned(zone.clone()).date();
    let next = date.last_of_month().tomorrow().and_then(|day| day.to_zoned(zone.clone()));
    next.map_or(Timestamp::MAX, |next| next.timestamp())
}

/// The workloads and deployments of what was recorded.
fn names(recorded: &Recorded) -> (Vec<&str>, Vec<&str>) {
    let usage = &recorded.usage;
    let tokens = usage.tokens.iter().map(|record| &*record.workload);
    let mut workloads: Vec<&str> =
        tokens.chain(usage.metered.iter().map(|record| &*record.workload)).collect();
    let mut deployments: Vec<&str> =
        usage.tokens.iter().map(|record| &*record.deployment.name).collect();
    deployments.extend(usage.capacity.iter().map(|stretch| &*stretch.deployment.name));
    deployments.extend(usage.metered.iter().map(|record| &*record.resource.name));
    let carried = recorded.carried.iter();
    workloads.extend(carried.clone().filter_map(|line| line.workload.as_deref()));
    workloads.extend(recorded.work.values().flatten().map(|(workload, _)| &**workload));
    deployments.extend(carried.filter_map(|line| Some(&*line.deployment.as_ref()?.name)));
    for names in [&mut workloads, &mut deployments] {
        names.sort_unstable();
        names.dedup();
    }
    (workloads, deployments)
}

/// Teams and tags of the usage, those of the terms where both state some.
pub fn all_owners(commercial: &Commercial, recorded: &Recorded) -> Owners {
    let mut owners = recorded.owners.clone();
    owners.extend(commercial.owners.clone());
    owners
}

/// What the terms make of the bill, split by the keys asked for, else by those of the terms.
pub fn terms(
    allocate_by: &[String],
    commercial: &Commercial,
    recorded: &Recorded,
    bill: &Bill,
    catalog: &Catalog,
) -> Result<TermsView, Diagnostics> {
    let mut keys = Vec::new();
    for word in allocate_by {
        keys.push(AllocationKey::parse(word).ok_or_else(|| {
            Diagnostic::error("unknown-allocation", format!("unknown allocation: {word}"))
                .hint("one of workload, team, deployment, tag:NAME")
        })?);
    }
    if keys.is_empty() {
        keys.clone_from(&commercial.agreement.allocate_by);
    }
    let owners = all_owners(commercial, recorded);
    let capacity = &recorded.capacity_owners;
    let mut either = owners.clone();
    either.extend(capacity.iter().map(|(name, owner)| (name.clone(), owner.clone())));
    Commercial::ownerless(&either, &keys).or_ok(())?;
    let belongs = Belongs { workloads: &owners, capacity, work: &recorded.work };
    let splits = splits(&keys, belongs, bill, &recorded.usage, catalog)?;
    let owned = |key: &AllocationKey| shares_by(key, belongs, bill, &recorded.usage, catalog);
    Ok(report::compose::terms_view(&commercial.agreement, bill, &splits, owned)?)
}
