//! How well a few futures tell a percentile or a share: intervals that hold the true value in about 95 of 100 cases.
//! Square roots are the only floats, which every machine rounds alike (invariant 9).

/// Standard errors on each side of a 95 % interval.
const WIDTH: f64 = 1.96;

/// Ranks, from 1, of the ordered draws between which the percentile lies: the normal approximation of the binomial count of
/// draws below it. Few draws reach no further than the least and the greatest of them.
pub(crate) fn percentile_ranks(draws: usize, percent: u32) -> [usize; 2] {
    let (count, share) = (draws as f64, f64::from(percent) / 100.0);
    let spread = WIDTH * (count * share * (1.0 - share)).sqrt();
    let low = (count * share - spread).floor().max(1.0);
    let high = (count * share + spread).ceil() + 1.0;
    [(low as usize).clamp(1, draws.max(1)), (high as usize).clamp(1, draws.max(1))]
}

/// The share of all futures that `held` of `draws` speak for, by Wilson's score interval.
pub(crate) fn share_between(held: usize, draws: usize) -> [f64; 2] {
    if draws == 0 {
        return [0.0, 1.0];
    }
    let (count, share) = (draws as f64, held as f64 / draws as f64);
    let square = WIDTH * WIDTH;
    let centre = share + square / (2.0 * count);
    let spread = WIDTH * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
    let whole = 1.0 + square / count;
    [((centre - spread) / whole).max(0.0), ((centre + spread) / whole).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chance that exactly `k` of `n` draws lie below a percentile.
    fn binomial(n: usize, k: usize, p: f64) -> f64 {
        let mut chance = (1.0 - p).powi(n as i32);
        for step in 0..k {
            chance *= (n - step) as f64 / (step + 1) as f64 * p / (1.0 - p);
        }
        chance
    }

    #[test]
    fn ranks_hold_the_percentile_as_often_as_they_say() {
        for draws in [32, 64, 100, 200] {
            for percent in [10, 50, 90] {
                let [low, high] = percentile_ranks(draws, percent);
                // The percentile lies between them when at least `low` and fewer than `high` draws are below it; what the
                // ends of few draws cut off does not count against them.
                let below = if low == 1 { 0 } else { low };
                let above = if high == draws { draws + 1 } else { high };
                let p = f64::from(percent) / 100.0;
                let held: f64 = (below..above.min(draws + 1)).map(|k| binomial(draws, k, p)).sum();
                assert!(held > 0.94, "{draws} draws, p{percent}: {held}");
            }
        }
        assert_eq!(percentile_ranks(1, 50), [1, 1]);
    }

    #[test]
    fn shares_of_few_futures_are_wide_and_of_many_narrow() {
        // 90 of 100: 82.6 % to 94.5 % (Wilson, 1927).
        let [low, high] = share_between(90, 100);
        assert!((low - 0.8256).abs() < 1e-3 && (high - 0.9448).abs() < 1e-3, "{low} {high}");
        let [low, high] = share_between(8, 8);
        assert!(low < 0.7 && (high - 1.0).abs() < 1e-9, "{low} {high}");
        let [low, high] = share_between(0, 0);
        assert!(low <= 0.0 && high >= 1.0, "nothing drawn says nothing");
    }
}
