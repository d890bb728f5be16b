//! What a fine-tuning job leaves on the meters (S 50-56), before any price.

use jiff::Timestamp;
use std::ops::Range;

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// It finished, or was cancelled while training: the work done is billed (S 54).
    Worked,
    /// It was cancelled before training or failed on its own: nothing is billed (S 50).
    Free,
    /// The service failed: work after the last checkpoint is not billed (S 55).
    ServiceError {
        /// The last checkpoint, none when there was none.
        checkpoint: Option<Timestamp>,
    },
}

/// Billed tokens of supervised or preference tuning: training tokens times epochs (S 50). None past 64 bits.
pub fn supervised_tokens(training_tokens: u64, epochs: u32, end: JobEnd) -> Option<u64> {
    match end {
        JobEnd::Free => Some(0),
        _ => training_tokens.checked_mul(u64::from(epochs)),
    }
}

/// Billed hundredths of an hour of reinforcement tuning: the core training stretches, pauses left out, rounded half up
/// (S 52 says two decimals, not how they are rounded).
pub fn reinforcement_hundredths(training: &[Range<Timestamp>], end: JobEnd) -> u64 {
    let stop = match end {
        JobEnd::Worked => Timestamp::MAX,
        JobEnd::Free | JobEnd::ServiceError { checkpoint: None } => Timestamp::MIN,
        JobEnd::ServiceError { checkpoint: Some(checkpoint) } => checkpoint,
    };
    let seconds: i64 = training
        .iter()
        .map(|stretch| stretch.end.min(stop).duration_since(stretch.start.min(stop)).as_secs())
        .map(|seconds| seconds.max(0))
        .sum();
    (seconds as u64 * 100 + 1800) / 3600
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).unwrap()
    }

    #[test]
    fn only_core_training_counts() {
        // Submitted at 02:00, trained 02:30 to 06:30.
        let half = Timestamp::from_second(2 * 3600 + 1800).unwrap();
        let until = Timestamp::from_second(6 * 3600 + 1800).unwrap();
        assert_eq!(reinforcement_hundredths(&[half..until], JobEnd::Worked), 400);
        assert_eq!(reinforcement_hundredths(&[half..until], JobEnd::Free), 0);
    }

    #[test]
    fn a_service_error_is_billed_to_the_last_checkpoint() {
        let end = JobEnd::ServiceError { checkpoint: Some(at(2)) };
        assert_eq!(reinforcement_hundredths(&[at(0)..at(2), at(2)..at(3)], end), 200);
        let none = JobEnd::ServiceError { checkpoint: None };
        assert_eq!(reinforcement_hundredths(&[at(0)..at(3)], none), 0);
    }

    #[test]
    fn tokens_times_epochs() {
        assert_eq!(supervised_tokens(1_000_000, 2, JobEnd::Worked), Some(2_000_000));
        assert_eq!(supervised_tokens(1_000_000, 2, JobEnd::Free), Some(0));
        assert_eq!(supervised_tokens(u64::MAX, 2, JobEnd::Worked), None);
    }
}
