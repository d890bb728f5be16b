//! How much a log says against a reading: minute by minute against the best one, so that what no setting explains weighs
//! on neither.

use std::cmp::Ordering;

/// A reading is refuted when its mean disadvantage, or the count of minutes in which it is worse, is above so many of its
/// standard errors. The count is not drowned by a few minutes in which it is far worse than in the others.
const STANDARD_ERRORS: f64 = 3.0;
/// And when it is worth at least so many 429s: a single odd minute refutes nothing.
const LEAST_LOSS: f64 = 3.0;

/// What the log says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingVerdict {
    /// It explains the log as well as the best value.
    Stands,
    /// It does not.
    Refuted,
}

/// A value of a parameter and how well it explains a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The value.
    pub value: String,
    /// 429s predicted in the wrong minute, plus the error of the utilization where there is one.
    pub loss: f64,
    /// What the log says of it.
    pub verdict: ReadingVerdict,
}

/// Judges a value by its errors in each minute, against those of the best one; `same` when both predict the same.
pub(super) fn judge(value: String, best: &[f64], own: &[f64], same: bool) -> Reading {
    let loss: f64 = own.iter().sum();
    let worse: Vec<f64> = own.iter().zip(best).map(|(own, best)| own - best).collect();
    let count = worse.len().max(1) as f64;
    let sum: f64 = worse.iter().sum();
    let mean = sum / count;
    let variance = worse.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
    let error = (variance / count).sqrt();
    let minutes = |is: fn(&f64) -> bool| worse.iter().filter(|x| is(x)).count() as f64;
    let (behind, ahead) = (minutes(|x| *x > 0.0), minutes(|x| *x < 0.0));
    let by_sum = mean > STANDARD_ERRORS * error;
    let by_count = behind - ahead > STANDARD_ERRORS * (behind + ahead).sqrt();
    let refuted = !same && sum >= LEAST_LOSS && (by_sum || by_count);
    let verdict = if refuted { ReadingVerdict::Refuted } else { ReadingVerdict::Stands };
    Reading { value, loss, verdict }
}

/// The better one first; what stands before what is refuted.
pub(super) fn worse(a: &Reading, b: &Reading) -> Ordering {
    let refuted = |reading: &Reading| reading.verdict == ReadingVerdict::Refuted;
    refuted(a).cmp(&refuted(b)).then(a.loss.total_cmp(&b.loss)).then(a.value.cmp(&b.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_odd_minute_refutes_nothing() {
        let best = vec![0.0; 100];
        let mut odd = best.clone();
        odd[7] = 50.0;
        assert_eq!(judge("a".into(), &best, &odd, false).verdict, ReadingVerdict::Stands);
        let mut uneven: Vec<f64> = (0..100).map(|n| f64::from(u8::from(n < 20))).collect();
        assert_eq!(judge("u".into(), &best, &uneven, false).verdict, ReadingVerdict::Refuted);
        uneven[3] = 2_000.0;
        assert_eq!(judge("u".into(), &best, &uneven, false).verdict, ReadingVerdict::Refuted);
        let steady: Vec<f64> = (0..100).map(|n| f64::from(n % 3)).collect();
        assert_eq!(judge("b".into(), &best, &steady, false).verdict, ReadingVerdict::Refuted);
        assert_eq!(judge("c".into(), &steady, &steady, true).verdict, ReadingVerdict::Stands);
    }
}
