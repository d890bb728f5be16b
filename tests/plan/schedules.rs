//! PTUs by the hour of the day, and paid in a mix.

use crate::support::{BOTH, ONCE, catalog, chosen_cost, decision, even, scenario};
use ptuplan::billing::commitment::Term;
use ptuplan::plan::candidates::candidate::candidate;
use ptuplan::plan::candidates::family::families;
use ptuplan::plan::evaluate::evaluate::Evaluated;
use ptuplan::plan::question::Question;
use ptuplan::plan::{recommend::recommend, workers::Serial};
use ptuplan::scenario::question::named::Payment;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::question::schedule::TwoSizes;
use ptuplan::scenario::run::evaluate::simulate;
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;

/// Requests of 10,000 weighted tokens: a PTU works off 0.3 a minute.
fn large(per_minute: &[u64]) -> Trace {
    let trace = even(per_minute);
    let count = trace.len();
    Trace::new(trace.arrival_us, vec![9_600; count], vec![100; count])
}

/// 5 requests a minute by night (17 PTU), 17 from 10 to 12 (57 PTU) and 14 otherwise from 8 to 18 (47 PTU).
fn day() -> Trace {
    let per_minute: Vec<u64> = (0..1_440)
        .map(|minute| match minute / 60 {
            10..12 => 17,
            8..18 => 14,
            _ => 5,
        })
        .collect();
    large(&per_minute)
}

fn month(allow: &str) -> Scenario {
    let allow =
        BOTH.replace("\"GlobalStandard\", ", "").replace("[allow]\n", &format!("[allow]\n{allow}"));
    scenario(
        "length = \"1 month\"\nsimulate = \"1 day\"",
        &format!("{allow}{ONCE}[slo]\nthrottled_share = \"0 %\"\n"),
    )
}

fn two_sizes(one: &Evaluated) -> TwoSizes {
    one.candidate.deployments[0].schedule.unwrap().two_sizes().unwrap()
}

#[test]
fn a_day_above_a_base_is_deployed_by_the_hour_and_only_the_base_is_reserved() {
    // By the hour a PTU-hour costs 1, reserved for a year 221 a month or 0.297 an hour of the month. PTUs above the base
    // that are needed two hours of the day cost 62 a month.
    let mut per_minute = vec![5; 1_440];
    per_minute[600..720].fill(17);
    let trace = large(&per_minute);
    let constant = decision(&month(""), &trace);
    let resized = decision(&month("schedule = true\n"), &trace);
    let choice = &resized.candidates[resized.choice.unwrap()];
    assert_eq!(choice.candidate.payment, Payment::Mixed, "{}", choice.candidate.name);
    let schedule = two_sizes(choice);
    // What is in flight at noon may ask for an hour more.
    let hours = schedule.until_hour as i64 - 10;
    assert!(schedule.from_hour == 10 && (2..=3).contains(&hours), "{schedule:?}");
    assert_eq!((schedule.low_ptu, choice.candidate.total_ptu()), (20, 60));
    let figures = choice.figures.as_ref().unwrap();
    let bought: Vec<(u32, Term)> =
        figures.reservations.iter().map(|own| (own.quantity_ptu, own.term)).collect();
    assert_eq!(bought, [(20, Term::OneYear)]);
    let expected = Decimal::from(20 * 221 + 40 * hours * 31);
    assert_eq!(figures.cost.monthly.amount(), expected);
    assert!(chosen_cost(&resized) < chosen_cost(&constant));
}

/// What is owned is paid for in every size: 100 PTUs owned do not make the next ones dearer. 29
/// requests a minute need 97 PTUs, 38 in five hours of the day 127: 30 PTUs for five or six hours of
/// 31 days cost less than 221 a month each.
#[test]
fn beyond_what_is_owned_the_hours_are_priced_as_they_are() {
    let owned = "[[terms.reservation]]\nid = \"owned\"\nsku = \"GlobalProvisionedManaged\"\n\
        quantity_ptu = 100\nterm = \"1-year\"\nstart = 2026-11-15\nrenews = true\n";
    let allow = "[allow]\nschedule = true\nsku = [\"GlobalProvisionedManaged\"]\n\
        commitment = [\"hourly\", \"1-month\", \"1-year\"]\n";
    let scenario = scenario(
        "length = \"1 month\"\nsimulate = \"1 day\"",
        &format!("{allow}{ONCE}{owned}[slo]\nthrottled_share = \"0 %\"\n"),
    );
    let mut per_minute = vec![29; 1_440];
    per_minute[600..900].fill(38);
    let trace = large(&per_minute);
    let answer = decision(&scenario, &trace);
    let choice = &answer.candidates[answer.choice.unwrap()];
    let schedule = choice.candidate.deployments[0].schedule.unwrap();
    assert_eq!((schedule.low_ptu(), choice.candidate.total_ptu()), (100, 130), "{schedule:?}");
    let day = schedule.sizes[0];
    assert!(day[10..15].iter().all(|size| *size >= 125), "{schedule:?}");
    let above = i64::from(day.iter().map(|size| size - 100).sum::<u32>());
    assert!((5 * 25..=6 * 30).contains(&above), "{schedule:?}");
    let figures = choice.figures.as_ref().unwrap();
    let bought: Vec<u32> = figures.reservations.iter().map(|own| own.quantity_ptu).collect();
    assert_eq!(bought, [100]);
    // 31 of the 365 days of the year that was paid for, and the hours.
    let expected = Decimal::from(2_652 * 100 * 31) / Decimal::from(365) + Decimal::from(above * 31);
    let found = figures.cost.monthly.amount();
    assert!((found - expected).abs() < Decimal::new(1, 6), "{found} {expected}");
}

#[test]
fn hours_that_pay_for_a_reservation_are_reserved() {
    let trace = day();
    let choice = decision(&month("schedule = true\n"), &trace);
    let best = &choice.candidates[choice.choice.unwrap()];
    // Ten hours a day are 310 a month: dearer than 221. Two hours are not.
    let schedule = two_sizes(best);
    assert!(schedule.from_hour >= 8 && schedule.until_hour <= 13, "{schedule:?}");
    let figures = best.figures.as_ref().unwrap();
    assert_eq!(figures.reservations[0].quantity_ptu, schedule.low_ptu);
    let hours = (schedule.until_hour - schedule.from_hour) as i64;
    let (low, high) = (i64::from(schedule.low_ptu), i64::from(best.candidate.total_ptu()));
    let expected = Decimal::from(low * 221 + (high - low) * hours * 31);
    assert_eq!(figures.cost.monthly.amount(), expected);
}

#[test]
fn without_an_hourly_price_or_leave_nothing_is_resized() {
    for allow in ["", "schedule = true\n"] {
        let mut scenario = month(allow);
        if !allow.is_empty() {
            scenario.allow.payments.retain(|payment| *payment != Payment::Hourly);
        }
        let answer = decision(&scenario, &day());
        assert!(answer.candidates.iter().all(|c| c.candidate.deployments[0].schedule.is_none()));
    }
}

#[test]
fn everything_around_a_scheduled_choice_is_made() {
    let mut scenario = month("schedule = true\n");
    scenario.horizon_months = 3;
    let traces = [day()];
    let question = Question { scenario: &scenario, catalog: catalog(), traces: &traces };
    let answer = recommend(question, &Serial).unwrap();
    assert_eq!(answer.months.len(), 3);
    assert!(answer.grid.is_some());
    assert!(!answer.sensitivity.is_empty());
}

/// The least that two sizes a day cost, by trying all: those that would cost less than `below` must refuse somebody.
fn cheapest_schedule(
    scenario: &Scenario,
    trace: &Trace,
    below: Decimal,
) -> Option<(u8, u8, u32, u32)> {
    let family = families(scenario, catalog()).unwrap().remove(0);
    let sizes: Vec<u32> = family.sizes(30).collect();
    for from in 0..24_u8 {
        for hours in 1..13_u8 {
            for (index, high) in sizes.iter().enumerate() {
                for low in &sizes[..index] {
                    // By the hour a PTU costs 1; 221 reserved for a year's month: the cheaper for the hours above the base.
                    let above = Decimal::from(31 * u32::from(hours)).min(Decimal::from(221));
                    let cost = Decimal::from(221 * low) + above * Decimal::from(high - low);
                    if cost >= below {
                        continue;
                    }
                    let mut one = candidate(&family, *high, Payment::Mixed);
                    let until = (from + hours) % 24;
                    let two = TwoSizes {
                        from_hour: usize::from(from),
                        until_hour: usize::from(until),
                        weekdays: false,
                        low_ptu: *low,
                        high_ptu: *high,
                    };
                    one.deployments[0].schedule = Some(two.schedule());
                    let traces = [trace.clone().with_seed(scenario.seed)];
                    let simulated = simulate(scenario, catalog(), &traces, &one).unwrap();
                    let refused: u64 = simulated.outcome.streams.iter().map(|s| s.failed).sum();
                    if refused == 0 {
                        return Some((from, until, *low, *high));
                    }
                }
            }
        }
    }
    None
}

#[test]
fn no_two_sizes_a_day_are_cheaper_than_the_schedule_found() {
    // A call of 45,000 weighted tokens an interval: 15 PTU take one a minute, 30 take two.
    for seed in 0..2_u64 {
        let (from, hours) = (splitmix64(seed) % 20, 2 + splitmix64(seed ^ 9) % 6);
        let busy = |hour: u64| (hour + 24 - from) % 24 < hours;
        let arrivals: Vec<u64> = (0..1_440_u64)
            .flat_map(|minute| {
                let count = if busy(minute / 60) { 6 } else { 1 };
                (0..count).map(move |n| minute * 60_000_000 + n * 60_000_000 / count)
            })
            .filter(|at| at / 60_000_000 % 4 == 0)
            .collect();
        let count = arrivals.len();
        let trace = Trace::new(arrivals, vec![44_600; count], vec![100; count]);
        let mut scenario = month("schedule = true\n");
        scenario.seed = seed;
        let answer = decision(&scenario, &trace);
        let choice = &answer.candidates[answer.choice.unwrap()];
        let cost = chosen_cost(&answer).unwrap();
        let better = cheapest_schedule(&scenario, &trace, cost);
        assert_eq!(better, None, "case {seed}: {} at {cost}", choice.candidate.name);
    }
}

/// 5 requests a minute by night (17 PTU), 14 from 9 to 14 (47 PTU) and 17 from 11 to 13 (57 PTU).
fn three_sizes() -> Trace {
    let per_minute: Vec<u64> = (0..1_440)
        .map(|minute| match minute / 60 {
            11..13 => 17,
            9..14 => 14,
            _ => 5,
        })
        .collect();
    large(&per_minute)
}

#[test]
fn a_day_of_three_levels_is_deployed_in_three_sizes() {
    // Six hours a day of a PTU cost 186 a month, two cost 62: both less than 221 reserved for a year. What is in flight at
    // the end of five asks for a sixth. With two sizes the PTUs of the busiest hours stay for all of them.
    let answer = decision(&month("schedule = true\n"), &three_sizes());
    let best = &answer.candidates[answer.choice.unwrap()];
    let schedule = best.candidate.deployments[0].schedule.unwrap();
    let mut sizes: Vec<u32> = schedule.sizes[0].to_vec();
    sizes.sort_unstable();
    sizes.dedup();
    assert_eq!(sizes, [20, 50, 60], "{schedule:?}");
    assert_eq!(schedule.sizes[0][0], 20);
    assert_eq!(schedule.sizes[0][9], 50);
    assert_eq!(schedule.sizes[0][11..13], [60, 60]);
    // The bill is that of the hours: the base reserved, the rest by the hour.
    let above: u32 = schedule.sizes[0].iter().map(|size| size - 20).sum();
    assert_eq!(chosen_cost(&answer), Some(Decimal::from(20 * 221 + above * 31)));
    let two = answer.candidates.iter().filter(|one| {
        let own = one.candidate.deployments[0].schedule.as_ref();
        one.is_feasible() && own.is_some_and(|own| own.two_sizes().is_some())
    });
    let cost = |one: &Evaluated| one.figures.as_ref().unwrap().cost.monthly.amount();
    assert!(two.map(cost).min().is_some_and(|two| Some(two) > chosen_cost(&answer)));
}

#[test]
fn a_short_dip_is_not_worth_the_risk_of_finding_no_capacity() {
    // Three hours without load in the middle of the day; what is in flight takes the first of them.
    let dip = |minutes: u32| {
        let mut per_minute: Vec<u64> = vec![5; 1_440];
        per_minute[9 * 60..11 * 60].fill(14);
        per_minute[14 * 60..16 * 60].fill(14);
        let mut scenario = month("schedule = true\n");
        let place = ptuplan::units::diagnostic::Place::default();
        scenario.parameters.insert("capacity-risk".to_owned(), (minutes.to_string(), place));
        let answer = decision(&scenario, &large(&per_minute));
        let own = answer.candidates.iter().filter_map(|one| one.candidate.deployments[0].schedule);
        own.filter(|own| own.two_sizes().is_none()).map(|own| own.sizes[0][13]).min()
    };
    let given_up = dip(0).is_some_and(|low| low <= 20);
    assert!(given_up, "PTUs are given up in between where that bears no risk");
    assert_eq!(dip(90), None, "two hours of them are worth less than the risk");
}
