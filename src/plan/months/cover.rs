//! How many PTUs to reserve, when and for how long, when the need changes from one stretch of time
//! to the next.
//!
//! One reservation product covers any PTU of its kind, so what counts is how many PTUs are covered
//! in each stretch. Every PTU of the highest need is a unit of flow through time: a stretch can be
//! crossed idle (as many units as are not needed), paid by the hour, or, together with the
//! stretches after it, by a reservation. The cheapest flow is the exact optimum in whole PTUs, the
//! newsvendor rule included: a PTU is reserved long where the stretches that need it pay for those
//! that do not.

use crate::units::ptu::Ptu;
use rust_decimal::Decimal;

/// A time in which the need does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeedStretch {
    /// PTUs to pay for.
    pub need: Ptu,
    /// What one of them costs by the hour; none where that is not allowed.
    pub hourly: Option<Decimal>,
}

/// A reservation that can be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermOffer {
    /// Place of the first stretch that it covers.
    pub from: usize,
    /// Place of the first one that it does not cover.
    pub until: usize,
    /// What one PTU of it costs the stretches.
    pub cost: Decimal,
}

/// The cheapest way to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// PTUs of each offer.
    pub bought: Vec<Ptu>,
    /// What the stretches cost together.
    pub total: Decimal,
}

/// A way through the stretches `from..until`.
struct Arc {
    from: usize,
    until: usize,
    cost: Decimal,
    capacity: Ptu,
    flow: Ptu,
}

/// More steps than any horizon takes: each fills a stretch's idle capacity or takes all that is
/// left.
const MAX_AUGMENTATIONS: usize = 10_000;

/// The cheapest way to pay for what is needed. None when a need cannot be paid in any way offered.
pub fn cover(stretches: &[NeedStretch], offers: &[TermOffer]) -> Option<Covered> {
    let count = stretches.len();
    let highest = stretches.iter().map(|own| own.need).max().unwrap_or(0);
    let mut arcs = Vec::with_capacity(2 * count + offers.len());
    let mut add = |from: usize, until: usize, cost: Decimal, capacity: Ptu| {
        arcs.push(Arc { from, until, cost, capacity, flow: 0 });
    };
    for (place, own) in stretches.iter().enumerate() {
        add(place, place + 1, Decimal::ZERO, highest - own.need);
        add(place, place + 1, own.hourly.unwrap_or_default(), own.hourly.map_or(0, |_| highest));
    }
    for offer in offers {
        let until = offer.until.min(count);
        add(offer.from, until, offer.cost, if offer.from < until { highest } else { 0 });
    }
    let mut left = highest;
    for _ in 0..MAX_AUGMENTATIONS {
        if left == 0 {
            break;
        }
        left -= augment(&mut arcs, count, left)?;
    }
    (left == 0).then_some(())?;
    let total = arcs.iter().map(|arc| arc.cost * Decimal::from(arc.flow)).sum();
    Some(Covered { bought: arcs.iter().skip(2 * count).map(|arc| arc.flow).collect(), total })
}

/// Sends as many units as fit along the cheapest way from the first stretch to past the last one,
/// taking back earlier flow where that is cheaper. The units sent; none when there is no way.
fn augment(arcs: &mut [Arc], count: usize, left: Ptu) -> Option<Ptu> {
    let mut best: Vec<Option<(Decimal, usize, bool)>> = vec![None; count + 1];
    best[0] = Some((Decimal::ZERO, usize::MAX, true));
    // Bellman and Ford: costs of flow taken back are negative.
    for _ in 0..=count {
        let mut changed = false;
        for (index, arc) in arcs.iter().enumerate() {
            let forth = (arc.flow < arc.capacity).then_some((arc.from, arc.until, arc.cost, true));
            let back = (arc.flow > 0).then_some((arc.until, arc.from, -arc.cost, false));
            for (from, to, cost, forwards) in [forth, back].into_iter().flatten() {
                let Some((so_far, ..)) = best[from] else { continue };
                let reached = so_far + cost;
                if to != 0 && best[to].is_none_or(|(known, ..)| reached < known) {
                    best[to] = Some((reached, index, forwards));
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    let mut way = Vec::new();
    let (mut at, mut fits) = (count, left);
    while at != 0 {
        let (_, index, forwards) = best[at]?;
        let arc = &arcs[index];
        fits = fits.min(if forwards { arc.capacity - arc.flow } else { arc.flow });
        at = if forwards { arc.from } else { arc.until };
        way.push((index, forwards));
        if way.len() > arcs.len() {
            return None;
        }
    }
    for (index, forwards) in way {
        let arc = &mut arcs[index];
        arc.flow = if forwards { arc.flow + fits } else { arc.flow - fits };
    }
    (fits > 0).then_some(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::luck::splitmix64;

    /// What needs of equal stretches cost: by the hour, by terms of one stretch and by terms of
    /// several, each charged for the stretches that are left.
    fn ladder(
        needs: &[Ptu],
        [hourly, short, long]: [Option<i64>; 3],
        length: usize,
    ) -> Option<Covered> {
        let price = |price: i64| Decimal::from(price);
        let own = |need: &Ptu| NeedStretch { need: *need, hourly: hourly.map(price) };
        let stretches: Vec<NeedStretch> = needs.iter().map(own).collect();
        let mut offers = Vec::new();
        for from in 0..needs.len() {
            for (cost, length) in [(short, 1), (long, length)] {
                let until = (from + length).min(needs.len());
                let Some(cost) = cost else { continue };
                offers.push(TermOffer {
                    from,
                    until,
                    cost: price(cost) * Decimal::from((until - from) as u64),
                });
            }
        }
        cover(&stretches, &offers)
    }

    #[test]
    fn a_flat_need_is_reserved_for_the_year_and_a_spike_for_its_month() {
        let mut needs = [200; 12];
        needs[5] = 300;
        let found = ladder(&needs, [730, 260, 221].map(Some), 12).unwrap();
        let bought = |offer: &usize| found.bought[*offer] > 0;
        // By stretch the term of a month, then that of the year.
        assert_eq!((0..24).filter(bought).collect::<Vec<_>>(), [1, 10]);
        assert_eq!((found.bought[1], found.bought[10]), (200, 100));
        assert_eq!(found.total, Decimal::from(12 * 200 * 221 + 100 * 260));
    }

    #[test]
    fn a_need_of_ten_months_of_twelve_is_paid_by_the_month_and_one_of_eleven_by_the_year() {
        // 10 x 260 = 2,600 by the month, 12 x 221 = 2,652 for the year; 11 months turn it.
        let needed = |months: usize| (0..12).map(|m| u32::from(m < months)).collect::<Vec<_>>();
        let global = [730, 260, 221].map(Some);
        assert_eq!(ladder(&needed(10), global, 12).unwrap().bought[1], 0);
        assert_eq!(ladder(&needed(11), global, 12).unwrap().bought[1], 1);
    }

    #[test]
    fn a_way_that_is_not_allowed_is_not_taken() {
        let found = ladder(&[2, 0, 1], [Some(730), None, None], 12).unwrap();
        assert_eq!((found.total, found.bought.len()), (Decimal::from(3 * 730), 0));
        assert_eq!(ladder(&[1], [None; 3], 12), None);
    }

    /// Every number of long reservations in every month, the rest paid by the cheaper of hour and
    /// month.
    fn brute_force(needs: &[Ptu], [hourly, short, long]: [i64; 3], length: usize) -> Decimal {
        let months = needs.len();
        let base = needs.iter().copied().max().unwrap_or(0) as usize + 1;
        let short = Decimal::from(hourly.min(short));
        let costs = (0..base.pow(months as u32)).map(|way| {
            let bought: Vec<Ptu> =
                (0..months as u32).map(|m| (way / base.pow(m) % base) as Ptu).collect();
            let mut cost = Decimal::ZERO;
            for (month, need) in needs.iter().enumerate() {
                let from = (month + 1).saturating_sub(length);
                let reserved: Ptu = bought[from..=month].iter().sum();
                cost += short * Decimal::from(need.saturating_sub(reserved));
                let charged = length.min(months - month);
                cost += Decimal::from(long) * Decimal::from(charged as u32 * bought[month]);
            }
            cost
        });
        costs.min().unwrap()
    }

    #[test]
    fn brute_force_over_every_purchase_agrees() {
        for case in 0..300_u64 {
            let draw = |n: u64| splitmix64(case * 101 + n);
            let months = 2 + draw(0) % 4;
            let needs: Vec<Ptu> = (0..months).map(|m| (draw(10 + m) % 4) as Ptu).collect();
            let prices = [20 + draw(1) % 20, 10 + draw(2) % 20, 6 + draw(3) % 12].map(|p| p as i64);
            let length = 2 + (draw(4) % 3) as usize;
            let found = ladder(&needs, prices.map(Some), length).unwrap();
            assert_eq!(found.total, brute_force(&needs, prices, length), "{needs:?} {prices:?}");
        }
    }
}
