//! Why bills or recommendations differ under two catalogues: the values and rules that they rest on
//! and that the catalogues say differently. A value that one side alone rests on is a cause only
//! where its own row differs.

use crate::billing::bill::Bill;
use crate::catalog::diff::{Change, Difference};
use crate::plan::change::ScenarioChange;
use crate::plan::rests_on::{RestsOn, RuleOf};
use crate::report::compose::{price_name, price_words};
use crate::report::view::CauseView;
use crate::units::diagnostic::Place;
use std::collections::{BTreeMap, BTreeSet};

/// What a side rests on.
struct Ground {
    what: String,
    /// The region of a price; none of what has none.
    region: Option<String>,
    /// The value in words; none of a rule.
    value: Option<String>,
    /// The rows that it is from.
    places: Vec<Place>,
}

/// What differs, before and after, and where it stands.
type CauseKey = (String, Option<String>, Option<String>, String);

/// The causes of all changes, by name.
pub(super) fn causes(changes: &[ScenarioChange]) -> Vec<CauseView> {
    let mut found: BTreeMap<CauseKey, BTreeSet<String>> = BTreeMap::new();
    for change in changes {
        let mut own = BTreeMap::new();
        for [old, new] in &change.rest_on {
            compare(change, [old.as_ref(), new.as_ref()], &mut own);
        }
        let moved = change.bill.before != change.bill.after || change.recommendation_changed();
        if own.is_empty() && moved {
            may_bear(change, &mut own);
        }
        for (cause, regions) in own {
            found.entry(cause).or_default().extend(regions);
        }
    }
    let view = |((what, before, after, place), regions): (CauseKey, BTreeSet<String>)| {
        let regions: Vec<String> = regions.into_iter().collect();
        let within = if regions.is_empty() { String::new() } else { " in ".to_owned() };
        CauseView { what: format!("{what}{within}{}", regions.join(", ")), before, after, place }
    };
    found.into_iter().map(view).collect()
}

/// What two sides of one candidate rest on and that differs.
fn compare(
    change: &ScenarioChange,
    sides: [Option<&RestsOn>; 2],
    found: &mut BTreeMap<CauseKey, BTreeSet<String>>,
) {
    let [old, new] = sides.map(|side| side.map(grounds).unwrap_or_default());
    let mut told: BTreeSet<&Place> = BTreeSet::new();
    let mut add = |cause: CauseKey, ground: &Ground| {
        found.entry(cause).or_default().extend(ground.region.clone());
    };
    for after in new.iter().filter(|ground| ground.value.is_some()) {
        let same = |own: &&Ground| own.what == after.what && own.region == after.region;
        let Some(before) = old.iter().find(same) else { continue };
        if before.value == after.value || !in_changed_file(change, before, after) {
            continue;
        }
        told.extend(before.places.iter().chain(&after.places));
        let place = after.places.first().map(ToString::to_string).unwrap_or_default();
        add((after.what.clone(), before.value.clone(), after.value.clone(), place), after);
    }
    for own in &change.differences {
        let [before, after] = values(own);
        let is_told =
            told.contains(&own.place) || own.old_place.as_ref().is_some_and(|p| told.contains(p));
        if before == after || is_told {
            continue;
        }
        let is_new = |ground: &&Ground| ground.places.contains(&own.place);
        let was = |ground: &&Ground| {
            own.old_place.as_ref().is_some_and(|place| ground.places.contains(place))
        };
        let gone = matches!(own.change, Change::Removed);
        let after_grounds = new.iter().filter(|ground| !gone && is_new(ground));
        for ground in after_grounds.chain(old.iter().filter(was)) {
            let place = own.place.to_string();
            add((ground.what.clone(), before.clone(), after.clone(), place), ground);
        }
    }
}

/// Whether the catalogues differ at all in a file that a value is from.
fn in_changed_file(change: &ScenarioChange, before: &Ground, after: &Ground) -> bool {
    change.differences.iter().any(|own| {
        let new = after.places.iter().any(|place| place.file == own.place.file);
        let was = own.old_place.as_ref();
        new || was.is_some_and(|was| before.places.iter().any(|place| place.file == was.file))
    })
}

/// What a row says before and after; none where it is not there.
fn values(own: &Difference) -> [Option<String>; 2] {
    let now = Some(own.state.value.clone());
    match &own.change {
        Change::Added => [None, now],
        Change::Removed => [now, None],
        Change::Changed { was } => [Some(was.value.clone()), now],
    }
}

/// Nothing that the sides are known to rest on differs: the rows that may bear on them.
fn may_bear(change: &ScenarioChange, found: &mut BTreeMap<CauseKey, BTreeSet<String>>) {
    for own in &change.near {
        let [before, after] = values(own);
        let what = format!("{}, which may bear on it: {}", own.table, own.keys.join(" · "));
        found.entry((what, before, after, own.place.to_string())).or_default();
    }
}

fn grounds(side: &RestsOn) -> Vec<Ground> {
    let facts = side.facts.iter().map(|fact| Ground {
        what: fact.name.clone(),
        region: None,
        value: Some(fact.value.clone()),
        places: vec![fact.evidence.place.clone()],
    });
    let rules = side.rules.iter().map(|followed| Ground {
        what: rule(&followed.rule),
        region: None,
        value: None,
        places: vec![followed.place.clone()],
    });
    facts.chain(rules).chain(prices(&side.bill)).collect()
}

fn rule(rule: &RuleOf) -> String {
    match rule {
        RuleOf::Billing(answer) => {
            format!("billing of calls that end as {}", answer.as_str().replace('_', " "))
        }
        RuleOf::Limiter(name) => format!("limiter profile {name}"),
        RuleOf::Sku(name) => format!("rules of {name}"),
    }
}

/// What a price is of, and its region.
type ChargeOfRegion = (String, Option<String>);
/// Prices in words, and the rows that have them.
type RateRows = Vec<(String, Place)>;

/// The prices of a bill, each charge of a region one: where a price changes within the period, all
/// of them.
fn prices(bill: &Bill) -> Vec<Ground> {
    let mut found: BTreeMap<ChargeOfRegion, RateRows> = BTreeMap::new();
    for line in &bill.line_items {
        let Some(rate) = &line.rate else { continue };
        let region = line.deployment.as_ref().map(|own| own.region.to_string());
        let value = (price_words(line, rate), rate.evidence.place.clone());
        let own = found.entry((price_name(line), region)).or_default();
        if !own.contains(&value) {
            own.push(value);
        }
    }
    let ground = |((what, region), values): (ChargeOfRegion, RateRows)| {
        let (mut words, places): (Vec<String>, Vec<Place>) = values.into_iter().unzip();
        words.dedup();
        Ground { what, region, value: Some(words.join(", then ")), places }
    };
    found.into_iter().map(ground).collect()
}
