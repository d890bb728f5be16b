//! The months after the first decide: which of them fall short, what they take, and when another kind of plan is better.
//!
//! Every call has 600 input and 100 output tokens. On gpt-4.1 it costs 600 × 2 + 100 × 8 = 2,000 millionths of a USD, counts as
//! 600 + 100 = 700 tokens of a minute's limit and as 1,000 weighted tokens, of which a PTU serves 3,000 a minute.
//! December 2026 and January 2027 have 744 hours, February 2027 has 672. Traffic doubles from month to month.

use crate::kinds::{MACHINES, SERVE, allow, month};
use crate::support::{ONCE, catalog, even, scenario, shown};
use jiff::civil::date;
use ptuplan::catalog::{Catalog, embedded};
use ptuplan::plan::constraints::constraint::Constraint;
use ptuplan::plan::months::horizon::HowPaid;
use ptuplan::plan::question::Question;
use ptuplan::plan::quota::QuotaKind;
use ptuplan::plan::recommend::{Recommendation, recommend_briefly};
use ptuplan::plan::workers::Serial;
use ptuplan::report::view::RecommendationView;
use ptuplan::report::words::refusal::words;
use ptuplan::scenario::question::named::Payment;
use ptuplan::scenario::question::scenario::Scenario;
use rust_decimal::Decimal;

const STANDARD: &str = "[allow]\nsku = [\"GlobalStandard\"]\ncommitment = [\"hourly\"]\n";
const BOTH: &str = "[allow]\nsku = [\"GlobalStandard\", \"GlobalProvisionedManaged\"]\n\
    commitment = [\"hourly\", \"1-month\", \"1-year\"]\n";

/// Months of traffic that doubles, under a limit of so many tokens a minute.
fn doubling(limit: u64, allow: &str, months: u32) -> Scenario {
    let more = format!(
        "quota = [{{ model = \"gpt-4.1\", sku = \"GlobalStandard\", tokens_per_minute = {limit}, \
         requests_per_minute = 100000 }}]\n{allow}[slo]\nthrottled_share = \"0 %\"\n\
         [horizon]\nmonths = {months}\n{ONCE}growth_per_month = \"100 %\"\n"
    );
    scenario("length = \"1 month\"\nsimulate = \"1 hour\"", &more)
}

fn planned(scenario: &Scenario, per_minute: u64) -> (Recommendation, RecommendationView) {
    let trace = even(&[per_minute; 60]);
    let traces = [trace.clone().with_seed(scenario.seed)];
    let question = Question { scenario, catalog: catalog(), traces: &traces };
    let answer = recommend_briefly(question, &Serial).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let view = shown(scenario, &trace, &answer);
    (answer, view)
}

/// 60 calls a minute count 42,000 tokens in December, 84,000 in January and 168,000 in February: 100,000 are too few then.
#[test]
fn a_later_month_that_is_throttled_decides() {
    let scenario = doubling(100_000, STANDARD, 3);
    let (answer, view) = planned(&scenario, 60);
    let horizon = answer.horizon.as_ref().unwrap();
    let short: Vec<bool> = horizon.broken.iter().map(|broken| !broken.is_empty()).collect();
    assert_eq!(short, [false, false, true], "{:?}", horizon.broken);
    assert!(horizon.broken[2][0].excess > 0.0, "{:?}", horizon.broken);
    assert!(answer.choice.is_some() && !answer.is_feasible(), "feasible in December alone");

    // What to ask for is what February takes, at least its mean load, with the month it is of.
    let of = |kind| answer.quota.choice.iter().find(move |need| need.kind == kind).unwrap();
    let tokens = of(QuotaKind::TokensPerMinute);
    assert!((168_000..=230_000).contains(&tokens.needed), "{tokens:?}");
    assert_eq!((tokens.held, tokens.month), (Some(100_000), Some(date(2027, 2, 1))));
    assert_eq!(answer.quota.is_enough, Some(true));
    // With it every call is served: 3,600 calls an hour, twice and four times as many later, at 0.002 USD.
    let calls = 3_600 * (744 + 2 * 744 + 4 * 672);
    let option = &answer.quota.options[answer.quota.better.unwrap()];
    assert_eq!(option.total.unwrap().amount(), Decimal::new(calls * 2, 3));

    let glance = &view.glance;
    assert!(glance.action.starts_with("By February 2027 ask for "), "{}", glance.action);
    assert!(glance.action.contains("TPM of GlobalStandard"), "{}", glance.action);
    let why = glance.reasons.iter().take(3).find(|why| why.contains("falls short"));
    let said = why.unwrap_or_else(|| panic!("{:?}", glance.reasons));
    assert!(
        said.starts_with(
            "Without that quota: in 1 of 3 months the plan falls short, first in February 2027"
        ),
        "{said}"
    );
    let months = &view.outlook.horizon.as_ref().unwrap().months;
    assert!(!months[2].holds && months[2].broken[0].contains("429"), "{:?}", months[2]);
    #[cfg(feature = "report")]
    {
        use ptuplan::report::text::{layout::Ink, recommendation::recommendation};
        let text = recommendation(&view, Ink::Plain, 100);
        assert!(text.contains("(February 2027)"), "{text}");
        assert!(text.contains("in 1 of 3 months, first in 2027-02"), "{text}");
    }
}

/// Of PTUs alone under a quota of 20, 60 calls a minute take 20 in December, 40 in January and 80 in February.
#[test]
fn a_quota_of_ptus_that_is_too_small_later_is_named_with_the_size_and_the_month() {
    let allow = "ptu_quota = { GlobalProvisionedManaged = 25 }\n\
        [allow]\nsku = [\"GlobalProvisionedManaged\"]\ncommitment = [\"hourly\", \"1-month\"]\n";
    let scenario = doubling(100_000, allow, 3);
    let (answer, view) = planned(&scenario, 60);
    assert!(!answer.is_feasible());
    let horizon = answer.horizon.as_ref().unwrap();
    assert!(horizon.broken[0].is_empty() && !horizon.broken[1].is_empty(), "{:?}", horizon.broken);
    let ptu = &answer.quota.choice[0];
    assert_eq!((ptu.kind, ptu.held, ptu.month), (QuotaKind::Ptu, Some(25), Some(date(2027, 2, 1))));
    assert!((80..=100).contains(&ptu.needed), "{ptu:?}");
    let action = &view.glance.action;
    assert!(action.starts_with("By January 2027 ask for "), "{action}");
    assert!(action.contains("PTU of GlobalProvisionedManaged"), "{action}");
    assert!(!view.glance.how_sure.starts_with("Every objective holds in all"), "{:?}", view.glance);
}

/// 10 calls a minute cost 892.80 USD in December and 1,785.60 in January by the token; in February 40 calls a minute count
/// 28,000 tokens, above the 20,000 there are, and take 13.3 PTU: 15, reserved for a year, cost 15 × 221 = 3,315 a month.
/// More quota would serve February for 3,225.60.
#[test]
fn another_kind_of_plan_takes_over_where_the_first_falls_short() {
    let scenario = doubling(20_000, BOTH, 3);
    let (answer, view) = planned(&scenario, 10);
    assert!(answer.is_feasible(), "{:?}", answer.horizon.as_ref().unwrap().broken);
    let horizon = answer.horizon.as_ref().unwrap();
    let plan = horizon.courses.iter().find(|course| course.is_plan).unwrap();
    let from: Vec<usize> = plan.stretches.iter().map(|stretch| stretch.from).collect();
    assert_eq!(from, [0, 2], "{plan:?}");
    assert!(plan.stretches[0].candidate.is_pay_as_you_go());
    let ptu = plan.stretches[1].candidate.total_ptu();
    assert!((15..=20).contains(&ptu), "{plan:?}");
    let least = Decimal::new(89_280 + 178_560 + 331_500, 2);
    assert!(plan.total.amount() >= least && plan.total.amount() <= least + Decimal::from(5 * 221));
    assert_eq!(plan.total, horizon.bill.totals().effective, "one cost");
    let alone = horizon.courses.iter().find(|course| !course.failing.is_empty()).unwrap();
    assert_eq!(alone.failing, [2], "pay-as-you-go throughout fails in February alone");

    let action = &view.glance.action;
    assert!(action.starts_with("Ask for 28k TPM of GlobalStandard: 5,904 USD over 3"), "{action}");
    let without = format!("Without it: GlobalStandard, then {ptu} PTU Global");
    assert!(action.contains(&without) && action.contains(" from February 2027, "), "{action}");
    let months = &view.outlook.months;
    assert!(months[2].actions[0].starts_with("change to "), "{:?}", months[2].actions);
}

/// 30 calls a minute cost 2,678.40 USD in December by the token, and 15 PTU 3,315; in January 60 cost 5,356.80, and 20 PTU
/// 4,420; 120 and 240 calls a minute 9,676.80 and 21,427.20, and 40 and 80 PTU 8,840 and 17,680.
#[test]
fn a_plan_is_changed_when_another_kind_is_cheaper_from_then_on() {
    let scenario = doubling(10_000_000, BOTH, 4);
    let (answer, view) = planned(&scenario, 30);
    let horizon = answer.horizon.as_ref().unwrap();
    let plan = horizon.courses.iter().find(|course| course.is_plan).unwrap();
    let tokens = Decimal::new(267_840 + 535_680 + 967_680 + 2_142_720, 2);
    let whole = horizon.courses.iter().filter(|course| course.stretches.len() == 1);
    let by_token = |course: &&ptuplan::plan::months::course::CourseOption| {
        course.stretches[0].candidate.is_pay_as_you_go()
    };
    let throughout = whole.clone().find(by_token).unwrap();
    assert_eq!(throughout.total.amount(), tokens);
    assert!(plan.total.amount() < tokens * Decimal::new(99, 2), "{plan:?}");
    assert!(
        horizon
            .courses
            .iter()
            .all(|other| { other.total.amount() * Decimal::new(101, 2) >= plan.total.amount() })
    );
    assert!(plan.stretches.last().unwrap().candidate.total_ptu() > 0, "{plan:?}");
    let (action, sure) = (&view.glance.action, &view.glance.how_sure);
    assert!(action.starts_with("Pay as you go: GlobalStandard"), "{action}");
    assert!(action.contains("; change ") && action.contains(" in January 2027"), "{action}");
    assert!(sure.contains("All 4 months hold"), "{sure}");
    // Both sums stand in the first reasons.
    let sums = "Over the 4 months ";
    let why = view.glance.reasons.iter().take(3).find(|why| why.starts_with(sums));
    let said = why.unwrap_or_else(|| panic!("{:?}", view.glance.reasons));
    assert!(said.contains("; GlobalStandard throughout costs 39,139 USD"), "{said}");
}

/// gpt-4.1 retires on 2027-04-14: the months from then on are served by nobody, whatever was simulated.
#[test]
fn months_after_a_model_has_ended_are_not_said_to_hold() {
    let more = format!("{BOTH}{ONCE}[horizon]\nmonths = 6\n");
    let scenario = scenario("length = \"1 month\"\nsimulate = \"1 hour\"", &more);
    let (_, view) = planned(&scenario, 60);
    let (sure, first) = (&view.glance.how_sure, &view.glance.check_first);
    assert!(sure.contains("The first 4 of 6 months hold in the most likely future: "), "{sure}");
    assert!(!sure.contains("All 6 months"), "{sure}");
    assert!(first.contains("2027-04-14") && first.contains("fail (410)"), "{first}");
}

/// 60 calls a minute take 20 PTU, and 1.17 times as many, the 90th percentile of a triangle from 0.7 to 1.3, take 25.
#[test]
fn a_later_month_holds_in_the_share_of_futures_asked_for_as_the_first_does() {
    let more = "[allow]\nsku = [\"GlobalProvisionedManaged\"]\n\
        commitment = [\"hourly\", \"1-month\", \"1-year\"]\n[slo]\nthrottled_share = \"0 %\"\n\
        [horizon]\nmonths = 3\n[uncertain]\nreplications = 12\n\
        traffic = { low = 0.7, mode = 1, high = 1.3 }\n";
    let scenario = scenario("length = \"1 month\"\nsimulate = \"1 hour\"", more);
    let (answer, _) = planned(&scenario, 60);
    let horizon = answer.horizon.as_ref().unwrap();
    for month in &answer.months[1..] {
        assert!(month.total_ptu >= 25 && month.feasible == [true; 3], "{month:?}");
    }
    assert_eq!(horizon.holds[1..], [[true; 3]; 2]);
}

/// The catalogue without the price of output of gpt-4.1 as GlobalStandard after 14 February 2027.
fn until_february() -> Catalog {
    ending("prices.csv", "gpt-4.1,global,standard,default,output,")
}

/// The catalogue in which the rows of a table that say so end on 14 February 2027.
fn ending(table: &str, part: &str) -> Catalog {
    let edited = |text: &str| {
        let lines = text.lines().map(|line| match line.contains(part) {
            true => format!("{}\n", line.replacen(",,", ",2027-02-14,", 1)),
            false => format!("{line}\n"),
        });
        lines.collect::<String>()
    };
    let files = embedded::FILES.iter().map(|(name, text)| {
        let text = if *name == table { edited(text) } else { (*text).to_owned() };
        (format!("mine/{name}"), text)
    });
    Catalog::from_files(&files.collect::<Vec<_>>()).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// A price that is missing in a later month refuses who needs it, with the price and the day; the
/// others are answered.
#[test]
fn a_price_that_ends_in_a_later_month_refuses_who_needs_it() {
    let catalog = until_february();
    let asked = |months: u32| {
        let scenario = doubling(10_000_000, BOTH, months);
        let traces = [even(&[60; 60]).with_seed(scenario.seed)];
        let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
        recommend_briefly(question, &Serial).unwrap_or_else(|wrong| panic!("{wrong:?}"))
    };
    let tokens = |answer: &Recommendation| {
        let found = answer.candidates.iter().find(|one| one.candidate.is_pay_as_you_go());
        found.unwrap().clone()
    };
    // Two months end before the price does.
    assert!(tokens(&asked(2)).is_feasible());
    let answer = asked(3);
    let standard = tokens(&answer);
    assert!(standard.figures.is_none());
    assert_eq!(standard.reasons.len(), 1, "{:?}", standard.reasons);
    assert_eq!(standard.reasons[0].constraint, Constraint::PublishedPrice);
    let said = words(&standard.reasons[0]).message;
    assert!(said.contains("output on 2027-02-28 (last 2027-02-14, mine/prices.csv:"), "{said}");
    let chosen = &answer.candidates[answer.choice.unwrap()].candidate;
    assert!(chosen.total_ptu() > 0 && chosen.deployments.len() == 1, "{}", chosen.name);
    let horizon = answer.horizon.unwrap();
    assert!(horizon.ways.iter().all(|way| way.way != HowPaid::Tokens));
    assert_eq!(horizon.months.len(), 3);
}

/// The same of PTUs where some are reserved already: who needs the price is refused, not the whole
/// question. What is reserved covers a month that needs no more, so its price is not missed.
#[test]
fn a_ptu_price_that_ends_refuses_ptus_where_some_are_owned() {
    let owned = |ptu: u32, renews: bool| {
        format!(
            "{BOTH}[[terms.reservation]]\nid = \"own\"\nsku = \"GlobalProvisionedManaged\"\n\
             quantity_ptu = {ptu}\nterm = \"1-year\"\nstart = 2026-12-01\nrenews = {renews}\n"
        )
    };
    let asked = |catalog: &Catalog, allow: &str| {
        let scenario = doubling(10_000_000, allow, 3);
        let traces = [even(&[60; 60]).with_seed(scenario.seed)];
        let question = Question { scenario: &scenario, catalog, traces: &traces };
        recommend_briefly(question, &Serial).unwrap_or_else(|wrong| panic!("{wrong:?}"))
    };
    let hourly = "Azure OpenAI,GlobalProvisionedManaged,global,hourly,";
    let answer = asked(&ending("ptu_prices.csv", hourly), &owned(15, false));
    let (with, without): (Vec<_>, Vec<_>) =
        answer.candidates.iter().partition(|one| one.candidate.total_ptu() > 0);
    assert!(!with.is_empty() && without.iter().any(|one| one.is_feasible()));
    for one in with {
        let missing = one.reasons.iter().any(|r| r.constraint == Constraint::PublishedPrice);
        assert!(missing, "{}: {:?}", one.candidate.name, one.reasons);
    }
    let chosen = &answer.candidates[answer.choice.unwrap()].candidate;
    assert!(chosen.is_pay_as_you_go(), "{}", chosen.name);
    // One-month reservations alone: who has enough PTUs reserved for a year buys none. One
    // reservation covers all families: where one has no price, the next is asked.
    let catalog = ending("ptu_prices.csv", ",GlobalProvisionedManaged,global,one_month,");
    let of = |ptu: u32| {
        let answer = asked(&catalog, &owned(ptu, false));
        let monthly = answer.candidates.iter().filter(|one| {
            one.candidate.payment == Payment::OneMonth && one.candidate.total_ptu() == 15
        });
        let missing: Vec<bool> = monthly
            .map(|one| one.reasons.iter().any(|r| r.constraint == Constraint::PublishedPrice))
            .collect();
        assert!(!missing.is_empty());
        missing
    };
    assert!(of(5).into_iter().all(|missing| missing));
    assert!(!of(100).into_iter().any(|missing| missing));
}

/// Three instances at 3.95 USD an hour over the 744 + 744 + 672 hours of three months, beside
/// pay-as-you-go where that is allowed.
#[test]
fn managed_compute_is_a_way_to_pay_for_the_months() {
    let months = format!("{SERVE}[horizon]\nmonths = 3\n");
    for (models, skus, both) in [
        ("gpt-oss-120b", "\"GlobalManagedCompute\"", false),
        ("Llama-3.3-70B-Instruct", "\"GlobalStandard\", \"GlobalManagedCompute\"", true),
    ] {
        let scenario = month(&format!("model = \"{models}\""), &allow(skus, MACHINES), &months);
        let (answer, view) = planned(&scenario, 60);
        let horizon = answer.horizon.as_ref().unwrap();
        let machines = horizon.ways.iter().find(|way| way.way == HowPaid::Machines).unwrap();
        let expected = Decimal::new(395 * 3 * (744 + 744 + 672), 2);
        assert_eq!(machines.total.map(|total| total.amount()), [expected; 3]);
        assert_eq!((machines.is_plan, machines.feasible), (!both, true));
        assert_eq!(horizon.ways.iter().any(|way| way.way == HowPaid::Tokens), both);
        assert_eq!(horizon.ways.iter().filter(|way| way.is_plan).count(), 1);
        let shown = view.outlook.horizon.unwrap().ways;
        assert!(shown.iter().any(|way| way.way == "managed compute"), "{shown:?}");
    }
}
