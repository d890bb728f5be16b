//! The embedded catalogue as price source.

use super::support::{at, capacity, deployment, reservation, tokens};
use jiff::civil::date;
use ptuplan::billing::bill::bill;
use ptuplan::billing::commitment::{Commitment, Term};
use ptuplan::billing::prices::{PriceSource, TokenKey};
use ptuplan::billing::terms::Terms;
use ptuplan::catalog::Catalog;
use ptuplan::ledger::deployment::DeploymentRef;
use ptuplan::ledger::usage::{Answer, ContextTier, ServiceTier, Usage};
use ptuplan::units::money::UnitPrice;
use ptuplan::units::tokens::{TokenClass, TokenCounts};

const DAY: [&str; 2] = ["2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"];

#[test]
fn a_day_of_gpt_4_1_and_100_reserved_ptu_is_priced_from_the_tables() {
    let catalog = Catalog::embedded().unwrap();
    let zone = deployment("base", "DataZoneProvisionedManaged", "eastus2");
    let usage = Usage {
        tokens: vec![tokens(DAY[0], Answer::Completed, TokenCounts::text(1_000_000, 0, 1_000_000))],
        capacity: vec![capacity(zone, DAY[0], DAY[1], 120)],
        ..Usage::default()
    };
    let reserved = Commitment {
        sku: "DataZoneProvisionedManaged".into(),
        region: Some("eastus2".into()),
        ..reservation("r", 100, date(2026, 12, 1), Term::OneMonth)
    };
    let terms = Terms::list(at(DAY[0]), at(DAY[1]));
    let bill = bill(&usage, &[reserved], &terms, &catalog).unwrap();
    // 2 + 8 USD of tokens, 20 PTU for 24 h at 1.10, 100 PTU at 286 for the month.
    assert_eq!(bill.totals().billed.to_exact_string(), "29138");
    let mut places = bill.line_items.iter().filter_map(|line| line.rate.as_ref());
    assert!(places.all(|rate| rate.evidence.place.line > 0 && !rate.evidence.source.is_empty()));
}

#[test]
fn what_the_catalogue_does_not_price_is_an_error() {
    let catalog = Catalog::embedded().unwrap();
    let mut record = tokens(DAY[0], Answer::Completed, TokenCounts::text(10, 0, 0));
    record.deployment = deployment("chat", "GlobalStandard", "atlantis");
    let usage = Usage { tokens: vec![record], ..Usage::default() };
    let terms = Terms::list(at(DAY[0]), at(DAY[1]));
    let errors = bill(&usage, &[], &terms, &catalog).unwrap_err();
    assert!(errors.0[0].message.starts_with("unpriced usage: 10 input tokens of deployment chat"));
}

/// A bill looks prices up once for as long as they are said to hold.
#[test]
fn prices_are_what_they_were_as_long_as_they_are_said_to_be() {
    let catalog = Catalog::embedded().unwrap();
    let mut on = date(2026, 6, 1);
    let (mut looked_up, mut changed) = (0, 0);
    let classes = [TokenClass::Input, TokenClass::CachedInput, TokenClass::Output];
    // The models whose prices begin or end, and some others.
    let tables = [&catalog.tables().prices, &catalog.tables().promotions];
    let rows = tables.into_iter().flat_map(|table| table.rows());
    let ends = rows.filter(|row| row.to.is_some() || row.from > date(2026, 6, 1));
    let mut models: Vec<&str> = ends.map(|row| row.key(0)).collect();
    models.extend(catalog.models().step_by(20).map(|model| &*model.id));
    models.sort_unstable();
    models.dedup();
    let keys: Vec<DeploymentRef> = models
        .iter()
        .flat_map(|model| ["GlobalStandard", "DeveloperTier"].map(|sku| (model, sku)))
        .map(|(model, sku)| {
            let own = deployment("own", sku, "eastus2");
            DeploymentRef { model: (*model).into(), ..(*own).clone() }
        })
        .collect();
    let mut before: Vec<Option<UnitPrice>> = vec![None; keys.len() * classes.len()];
    while on < date(2027, 3, 1) {
        let until = catalog.unchanged_until(on).min(date(2027, 3, 1));
        assert!(until >= on);
        let each = keys.iter().flat_map(|own| classes.map(|class| (own, class)));
        for (before, (deployment, class)) in before.iter_mut().zip(each) {
            let (tier, context) = (ServiceTier::Standard, ContextTier::Default);
            let key = TokenKey { deployment, tier, context, class };
            let on_day = |on| PriceSource::token_price(&catalog, key, on).ok().map(|own| own.value);
            let first = on_day(on);
            assert_eq!(first, on_day(until), "{deployment:?} {class:?} from {on} until {until}");
            looked_up += usize::from(first.is_some());
            changed += usize::from(first != std::mem::replace(before, first));
        }
        on = until.tomorrow().unwrap();
    }
    assert!(looked_up > 1_000 && changed > 50, "{looked_up} {changed}");
}
