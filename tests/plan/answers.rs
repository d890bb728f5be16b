//! What every answer has, and that its sentences say what its figures say.

use crate::support::{
    BOTH, Backwards, ONCE, answer, answer_with, chosen_cost, even, random, scenario, scenario_of,
    shown,
};
use ptuplan::plan::why::cautions::Caution;
use ptuplan::report::view::OptionView;
use ptuplan::report::words::numbers;
use ptuplan::report::words::opinion::differences;
use ptuplan::units::money::{Currency, Money};
use rust_decimal::Decimal;

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
    let view = shown(&scenario, &even(&[90; 60]), &answer);
    let spread = choice.spread.as_ref().unwrap();
    assert_eq!(view.glance.figure.unwrap().amount, spread.mean.to_exact_string());
    let standard = answer.candidates.iter().find(|c| c.candidate.is_pay_as_you_go()).unwrap();
    let theirs = standard.figures.as_ref().unwrap().cost.monthly;
    let less = theirs.minus(figures.cost.monthly).unwrap();
    let why = view.why.join("\n");
    let said = numbers::money(&less.to_exact_string(), "USD");
    assert!(why.contains(&format!("It costs {said} (")), "{said} not in\n{why}");
    let is_next = |own: &&OptionView| own.feasible && !own.chosen && own.kind != "today";
    let next = view.options.iter().find(is_next).unwrap();
    let more = numbers::money(next.more.as_ref().unwrap(), "USD");
    // Where the comparison with pay-as-you-go has named it, it is not said again.
    let said = format!("The next option, {}, costs {more} a month more.", next.label);
    let known = why.contains("pay-as-you-go alone, the next option.");
    assert!(why.contains(&said) != known, "{said} not in\n{why}");
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
    let said = shown(&strict, &trace, &refused).why;
    let sentence = said.iter().find(|s| s.contains("would be feasible with this")).unwrap();
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

/// Every amount of money in a text.
fn amounts(text: &str) -> Vec<Decimal> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .windows(2)
        .filter(|pair| pair[1].starts_with("USD"))
        .map(|pair| pair[0].trim_start_matches('(').replace(',', "").parse().unwrap())
        .collect()
}

#[test]
fn every_amount_in_a_reason_is_a_figure_of_the_result_or_a_difference_of_two() {
    let uncertain =
        "[uncertain]\nreplications = 16\ntraffic = { low = 0.8, mode = 1, high = 1.2 }\n";
    for (more, load) in [
        (format!("{BOTH}{ONCE}{TODAY}"), even(&[90; 60])),
        (format!("{BOTH}{uncertain}{TODAY}"), even(&[60; 60])),
        (format!("{BOTH}{uncertain}[slo]\nthrottled_share = \"0 %\"\n"), random(3, 3_600_000_000)),
    ] {
        let scenario = scenario("simulate = \"1 hour\"", &more);
        let answer = answer(&scenario, &load);
        let mut costs: Vec<Decimal> = Vec::new();
        for one in &answer.candidates {
            if let Some(figures) = &one.figures {
                costs.push(figures.cost.monthly.amount());
                costs.extend(figures.cost.monthly_parts.iter().map(|p| p.monthly.amount()));
            }
            if let Some(spread) = &one.spread {
                let all = [spread.p10, spread.p50, spread.p90, spread.mean, spread.worst];
                costs.extend(all.iter().map(Money::amount));
                costs.extend(spread.between.iter().flatten().map(Money::amount));
            }
        }
        let mut known = costs.clone();
        for a in &costs {
            known.extend(costs.iter().map(|b| (*a - *b).abs()));
        }
        if let Some(certainty) = &answer.certainty {
            known.push(certainty.regret_mean.amount());
            known.push(certainty.regret_worst.amount());
            let savings = certainty.paired.iter().flat_map(|pair| pair.saving);
            known.extend(savings.map(|saving| saving.amount().abs()));
        }
        let opinion = answer.second_opinion.as_ref().unwrap();
        let said = shown(&scenario, &load, &answer).why;
        for sentence in said.into_iter().chain(differences(opinion)) {
            for amount in amounts(&sentence) {
                // Large amounts are said in whole units, the others to the cent.
                let unit = if amount.scale() == 0 { Decimal::ONE } else { Decimal::new(1, 2) };
                let near = |known: &Decimal| (*known - amount.abs()).abs() * Decimal::TWO <= unit;
                assert!(known.iter().any(near), "{amount} comes from nowhere: {sentence}");
            }
        }
    }
}

#[test]
fn the_next_block_is_worth_what_the_two_sizes_differ_by() {
    let scenario = scenario("simulate = \"1 hour\"", &format!("{BOTH}{ONCE}"));
    let answer = answer(&scenario, &even(&[60; 60]));
    let choice = &answer.candidates[answer.choice.unwrap()];
    let mean = choice.spread.as_ref().unwrap().mean;
    let [less, more] = &answer.marginal;
    for next in [less, more].into_iter().flatten() {
        assert_eq!(next.block_ptu, 5);
        let other = answer
            .candidates
            .iter()
            .find(|c| {
                c.family == choice.family
                    && c.candidate.payment == choice.candidate.payment
                    && c.candidate.total_ptu() == next.total_ptu
            })
            .unwrap();
        let theirs = other.spread.as_ref().unwrap().mean;
        assert_eq!(next.change, theirs.minus(mean).unwrap());
    }
    assert!(more.as_ref().unwrap().change.amount() > Decimal::ZERO, "more than enough is dearer");
}

/// Where a plan with more quota is the answer, what is not known of it is said first, as it is of a
/// choice: no table names the regions of gpt-35-turbo, and its quota at this tier is not known.
#[test]
fn what_is_not_known_of_a_plan_that_asks_for_quota_is_said() {
    let allow = "[allow]\nsku = [\"GlobalStandard\"]\ncommitment = [\"hourly\"]\n[slo]\nthrottled_share = \"1 %\"\n";
    let model = "model = \"gpt-35-turbo\"";
    let asked = scenario_of(model, "simulate = \"1 hour\"", &format!("{allow}{ONCE}"));
    let trace = even(&[60; 60]);
    let found = answer(&asked, &trace);
    assert!(found.choice.is_none() && found.quota.better.is_some());
    assert!(matches!(found.cautions[0], Caution::UnknownAvailability(_)), "{:?}", found.cautions);
    let glance = shown(&asked, &trace, &found).glance;
    assert!(glance.action.starts_with("Ask for"), "{}", glance.action);
    let said = "It is not known whether gpt-35-turbo · GlobalStandard in swedencentral can be had";
    assert!(glance.check_first.starts_with(said), "{}", glance.check_first);
}
