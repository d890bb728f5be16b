//! Futures: how they are drawn, and what they say of an answer.

use crate::support::{BOTH, answer, even, scenario};
use ptuplan::plan::future::Future;

const UNCERTAIN: &str = "[uncertain]\nreplications = 16\n\
    traffic = { low = 0.7, mode = 1.0, high = 1.6 }\n\
    output_length = { low = \"90 %\", mode = 1, high = \"120 %\" }\n\
    cached_share = { low = \"10 %\", mode = \"30 %\", high = \"50 %\" }\n";

#[test]
fn a_future_is_the_same_whenever_it_is_drawn() {
    let scenario = scenario("seed = 3", &format!("{BOTH}{UNCERTAIN}"));
    let forwards: Vec<Future> = (0..8).map(|n| Future::draw(&scenario, n)).collect();
    let mut backwards: Vec<Future> = (0..8).rev().map(|n| Future::draw(&scenario, n)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert!(forwards.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(forwards.iter().all(|future| (0.7..=1.6).contains(&future.level)));
    let likely = Future::most_likely(&scenario);
    assert!((likely.level - 1.0).abs() < 1e-12);
    assert_eq!(likely.cached_share, Some(0.3));
}

#[test]
fn draws_follow_the_stated_distribution() {
    let scenario = scenario("seed = 3", &format!("{BOTH}{UNCERTAIN}"));
    let levels: Vec<f64> = (0..4_000).map(|n| Future::draw(&scenario, n).level).collect();
    let mean = levels.iter().sum::<f64>() / 4_000.0;
    // The mean of a triangular distribution is the mean of its three corners; the error of 4,000 draws is 0.003.
    assert!((mean - (0.7 + 1.0 + 1.6) / 3.0).abs() < 0.012, "{mean}");
    let below = levels.iter().filter(|level| **level < 1.0).count() as f64 / 4_000.0;
    assert!((below - 0.3 / 0.9).abs() < 0.03, "{below}");
}

#[test]
fn contenders_have_a_spread_and_the_choice_a_certainty() {
    let scenario = scenario(
        "simulate = \"1 hour\"",
        &format!("{BOTH}{UNCERTAIN}[slo]\nthrottled_share = \"1 %\"\n"),
    );
    let answer = answer(&scenario, &even(&[60; 60]));
    let choice = &answer.candidates[answer.choice.unwrap()];
    let spread = choice.spread.as_ref().unwrap();
    assert_eq!(spread.replications, 16);
    assert!(spread.p10.amount() <= spread.p50.amount());
    assert!(spread.p50.amount() < spread.p90.amount());
    assert!(spread.p90.amount() <= spread.worst.amount());
    assert!(spread.hold_share >= 0.9);
    let certainty = answer.certainty.as_ref().unwrap();
    assert!((0.0..=1.0).contains(&certainty.best_share));
    assert!(!certainty.regret_mean.amount().is_sign_negative());
    assert!(certainty.regret_mean.amount() <= certainty.regret_worst.amount());
    assert!(!certainty.paired.is_empty());
    assert_eq!(certainty.objectives.len(), 1);
    // Everything replayed was replayed in the same futures.
    for one in answer.candidates.iter().filter_map(|c| c.spread.as_ref()) {
        assert_eq!(one.replications, 16);
    }
}

#[test]
fn a_choice_must_hold_in_the_share_of_futures_asked() {
    let ask = |share: &str| {
        let more =
            format!("{BOTH}{UNCERTAIN}hold_in = \"{share}\"\n[slo]\nthrottled_share = \"0 %\"\n");
        let more = more.replace("\"GlobalStandard\", ", "");
        let answer = answer(&scenario("simulate = \"1 hour\"", &more), &even(&[60; 60]));
        let choice = &answer.candidates[answer.choice.unwrap()];
        (choice.candidate.total_ptu(), choice.spread.clone().unwrap().hold_share)
    };
    let (some, often) = (ask("50 %"), ask("100 %"));
    assert!(some.1 >= 0.5 && often.1 >= 1.0, "{some:?} {often:?}");
    assert!(some.0 < often.0, "more certainty needs more PTUs: {some:?} {often:?}");
}

#[test]
fn sensitivity_names_what_flips_the_choice() {
    let scenario = scenario("simulate = \"1 hour\"", &format!("{BOTH}{UNCERTAIN}"));
    let answer = answer(&scenario, &even(&[60; 60]));
    let traffic = answer.sensitivity.iter().find(|effect| effect.input == "requests").unwrap();
    assert_eq!(traffic.values, ["-30 %", "+60 %"]);
    assert!(traffic.cost[0].amount() <= traffic.cost[1].amount());
    let name = &answer.candidates[answer.choice.unwrap()].candidate.name;
    for effect in &answer.sensitivity {
        let other = effect.best.iter().any(|best| best != name);
        assert_eq!(effect.flips_choice, other, "{}", effect.input);
    }
    let widths: Vec<_> = answer
        .sensitivity
        .iter()
        .map(|e| (e.cost[1].amount() - e.cost[0].amount()).abs())
        .collect();
    assert!(widths.windows(2).all(|pair| pair[0] >= pair[1]), "largest effect first");
    assert!(answer.sensitivity.iter().any(|effect| effect.input == "provisioned-burst"));
}

#[test]
fn a_growing_demand_is_bought_month_by_month() {
    let more = format!(
        "{BOTH}[slo]\nthrottled_share = \"0 %\"\n[horizon]\nmonths = 12\n[uncertain]\nreplications = 2\n\
         growth_per_month = {{ low = \"2 %\", mode = \"8 %\", high = \"12 %\" }}\n"
    );
    let scenario = scenario("length = \"1 month\"\nsimulate = \"1 hour\"", &more);
    let answer = answer(&scenario, &even(&[60; 60]));
    assert_eq!(answer.months.len(), 12);
    assert_eq!(answer.months[0].month, "2026-12");
    assert_eq!(answer.months[11].month, "2027-11");
    let sizes: Vec<u32> = answer.months.iter().map(|month| month.total_ptu).collect();
    assert!(sizes.windows(2).all(|pair| pair[0] <= pair[1]), "{sizes:?}");
    assert!(sizes[11] > sizes[0], "{sizes:?}");
    assert!(answer.months[0].actions.iter().any(|action| action.starts_with("deploy")));
    assert!(answer.months.iter().any(|m| m.actions.iter().any(|a| a.starts_with("resize"))));
    for month in &answer.months {
        assert!(month.cost[0].amount() <= month.cost[2].amount(), "{month:?}");
    }
}
