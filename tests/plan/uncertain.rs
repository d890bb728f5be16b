//! Futures: how they are drawn, and what they say of an answer.

use crate::support::{BOTH, answer, decision, even, scenario, shown};
use jiff::civil::date;
use ptuplan::billing::commitment::Term;
use ptuplan::plan::evaluate::evaluate::Evaluated;
use ptuplan::plan::future::Future;
use ptuplan::plan::months::action::MonthAction;
use ptuplan::report::words::months;
use ptuplan::report::words::refusal::message;

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
    // The cheapest is within 1 % of itself; its kind wins at least as often as it does.
    assert!(certainty.best_share <= certainty.near_share && certainty.near_share <= 1.0);
    assert!(certainty.best_share <= certainty.kind_share && certainty.kind_share <= 1.0);
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
    assert_eq!(traffic.values, ["-30%", "+60%"]);
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
    let first = |action: &MonthAction| *action == MonthAction::DeployPtu(sizes[0]);
    assert!(answer.months[0].actions.iter().any(first), "{:?}", answer.months[0].actions);
    // Each month that has another size says so, with the size before it.
    for (pair, month) in sizes.windows(2).zip(&answer.months[1..]) {
        let resize = MonthAction::Resize { from: pair[0], to: pair[1] };
        assert_eq!(month.actions.contains(&resize), pair[0] != pair[1], "{month:?}");
    }
    for month in &answer.months {
        assert!(month.cost[0].amount() <= month.cost[2].amount(), "{month:?}");
    }
}

#[test]
fn the_best_size_has_dearer_ones_on_both_sides_however_wide_the_traffic() {
    for traffic in [
        "low = 0.8, mode = 1, high = 1.2",
        "low = 1, mode = 1, high = 3",
        "low = 0.2, mode = 1, high = 1",
    ] {
        let more = format!(
            "{BOTH}[slo]\nthrottled_share = \"100 %\"\n[uncertain]\nreplications = 16\ntraffic = {{ {traffic} }}\n"
        );
        let answer = answer(&scenario("simulate = \"1 hour\"", &more), &even(&[300; 60]));
        assert!(answer.certainty.as_ref().unwrap().interior, "{traffic}");
        let choice = &answer.candidates[answer.choice.unwrap()];
        let own = choice.spread.as_ref().unwrap().mean.amount();
        let alike: Vec<_> = answer
            .candidates
            .iter()
            .filter(|c| {
                c.family == choice.family && c.candidate.payment == choice.candidate.payment
            })
            .filter_map(|c| Some((c.candidate.total_ptu(), c.spread.as_ref()?.mean.amount())))
            .collect();
        let size = choice.candidate.total_ptu();
        assert!(
            alike.iter().any(|(ptu, cost)| *ptu > size && *cost >= own),
            "{traffic}: {alike:?}"
        );
        let smaller = alike.iter().any(|(ptu, cost)| *ptu < size && *cost >= own);
        assert!(smaller || size == 15, "{traffic}: {alike:?}");
    }
}

#[test]
fn percentiles_and_chances_come_with_how_well_they_are_known() {
    let scenario = scenario(
        "simulate = \"1 hour\"",
        &format!("{BOTH}{UNCERTAIN}[slo]\nthrottled_share = \"0 %\"\n"),
    );
    let answer = answer(&scenario, &even(&[60; 60]));
    let spread = answer.candidates[answer.choice.unwrap()].spread.clone().unwrap();
    for (percentile, [low, high]) in [spread.p10, spread.p50, spread.p90].iter().zip(spread.between)
    {
        assert!(low.amount() <= percentile.amount() && percentile.amount() <= high.amount());
    }
    assert!(spread.between[1][0].amount() < spread.between[1][1].amount());
    let [low, high] = spread.hold_between;
    assert!(low <= spread.hold_share && spread.hold_share <= high && low < high);
    let certainty = answer.certainty.unwrap();
    assert_eq!((certainty.replications, certainty.replications_most), (16, 16));
}

#[test]
fn how_long_answers_take_can_be_uncertain() {
    let slow = "[uncertain]\nreplications = 16\nservice_time = { low = 0.5, mode = 1, high = 4 }\n\
        [slo]\nthrottled_share = \"100 %\"\nlatency.p99 = \"3 s\"\n";
    let answer =
        answer(&scenario("simulate = \"1 hour\"", &format!("{BOTH}{slow}")), &even(&[60; 60]));
    let standard =
        |c: &&ptuplan::plan::evaluate::evaluate::Evaluated| &*c.family == "GlobalStandard alone";
    let replayed = answer.candidates.iter().find(standard).unwrap();
    let held = replayed.spread.as_ref().unwrap().hold_share;
    assert!(held > 0.0 && held < 1.0, "answers of twice the time break the objective: {held}");
}

#[test]
fn a_growth_that_is_certain_is_written_as_one_value() {
    let horizon =
        "[slo]\nthrottled_share = \"0 %\"\n[horizon]\nmonths = 3\n[uncertain]\nreplications = 1\n";
    let levels = |growth: &str| -> Vec<[f64; 3]> {
        let more = format!("{BOTH}{horizon}growth_per_month = {growth}\n");
        let scenario = scenario("length = \"1 month\"\nsimulate = \"1 hour\"", &more);
        answer(&scenario, &even(&[60; 60])).months.iter().map(|month| month.level).collect()
    };
    let point = levels("\"3 %\"");
    for (level, expected) in point.iter().zip([1.0, 1.03, 1.0609]) {
        assert!(level.iter().all(|one| (one - expected).abs() < 1e-3), "{level:?}");
    }
    assert_eq!(point, levels("0.03"));
    assert_eq!(point, levels("{ low = 0.03, mode = \"3 %\", high = 0.03 }"));
}

#[test]
fn quota_that_arrives_and_a_model_that_retires_are_in_the_months() {
    let more = "ptu_quota = { GlobalProvisionedManaged = 20 }\n\
         quota_request = [{ sku = \"GlobalProvisionedManaged\", ptu = 60, arrives = 2027-02-20 }]\n\
         [allow]\nsku = [\"GlobalProvisionedManaged\"]\ncommitment = [\"hourly\", \"1-month\"]\n\
         [slo]\nthrottled_share = \"0 %\"\n[horizon]\nmonths = 6\n[uncertain]\nreplications = 1\n\
         growth_per_month = { low = \"10 %\", mode = \"10 %\", high = \"10 %\" }\n";
    let scenario = scenario("length = \"1 month\"\nsimulate = \"1 hour\"", more);
    let answer = answer(&scenario, &even(&[60; 60]));
    let sizes: Vec<u32> = answer.months.iter().map(|month| month.total_ptu).collect();
    assert!(sizes[..3].iter().all(|size| *size <= 20), "{sizes:?}");
    assert!(sizes[3..].iter().all(|size| *size > 20), "{sizes:?}");
    let does = |index: usize, what: MonthAction| {
        let month = &answer.months[index];
        assert!(month.actions.contains(&what), "{month:?}");
    };
    does(3, MonthAction::QuotaRose { from: 20, to: 60 });
    does(4, MonthAction::MoveOff { model: "gpt-4.1".into(), last: date(2027, 4, 14) });
    let short = &shown(&scenario, &even(&[60; 60]), &answer).outlook.months[2].actions;
    let said = short.iter().any(|action| action.starts_with("not every objective can be kept: "));
    assert!(said, "{short:?}");
}

#[test]
fn a_size_above_the_likely_peak_is_found_where_futures_need_it() {
    // PTUs alone, no refusals, and up to three times the traffic: the sizes of the most likely future all fail too often.
    let more = "[allow]\nsku = [\"GlobalProvisionedManaged\"]\ncommitment = [\"1-year\"]\n\
        [slo]\nthrottled_share = \"0 %\"\n[uncertain]\nreplications = 16\nhold_in = \"100 %\"\n\
        traffic = { low = 1, mode = 1, high = 3 }\n";
    let answer = answer(&scenario("simulate = \"1 hour\"", more), &even(&[60; 60]));
    let choice = &answer.candidates[answer.choice.unwrap()];
    let highest = (0..16)
        .map(|n| Future::draw(&scenario("simulate = \"1 hour\"", more), n).level)
        .fold(0.0, f64::max);
    // 60 calls of 1,000 weighted tokens a minute are 20 PTU; thinning is random, so a step more or less is luck.
    let needed = 20.0 * highest;
    let size = f64::from(choice.candidate.total_ptu());
    assert!(size >= needed - 5.0 && size <= needed + 20.0, "{size} of {needed}");
    assert!(choice.spread.as_ref().unwrap().hold_share >= 1.0);
}

#[test]
fn the_smallest_size_that_holds_in_the_futures_is_reached_in_few_steps() {
    // 100 calls of 1,000 weighted tokens a minute in the most likely future, up to 18 times as many: some
    // 600 PTU with 100,000 tokens a minute behind them. A step at a time that would be a hundred sizes.
    let more = "[allow]\nsku = [\"GlobalStandard\", \"GlobalProvisionedManaged\"]\ncommitment = [\"1-year\"]\n\
        [slo]\nthrottled_share = \"0 %\"\n[uncertain]\nreplications = 16\nhold_in = \"90 %\"\n\
        traffic = { low = 1, mode = 1, high = HIGH }\n";
    let limited = "quota = [{ sku = \"GlobalStandard\", model = \"gpt-4.1\", tokens_per_minute = 100_000 }]\n";
    for high in [7, 18] {
        let more = format!("{limited}{}", more.replace("HIGH", &high.to_string()));
        let answer = decision(&scenario("simulate = \"1 hour\"", &more), &even(&[100; 60]));
        let choice = &answer.candidates[answer.choice.unwrap()];
        let held = choice.spread.as_ref().unwrap();
        assert!(held.hold_share >= 0.9 && held.replications == 16, "{held:?}");
        let alike = |one: &&Evaluated| one.family == choice.family && one.spread.is_some();
        let replayed: Vec<_> = answer.candidates.iter().filter(alike).collect();
        // What is smaller is feasible in no way of paying, replayed or not.
        let smaller = answer.candidates.iter().filter(|one| {
            one.family == choice.family && one.candidate.total_ptu() < choice.candidate.total_ptu()
        });
        assert!(smaller.clone().count() > 3 && !smaller.clone().any(Evaluated::is_feasible));
        let inherited = smaller.filter(|one| one.spread.is_none() && one.figures.is_some());
        let said = inherited.flat_map(|one| &one.reasons).map(message);
        assert!(said.into_iter().any(|why| why.contains("with the larger size of ")));
        // The size a step smaller was replayed, and was given up as soon as it had failed too often.
        let size = choice.candidate.total_ptu();
        let smaller = replayed.iter().find(|one| one.candidate.total_ptu() == size - 5).unwrap();
        assert!(!smaller.is_feasible(), "{size}");
        assert!(smaller.spread.as_ref().unwrap().hold_share < 0.9);
        assert!(replayed.iter().any(|one| one.spread.as_ref().unwrap().replications == 8));
        assert!(size > 100 && replayed.len() < 40, "{size} PTU by {} sizes", replayed.len());
        let certainty = answer.certainty.as_ref().unwrap();
        assert!(certainty.replications == 16 && certainty.interior, "{certainty:?}");
    }
}

#[test]
fn a_choice_has_been_replayed_whatever_the_futures_break() {
    // A budget that the most likely future keeps and many others break: a larger size is no help.
    for (high, budget) in [(2, 44_000), (4, 48_000), (4, 56_000), (4, 72_000)] {
        let more = format!(
            "{BOTH}[slo]\nthrottled_share = \"1 %\"\n[require]\nbudget = \"{budget} USD a month\"\n\
             [uncertain]\nreplications = 16\ntraffic = {{ low = 0.5, mode = 1, high = {high} }}\n"
        );
        let answer = decision(&scenario("simulate = \"1 hour\"", &more), &even(&[400; 60]));
        if let Some(choice) = answer.choice {
            assert!(answer.candidates[choice].spread.is_some(), "{high} {budget}");
            assert!(answer.certainty.is_some(), "{high} {budget}");
        }
    }
}

#[test]
fn what_serves_less_is_not_called_the_least_dear_at_worst() {
    let more = "[allow]\nsku = [\"GlobalStandard\", \"GlobalProvisionedManaged\"]\ncommitment = [\"1-year\"]\n\
        [slo]\nthrottled_share = \"5 %\"\n[uncertain]\nreplications = 16\nhold_in = \"50 %\"\n\
        traffic = { low = 1, mode = 1, high = 6 }\n";
    let answer = answer(&scenario("simulate = \"1 hour\"", more), &even(&[90; 60]));
    let certainty = answer.certainty.as_ref().unwrap();
    let held = |name: &str| {
        let one = answer.candidates.iter().find(|c| &*c.candidate.name == name).unwrap();
        one.spread.as_ref().unwrap().hold_share
    };
    let choice = &answer.candidates[answer.choice.unwrap()].candidate.name;
    assert!(held(&certainty.least_worst) >= held(choice));
}

#[test]
fn the_ranking_goes_by_what_is_expected() {
    let scenario = scenario(
        "simulate = \"1 hour\"",
        &format!("{BOTH}{UNCERTAIN}[slo]\nthrottled_share = \"1 %\"\n"),
    );
    let answer = answer(&scenario, &even(&[60; 60]));
    assert_eq!(answer.expected.len(), answer.candidates.len());
    let feasible: Vec<_> = answer
        .candidates
        .iter()
        .zip(&answer.expected)
        .filter(|(one, _)| one.is_feasible())
        .map(|(one, cost)| (one.spread.as_ref().map(|s| s.mean), cost.unwrap()))
        .collect();
    // The choice is replayed; behind it nothing is out of order.
    assert!(feasible[1..].windows(2).all(|pair| pair[0].1.amount() <= pair[1].1.amount()));
    assert!(feasible.iter().all(|(mean, cost)| mean.is_none_or(|mean| mean == *cost)));
}

#[test]
fn a_runner_up_is_another_kind_not_another_size_or_region() {
    let more = BOTH.replace("[allow]", "[allow]\nregion = [\"westeurope\"]");
    let scenario =
        scenario("simulate = \"1 hour\"", &format!("{more}[slo]\nthrottled_share = \"1 %\"\n"));
    let answer = answer(&scenario, &even(&[60; 60]));
    let [choice, other] =
        [answer.choice, answer.runner_up].map(|index| &answer.candidates[index.unwrap()].candidate);
    assert!(choice.kind() != other.kind(), "{} and {}", choice.name, other.name);
    let twin = answer.candidates.iter().any(|c| {
        c.candidate.kind() == choice.kind()
            && c.candidate.deployments[0].region.name != choice.deployments[0].region.name
    });
    assert!(twin, "the other region was looked at");
    let said = shown(&scenario, &even(&[60; 60]), &answer).why.join("\n");
    assert!(said.contains("The same in westeurope costs the same"), "{said}");
}

#[test]
fn a_plan_of_years_grows_to_sizes_that_serve_and_does_not_dither() {
    // Traffic grows to the twelvefold, and pay-as-you-go alone is not allowed to help.
    let more = "[allow]\nsku = [\"GlobalProvisionedManaged\"]\ncommitment = [\"hourly\", \"1-month\", \"1-year\"]\n\
        [slo]\nthrottled_share = \"0.1 %\"\n[horizon]\nmonths = 18\n[uncertain]\nreplications = 1\n\
        growth_per_month = { low = \"16 %\", mode = \"16 %\", high = \"16 %\" }\n";
    let scenario = scenario("length = \"1 month\"\nsimulate = \"1 hour\"", more);
    let answer = answer(&scenario, &even(&[40; 60]));
    let sizes: Vec<u32> = answer.months.iter().map(|month| month.total_ptu).collect();
    assert!(answer.months.iter().all(|month| month.feasible[1]), "{sizes:?}");
    assert!(sizes.windows(2).all(|pair| pair[0] <= pair[1]), "{sizes:?}");
    // 40 calls of 1,000 weighted tokens a minute are 13.3 PTU.
    let last = 13.3 * answer.months[17].level[1];
    assert!(f64::from(sizes[17]) > last * 0.9 && f64::from(sizes[17]) < last * 1.3, "{sizes:?}");
}

#[test]
fn every_action_of_a_month_reads_as_a_part_of_a_sentence() {
    let day = date(2027, 4, 14);
    let said: Vec<(MonthAction, &str)> = vec![
        (MonthAction::PayAsYouGo, "stay with pay-as-you-go"),
        (MonthAction::Deploy("GlobalBatch".into()), "deploy GlobalBatch"),
        (MonthAction::DeployPtu(15), "deploy 15 PTU first"),
        (MonthAction::Resize { from: 15, to: 20 }, "resize from 15 to 20 PTU"),
        (MonthAction::Run { instances: 2 }, "run 2 instances"),
        (MonthAction::Scale { from: 2, to: 1 }, "go from 2 to 1 instances"),
        (MonthAction::Owned(15), "reservations owned cover 15 PTU"),
        (MonthAction::Owned(0), "no reservation that is owned is left"),
        (
            MonthAction::Reserve { ptu: 15, term: Term::OneYear, on: Some(day) },
            "reserve 15 PTU for 1 year on 2027-04-14",
        ),
        (
            MonthAction::Reserve { ptu: 5, term: Term::OneMonth, on: None },
            "reserve 5 PTU for 1 month",
        ),
        (MonthAction::Renew(5), "renew 5 PTU for 1 month"),
        (MonthAction::Hourly(10), "leave 10 PTU at the hourly price"),
        (MonthAction::QuotaRose { from: 20, to: 60 }, "PTU quota has risen from 20 to 60"),
        (
            MonthAction::MoveOff { model: "gpt-4.1".into(), last: day },
            "move off gpt-4.1 before it retires after 2027-04-14: later months stand for a \
             successor of the same throughput and prices",
        ),
        (
            MonthAction::Retired { model: "gpt-4.1".into(), last: day },
            "gpt-4.1 is retired since 2027-04-14",
        ),
    ];
    for (action, words) in said {
        assert_eq!(months::action(&action), words);
    }
}
