//! What every answer has, and that its sentences say what its figures say.

use crate::support::{
    BOTH, Backwards, ONCE, answer, answer_with, chosen_cost, even, random, scenario,
};
use ptuplan::units::money::{Currency, Money};

const TODAY: &str = "[today]\ndeployments = [{ sku = \"GlobalStandard\", model = \"gpt-4.1\" }]\n";

#[test]
fn pay_as_you_go_and_today_are_always_there() {
    for more in [
        TODAY.to_owned(),
        format!("{TODAY}[slo]\nadded_wait.p50 = \"1 ms\"\nthrottled_share = \"0 %\"\n"),
    ] {
        let scenario = scenario("simulate = \"1 hour\"", &format!("{BOTH}{ONCE}{more}"));
        let answer = answer(&scenario, &even(&[60; 60]));
        assert!(
            answer.candidates.iter().any(|c| &*c.candidate.name == "today" && c.figures.is_some())
        );
        assert!(answer.candidates.iter().any(|c| &*c.candidate.name == "GlobalStandard alone"));
    }
}

#[test]
fn the_answer_does_not_depend_on_who_works_on_it() {
    let uncertain =
        "[uncertain]\nreplications = 8\ntraffic = { low = 0.8, mode = 1, high = 1.3 }\n";
    let scenario =
        scenario("simulate = \"1 hour\"\nseed = 11", &format!("{BOTH}{TODAY}{uncertain}"));
    let trace = random(5, 3_600_000_000);
    let serial = format!("{:?}", answer(&scenario, &trace));
    let backwards = format!("{:?}", answer_with(&scenario, &trace, &Backwards));
    assert!(serial == backwards, "answers differ");
}

#[test]
fn the_figures_of_the_sentences_are_those_of_the_result() {
    let scenario = scenario("simulate = \"1 hour\"", &format!("{BOTH}{ONCE}{TODAY}"));
    let answer = answer(&scenario, &even(&[90; 60]));
    let choice = &answer.candidates[answer.choice.unwrap()];
    let figures = choice.figures.as_ref().unwrap();
    let why = answer.why.join("\n");
    assert!(why.contains(&figures.cost.monthly.to_display_string()), "{why}");
    let runner_up = &answer.candidates[answer.runner_up.unwrap()];
    let theirs = runner_up.figures.as_ref().unwrap().cost.monthly;
    let more = theirs.minus(figures.cost.monthly).unwrap().to_display_string();
    assert!(why.contains(&more), "{more} not in\n{why}");
    assert!(why.contains(&*runner_up.candidate.name), "{why}");
    let spread = choice.spread.as_ref().unwrap();
    assert!(why.contains(&spread.mean.to_display_string()), "{why}");
}

#[test]
fn an_unmeetable_objective_says_what_to_allow_and_that_is_enough() {
    // Far above what the subscription's quota serves, and no PTUs allowed.
    let allow = "[allow]\nsku = [\"GlobalStandard\"]\ncommitment = []\n";
    let strict = scenario(
        "simulate = \"1 hour\"",
        &format!("{allow}{ONCE}[slo]\nthrottled_share = \"0.1 %\"\n"),
    );
    let trace = even(&[3_000; 60]);
    let refused = answer(&strict, &trace);
    assert!(refused.choice.is_none());
    let sentence = refused.why.iter().find(|s| s.contains("would be feasible with this")).unwrap();
    let asked = sentence.split("allow ").nth(1).unwrap().split(" of calls").next().unwrap();
    let relaxed = scenario(
        "simulate = \"1 hour\"",
        &format!("{allow}{ONCE}[slo]\nthrottled_share = \"{asked}\"\n"),
    );
    assert!(answer(&relaxed, &trace).choice.is_some(), "{sentence}");
}

#[test]
fn a_grid_holds_the_choice_itself_at_its_position() {
    let scenario = scenario("simulate = \"1 hour\"", &format!("{BOTH}{ONCE}"));
    let answer = answer(&scenario, &even(&[60; 60]));
    let grid = answer.grid.as_ref().unwrap();
    let lengths = [grid.sizes.len(), grid.growth.len(), grid.cached.len(), grid.payments.len()];
    assert_eq!(grid.points.len(), lengths.iter().product::<usize>());
    let [a, b, c, d] = grid.choice;
    let index = ((a * lengths[1] + b) * lengths[2] + c) * lengths[3] + d;
    let point = grid.points[index].as_ref().unwrap();
    let cost = point.figures.as_ref().unwrap().cost.monthly;
    assert_eq!(Some(cost.amount()), chosen_cost(&answer));
    assert_eq!(cost.currency(), Money::zero(Currency::USD).currency());
}
