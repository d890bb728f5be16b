//! How sure the answer is, in one sentence, and what that sentence does not cover.

use crate::report::answer::{later, nothing, when};
use crate::report::view::{QuotaOptionView, RecommendationView};
use crate::report::words::numbers;

/// The sentence.
pub(super) fn how_sure(view: &RecommendationView, better: Option<&QuotaOptionView>) -> String {
    if let Some(option) = better {
        return with_quota(view, option);
    }
    if view.choice.is_none() {
        return nothing::how_sure(view);
    }
    match later::how_sure(view) {
        // What fails later stands first: the futures are those of the first month alone.
        Some(months) if !later::holds(view) => {
            format!("{months} Of {}: {}", when::month(&view.scenario), of_first(view))
        }
        Some(months) => format!("{} {months}", of_first(view)),
        None => of_first(view),
    }
}

/// How sure the month is that was ranked.
fn of_first(view: &RecommendationView) -> String {
    let Some(known) = &view.outlook.confidence else {
        return "One simulation: how much random draws move it is not known.".to_owned();
    };
    let count = known.replications;
    let least = known.hold_between.first().copied().unwrap_or(0.0);
    let holds = held(known.hold_share, count, least);
    let sure = if known.more_than_luck {
        let near = match known.near_share {
            all if all >= 1.0 => "all".to_owned(),
            none if none <= 0.0 => "none".to_owned(),
            some => share(some),
        };
        format!("{holds}; within 1% of the cheapest in {near} of them.")
    } else {
        format!("{holds}. Only random draws differ: nothing was declared uncertain.")
    };
    format!("{sure}{}", rests_on(view))
}

/// The readings the choice rests on: every future simulated takes them for true.
fn rests_on(view: &RecommendationView) -> String {
    let mut names: Vec<&str> = Vec::new();
    for flip in view.feasibility.iter().filter(|flip| flip.changes_choice) {
        if !names.contains(&&*flip.parameter) {
            names.push(&flip.parameter);
        }
    }
    if names.is_empty() {
        return String::new();
    }
    let names = numbers::list(names.into_iter().map(str::to_owned));
    format!(" All of them take {names} as assumed: another reading makes another choice.")
}

pub(super) fn with_quota(view: &RecommendationView, option: &QuotaOptionView) -> String {
    let count = option.monthly_cost.replications;
    let all = if option.hold_share >= 1.0 {
        every(count)
    } else {
        let share = share(option.hold_share);
        format!("{share} of {} futures simulated", numbers::count(u64::from(count)))
    };
    let of = when::several(view).map_or_else(String::new, |_| {
        format!(
            " of {}; the later months are simulated in the most likely one",
            when::month(&view.scenario)
        )
    });
    format!("With that quota every objective holds in {all}{of}.")
}

/// All futures that were simulated, where there is more than one.
fn every(count: u32) -> String {
    match count {
        0 | 1 => "the one future simulated".to_owned(),
        _ => format!("all {} futures simulated", numbers::count(u64::from(count))),
    }
}

fn held(hold_share: f64, count: u32, least: f64) -> String {
    let count_words = numbers::count(u64::from(count));
    if hold_share >= 1.0 && (least <= 0.0 || count < 2) {
        format!("Every objective holds in {}", every(count))
    } else if hold_share >= 1.0 {
        format!(
            "Every objective holds in {} (so in at least {} of futures, with 95% confidence)",
            every(count),
            share(least)
        )
    } else {
        format!("Every objective holds in {} of {count_words} futures simulated", share(hold_share))
    }
}

/// A share in whole percent; what is not all never reads as all, what is not none never as none.
fn share(share: f64) -> String {
    let percent = share * 100.0;
    let whole = if share < 1.0 { percent.round().min(99.0) } else { percent.round() };
    let whole = if share > 0.0 { whole.max(1.0) } else { whole };
    format!("{whole:.0}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_percent_and_never_all_when_not_all() {
        assert_eq!(share(0.996), "99%");
        assert_eq!(share(1.0), "100%");
        assert_eq!(share(0.001), "1%");
        assert_eq!(share(0.0), "0%");
        assert_eq!(
            held(1.0, 8, 0.68),
            "Every objective holds in all 8 futures simulated (so in at least 68% of futures, with 95% confidence)"
        );
        assert_eq!(held(1.0, 1, 0.05), "Every objective holds in the one future simulated");
    }
}
