//! Laws of every bill, over random usage.

use super::support::{SmallBook, deployment, reservation, tokens};
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use ptuplan::billing::bill::{Bill, Totals, bill};
use ptuplan::billing::commitment::{Commitment, Payment, Term};
use ptuplan::billing::terms::Terms;
use ptuplan::ledger::usage::{Answer, CapacityUsage, TokenUsage, Usage};
use ptuplan::units::money::Money;
use ptuplan::units::tokens::{TokenClass, TokenCounts};

const START: &str = "2026-01-01T00:00:00Z";

fn minute(minute: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + minute.minutes()
}

fn day(day: i64) -> Timestamp {
    minute(day * 24 * 60)
}

prop_compose! {
    fn token_usage()(hour in 0..31 * 24_i64, answer in 0..Answer::ALL.len(), input in 0..5_000_000_u64,
        cached in 0..=100_u64, output in 0..1_000_000_u64) -> TokenUsage {
        let counts = TokenCounts::text(input, input * cached / 100, output);
        TokenUsage { hour: minute(hour * 60), ..tokens(START, Answer::ALL[answer], counts) }
    }
}

prop_compose! {
    // One deployment, resized at random minutes.
    fn capacity_usage(name: &'static str)(mut cuts in prop::collection::vec(0..31 * 24 * 60_i64, 2..6),
        sizes in prop::collection::vec(1..300_u32, 5)) -> Vec<CapacityUsage> {
        cuts.sort_unstable();
        cuts.windows(2).zip(sizes).filter(|(pair, _)| pair[0] < pair[1]).map(|(pair, capacity_ptu)| CapacityUsage {
            deployment: deployment(name, "GlobalProvisionedManaged", "eastus2"),
            from: minute(pair[0]),
            until: minute(pair[1]),
            capacity_ptu,
        }).collect()
    }
}

prop_compose! {
    fn commitment(id: &'static str)(quantity in 1..400_u32, start in 0..20_i64, year in any::<bool>(),
        upfront in any::<bool>()) -> Commitment {
        let start = date(2025, 12, 20).checked_add(start.days()).unwrap();
        let term = if year { Term::OneYear } else { Term::OneMonth };
        let payment = if upfront { Payment::Upfront } else { Payment::Monthly };
        Commitment { payment, ..reservation(id, quantity, start, term) }
    }
}

prop_compose! {
    fn january()(tokens in prop::collection::vec(token_usage(), 0..20), a in capacity_usage("a"),
        b in capacity_usage("b")) -> Usage {
        Usage { tokens, capacity: a.into_iter().chain(b).collect(), ..Usage::default() }
    }
}

fn of(usage: &Usage, commitments: &[Commitment], from: Timestamp, until: Timestamp) -> Bill {
    bill(usage, commitments, &Terms::list(from, until), &SmallBook).unwrap()
}

fn within(usage: &Usage, from: Timestamp, until: Timestamp) -> Usage {
    let tokens = usage.tokens.iter().filter(|record| from <= record.hour && record.hour < until);
    let clipped = usage.capacity.iter().map(|stretch| CapacityUsage {
        from: stretch.from.max(from),
        until: stretch.until.min(until),
        ..stretch.clone()
    });
    Usage {
        tokens: tokens.cloned().collect(),
        capacity: clipped.filter(|stretch| stretch.from < stretch.until).collect(),
        ..Usage::default()
    }
}

fn plus(a: Money, b: Money) -> Money {
    a.plus(b).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bills_of_disjoint_periods_add_up(usage in january(), r in commitment("r"), s in commitment("s"), cut in 1..31_i64) {
        let commitments = [r, s];
        let whole = of(&usage, &commitments, day(0), day(31)).totals();
        let part = |from, until| of(&within(&usage, from, until), &commitments, from, until).totals();
        let (first, second) = (part(day(0), day(cut)), part(day(cut), day(31)));
        prop_assert_eq!(whole.billed, plus(first.billed, second.billed));
        prop_assert_eq!(whole.effective, plus(first.effective, second.effective));
        prop_assert_eq!(whole.list, plus(first.list, second.list));
    }

    #[test]
    fn lines_sum_to_totals(usage in january(), r in commitment("r")) {
        let bill = of(&usage, &[r], day(0), day(31));
        prop_assert_eq!(Totals::of(bill.currency, &bill.line_items).unwrap(), bill.totals());
    }

    #[test]
    fn used_and_unused_are_what_was_purchased(usage in january(), quantity in 1..400_u32, january_month in any::<bool>()) {
        let term = if january_month { Term::OneMonth } else { Term::OneYear };
        let r = reservation("r", quantity, date(2026, 1, 1), term);
        let bill = of(&usage, &[r], day(0), day(31));
        let shares = || bill.line_items.iter().filter(|line| line.commitment.is_some());
        let minutes: u64 = shares().filter(|line| !line.covers_other_lines()).map(|line| line.count).sum();
        prop_assert_eq!(minutes, u64::from(quantity) * 31 * 24 * 60);
        let amortized = Money::sum(bill.currency, shares().map(|line| line.effective_cost)).unwrap();
        let paid = Money::sum(bill.currency, shares().map(|line| line.billed_cost)).unwrap();
        prop_assert_eq!(amortized, paid);
    }

    #[test]
    fn deployed_capacity_is_covered_or_billed_by_the_hour(usage in january(), r in commitment("r"), s in commitment("s")) {
        let bill = of(&usage, &[r, s], day(0), day(31));
        let deployed: i64 = usage.capacity.iter()
            .map(|stretch| stretch.until.duration_since(stretch.from).as_mins() * i64::from(stretch.capacity_ptu)).sum();
        let lines: u64 = bill.line_items.iter()
            .filter(|line| line.deployment.as_ref().is_some_and(|deployment| &*deployment.sku != "GlobalStandard"))
            .map(|line| line.count).sum();
        prop_assert_eq!(deployed as u64, lines);
    }

    #[test]
    fn more_tokens_never_cost_less(usage in january(), more in 0..1_000_000_u64, class in 0..TokenClass::ALL.len()) {
        prop_assume!(!usage.tokens.is_empty());
        let class = [TokenClass::Input, TokenClass::CachedInput, TokenClass::Output][class % 3];
        let before = of(&usage, &[], day(0), day(31)).totals().billed;
        let mut larger = usage.clone();
        let tokens = &mut larger.tokens[0].tokens;
        tokens.set(class, tokens.get(class) + more);
        prop_assert!(of(&larger, &[], day(0), day(31)).totals().billed.amount() >= before.amount());
    }
}
