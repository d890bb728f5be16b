//! What a figure is of: which month or months, and which future or the mean of how many.

use crate::report::view::horizon::HorizonView;
use crate::report::view::{RecommendationView, ScenarioView};
use crate::report::words::numbers;
use jiff::ToSpan;
use jiff::civil::Date;

/// The horizon of the choice, where it is several months.
pub(crate) fn several(view: &RecommendationView) -> Option<&HorizonView> {
    view.outlook.horizon.as_ref().filter(|horizon| horizon.months.len() > 1)
}

/// The month that a monthly cost is of: `December 2026` where the billed period is a calendar month, an average month of it
/// where it is several, and a month at its rate where it is no whole number of them.
pub(crate) fn month(scenario: &ScenarioView) -> String {
    match BilledRate::of(scenario) {
        BilledRate::Months(month) => month,
        BilledRate::Rate(rate) => format!("a month {rate}"),
    }
}

/// The same behind a cost: `a month (December 2026)`.
pub(crate) fn a_month(scenario: &ScenarioView) -> String {
    match BilledRate::of(scenario) {
        BilledRate::Months(month) => format!("a month ({month})"),
        BilledRate::Rate(rate) => format!("a month {rate}"),
    }
}

/// What a monthly cost is of: named months, or the rate of a period that is no whole number of
/// them.
enum BilledRate {
    Months(String),
    Rate(String),
}

impl BilledRate {
    fn of(scenario: &ScenarioView) -> Self {
        let day = |instant: &str| instant.get(..10).and_then(|day| day.parse::<Date>().ok());
        let (Some(first), Some(until)) = (day(&scenario.start), day(&scenario.until)) else {
            return Self::Months("the billed period".to_owned());
        };
        let ends = |count: &i32| first.checked_add(count.months()).ok() == Some(until);
        match (1..=120_i32).find(ends) {
            Some(1) if first.day() == 1 => Self::Months(first.strftime("%B %Y").to_string()),
            Some(1) => Self::Months(format!("the month from {first}")),
            Some(count) => Self::Months(format!("an average month of the {count} from {first}")),
            None => Self::Rate(format!("at the rate of {first} to {until}")),
        }
    }
}

/// A month of the horizon in words: `December 2026`, or its days where it is no calendar month.
pub(crate) fn named(month: &str) -> String {
    let day = format!("{month}-01").parse::<Date>();
    day.map_or_else(|_| month.to_owned(), |day| day.strftime("%B %Y").to_string())
}

/// `the mean of 32 futures`, or of as many simulations where they differ by random draws alone.
pub(crate) fn futures(view: &RecommendationView, count: u32) -> String {
    let drawn = view.outlook.confidence.as_ref().is_some_and(|known| known.more_than_luck);
    match count {
        0 | 1 => "one simulation of the most likely future".to_owned(),
        count => {
            let what = if drawn { "futures" } else { "simulations" };
            format!("the mean of {} {what}", numbers::count(u64::from(count)))
        }
    }
}

/// The futures of a cost beside the most likely one, such as `the 32 futures of the cost`.
#[cfg(feature = "report")]
pub(crate) fn others(view: &RecommendationView, count: u32) -> String {
    let drawn = view.outlook.confidence.as_ref().is_some_and(|known| known.more_than_luck);
    let what = if drawn { "futures" } else { "simulations" };
    format!("the {} {what} of the cost", numbers::count(u64::from(count)))
}

/// What every monthly cost in tables of options and candidates is of.
#[cfg(feature = "report")]
pub(crate) fn monthly_costs(view: &RecommendationView) -> String {
    let with_quota = view.quota.options.iter().map(|one| one.monthly_cost.replications);
    let without = view.candidates.iter().map(|one| one.monthly_cost.replications);
    let most = without.chain(with_quota).max().unwrap_or(0);
    if most == 0 {
        return "No candidate could be simulated as required.".to_owned();
    }
    let of = match BilledRate::of(&view.scenario) {
        BilledRate::Months(month) => format!("of {month}"),
        BilledRate::Rate(rate) => rate,
    };
    format!("Costs a month are {of}, {}.{}", futures(view, most), once(view, most))
}

/// The options that were simulated once where others were simulated in many futures.
#[cfg(feature = "report")]
fn once(view: &RecommendationView, most: u32) -> String {
    let of = |name: &str| view.candidates.iter().find(|one| one.name == name);
    let once = view.options.iter().filter(|one| {
        let known = of(&one.candidate).filter(|_| one.kind != "quota");
        known.is_some_and(|known| known.monthly_cost.replications == 1)
    });
    let ranks: Vec<String> = once.map(|one| one.rank.to_string()).collect();
    let (which, was) = match (most, ranks.len()) {
        (0 | 1, _) | (_, 0) => return String::new(),
        (_, 1) => ("Option", "was"),
        _ => ("Options", "were"),
    };
    let ranks = numbers::list(ranks.into_iter());
    format!(
        " {which} {ranks} {was} simulated in the most likely future alone: the cost is expected \
         from alike sizes, and whether objectives hold in other futures was not tried."
    )
}
