//! What the answer depends on: what flips it, what is unknown, what ends. Each once, the most important first.

use crate::plan::evaluate::refusal::UnknownAvailability;
use crate::plan::why::cautions::{BothSums, Caution};
use crate::report::answer::requests;
use crate::report::view::{DependencyView, RecommendationView};
use crate::report::words::answer::label_in;
use crate::report::words::letters::capital;
use crate::report::words::numbers;
use crate::units::money::Money;
use jiff::civil::Date;
use std::sync::Arc;

/// Kind of what nobody states: that a deployment can be had.
pub(super) const AVAILABILITY: &str = "availability";
/// Kind of a model that ends.
pub(super) const RETIREMENT: &str = "retirement";
/// Kind of a reservation that is owned and ends.
pub(super) const OWNED: &str = "owned";
/// Kind of quota that nobody stated.
pub(super) const QUOTA: &str = "quota";
/// Kind of a price that is promised for less long than the plan.
pub(super) const PROMOTION: &str = "promotion";

/// What the catalogue knows of the choice that may not hold: it stands in front of everything else.
pub fn cautions(found: &[Caution]) -> Vec<DependencyView> {
    let mut said: Vec<DependencyView> = Vec::new();
    for own in found.iter().map(|one| caution(one, found)) {
        if !said.contains(&own) {
            said.push(own);
        }
    }
    said
}

/// What a model's end falls within, such as `the commitment runs until 2027-12-23 and the plan
/// runs until 2027-11-30`: the same end is said once.
fn within(model: &str, retires: Date, found: &[Caution]) -> String {
    let mut each: Vec<(&str, Date)> = Vec::new();
    for one in found {
        if let Caution::ModelEnds { model: of, retires: at, until, committed, .. } = one
            && *of == *model
            && *at == retires
        {
            let what = if *committed { "the commitment" } else { "the plan" };
            if !each.contains(&(what, *until)) {
                each.push((what, *until));
            }
        }
    }
    match each[..] {
        [(one, first), (other, second)] if first == second => {
            format!("{one} and {other} run until {first}")
        }
        _ => numbers::list(each.iter().map(|(what, until)| format!("{what} runs until {until}"))),
    }
}

/// Calls that nobody would answer.
fn calls_after_words(calls: u64) -> String {
    match calls {
        0 => String::new(),
        calls => format!(
            " About {} calls planned after that day would fail with 410; they are counted as \
             served.",
            numbers::count(calls)
        ),
    }
}

fn caution(caution: &Caution, found: &[Caution]) -> DependencyView {
    let (kind, short, sentence) = match caution {
        Caution::UnknownAvailability(unknown) => {
            let UnknownAvailability { model, sku, region, why, check } = unknown;
            let what = format!("{model} · {sku} in {region}");
            (
                AVAILABILITY,
                format!("whether {what} can be had, which is not known"),
                format!("It is not known whether {what} can be had: {why}. To check, {check}."),
            )
        }
        Caution::ModelEnds { model, retires, source, replacement, calls_after, .. } => {
            let within = within(model, *retires, found);
            let next = match replacement {
                Some(next) => format!("the platform names {next} as its replacement"),
                None => "no replacement is named yet".to_owned(),
            };
            (
                RETIREMENT,
                format!("{model} retires after {retires}"),
                format!(
                    "{model} retires after {retires} ({source}), while {within}; {next}.{}",
                    calls_after_words(*calls_after)
                ),
            )
        }
        Caution::OwnedEnds { id, quantity_ptu, from, by_month } => {
            let ptu = numbers::count(u64::from(*quantity_ptu));
            let then = if *by_month {
                format!("; from {from} on the plan pays for PTUs in its place")
            } else {
                format!(
                    ", and one size is chosen for all of it: ask again with start = {from} for \
                     what is best then"
                )
            };
            (
                OWNED,
                format!("the reservation {id} ends before {from}"),
                format!("The reservation {id} ({ptu} PTU) ends before the plan does{then}."),
            )
        }
        Caution::Promotion { models, until_at_least, own, instead } => {
            let models = numbers::list(models.iter().cloned());
            let says = promotion(*own, instead.as_ref());
            (
                PROMOTION,
                format!("the price of {models} is a promotion until {until_at_least}"),
                format!(
                    "The price of {models} is a promotion, promised until {until_at_least}: {says}."
                ),
            )
        }
    };
    let last_day = match caution {
        Caution::ModelEnds { retires, calls_after, .. } if *calls_after > 0 => {
            Some(retires.to_string())
        }
        _ => None,
    };
    DependencyView { kind: kind.to_owned(), short, sentence, last_day }
}

/// What becomes of the choice, and of who would take its place, if a promotion goes on.
fn promotion(own: Option<BothSums>, instead: Option<&(Arc<str>, BothSums)>) -> String {
    let amount = |money: Money| money.to_display_string();
    let mut parts: Vec<String> = Vec::new();
    if let Some(own) = own {
        parts.push(format!(
            "the plan costs {} a month at the list price, by which it is decided, and {} if the \
             promotion goes on",
            amount(own.at_list_price),
            amount(own.if_it_continues)
        ));
    }
    if let Some((other, sums)) = instead {
        let (list, goes_on) = (amount(sums.at_list_price), amount(sums.if_it_continues));
        parts.push(if own.is_some() {
            format!("{other} costs {list} and {goes_on}, less than the plan if it goes on")
        } else {
            format!(
                "at the list price, by which the plan is decided, {other} costs {list} a month; \
                 if the promotion goes on it costs {goes_on}, less than the plan"
            )
        });
    }
    parts.join("; ")
}

/// The dependencies that can be read from the view itself; [`cautions`] are put in front of them.
pub fn dependencies(view: &RecommendationView) -> Vec<DependencyView> {
    // An unpublished value that decides the choice comes before a range that somebody stated.
    let mut found: Vec<_> = readings(view, true).collect();
    found.extend(flips(view));
    found.extend(unknown_quota(view));
    found.extend(readings(view, false));
    found
}

/// Readings of what is not published that make a candidate feasible or infeasible, and with it the choice another or not.
fn readings(view: &RecommendationView, decides: bool) -> impl Iterator<Item = DependencyView> + '_ {
    let flips = view.feasibility.iter().filter(move |flip| flip.changes_choice == decides);
    flips.map(|flip| DependencyView {
        kind: "assumption".to_owned(),
        short: format!(
            "{} (if it is {}, {} is {})",
            flip.parameter,
            flip.other,
            named(view, &flip.candidate),
            if flip.feasible { "infeasible" } else { "feasible" }
        ),
        sentence: flip.words.clone(),
        last_day: None,
    })
}

/// A candidate by a label that fits a line.
fn named(view: &RecommendationView, name: &str) -> String {
    if view.choice.as_ref().is_some_and(|choice| choice.name == name) {
        return "the choice".to_owned();
    }
    let known = view.candidates.iter().find(|candidate| candidate.name == name);
    known.map_or_else(|| name.to_owned(), |known| label_in(view, known))
}

/// Inputs within whose range another candidate is better.
fn flips(view: &RecommendationView) -> Vec<DependencyView> {
    let Some(choice) = &view.choice else { return Vec::new() };
    let assumed = |input: &str| view.assumptions.iter().any(|fact| fact.name == input);
    let mut found = Vec::new();
    for effect in view.sensitivity.iter().filter(|effect| effect.flips_choice) {
        let ends = [(&effect.low, &effect.best_low), (&effect.high, &effect.best_high)];
        let flipped: Vec<_> = ends.into_iter().filter(|(_, best)| **best != choice.name).collect();
        let Some((at, _)) = flipped.first() else { continue };
        let each = flipped.iter().map(|(at, best)| format!("at {at} {best} is better"));
        let sentence =
            format!("{}: {}.", capital(&effect.input), each.collect::<Vec<_>>().join("; "));
        found.push(DependencyView {
            kind: if assumed(&effect.input) { "assumption" } else { "flip" }.to_owned(),
            short: format!("{} (with {at} another option is best)", effect.input),
            sentence,
            last_day: None,
        });
    }
    found
}

/// Quota of the choice that nobody stated or knows.
fn unknown_quota(view: &RecommendationView) -> Vec<DependencyView> {
    let unknown = view.quota.choice.iter().filter(|need| need.held.is_none());
    let names_models = requests::names_models(view, &view.quota.choice);
    unknown
        .map(|need| {
            let what = requests::quantity(need);
            let of = requests::subject(need, names_models);
            DependencyView {
                kind: QUOTA.to_owned(),
                short: format!("quota of {what} of {of}, not stated"),
                sentence: format!(
                    "{what} of {of} in {} are needed, and the scenario does not state whether that quota is free.",
                    need.region
                ),
                last_day: None,
            }
        })
        .collect()
}
