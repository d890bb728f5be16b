//! How many PTUs to reserve, when and for how long, when the need changes from month to month.
//!
//! One reservation product covers any PTU of its kind, so what counts is how many PTUs are covered in each month. Every
//! PTU of the highest need is a unit of flow through the months: a month can be crossed idle (as many units as are not
//! needed), paid for one month, or, together with the months after it, by a long reservation. The cheapest flow is the
//! exact optimum in whole PTUs, the newsvendor rule included: a PTU is reserved long where the months that need it pay
//! for those that do not.

use crate::units::ptu::Ptu;
use rust_decimal::Decimal;

/// What one PTU costs a month, by way to pay; none where that way is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthlyPrices {
    /// By the hour, in a month in which it is deployed.
    pub hourly: Option<Decimal>,
    /// Reserved for one month.
    pub one_month: Option<Decimal>,
    /// Each month of a long reservation, used or not.
    pub long: Option<Decimal>,
    /// Months of the long reservation: 12.
    pub long_months: usize,
}

/// The cheapest way to pay for PTUs that are needed month by month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// PTUs whose long reservation starts in each month.
    pub long: Vec<Ptu>,
    /// PTUs paid for each month alone.
    pub short: Vec<Ptu>,
    /// Whether those are left to the hourly price rather than reserved for a month.
    pub short_is_hourly: bool,
    /// What each month costs.
    pub months: Vec<Decimal>,
    /// What the months of the horizon cost together.
    pub total: Decimal,
}

/// A way through the months `from..until`.
struct Arc {
    from: usize,
    until: usize,
    cost: Decimal,
    capacity: Ptu,
    flow: Ptu,
}

/// More steps than any horizon takes: each fills a month's idle capacity or takes all that is left.
const MAX_AUGMENTATIONS: usize = 10_000;

/// The cheapest ladder for `needs`, PTUs by month. None when a need cannot be paid in any allowed way.
///
/// Months of a long reservation past the horizon are not charged: the need is taken to go on.
pub fn ladder(needs: &[Ptu], prices: &MonthlyPrices) -> Option<Ladder> {
    let months = needs.len();
    let highest = needs.iter().copied().max().unwrap_or(0);
    let short_is_hourly = match (prices.hourly, prices.one_month) {
        (Some(hourly), Some(month)) => hourly <= month,
        (hourly, _) => hourly.is_some(),
    };
    let short = if short_is_hourly { prices.hourly } else { prices.one_month };
    let long = prices.long.filter(|_| prices.long_months > 0);
    let mut arcs = Vec::new();
    for (month, need) in needs.iter().enumerate() {
        let mut add = |until: usize, cost: Decimal, capacity: Ptu| {
            arcs.push(Arc { from: month, until, cost, capacity, flow: 0 });
        };
        add(month + 1, Decimal::ZERO, highest - need);
        add(month + 1, short.unwrap_or_default(), short.map_or(0, |_| highest));
        let until = (month + prices.long_months.max(1)).min(months);
        let cost = long.unwrap_or_default() * Decimal::from(until - month);
        add(until, cost, long.map_or(0, |_| highest));
    }
    let mut left = highest;
    for _ in 0..MAX_AUGMENTATIONS {
        if left == 0 {
            break;
        }
        left -= augment(&mut arcs, months, left)?;
    }
    (left == 0).then_some(())?;
    let flow = |kind: usize| -> Vec<Ptu> {
        arcs.iter().skip(kind).step_by(3).map(|arc| arc.flow).collect()
    };
    let (short_flow, long_flow) = (flow(1), flow(2));
    let mut costs = Vec::with_capacity(months);
    for month in 0..months {
        let first = (month + 1).saturating_sub(prices.long_months.max(1));
        let running: Ptu = long_flow[first..=month].iter().sum();
        costs.push(
            short.unwrap_or_default() * Decimal::from(short_flow[month])
                + long.unwrap_or_default() * Decimal::from(running),
        );
    }
    let total = costs.iter().sum();
    Some(Ladder { long: long_flow, short: short_flow, short_is_hourly, months: costs, total })
}

/// Sends as many units as fit along the cheapest way from the first month to past the last one, taking back earlier
/// flow where that is cheaper. The units sent; none when there is no way.
fn augment(arcs: &mut [Arc], months: usize, left: Ptu) -> Option<Ptu> {
    let mut best: Vec<Option<(Decimal, usize, bool)>> = vec![None; months + 1];
    best[0] = Some((Decimal::ZERO, usize::MAX, true));
    // Bellman and Ford: costs of flow taken back are negative.
    for _ in 0..=months {
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
    let (mut at, mut fits) = (months, left);
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

    fn prices(hourly: i64, one_month: i64, long: i64, long_months: usize) -> MonthlyPrices {
        let some = |price: i64| Some(Decimal::from(price));
        MonthlyPrices {
            hourly: some(hourly),
            one_month: some(one_month),
            long: some(long),
            long_months,
        }
    }

    #[test]
    fn a_flat_need_is_reserved_for_the_year_and_a_spike_for_its_month() {
        let mut needs = [200; 12];
        needs[5] = 300;
        let ladder = ladder(&needs, &prices(730, 260, 221, 12)).unwrap();
        assert_eq!(ladder.long[0], 200);
        assert_eq!(ladder.short[5], 100);
        assert!(!ladder.short_is_hourly);
        assert_eq!(ladder.total, Decimal::from(12 * 200 * 221 + 100 * 260));
        assert_eq!(ladder.months.iter().sum::<Decimal>(), ladder.total);
    }

    #[test]
    fn a_need_of_ten_months_of_twelve_is_paid_by_the_month_and_one_of_eleven_by_the_year() {
        // 10 x 260 = 2,600 by the month, 12 x 221 = 2,652 for the year; 11 months turn it.
        let needed = |months: usize| (0..12).map(|m| u32::from(m < months)).collect::<Vec<_>>();
        let global = prices(730, 260, 221, 12);
        assert_eq!(ladder(&needed(10), &global).unwrap().long[0], 0);
        assert_eq!(ladder(&needed(11), &global).unwrap().long[0], 1);
    }

    #[test]
    fn a_way_that_is_not_allowed_is_not_taken() {
        let only_hourly = MonthlyPrices { one_month: None, long: None, ..prices(730, 1, 1, 12) };
        let found = ladder(&[2, 0, 1], &only_hourly).unwrap();
        assert_eq!((found.total, found.short_is_hourly), (Decimal::from(3 * 730), true));
        let nothing = MonthlyPrices { hourly: None, ..only_hourly };
        assert_eq!(ladder(&[1], &nothing), None);
    }

    /// Every number of long reservations in every month, the rest paid by the cheaper of hour and month.
    fn brute_force(needs: &[Ptu], prices: &MonthlyPrices) -> Decimal {
        let months = needs.len();
        let base = needs.iter().copied().max().unwrap_or(0) as usize + 1;
        let short = prices.hourly.unwrap().min(prices.one_month.unwrap());
        let costs = (0..base.pow(months as u32)).map(|way| {
            let bought: Vec<Ptu> =
                (0..months as u32).map(|m| (way / base.pow(m) % base) as Ptu).collect();
            let mut cost = Decimal::ZERO;
            for (month, need) in needs.iter().enumerate() {
                let from = (month + 1).saturating_sub(prices.long_months);
                let reserved: Ptu = bought[from..=month].iter().sum();
                cost += short * Decimal::from(need.saturating_sub(reserved));
                let charged = prices.long_months.min(months - month);
                cost += prices.long.unwrap() * Decimal::from(charged as u32 * bought[month]);
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
            let prices = prices(
                20 + (draw(1) % 20) as i64,
                10 + (draw(2) % 20) as i64,
                6 + (draw(3) % 12) as i64,
                2 + (draw(4) % 3) as usize,
            );
            let found = ladder(&needs, &prices).unwrap();
            assert_eq!(found.total, brute_force(&needs, &prices), "{needs:?} {prices:?}");
            assert_eq!(found.months.iter().sum::<Decimal>(), found.total);
        }
    }
}
