//! When to reserve while the future is not known: the break-even policy.
//!
//! Day after day the policy looks back over one term. Where the PTUs above those already reserved have cost as much by the
//! hour in that time as one more reservation would have, it buys one, and takes the past as if it had been covered, so that
//! no hour pays for two purchases. It needs no forecast and never costs more than twice what perfect foresight would pay
//! with the same hourly price and the same term, whole terms counted (Wang, Li and Liang, "To Reserve or Not to Reserve",
//! 2013: at most 2 - alpha, where alpha is the share of the hourly price that a reserved hour still costs; here 0).

use crate::units::ptu::Ptu;
use rust_decimal::Decimal;

/// What PTUs are needed on a day: `(PTUs, minutes)` of its stretches, in any order.
pub type Day = Vec<(Ptu, u64)>;

/// The prices the policy weighs, and how long a term is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermPrices {
    /// Price of one PTU for a minute by the hour.
    pub minute: Decimal,
    /// Price of one PTU for a whole term.
    pub term: Decimal,
    /// By day: the first day after a term that begins on it, as its number; it may lie past the last day.
    pub until: Vec<usize>,
    /// By day: the first day of a term that ends with it.
    pub since: Vec<usize>,
}

impl TermPrices {
    /// An offer whose terms are all of the same number of days.
    pub fn of_days(minute: Decimal, term: Decimal, length: usize, days: usize) -> Self {
        let length = length.max(1);
        Self {
            minute,
            term,
            until: (0..days).map(|day| day + length).collect(),
            since: (0..days).map(|day| (day + 1).saturating_sub(length)).collect(),
        }
    }
}

/// PTUs to reserve on each day. The need of a day is known on its morning, that of later days is not.
pub fn break_even(days: &[Day], offer: &TermPrices) -> Vec<Ptu> {
    let mut bought = vec![0; days.len()];
    // PTUs that are reserved, or taken as if they had been.
    let mut covered: Vec<Ptu> = vec![0; days.len()];
    for today in 0..days.len() {
        let (Some(since), Some(until)) = (offer.since.get(today), offer.until.get(today)) else {
            break;
        };
        let highest = days[*since..=today].iter().flatten().map(|(ptu, _)| *ptu).max();
        for _ in 0..highest.unwrap_or(0) {
            let minutes: u64 = (*since..=today).map(|day| above(&days[day], covered[day])).sum();
            if Decimal::from(minutes) * offer.minute < offer.term {
                break;
            }
            bought[today] += 1;
            for own in &mut covered[*since..(*until).min(days.len())] {
                *own += 1;
            }
        }
    }
    bought
}

/// Minutes of a day in which one PTU above those covered is needed.
fn above(day: &Day, covered: Ptu) -> u64 {
    day.iter().filter(|(ptu, _)| *ptu > covered).map(|(_, minutes)| *minutes).sum()
}

/// What needs cost with purchases by day: the terms bought, whole, and by the hour what they leave.
pub fn cost(days: &[Day], bought: &[Ptu], offer: &TermPrices) -> Decimal {
    let mut covered: Vec<Ptu> = vec![0; days.len()];
    let mut total = Decimal::ZERO;
    for (day, quantity) in bought.iter().enumerate() {
        total += offer.term * Decimal::from(*quantity);
        for own in &mut covered[day..offer.until[day].min(days.len())] {
            *own += quantity;
        }
    }
    for (day, own) in days.iter().zip(covered) {
        for (ptu, minutes) in day {
            total += offer.minute * Decimal::from(u64::from(ptu.saturating_sub(own)) * minutes);
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::months::cover::{NeedStretch, TermOffer, cover};
    use crate::units::luck::splitmix64;

    /// What perfect foresight pays, whole terms counted: the exact optimum of [`cover`], whose terms are charged in full
    /// because idle days as many as a term has follow the last one.
    fn foresight(needs: &[Ptu], minute: Decimal, term: Decimal, length: usize) -> Decimal {
        let mut needs = needs.to_vec();
        needs.extend(std::iter::repeat_n(0, length));
        let own = |need: &Ptu| NeedStretch { need: *need, hourly: Some(minute) };
        let stretches: Vec<NeedStretch> = needs.iter().map(own).collect();
        let days = 0..needs.len() - length;
        let offers = days.map(|from| TermOffer { from, until: from + length, cost: term });
        cover(&stretches, &offers.collect::<Vec<_>>()).unwrap().total
    }

    /// What the policy pays and what perfect foresight pays.
    fn both(needs: &[Ptu], price: i64, term: i64, length: usize) -> (Decimal, Decimal) {
        let (minute, term) = (Decimal::from(price), Decimal::from(term * length as i64));
        let days: Vec<Day> = needs.iter().map(|ptu| vec![(*ptu, 1)]).collect();
        let offer = TermPrices::of_days(minute, term, length, needs.len());
        let own = cost(&days, &break_even(&days, &offer), &offer);
        (own, foresight(needs, minute, term, length))
    }

    #[test]
    fn random_demand_never_costs_more_than_twice_perfect_foresight() {
        let mut worst = Decimal::ZERO;
        for case in 0..600_u64 {
            let draw = |n: u64| splitmix64(splitmix64(case) ^ n);
            let length = 2 + (draw(0) % 6) as usize;
            let days = 6 + (draw(1) % 30) as usize;
            let price = 3 + (draw(2) % 30) as i64;
            let term = 1 + (draw(3) % price as u64) as i64;
            let calm = 1 + draw(4) % 6;
            let needs: Vec<Ptu> =
                (0..days as u64)
                    .map(|day| {
                        if draw(50 + day / calm) % 3 == 0 { 0 } else { (draw(9 + day) % 5) as Ptu }
                    })
                    .collect();
            let (own, best) = both(&needs, price, term, length);
            assert!(own <= best * Decimal::TWO, "{own} against {best}: {needs:?} {length}");
            assert!(best <= own, "foresight is not beaten: {needs:?}");
            if !best.is_zero() {
                worst = worst.max(own / best);
            }
        }
        assert!(worst > Decimal::new(13, 1), "the policy pays for what it does not know: {worst}");
    }

    /// An adversary needs every PTU until it is reserved and never again: the bound is nearly reached, so a wrong policy or
    /// a looser one would pass it.
    #[test]
    fn an_adversary_makes_it_nearly_twice_as_expensive_and_no_more() {
        for (length, levels) in [(20_usize, 1), (30, 1), (30, 7), (60, 3)] {
            // Break-even after half of a term: a price by the day of 2 against a term of 1 a day.
            let mut needs: Vec<Ptu> = Vec::new();
            for day in 0..4 * length {
                needs.push(levels);
                let days: Vec<Day> = needs.iter().map(|ptu| vec![(*ptu, 1)]).collect();
                let offer = TermPrices::of_days(
                    Decimal::from(2),
                    Decimal::from(length as u64),
                    length,
                    needs.len(),
                );
                if break_even(&days, &offer)[day] > 0 {
                    needs.extend(std::iter::repeat_n(0, length + 1));
                    break;
                }
            }
            let (own, best) = both(&needs, 2, 1, length);
            assert!(own <= best * Decimal::TWO, "{own} {best}");
            assert!(own * Decimal::from(100) > best * Decimal::from(185), "{own} against {best}");
        }
    }

    #[test]
    fn what_is_needed_for_good_is_reserved_once_it_has_paid_for_a_term() {
        let days: Vec<Day> = vec![vec![(100, 1_440)]; 60];
        // 1 a PTU-hour and 260 a month of 30 days: after 260 hours, on the eleventh day.
        let offer =
            TermPrices::of_days(Decimal::ONE / Decimal::from(60), Decimal::from(260), 30, 60);
        let bought = break_even(&days, &offer);
        assert_eq!(bought.iter().position(|ptu| *ptu > 0), Some(10));
        assert_eq!(bought[10], 100);
        assert_eq!(bought.iter().sum::<Ptu>(), 200, "and again when the term has ended");
    }

    #[test]
    fn a_need_of_an_hour_a_day_is_never_reserved() {
        let days: Vec<Day> = vec![vec![(100, 60), (0, 1_380)]; 60];
        let offer =
            TermPrices::of_days(Decimal::ONE / Decimal::from(60), Decimal::from(260), 30, 60);
        assert!(break_even(&days, &offer).iter().all(|ptu| *ptu == 0));
    }
}
