//! Laws of every bill, over random usage.

use super::support::{SmallBook, deployment, reservation, tokens};
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use ptuplan::billing::allocation::{
    AllocationKey, Holders, Owner, Owners, allocate, holder_by, owner_by,
};
use ptuplan::billing::bill::{Bill, Totals, bill};
use ptuplan::billing::commitment::{Commitment, Return, Term, TermPayment};
use ptuplan::billing::line::ChargeCategory;
use ptuplan::billing::terms::{Discount, DiscountedMeter, ExchangeRate, Terms};
use ptuplan::ledger::usage::{Answer, CapacityUsage, TokenUsage, Usage};
use ptuplan::units::money::{Currency, Money};
use ptuplan::units::tokens::{TokenClass, TokenCounts};
use rust_decimal::Decimal;

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
        let payment = if upfront { TermPayment::Upfront } else { TermPayment::Monthly };
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

/// Euros at two rates, a discount on a meter and one on a SKU.
fn agreed(from: Timestamp, until: Timestamp, share: u32, rate: u32) -> Terms {
    let discount = |sku: Option<&str>, meter| Discount {
        sku: sku.map(Into::into),
        model: None,
        meter,
        from: None,
        to: Some(date(2026, 1, 20)),
        share: Decimal::new(share.into(), 3),
        reservations: false,
    };
    let rate_from = |from, percent: u32| ExchangeRate {
        of: Currency::USD,
        from,
        rate: Decimal::new(percent.into(), 3),
    };
    Terms {
        currency: "EUR".parse().unwrap(),
        exchange_rates: vec![
            rate_from(date(2025, 1, 1), rate),
            rate_from(date(2026, 1, 11), rate + 37),
        ],
        discounts: vec![
            discount(None, Some(DiscountedMeter::Tokens(TokenClass::Output))),
            discount(Some("GlobalProvisionedManaged"), None),
        ],
        ..Terms::list(from, until)
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
    fn a_bill_in_euros_is_each_line_at_the_rate_of_its_day(usage in january(), r in commitment("r"), rate in 500..1500_u32) {
        let commitments = [r];
        let dollars = of(&usage, &commitments, day(0), day(31));
        let terms = Terms { discounts: Vec::new(), ..agreed(day(0), day(31), 0, rate) };
        let euros = bill(&usage, &commitments, &terms, &SmallBook).unwrap();
        prop_assert_eq!(dollars.line_items.len(), euros.line_items.len());
        for (usd, eur) in dollars.line_items.iter().zip(&euros.line_items) {
            // A commitment's lines have the rate of the day its term began.
            let Some(exchange) = eur.exchange.filter(|_| eur.commitment.is_none()) else { continue };
            let expected = usd.billed_cost.amount() * exchange.rate;
            let error = (eur.billed_cost.amount() - expected).abs();
            prop_assert!(error <= Decimal::new(2, 12), "{} and {}", eur.billed_cost.amount(), expected);
            prop_assert_eq!(eur.rate.as_ref().unwrap().stated, usd.rate.as_ref().unwrap().list);
        }
    }

    #[test]
    fn bills_under_an_agreement_add_up_too(usage in january(), r in commitment("r"), cut in 1..31_i64, share in 0..900_u32,
        rate in 500..1500_u32) {
        let commitments = [r];
        let part = |from, until| {
            bill(&within(&usage, from, until), &commitments, &agreed(from, until, share, rate), &SmallBook).unwrap().totals()
        };
        let whole = part(day(0), day(31));
        prop_assert_eq!(whole, part(day(0), day(cut)).plus(&part(day(cut), day(31))).unwrap());
        prop_assert!(whole.contracted.amount() <= whole.list.amount());
    }

    #[test]
    fn the_order_of_records_and_reservations_does_not_matter(usage in january(), r in commitment("r"), s in commitment("s")) {
        let mut turned = usage.clone();
        turned.tokens.reverse();
        turned.capacity.reverse();
        prop_assert_eq!(of(&usage, &[r.clone(), s.clone()], day(0), day(31)), of(&turned, &[s, r], day(0), day(31)));
    }

    #[test]
    fn the_parts_of_an_allocation_sum_to_the_bill(usage in january(), r in commitment("r"), workloads in 1..4_usize, seed in any::<u64>()) {
        let mut usage = usage;
        for (index, record) in usage.tokens.iter_mut().enumerate() {
            let name = (seed.rotate_left(index as u32) as usize) % workloads;
            record.workload = format!("w{name}").into();
            // Half of them run on capacity that several share.
            if index % 2 == 0 {
                record.deployment = deployment("a", "GlobalProvisionedManaged", "eastus2");
            }
        }
        let bill = bill(&usage, &[r], &agreed(day(0), day(31), 100, 920), &SmallBook).unwrap();
        let owners = Owners::from([("w0".into(), Owner { team: Some("Care".into()), ..Owner::default() })]);
        for key in [AllocationKey::Workload, AllocationKey::Team, AllocationKey::Deployment, AllocationKey::Tag("x".into())] {
            let owner = |deployment: &_, workload: &str| owner_by(&key, &owners, deployment, workload);
            let holder = |deployment: &_| holder_by(&key, &Owners::new(), deployment);
            let holders = Holders { owner: &owner, holder: &holder, weigh: &|record| record.tokens.input_total() };
            let parts = allocate(&bill, &usage, &holders).unwrap();
            let zero = Totals::of(bill.currency, []).unwrap();
            let sum = parts.iter().fold(zero, |sum, part| sum.plus(&part.totals).unwrap());
            prop_assert_eq!(sum, bill.totals());
        }
    }

    #[test]
    fn what_is_paid_for_a_returned_reservation_is_what_its_days_cost(usage in january(), quantity in 1..100_u32, kept in 1..30_i64) {
        let r = Commitment {
            returned: Some(Return { on: date(2026, 1, 1).checked_add(kept.days()).unwrap(), instead: None }),
            ..reservation("r", quantity, date(2026, 1, 1), Term::OneMonth)
        };
        let bill = of(&usage, &[r], day(0), day(31));
        let lines = || bill.line_items.iter().filter(|line| line.commitment.is_some());
        let amortized = Money::sum(bill.currency, lines().map(|line| line.effective_cost)).unwrap();
        let paid = Money::sum(bill.currency, lines().map(|line| line.billed_cost)).unwrap();
        prop_assert_eq!(amortized, paid);
        let minutes = |category| -> u64 {
            let of = lines().filter(|line| line.category == category);
            of.map(|line| line.commitment.as_ref().unwrap().ptu_minutes).sum()
        };
        // Bought = used + unused + given back.
        let [bought, covered, back] = [ChargeCategory::Purchase, ChargeCategory::Usage, ChargeCategory::Refund].map(minutes);
        prop_assert_eq!(bought, covered + back);
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
    fn more_tokens_never_cost_less(usage in january(), more in 0..1_000_000_u64, class in 0..TokenClass::ALL.len(),
        share in 0..=1000_u32) {
        prop_assume!(!usage.tokens.is_empty());
        let class = [TokenClass::Input, TokenClass::CachedInput, TokenClass::Output][class % 3];
        let terms = agreed(day(0), day(31), share, 920);
        let cost = |usage: &Usage| bill(usage, &[], &terms, &SmallBook).unwrap().totals().billed.amount();
        let before = cost(&usage);
        let mut larger = usage.clone();
        let tokens = &mut larger.tokens[0].tokens;
        tokens.set(class, tokens.get(class) + more);
        prop_assert!(cost(&larger) >= before);
    }
}
